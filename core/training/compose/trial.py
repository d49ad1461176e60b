"""What is measured on queries that trained nothing: in galleries of known kinds, and in one that no training read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.datasets.phrases import PHRASES, PUBLISHED, UNREAD
from core.datasets.recall_maps import read_published
from core.datasets.shelves import Shelf, mostly_kept
from core.encoders.pooling import POOLINGS
from core.instruments.recall_map import RecallMap, recall_over_weights
from core.joining import CORNERS, PLACES, ScoredQueries, composed_figures
from core.reporting import Metrics, Table
from core.reporting.compose import (
    REPORT_WEIGHTS,
    Weights,
    audit_table,
    best_table,
    galleries_table,
    weights_table,
    wording_table,
)
from core.training.compose.data import PHOTOS
from core.training.compose.fit import START, LearnedMix
from core.training.compose.measure import ScoredChanges, WeightedChanges, scored
from core.training.compose.network import CombinerNetwork
from core.training.compose.queries import Words

TEST_QUERIES = 700
UNKNOWN: Weights = (0.5, 0.5, 0.0)
"""Where nobody has measured better weights: q + t, which needs no training."""
FINE_STEPS = 45
UNSEEN, WHOLE = "unseen pictures alone", "the whole gallery"
LEFT_OUT, MOSTLY_KEPT = "{}, left out of training", "photos, reference keeps most of the target"
NAMES = {UNSEEN: "unseen", WHOLE: "whole"}
REPORTED = ("recall_at_1", "recall_at_10", "composed_recall_at_10", "sum_recall_at_10")
WORDINGS = {
    "all phrasings that training read": PHRASES,
    "those of the published triplets, which training read": PUBLISHED,
    "new phrasings, which no training read": UNREAD,
}
Trainer = Callable[[Sequence[Shelf]], CombinerNetwork]
Galleries = dict[tuple[str, str], WeightedChanges]
"""What is asked, and among what -> the queries."""


@dataclass(frozen=True, slots=True, eq=False)
class CombinerTrial:
    """Asks a trained network what it did not see.

    Attributes:
        network: makes f(q, t).
        shelves: all pictures; the first is a catalogue of attributes.
        weights: catalogue -> the weights of the mix that its validation queries chose.
        words: encodes texts.
        seed: draws the queries.
    """

    network: CombinerNetwork
    shelves: Sequence[Shelf]
    weights: Mapping[str, Weights]
    words: Words
    seed: int

    def galleries(self) -> Galleries:
        """Returns queries about kept-back pictures of each shelf, among these alone and in the whole gallery."""
        galleries: Galleries = {}
        for shelf in self.shelves:
            back, at = shelf.split == 2, self.weights.get(shelf.name, UNKNOWN)
            part = shelf.part(back)
            changes = part.asked(TEST_QUERIES, self._random())
            galleries[shelf.name, UNSEEN] = scored(self.network, part, changes, self.words), at
            whole = shelf.asked_of_part(back, TEST_QUERIES, self._random())
            galleries[shelf.name, WHOLE] = scored(self.network, shelf, whole, self.words), at
            if shelf.name == PHOTOS:
                kept = mostly_kept(whole, self._random())
                galleries[MOSTLY_KEPT, WHOLE] = scored(self.network, shelf, kept, self.words), at
        return galleries

    def left_out(self, trained: Trainer) -> Galleries:
        """Returns queries about each shelf, asked of a network that learned from all others alone."""
        galleries: Galleries = {}
        for shelf in self.shelves if len(self.shelves) > 1 else ():
            network = trained([other.part(other.split < 2) for other in self.shelves if other is not shelf])
            changes = shelf.asked(TEST_QUERIES, self._random())
            galleries[LEFT_OUT.format(shelf.name), WHOLE] = (
                scored(network, shelf, changes, self.words),
                UNKNOWN,
            )
        return galleries

    def findings(self, galleries: Galleries, learned: LearnedMix) -> tuple[Metrics, list[Table], RecallMap]:
        """Returns the manifest's metrics and tables, and recall over the simplex of the first shelf's queries.

        Args:
            galleries: of `galleries` and `left_out`.
            learned: weights trained on validation queries of the first shelf.
        """
        test = self.shelves[0].part(self.shelves[0].split == 2)
        changes, mix = test.asked(TEST_QUERIES, self._random()), self.weights[self.shelves[0].name]
        catalogue = scored(self.network, test, changes, self.words, all_poolings=True)
        pooled = dict(zip(POOLINGS, catalogue.pooled, strict=True))
        recall = recall_over_weights(pooled, catalogue.targets, catalogue.hidden, FINE_STEPS, PLACES)
        named = {
            "f(q, t) alone, where learning starts": START,
            "chosen on validation queries of this catalogue": mix,
            "where nothing is known of a gallery": UNKNOWN,
            "learned on validation queries": learned.weights,
            "the report's learned weights": REPORT_WEIGHTS,
        }
        tables = [
            galleries_table(galleries),
            weights_table(catalogue, named),
            best_table(recall, read_published()),
            audit_table(catalogue, mix, "changes of products"),
            *(
                audit_table(*galleries[key], "edits between photos")
                for key in galleries
                if key == (PHOTOS, UNSEEN)
            ),
            wording_table(self._phrased(test), mix),
        ]
        return _figures(catalogue, mix) | _metrics(galleries), tables, recall

    def _phrased(self, test: Shelf) -> dict[str, ScoredChanges]:
        changes = {name: test.asked(TEST_QUERIES, self._random(), read) for name, read in WORDINGS.items()}
        return {name: scored(self.network, test, some, self.words) for name, some in changes.items()}

    def _random(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)


def _figures(queries: ScoredQueries, weights: Weights) -> Metrics:
    return composed_figures(queries.ranks([weights, *CORNERS.values()]))


def _metrics(galleries: Galleries) -> Metrics:
    metrics: Metrics = {}
    for (what, among), (queries, at) in galleries.items():
        name = f"{what} {NAMES[among]}".replace(",", "").replace(" ", "_")
        measured = _figures(queries, at)
        metrics |= {f"{name}_{figure}": measured[figure] for figure in measured if figure in REPORTED}
    return metrics

"""The compose tab's answers as HTML: its mix, and the maps of recall over all weights."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.encoders.pooling import POOLINGS
from core.errors import ArtifactError
from core.instruments.recall_map import RecallMap
from core.joining import SUM
from core.shares import told_together
from core.tasks.compose import F_ALONE, ComposeEvidence, ranking
from core.tasks.ranking import RankedAnswer, Ranking
from demo.answers.retrieval import RESULTS
from demo.html import isolated
from demo.widgets.simplex import Mark, simplex_html

if TYPE_CHECKING:
    from core.manifest import Manifest

log = logging.getLogger(__name__)
KINDS = (("q", "picture", "picture q"), ("t", "words", "words t"), ("f", "both", "both f(q, t)"))
REPORT_LEARNED = (0.0639, 0.1234, 1.1286)
RECALLS = {"R@1": 1, "R@5": 5, "R@10": 10}
START, LEARNED = "chosen on validation, the sliders\u2019 start", "learned by gradient"
Best = tuple[tuple[float, float, float], float]
NO_MAP = "The weights in use have no map of recall; training them again draws it."


@dataclass(frozen=True, slots=True)
class Mix:
    """How q, t and f(q, t) are mixed.

    Attributes:
        weights: w0, w1, w2.
        pooling: "mean", "median" or "max".
        renormalise: whether scores are cosines.
        joining: by which rule.
    """

    weights: Sequence[float] = F_ALONE
    pooling: str = POOLINGS[0]
    renormalise: bool = False
    joining: str = SUM

    def answer(self, evidence: ComposeEvidence, right: Sequence[str] = ()) -> RankedAnswer:
        """Returns the ranking for this mix, and where the items stand that are known to be right."""
        return self.ranking(evidence, right).answer(RankedAnswer, RESULTS)

    def ranking(self, evidence: ComposeEvidence, right: Sequence[str] = ()) -> Ranking:
        """Returns the gallery with this mix, of which nothing is computed yet."""
        return ranking(evidence, self.weights, self.pooling, bool(self.renormalise), right, self.joining)


@dataclass(frozen=True, slots=True)
class Maps:
    """Recall over all weights, measured here beside report 4's.

    Attributes:
        manifest: of the combiner, None without one.
        measured: the map that belongs to the weights in use, None without one.
        samples: the map of the queries about the pictures that ship, None unless it belongs to the weights in use.
        published: the 55 points of report 4, None when they cannot be read.
    """

    manifest: Manifest | None = None
    measured: RecallMap | None = None
    samples: RecallMap | None = None
    published: RecallMap | None = None

    def sentence(self, pooling: str) -> str:
        """Returns which weights are best for R@1 and for R@5, a sentence for each set of queries."""
        if self.measured is None:
            return f'<p class="simplex-said">{isolated(NO_MAP)}</p>'
        first, five = _best(self.measured, pooling)
        text = f"Here, with hindsight, {_mix(first[0])} is best for the first place and for the first five."
        if first[0] != five[0]:
            text = (
                "No single mix is best for everything, as in the report: here, with hindsight, the first place is "
                f"found most often at {_with_share(first)}, the first five at {_with_share(five)}."
            )
        if self.samples is not None:
            first, five = _best(self.samples, pooling)
            text += f" For the garments that ship: {_with_share(first)} and {_with_share(five)}."
        return f'<p class="simplex-said">{isolated(text)}</p>'

    def html(self, recall: str, pooling: str) -> str:
        """Returns the maps: of kept-back queries, of those about the pictures that ship, and report 4's.

        Args:
            recall: one of `RECALLS`.
            pooling: "mean", "median" or "max".
        """
        k = RECALLS.get(recall, 10)
        pooling = pooling if pooling in POOLINGS else POOLINGS[0]
        ours = (
            (self.measured, ("Here", "kept-back queries"), True),
            (self.samples, ("The garments that ship", "queries"), False),
        )
        drawn = [self._ours(recall_map, words, learned, k, pooling) for recall_map, words, learned in ours]
        drawn.append(self._report(k, pooling))
        return f'{self.sentence(pooling)}<div class="simplex-pair">{"".join(drawn)}</div>'

    def _ours(
        self, recall_map: RecallMap | None, words: tuple[str, str], learned: bool, k: int, pooling: str
    ) -> str:
        if recall_map is None or self.manifest is None:
            return ""
        best, value = recall_map.best(pooling, k)
        marks = self._marks(learned)
        marks.append(Mark("★", f"best with hindsight, {100 * value:.1f} %", best))
        values = recall_map.at(pooling, k)
        note = f"{recall_map.queries} {words[1]}, {len(values):,} weights, {pooling} pooling"
        return simplex_html(values, recall_map.steps, title=f"{words[0]}: R@{k}", note=note, marks=marks)

    def _marks(self, learned: bool) -> list[Mark]:
        """Returns where the sliders start and, if wanted, where gradient descent ended; none of damaged weights."""
        if self.manifest is None:
            return []
        try:
            weights = self.manifest.start_weights, self.manifest.learned_weights if learned else None
        except ArtifactError as error:
            log.warning("The map has no marks of weights: %s", error)
            return []
        named = zip("12", (START, LEARNED), weights, strict=True)
        return [Mark(symbol, label, place) for symbol, label, place in named if place is not None]

    def _report(self, k: int, pooling: str) -> str:
        recall_map = self.published
        if recall_map is None:
            return ""
        best, value = recall_map.best(pooling, k)
        marks = [
            Mark("2", LEARNED, REPORT_LEARNED),
            Mark("★", f"best, {100 * value:.1f} %", best),
        ]
        values = recall_map.at(pooling, k)
        note = f"CIRR, BLIP-Large, {len(values)} weights, {pooling} pooling"
        return simplex_html(values, recall_map.steps, title=f"Report 4: R@{k}", note=note, marks=marks)


def _best(recall_map: RecallMap, pooling: str) -> tuple[Best, Best]:
    """Returns the best weights and their recall for the first place and for the first five."""
    return recall_map.best(pooling, 1), recall_map.best(pooling, 5)


def _with_share(best: Best) -> str:
    weights, share = best
    return f"{_mix(weights)} ({100 * share:.1f} %)"


def _mix(weights: tuple[float, float, float]) -> str:
    return ", ".join(f"{name} {weight}" for name, weight in zip("qtf", told_together(weights), strict=True))

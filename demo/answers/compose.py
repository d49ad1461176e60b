"""The compose tab's question, its mix, and the maps of recall over all weights."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from core.datasets.recall_maps import read_measured, read_published
from core.encoders.pooling import POOLINGS
from core.errors import ArtifactError
from core.instruments.recall_map import RecallMap
from core.tasks.compose import F_ALONE, ComposeEvidence, answer
from core.tasks.ranking import RankedAnswer
from demo.html import said
from demo.widgets.results import RESULTS
from demo.widgets.simplex import Mark, simplex_html

if TYPE_CHECKING:
    from core.store import Manifest

log = logging.getLogger(__name__)
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
    """

    weights: Sequence[float] = F_ALONE
    pooling: str = POOLINGS[0]
    renormalise: bool = False

    def answer(self, evidence: ComposeEvidence, right: Sequence[str] = ()) -> RankedAnswer:
        """Returns the ranking for this mix, and where the items stand that are known to be right."""
        w0, w1, w2 = self.weights
        return answer(evidence, w0, w1, w2, self.pooling, RESULTS, bool(self.renormalise), right)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What was asked: kept on the server, so that sliders need no encoder.

    Attributes:
        source: the reference's file, or its bytes.
        index: its place in the gallery when it was chosen there.
        evidence: all that the encoders found, None before the modification was typed.
        right: ids of the items known to be right; for worked examples only.
    """

    source: str | bytes | Path
    index: int | None = None
    evidence: ComposeEvidence | None = None
    right: tuple[str, ...] = ()


class Maps:
    """Recall over all weights, measured here beside report 4's.

    Args:
        manifest: of the combiner, None without one.
        head: the folder of its weights.
        pictures: the folder of the pictures that ship, None without them.
    """

    def __init__(self, manifest: Manifest | None, head: Path, pictures: Path | None = None) -> None:
        self._manifest = manifest
        self._head = head
        self._pictures = pictures

    @cached_property
    def measured(self) -> RecallMap | None:
        """The map that belongs to the weights in use, None without one."""
        return self._read(self._head)

    @cached_property
    def samples(self) -> RecallMap | None:
        """The map of the queries about the pictures that ship, None unless it belongs to the weights in use."""
        return self._read(self._pictures) if self._pictures else None

    def _read(self, folder: Path) -> RecallMap | None:
        try:
            return read_measured(folder, self._manifest.tensors_sha256) if self._manifest else None
        except ArtifactError as error:
            log.warning("The recall map is not shown: %s", error)
            return None

    @cached_property
    def published(self) -> RecallMap | None:
        """The 55 points of report 4."""
        try:
            return read_published()
        except ArtifactError as error:
            log.warning("The report's recall map is not shown: %s", error)
            return None

    def sentence(self, pooling: str) -> str:
        """Returns which weights are best for R@1 and for R@5, a sentence for each set of queries."""
        if self.measured is None:
            return f'<p class="simplex-said">{said(NO_MAP)}</p>'
        first, five = _best(self.measured, pooling)
        told = f"Here, with hindsight, {_mix(first[0])} is best for the first place and for the first five."
        if first[0] != five[0]:
            told = (
                "No single mix is best for everything, as in the report: here, with hindsight, the first place is "
                f"found most often at {_found(first)}, the first five at {_found(five)}."
            )
        if self.samples is not None:
            first, five = _best(self.samples, pooling)
            told += f" For the garments on this page: {_found(first)} and {_found(five)}."
        return f'<p class="simplex-said">{said(told)}</p>'

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
            (self.samples, ("These garments", "queries"), False),
        )
        drawn = [self._ours(found, words, learned, k, pooling) for found, words, learned in ours]
        drawn.append(self._report(k, pooling))
        return f'{self.sentence(pooling)}<div class="simplex-pair">{"".join(drawn)}</div>'

    def _ours(
        self, found: RecallMap | None, words: tuple[str, str], learned: bool, k: int, pooling: str
    ) -> str:
        if found is None or self._manifest is None:
            return ""
        best, value = found.best(pooling, k)
        marks = self._marks(learned)
        marks.append(Mark("★", f"best with hindsight, {100 * value:.1f} %", best))
        values = found.at(pooling, k)
        note = f"{found.queries} {words[1]}, {len(values):,} weights, {pooling} pooling"
        return simplex_html(values, found.steps, title=f"{words[0]}: R@{k}", note=note, marks=marks)

    def _marks(self, learned: bool) -> list[Mark]:
        """Returns where the sliders start and, if wanted, where gradient descent ended; none of damaged weights."""
        if self._manifest is None:
            return []
        try:
            weights = self._manifest.start_weights, self._manifest.learned_weights if learned else None
        except ArtifactError as error:
            log.warning("The map has no marks of weights: %s", error)
            return []
        named = zip("12", (START, LEARNED), weights, strict=True)
        return [Mark(symbol, label, place) for symbol, label, place in named if place is not None]

    def _report(self, k: int, pooling: str) -> str:
        found = self.published
        if found is None:
            return ""
        best, value = found.best(pooling, k)
        marks = [
            Mark("2", LEARNED, REPORT_LEARNED),
            Mark("★", f"best, {100 * value:.1f} %", best),
        ]
        values = found.at(pooling, k)
        note = f"CIRR, BLIP-Large, {len(values)} weights, {pooling} pooling"
        return simplex_html(values, found.steps, title=f"Report 4: R@{k}", note=note, marks=marks)


def _best(found: RecallMap, pooling: str) -> tuple[Best, Best]:
    """Returns the best weights and their recall for the first place and for the first five."""
    return found.best(pooling, 1), found.best(pooling, 5)


def _found(best: Best) -> str:
    weights, share = best
    return f"{_mix(weights)} ({100 * share:.1f} %)"


def _mix(weights: tuple[float, float, float]) -> str:
    return ", ".join(f"{name} {weight:.2f}" for name, weight in zip("qtf", weights, strict=True))

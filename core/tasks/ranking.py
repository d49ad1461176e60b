"""A ranking: its answer, where the right picture stands in it, and the sentence that says who finds what."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Float, Float32

from core import blend
from core.checks import clamp_k
from core.instruments import Blended, Reading, readings
from core.tasks.candidates import ItemName, RankedEvidence
from core.tasks.headline import doubt, headline
from core.tasks.hits import Hit, hits
from core.tasks.promise import Finding

WORD = re.compile(r"[^\W\d_]{3,}")
CAMERA_WORDS = frozenset(
    ["img", "dsc", "dscn", "dscf", "pxl", "mvi", "image", "photo", "pict", "picture", "scan", "jpeg", "webp"]
)
"""What cameras and programs call files; a name of these and digits says nothing about a picture."""


def spoken(index: int, rank: int, items: Sequence[ItemName], titles: Sequence[str]) -> str:
    """Returns what a sentence calls a picture: its title in quotes, or its rank when its name says nothing.

    Args:
        index: its place in the gallery.
        rank: in the answer.
        items: (id, file) of every candidate.
        titles: what people call them; () when nobody has said.
    """
    title = (titles[index] if titles else "") or items[index][0]
    made_up = _letters(title) == _letters(PurePosixPath(items[index][1]).stem)
    if made_up and not any(word.lower() not in CAMERA_WORDS for word in WORD.findall(title)):
        return "the first result" if rank == 1 else f"result {rank}"
    return f"\u201c{title}\u201d"


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an item stands that is known to be right.

    Attributes:
        hit: the item, with its score.
        rank: in the whole gallery, 1 = first.
    """

    hit: Hit
    rank: int


def rank_of(index: int, scores: np.ndarray, hidden: Sequence[int] = ()) -> int:
    """Returns the rank of one candidate, 1 = first, as `core.blend.ranks` gives it, without sorting all.

    Args:
        index: the candidate, not one of the hidden.
        scores: (n,) of all candidates.
        hidden: rows that are no part of the ranking.
    """
    before = scores > scores[index]
    before[:index] |= scores[:index] == scores[index]
    before[list(hidden)] = False
    return 1 + int(np.count_nonzero(before))


@dataclass(frozen=True, slots=True)
class RankedAnswer:
    """The ranking for one choice of weights.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        weights: of the three parts; they sum to 1.
        hits: best first.
        sentence: one plain sentence made from the numbers.
        right: where the item stands that is known to be right; None when nobody knows.
        readings: name of an instrument -> what it reads.
        finding: whether something answers at all, at the weights of the calibration; None where nobody knows.
    """

    profile: str
    models: dict[str, str]
    weights: tuple[float, float, float]
    hits: tuple[Hit, ...]
    sentence: str
    right: Placed | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict)
    finding: Finding | None = None

    def to_json(self) -> dict[str, Any]:
        """Returns the object that the endpoint gives."""
        return {
            "profile": self.profile,
            "models": dict(self.models),
            "weights": list(self.weights),
            "hits": [hit.to_json() for hit in self.hits],
            "sentence": self.sentence,
            "finding": None if self.finding is None else self.finding.to_json(),
            "instruments": {name: reading.to_json() for name, reading in self.readings.items()},
        }


Answer = TypeVar("Answer", bound=RankedAnswer)


@dataclass(frozen=True, slots=True)
class Ranking:
    """A gallery in the order of one choice of weights.

    Attributes:
        evidence: what the encoders found.
        rows: (3, n) what each part says of every candidate.
        weights: (3,) of the parts, with the sum 1.
        voices: name of each part, in order -> what a sentence calls it, such as "the picture".
        right: ids of the items that are known to be right.
        length: what scores and shares are divided by; it changes no rank.
        counted: how many of the parts there are, the first ones; instruments read these.
        pooling: which of the evidence's rows these are, where it has several.
    """

    evidence: RankedEvidence
    rows: Float32[np.ndarray, "3 n"]
    weights: Float[np.ndarray, " 3"]
    voices: Mapping[str, str]
    right: Collection[str] = ()
    length: float = 1.0
    counted: int = 3
    pooling: int = 0

    def answer(
        self, kind: type[Answer], k: int, nothing: str, before: str = "", after: str = "", **more: Any
    ) -> Answer:
        """Returns the best of the gallery, and what is to be said of them.

        Args:
            kind: what is returned.
            k: how many hits; clamped to 1..min(n, 100).
            nothing: the sentence where nothing is ranked.
            before: a sentence that comes before who finds what.
            after: one that follows.
            **more: further fields of the answer.
        """
        evidence, hidden = self.evidence, self.evidence.hidden
        scores = blend.blend(self.weights, self.rows)
        shares = blend.contributions(self.weights, self.rows)
        # Before the division, which rounds many a pair of neighbouring scores to the same number.
        chosen = blend.order(scores, clamp_k(k, len(evidence.items)), hidden).tolist()
        right = self._right_rows(hidden)
        ranks = {row: rank_of(row, scores, hidden) for row in right}
        best = min(ranks, key=lambda row: ranks[row], default=None)
        scores, shares = scores / self.length, shares / self.length
        shown = hits(
            chosen if best is None else [*chosen, best],
            scores,
            shares,
            tuple(self.voices),
            evidence.items,
            evidence.copies,
        )
        placed = None if best is None else Placed(shown[-1], ranks[best])
        ranked = shown[: len(chosen)]
        says = self._says(placed or Placed(ranked[0], 1), hidden, right=placed is not None) if ranked else []
        return kind(
            profile=evidence.profile,
            models=evidence.models,
            weights=(float(self.weights[0]), float(self.weights[1]), float(self.weights[2])),
            hits=ranked,
            sentence=" ".join(filter(None, [before, *says, after])) if ranked else nothing,
            right=placed,
            readings=readings(self._blended(right, hidden)),
            finding=evidence.finding,
            **more,
        )

    def _right_rows(self, hidden: Collection[int]) -> list[int]:
        """Returns the rows of the right items that can be found."""
        if not self.right:
            return []
        items = enumerate(self.evidence.items)
        return [row for row, (name, _) in items if name in self.right and row not in hidden]

    def _says(self, shown: Placed, hidden: Sequence[int], *, right: bool) -> list[str]:
        """Returns the sentences that begin a ranking: whether anything fits, and who finds what, at which ranks."""
        evidence = self.evidence
        ranks = {
            voice: rank_of(shown.hit.index, row, hidden)
            for voice, row, weight in zip(self.voices.values(), self.rows, self.weights, strict=True)
            if weight > 0
        }
        name = spoken(shown.hit.index, shown.rank, evidence.items, evidence.titles)
        return [
            "" if evidence.finding is None or right else evidence.finding.doubt(),
            doubt({self.voices[part]: fit for part, fit in evidence.fits.items()}, list(ranks)),
            headline(name, ranks, shown.rank, right=right),
        ]

    def _blended(self, right: Sequence[int], hidden: Sequence[int]) -> Blended:
        kinds = [voice.removeprefix("the ") for voice in self.voices.values()]
        weights, count, evidence = self.weights.tolist(), self.counted, self.evidence
        memory = evidence.memory.setdefault(self.pooling, {})
        return Blended(
            self.rows[:count], weights[:count], kinds[:count], evidence.names, right, hidden, memory
        )

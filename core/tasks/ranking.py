"""A ranking: its answer, where the right picture stands in it, and the sentence that says who finds what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Float, Float32

from core import blend
from core.checks import clamp_k
from core.instruments import Blended, Reading, readings
from core.joining import ADDITIVE, SUM, joined
from core.tasks.candidates import RankedEvidence
from core.tasks.headline import doubt, headline
from core.tasks.hits import Hit, hits
from core.tasks.promise import Finding
from core.tasks.spoken import spoken
from core.tasks.windows import Searched


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an item stands that is known to be right.

    Attributes:
        hit: the item, with its score.
        rank: in the whole gallery, or among what was fetched of it; 1 = first.
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
class Remark:
    """A sentence of an answer that depends on which kinds of evidence have a weight.

    Attributes:
        text: the sentence, "" for none.
        parts: numbers of the kinds that it is about; () for a sentence that always stands.
        weighted: whether it stands while one of these has a weight; else it stands while none has.
    """

    text: str = ""
    parts: tuple[int, ...] = ()
    weighted: bool = True

    def at(self, weights: Sequence[float] | Float[np.ndarray, " parts"]) -> str:
        """Returns the sentence at these weights, "" where it does not stand."""
        has = any(weights[part] != 0 for part in self.parts)
        return self.text if not self.parts or has == self.weighted else ""


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
        ranking: what was ranked, for whoever goes on with other weights; None for an answer without it.
        finding: whether something answers at all, at the weights of the calibration; None where nobody knows.
        rule: how the kinds of evidence are joined, one of `core.joining.RULES`.
        searched: how much of the gallery this is about.
    """

    profile: str
    models: dict[str, str]
    weights: tuple[float, float, float]
    hits: tuple[Hit, ...]
    sentence: str
    right: Placed | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict)
    ranking: Ranking | None = field(default=None, repr=False, compare=False)
    finding: Finding | None = None
    rule: str = SUM
    searched: Searched | None = None

    def to_json(self) -> dict[str, Any]:
        """Returns the object that the endpoint gives."""
        return {
            "profile": self.profile,
            "models": dict(self.models),
            "weights": list(self.weights),
            "rule": self.rule,
            "hits": [hit.to_json() for hit in self.hits],
            "sentence": self.sentence,
            "finding": None if self.finding is None else self.finding.to_json(),
            "instruments": {name: reading.to_json() for name, reading in self.readings.items()},
        } | (self.searched.to_json() if self.searched else {})


Answer = TypeVar("Answer", bound=RankedAnswer)


@dataclass(frozen=True, slots=True)
class Ranking:
    """A gallery in the order of one choice of weights.

    Attributes:
        evidence: what the encoders found.
        rows: (3, n) what each part says of every candidate, as the rule adds it up.
        weights: (3,) of the parts, with the sum 1.
        voices: name of each part, in order -> what a sentence calls it, such as "the picture".
        right: ids of the items that are known to be right.
        counted: how many of the parts there are, the first ones; instruments read these.
        pooling: which of the evidence's rows these are, where it has several.
        gram: (3, 3) the Gram matrix of the parts where scores are divided by the mix's length, else None.
        nothing: the sentence where nothing is ranked.
        before: a sentence that comes before who finds what.
        after: one that follows.
        rule: how the parts are joined, one of `core.joining.RULES`.
    """

    evidence: RankedEvidence
    rows: Float32[np.ndarray, "3 n"]
    weights: Float[np.ndarray, " 3"]
    voices: Mapping[str, str]
    right: Collection[str] = ()
    counted: int = 3
    pooling: int = 0
    gram: Float[np.ndarray, "3 3"] | None = None
    nothing: str = "The gallery is empty."
    before: Remark = Remark()
    after: Remark = Remark()
    rule: str = SUM

    def answer(self, kind: type[Answer], k: int, **more: Any) -> Answer:
        """Returns the best of the gallery, and what is to be said of them.

        Args:
            kind: what is returned.
            k: how many hits; clamped to 1..min(n, 100).
            **more: further fields of the answer.

        Raises:
            InputError: the weights cancel the query, so that there is no length to divide by.
        """
        length = 1.0 if self.gram is None else blend.mixed_length(self.weights, self.gram)
        evidence, hidden = self.evidence, self.evidence.hidden
        scores = self.scores()
        shares = blend.contributions(self.weights, self.rows) / length if self.additive else None
        # Before the division, which rounds many a pair of neighbouring scores to the same number.
        chosen = blend.order(scores, clamp_k(k, len(evidence.items)), hidden).tolist()
        right = self.right_rows()
        ranks = {row: rank_of(row, scores, hidden) for row in right}
        best = min(ranks, key=lambda row: ranks[row], default=None)
        shown = hits(
            chosen if best is None else [*chosen, best],
            scores / length,
            shares,
            tuple(self.voices),
            evidence.items,
            evidence.copies,
            evidence.row_of,
        )
        placed = None if best is None else Placed(shown[-1], ranks[best])
        ranked = shown[: len(chosen)]
        first = (chosen or [0])[0] if best is None else best
        says = self._says(first, ranks.get(first, 1), hidden, right=placed is not None) if ranked else []
        return kind(
            profile=evidence.profile,
            models=evidence.models,
            weights=(float(self.weights[0]), float(self.weights[1]), float(self.weights[2])),
            hits=ranked,
            sentence=self._sentence(says) if ranked else self.nothing,
            right=placed,
            readings=readings(self.blended()),
            ranking=self,
            finding=evidence.finding,
            rule=self.rule,
            searched=evidence.searched,
            **more,
        )

    @property
    def additive(self) -> bool:
        """Whether a score is a weighted sum of the rows."""
        return self.rule in ADDITIVE

    def scores(self) -> Float[np.ndarray, " n"]:
        """Returns the score of every candidate, before any division by a length."""
        if self.additive:
            return blend.blend(self.weights, self.rows)
        return joined(self.rule, self.weights, self.rows, self.evidence.hidden)

    def right_rows(self) -> list[int]:
        """Returns the rows of the right items that can be found."""
        if not self.right:
            return []
        items, hidden = enumerate(self.evidence.items), self.evidence.hidden
        return [row for row, (name, _) in items if name in self.right and row not in hidden]

    def _says(self, shown: int, rank: int, hidden: Sequence[int], *, right: bool) -> list[str]:
        """Returns the sentences that begin a ranking: whether anything fits, and who finds what, at which ranks."""
        evidence = self.evidence
        ranks = {
            voice: rank_of(shown, row, hidden)
            for voice, row, weight in zip(self.voices.values(), self.rows, self.weights, strict=True)
            if weight > 0
        }
        name = spoken(shown, rank, evidence.items, evidence.titles, evidence.copies)
        return [
            "" if evidence.finding is None or right else evidence.finding.doubt(),
            doubt({self.voices[part]: fit for part, fit in evidence.fits.items()}, list(ranks)),
            headline(name, ranks, rank, right=right),
        ]

    def _sentence(self, says: Sequence[str]) -> str:
        remarks = self.before.at(self.weights), self.after.at(self.weights)
        return " ".join(filter(None, [remarks[0], *says, remarks[1]]))

    def blended(self) -> Blended:
        """Returns what the answer is blended from, as instruments read it: one kind alone where a score is no sum."""
        kinds = [voice.removeprefix("the ") for voice in self.voices.values()]
        weights, count, evidence = self.weights.tolist(), self.counted, self.evidence
        memory = evidence.memory.setdefault(("instruments", self.pooling, self.rule), {})
        right, hidden = self.right_rows(), evidence.hidden
        rows = self.rows[:count]
        if not self.additive:
            rows, weights, kinds = self.scores()[None], [1.0], ["all together"]
        return Blended(rows, weights[:count], kinds[:count], evidence.names, right, hidden, memory)

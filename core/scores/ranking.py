"""The answer to one query of a set of scores, and how often the queries find their right answers at given weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core import blend
from core.instruments.recall_map import RecallMap, recall_over_weights
from core.scores.score_set import ScoreSet
from core.tasks.candidates import RankedEvidence
from core.tasks.ranking import RankedAnswer, Ranking, Remark, rank_of

PARTS = 3
"""A ranking has three parts; a set of two has a third one that says nothing and weighs nothing."""
PROFILE = "scores"
STEPS, PLACES = 18, (1, 5, 10)
USUAL_VOICES = {"picture": "the picture", "words": "the words", "both": "the two together"}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ScoredEvidence(RankedEvidence):
    """What a set says of one query.

    Attributes:
        number: of the query, from 0.
        rows: (3, n) the scores by each kind of evidence.
        masked: rows that are no part of the ranking.
    """

    number: int
    rows: np.ndarray
    masked: tuple[int, ...] = ()

    @property
    def hidden(self) -> tuple[int, ...]:
        """The rows that are no part of the ranking."""
        return self.masked


def part_names(scores: ScoreSet) -> tuple[str, ...]:
    """Returns the names under which hits hold their parts: the kinds, and "" for what a set of two lacks."""
    return (*scores.kinds, *("",) * (PARTS - len(scores.kinds)))


def voices(scores: ScoreSet) -> dict[str, str]:
    """Returns name of each part -> what a sentence calls it."""
    spoken = [
        USUAL_VOICES[kind] if label == kind else f"the {label}"
        for kind, label in zip(scores.kinds, scores.labels, strict=True)
    ]
    return dict(zip(part_names(scores), (*spoken, *("",) * (PARTS - len(spoken))), strict=True))


def evidence_of(scores: ScoreSet, number: int) -> ScoredEvidence:
    """Returns the evidence of a query.

    Args:
        scores: the set.
        number: of the query, from 0.
    """
    rows = np.zeros((PARTS, len(scores.ids)), dtype=np.float32)
    rows[: len(scores.parts)] = scores.parts[:, number]
    files = zip(scores.ids, scores.files, strict=True)
    return ScoredEvidence(
        profile=PROFILE,
        models={"scores": scores.model},
        items=tuple((name, file or name) for name, file in files),
        titles=scores.ids,
        number=number,
        rows=rows,
        masked=scores.left_out[number],
    )


def answer(scores: ScoreSet, evidence: ScoredEvidence, weights: Sequence[float], k: int) -> RankedAnswer:
    """Ranks all candidates of a query.

    Args:
        scores: the set.
        evidence: of the query.
        weights: one a kind of evidence, finite; rescaled to sum to 1. What is more than that is left out.
        k: how many hits.

    Raises:
        InputError: a weight is not finite, or they sum to 0.
    """
    count = len(scores.kinds)
    chosen = blend.simplex_weights(tuple(float(weight) for weight in weights[:count]))
    padded = np.zeros(PARTS)
    padded[:count] = chosen
    hidden = len(evidence.masked)
    remark = f"{hidden} {'candidate is' if hidden == 1 else 'candidates are'} left out." if hidden else ""
    right = [scores.ids[row] for row in scores.right[evidence.number]]
    return Ranking(
        evidence, evidence.rows, padded, voices(scores), right, counted=count, after=Remark(remark)
    ).answer(RankedAnswer, k)


def known_queries(scores: ScoreSet) -> list[int]:
    """Returns the queries whose right answers are known."""
    return [number for number, rows in enumerate(scores.right) if rows]


def right_ranks(scores: ScoreSet, weights: Sequence[float]) -> list[int]:
    """Returns the rank of the best right answer, 1 = first, of each of the `known_queries`.

    Args:
        scores: the set.
        weights: one a kind of evidence; they sum to 1.
    """
    ranks = []
    for number in known_queries(scores):
        blended = blend.blend(np.asarray(weights, dtype=np.float64), scores.parts[:, number])
        hidden = scores.left_out[number]
        ranks.append(min(rank_of(row, blended, hidden) for row in scores.right[number]))
    return ranks


def recall_map(scores: ScoreSet) -> RecallMap | None:
    """Returns recall over all weights of three kinds; None for two kinds, and where no right answer is known."""
    judged = known_queries(scores)
    if len(scores.kinds) != PARTS or not judged:
        return None
    right, left_out = ([rows[number] for number in judged] for rows in (scores.right, scores.left_out))
    return recall_over_weights({"mean": scores.parts[:, judged]}, right, left_out, STEPS, PLACES)

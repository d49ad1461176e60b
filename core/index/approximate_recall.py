"""How much of the exact best an approximate index proposes: recall over questions mixed of a gallery's own rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Int64

from core.blend import dot_products, unit
from core.index.approximate import blocks_of
from core.index.constants import SMALLEST_DEVIATION, cosine_distribution
from core.index.segmented_rows import StoredRows

BEST = 12
BLOCK = 16_384
MEASURED = 4096
"""Rows that say how far the cosines of a set spread."""
JOINT = "joint"


@dataclass(frozen=True, slots=True, eq=False)
class AskedSets:
    """What questions are mixed of.

    Attributes:
        sides: the vector sets, n unit rows each.
        names: of the sets.
        texts: name of a set -> unit rows of sentences in its space; where it is not there, what sets a picture apart
            from the mean of the others stands for words.
    """

    sides: Sequence[Float32[StoredRows, "n _"]]
    names: Sequence[str]
    texts: Mapping[str, Float32[np.ndarray, "q _"]]


def mixed_questions(asked: AskedSets, count: int, seed: int) -> Float32[np.ndarray, "m d"]:
    """Returns questions as the retrieval tasks mix them, with weights drawn evenly from the simplex.

    Each starts from a picture that the gallery does not hold, halfway between two that it does, and mixes w0 picture +
    w1 words + w2 both. In the joint space all three ask, and both is what lies halfway between picture and words: so
    mixed, the real questions of `benchmarks.growth` and these find nearly as much. Beside other sets pictures ask the
    garments and words the words, each divided by how far the cosines of its set spread, as street to shop does.

    Args:
        asked: what they are mixed of.
        count: how many.
        seed: of the pictures and the weights.
    """
    chance = np.random.default_rng(seed)
    total = len(asked.sides[0])
    start, other, wanted = chance.integers(total, size=(3, count))
    w0, w1, w2 = chance.dirichlet(np.ones(3), count).astype(np.float32).T[:, :, None]
    spoken = chance.random(count)
    parts = []
    for name, side in zip(asked.names, asked.sides, strict=True):
        words, picture = _words(asked, name, side, wanted, spoken), unit(side[start] + side[other])
        if name == JOINT and len(asked.names) == 1:
            parts.append(w0 * picture + w1 * words + w2 * unit(picture + words))
        else:
            parts.append((w1 * words if name in (JOINT, "words") else (w0 + w2) * picture) / _spread(side))
    return np.concatenate(parts, axis=1, dtype=np.float32)


def _words(
    asked: AskedSets, name: str, side: Float32[StoredRows, "n d"], wanted: np.ndarray, spoken: np.ndarray
) -> Float32[np.ndarray, "m d"]:
    texts = asked.texts.get(name)
    if texts is not None and len(texts):
        return np.asarray(texts[(spoken * len(texts)).astype(np.int64)])
    if name != JOINT:
        return np.asarray(side[wanted])
    return np.asarray(unit(side[wanted] - side[:MEASURED].mean(axis=0)))


def _spread(side: Float32[StoredRows, "n d"]) -> float:
    return max(cosine_distribution(side[:MEASURED])[1], SMALLEST_DEVIATION)


@dataclass(frozen=True, slots=True, eq=False)
class KnownBest:
    """Questions whose exact answers are known.

    Attributes:
        questions: (m, d).
        sides: the vector sets that answer.
        least: (m,) the score of the last of the `BEST` best rows, less what rounding may make of it.
    """

    questions: Float32[np.ndarray, "m d"]
    sides: Sequence[Float32[StoredRows, "n _"]]
    least: Float32[np.ndarray, " m"]

    def found(self, rows: Int64[np.ndarray, "m r"]) -> float:
        """Returns the mean share of the best that is among the proposed; equal rows stand for each other.

        Args:
            rows: (m, r) proposed for each question, each once.
        """
        shares = []
        for question, some, least in zip(self.questions, rows, self.least, strict=True):
            near = np.concatenate([side[np.sort(some)] for side in self.sides], axis=1)
            shares.append(min(int(np.count_nonzero(dot_products(question, near) >= least)), BEST) / BEST)
        return float(np.mean(shares))


def answered(questions: Float32[np.ndarray, "m d"], sides: Sequence[Float32[StoredRows, "n _"]]) -> KnownBest:
    """Returns questions with the score of the last of their best rows, by a look at all rows, a block at a time.

    Args:
        questions: (m, d).
        sides: the vector sets, at least `BEST` rows each.
    """
    best = np.full((len(questions), BEST), -np.inf, dtype=np.float32)
    for _, rows in blocks_of(sides, BLOCK):
        both = np.concatenate([best, questions @ rows.T], axis=1)
        best = np.partition(both, -BEST, axis=1)[:, -BEST:]
    # A matrix product rounds otherwise than a row alone, by at most this (Higham 2002, 3.1).
    slack = 2 * questions.shape[1] * np.finfo(np.float32).eps * np.linalg.norm(questions, axis=1)
    return KnownBest(questions, sides, (best.min(axis=1) - slack).astype(np.float32))

"""Where a part of a score comes from: what each place of a picture, and each word of a text, adds to it.

The row of a picture is a mean over places, put through a linear map, at length 1: so it is a sum over places, and a dot
product with it falls apart over them without anything left; likewise over the tokens of a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any

import numpy as np
from jaxtyping import Float, Float64

PARTS = ("q", "t", "f")
MARKS = "start and end"
"""What stands for the tokens that are no word."""
NO_WORDS = ("[CLS]", "[SEP]")
HALF = 0.5
PAIRS = 5


@dataclass(frozen=True, slots=True, eq=False)
class QueryShares:
    """What is asked with, and what it is the sum of.

    Attributes:
        rows: (3, d) q, t and f(q, t), pooled.
        reference: (places + 1, d) rows that sum to q: one a place of the reference, and last what belongs to none.
        words: of the modification, in order, with `MARKS` last.
        word_rows: (words, d) rows that sum to t.
    """

    rows: Float[np.ndarray, "3 d"]
    reference: Float64[np.ndarray, "places_and_bias d"]
    words: tuple[str, ...]
    word_rows: Float64[np.ndarray, "words d"]


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """Where the parts of one candidate's score come from.

    Attributes:
        index: the candidate.
        scores: (3,) its parts q.x, t.x and f.x, as they rank it.
        places: (3, places + 1) what each place of its picture adds to each part, and last what belongs to no place.
        reference: (places + 1,) what each place of the reference adds to q.x, likewise.
        words: of the modification.
        by_word: (words, places + 1) what each word and each place of the picture add together to t.x.
        pairs: (places, places + 1) what each place of the reference and each place of the picture add together to q.x.
        original: whether its picture is the file that was indexed, so that places add up to the part.
    """

    index: int
    scores: tuple[float, float, float]
    places: Float64[np.ndarray, "3 places_and_bias"]
    reference: Float64[np.ndarray, " places_and_bias"]
    words: tuple[str, ...]
    by_word: Float64[np.ndarray, "words places_and_bias"]
    pairs: Float64[np.ndarray, "places places_and_bias"]
    original: bool = True

    @property
    def difference(self) -> float:
        """How far the places' sum is from the parts, at most: rounding, and more where the picture is a small copy."""
        return float(np.abs(self.places.sum(axis=1) - self.scores).max())

    @property
    def grid(self) -> int:
        """How many places lie side by side."""
        return isqrt(self.places.shape[1] - 1)

    def sentence(self, name: str) -> str:
        """Says from how many places half of each part comes, one plain sentence.

        Args:
            name: of the candidate.
        """
        counts = [places_for_half(row[:-1]) for row in self.places]
        estimated = (
            "" if self.original else f" (estimated from a small copy, at most {self.difference:.3f} off)"
        )
        return (
            f"Of {self.places.shape[1] - 1} places of “{name}” the best {counts[0]} give half of the picture’s part, "
            f"{counts[1]} half of the words’, {counts[2]} half of that of both{estimated}."
        )

    def to_json(self, name: str) -> dict[str, Any]:
        """Returns the reading as plain JSON values.

        Args:
            name: of the candidate.
        """
        parts = {
            part: {"score": score, **places_plain(row)}
            for part, score, row in zip(PARTS, self.scores, self.places, strict=True)
        }
        words = [
            {"word": word, "adds": float(row.sum()), **places_plain(row)}
            for word, row in zip(self.words, self.by_word, strict=True)
        ]
        return {
            "sentence": self.sentence(name), "estimated": not self.original, "difference": self.difference,
            "parts": parts, "reference": places_plain(self.reference), "words": words, "pairs": self.best_pairs(),
        }  # fmt: skip

    def best_pairs(self, most: int = PAIRS) -> list[dict[str, Any]]:
        """Returns the pairs of a place of the reference and one of the picture that add most to q.x, each place once.

        Args:
            most: how many of them.

        Returns:
            reference and picture, both [row, column] from 0, and what the pair adds, above 0.
        """
        left = self.pairs[:, :-1].copy()
        best: list[dict[str, Any]] = []
        while len(best) < most and (adds := float(left.max(initial=0.0))) > 0:
            places = np.unravel_index(int(left.argmax()), left.shape)
            left[places[0]], left[:, places[1]] = 0.0, 0.0
            reference, picture = (list(divmod(int(place), self.grid)) for place in places)
            best.append({"reference": reference, "picture": picture, "adds": adds})
        return best


def places_plain(row: Float64[np.ndarray, " places_and_bias"]) -> dict[str, Any]:
    """Returns what places add as JSON takes it: a square, line by line, and what belongs to no place."""
    side = isqrt(len(row) - 1)
    return {"places": row[:-1].reshape(side, side).tolist(), "nowhere": float(row[-1])}


def places_for_half(places: Float[np.ndarray, " places"]) -> int:
    """Returns how few places give half of all that places add, those that take away left aside; 0 for none."""
    adding = np.sort(places[places > 0])[::-1]
    return int(np.searchsorted(np.cumsum(adding), HALF * adding.sum()) + 1) if len(adding) else 0


def words_of(
    pieces: Sequence[str], rows: Float64[np.ndarray, "tokens d"]
) -> tuple[tuple[str, ...], Float64[np.ndarray, "words d"]]:
    """Returns the words of a text, and the sum of the rows of each one's pieces; what is no word comes last.

    Args:
        pieces: what each token stands for, see `core.contracts.SummedEncoder.text_pieces`.
        rows: (tokens, d).
    """
    words: list[str] = []
    sums: list[np.ndarray] = []
    marks = np.zeros(rows.shape[1])
    for piece, row in zip(pieces, rows, strict=True):
        if piece in NO_WORDS:
            marks = marks + row
        elif piece.startswith("##") and words:
            words[-1] += piece[2:]
            sums[-1] = sums[-1] + row
        else:
            words.append(piece)
            sums.append(row)
    return (*words, MARKS), np.stack([*sums, marks])


def located(
    query: QueryShares,
    index: int,
    scores: Sequence[float],
    picture: Float64[np.ndarray, "places_and_bias d"],
    *,
    original: bool = True,
) -> Located:
    """Takes a candidate's parts apart.

    Args:
        query: what is asked with.
        index: the candidate.
        scores: its three parts, as they rank it.
        picture: rows that sum to the candidate's own: one a place, and last what belongs to none.
        original: whether they come from the file that was indexed.
    """
    whole = picture.sum(axis=0)
    q, t, f = (float(score) for score in scores)
    return Located(
        index,
        (q, t, f),
        query.rows.astype(np.float64) @ picture.T,
        query.reference @ whole,
        query.words,
        query.word_rows @ picture.T,
        query.reference[:-1] @ picture.T,
        original,
    )

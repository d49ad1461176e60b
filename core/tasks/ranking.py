"""Places in a ranking: copies of a picture count once, the right one has a rank, and a name for the sentence."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from core.contracts import SearchableGallery
from core.instruments import Reading
from core.tasks.headline import Fit, doubt, headline
from core.tasks.results import Copies, Hit, ItemName, hits

WORD = re.compile(r"[^\W\d_]{3,}")
CAMERA_WORDS = frozenset(
    ["img", "dsc", "dscn", "dscf", "pxl", "mvi", "image", "photo", "pict", "picture", "scan", "jpeg", "webp"]
)
"""What cameras and programs call files; a name of these and digits says nothing about a picture."""


def item_copies(gallery: SearchableGallery) -> Copies:
    """Returns row -> the later rows with the same bytes, for those pictures of a gallery that have copies."""
    rows: dict[str, list[int]] = {}
    for row, item in enumerate(gallery.items):
        rows.setdefault(str(getattr(item, "digest", "") or f"#{row}"), []).append(row)
    return {first: tuple(later) for first, *later in rows.values() if later}


def repeats(copies: Copies) -> tuple[int, ...]:
    """Returns the rows that only repeat an earlier picture; a ranking shows each picture once."""
    return tuple(row for later in copies.values() for row in later)


def copies_to_json(copies: Copies) -> list[list[int]]:
    """Returns the copies as lists, each with the first row in front."""
    return [[row, *later] for row, later in copies.items()]


def copies_from_json(value: Sequence[Sequence[int]] | None) -> Copies:
    """Returns what `copies_to_json` wrote; none for evidence that was written before there were any."""
    return {int(row): tuple(map(int, later)) for row, *later in value or ()}


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


def placed(
    right: Collection[str],
    scores: np.ndarray,
    shares: np.ndarray,
    names: Sequence[str],
    items: Sequence[ItemName],
    copies: Copies,
    hidden: Sequence[int],
) -> Placed | None:
    """Returns where the best of the right items stands; None when there is none that can be found.

    Args:
        right: ids of the items that are known to be right.
        scores: (n,) blended scores.
        shares: (parts, n) what each part adds.
        names: (parts,) what the parts are called.
        items: (id, file) of every candidate.
        copies: candidate -> the later ones with the same bytes.
        hidden: rows that are no part of the ranking.
    """
    rows = right_rows(right, items, hidden)
    if not rows:
        return None
    ranks = {row: rank_of(row, scores, hidden) for row in rows}
    best = min(rows, key=lambda row: ranks[row])
    return Placed(hits([best], scores, shares, names, items, copies)[0], ranks[best])


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


def verdict(
    name: str,
    rows: Float32[np.ndarray, "parts n"],
    weights: Float[np.ndarray, " parts"],
    voices: Mapping[str, str],
    shown: Placed,
    *,
    hidden: Sequence[int],
    fits: Mapping[str, Fit],
    right: bool,
) -> list[str]:
    """Returns the sentences that begin a ranking: whether anything fits, and who finds what, at which ranks.

    Args:
        name: what a sentence calls the item, see `spoken`.
        rows: what each part says of every candidate.
        weights: of the parts.
        voices: name of each part, in order -> what a sentence calls it.
        shown: the item that is spoken of.
        hidden: rows that are no part of the ranking.
        fits: part -> how well its best candidate fits; those that were measured.
        right: whether it is known to be the right one; else it is the first.
    """
    ranks = {
        voice: rank_of(shown.hit.index, row, hidden)
        for voice, row, weight in zip(voices.values(), rows, weights, strict=True)
        if weight > 0
    }
    return [
        doubt({voices[part]: fit for part, fit in fits.items()}, list(ranks)),
        headline(name, ranks, shown.rank, right=right),
    ]


def right_rows(right: Collection[str], items: Sequence[ItemName], hidden: Sequence[int]) -> list[int]:
    """Returns the rows of the right items that can be found.

    Args:
        right: ids of the items that are known to be right.
        items: (id, file) of every candidate.
        hidden: rows that are no part of the ranking.
    """
    return (
        [row for row, (name, _) in enumerate(items) if name in right and row not in hidden] if right else []
    )


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
    """

    profile: str
    models: dict[str, str]
    weights: tuple[float, float, float]
    hits: tuple[Hit, ...]
    sentence: str
    right: Placed | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Returns the object that the endpoint gives."""
        return {
            "profile": self.profile,
            "models": dict(self.models),
            "weights": list(self.weights),
            "hits": [hit.to_json() for hit in self.hits],
            "sentence": self.sentence,
            "instruments": {name: reading.to_json() for name, reading in self.readings.items()},
        }

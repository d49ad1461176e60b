"""Do words help to find a garment? The slot captioner's sentence and the dialogue's summary, alone and blended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from core.blend import dot_products
from core.captioners.dialogue import QUESTIONS, Conversation
from core.captioners.templates import GARMENT
from core.index.constants import cosine_distribution
from core.metrics import proportion
from core.training.garment.folds import Fold, cells, ranks_in

SHARES = (0.15, 0.3)
"""Weights of the words in the blend; the first is what the page starts with."""
TITLE = "Words beside the picture: caption against dialogue"
NOTE = (
    "Worn photo asks, about 500 products answer; {pairs} pairs that no training saw, the shipped losses. Both sides "
    "are described by the same writer: the slot captioner's sentence, or the summary of the dialogue with its {count} "
    "fixed questions, embedded by MiniLM; a blend adds standardised cosines. The report planned this dialogue and "
    "has no figure for it."
)


def words_table(
    found: Sequence[Fold],
    items: Sequence[str],
    written: Mapping[str, tuple[Float32[np.ndarray, "n s"], Float32[np.ndarray, "n s"]]],
) -> dict[str, Any]:
    """Returns the table of recall with each kind of words, alone and blended.

    Args:
        found: folds of the shipped losses; rows of other folds are not looked at.
        items: (n,) item of each pair.
        written: writer -> embeddings of what it says about the worn and about the product photos.
    """
    rows: list[list[Any]] = [["picture alone", *_row(found, items, None, 0.0)]]
    for writer, sides in written.items():
        rows.append([f"{writer}, alone", *_row(found, items, sides, 1.0)])
        rows += [[f"picture + {share:.0%} {writer}", *_row(found, items, sides, share)] for share in SHARES]
    return {
        "title": TITLE,
        "note": NOTE.format(count=len(QUESTIONS), pairs=sum(len(fold.rows) for fold in found)),
        "columns": ["evidence", "R@1", "R@5", "R@20", "mAP"],
        "rows": rows,
    }


def _row(
    found: Sequence[Fold], items: Sequence[str], sides: tuple[np.ndarray, np.ndarray] | None, share: float
) -> list[dict[str, float]]:
    ranks, groups = [], []
    for fold in found:
        scores = fold.scores / cosine_distribution(fold.products)[1] * (1 - share)
        if sides is not None:
            asked, answers = (unit(side[fold.rows]) for side in sides)
            scores = scores + share * dot_products(asked, answers) / cosine_distribution(answers)[1]
        ranks.append(ranks_in(scores.astype(np.float32)))
        groups += [items[row] for row in fold.rows]
    return cells(np.concatenate(ranks), groups)


def unit(rows: Float[np.ndarray, "n s"]) -> Float[np.ndarray, "n s"]:
    """Returns the rows with length 1."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


def answered_right(
    conversations: Sequence[Conversation], colours: Sequence[str]
) -> tuple[float, float, float, int]:
    """Returns how often the dialogue names the colour that a catalogue gives, with its interval, and of how many.

    Args:
        conversations: one for each product.
        colours: (n,) the catalogue's colour in small letters; products of another colour than the dialogue
            knows are left out.
    """
    asked = [one.name for one in QUESTIONS].index("colour")
    known = [row for row, colour in enumerate(colours) if colour in GARMENT.candidates["colour"]]
    right = [conversations[row].exchanges[asked].answer == colours[row] for row in known]
    return (*proportion(right), len(known)) if known else (0.0, 0.0, 1.0, 0)

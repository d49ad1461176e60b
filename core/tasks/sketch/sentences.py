"""Parts of the sentences about a sketch: numbers with signs, verbs, and who wins below a tie."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from core import blend
from core.instruments.tie import Tie

SAME = 1e-9
"""Logits nearer than this are equal."""


def signed_part(value: float) -> str:
    """Returns a number with its sign, the minus a true one; names of classes keep their hyphens."""
    return f"{value:+.1f}".replace("-", "\u2212")


def verb_of(part: tuple[str, float]) -> str:
    """Returns the verb of "picture" or "words"."""
    return "add" if part[0] == "words" else "adds"


def wins(rows: Float[np.ndarray, "2 classes"], tie: Tie, picture: str) -> str:
    """Returns what the words' first choice does below the tie: a third class may stand above both."""
    weight = tie.weight or 0.0
    there = blend.blend((weight, 1.0 - weight), rows)
    return "wins" if there.max() <= there[[tie.first, tie.second]].max() + SAME else f"passes {picture}"

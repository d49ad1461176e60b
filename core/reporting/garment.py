"""The tables of the garment embedding: sums of losses, words beside the picture, what a promise is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.reporting import Table, table

PLACES = (1, 5, 20)
COLUMNS = ("R@1", "R@5", "R@20", "mAP")
REPORTED = (
    ("report 3: X2-VLM without training, DeepFashion2", None, None, None, 0.027),
    ("report 3: after one epoch on 1,000 samples, DeepFashion2", None, None, None, 0.034),
)
Lines = Sequence[Sequence[Any]]


def losses_table(rows: Lines) -> Table:
    """Returns the table of every sum of losses, and beside them the report's own figures."""
    return table(
        "Losses of report 3, each switched on and off",
        "Worn photo asks, about 500 products answer; three folds by item, 95 % intervals. ITC and ITM use captions of "
        "the slot captioner, not of people; L1 + IoU (GIoU) is the box of a synthetic scene, guessed from the garment "
        "embedding of the whole scene; ArcFace has margin 0.15 rad and scale 30; every loss has weight 1. The image "
        "tower is frozen. The sum that ships, merged, has the best mAP over the queries outside the kept-back eighth; "
        "each other row is one training. The report's figures are of other data, so compare rows, not figures.",
        ("losses", *COLUMNS),
        [*rows, *REPORTED],
    )


def beside_table(rows: Lines, pairs: int, questions: int) -> Table:
    """Returns the table of words beside the picture, on so many pairs, with a dialogue of so many questions."""
    return table(
        "Words beside the picture: caption against dialogue",
        f"Worn photo asks, about 500 products answer; {pairs} pairs that no training saw, the shipped losses. Both "
        "sides are described by the same writer: the slot captioner's sentence, or the summary of the dialogue with "
        f"its {questions} fixed questions, embedded by MiniLM; a blend adds standardised cosines. The report "
        "planned this dialogue and has no figure for it.",
        ("evidence", *COLUMNS),
        rows,
    )


def answers_table(rows: Lines, alpha: float) -> Table:
    """Returns the table of what a promise that something answers is worth."""
    return table(
        f"Whether anything answers, promised at {alpha:g}",
        "Cross-fitted over the three folds: about 500 products answer, by heads that saw none of them; the best score "
        "of each question without its product calibrates the p-values of the other thirds of its fold. A wrong first "
        "product is as good as one of a question without an answer, so alpha + R@1 can be expected at most.",
        ("evidence", "found without its product", "found with it", "R@1", "alpha + R@1"),
        rows,
    )

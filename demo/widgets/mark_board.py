"""What a visitor marked as also right, and recall before and after; tiles that are marked carry a ribbon."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import gradio as gr

from core.instruments.also_right import RightRanks, found_among
from core.metrics import wilson
from demo.html import fine, isolated
from demo.widgets.sources import script
from demo.widgets.wanted import WantedHTML

PLACES = (1, 5, 10)
HINT = "Enlarge a result and press “Also right”: it counts as a right answer of this question, for you alone."
COUNTED = (
    "Counted over {over}, at the weights that stand; n is how many of these have a right answer. In small print the "
    "95 % interval of such a share."
)
FEW = (
    " With n = {n} it reaches over {reach} points: what changes here is true of these questions, and no finding "
    "about the method."
)
SMALL = 100
"""Questions below which it is said how little a share of so many tells."""
NONE_OF_THESE = "none known"
NONE = "No right answer is known of any question yet."
TAKE_BACK = "Take back"


class MarkBoard(WantedHTML):
    """Says which results are marked; besides `wanted`, `take` comes with the index of one.

    Args:
        name: begins the id of the sentence that it follows.
    """

    frame, source, shows = "mark-board", "mark_board.js", "HTML of what is marked as also right"

    def __init__(self, *, name: str, **options: Any) -> None:
        super().__init__(watches=f"{name}-sentence", data={"name": name}, **options)


class MarkRibbons(gr.HTML):
    """Unseen: puts a ribbon on the results that are marked; `wanted` comes when another question is shown.

    Args:
        name: begins the id of the gallery.
    """

    def __init__(self, *, name: str, **options: Any) -> None:
        super().__init__(
            html_template=f'<div hidden data-name="{escape(name)}"></div>',
            js_on_load=script("mark_ribbons.js"),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "object", "description": "rows that are marked, and of how many questions some are"}


def marks_html(marked: Sequence[tuple[int, str, int]], ranks: Sequence[RightRanks], over: str) -> str:
    """Returns what is marked of the question that stands, and recall before and after, as counts.

    Args:
        marked: (row of the gallery, its title, its rank) of each result that is marked.
        ranks: of the best right answer of each question that counts.
        over: which questions these are.
    """
    items = "".join(
        f'<li>{isolated(title)}, rank {rank} <button type="button" class="tool" data-take="{row}" '
        f'aria-label="{escape(TAKE_BACK)}: {escape(title)}">{escape(TAKE_BACK)}</button></li>'
        for row, title, rank in marked
    )
    listed = f"<ul>{items}</ul>" if items else ""
    return f'<p class="simplex-hint">{isolated(HINT)}</p>{listed}{_recall(ranks, over)}'


def _recall(ranks: Sequence[RightRanks], over: str) -> str:
    if not any(each.after is not None for each in ranks):
        return fine(NONE)
    body = "".join(
        f'<tr><th scope="row">R@{k}</th><td>{_count([each.before for each in ranks], k)}</td>'
        f"<td>{_count([each.after for each in ranks], k)}</td></tr>"
        for k in PLACES
    )
    return (
        '<table class="many marks tabular"><thead><tr><td></td><th scope="col">by what was known</th>'
        f'<th scope="col">with what you marked</th></tr></thead><tbody>{body}</tbody></table>'
        + fine(COUNTED.format(over=over) + _few(ranks))
    )


def _few(ranks: Sequence[RightRanks]) -> str:
    """Returns how wide the widest interval of the last column is, where few questions are counted; else ""."""
    found = [found_among([each.after for each in ranks], k) for k in PLACES]
    low, high = max((wilson(*counts) for counts in found), key=lambda ends: ends[1] - ends[0])
    n = found[0][1]
    return FEW.format(n=n, reach=f"{100 * (high - low):.0f}") if n < SMALL else ""


def _count(ranks: Sequence[int | None], k: int) -> str:
    hits, count = found_among(ranks, k)
    if not count:
        return NONE_OF_THESE
    low, high = wilson(hits, count)
    return f"{hits:,} of n = {count:,} <small>{100 * low:.0f}–{100 * high:.0f} %</small>"

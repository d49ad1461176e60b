"""Counts above a list of pictures, each a filter: how many there are of a kind, and a press shows these alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from demo.html import isolated


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to part the pictures.

    Attributes:
        name: of it, as lines of the list know it: a word of letters.
        words: for people.
        counts: (value, how many), in order.
    """

    name: str
    words: str
    counts: Sequence[tuple[str, int]]


def facets_html(facets: Sequence[Facet]) -> str:
    """Returns the counts of each facet that parts the pictures at all; "" for none.

    Args:
        facets: in order; every text is escaped here.
    """
    groups = "".join(_facet(facet) for facet in facets if len(facet.counts) > 1)
    return f'<div class="facets">{groups}</div>' if groups else ""


def _facet(facet: Facet) -> str:
    most = max(count for _, count in facet.counts)
    buttons = "".join(
        f'<button type="button" class="facet-count" aria-pressed="false" data-facet="{escape(facet.name)}" '
        f'data-value="{escape(value)}"><span>{isolated(value)}</span> <b>{count}</b>'
        f'<i style="width:{100 * count / most:.0f}%"></i></button>'
        for value, count in facet.counts
    )
    return (
        f'<div class="facet" role="group" aria-label="{escape(facet.words)}">'
        f"<span>{escape(facet.words)}</span>{buttons}</div>"
    )

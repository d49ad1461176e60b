"""Bars of how well sentences fit a picture, by class, and beside them as many random things as a control."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from demo.html import isolated, signed

Fit = tuple[str, str, float]


def sentence_bars(described: Sequence[Fit], sentence: str, figures: str) -> str:
    """Returns a sentence, a table of bars for each class, one for the random things, and what this is worth.

    Args:
        described: (class, sentence, fit); the class of a random thing is "".
        sentence: what the bars say together.
        figures: what such sentences are worth on unseen pictures; "" where nobody measured.
    """
    top = max((abs(fit) for _, _, fit in described), default=0.0) or 1.0
    groups = dict.fromkeys(label for label, _, _ in described)
    tables = "".join(_table(label, [row for row in described if row[0] == label], top) for label in groups)
    fine = f'<p class="fine">{isolated(figures)}</p>' if figures else ""
    return f'<p class="chips-said">{isolated(sentence)}</p><div class="fits">{tables}</div>{fine}'


def _table(label: str, rows: Sequence[Fit], top: float) -> str:
    name = f"What a {label} looks like" if label else f"{len(rows)} random things"
    lines = "".join(_line(row, top) for row in sorted(rows, key=lambda row: -row[2]))
    return f'<table class="fit-table{"" if label else " is-control"}"><caption>{escape(name)}</caption>{lines}</table>'


def _line(row: Fit, top: float) -> str:
    label, says, fit = row
    says = says if label else says.split(" ", 1)[-1]  # a thing, without its article
    side = "above" if fit >= 0 else "below"
    bar = f'<span class="fit-bar is-{side}" style="--fit: {abs(fit) / top:.3f}"></span>'
    shown = f'<td aria-hidden="true">{bar}</td><td class="tabular">{signed(fit)}</td>'
    return f'<tr><th scope="row">{escape(says)}</th>{shown}</tr>'

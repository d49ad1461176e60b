"""What the charts of the page share: words in SVG, in ink."""

from __future__ import annotations

from html import escape


def svg_words(x: float, y: float, text: str, anchor: str, *, strong: bool = False) -> str:
    """Returns words in SVG.

    Args:
        x: where they stand, in units of the view box.
        y: their base line.
        text: any text, escaped here.
        anchor: "start", "middle" or "end": which part of them stands at x.
        strong: in bold ink instead of muted.
    """
    colour, weight = ("--ink", 700) if strong else ("--muted", 400)
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
        f'style="fill:var({colour});font-size:15px;font-weight:{weight}">{escape(text)}</text>'
    )

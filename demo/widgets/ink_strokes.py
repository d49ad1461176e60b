"""A drawing whose strokes are coloured by what each adds to the first class; a press on one leaves it out."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from core.instruments.strokes_off import StrokeOff, StrokesOff
from demo.html import fine, isolated, signed
from demo.widgets.wanted import WantedHTML

HINT = (
    "Blue strokes add to “{name}”, the darker the more; striped ones take from it, the caption as it is. Press a "
    "stroke to leave it out, and again to bring it back. The numbers are those of the table."
)
SAMPLE = "Sample Shapley values"
SAMPLED = "Shapley values are sampled from {orders} orders of drawing, each with its standard error."
SHEET = "The drawing, its strokes coloured by what they add; the table below says the same."


class InkStrokes(WantedHTML):
    """The drawing of a pad, stroke by stroke; its value is the HTML of `strokes_html`.

    `wanted` comes with the pad's strokes and with `orders`, in how many orders they are to be added for Shapley values.

    Args:
        value: HTML at first.
        pad: CSS class of the drawing pad.
        watches: `elem_id` of what changes with the answer.
    """

    frame, source, shows = (
        "ink-frame",
        "ink_strokes.js",
        "HTML of a drawing and what each of its strokes does",
    )

    def __init__(self, value: str = "", *, pad: str, watches: str, **options: Any) -> None:
        super().__init__(value, watches=watches, data={"pad": pad}, **options)


def strokes_html(reading: StrokesOff, numbers: str, unit: str, note: str = "") -> str:
    """Returns the drawing and a table of its strokes.

    Args:
        reading: what each stroke does.
        numbers: address of a picture as large as the sheet, grey: the number of the stroke at each place.
        unit: of the effects.
        note: a sentence below, "" for none.
    """
    name = reading.names[reading.first]
    effects = [stroke.effect if stroke.shapley is None else stroke.shapley for stroke in reading.strokes]
    rows = "".join(_row(stroke, reading) for stroke in reading.strokes)
    titles = ["Stroke", f"Adds ({unit})", *(["Shapley"] if reading.orders else []), "First without it"]
    heads = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    table = (
        '<table class="wordings ink-table tabular"><caption>Strokes; press one to leave it out</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )
    ask = f'<button type="button" class="tool" data-orders="8">{escape(SAMPLE)}</button>'
    sampled = fine(SAMPLED.format(orders=reading.orders)) if reading.orders else f"<p>{ask}</p>"
    return (
        f'<div class="ink-strokes" data-effects="{escape(json.dumps(effects))}" data-numbers="{escape(numbers)}">'
        f'<p class="chips-said">{isolated(reading.sentence)}</p>'
        f'<canvas class="ink-sheet" width="512" height="512" role="img" aria-label="{escape(SHEET)}"></canvas>'
        f'<p class="simplex-hint">{isolated(HINT.format(name=name))}</p>{sampled if reading.strokes else ""}'
        f"{table if rows else ''}{fine(note) if note else ''}</div>"
    )


def _row(stroke: StrokeOff, reading: StrokesOff) -> str:
    first = "" if stroke.first == reading.first else isolated(reading.names[stroke.first])
    shapley = (
        "" if stroke.shapley is None else f"<td>{signed(stroke.shapley)} ± {stroke.error or 0.0:.2f}</td>"
    )
    return (
        f'<tr><th scope="row"><button type="button" class="atlas-go" data-stroke="{stroke.number}">'
        f"{stroke.number}</button></th><td>{signed(stroke.effect)}</td>{shapley}<td>{first or 'the same'}</td></tr>"
    )

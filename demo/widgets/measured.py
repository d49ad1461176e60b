"""All that training measured, from the manifests beside the weights: tables and curves, folded away under a tab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from demo.html import signed
from demo.widgets.svg import svg_words

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 520, 240, 46, 16, 150, 30
LEAST_GAP = 19
EVIDENCE = {
    "alpha": "--picture", "picture": "--picture", "q": "--picture", "w0": "--picture",
    "beta": "--words", "words": "--words", "t": "--words", "w1": "--words",
    "both": "--both", "f": "--both", "w2": "--both",
}  # fmt: skip
DASHES = ("", "7 5", "2 4", "10 4 2 4")
Curve = Mapping[str, Any]


def measured_fold(tables: Sequence[Mapping[str, Any]], curves: Sequence[Curve], summary: str) -> str:
    """Returns the tables and curves, folded away; "" when there are none.

    Args:
        tables: each with title, note, columns and rows; a cell is a text, a number, None, or a figure with its
            interval.
        curves: each with title, x, y and series, name -> one number for each epoch.
        summary: what stands on the fold.
    """
    if not tables and not curves:
        return ""
    parts = "".join(map(_table, tables)) + "".join(map(line_chart, curves))
    return f'<details class="fold measured"><summary>{escape(summary)}</summary>{parts}</details>'


def _table(table: Mapping[str, Any]) -> str:
    head = "".join(
        f'<th scope="col">{escape(name)}</th>' if name else "<td></td>" for name in table["columns"]
    )
    body = "".join(
        f'<tr><th scope="row">{escape(str(row[0]))}</th>{"".join(f"<td>{_cell(cell)}</td>" for cell in row[1:])}</tr>'
        for row in table["rows"]
    )
    note = f'<p class="fine">{escape(table["note"])}</p>' if table.get("note") else ""
    return (
        f"<h3>{escape(table['title'])}</h3>"
        f'<div class="wide" tabindex="0" role="group" aria-label="{escape(table["title"])}">'
        f'<table class="tabular"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        f"</div>{note}"
    )


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        low, high = (signed(value[end], 3) for end in ("low", "high"))
        return f"{signed(value['value'], 3)} <small>{low}–{high}</small>"
    if value is None:
        return "–"
    return signed(value, 3) if isinstance(value, float) else escape(str(value))


def line_chart(curve: Curve) -> str:
    """Returns curves over the epochs as SVG: evidence in its colours, everything else in ink, names at the ends."""
    series: Mapping[str, Sequence[float]] = curve["series"]
    values = [value for line in series.values() for value in line]
    if not values:
        return ""
    low, high = min(0.0, *values), max(values)
    span, most = (high - low) or 1.0, max(map(len, series.values()))
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def place(number: int, value: float) -> tuple[float, float]:
        return LEFT + (right - LEFT) * number / max(most - 1, 1), bottom - (bottom - TOP) * (
            value - low
        ) / span

    drawn, ends = "", []
    for number, (name, line) in enumerate(series.items()):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(i, value) for i, value in enumerate(line)))
        colour = f"var({EVIDENCE.get(name.partition(' ')[0], '--ink')})"
        dash = f";stroke-dasharray:{DASHES[number % len(DASHES)]}" if number else ""
        drawn += f'<polyline points="{points}" style="fill:none;stroke:{colour};stroke-width:3{dash}"/>'
        ends.append((place(len(line) - 1, line[-1])[1], f"{name} {line[-1]:.3g}"))
    words = svg_words(LEFT - 6, TOP + 6, f"{high:.2g}", "end") + svg_words(
        LEFT - 6, bottom + 4, f"{low:.2g}", "end"
    )
    words += svg_words(right, bottom + 22, f"{most - 1} {curve['x']}s", "end") + svg_words(
        LEFT, bottom + 22, "0", "middle"
    )
    taken = -float(LEAST_GAP)
    for level, text in sorted(ends):
        taken = max(level + 5, taken + LEAST_GAP)
        words += svg_words(right + 8, taken, text, "start", strong=True)
    axes = f'<path d="M{LEFT} {TOP}V{bottom}H{right}" style="fill:none;stroke:var(--line);stroke-width:1.5"/>'
    label = escape(f"{curve['title']}: {', '.join(text for _, text in ends)}")
    return (
        f'<figure><figcaption>{escape(curve["title"])}</figcaption><svg role="img" aria-label="{label}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{axes}{drawn}{words}</svg></figure>'
    )

"""Curves of a training, drawn while it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from demo.widgets.svg import svg_words

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 420, 210, 44, 30, 64, 30
_STYLES = ("stroke:var(--ink);stroke-width:3", "stroke:var(--muted);stroke-width:3;stroke-dasharray:7 5")
"""The first line is in training, the second on pictures kept back; no colour, for colours are evidence."""


def training_curves(
    accuracy: Mapping[str, Sequence[float]], loss: Mapping[str, Sequence[float]], epochs: int
) -> str:
    """Returns two panels over the epochs, accuracy and loss.

    Args:
        accuracy: name of a line -> shares in [0, 1], one for each epoch so far; at most two lines.
        loss: likewise, each at least 0.
        epochs: how many there will be at most: the width of both panels.
    """
    top = max((value for values in loss.values() for value in values), default=1.0) or 1.0
    panels = _panel("accuracy", accuracy, epochs, 1.0) + _panel("loss", loss, epochs, top)
    return (
        f'<div style="display:flex;flex-wrap:wrap;gap:var(--space-6);margin:var(--space-2) 0">{panels}</div>'
    )


def _panel(title: str, lines: Mapping[str, Sequence[float]], epochs: int, top: float) -> str:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    axes = (
        f'<path d="M{LEFT} {TOP}V{bottom}H{right}" style="fill:none;stroke:var(--line);stroke-width:1.5"/>'
        + svg_words(LEFT - 6, TOP + 5, f"{top:.2g}", "end")
        + svg_words(LEFT - 6, bottom, "0", "end")
        + svg_words(right, bottom + 22, f"{epochs} epochs", "end")
        + svg_words(LEFT, TOP - 12, title, "start", strong=True)
    )
    drawn, said_last, taken = "", [], -100.0
    for style, (name, values) in zip(_STYLES, lines.items(), strict=False):
        if not values:
            continue
        places = [
            (
                LEFT + (right - LEFT) * number / max(epochs, 1),
                bottom - (bottom - TOP) * min(max(value / top, 0.0), 1.0),
            )
            for number, value in enumerate(values, 1)
        ]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        x, y = places[-1]
        mark = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" style="fill:var(--ink)"/>'
        drawn += f'<polyline points="{points}" style="fill:none;{style}"/>{mark}'
        level = y + 5 if abs(y - taken) > 16 else taken + 21
        taken = level - 5
        drawn += svg_words(x + 9, level, f"{values[-1]:.2f}", "start", strong=True)
        said_last.append(f"{name} {values[-1]:.3f}")
    key = "".join(
        _key(WIDTH - 4, TOP - 12, name, number) for number, name in enumerate(lines) if lines[name] and number
    )
    label = escape(f"{title} over the epochs: {', '.join(said_last) or 'nothing yet'}")
    return (
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'style="flex:1 1 18rem;max-width:30rem;width:100%;height:auto">{axes}{drawn}{key}</svg>'
    )


def _key(x: float, y: float, name: str, number: int) -> str:
    return (
        svg_words(x, y, name, "end")
        + f'<path d="M{x - 8.2 * len(name) - 34:.0f} {y - 5}h26" style="fill:none;{_STYLES[number]}"/>'
    )

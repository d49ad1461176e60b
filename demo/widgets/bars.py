"""Contribution bars of a classification, and the strip of probabilities between a field and a road."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from demo.html import signed

LETTER = 0.023
"""Width of a letter under a slider, as a share of the slider on a telephone, where it is narrowest."""


@dataclass(frozen=True, slots=True)
class ClassBar:
    """One class of an answer.

    Attributes:
        label: its name; any text, escaped here.
        probability: in [0, 1].
        logit: what the two parts add up to.
        picture: the picture's part, of either sign.
        words: the words' part, of either sign.
        base: what stands without either, of either sign; None where there is no such part.
    """

    label: str
    probability: float
    logit: float
    picture: float
    words: float
    base: float | None = None

    def parts(self) -> tuple[tuple[str, float], ...]:
        """Returns what the logit is made of, by kind of evidence."""
        parts = ("picture", self.picture), ("words", self.words)
        return parts if self.base is None else (*parts, ("base", self.base))


@dataclass(frozen=True, slots=True)
class ScaleMark:
    """A place under a slider that can be gone to.

    Attributes:
        where: in [0, 1].
        words: what is there, before the number; any text, escaped here.
        to: where a click takes the slider, in [0, 1]; None for the mark itself.
        title: what happens there, one sentence; "" for what a click does.
    """

    where: float
    words: str
    to: float | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Needle:
    """One classifier's probability of a road.

    Attributes:
        name: of the classifier, for people.
        mark: "head" or "captions": gives the pattern and the shape; no colour, for colours are evidence.
        road: probability of the second class, such as a road, in [0, 1].
        label: what it says, such as "field".
    """

    name: str
    mark: str
    road: float
    label: str


def contribution_bars(bars: Sequence[ClassBar]) -> str:
    """Returns a table of classes, best first: bars of signed parts on one scale, the parts and their sum.

    What speaks for a class lies right of the zero line, what speaks against it left; the mark is the sum.

    Args:
        bars: best first.
    """
    low = max((sum(-min(value, 0.0) for _, value in bar.parts()) for bar in bars), default=0.0)
    high = max((sum(max(value, 0.0) for _, value in bar.parts()) for bar in bars), default=0.0)
    based = any(bar.base is not None for bar in bars)
    base = '<th scope="col"><span class="swatch part-base"></span>base</th>' if based else ""
    whole = low + high or 1.0
    rows = "".join(_class_row(bar, 100 * low / whole, 100 / whole) for bar in bars)
    return (
        '<table class="bars tabular"><caption class="visually-hidden">Classes, best first, with what picture '
        'and words add to each logit</caption><thead><tr><th scope="col">class</th>'
        '<th scope="col" class="bar-head"><span class="against">against</span><span>for</span></th>'
        '<th scope="col"><span class="swatch part-picture"></span>picture</th>'
        '<th scope="col"><span class="swatch part-words"></span>words</th>'
        f'{base}<th scope="col"><span class="swatch sum-swatch"></span>logit</th>'
        f'<th scope="col">probability</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _class_row(bar: ClassBar, zero: float, per_unit: float) -> str:
    segments = ""
    left = right = zero
    for evidence, value in bar.parts():
        width = abs(value) * per_unit
        if value < 0:
            left -= width
        start = left if value < 0 else right
        segments += f'<i class="part-{evidence}" style="left:{start:.2f}%;width:{width:.2f}%"></i>'
        right += width if value >= 0 else 0.0
    total = zero + bar.logit * per_unit
    segments += (
        f'<i class="bar-zero" style="left:{zero:.2f}%"></i><i class="bar-sum" style="left:{total:.2f}%"></i>'
    )
    base = "" if bar.base is None else f'<td data-name="base">{signed(bar.base)}</td>'
    return (
        f'<tr><th scope="row"><bdi>{escape(bar.label)}</bdi></th>'
        f'<td class="bar-cell"><div class="bar" aria-hidden="true">{segments}</div></td>'
        f'<td data-name="picture">{signed(bar.picture)}</td><td data-name="words">{signed(bar.words)}</td>'
        f'{base}<td data-name="logit" class="sum">{signed(bar.logit)}</td>'
        f'<td data-name="probability" class="sum">{bar.probability:.3f}</td></tr>'
    )


def slider_scale(
    marks: Sequence[ScaleMark], left: str, right: str, slider: str, back: tuple[float, str]
) -> str:
    """Returns the scale under a slider from 0 to 1: words at its ends and ticks that move it to where they stand.

    Args:
        marks: the ticks.
        left: what 0 means.
        right: what 1 means.
        slider: `elem_id` of the slider.
        back: (where, what) of the button between the ends, which takes the slider back.
    """
    ticks, lines = "", list[list[tuple[float, float]]]()
    for mark in sorted(marks, key=lambda mark: mark.where):
        side = " tick-end" if mark.where > 0.72 else " tick-start" if mark.where < 0.28 else ""
        line = _free_line(lines, _reach(mark.where, side, f"{mark.words} {mark.where:.2f}"))
        to = mark.where if mark.to is None else mark.to
        title = f"{mark.title} Move the slider to {to:.2f}".strip()
        ticks += (
            f'<button type="button" class="tick{side}" style="left:{100 * mark.where:.2f}%;--line:{line}" '
            f'data-to="{to:.2f}" title="{escape(title)}">'
            f"<span>{escape(mark.words)} {mark.where:.2f}</span></button>"
        )
    return (
        f'<div class="scale tabular" data-slider="{escape(slider)}" style="--lines:{max(len(lines) - 1, 0)}">'
        f'<div class="scale-ticks">{ticks}</div>'
        f'<div class="scale-ends"><span>{escape(left)}</span>'
        f'<button type="button" class="scale-back" data-to="{back[0]:.2f}">{escape(back[1])}</button>'
        f"<span>{escape(right)}</span></div></div>"
    )


def _reach(where: float, side: str, words: str) -> tuple[float, float]:
    """Returns from where to where a tick's words reach, as shares of the slider."""
    wide = LETTER * len(words)
    left = where - {" tick-end": wide, " tick-start": 0.0}.get(side, wide / 2)
    return left, left + wide


def _free_line(lines: list[list[tuple[float, float]]], reach: tuple[float, float]) -> int:
    """Returns the first line on which words lie over no others, and notes them there."""
    for number, taken in enumerate(lines):
        if all(reach[1] < left or right < reach[0] for left, right in taken):
            taken.append(reach)
            return number
    lines.append([reach])
    return len(lines) - 1


def probability_strip(
    needles: Sequence[Needle], band: tuple[float, float], labels: tuple[str, str] = ("field", "road")
) -> str:
    """Returns one strip a classifier, from one class to the other, with the band drawn across all of them.

    Args:
        needles: the classifiers, top to bottom.
        band: (low, high), both in [0, 1]: in between the head counts as unsure.
        labels: of the two classes, left and right; any text, escaped here.
    """
    low, high = band
    first, second = (f"<bdi>{escape(label)}</bdi>" for label in labels)
    shade = f'<i class="band" style="left:{100 * low:.2f}%;width:{100 * (high - low):.2f}%"></i>'
    rows = "".join(_needle_row(needle, shade, second) for needle in needles)
    ticks = "".join(
        f'<span style="left:{100 * where:.2f}%">{text}</span>'
        for where, text in ((0, "0"), (0.5, "0.5"), (1, "1"))
    )
    return (
        f'<div class="strips tabular"><div class="strip-ends" aria-hidden="true"><span>{first}</span>'
        f'<span style="left:{50 * (low + high):.2f}%">unsure {low:.2f}–{high:.2f}</span>'
        f'<span>{second}</span></div>{rows}<div class="strip-axis" aria-hidden="true">{ticks}</div></div>'
    )


def _needle_row(needle: Needle, shade: str, second: str) -> str:
    where = 100 * min(max(needle.road, 0.0), 1.0)
    return (
        f'<div class="strip-row"><div class="strip-name"><span class="swatch part-{needle.mark}"></span>'
        f'{escape(needle.name)}</div><div class="strip" aria-hidden="true">{shade}'
        f'<i class="needle part-{needle.mark}" style="left:{where:.2f}%"></i></div>'
        f'<div class="strip-says"><b><bdi>{escape(needle.label)}</bdi></b> '
        f"<span>{second}: {needle.road:.2f}</span></div></div>"
    )

"""The sketch tab's answer as HTML: sentence, bars, the scale under the slider, the caption's gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.tasks import sketch
from core.types import Caption
from demo import copy, html
from demo.html import fine, headline, isolated, models_line, readings_lines, sentence
from demo.widgets.bars import ClassBar, contribution_bars, slider_scale

SHOWN = 5
DRAWN = ("tie",)
"""Instruments that this tab shows in its sentence and on the scale of its slider."""


def empty() -> str:
    """Returns what stands in place of an answer before the first question."""
    return html.empty(copy.NO_EXAMPLE)


def answer(evidence: sketch.SketchEvidence, alpha: float) -> str:
    """Returns the sentence, the bars of the best classes and who answered.

    Args:
        evidence: what the encoders found.
        alpha: weight of the picture, in [0, 1].
    """
    result = sketch.answer(evidence, alpha, SHOWN)
    bars = [
        ClassBar(row.label, row.probability, row.logit, row.picture_part, row.words_part)
        for row in result.classes
    ]
    none = (
        '<p class="none-of-these"><b>None of these?</b> '
        f"{isolated(copy.NOTHING_FITS.format(count=len(evidence.labels)))}</p>"
        if result.none_of_these
        else ""
    )
    short = ", ".join(f"{row.label} {row.probability:.2f}" for row in result.classes[:2])
    return (
        sentence(result.sentence)
        + headline(f"α = {alpha:.2f}: {short}")
        + ("" if result.finding is None else fine(result.finding.sentence(sketch.CLASSES)))
        + none
        + contribution_bars(bars)
        + readings_lines(result.readings, DRAWN)
        + models_line(result.models, result.profile)
    )


def concatenation(evidence: sketch.SketchEvidence) -> str:
    """Returns, folded away, the answer of the classifier on both embeddings side by side; "" without one."""
    result = sketch.concat_answer(evidence, SHOWN)
    if result is None:
        return ""
    bars = [
        ClassBar(row.label, row.probability, row.logit, row.picture_part, row.words_part, row.base_part)
        for row in result.classes
    ]
    return (
        f'<details class="fold"><summary>{isolated(copy.CONCATENATION)}</summary>{sentence(result.sentence)}'
        f'<div class="with-base">{contribution_bars(bars)}</div><p class="fine">{isolated(copy.SHAPLEY)}</p></details>'
    )


def scale(evidence: sketch.SketchEvidence | None, start: float, alpha: float, slider: str) -> str:
    """Returns the scale under the slider: where training ended, where two classes tie, and the raw pair in words.

    Args:
        evidence: what the encoders found, None before the first question.
        start: where the slider starts, in [0, 1].
        alpha: where it stands, in [0, 1].
        slider: its `elem_id`, so that the ticks move it.
    """
    marks = [(start, "learned")]
    pair = ""
    if evidence is not None:
        tie = sketch.answer(evidence, alpha, SHOWN).tie_alpha
        if tie is not None and 0 <= tie <= 1:
            marks.append((tie, "tie"))
        learned = copy.LEARNED_PAIR.format(
            alpha=evidence.learned_alpha, beta=evidence.learned_beta, start=start
        )
        pair = f'<p class="fine">{isolated(copy.BETA)} {isolated(learned)}</p>'
    back = (start, copy.BACK_TO_LEARNED.format(start=start))
    return slider_scale(marks, "words alone", "picture alone", slider, back) + pair


def unworded(caption: Caption) -> str:
    """Returns that the captioner's words count, for a field that a person left empty."""
    return f'<p class="fine" role="status">{isolated(copy.NO_WORDS.format(caption=caption.sentence))}</p>'


def slots(caption: Caption) -> str:
    """Returns the caption's gaps with what was nearly chosen, or that the words are a person's."""
    if caption.author == "person":
        return f'<p class="fine">{isolated(copy.OWN_WORDS)}</p>'
    chips = "".join(
        f'<span class="chip"><b>{isolated(slot.choice)}</b> {slot.probability:.2f}'
        + (f"<i>or {isolated(slot.runner_up)} {slot.runner_up_probability:.2f}</i>" if slot.runner_up else "")
        + "</span>"
        for slot in caption.slots
    )
    return f'<div class="chips tabular">{chips}</div>' if chips else ""


def class_list(labels: Sequence[str], details: Mapping[str, Any]) -> str:
    """Returns every class the head knows, folded away, with a field to search them, and what "none of these" is worth.

    Args:
        labels: the classes.
        details: of the head's manifest.
    """
    if not labels:
        return ""
    items = "".join(f"<li>{isolated(label)}</li>" for label in sorted(labels))
    return (
        f'<details class="class-list"><summary>All {len(labels)} classes it knows</summary>'
        '<label>Search <input type="search" autocomplete="off"></label> <span role="status"></span>'
        f"<ul>{items}</ul>{_how_sure(details)}</details>"
    )


def _how_sure(details: Mapping[str, Any]) -> str:
    others = details.get("others_refused")
    if not others:
        return ""
    words = copy.HOW_SURE.format(known=details.get("known_refused", 0.0), **others)
    return f'<p class="fine"><b>None of these?</b> {isolated(words)}</p>'

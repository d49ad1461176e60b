"""The sketch tab's answer as HTML: sentence, bars, the scale under the slider, the caption's gaps."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np

from core import blend
from core.instruments.disagreements import Opinion
from core.plurals import counted
from core.tasks import sketch
from core.types import Caption
from demo import copy, html
from demo.answers.several import Listed, Several
from demo.html import headline, isolated, models_line, models_text, promise, readings_lines, sentence
from demo.widgets.bars import ClassBar, ScaleMark, contribution_bars, slider_scale
from demo.widgets.picture_table import Heading

SHOWN = 5
DRAWN = ("tie", "flips")
"""Instruments that this tab shows in its sentence and on the scale of its slider."""


JUDGES = (("picture", "picture"), ("words", "words"), ("both", "blend"))
"""(judge, its colour or pattern) of what answers for several drawings."""
FACETS = (("judges", "Who is right"), ("fit", "Fit"))
RIGHT = (
    "Of {drawings} with a label the picture alone is right on {picture}, the words alone on {words}, both at "
    "α = {alpha:.2f} on {both}."
)
SAME = "Picture and words say the same of {agree} of {drawings}."


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
    none = _none_of_these(evidence) if result.none_of_these else ""
    short = ", ".join(f"{row.label} {row.probability:.2f}" for row in result.classes[:2])
    return (
        sentence(result.sentence)
        + headline(f"α = {alpha:.2f}: {short}")
        + ("" if result.finding is None else promise(result.finding.sentence(sketch.CLASSES)))
        + none
        + contribution_bars(bars)
        + readings_lines(result.readings, DRAWN)
        + models_line(result.models, result.profile)
    )


def _none_of_these(evidence: sketch.SketchEvidence) -> str:
    words = isolated(copy.NOTHING_FITS.format(count=len(evidence.labels)))
    return f'<p class="none-of-these"><b>None of these?</b> {words}</p>'


def question_value(evidence: sketch.SketchEvidence) -> dict[str, Any]:
    """Returns the evidence as the page takes it, to answer for any alpha by itself.

    Args:
        evidence: what the encoders found.
    """
    rows = np.ascontiguousarray(sketch.part_rows(evidence), dtype="<f8")
    return {
        "parts": base64.b64encode(rows.tobytes()).decode("ascii"),
        "profile": evidence.profile,
        "models": models_text(evidence.models),
        "labels": list(evidence.labels),
        "shown": SHOWN,
        "none": float(evidence.none_threshold),
        "beginning": sketch.beginning(evidence),
        "remark": _none_of_these(evidence),
    }


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
    """Returns the scale under the slider: where training ended, where the first class changes, where picture and
    words tie, and the raw pair in words.

    Args:
        evidence: what the encoders found, None before the first question.
        start: where the slider starts, in [0, 1].
        alpha: where it stands, in [0, 1].
        slider: its `elem_id`, so that the ticks move it.
    """
    marks = [ScaleMark(start, "learned")]
    pair = ""
    if evidence is not None:
        result = sketch.answer(evidence, alpha, SHOWN)
        changes = _changes(result)
        marks += changes
        tie = result.tie_alpha
        # Mostly the first class changes where both first choices tie, which one tick says.
        if tie is not None and not any(math.isclose(tie, change.where, abs_tol=1e-9) for change in changes):
            marks.append(ScaleMark(tie, "tie"))
        learned = copy.LEARNED_PAIR.format(
            alpha=evidence.learned_alpha, beta=evidence.learned_beta, start=start
        )
        pair = f'<p class="fine">{isolated(copy.BETA)} {isolated(learned)}</p>'
    back = (start, copy.BACK_TO_LEARNED.format(start=start))
    return slider_scale(marks, "words alone", "picture alone", slider, back) + pair


def _changes(result: sketch.SketchAnswer) -> list[ScaleMark]:
    """Returns a mark wherever the first class changes; a click goes to where the one that takes over leads."""
    reading = result.readings.get("flips")
    flips = reading.figures["flips"] if reading else []
    ends = [*(flip["weight"] for flip in flips), 1.0]
    return [
        ScaleMark(
            where,
            f"{flip['above']} from",
            _within(where, end),
            f"At {where:.2f} the first class changes from {flip['below']} to {flip['above']}.",
        )
        for flip, (where, end) in zip(flips, pairwise(ends), strict=True)
    ]


def _within(start: float, end: float) -> float:
    """Returns the first hundredth between two places, or their middle where there is none."""
    hundredth = math.ceil(100 * start) / 100
    return hundredth if start < hundredth < end else (start + end) / 2


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
    return f'<div class="chips tabular" title="{escape(copy.SLOTS_NOTE)}">{chips}</div>' if chips else ""


def listed(several: Several, alpha: float) -> Listed:
    """Returns what picture alone, words alone and both say of several drawings, those first on which they part.

    Args:
        several: the drawings.
        alpha: weight of the picture, in [0, 1].
    """
    said = {
        number: _said(row.evidence, alpha)
        for number, row in enumerate(several.rows)
        if row.evidence is not None
    }
    labels = next((row.evidence.labels for row in several.rows if row.evidence is not None), ())
    opinions = {
        number: Opinion(
            {judge: label for judge, (label, _) in some.items()},
            several.truth(number, labels),
            {judge: sure for judge, (_, sure) in some.items()},
        )
        for number, some in said.items()
    }
    order = sorted(said, key=lambda number: (len(set(opinions[number].labels.values())) == 1, number))
    return Listed(
        summary=_summary(opinions, alpha),
        headings=(
            Heading("picture alone", "picture"),
            Heading("words alone", "words"),
            Heading(f"both, α = {alpha:.2f}", "blend"),
            Heading("caption"),
        ),
        cells={
            number: (*map(_cell, said[number].values()), several.rows[number].evidence.caption.sentence)
            for number in order
        },
        opinions={number: opinions[number] for number in order},
        facets={number: _facets(opinions[number], several.rows[number].evidence) for number in order},
        names=FACETS,
        judges=JUDGES,
        labels=labels,
    )


def _said(evidence: sketch.SketchEvidence, alpha: float) -> dict[str, tuple[str, float]]:
    """Returns judge -> its class, and how sure it is of it."""
    rows = sketch.part_rows(evidence)
    both = blend.blend((alpha, 1.0 - alpha), rows)
    said = {}
    for (judge, _), logits in zip(JUDGES, (*rows, both), strict=True):
        shares = blend.softmax(logits)
        best = int(blend.order(logits, 1)[0])
        said[judge] = (evidence.labels[best], float(shares[best]))
    return said


def _cell(said: tuple[str, float]) -> tuple[str, float]:
    label, sure = said
    return f"{label} {sure:.2f}", sure


def _summary(opinions: Mapping[int, Opinion], alpha: float) -> str:
    known = [opinion for opinion in opinions.values() if opinion.truth is not None]
    if not known:
        agree = sum(opinion.labels["picture"] == opinion.labels["words"] for opinion in opinions.values())
        return SAME.format(agree=agree, drawings=counted(len(opinions), "drawing"))
    right = {judge: sum(judge not in opinion.wrong for opinion in known) for judge, _ in JUDGES}
    return RIGHT.format(**right, drawings=counted(len(known), "drawing"), alpha=alpha)


def _facets(opinion: Opinion, evidence: sketch.SketchEvidence) -> dict[str, str]:
    fits = opinion.confidences["both"] >= evidence.none_threshold
    return {
        "judges": opinion.words if opinion.truth is not None else _agreement(opinion.labels),
        "fit": "something fits" if fits else "nothing fits well",
    }


def _agreement(labels: Mapping[str, str]) -> str:
    """Returns who says the same, where nobody knows what is right."""
    picture, words, both = (labels[judge] for judge, _ in JUDGES)
    if picture == words:
        return "picture and words agree"
    return {picture: "they part, both says the picture’s", words: "they part, both says the words’"}.get(
        both, "they part, both says a third"
    )


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

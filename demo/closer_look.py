"""The row of instruments under a question, each laid out folded away: what looks closer into an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from core.tasks.promise import Finding
from demo import copy
from demo.answers.instruments import SHORT
from demo.answers.joining import JOINING, RULE
from demo.html import fine
from demo.pieces import kept_state, shown_html
from demo.widgets.boxes_tried import BoxMap
from demo.widgets.figure_saver import figure_button
from demo.widgets.gallery_map import AS_A_MAP, GalleryMap
from demo.widgets.ink_strokes import InkStrokes
from demo.widgets.pin_board import PinBoard
from demo.widgets.places import PlaceMaps
from demo.widgets.promise import PromisePanel
from demo.widgets.trail import Trail
from demo.widgets.verdict_pin import VerdictPin
from demo.widgets.winner_atlas import WinnerAtlas
from demo.widgets.word_chips import WordChips


def closer_heading() -> gr.HTML:
    """Returns what stands above the instruments of a tab, each of which is a fold."""
    return shown_html(f'<h2 class="closer-heading">{copy.CLOSER}</h2>')


def closer(title: str, elem_id: str | None = None, *, drawn: bool = True) -> gr.Accordion:
    """Returns the closed fold of an instrument, of which one is open at a time.

    Its button stands in one row with those of the others, so what it says is short; the title stands above what opens.

    Args:
        title: what the instrument shows.
        elem_id: by which it is found.
        drawn: whether what it shows can be saved as a figure.
    """
    fold = gr.Accordion(SHORT.get(title, title), open=False, elem_id=elem_id, elem_classes="closer")
    if title in SHORT:
        with fold:
            save = figure_button() if drawn else ""
            shown_html(f'<div class="closer-head"><h3 class="closer-title">{title}</h3>{save}</div>')
    return fold


def look_closer(name: str, layers: Sequence[str]) -> dict[str, Any]:
    """Returns, folded away, who comes first at which mix, by name, laid out; it is asked for when it is seen.

    Args:
        name: begins the ids of the weights that it follows.
        layers: names of what can be laid on it, the first one at first.
    """
    with closer(copy.LOOK_CLOSER, f"{name}-closer"):
        layer = gr.Radio(
            list(layers), value=layers[0], label="On the map", elem_id=f"{name}-layer", elem_classes="joining"
        )
        return {
            "layer": layer,
            "looked": kept_state(),
            "atlas": WinnerAtlas(name=name, elem_id=f"{name}-atlas"),
        }


def gallery_map(name: str) -> GalleryMap:
    """Returns, folded away, the gallery as a map; its places are asked for when it is seen.

    Args:
        name: begins the ids of elements.
    """
    with closer(AS_A_MAP, f"{name}-as-a-map"):
        return GalleryMap(name=name, elem_id=f"{name}-map")


def pin_board(
    name: str, words: str, answer: str = "", *, profile: str = "", others: str = "", trail: bool = False
) -> Trail | None:
    """Lays out, folded away, an answer that is pinned, with what moved since.

    Args:
        name: begins the ids of elements.
        words: `elem_id` of the field with the words of the question.
        answer: by which the live answer goes; "" for `name`.
        profile: whose models answer what is asked; "" where none do.
        others: with which other models it can be compared, or why not; "" where there are none.
        trail: whether the questions that were asked before stand below it.

    Returns:
        Those questions, None without them.
    """
    with closer(copy.PIN, f"{name}-pin"):
        PinBoard(name=answer or name, words=words, profile=profile, elem_id=f"{name}-pinned")
        if others:
            shown_html(fine(others))
        return Trail(name=name, elem_id=f"{name}-trail") if trail else None


def verdict_pin(name: str, profile: str, others: str) -> None:
    """Lays out, folded away, a verdict that is pinned, with what changed since.

    Args:
        name: begins the ids of elements.
        profile: whose models answer what is asked.
        others: with which other models and heads it can be compared, or why not.
    """
    with closer(copy.PIN, f"{name}-pin"):
        VerdictPin(answer=f"{name}-answer", profile=profile, elem_id=f"{name}-pinned")
        shown_html(fine(others))


def each_word(name: str, watches: str) -> WordChips:
    """Returns, folded away, what each word of the question does; it is asked for when it is seen.

    Args:
        name: begins the ids of elements.
        watches: `elem_id` of what changes with the answer.
    """
    with closer(copy.EACH_WORD, f"{name}-each-word"):
        return WordChips(watches=watches, elem_id=f"{name}-chips")


def each_stroke(name: str, pad: str, watches: str) -> InkStrokes:
    """Returns, folded away, what each stroke of a drawing does; it is asked for when it is seen.

    Args:
        name: begins the ids of elements.
        pad: CSS class of the drawing pad.
        watches: `elem_id` of what changes with the answer.
    """
    with closer(copy.EACH_STROKE, f"{name}-each-stroke"):
        return InkStrokes(pad=pad, watches=watches, elem_id=f"{name}-strokes")


def other_boxes(name: str, tool: str, watches: str) -> BoxMap:
    """Returns, folded away, what other boxes than the drawn one find; it is asked for when it is seen.

    Args:
        name: begins the ids of elements.
        tool: `elem_id` of the box tool.
        watches: `elem_id` of what changes with the answer.
    """
    with closer(copy.OTHER_BOXES, f"{name}-other-boxes"):
        return BoxMap(tool=tool, watches=watches, elem_id=f"{name}-boxes")


def place_maps(name: str, watches: str) -> PlaceMaps:
    """Returns, folded away, where in the pictures the scores come from; it is asked for when it is seen.

    Args:
        name: begins the ids of elements.
        watches: `elem_id` of what changes with the answer.
    """
    with closer(copy.PLACES, f"{name}-where"):
        return PlaceMaps(name=name, watches=watches, elem_id=f"{name}-places")


def promise_panel(name: str, finding: Finding | None, here: str = "here") -> PromisePanel:
    """Returns, folded away, whether anything answers the question, with a slider for alpha.

    Args:
        name: begins the ids of elements.
        finding: of the question that the page opens with.
        here: among what nothing answers.
    """
    with closer(copy.WHETHER_ANYTHING, f"{name}-any-answer"):
        return PromisePanel(finding, here=here, elem_id=f"{name}-promise")


def joining_choice(name: str, choices: Sequence[tuple[str, str]], rule: str, note: str) -> dict[str, Any]:
    """Returns, folded away, the choice of the rule by which the kinds of evidence are joined, by name, laid out.

    Args:
        name: begins the ids of elements.
        choices: what is shown for each rule, and its name.
        rule: the one at first.
        note: HTML that says what it does.
    """
    with closer(JOINING, f"{name}-joining-fold", drawn=False):
        choice = gr.Radio(
            list(choices), value=rule, label=RULE, elem_id=f"{name}-joining", elem_classes="joining"
        )
        return {"joining": choice, "joining_note": shown_html(note)}

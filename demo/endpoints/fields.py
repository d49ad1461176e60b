"""What endpoints are made of: fields that hand over what a client sent, and the event behind a public name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from core.errors import InputError
from core.joining import HARRIS, SUM
from core.tasks.bringing import readings_as_asked
from core.tasks.candidates import RankedEvidence
from core.tasks.ranking import RankedAnswer
from demo.copy import SIGNS_TURNED
from demo.widgets.picture import picture_input

NO_ITEM = 'The gallery has no such item; give the item of a hit, or "" for the first answer.'
NOT_COMPARED = (
    "There is no such item among the pictures that were compared for this question; give the item of a hit, or "
    '"" for the first answer.'
)
MODEL_LANE = {"concurrency_id": "model", "concurrency_limit": 1}


def notes_of(*notes: Sequence[str]) -> dict[str, list[str]]:
    """Returns what the page would say under the answer: of the picture, of the words, of the models."""
    return {"notes": [note for some in notes for note in some]}


def turned_signs(given: Sequence[float], used: Sequence[float]) -> list[str]:
    """Returns a remark when rescaling turned the signs of the weights that were asked for.

    Args:
        given: as they came.
        used: as they answer, with sum 1.
    """
    turned = any(before * other < 0 for before, other in zip(given, used, strict=True))
    return [SIGNS_TURNED] if turned else []


def publish(function: Callable[..., dict[str, Any]], inputs: list[gr.components.Component]) -> None:
    """Makes a function a public endpoint, called as the function is.

    Args:
        function: documented and typed, for that is what programs read.
        inputs: a field for each of its arguments, in order.
    """
    name = function.__name__
    gr.Button(name).click(
        function,
        inputs,
        gr.JSON(label="answer"),
        api_name=name,
        api_visibility="public",
        **MODEL_LANE,
    )


def item_candidate(evidence: RankedEvidence, item: object) -> int | None:
    """Returns which candidate a client named; None for "", which leaves the choice to the answer.

    Args:
        evidence: of the question.
        item: the id of a candidate.

    Raises:
        InputError: there is none with this id.
    """
    if item == "":
        return None
    found = evidence.candidate_called(item)
    if found is None:
        raise InputError(NO_ITEM if evidence.window is None else NOT_COMPARED)
    return found


def picture_field() -> gr.components.Component:
    """Returns the field of an uploaded picture."""
    return picture_input("picture")


class RawTextbox(gr.Textbox):
    """A text field that hands over what was sent as it is: a number or a list is refused, not spelled out."""

    is_template = True

    def preprocess(self, payload: Any) -> Any:
        """Returns what was sent."""
        return payload


def words_field(label: str, value: str = "") -> gr.components.Component:
    """Returns a field of words."""
    return RawTextbox(value, label=label)


def rule_field() -> gr.components.Component:
    """Returns the field of the rule of joining; it came later than the others, so calls without it mean the sum."""
    field = words_field("rule", SUM)
    field.may_be_left_out = True  # type: ignore[attr-defined, unused-ignore]
    return field


def bring_field() -> gr.components.Component:
    """Returns the field of what is to be brought to the top; it came later, too, and calls without it ask nothing."""
    field = gr.JSON(None, label="bring")
    field.may_be_left_out = True  # type: ignore[attr-defined, unused-ignore]
    return field


def answered(
    answer: RankedAnswer, given: Sequence[float], bring: Any, *notes: Sequence[str]
) -> dict[str, Any]:
    """Returns an answer as JSON, and what brings an item to the top and its rank over all mixes where that was asked.

    Args:
        answer: what was found.
        given: the weights as they came.
        bring: what is to be brought to the top, as it came.
        *notes: what the page would say under the answer.

    Raises:
        InputError: it was asked in another form, or of something that is not ranked.
    """
    readings = readings_as_asked(answer.ranking, bring)
    body = answer.to_json()
    body["instruments"] |= readings
    turned = [] if answer.rule == HARRIS else turned_signs(given, answer.weights)
    return body | notes_of(*notes, turned)


def number_field(label: str, value: float | None) -> gr.components.Component:
    """Returns a field of a number without bounds, None for null."""
    return gr.Number(value, label=label)

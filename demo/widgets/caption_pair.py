"""The two captions of the field-or-road tab: their fields, and whose words count while one is empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from core.tasks import field_road
from core.text import clean
from demo import copy
from demo.widgets.pause import TypingPause

CAPTIONS = (field_road.FIELD_CAPTION, field_road.ROAD_CAPTION)
FIELDS = ("field-road-first", "field-road-second")


def caption_fields(words: tuple[str, str]) -> dict[str, Any]:
    """Returns by name the two fields, and what asks with their words after a pause.

    Args:
        words: what stands in them at first.
    """
    shape: dict[str, Any] = {"lines": 1, "max_lines": 2, "max_length": 2000, "min_width": 150}
    with gr.Row(elem_classes="pair"):
        first, second = (
            gr.Textbox(caption, label=_label(name), placeholder=usual, elem_id=field, **shape)
            for caption, name, usual, field in zip(words, field_road.LABELS, CAPTIONS, FIELDS, strict=True)
        )
    return {"first": first, "second": second, "pauses": tuple(map(TypingPause, FIELDS))}


def read_captions(
    typed: Sequence[str], names: tuple[str, str] | None
) -> tuple[tuple[str, str], tuple[str, ...]]:
    """Returns the captions that count, and a remark for each field that is empty: the report's caption counts there.

    Args:
        typed: what stands in the two fields.
        names: the classes of an own head, None for field and road.

    Raises:
        InputError: a caption is too long.
    """
    notes, read = [], []
    for words, name, usual, place in zip(
        typed, names or field_road.LABELS, usual_captions(names), ("first", "second"), strict=True
    ):
        caption = clean(words, what=f"{place} caption", allow_empty=True)
        if not caption:
            notes.append(copy.NO_CAPTION.format(label=_with_article(name), caption=usual))
        read.append(caption or usual)
    first, second = read
    return (first, second), tuple(notes)


def usual_captions(names: tuple[str, str] | None) -> tuple[str, str]:
    """Returns the report's captions, with the classes of an own head in it where there are `names`."""
    if names is None or names == field_road.LABELS:
        return CAPTIONS  # the same captions, so that of two heads the heads alone differ
    first, second = (copy.OWN_CAPTION.format(label=name) for name in names)
    return first, second


def shown_captions(words: Sequence[str], names: tuple[str, str] | None) -> tuple[Any, Any]:
    """Returns what both fields show, and what they are called.

    Args:
        words: what is to stand in them.
        names: the classes of an own head, None for field and road.
    """
    first, second = (
        gr.update(value=caption, label=_label(name), placeholder=usual)
        for caption, name, usual in zip(words, names or field_road.LABELS, usual_captions(names), strict=True)
    )
    return first, second


def _label(name: str) -> str:
    return f"Caption for {_with_article(name)}"


def _with_article(name: str) -> str:
    """Returns a class as it stands in a sentence; the names of an own head stay as they were typed."""
    return f"a {name}" if name in field_road.LABELS else name

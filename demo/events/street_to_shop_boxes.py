"""What is in a box of a street picture, how the tool shows it, and what a box does to the weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.tasks.street_to_shop import WITHOUT_BOX, with_box_share
from core.types import Box, Picture
from demo.answers.joining import reasons_off
from demo.doors import asked_picture
from demo.events.retrieval import RetrievalFields
from demo.widgets.addresses import data_address
from demo.widgets.box_tool import BoxView
from demo.widgets.weights import EVIDENCE, WeightsView
from demo.wiring import KEPT

NO_BOX = "No box is drawn, so its weight is 0."
DISPLAYED = 960
"""Longest side in pixels of the copy that the page shows; the box stays in pixels of the original."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetToShopFields(RetrievalFields):
    """The fields of the tab, beside those of every retrieval tab.

    Attributes:
        box: the picture with the box on it.
        propose: lets the box head draw the box.
        slots: whose words count, and what they are.
        dialogue: what the captioner answers to fixed questions.
        boxes: where a result stands for many boxes around the one that was drawn.
    """

    box: Any = KEPT
    propose: Any = KEPT
    slots: Any = KEPT
    dialogue: Any = KEPT
    boxes: Any = KEPT


def view_of(picture: Picture, box: Box | None) -> BoxView:
    """Returns a picture as the box tool shows it."""
    return BoxView(data_address(picture, DISPLAYED), *picture.original_size, box)


def crop_of(source: str | bytes | Path, box: Box | None) -> Picture | None:
    """Returns what is in the box, None without one."""
    if box is None:
        return None
    return asked_picture(str(source) if isinstance(source, Path) else source, box=box)


def after_box(weights: Sequence[float], had: bool, has: bool) -> Sequence[float]:
    """Returns weights that make room for a first box, or take over what a removed one had."""
    picture, words, box = weights
    if has and not had:
        return with_box_share(weights)
    if had and not has:
        return (picture, words, 0.0) if picture or words else WITHOUT_BOX
    return picture, words, box


def sliders_of(weights: Sequence[float], rule: str, *, has_box: bool) -> WeightsView:
    """Returns the sliders, those off that a rule of joining or a missing box gives nothing to do."""
    usual = (None, None, None if has_box else NO_BOX)
    return WeightsView(weights, reasons_off(rule, EVIDENCE, usual))

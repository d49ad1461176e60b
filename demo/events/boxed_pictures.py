"""What is in a box of a street picture, how the tool shows it, and what a box does to the weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.tasks.street_to_shop import WITHOUT_BOX, with_box_share
from core.types import Box, Picture
from demo.doors import asked_picture
from demo.widgets.addresses import data_address
from demo.widgets.box_tool import BoxView

DISPLAYED = 960
"""Longest side in pixels of the copy that the page shows; the box stays in pixels of the original."""


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

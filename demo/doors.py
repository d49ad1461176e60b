"""What tabs and endpoints check in common before a task sees it: pictures, numbers, the band."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core import checks
from core.errors import InputError
from core.images import is_blank, open_parts
from core.types import Box, Picture
from demo.copy import PUT_AWAY
from demo.recent_pictures import recent_parts
from demo.uploads import keep_longer


def asked_picture(source: object, *, box: Box | None = None) -> Picture:
    """Returns the picture that was sent, through the one door for pictures.

    Raises:
        InputError: there is none, or it cannot be used.
    """
    return _asked(source, [box])[0]


def asked_with_box(source: object, box: Box | None) -> tuple[Picture, Picture | None]:
    """Returns the picture that was sent, and what a box cuts from it, None without one.

    Raises:
        InputError: there is no picture, or it or the box cannot be used.
    """
    whole, *crops = _asked(source, [None] if box is None else [None, box])
    return whole, crops[0] if crops else None


def cut_boxes(source: str | bytes | Path, boxes: Sequence[Box]) -> list[Picture]:
    """Returns what each of many boxes cuts from a picture that came through `asked_picture`; equal ones are cut once.

    Args:
        source: the file's bytes, or its path.
        boxes: in pixels of the upright original.

    Raises:
        InputError: the picture is gone, or a box cannot be used.
    """
    different = list(dict.fromkeys(boxes))
    crops = dict(zip(different, open_parts(source, different), strict=True))
    return [crops[box] for box in boxes]


def _asked(source: object, boxes: Sequence[Box | None]) -> list[Picture]:
    """Returns parts of the picture that was sent, None for all of it, which must have two colours."""
    if not source:
        raise InputError("Add an image first: a drawing, a photo or a picture file.")
    if not isinstance(source, str | bytes):
        raise InputError("The picture has a form that cannot be read; send it as an uploaded file.")
    if isinstance(source, str):
        if not Path(source).is_file():
            raise InputError(PUT_AWAY)
        keep_longer(source)
    pictures = recent_parts(source, boxes)
    for picture, box in zip(pictures, boxes, strict=True):
        if box is None and is_blank(picture.pixels):
            raise InputError(
                "This picture has one colour only; draw something first, or choose another picture."
            )
    return pictures


def asked_drawing(data: bytes | None) -> Picture:
    """Returns what was drawn on a pad, through the same door.

    Raises:
        InputError: nothing was drawn, or it cannot be used.
    """
    if data is None:
        raise InputError("Draw something first, or upload a sketch.")
    return asked_picture(data)


def unit(value: object, name: str) -> float:
    """Returns a number in [0, 1].

    Raises:
        InputError: it is something else.
    """
    return checks.finite_number(value, name=name, low=0.0, high=1.0)


def weight(value: object, name: str) -> float:
    """Returns a finite number of any sign.

    Raises:
        InputError: it is something else.
    """
    return checks.finite_number(value, name=f"The weight {name}")


def band(low: object, high: object) -> tuple[float, float]:
    """Returns the band in which the head counts as unsure.

    Raises:
        InputError: an end is no number in [0, 1], or the ends stand the wrong way round.
    """
    ends = unit(low, "The band's lower end"), unit(high, "The band's upper end")
    if ends[0] > ends[1]:
        raise InputError("The band's lower end is above its upper end; swap them.")
    return ends


def asked_coverage(value: object) -> float | None:
    """Returns the coverage of the conformal set, None when none is wanted.

    Raises:
        InputError: it is no number above 0 and below 1.
    """
    if value is None:
        return None
    share = unit(value, "The coverage")
    if share in (0.0, 1.0):
        raise InputError(
            f"The coverage must be above 0 and below 1, such as 0.9, but {share:g} was given; null asks for no set."
        )
    return share

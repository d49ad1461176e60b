"""Several pictures at once, for the table of the field-or-road tab: read, encoded together, refusals kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.errors import InputError
from core.tasks.field_road import FieldRoadTask
from core.types import Picture
from demo.answers.field_road import PictureRow
from demo.doors import asked_picture
from demo.widgets.addresses import data_address
from demo.widgets.picture_table import THUMBNAIL

MOST_PICTURES = 60


def rows_of(paths: Sequence[str], task: FieldRoadTask, captions: tuple[str, str]) -> tuple[PictureRow, ...]:
    """Returns a row for each picture.

    Args:
        paths: the files, as they were uploaded.
        task: what answers.
        captions: that stand for the two classes.

    Raises:
        InputError: there is no picture, or there are too many.
    """
    if not paths:
        raise InputError("Add one picture or more.")
    if len(paths) > MOST_PICTURES:
        raise InputError(f"{len(paths)} pictures are too many at once; add at most {MOST_PICTURES}.")
    opened = [_opened(path) for path in paths]
    pictures = [picture for picture in opened if isinstance(picture, Picture)]
    evidence = iter(task.evidence_many(pictures, *captions) if pictures else [])
    return tuple(
        PictureRow(Path(path).name, data_address(picture, THUMBNAIL), next(evidence))
        if isinstance(picture, Picture)
        else PictureRow(Path(path).name, refusal=picture)
        for path, picture in zip(paths, opened, strict=True)
    )


def _opened(path: str) -> Picture | str:
    """Returns the picture, or why it cannot be read."""
    try:
        return asked_picture(path)
    except InputError as error:
        return str(error)

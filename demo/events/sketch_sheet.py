"""Which picture the sketch tab asks about: what was drawn, or a file while the pad shows it as it was read.

A photograph would be read another way from the pad, and what is said of the answer must be about what was answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.images import on_sheet
from core.tasks.sketch import SketchTask
from core.types import Picture
from demo.doors import asked_drawing, asked_picture
from demo.recent_pictures import recent_picture
from demo.services import Example
from demo.widgets.pad import as_ground, drawing_bytes


@dataclass(frozen=True, slots=True)
class SketchFile:
    """A picture that was uploaded.

    Attributes:
        path: its file.
        ground: what the pad holds until somebody draws on it.
    """

    path: str
    ground: str

    def is_on(self, pad: Any) -> bool:
        """Tells whether the pad shows this file, which is still kept, with nothing drawn on it."""
        return bool(pad == self.ground) and Path(self.path).is_file()


@dataclass(frozen=True, slots=True)
class AskedDrawing:
    """What the page asks about; named as its fields.

    Attributes:
        pad: what the pad holds.
        file: what was uploaded last, a `SketchFile`.
        as_it_is: whether its paper is kept.
    """

    pad: Any
    file: Any = None
    as_it_is: Any = False

    @property
    def path(self) -> str | None:
        """The file that the pad shows, None where something was drawn."""
        return self.file.path if self.file is not None and self.file.is_on(self.pad) else None

    def picture(self) -> Picture:
        """Returns the picture that is asked about.

        Raises:
            InputError: nothing was drawn, or it cannot be used.
        """
        return asked_drawing(drawing_bytes(self.pad)) if self.path is None else asked_picture(self.path)

    def sheet(self, task: SketchTask) -> Picture:
        """Returns it as the encoders see it; errors as for `picture`."""
        return sheet_of(task, self.picture(), self.as_it_is)


def sheet_of(task: SketchTask, picture: Picture, as_it_is: Any) -> Picture:
    """Returns a picture as the encoders see it, with its paper or without."""
    return on_sheet(picture) if as_it_is else task.read(picture)


def ground_of(example: Example) -> str | None:
    """Returns the pad's value while it shows a worked example that nobody drew on; None without a picture."""
    return None if example.picture is None else as_ground(on_sheet(recent_picture(example.picture)))

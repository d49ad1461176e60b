"""The picture that a slide brings along, given to a view as the page would give it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from gradio.utils import get_upload_folder

from core.images import encode_png, open_picture
from core.images.pen_lines import drawn_lines
from core.images.stroke_text import strokes_of_text
from core.state import PageView
from core.talk import Slide
from demo.links import upload_name
from demo.widgets.pad import as_ground

NAME = "picture"
"""Of the file, whatever its visitor calls it: that may be no name for a file."""


@contextmanager
def with_picture(slide: Slide) -> Iterator[tuple[PageView, str]]:
    """Yields the view with a name under which its own picture is found meanwhile, and the drawing of its strokes.

    Args:
        slide: whose picture it is.

    Yields:
        The view; and the drawing as the pad sends it, "" where the view has no strokes.

    Raises:
        InputError: the picture or its strokes cannot be used.
        OSError: the picture cannot be written.
    """
    view = slide.view
    if view.strokes:
        picture = slide.picture or encode_png(drawn_lines(strokes_of_text(view.strokes)))
        yield view, as_ground(open_picture(picture))
    elif view.upload and slide.picture is not None:
        uploads = Path(get_upload_folder())  # among those of visitors, for links name no other files
        uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="talk-", dir=uploads) as folder:
            file = Path(folder) / NAME
            file.write_bytes(slide.picture)
            yield replace(view, upload=upload_name(file)), ""
    else:
        yield view, ""

"""Opens pictures, whole or in part: bytes of any origin become an upright RGB picture on white."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from core.errors import CapacityError, InputError
from core.images.boxes import cut, inside
from core.images.decoding import PictureFile
from core.images.pixels import LONGEST, on_white, reduced
from core.types import Box, Picture

LARGEST_FILE = 64 * 2**20
VERY_SMALL = 32

CUT_OFF = "The end of this file is missing, but the picture is whole."


def open_picture(
    source: str | Path | bytes | None, *, name: str = "picture", box: Box | None = None, most: int = LONGEST
) -> Picture:
    """Reads a picture, or the part of it inside a box.

    Args:
        source: the file's bytes, or the path of a regular file (a link is judged by what it leads to).
        name: what the page calls the picture, for the sentences.
        box: the part to keep, in pixels of the upright original; cut to the picture where it sticks out.
        most: pixels on the longest side, at most, of what is returned.

    Returns:
        An upright RGB picture on white without metadata. Its `original_size` and `digest` are those of the whole file
        even with a box.

    Raises:
        InputError: nothing was given; the file cannot be opened, has more than 64 MB, is not a picture of
            a known format, is incomplete or damaged, has more than 40 megapixels (JPEG: 200, or 80 with
            several scans), or is more than 20 times longer than wide; or the box is unusable.
        CapacityError: memory ran out.
    """
    return open_parts(source, [box], name=name, most=most)[0]


def open_parts(
    source: str | Path | bytes | None,
    boxes: Sequence[Box | None],
    *,
    name: str = "picture",
    most: int = LONGEST,
) -> list[Picture]:
    """Reads several parts of one picture, each as `open_picture` does, and decodes it no oftener than they need.

    Args:
        source: as for `open_picture`, as are `name` and `most`.
        boxes: the parts; None is the whole picture.

    Returns:
        As many pictures as boxes.

    Raises:
        InputError: as `open_picture`.
        CapacityError: memory ran out.
    """
    data = picture_bytes(source, name)
    with _enough_memory(name):
        digest, file = hashlib.sha256(data).hexdigest(), PictureFile(data, name)
        return [_part(file, digest, box, most) for box in boxes]


def _part(file: PictureFile, digest: str, box: Box | None, most: int) -> Picture:
    """Returns what is in a box, everything without one."""
    width, height = file.size
    part = Box(0.0, 0.0, float(width), float(height)) if box is None else inside(box, width, height)
    image, notes = file.upright(max(part.x1 - part.x0, part.y1 - part.y0) * LONGEST / most)
    if box is not None:
        image = cut(image, part, image.width / width, image.height / height)
    pixels = np.array(reduced(on_white(image), most))
    frames = file.frame.frames or 1
    cut_off = (CUT_OFF,) if file.frame.proof else ()
    return Picture(
        pixels=pixels,
        original_size=file.size,
        digest=digest,
        frames=frames,
        notes=(*cut_off, *notes, *_notes(pixels, frames)),
    )


@contextmanager
def _enough_memory(name: str) -> Iterator[None]:
    """Says in one sentence that memory ran out."""
    try:
        yield
    except MemoryError as error:
        raise CapacityError(f"The {name} needs more memory than is free now; use a smaller one.") from error


def picture_bytes(source: str | Path | bytes | None, name: str) -> bytes:
    """Returns the bytes of a source, at most 64 MB, as `open_picture` takes them.

    Raises:
        InputError: nothing was given, or the file cannot be opened or is larger.
    """
    if source is None:
        raise InputError(f"Add a {name} first.")
    if isinstance(source, bytes):
        data = source
    else:
        try:
            data = _read_file(source)
        except (OSError, ValueError) as error:
            # One sentence for missing, forbidden and folder: it tells nothing about the server's files.
            raise InputError(f"The {name} could not be opened; choose the file again.") from error
    if len(data) > LARGEST_FILE:
        raise InputError(f"The {name}'s file is larger than {LARGEST_FILE >> 20} MB; save it smaller.")
    return data


def _read_file(path: str | Path) -> bytes:
    """Returns up to one byte more than allowed of a regular file; never waits for a pipe or a device."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("not a regular file")
        return file.read(LARGEST_FILE + 1)


def _notes(pixels: UInt8[np.ndarray, "height width 3"], frames: int) -> tuple[str, ...]:
    """Returns what the page should say about the picture."""
    height, width = pixels.shape[:2]
    notes = []
    if frames > 1:
        notes.append(f"Only the first of {frames} frames is used.")
    if max(width, height) < VERY_SMALL:
        notes.append(f"This picture is very small, {width} x {height} pixels; expect little of the answer.")
    return tuple(notes)

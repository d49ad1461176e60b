"""Opens pictures: size of the file, format, dimensions and shape are checked before a pixel is decoded."""

from __future__ import annotations

import hashlib
import importlib
import io
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

# Imported by name: to look a format up, Pillow would otherwise import every plugin it has, EPS among them.
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from core.errors import CapacityError, InputError
from core.images.boxes import cut, inside
from core.images.files import FirstFrame, first_frame, looks_like_picture
from core.images.jpeg import DamagedFileError
from core.images.pixels import ENOUGH, LONGEST, eight_bits, on_white, reduced
from core.types import Box, Picture

LARGEST_FILE = 64 * 2**20
MEGAPIXELS = 40
JPEG_MEGAPIXELS = 200
SEVERAL_SCANS_MEGAPIXELS = 80
LARGEST_ASPECT = 20
VERY_SMALL = 32

CUT_OFF = "The end of this file is missing, but the picture is whole."

_NO_PICTURE = "This file is not a picture that can be read here; use JPEG, PNG, WebP, GIF or BMP."
_BASIC_FORMATS = tuple(
    plugin.format
    for plugin in (
        JpegImagePlugin.JpegImageFile,
        PngImagePlugin.PngImageFile,
        WebPImagePlugin.WebPImageFile,
        GifImagePlugin.GifImageFile,
        BmpImagePlugin.BmpImageFile,
    )
)
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Pillow's own guard stands behind ours; its default would refuse the 200-megapixel JPEGs of phones.
Image.MAX_IMAGE_PIXELS = JPEG_MEGAPIXELS * 10**6
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


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
        An upright RGB picture on white without metadata. Its
        `original_size` and `digest` are those of the whole file even with a box.

    Raises:
        InputError: nothing was given; the file cannot be opened, has more than 64 MB, is not a picture of
            a known format, is incomplete or damaged, has more than 40 megapixels (JPEG: 200, or 80 with
            several scans), or is more than 20 times longer than wide; or the box is unusable.
        CapacityError: memory ran out.
    """
    data = picture_bytes(source, name)
    if not looks_like_picture(data) and "HEIF" not in _formats():
        raise InputError(_NO_PICTURE)
    with _enough_memory(name):
        image, frame = _header(data, name)
        jpeg = isinstance(image, JpegImagePlugin.JpegImageFile)
        if not jpeg:
            # A PNG may keep its EXIF behind the pixels; a JPEG must tell it before it is decoded smaller.
            _load(image, name)
        orientation = _orientation(image)
        width, height = image.size if orientation < 5 else image.size[::-1]
        part = Box(0.0, 0.0, float(width), float(height)) if box is None else inside(box, width, height)
        if jpeg:
            longest = max(part.x1 - part.x0, part.y1 - part.y0) * LONGEST / most
            _reduce_while_decoding(image, longest)
            _load(image, name)
            _check_whole(image, frame, longest, name)
        image, notes = eight_bits(image)
        if orientation in _UPRIGHT:
            image = image.transpose(_UPRIGHT[orientation])
        if box is not None:
            image = cut(image, part, image.width / width, image.height / height)
        pixels = np.array(reduced(on_white(image), most))
    frames = frame.frames or 1
    cut_off = (CUT_OFF,) if frame.proof else ()
    return Picture(
        pixels=pixels,
        original_size=(width, height),
        digest=hashlib.sha256(data).hexdigest(),
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


@contextmanager
def _decoding(name: str) -> Iterator[None]:
    """Turns whatever a decoder trips over into one sentence; only Pillow's own work stands inside."""
    try:
        yield
    except (InputError, MemoryError):
        raise
    except Exception as error:  # a damaged file makes Pillow raise almost anything
        raise InputError(f"The {name} is incomplete or damaged; save it again or use another one.") from error


def _header(data: bytes, name: str) -> tuple[Image.Image, FirstFrame]:
    """Opens a file without decoding it; returns it with what holds it once its size is accepted."""
    with _decoding(name):
        frame = first_frame(data)
        image = _identify(frame.data, name)
        _check_size(image, frame.scans, name)
        if frame.frames is None:
            frame = replace(frame, frames=int(getattr(image, "n_frames", 1)))
        return image, frame


def _load(image: Image.Image, name: str) -> None:
    """Decodes the picture."""
    with _decoding(name):
        image.load()


def _check_whole(image: Image.Image, frame: FirstFrame, longest: float, name: str) -> None:
    """Refuses a JPEG without an end marker unless all of its pixels are there."""
    if frame.proof is None:
        return
    with _decoding(name):
        other = _identify(frame.proof, name)
        _reduce_while_decoding(other, longest)
        other.load()
        if not np.array_equal(np.asarray(image), np.asarray(other)):
            raise DamagedFileError("the last pixels are missing")


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


@cache
def _formats() -> tuple[str, ...]:
    """Names the formats that are tried; HEIF only where pillow-heif is installed."""
    try:
        importlib.import_module("pillow_heif").register_heif_opener()
    except ImportError:
        return _BASIC_FORMATS
    return (*_BASIC_FORMATS, "HEIF")


def _identify(data: bytes, name: str) -> Image.Image:
    """Opens a file's header."""
    try:
        return Image.open(io.BytesIO(data), formats=_formats())
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError(
            f"The {name} has more than {JPEG_MEGAPIXELS} megapixels, too many to read here; save it smaller."
        ) from error
    except UnidentifiedImageError as error:
        if looks_like_picture(data):
            raise DamagedFileError("the header is damaged") from error
        raise InputError(_NO_PICTURE) from error


def _check_size(image: Image.Image, scans: int, name: str) -> None:
    """Refuses dimensions that would cost too much, before a pixel is decoded."""
    width, height = image.size
    if min(width, height) < 1:
        raise DamagedFileError("a side is 0 pixels long")
    jpeg = isinstance(image, JpegImagePlugin.JpegImageFile)
    # A decoder keeps all of a JPEG in memory when later scans refine it, reduced or not.
    limit = MEGAPIXELS if not jpeg else JPEG_MEGAPIXELS if scans == 1 else SEVERAL_SCANS_MEGAPIXELS
    if width * height > limit * 10**6:
        raise InputError(
            f"The {name} has {width} x {height} pixels, more than {limit} megapixels; save it smaller."
        )
    if max(width, height) > LARGEST_ASPECT * min(width, height):
        raise InputError(
            f"The {name} has {width} x {height} pixels, a shape beyond {LARGEST_ASPECT} to 1; crop it first."
        )


def _orientation(image: Image.Image) -> int:
    """Returns the EXIF orientation, 1 to 8; 1 when there is none that can be read."""
    try:
        orientation = image.getexif().get(0x0112, 1)
    except Exception:  # EXIF written by careless programs makes Pillow raise almost anything
        return 1
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1


def _reduce_while_decoding(image: Image.Image, longest: float) -> None:
    """Asks a JPEG decoder for fewer pixels, as long as enough of them remain of the wanted part."""
    width, height = image.size
    for scale in (8, 4, 2):
        too_many = width * height > MEGAPIXELS * 10**6 * (scale // 2) ** 2
        if too_many or longest >= ENOUGH * scale:
            image.draft(None, (width // scale, height // scale))
            return


def _notes(pixels: UInt8[np.ndarray, "height width 3"], frames: int) -> tuple[str, ...]:
    """Returns what the page should say about the picture."""
    height, width = pixels.shape[:2]
    notes = []
    if frames > 1:
        notes.append(f"Only the first of {frames} frames is used.")
    if max(width, height) < VERY_SMALL:
        notes.append(f"This picture is very small, {width} x {height} pixels; expect little of the answer.")
    return tuple(notes)

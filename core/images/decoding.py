"""Decodes the file of a picture: format, dimensions and shape are checked before, and no pixel more than is wanted."""

from __future__ import annotations

import importlib
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache

import numpy as np

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

from core.errors import InputError
from core.images.files import FirstFrame, first_frame, looks_like_picture
from core.images.jpeg import DamagedFileError, proof_of
from core.images.pixels import ENOUGH, eight_bits

MEGAPIXELS = 40
JPEG_MEGAPIXELS = 200
SEVERAL_SCANS_MEGAPIXELS = 80
LARGEST_ASPECT = 20
MISSING = {127, 128}
"""Every channel of a pixel of a JPEG that is not there; 127 in the inverted colours of printing."""

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


class PictureFile:
    """A file whose size is accepted, decoded for each part as large as that needs it.

    Args:
        data: the file's bytes.
        name: what the page calls the picture.

    Attributes:
        frame: what holds its first frame.
        size: width and height in pixels of the upright original.

    Raises:
        InputError: it is no picture of a known format, is damaged, or its dimensions or shape are refused.
    """

    def __init__(self, data: bytes, name: str) -> None:
        if not looks_like_picture(data) and "HEIF" not in _formats():
            raise InputError(_NO_PICTURE)
        self._name = name
        self._image, self.frame = _header(data, name)
        self._jpeg = isinstance(self._image, JpegImagePlugin.JpegImageFile)
        if not self._jpeg:
            # A PNG may keep its EXIF behind the pixels; a JPEG must tell it before it is decoded smaller.
            with _decoding(name):
                self._image.load()
        self._orientation = _orientation(self._image)
        self.size = self._image.size if self._orientation < 5 else self._image.size[::-1]
        self._scale = 0
        self._upright: tuple[Image.Image, tuple[str, ...]] = (self._image, ())

    def upright(self, longest: float) -> tuple[Image.Image, tuple[str, ...]]:
        """Returns the whole picture, and what was done to its pixels.

        Args:
            longest: side in pixels of the part that is wanted of it; a JPEG is decoded smaller where enough remains.

        Raises:
            InputError: the pixels are incomplete or damaged.
        """
        scale = _scale(self.size, longest) if self._jpeg else 1
        if scale != self._scale:
            image, notes = eight_bits(self._decoded(scale) if self._jpeg else self._image)
            if self._orientation in _UPRIGHT:
                image = image.transpose(_UPRIGHT[self._orientation])
            self._scale, self._upright = scale, (image, notes)
        return self._upright

    def _decoded(self, scale: int) -> Image.Image:
        """Decodes a JPEG so many times smaller; it must have all of its pixels."""
        image = self._loaded(self.frame.data, scale)
        proof = self.frame.proof
        if proof is None and (self.frame.scans > 1 or _ends_in_grey(image)):
            with _decoding(self._name):
                proof = proof_of(self.frame.data)
        if proof is not None:
            with _decoding(self._name):
                if not np.array_equal(np.asarray(image), np.asarray(self._loaded(proof, scale))):
                    raise DamagedFileError("the last pixels are missing")
        return image

    def _loaded(self, data: bytes, scale: int) -> Image.Image:
        with _decoding(self._name):
            image = _identify(data, self._name)
            if scale > 1:
                image.draft(None, (image.width // scale, image.height // scale))
            image.load()
        return image


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


def _ends_in_grey(image: Image.Image) -> bool:
    """Tells whether a JPEG's last pixel is what libjpeg paints where data are missing; a true grey may be, too."""
    last = image.getpixel((image.width - 1, image.height - 1))
    return set(last if isinstance(last, tuple) else (last,)) <= MISSING


def _orientation(image: Image.Image) -> int:
    """Returns the EXIF orientation, 1 to 8; 1 when there is none that can be read."""
    try:
        orientation = image.getexif().get(0x0112, 1)
    except Exception:  # EXIF written by careless programs makes Pillow raise almost anything
        return 1
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1


def _scale(size: tuple[int, int], longest: float) -> int:
    """Returns how many times smaller a JPEG may be decoded, as long as enough pixels remain of the wanted part."""
    width, height = size
    for scale in (8, 4, 2):
        too_many = width * height > MEGAPIXELS * 10**6 * (scale // 2) ** 2
        if too_many or longest >= ENOUGH * scale:
            return scale
    return 1

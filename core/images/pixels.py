"""What is done to pixels once they are decoded: bits, transparency, size, and the way out again."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from jaxtyping import Float32, UInt8
from PIL import Image, ImageFilter

from core.errors import InputError
from core.types import Picture

LONGEST = 1024
ENOUGH = 768
"""So many pixels of the longest side are left when a JPEG decoder shrinks by itself, at least."""
GAP = 1.9
"""A side that is to shrink by more than twice this is halved first, for half the time."""
SMALL_GAP = 1.2
"""Likewise of a thumbnail: one that shrinks by 2.4 and more is halved first, and then as sharp by a bicubic window."""
SHEET = 512
"""Side in pixels of the sheet on which a sketch is read."""
BLANK_TOLERANCE = 8
INK_SHARE = 0.35
INK_MARGIN = 0.06
EDGES = 0.85 * 128
"""Most edge that ink may have, per side in pixels: the step from pixel to pixel, summed, by all the ink there is."""
SOFTEST = 2.0
"""Largest deviation of the blur, in pixels of a square of 128, and in how many halvings it is looked for."""
HALVINGS = 6

_PLAIN_MODES = ("1", "L", "P", "RGB", "RGBX", "CMYK", "YCbCr")


def square(pixels: UInt8[np.ndarray, "height width 3"], size: int) -> UInt8[np.ndarray, "size size 3"]:
    """Pads a picture with white to a square and resizes it, so that no edge is lost and no shape bent.

    Args:
        pixels: (height, width, 3) bytes, RGB.
        size: side of the square in pixels, at least 1.

    Returns:
        (size, size, 3) bytes, RGB.
    """
    image = Image.fromarray(pixels)
    side = max(image.size)
    return _resized(image, side, side, size)


def on_sheet(picture: Picture) -> Picture:
    """Returns a sketch on a square white sheet of `SHEET` pixels, as the drawing pad shows it and hands it on.

    Every way to ask about a sketch goes through it, so that the same drawing gets the same answer as a file, on the
    pad and as a worked example.
    """
    return replace(picture, pixels=square(picture.pixels, SHEET))


def fitted(pixels: UInt8[np.ndarray, "height width 3"], size: int) -> UInt8[np.ndarray, "size size 3"]:
    """Resizes a whole picture to a square, as BLIP does; beyond 2:1 it is padded with white to 2:1 first.

    No edge is lost, a photo uses the whole square, and a strip of 20:1 is neither bent out of recognition nor
    blown up.

    Args:
        pixels: (height, width, 3) bytes, RGB.
        size: side of the square in pixels, at least 1.

    Returns:
        (size, size, 3) bytes, RGB.
    """
    image = Image.fromarray(pixels)
    width, height = image.size
    return _resized(image, max(width, -(-height // 2)), max(height, -(-width // 2)), size)


def _centred(image: Image.Image, width: int, height: int) -> Image.Image:
    """Returns a picture in the middle of a white sheet; the picture itself when it fills it."""
    if image.size == (width, height):
        return image
    canvas = Image.new("RGB", (width, height), "white")
    canvas.paste(image, ((width - image.width) // 2, (height - image.height) // 2))
    return canvas


def _resized(image: Image.Image, width: int, height: int, size: int) -> UInt8[np.ndarray, "size size 3"]:
    """Returns a picture in the middle of a white sheet of (width, height), the whole of it resized to a square."""
    if image.height < height and width / size / GAP < 2:
        # Resizing goes across and then down: above and below the picture there is only white to go across.
        image, width = image.resize((size, image.height), Image.Resampling.BICUBIC), size
    sheet = _centred(image, width, height)
    same = sheet.size == (size, size)
    return np.array(sheet if same else sheet.resize((size, size), Image.Resampling.BICUBIC, reducing_gap=GAP))


def scaled(squares: UInt8[np.ndarray, "n size size 3"]) -> Float32[np.ndarray, "n 3 size size"]:
    """Returns pictures as the image tower takes them: values in [-1, 1], one plane a colour."""
    planes = np.ascontiguousarray(squares.transpose(0, 3, 1, 2)).astype(np.float32)
    planes /= np.float32(127.5)
    planes -= np.float32(1)
    return planes


def ink(pixels: UInt8[np.ndarray, "height width 3"], size: int) -> UInt8[np.ndarray, "size size"]:
    """Returns how much ink lies where, the drawing centred and filling the square whatever its place and size.

    Chalk on a dark board counts as ink on paper; the strongest stroke becomes 255, so that a pencil is read like
    a pen. Strokes that are finer and sharper than those of a small picture are softened, so that the same drawing
    is read alike at every size. A picture without strokes of its own, such as a photo, keeps its whole area.

    Args:
        pixels: (height, width, 3) bytes, RGB.
        size: side of the square in pixels, at least 1.

    Returns:
        (size, size) bytes, 0 for bare paper and 255 for full ink.
    """
    grey = np.asarray(Image.fromarray(pixels).convert("L"))
    strokes = grey if np.median(grey) < 128 else 255 - grey
    strongest = int(strokes.max())
    strong = strokes > strongest * INK_SHARE
    rows, columns = np.flatnonzero(strong.any(axis=1)), np.flatnonzero(strong.any(axis=0))
    if strongest == 0 or not len(rows):
        return np.zeros((size, size), dtype=np.uint8)
    part = Image.fromarray(strokes[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    side = max(1, round(max(part.size) * (1 + 2 * INK_MARGIN)))
    sheet = Image.new("L", (side, side), 0)
    sheet.paste(part, ((side - part.width) // 2, (side - part.height) // 2))
    square_sheet = np.asarray(
        sheet.resize((size, size), Image.Resampling.BOX if side > size else Image.Resampling.BICUBIC)
    )
    return _softened(_full(square_sheet, strongest))


def _full(ink: UInt8[np.ndarray, "size size"], strongest: int) -> UInt8[np.ndarray, "size size"]:
    """Returns ink whose strongest stroke is 255."""
    return np.asarray(np.minimum(ink.astype(np.float32) * (255 / max(strongest, 1)), 255).astype(np.uint8))


def _softened(ink: UInt8[np.ndarray, "size size"]) -> UInt8[np.ndarray, "size size"]:
    """Blurs ink just so far that it has no more edge than `EDGES` allows; ink with less is returned as it is."""
    size = len(ink)
    most = EDGES / size
    if _edges(ink) <= most:
        return ink
    image, sharp, soft = Image.fromarray(ink), 0.0, SOFTEST * size / 128
    for _ in range(HALVINGS):
        middle = (sharp + soft) / 2
        enough = _edges(_blurred(image, middle)) <= most
        sharp, soft = (sharp, middle) if enough else (middle, soft)
    blurred = _blurred(image, soft)
    return _full(blurred, int(blurred.max()))


def _blurred(image: Image.Image, deviation: float) -> UInt8[np.ndarray, "size size"]:
    return np.asarray(image.filter(ImageFilter.GaussianBlur(deviation)))


def _edges(ink: UInt8[np.ndarray, "size size"]) -> float:
    """Returns the differences between neighbouring pixels, summed, by the sum of the ink: high for fine strokes."""
    levels = ink.astype(np.float32)
    steps = sum(float(np.abs(np.diff(levels, axis=axis)).sum()) for axis in (0, 1))
    return steps / max(float(levels.sum()), 1.0)


def thumbnail(picture: Picture, longest: int = 320) -> bytes:
    """Returns the picture as a small WebP file without metadata.

    Args:
        picture: what to show.
        longest: the longest side in pixels; a smaller picture is not enlarged.
    """
    file = io.BytesIO()
    # Without a search for the shortest file: a quarter more bytes, no worse to look at, and two thirds of the time.
    _small(Image.fromarray(picture.pixels), longest).save(file, "WEBP", quality=82, method=0)
    return file.getvalue()


def encode_jpeg(pixels: UInt8[np.ndarray, "height width 3"]) -> bytes:
    """Returns the pixels as a JPEG file without metadata, finely graded: for showing a picture at its own size."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=92, subsampling=0)
    return file.getvalue()


def encode_png(pixels: UInt8[np.ndarray, "height width 3"]) -> bytes:
    """Returns the pixels as a PNG file without metadata: the only form in which an upload is served again."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def is_blank(pixels: UInt8[np.ndarray, "height width 3"]) -> bool:
    """Returns whether a picture shows one colour only, up to the noise that JPEG adds (8 of 255 levels).

    A single pixel is not called blank: nothing can be said about it, and the picture's notes say so.
    """
    if pixels.shape[:2] == (1, 1):
        return False
    most, least = (_over_places(reduce, pixels).astype(int) for reduce in (np.max, np.min))
    return bool((most - least <= BLANK_TOLERANCE).all())


def _over_places(
    reduce: Callable[..., UInt8[np.ndarray, "..."]], pixels: UInt8[np.ndarray, "height width 3"]
) -> UInt8[np.ndarray, " 3"]:
    """Returns the largest or smallest value of each colour; row by row, which is far quicker than pixel by pixel."""
    return reduce(reduce(pixels, axis=0), axis=0)


def eight_bits(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """Brings 16-bit grey to 8 bits over its full range, with a note when the file used fewer bits."""
    if not image.mode.startswith("I;16"):
        return image, ()
    values = np.asarray(image)
    bits = next(bits for bits in (8, 12, 16) if values.max() < 2**bits)
    table = np.minimum(np.rint(np.arange(2**16) * (255 / (2**bits - 1))), 255).astype(np.uint8)
    key = image.info.get("transparency")
    grey = table[values]
    if isinstance(key, int):
        grey[values == key] = 255
    notes = (
        () if bits == 16 else (f"This picture uses {bits} of its 16 bits; they fill the full range here.",)
    )
    return Image.fromarray(grey), notes


def on_white(image: Image.Image) -> Image.Image:
    """Returns the picture in RGB, what is transparent in it replaced by white.

    White strokes on nothing would vanish there, so they are laid on black.
    """
    if image.has_transparency_data:
        layer = image if image.mode == "RGBA" else image.convert("RGBA")
        canvas = _laid_on(layer, "white")
        if is_blank(np.asarray(canvas)) and not is_blank(np.asarray(on_black := _laid_on(layer, "black"))):
            return on_black
        return canvas
    if image.mode not in _PLAIN_MODES:
        raise InputError("The picture's kind of pixels cannot be read here; save it as an 8-bit PNG or JPEG.")
    # Converting RGB to RGB would copy it, 160 MB for the largest pictures.
    return image if image.mode == "RGB" else image.convert("RGB")


def _laid_on(layer: Image.Image, ground: str) -> Image.Image:
    canvas = Image.new("RGB", layer.size, ground)
    canvas.paste(layer, mask=layer.getchannel("A"))
    return canvas


def reduced(image: Image.Image, longest: int = LONGEST) -> Image.Image:
    """Returns the picture with its longest side at most `longest` pixels and each side at least 1."""
    # Hamming's window is as sharp here as a bicubic one, and two and a half times as quick as Lanczos's.
    return _shrunk(image, longest, Image.Resampling.HAMMING, 3.0)


def _small(image: Image.Image, longest: int) -> Image.Image:
    """Returns the picture as a thumbnail shows it."""
    halved = max(image.size) >= 2 * SMALL_GAP * longest
    return _shrunk(image, longest, Image.Resampling.BICUBIC, SMALL_GAP) if halved else reduced(image, longest)


def _shrunk(image: Image.Image, longest: int, window: Image.Resampling, gap: float) -> Image.Image:
    scale = longest / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, window, reducing_gap=gap)

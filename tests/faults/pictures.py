"""Makers of hostile and odd pictures, each named by its row in the fault matrix; everything is generated.

`REFUSED` and `ACCEPTED` list them by a short name, for tests of the door and of the page alike.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from tests.faults.canvas import chunk, photograph, png, saved, sketch

Maker = Callable[[], bytes]


def truncated(kind: str, keep: float = 0.6) -> bytes:
    """Rows 4 and 5: the first part of a good file."""
    whole = saved(photograph(), kind)
    return whole[: int(len(whole) * keep)]


def zero_tail_jpeg() -> bytes:
    """Row 4: a download that reserved its space and stopped half-way."""
    whole = saved(photograph(), "JPEG")
    half = len(whole) // 2
    return whole[:half] + bytes(len(whole) - half)


def endless_jpeg(zeros: int = 0, **options: Any) -> bytes:
    """Row 4: a JPEG that lost its end marker but no pixel; `zeros` follow, as in a download that reserved space."""
    return saved(photograph(), "JPEG", **options)[:-2] + bytes(zeros)


def commented_jpeg(count: int = 5000) -> bytes:
    """Row 27: a JPEG with thousands of comments, which browsers show."""
    whole = saved(photograph(), "JPEG")
    return whole[:2] + b"\xff\xfe\x00\x06note" * count + whole[2:]


def zero_size_png() -> bytes:
    """Row 6: a PNG whose header says 0 x 0."""
    return png(1, 1).replace(struct.pack(">II", 1, 1), struct.pack(">II", 0, 0), 1)


def strip(width: int, height: int) -> bytes:
    """Row 8: a picture that is one pixel thick."""
    return saved(Image.new("L", (width, height), 200))


def bomb_webp() -> bytes:
    """Row 10: 268 megapixels of one colour in 34 bytes."""
    bits = 0x2F | (16382 << 8) | (16382 << 22) | (0 << 36)
    # Lossless stream: no transform, no colour cache, no meta prefix, five one-symbol prefix codes.
    stream = bits.to_bytes(5, "little") + bytes([0x88, 0x88, 0x08, 0x00, 0x00, 0x00, 0x00])
    body = b"WEBPVP8L" + struct.pack("<I", len(stream)) + stream
    return b"RIFF" + struct.pack("<I", len(body)) + body


def heavy_file(size: int = 30 * 2**20) -> bytes:
    """Row 11: a good picture followed by rubbish, `size` bytes in all."""
    whole = saved(sketch())
    return whole + bytes(size - len(whole))


def ink() -> Image.Image:
    """Draws the sketch on nothing; the hidden colour below is black, as editors leave it."""
    grey = sketch().convert("L")
    picture = Image.new("RGBA", grey.size, (0, 0, 0, 0))
    picture.putalpha(grey.point(lambda level: 255 - level))
    return picture


def transparent_sketch() -> bytes:
    """Row 12: black strokes on nothing."""
    return saved(ink())


def transparent_nothing() -> bytes:
    """Row 13: a canvas on which nobody drew."""
    return saved(Image.new("RGBA", (200, 150), (0, 0, 0, 0)))


def blank(kind: str = "PNG", level: int = 255) -> bytes:
    """Row 14: one colour only."""
    return saved(Image.new("RGB", (200, 150), (level, level, level)), kind)


def grey_alpha() -> bytes:
    """Row 15: grey with an alpha channel."""
    return saved(ink().convert("LA"))


def palette_alpha(kind: str = "PNG") -> bytes:
    """Row 15: a palette in which one colour is transparent."""
    picture = sketch().quantize(8)
    paper = picture.getpixel((2, 2))
    return saved(picture, kind, transparency=paper)


def grey16(levels: int = 65535) -> bytes:
    """Row 16: the sketch in 16-bit grey; `levels` is the brightest of its values."""
    grey = np.asarray(sketch().convert("L"), dtype=np.float64)
    return saved(Image.fromarray(np.rint(grey * (levels / 255)).astype(np.uint16)))


def tiff(mode: str) -> bytes:
    """Row 17: numbers that no 8-bit picture holds ("F" floats in 0..1, "I" 32-bit integers)."""
    grey = np.asarray(sketch().convert("L"), dtype=np.float64) / 255
    values = grey.astype(np.float32) if mode == "F" else (grey * 2**30).astype(np.int32)
    return saved(Image.fromarray(values), "TIFF")


def cmyk_jpeg() -> bytes:
    """Row 18: the photograph in printing colours."""
    return saved(photograph().convert("CMYK"), "JPEG", quality=95)


def turned(orientation: int, kind: str = "PNG") -> bytes:
    """Row 19: the sketch stored turned or mirrored, with the EXIF tag that puts it right."""
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = sketch() if orientation == 1 else sketch().transpose(back[orientation])
    return saved(picture, kind, exif=exif, **({"lossless": True} if kind == "WEBP" else {}))


@cache
def animation(kind: str = "GIF", frames: int = 500) -> bytes:
    """Row 20: many frames, the sketch first and others after it."""
    first = sketch().quantize(16) if kind == "GIF" else sketch()
    dark = first.getpixel((90, 120))
    others = [first.copy() for _ in range(frames - 1)]
    for number, frame in enumerate(others):
        ImageDraw.Draw(frame).rectangle([number % 200, 5, number % 200 + 9, 14], fill=dark)
    options = {"lossless": True, "method": 0} if kind == "WEBP" else {}
    return saved(first, kind, save_all=True, append_images=others, duration=40, **options)


def many_pages_tiff(pages: int = 10_000) -> bytes:
    """Row 21: a TIFF with as many directories as asked for, each of one pixel."""
    entries = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (278, 1), (279, 1)]
    size = 2 + 12 * len(entries) + 4
    file = bytearray(b"II*\0" + struct.pack("<I", 10) + b"\x80\0")
    for page in range(pages):
        file += struct.pack("<H", len(entries))
        for tag, value in entries:
            file += struct.pack("<HHII", tag, 3, 1, value)
        file += struct.pack("<I", 10 + size * (page + 1) if page + 1 < pages else 0)
    return bytes(file)


def svg() -> bytes:
    """Rows 22 and 23: a drawing with a script in it."""
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'


def eps() -> bytes:
    """Row 24: PostScript that would ask an interpreter to run."""
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\nshowpage\n%%EOF\n"


def pdf() -> bytes:
    """Row 24: the beginning of a PDF."""
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def polyglot() -> bytes:
    """Row 25: a PNG that is a web page, too."""
    return saved(sketch()) + b"<script>alert('polyglot')</script>"


def located_jpeg() -> bytes:
    """Row 26: a photograph that tells where and by whom it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.0), 3: "E", 4: (2.0, 17.0, 40.0)})
    return saved(photograph(), "JPEG", exif=exif, comment=b"SECRET-COMMENT")


def corrupt_profile() -> bytes:
    """Row 27: a colour profile that is none."""
    return saved(sketch(), icc_profile=b"\xff\x00 not a profile" * 40)


def long_text_chunk() -> bytes:
    """Row 27: 30 MB of text, packed, beside the pixels."""
    info = PngInfo()
    info.add_text("Comment", "A" * 30_000_000, zip=True)
    return saved(sketch(), pnginfo=info)


def many_chunks(count: int = 400_000) -> bytes:
    """Row 27: a PNG with endless small chunks of text."""
    whole = saved(sketch())
    return whole[:33] + chunk(b"tEXt", b"a\0b") * count + whole[33:]


def many_segments(count: int = 1_000_000) -> bytes:
    """Row 27: a JPEG with endless empty segments."""
    whole = saved(sketch(), "JPEG")
    return whole[:2] + b"\xff\xe5\x00\x02" * count + whole[2:]


def many_scans(count: int = 1000) -> bytes:
    """Row 27: a JPEG whose last scan is repeated, which keeps decoders busy."""
    whole = saved(photograph(), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * count + b"\xff\xd9"


def commented_gif(blocks: int = 300_000) -> bytes:
    """Row 27: a GIF with a comment in one-byte pieces, which Pillow joins in quadratic time."""
    whole = saved(sketch(), "GIF")
    start = 13 + (3 << ((whole[10] & 7) + 1) if whole[10] & 0x80 else 0)
    return whole[:start] + b"!\xfe" + b"\x01a" * blocks + b"\0" + whole[start:]


def wrong_exif(kind: str = "JPEG") -> bytes:
    """Row 27: EXIF that promises entries far outside itself."""
    return saved(sketch(), kind, exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\xff\xff" * 30)


NO_PICTURE: Mapping[str, Maker] = {
    "2 empty file": lambda: b"",
    "3 text": lambda: b"This is a letter, not a picture.\n" * 20,
    "17 float TIFF": lambda: tiff("F"),
    "17 integer TIFF": lambda: tiff("I"),
    "21 TIFF of 10,000 pages": many_pages_tiff,
    "23 SVG": svg,
    "24 EPS": eps,
    "24 PDF": pdf,
    "28 password file": lambda: b"root:x:0:0:root:/root:/bin/bash\n",
}
DAMAGED: Mapping[str, Maker] = {
    "4 truncated JPEG": lambda: truncated("JPEG"),
    "4 JPEG with an empty tail": zero_tail_jpeg,
    "5 truncated PNG": lambda: truncated("PNG"),
    "5 truncated GIF": lambda: truncated("GIF"),
    "5 truncated WebP": lambda: truncated("WEBP"),
    "5 truncated BMP": lambda: truncated("BMP"),
    "6 PNG of 0 x 0": zero_size_png,
    "27 JPEG of 1,000 scans": many_scans,
    "27 endless segments": many_segments,
    "27 endless chunks": many_chunks,
}
TOO_LARGE: Mapping[str, Maker] = {
    "8 1 x 20,000": lambda: strip(1, 20_000),
    "8 20,000 x 1": lambda: strip(20_000, 1),
    "9 9,500 x 9,500": lambda: png(9500, 9500),
    "10 14,000 x 14,000": lambda: png(14_000, 14_000),
    "10 30,000 x 30,000": lambda: png(30_000, 30_000),
    "10 WebP of 268 megapixels": bomb_webp,
}
REFUSED: Mapping[str, Maker] = {**NO_PICTURE, **DAMAGED, **TOO_LARGE}
ACCEPTED: Mapping[str, Maker] = {
    "4 JPEG without its end": endless_jpeg,
    "4 JPEG without its end but with zeros": lambda: endless_jpeg(5000),
    "7 one pixel": lambda: strip(1, 1),
    "8 20 to 1": lambda: strip(2000, 100),
    "12 transparent sketch": transparent_sketch,
    "15 grey with alpha": grey_alpha,
    "15 palette with alpha": palette_alpha,
    "15 GIF with alpha": lambda: palette_alpha("GIF"),
    "15 one bit": lambda: saved(sketch().convert("1")),
    "16 16-bit grey": grey16,
    "18 CMYK": cmyk_jpeg,
    **{f"19 orientation {number}": partial(turned, number) for number in range(2, 9)},
    "20 animated GIF": lambda: animation("GIF"),
    "20 animated WebP": lambda: animation("WEBP"),
    "25 polyglot": polyglot,
    "26 GPS": located_jpeg,
    "27 corrupt profile": corrupt_profile,
    "27 JPEG of 5,000 comments": commented_jpeg,
    "27 PNG of 6,000 texts": lambda: many_chunks(6000),
    "27 GIF with a long comment": commented_gif,
    "27 wrong EXIF in JPEG": wrong_exif,
    "27 wrong EXIF in WebP": lambda: wrong_exif("WEBP"),
    "28a RGBA": lambda: saved(sketch().convert("RGBA")),
}
BLANK: Mapping[str, Maker] = {
    "13 transparent": transparent_nothing,
    "14 white": blank,
    "14 grey JPEG": lambda: blank("JPEG", 120),
}

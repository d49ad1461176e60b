"""What a picture's file holds besides its first frame, found without decoding a pixel.

Pillow walks a file's blocks in Python: ten megabytes of empty comments keep it busy for seconds, and a
JPEG made of a thousand scans for minutes. These walks are bounded, so that the door in `core.images.door` can
refuse such a file first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SIDE_BLOCKS = 5_000
SCANS = 100

_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM")
_EXTENSION, _FRAME, _GRAPHIC_CONTROL = 0x21, 0x2C, 0xF9
_PNG_FRAME_CHUNKS = (b"IDAT", b"fdAT", b"fcTL")


class DamagedFileError(ValueError):
    """A file that starts like a picture and then does not hold one, or hides one under rubbish."""


@dataclass(frozen=True, slots=True)
class FirstFrame:
    """The part of a file that is decoded, and what was seen on the way.

    Attributes:
        data: bytes that hold the first frame; for a GIF without comments and later frames.
        frames: how many frames the file holds, None when the decoder has to be asked.
        scans: how many passes a JPEG decoder makes over the picture; 1 for other formats.
    """

    data: bytes
    frames: int | None = None
    scans: int = 1


def looks_like_picture(data: bytes) -> bool:
    """Returns whether the bytes start as a JPEG, PNG, GIF, BMP or WebP file does."""
    return data.startswith(_SIGNATURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def first_frame(data: bytes) -> FirstFrame:
    """Returns the part of a picture's file that is worth decoding.

    Args:
        data: a whole file.

    Raises:
        DamagedFileError: the file ends too early, or holds more side blocks (5,000) or JPEG scans (100)
            than any honest program writes.
    """
    if data.startswith(b"GIF8"):
        return _gif(data)
    if data.startswith(b"\xff\xd8"):
        return FirstFrame(data, frames=1, scans=_jpeg_scans(data))
    if data.startswith(b"\x89PNG"):
        _check_png(data)
    return FirstFrame(data)


def _gif(data: bytes) -> FirstFrame:
    """Keeps the header, the first frame and its transparency; counts the frames that follow."""
    control, kept, frames = b"", b"", 0
    try:
        start = position = _after_palette(data, 10, 13)
        while (kind := data[position]) in (_EXTENSION, _FRAME):
            begin = position
            frames += kind == _FRAME
            body = begin + 2 if kind == _EXTENSION else _after_palette(data, begin + 9, begin + 10) + 1
            position = _after_sub_blocks(data, body)
            if kind == _FRAME and frames == 1:
                kept = data[:start] + control + data[begin:position] + b";"
            elif data[begin + 1] == _GRAPHIC_CONTROL and not frames:
                control = data[begin:position]
    except IndexError:
        # A later frame may be cut off: the first is whole.
        pass
    if not kept:
        raise DamagedFileError("the first frame is missing or cut off")
    return FirstFrame(kept, frames)


def _after_palette(data: bytes, flags_at: int, start: int) -> int:
    """Returns where a GIF palette that starts at `start` ends; its size is in the byte at `flags_at`."""
    flags = data[flags_at]
    return start + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)


def _after_sub_blocks(data: bytes, position: int) -> int:
    """Returns where a chain of GIF sub-blocks ends; IndexError at the file's end."""
    while size := data[position]:
        position += size + 1
    return position + 1


def _jpeg_scans(data: bytes) -> int:
    """Walks a JPEG's markers to its end and returns the number of scans."""
    position, scans, markers = 2, 0, 0
    while found := _MARKER.search(data, position):
        # Bytes between two segments outside a scan are padding, which decoders walk one by one.
        markers += 1 + (0 if scans else (found.start() - position))
        kind, position = data[found.start() + 1], found.end()
        if kind == 0xD9:
            if not scans:
                raise DamagedFileError("there is no scan")
            return scans
        scans += kind == 0xDA
        if scans > SCANS or markers > SIDE_BLOCKS:
            raise DamagedFileError("too many scans or segments")
        if kind != 0x01:
            position += int.from_bytes(data[position : position + 2], "big")
    raise DamagedFileError("the end marker is missing")


def _check_png(data: bytes) -> None:
    """Counts the chunks of a PNG that are not pixels."""
    position, side_chunks = 8, 0
    while position + 8 <= len(data):
        kind = data[position + 4 : position + 8]
        if kind == b"IEND":
            return
        side_chunks += kind not in _PNG_FRAME_CHUNKS
        if side_chunks > SIDE_BLOCKS:
            raise DamagedFileError("too many chunks")
        position += 12 + int.from_bytes(data[position : position + 4], "big")

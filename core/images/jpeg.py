"""What a JPEG's markers tell without decoding a pixel, and what is done for one whose end marker is lost.

Browsers show a file that lacks its last two bytes, or that ends in zeros. So does this program, once it knows that
every pixel is there. libjpeg does not tell: where data end too early it paints grey. But it tells by what it paints:
bytes put between the last pixel and the end marker change nothing if the picture is whole, and are painted if it is
not. So such a file is decoded twice, the second time with rubbish before its end; and so is one that has an end marker
and libjpeg's grey in its last corner, for programs that stop half-way may still write a marker. In a picture of several
scans what a cut leaves is no grey but a blur, or wrong colours, so each of these is decoded twice.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

SIDE_BLOCKS = 5_000
SCANS = 100
IGNORED_BLOCKS = 20_000
"""Comments and the like, which are cut out before a decoder walks over them."""
KEPT_ZEROS = 1
"""Zeros at the end of a file that may still be pixels; more of them are the rest of a download. At worst it
stands for the end of the last block of 8 x 8 pixels."""

_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_END, _SCAN, _COMMENT = 0xD9, 0xDA, 0xFE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
# JFIF, EXIF, colour profile and Adobe's colour transform are read; the other application segments are not.
_IGNORED = frozenset(range(0xE0, 0xF0)) - {0xE0, 0xE1, 0xE2, 0xEE} | {_COMMENT}
_RUBBISH = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(16)).replace(
    b"\xff", b"\xa5"
)


class DamagedFileError(ValueError):
    """A file that starts like a picture and then does not hold one, or hides one under rubbish."""


@dataclass(slots=True)
class Walk:
    """What was met between a JPEG's first and last marker.

    Attributes:
        scans: passes over the picture.
        last_scan: where the pixels of the last of them begin.
        end: where the end marker stands, None without one.
        ignored: (start, end) of segments that no decoder needs.
        progressive: whether scans bring coefficients by and by; else each brings all of its components.
        unfinished: coefficients of each component that are not known to their last bit yet.
    """

    scans: int = 0
    last_scan: int = 0
    end: int | None = None
    ignored: list[tuple[int, int]] = field(default_factory=list)
    progressive: bool = False
    unfinished: dict[int, set[int]] = field(default_factory=dict)

    def check_scans(self) -> None:
        """Makes sure that every scan is there.

        Raises:
            DamagedFileError: one is missing, so that even whole rows would be blurred.
        """
        if not self.unfinished or any(self.unfinished.values()):
            raise DamagedFileError("a scan is missing")


def walked(data: bytes) -> Walk:
    """Walks a JPEG's markers to its end.

    Raises:
        DamagedFileError: there is no scan, or there are more scans or segments than any honest program writes.
    """
    walk, position, markers = Walk(), 2, 0
    while marker := _MARKER.search(data, position):
        # Bytes between two segments outside a scan are padding, which decoders walk one by one.
        markers += 0 if walk.scans else marker.start() - position
        kind, position = data[marker.start() + 1], marker.end()
        if kind == _END:
            walk.end = marker.start()
            break
        if kind != 0x01:
            body, position = position + 2, position + int.from_bytes(data[position : position + 2], "big")
            _take(walk, kind, data[body:position] if kind in _FRAMES or kind == _SCAN else b"")
        if kind == _SCAN:
            walk.last_scan = position
        if kind in _IGNORED:
            walk.ignored.append((marker.start(), position))
        else:
            markers += 1
        if walk.scans > SCANS or markers > SIDE_BLOCKS or len(walk.ignored) > IGNORED_BLOCKS:
            raise DamagedFileError("too many scans or segments")
    if not walk.scans:
        raise DamagedFileError("there is no scan")
    return walk


def without(data: bytes, parts: list[tuple[int, int]]) -> bytes:
    """Returns the bytes without these parts, which follow each other."""
    pieces, position = [], 0
    for start, end in parts:
        pieces.append(data[position:start])
        position = end
    return b"".join([*pieces, data[position:]])


def with_an_end(data: bytes, walk: Walk) -> tuple[bytes, bytes]:
    """Returns a JPEG whose end marker was lost with a new one, and the same with rubbish before it.

    Raises:
        DamagedFileError: a scan is missing, so that even whole rows would be blurred.
    """
    walk.check_scans()
    stripped = data.rstrip(b"\0")
    pixels = data[: len(stripped) + KEPT_ZEROS]
    if pixels.endswith(b"\xff"):
        pixels += b"\0"
    return pixels + b"\xff\xd9", _with_rubbish(pixels, walk)


def proof_of(data: bytes) -> bytes:
    """Returns a JPEG that has an end marker with rubbish before it."""
    walk = walked(data)
    return _with_rubbish(data[: walk.end], walk)


def _with_rubbish(pixels: bytes, walk: Walk) -> bytes:
    # Where a restart marker comes next, the decoder skips all that stands before it.
    restart = bytes([0xFF, 0xD0 + len(_RESTART.findall(pixels, walk.last_scan)) % 8])
    return pixels + _RUBBISH + restart + _RUBBISH + b"\xff\xd9"


def _take(walk: Walk, kind: int, body: bytes) -> None:
    """Notes what the head of a frame or of a scan says."""
    if kind in _FRAMES:
        walk.progressive = kind in _PROGRESSIVE
        walk.unfinished = {component: set(range(64)) for component in body[6::3]}
    elif kind == _SCAN and body:
        walk.scans += 1
        first, last, bits = (*body[-3:], 0, 0, 0)[:3] if walk.progressive else (0, 63, 0)
        for component in body[1 : 1 + 2 * body[0] : 2]:
            if not bits & 0x0F:
                walk.unfinished.get(component, set()).difference_update(range(first, last + 1))

"""What a picture's file holds besides its first frame, found without decoding a pixel.

Pillow walks a file's blocks in Python: ten megabytes of empty comments keep it busy for seconds, and a
JPEG made of a thousand scans for minutes. These walks are bounded, so that the door in `core.images.door` can
refuse such a file first.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.images.jpeg import IGNORED_BLOCKS, SIDE_BLOCKS, DamagedFileError, walked, with_an_end, without

FEW_BLOCKS = 100
"""As many comments may stay; Pillow reads them fast enough, and no copy is made of the file."""

_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM")
_EXTENSION, _FRAME, _GRAPHIC_CONTROL = 0x21, 0x2C, 0xF9
_PNG_FRAME_CHUNKS = (b"IDAT", b"fdAT", b"fcTL")
_PNG_WORDS = (b"tEXt", b"zTXt", b"iTXt", b"tIME")


@dataclass(frozen=True, slots=True)
class FirstFrame:
    """The part of a file that is decoded, and what was seen on the way.

    Attributes:
        data: bytes that hold the first frame; for a GIF without comments and later frames.
        frames: how many frames the file holds, None when the decoder has to be asked.
        scans: how many passes a JPEG decoder makes over the picture; 1 for other formats.
        proof: for a JPEG without its end marker, bytes that give other pixels unless all of them are there.
    """

    data: bytes
    frames: int | None = None
    scans: int = 1
    proof: bytes | None = None


def looks_like_picture(data: bytes) -> bool:
    """Returns whether the bytes start as a JPEG, PNG, GIF, BMP or WebP file does."""
    return data.startswith(_SIGNATURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def first_frame(data: bytes) -> FirstFrame:
    """Returns the part of a picture's file that is worth decoding.

    Args:
        data: a whole file.

    Raises:
        DamagedFileError: the file ends too early, or holds more side blocks (5,000; 20,000 comments) or JPEG
            scans (100) than any honest program writes.
    """
    if data.startswith(b"GIF8"):
        return _gif(data)
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    return FirstFrame(_png(data) if data.startswith(b"\x89PNG") else data)


def _gif(data: bytes) -> FirstFrame:
    """Keeps the header, the first frame and its transparency; counts the frames that follow."""
    control, first_frame, frames = b"", b"", 0
    try:
        start = position = _after_palette(data, 10, 13)
        while (kind := data[position]) in (_EXTENSION, _FRAME):
            begin = position
            frames += kind == _FRAME
            body = begin + 2 if kind == _EXTENSION else _after_palette(data, begin + 9, begin + 10) + 1
            position = _after_sub_blocks(data, body)
            if kind == _FRAME and frames == 1:
                first_frame = data[:start] + control + data[begin:position] + b";"
            elif data[begin + 1] == _GRAPHIC_CONTROL and not frames:
                control = data[begin:position]
    except IndexError:
        # A later frame may be cut off: the first is whole.
        pass
    if not first_frame:
        raise DamagedFileError("the first frame is missing or cut off")
    return FirstFrame(first_frame, frames)


def _after_palette(data: bytes, flags_at: int, start: int) -> int:
    """Returns where a GIF palette that starts at `start` ends; its size is in the byte at `flags_at`."""
    flags = data[flags_at]
    return start + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)


def _after_sub_blocks(data: bytes, position: int) -> int:
    """Returns where a chain of GIF sub-blocks ends; IndexError at the file's end."""
    while size := data[position]:
        position += size + 1
    return position + 1


def _jpeg(data: bytes) -> FirstFrame:
    """Cuts out many comments, and gives a JPEG that lost its end marker a new one."""
    walk, proof = walked(data), None
    if walk.end is None:
        data, proof = with_an_end(data, walk)
    elif walk.progressive or walk.scans > 1:
        walk.check_scans()
    if len(walk.ignored) > FEW_BLOCKS:
        data = without(data, walk.ignored)
        proof = None if proof is None else without(proof, walk.ignored)
    return FirstFrame(data, frames=1, scans=walk.scans, proof=proof)


def _png(data: bytes) -> bytes:
    """Counts the chunks of a PNG that are not pixels; cuts out those of words where there are many."""
    position, side_chunks, words = 8, 0, list[tuple[int, int]]()
    while position + 8 <= len(data):
        kind = data[position + 4 : position + 8]
        end = position + 12 + int.from_bytes(data[position : position + 4], "big")
        if kind in _PNG_WORDS:
            words.append((position, end))
        elif kind not in _PNG_FRAME_CHUNKS:
            side_chunks += 1
        if side_chunks > SIDE_BLOCKS or len(words) > IGNORED_BLOCKS:
            raise DamagedFileError("too many chunks")
        if kind == b"IEND":
            break
        position = end
    return without(data, words) if len(words) > FEW_BLOCKS else data

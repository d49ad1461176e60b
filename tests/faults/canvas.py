"""The plain drawings and the pieces of files that hostile pictures are made of."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def sketch(width: int = 240, height: int = 160) -> Image.Image:
    """Draws a black house on white that has no symmetry: what the other makers disguise."""
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    across, down = width / 240, height / 160
    house = [(40, 140), (40, 70), (90, 25), (140, 70), (140, 140), (40, 140)]
    draw.line([(x * across, y * down) for x, y in house], "black", max(2, round(5 * across)))
    draw.ellipse([170 * across, 20 * down, 215 * across, 60 * down], outline="black", width=4)
    draw.rectangle([70 * across, 95 * down, 95 * across, 140 * down], fill=(30, 60, 160))
    return picture


def photograph(width: int = 240, height: int = 160, seed: int = 0) -> Image.Image:
    """Paints smooth colours with some grain, which compress as a photograph's do."""
    across, down = np.meshgrid(np.linspace(0, 6, width), np.linspace(0, 4, height))
    shades = [np.sin(across + seed), np.cos(down - across / 2), np.sin(across * down / 3)]
    grain = np.random.default_rng(seed).normal(0, 4, (height, width, 3))
    return Image.fromarray((128 + 100 * np.stack(shades, -1) + grain).clip(0, 255).astype(np.uint8))


def saved(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """Returns the picture as a file's bytes."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    """Returns one chunk of a PNG with its length and its checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, depth: int = 1, colour: int = 0, *between: bytes) -> bytes:
    """Returns a PNG of zeros of any size without ever holding its pixels; `between` follows the header."""
    row = 1 + (width * depth * {0: 1, 2: 3, 6: 4}[colour] + 7) // 8
    packer = zlib.compressobj(9)
    packed = bytearray()
    block = bytes(row * min(height, 1 + 2**22 // row))
    left = row * height
    while left > 0:
        packed += packer.compress(block[: min(left, len(block))])
        left -= len(block)
    packed += packer.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return PNG_HEAD + head + b"".join(between) + chunk(b"IDAT", bytes(packed)) + chunk(b"IEND", b"")


def likeness(left: np.ndarray, right: np.ndarray) -> float:
    """Returns the cosine of two pictures of one size about their mean grey, at most 1."""
    a, b = left.astype(float).ravel() - 128, right.astype(float).ravel() - 128
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))

"""The strokes of a drawing as a short text: points on a fine grid, each as its step from the one before.

Bytes in base64 for addresses, without padding. A stroke is its width, twice the number of its points, plus one for an
eraser's, and the steps across and down of each point from the one before, of the first from the corner. Numbers are
variable in length, seven bits a byte, the last byte below 128; a step n is written as 2n, or -2n - 1 below zero.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.errors import InputError
from core.images.strokes import MOST_POINTS, WIDEST

GRID = 2048
"""So many steps lie side by side on the sheet; half of one is an eighth of a pixel of the exported drawing."""
FARTHEST = 2 * GRID
"""A pointer that is held leaves the sheet by less than that."""
DAMAGED = "The drawing in this link is damaged; ask for the whole link again."


@dataclass(frozen=True, slots=True)
class PenLine:
    """A line of the pen, or of the eraser, on the grid.

    Attributes:
        points: (x, y) in steps from the left upper corner.
        width: in steps.
        erases: whether it rubs out.
    """

    points: tuple[tuple[int, int], ...]
    width: int
    erases: bool = False


def stroke_text(lines: Sequence[PenLine]) -> str:
    """Returns lines as text; `strokes_of_text` reads the same ones."""
    numbers: list[int] = []
    for line in lines:
        numbers += [line.width, 2 * len(line.points) + line.erases]
        before = (0, 0)
        for point in line.points:
            numbers += [_folded(now - then) for now, then in zip(point, before, strict=True)]
            before = point
    data = b"".join(map(_bytes, numbers))
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def strokes_of_text(text: str) -> list[PenLine]:
    """Returns the lines of a text.

    Args:
        text: as `stroke_text` writes it, from anybody.

    Raises:
        InputError: it is something else, or has more points than a drawing may have.
    """
    if not re.fullmatch(r"[\w-]*", text, re.ASCII):
        raise InputError(DAMAGED)
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise InputError(DAMAGED) from error
    numbers = _numbers(data)
    lines, count = [], 0
    for width in numbers:
        points_and_kind = next(numbers, 0)
        points = points_and_kind // 2
        count += points
        if count > MOST_POINTS:
            raise InputError(
                f"The drawing in this link has more than {MOST_POINTS:,} points; draw a simpler one."
            )
        if not points or not 0 < width <= WIDEST * GRID:
            raise InputError(DAMAGED)
        lines.append(PenLine(_points(numbers, points), width, bool(points_and_kind % 2)))
    return lines


def _points(numbers: Iterator[int], count: int) -> tuple[tuple[int, int], ...]:
    points, x, y = [], 0, 0
    for _ in range(count):
        steps = next(numbers, None), next(numbers, None)
        if steps[0] is None or steps[1] is None:
            raise InputError(DAMAGED)
        x, y = x + _unfolded(steps[0]), y + _unfolded(steps[1])
        if max(abs(x), abs(y)) > FARTHEST:
            raise InputError(DAMAGED)
        points.append((x, y))
    return tuple(points)


def _folded(step: int) -> int:
    return 2 * step if step >= 0 else -2 * step - 1


def _unfolded(number: int) -> int:
    return number // 2 if number % 2 == 0 else -(number + 1) // 2


def _bytes(number: int) -> bytes:
    pieces = []
    while number > 127:
        pieces.append(number % 128 + 128)
        number //= 128
    return bytes([*pieces, number])


def _numbers(data: bytes) -> Iterator[int]:
    number, place = 0, 0
    for byte in data:
        number += (byte % 128) << place
        place += 7
        if byte < 128:
            yield number
            number, place = 0, 0
        elif place > 28:
            raise InputError(DAMAGED)
    if place:
        raise InputError(DAMAGED)

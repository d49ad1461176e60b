"""What a deck carries of its pictures: each once, inlined, and of a large gallery those that come to the front."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np

from core.blend import blend, order, simplex_grid
from core.errors import BlendscopeError
from core.images import open_picture, thumbnail
from demo.answers.retrieval import RESULTS
from demo.widgets.addresses import STATIC, static_address

ALL_CARRIED = 300
"""Pictures of a gallery that are all carried."""
STEPS = 20
"""Of the grid of mixes on which the first twelve are looked for: 231 mixes of three kinds of evidence."""
MOST_BYTES = 9_000_000
"""Of small pictures, as text; they become smaller before they become more."""
SIDES = (320, 192, 128, 96)
PICTURE = re.compile(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+")
FILE = re.compile(re.escape(STATIC) + r"[^\"'\s<>\\&]+")
TOKEN = "\ue000{number}\ue001"
"""Stands for a picture; no words of anybody hold such characters, for the door for words drops them."""


class Pictures:
    """Puts a token in the place of every picture, and keeps the picture once.

    Args:
        folders: whose files may be carried: a text may name any other.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._served = tuple(f"{static_address(folder)}/" for folder in folders)
        self.inlined: list[str] = []
        self._numbers: dict[str, int] = {}

    def without(self, text: str) -> str:
        """Returns a text with tokens in the place of the pictures in it.

        Args:
            text: HTML or JSON, in which pictures stand as data, or as the addresses under which the page serves them.
        """
        return FILE.sub(self._file, PICTURE.sub(lambda found: self._token(found[0]), text))

    def to_json(self) -> list[str]:
        """Returns the pictures, by number; those of files as small as lets all stay below `MOST_BYTES`."""
        files = {name: number for name, number in self._numbers.items() if name.startswith(STATIC)}
        for side in SIDES:
            small = {number: _small(name, side) for name, number in files.items()}
            if sum(map(len, small.values())) <= MOST_BYTES:
                break
        return [small.get(number, address) for number, address in enumerate(self.inlined)]

    def _file(self, found: re.Match[str]) -> str:
        address = found[0]
        inside = [address.removeprefix(folder) for folder in self._served if address.startswith(folder)]
        return self._token(address) if inside and "/" not in unquote(inside[0]) else address

    def _token(self, address: str) -> str:
        if address not in self._numbers:
            self._numbers[address] = len(self.inlined)
            self.inlined.append(address)
        return TOKEN.format(number=self._numbers[address])


def _small(address: str, side: int) -> str:
    """Returns a file that the page serves as data; "" when it is gone or no picture."""
    file = Path(unquote(address.removeprefix(STATIC)))
    try:
        data = file.read_bytes()
        if side < SIDES[0] or len(data) > 100_000:
            data = thumbnail(open_picture(data), side)
    except (OSError, BlendscopeError):
        return ""
    kind = "webp" if data[8:12] == b"WEBP" else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def coming_first(live: Mapping[str, Any]) -> set[int]:
    """Returns which pictures are among the first twelve at some mix of a grid.

    Args:
        live: the evidence of a question, as `demo.answers.live.question_value` gives it.
    """
    rows = np.frombuffer(base64.b64decode(live["parts"]), "<f4").reshape(len(live["voices"]), -1)
    counted = int(live["counted"])
    shown = np.setdiff1d(np.arange(rows.shape[1]), live["hidden"])
    chosen: set[int] = set(live["right"])
    for weights in _mixes(counted):
        scores = blend(weights, rows[:counted, shown])
        chosen.update(shown[order(scores, min(RESULTS, len(shown)))].tolist())
    return chosen


def _mixes(counted: int) -> Iterable[tuple[float, ...]]:
    if counted == 3:
        return [tuple(row) for row in simplex_grid(STEPS).tolist()]
    return [(step / STEPS, 1 - step / STEPS)[:counted] for step in range(STEPS + 1)]


def kept_names(catalogue: dict[str, Any], wanted: set[int] | None) -> dict[str, Any]:
    """Returns a gallery's names with the addresses of the pictures that are carried, each whole.

    Args:
        catalogue: as `demo.answers.live.catalogue_value` gives it.
        wanted: of which pictures; None for all.
    """
    folder = catalogue["folder"]
    pictures = [
        f"{folder}{picture}" if picture and (wanted is None or row in wanted) else ""
        for row, picture in enumerate(catalogue["pictures"])
    ]
    return catalogue | {"folder": "", "pictures": pictures}

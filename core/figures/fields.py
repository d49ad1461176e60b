"""The door of a figure file: what each key may hold, and one sentence for each fault."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import UInt8

from core.checks import finite_number, whole_number
from core.errors import InputError
from core.images import open_picture
from core.text import clean

LARGEST_PICTURE = 1_000_000
"""Bytes of one picture, before base64."""
MOST_PIXELS = 768
"""On the longest side of a picture, of which a larger one is reduced to these."""
MOST_PICTURES = 120
LIMIT = 1e9
"""No number of a figure is larger."""
LONGEST_TEXT = 2000
NO_OBJECT = "In this figure file \u201c{name}\u201d must be an object in braces."
MISSING = "This figure file has no \u201c{name}\u201d."
NO_LIST = "In this figure file \u201c{name}\u201d must be a list of {least:,} to {most:,}, but it is {given}."
STRANGE = "This figure file has \u201c{name}\u201d, which this version does not know."
NO_PICTURE = "In this figure file \u201c{name}\u201d must be a picture of at most 1 MB in base64."
TOO_MANY_PICTURES = f"This figure file has more than {MOST_PICTURES} pictures; a figure shows fewer."


class FigureFields:
    """An object of a figure file; every value is taken by the kind that it must have, and `done` refuses the rest.

    Args:
        value: as JSON has it.
        name: where it stands in the file, for the sentences; "" for the whole.
        parent: the object in which it stands.

    Raises:
        InputError: it is no object.
    """

    def __init__(self, value: Any, name: str = "", parent: FigureFields | None = None) -> None:
        if not isinstance(value, dict):
            raise InputError(NO_OBJECT.format(name=name or "the whole"))
        self._value, self._name = value, name
        self._taken: set[str] = set()
        self._parts: list[FigureFields] = []
        self._pictures: list[str] = [] if parent is None else parent._pictures
        if parent is not None:
            parent._parts.append(self)

    def has(self, key: str) -> bool:
        """Returns whether a key holds something."""
        self._taken.add(key)
        return self._value.get(key) is not None

    def text(self, key: str, default: str | None = None, limit: int = LONGEST_TEXT) -> str:
        """Returns a line of text, cleaned; `default` where there is none, and where that is None it must be there.

        Raises:
            InputError: it is missing, no text, or too long.
        """
        if not self.has(key) and default is not None:
            return default
        self._must(key)
        return clean(
            self._value[key],
            what=f"\u201c{self._at(key)}\u201d of this figure",
            limit=limit,
            allow_empty=True,
        )

    def number(
        self, key: str, low: float = -LIMIT, high: float = LIMIT, default: float | None = None
    ) -> float:
        """Returns a finite number; errors and `default` as for `text`."""
        if not self.has(key) and default is not None:
            return default
        self._must(key)
        return finite_number(self._value[key], name=self._called(key), low=low, high=high)

    def whole(self, key: str, low: int = 0, high: int = int(LIMIT), default: int | None = None) -> int:
        """Returns a whole number; errors and `default` as for `text`."""
        if not self.has(key) and default is not None:
            return default
        self._must(key)
        return whole_number(self._value[key], name=self._called(key), low=low, high=high)

    def flag(self, key: str) -> bool:
        """Returns whether a key holds true; false without it.

        Raises:
            InputError: it holds something else.
        """
        if not self.has(key):
            return False
        if not isinstance(self._value[key], bool):
            raise InputError(f"{self._called(key)} must be true or false.")
        return bool(self._value[key])

    def choice(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        """Returns one of some words; errors and `default` as for `text`."""
        word = self.text(key, default)
        if word not in choices:
            raise InputError(f"{self._called(key)} must be one of {', '.join(choices)}.")
        return word

    def texts(self, key: str, most: int, least: int = 0) -> tuple[str, ...]:
        """Returns a list of texts, none without the key.

        Raises:
            InputError: it is no list of so many texts.
        """
        named = f"\u201c{self._at(key)}\u201d of this figure"
        return tuple(
            clean(text, what=named, limit=LONGEST_TEXT, allow_empty=True)
            for text in self._list(key, least, most)
        )

    def numbers(
        self, key: str, most: int, least: int = 0, low: float = -LIMIT, high: float = LIMIT
    ) -> tuple[float, ...]:
        """Returns a list of finite numbers, none without the key; errors as for `texts`."""
        name = f"Each number in \u201c{self._at(key)}\u201d of this figure file"
        return tuple(
            finite_number(one, name=name, low=low, high=high) for one in self._list(key, least, most)
        )

    def lists(self, key: str, width: int, most: int, least: int = 0) -> tuple[tuple[float, ...], ...]:
        """Returns a list of points of `width` finite numbers each; errors as for `texts`."""
        at = self._at(key)
        points = []
        for one in self._list(key, least, most):
            if not isinstance(one, list) or len(one) != width:
                raise InputError(
                    f"In this figure file \u201c{at}\u201d must be lists of {width} numbers each."
                )
            name = f"Each number in \u201c{at}\u201d of this figure file"
            points.append(tuple(finite_number(part, name=name, low=-LIMIT, high=LIMIT) for part in one))
        return tuple(points)

    def rows(self, key: str, most: int, least: int = 0) -> list[FigureFields]:
        """Returns a list of objects, none without the key; errors as for `texts`."""
        values = self._list(key, least, most)
        return [FigureFields(value, f"{self._at(key)}[{at}]", self) for at, value in enumerate(values)]

    def part(self, key: str) -> FigureFields | None:
        """Returns the object of a key, None without it.

        Raises:
            InputError: it is no object.
        """
        return FigureFields(self._value[key], self._at(key), self) if self.has(key) else None

    def words(self, key: str, most: int) -> dict[str, str]:
        """Returns name -> text, in the order of the file; errors as for `texts`."""
        part = self.part(key)
        if part is None:
            return {}
        if len(part._value) > most:
            raise InputError(
                NO_LIST.format(name=self._at(key), least=0, most=most, given=f"{len(part._value):,}")
            )
        named = f"name in \u201c{self._at(key)}\u201d of this figure"
        return {clean(name, what=named): part.text(name) for name in list(part._value)}

    def picture(self, key: str) -> UInt8[np.ndarray, "height width 3"] | None:
        """Returns a small picture through the door of `core.images`, None without it.

        Raises:
            InputError: it is no picture, is too large, or there are too many.
        """
        if not self.has(key):
            return None
        name = self._at(key)
        text = self._value[key]
        if not isinstance(text, str) or len(text) > LARGEST_PICTURE * 4 // 3 + 4:
            raise InputError(NO_PICTURE.format(name=name))
        self._pictures.append(name)
        if len(self._pictures) > MOST_PICTURES:
            raise InputError(TOO_MANY_PICTURES)
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise InputError(NO_PICTURE.format(name=name)) from None
        return open_picture(
            data, name=f"picture \u201c{name}\u201d of this figure file", most=MOST_PIXELS
        ).pixels

    def done(self) -> None:
        """Refuses what nobody took, here and in every part.

        Raises:
            InputError: there is something.
        """
        strange = next((key for key in self._value if key not in self._taken), None)
        if strange is not None:
            name = clean(self._at(str(strange))[:60], what="name", allow_empty=True)
            raise InputError(STRANGE.format(name=name))
        for part in self._parts:
            part.done()

    def _list(self, key: str, least: int, most: int) -> list[Any]:
        if not self.has(key):
            if least:
                self._must(key)
            return []
        value = self._value[key]
        given = f"{len(value):,}" if isinstance(value, list) else "none"
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise InputError(NO_LIST.format(name=self._at(key), least=least, most=most, given=given))
        return value

    def _must(self, key: str) -> None:
        if self._value.get(key) is None:
            raise InputError(MISSING.format(name=self._at(key)))

    def _at(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key

    def _called(self, key: str) -> str:
        return f"\u201c{self._at(key)}\u201d of this figure file"

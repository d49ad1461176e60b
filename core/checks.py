"""The only door for numbers: whatever JSON sends becomes a finite number in bounds, or one sentence."""

from __future__ import annotations

import math

from core.errors import InputError

LARGEST = 1e6
SMALLEST = 1e-9
LONGEST = 10**300
"""Beyond it only the sign of a whole number matters: it may be too long for a float."""
MOST_RESULTS = 100


def finite_number(value: object, *, name: str, low: float = -LARGEST, high: float = LARGEST) -> float:
    """Returns the value as a float; magnitudes below 1e-9, -0.0 among them, become 0.0.

    Args:
        value: what came in.
        name: what the page calls the number, as a sentence begins ("The weight of the words").
        low: least value accepted.
        high: greatest value accepted.

    Raises:
        InputError: not a number (true and false are none), NaN, infinite, or outside low..high.
    """
    number = _number(value, name)
    if not low <= number <= high:
        raise InputError(
            f"{name} must be between {_plain(low)} and {_plain(high)}, but {_shown(number)} was given."
        )
    return float(number) if abs(number) >= SMALLEST else 0.0


def whole_number(value: object, *, name: str, low: int = -int(LARGEST), high: int = int(LARGEST)) -> int:
    """Returns the value as an int; 5.0 counts as 5, since JSON does not tell them apart.

    Args:
        value: what came in.
        name: what the page calls the number, as a sentence begins.
        low: least value accepted.
        high: greatest value accepted.

    Raises:
        InputError: not a number, NaN, infinite, with a fraction, or outside low..high.
    """
    number = _whole(value, name)
    if not low <= number <= high:
        raise InputError(f"{name} must be between {_plain(low)} and {_plain(high)}.")
    return number


def clamp_k(value: object, n: int, *, name: str = "The number of results") -> int:
    """Returns how many results to give: the value brought into 1..min(n, 100).

    Args:
        value: what came in; any whole number, however large or negative.
        n: how many results there are; with none, 0 is returned.
        name: what the page calls the number, as a sentence begins.

    Raises:
        InputError: not a number, NaN, infinite, or with a fraction.
    """
    return min(max(_whole(value, name), 1), n, MOST_RESULTS)


def _whole(value: object, name: str) -> int:
    """Returns the value as an int of any size."""
    number = _number(value, name)
    if math.isinf(number) or number != math.floor(number):
        raise InputError(f"{name} must be a whole number, such as 10.")
    return int(number)


def _number(value: object, name: str) -> int | float:
    """Returns the value unchanged when it is an int or a float that is not NaN; it may be infinite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{name} must be a number, but {_kind(value)} was given.")
    if isinstance(value, int):
        return max(-LONGEST, min(LONGEST, value))
    if math.isnan(value):
        raise InputError(f"{name} must be a number, but NaN was given.")
    return value


def _kind(value: object) -> str:
    """Names what kind of thing was given; never the thing itself, which may be long or hostile."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list | tuple) else "something else"


def _shown(number: int | float) -> str:
    """Writes a number that is out of bounds, as far as it is still known."""
    if isinstance(number, int) and abs(number) == LONGEST:
        return "a number of more than 300 digits"
    return f"{number:g}" if math.isfinite(number) else "an endless number"


def _plain(number: float) -> str:
    """Writes a bound as people do: 1,000,000 and 0.5."""
    return f"{number:,.0f}" if number == int(number) else f"{number:g}"

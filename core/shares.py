"""How weights are written: for people so that what is read adds up, in addresses as browsers write numbers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import floor, isfinite

WHOLE = 1e-6
"""Weights whose sum is that near to 1 are shares of one whole."""
PLACES = 2
EXACT = 1e15
"""Below it a whole number has its own digits and no others."""
SMALL = 1e-6
"""Below it browsers write an exponent, as Python does below 1e-4."""


def told_together(weights: Sequence[float]) -> list[str]:
    """Returns weights with two decimals that add up to 1 where the weights do, by the largest remainders.

    `demo/widgets/shares.js` does the same.

    Args:
        weights: finite, of any sign.

    Returns:
        A text each, with a true minus sign; rounded each by itself where their sum is not 1.
    """
    scale = 10**PLACES
    scaled = [scale * weight for weight in weights]
    if not all(map(isfinite, scaled)) or abs(sum(weights) - 1) > WHOLE:
        return [_text(f"{weight:.{PLACES}f}") for weight in weights]
    units = [floor(each) for each in scaled]
    order = sorted(range(len(units)), key=lambda at: units[at] - scaled[at])
    for at in order[: scale - sum(units)]:
        units[at] += 1
    return [_text(f"{unit / scale:.{PLACES}f}") for unit in units]


def shortest(number: float) -> str:
    """Returns the shortest text that gives a finite number back, as JavaScript writes it.

    Args:
        number: of the size of weights, or of pixels.
    """
    number = float(number) + 0.0
    if number.is_integer() and abs(number) < EXACT:
        return str(int(number))
    text = repr(number)
    digits, exponent, power = text.partition("e")
    if not exponent:
        return text
    return format(Decimal(text), "f") if abs(number) >= SMALL else f"{digits}e{int(power):+d}"


def _text(text: str) -> str:
    return text.replace("-", "\u2212") if text.strip("-0.") else text.lstrip("-")

"""Weights are read as adding up, and are written in addresses as browsers write them; a browser does the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.shares import shortest, told_together

SHARES = [
    ((1 / 3, 1 / 3, 1 / 3), ["0.34", "0.33", "0.33"]),
    ((0.335, 0.335, 0.33), ["0.34", "0.33", "0.33"]),
    ((0.125, 0.4375, 0.4375), ["0.12", "0.44", "0.44"]),
    ((0.0049, 0.9951, 0.0), ["0.00", "1.00", "0.00"]),
    ((1.235, -0.2325, -0.0025), ["1.23", "−0.23", "0.00"]),
    ((0.29, 0.71), ["0.29", "0.71"]),
    ((0.5,), ["0.50"]),
    ((-0.001,), ["0.00"]),
    ((0.125, 0.375, -0.625), ["0.12", "0.38", "−0.62"]),
]
"""Weights, and what is read of them."""
NUMBERS = [0.024999999999999994, 0.1 + 0.2, 1.0, -0.0, 1e-7, 2.5e-9, 1.5e-5, 123456.75, 1e6, -1 / 3, 5e-324]
"""In the order of `WRITTEN`."""
WRITTEN = (
    "0.024999999999999994 0.30000000000000004 1 0 1e-7 2.5e-9 0.000015 123456.75 1000000 "
    "-0.3333333333333333 5e-324"
)


@pytest.mark.parametrize(("weights", "told"), SHARES)
def test_what_is_read_adds_up_where_the_weights_do(weights: tuple[float, ...], told: list[str]) -> None:
    assert told_together(weights) == told


@given(st.lists(st.floats(0, 1), min_size=2, max_size=4).filter(lambda raw: sum(raw) > 0.01))
def test_any_shares_add_up_and_are_near(raw: list[float]) -> None:
    weights = [weight / sum(raw) for weight in raw]
    told = [round(100 * float(text)) for text in told_together(weights)]
    assert sum(told) == 100
    assert all(abs(unit - 100 * weight) <= 1 + 1e-6 for unit, weight in zip(told, weights, strict=True))


def test_numbers_are_written_as_browsers_write_them() -> None:
    assert " ".join(map(shortest, NUMBERS)) == WRITTEN


@given(st.floats(-1e6, 1e6))
def test_the_same_number_comes_back(number: float) -> None:
    assert float(shortest(number)) == number
    assert json.loads(shortest(number)) == number

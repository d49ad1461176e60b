"""The door for numbers: whatever JSON sends becomes a number in bounds or one sentence."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.checks import clamp_k, finite_number, whole_number
from core.errors import InputError

NO_NUMBERS = [None, True, False, "1", "", [1], {"value": 1}, float("nan")]
ANYTHING = st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.lists(st.integers())


@pytest.mark.parametrize("value", [*NO_NUMBERS, math.inf, -math.inf, 1e308, -1e7, 10**400, -(10**400)])
def test_what_is_no_usable_number_gives_one_sentence(value: object) -> None:
    for check in (finite_number, whole_number):
        with pytest.raises(InputError, match=r"^The weight must be [^\n]{1,90}\.$"):
            check(value, name="The weight")


@pytest.mark.parametrize(("value", "number"), [(0.5, 0.5), (3, 3.0), (-0.0, 0.0), (5e-324, 0.0), (1e6, 1e6)])
def test_numbers_pass(value: float, number: float) -> None:
    checked = finite_number(value, name="The weight")
    assert isinstance(checked, float) and checked == number and math.copysign(1, checked) == 1


def test_bounds_are_named() -> None:
    with pytest.raises(InputError, match=r"^Alpha must be between 0 and 1, but 1\.5 was given\.$"):
        finite_number(1.5, name="Alpha", low=0, high=1)
    with pytest.raises(InputError, match=r"between 0\.1 and 1,000,000, but an endless number was given"):
        finite_number(math.inf, name="Alpha", low=0.1)
    with pytest.raises(InputError, match=r"but a number of more than 300 digits was given\.$"):
        finite_number(-(10**400), name="Alpha")
    with pytest.raises(InputError, match=r"^The seed must be between 0 and 9\.$"):
        whole_number(10, name="The seed", low=0, high=9)


def test_whole_numbers_may_come_as_floats() -> None:
    assert whole_number(5.0, name="The seed") == 5
    with pytest.raises(InputError, match="whole number"):
        whole_number(2.5, name="The seed")


@pytest.mark.parametrize(
    ("value", "n", "k"),
    [(0, 20, 1), (-1, 20, 1), (10**9, 20, 20), (10**9, 500, 100), (10**400, 7, 7), (-1e300, 7, 1), (5, 20, 5),
     (5.0, 20, 5), (21, 20, 20), (3, 0, 0)],
)  # fmt: skip
def test_the_number_of_results_is_brought_into_bounds(value: object, n: int, k: int) -> None:
    assert clamp_k(value, n) == k


@pytest.mark.parametrize("value", [*NO_NUMBERS, math.inf, 2.5])
def test_no_number_of_results_gives_one_sentence(value: object) -> None:
    with pytest.raises(InputError, match=r"^The number of results must be"):
        clamp_k(value, 10)


@given(ANYTHING, st.integers(1, 1000))
def test_anything_gives_a_number_in_bounds_or_one_sentence(value: object, n: int) -> None:
    try:
        assert -1e6 <= finite_number(value, name="The weight") <= 1e6
        assert 1 <= clamp_k(value, n) <= min(n, 100)
    except InputError as error:
        assert len(str(error)) < 120

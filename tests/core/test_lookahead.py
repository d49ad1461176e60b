"""Work done ahead keeps its order and its bounds, and ends with whoever takes the results."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from core.lookahead import ahead


def test_results_come_in_the_order_of_the_items_whichever_is_done_first() -> None:
    second_done = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            assert second_done.wait(30), "the second is worked on beside the first"
        if number == 1:
            second_done.set()
        return number * number

    with ahead(work, range(7), most=3, threads=2) as results:
        assert list(results) == [number * number for number in range(7)]


def test_no_more_than_a_few_items_are_taken_before_their_results_are_asked_for() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    with ahead(lambda number: number, items(), most=4, threads=2) as results:
        assert taken == []
        for number in range(10):
            assert next(results) == number and len(taken) == number + 4
    assert len(taken) == 13


def test_an_error_stands_in_its_place_and_ends_the_rest() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        if number == 2:
            raise ValueError("the third")
        return number

    with (
        pytest.raises(ValueError, match="the third"),
        ahead(work, range(1000), most=4, threads=1) as results,
    ):
        assert [next(results), next(results)] == [0, 1]
        next(results)
    assert max(begun) < 8 and not any(thread.name.startswith("ahead") for thread in threading.enumerate())

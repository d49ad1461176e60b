"""Work done ahead or behind keeps its order and its bounds, and ends with whoever takes the results or gives it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from core.lookahead import ahead, behind


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


def test_what_is_handed_over_is_done_beside_the_next_and_never_lost() -> None:
    done: list[int] = []
    next_made = threading.Event()

    def work(number: int) -> None:
        if number == 0:
            assert next_made.wait(30), "the next is made beside the first"
        done.append(number)

    with pytest.raises(KeyboardInterrupt), behind(work) as give:
        give(0)
        next_made.set()
        give(1)
        assert done[0] == 0
        raise KeyboardInterrupt
    assert done == [0, 1]


@pytest.mark.parametrize("more", [0, 1])
def test_an_error_behind_is_raised_where_the_next_is_given_or_at_the_end(more: int) -> None:
    def work(number: int) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"), behind(work) as give:
        give(0)
        for number in range(more):
            give(number)
            pytest.fail("the error was not raised")

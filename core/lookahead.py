"""Work that threads do, in order, ahead of whoever takes the results or behind whoever makes them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from core.settings import processor_threads

Item = TypeVar("Item")
Result = TypeVar("Result")


@contextmanager
def ahead(
    work: Callable[[Item], Result], items: Iterable[Item], *, most: int, threads: int | None = None
) -> Iterator[Iterator[Result]]:
    """Gives the results of some work on each item, in the order of the items.

    Inside, the items are taken one by one, by whoever takes the results, and never more than `most` beyond these: so
    however many there are, few are in memory. At the end, be it by an error, what was not begun never begins.

    Args:
        work: done in other threads; what it raises is raised in its result's place.
        items: what to work on.
        most: how many results may wait, or be worked on, before they are asked for; at least 1.
        threads: how many work at once; None for as many as may compute here.
    """
    pool = ThreadPoolExecutor(threads or processor_threads(), thread_name_prefix="ahead")
    waiting: deque[Future[Result]] = deque()

    def results() -> Iterator[Result]:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) >= most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    try:
        yield results()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def behind(work: Callable[[Item], None]) -> Iterator[Callable[[Item], None]]:
    """Gives what hands items over to a thread that works on them in order, while whoever gives them makes the next.

    An item is taken when the one before it is done, so few are in memory; what the work raises is raised then, or at
    the end. What was taken is done at the end, be it by an error.

    Args:
        work: done in the other thread.
    """
    underway: deque[Future[None]] = deque()

    def give(item: Item) -> None:
        while underway:
            underway.popleft().result()
        underway.append(pool.submit(work, item))

    with ThreadPoolExecutor(1, thread_name_prefix="behind") as pool:
        yield give
        while underway:
            underway.popleft().result()


def each_of(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Returns the results of some work on each item, in order; as many threads work as may compute here."""
    threads = min(processor_threads(), len(items))
    if threads < 2:
        return [work(item) for item in items]
    with ahead(work, items, most=2 * threads, threads=threads) as results:
        return list(results)

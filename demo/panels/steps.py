"""Long work in steps: it goes on only while the next step is asked for, so that its turn can be somebody else's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextvars import Context, copy_context
from dataclasses import dataclass
from queue import SimpleQueue

from core.errors import CapacityError
from core.listening import everybody_left, listened_to

Report = Callable[[int, int], None]
"""Told how many parts of how many are done."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far the work is.

    Attributes:
        done: parts that are done.
        of: how many there are.
    """

    done: int
    of: int


def steps(work: Callable[[Report], str]) -> Iterator[Step | str]:
    """Yields what the work reports, and at last its result; between two steps it rests.

    Args:
        work: calls what it is given after each part; it ends there when nobody asks for the next step any more.

    Raises:
        Exception: whatever the work raises.
    """
    told: SimpleQueue[Step | str | BaseException] = SimpleQueue()
    turn, left = threading.Semaphore(0), threading.Event()

    def report(done: int, of: int) -> None:
        told.put(Step(done, of))
        turn.acquire()
        if left.is_set():
            raise CapacityError("Nobody waits for this talk any more, so it was not finished.")

    asked = copy_context()

    def run() -> None:
        turn.acquire()
        try:
            with listened_to(lambda: left.is_set() or asked.run(everybody_left)):
                told.put(work(report))
        except BaseException as error:
            told.put(error)

    # In a context of its own: within an event of the page, gradio makes no component, only a change of one.
    threading.Thread(target=Context().run, args=(run,), name="talk", daemon=True).start()
    try:
        while True:
            turn.release()
            step = told.get()
            if isinstance(step, BaseException):
                raise step
            yield step
            if isinstance(step, str):
                return
    finally:
        left.set()
        turn.release()

"""Runs the steps of a small training in a thread of their own, in which torch uses one core."""

from __future__ import annotations

import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TypeVar

import torch

Step = TypeVar("Step")
_DONE = object()
_lock = threading.Lock()
_pool: ThreadPoolExecutor | None = None


def in_one_thread(steps: Generator[Step]) -> Generator[Step]:
    """Yields what a generator yields, each step computed by the one thread that is kept for this.

    Steps on three pictures are so small that sharing them between cores takes twice as long and more. torch counts
    threads for each thread by itself, and a thread born meanwhile takes over the last count that any thread asked
    for: so neither a thread of somebody else's is asked to use one core, nor does that count stand for long.

    Args:
        steps: closed when this is.

    Yields:
        What `steps` yields.
    """
    pool = _pool_of_one()
    with closing(steps):
        while True:
            step = pool.submit(next, steps, _DONE).result()
            if step is _DONE:
                return
            yield step  # type: ignore[misc]


def _pool_of_one() -> ThreadPoolExecutor:
    global _pool
    with _lock:
        if _pool is None:
            threads = torch.get_num_threads()
            _pool = ThreadPoolExecutor(1, "small-steps", initializer=_use_one_core)
            _pool.submit(int).result()
            torch.set_num_threads(threads)
        return _pool


def _use_one_core() -> None:
    torch.get_num_threads()  # a thread takes over the last count when torch first asks for its own
    torch.set_num_threads(1)

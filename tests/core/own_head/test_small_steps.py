"""A small training takes one core, and no thread is left with fewer cores than it had."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from core.own_head.small_steps import in_one_thread

CORES = 3


@pytest.fixture(autouse=True)
def cores() -> Iterator[None]:
    """Lets torch use three cores, however many there are."""
    before = torch.get_num_threads()
    torch.set_num_threads(CORES)
    yield
    torch.set_num_threads(before)


def in_new_thread(ask: Callable[[], int]) -> int:
    answers: list[int] = []
    thread = threading.Thread(target=lambda: answers.append(ask()))
    thread.start()
    thread.join()
    return answers[0]


def counted() -> int:
    """Uses torch, as an encoder would, and returns with how many cores."""
    (torch.ones(300, 300) @ torch.ones(300, 300)).sum()
    return torch.get_num_threads()


def training(seen: list[int], newborn: list[int], *, fails_at: int = 99) -> Generator[int]:
    for step in range(5):
        if step == fails_at:
            raise ValueError("this step fails")
        seen.append(counted())
        newborn.append(in_new_thread(counted))
        yield step


@pytest.mark.parametrize("end", ["whole", "closed", "abandoned", "failed"])
def test_a_training_leaves_every_thread_its_cores(end: str) -> None:
    seen, newborn = list[int](), list[int]()
    steps = in_one_thread(training(seen, newborn, fails_at=3 if end == "failed" else 99))
    pools = [ThreadPoolExecutor(1) for _ in range(3)]
    for pool in pools:
        pool.submit(counted).result()
    for number in range(3):  # gradio runs each step in whichever thread is free
        assert pools[number].submit(next, steps).result() == number
    if end == "whole":
        assert pools[0].submit(list, steps).result() == [3, 4]
    elif end == "closed":
        pools[1].submit(steps.close).result()
    elif end == "failed":
        with pytest.raises(ValueError, match="this step fails"):
            pools[2].submit(next, steps).result()
    del steps
    assert set(seen) == {1}
    assert set(newborn) == {CORES}, "an encoder that ran during a step"
    assert [pool.submit(counted).result() for pool in pools] == [CORES] * 3
    assert counted() == CORES and in_new_thread(counted) == CORES
    for pool in pools:
        pool.shutdown()

"""A stand-in for the package `spaces` as it behaves on ZeroGPU: what it decorates runs in a forked process.

As there, the process is forked at the first call and kept, arguments and answers are pickled on the way, and of an
exception only the name of its class comes back.
"""

from __future__ import annotations

import multiprocessing
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from multiprocessing.connection import Connection
from types import ModuleType
from typing import Any

import pytest
import torch

from core.profiles import zero_gpu

FORK = multiprocessing.get_context("fork")


class SpacesError(Exception):
    """What the package raises, with the words in `message` as gradio's error has them."""

    def __init__(self, message: str) -> None:
        super().__init__(repr(message))
        self.message = message


class Worker:
    """A process that runs one function until it is killed."""

    def __init__(self, task: Callable[..., Any]) -> None:
        self.near, far = FORK.Pipe()
        self.process = FORK.Process(target=_serve, args=(task, far), daemon=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 dislikes forks beside threads
            self.process.start()
        far.close()

    def ask(self, arguments: tuple[Any, ...]) -> Any:
        self.near.send(arguments)
        good, answer = self.near.recv()
        if not good:
            raise SpacesError(answer)
        return answer


def _serve(task: Callable[..., Any], far: Connection) -> None:
    torch.set_num_threads(1)  # a pool of threads does not survive a fork
    while True:
        arguments = far.recv()
        try:
            far.send((True, task(*arguments)))
        except Exception as error:
            far.send((False, type(error).__name__))


class Spaces(ModuleType):
    """The module.

    Attributes:
        seconds: for how long each call asked.
        refusal: words with which the next calls are refused, "" for none.
        workers: the processes so far.
    """

    def __init__(self) -> None:
        super().__init__("spaces")
        self.__spec__ = ModuleSpec("spaces", None)
        self.seconds: list[int] = []
        self.refusal = ""
        self.workers: list[Worker] = []

    def GPU(self, *, duration: Callable[..., int]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def decorate(task: Callable[..., Any]) -> Callable[..., Any]:
            workers: list[Worker] = []

            def handler(*arguments: Any) -> Any:
                self.seconds.append(duration(*arguments))
                if self.refusal:
                    raise SpacesError(self.refusal)
                if not workers:
                    workers.append(Worker(task))
                    self.workers.append(workers[0])
                return workers[0].ask(arguments)

            return handler

        return decorate


@contextmanager
def on_zero_gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[Spaces]:
    """Puts the stand-in where `import spaces` finds it, and ends its processes afterwards."""
    spaces = Spaces()
    monkeypatch.setitem(sys.modules, "spaces", spaces)
    zero_gpu.gpu.cache_clear()
    try:
        yield spaces
    finally:
        zero_gpu.gpu.cache_clear()
        for worker in spaces.workers:
            worker.process.kill()
            worker.process.join()
            worker.near.close()

"""Walks two ways through the house with the pocket models, and counts the files that each passes or asks the disk for.

    python -m tests.architecture.walks

One way is a move of a slider of Street to shop, on the worked example that it opens on; the other the question of an
uploaded picture, once the models are loaded. Each begins with what a browser sends and ends with what it gets.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any
from unittest.mock import patch

import gradio as gr

from core.joining import SUM
from core.settings import ASSETS, Settings
from demo.services import Services
from demo.tabs import street_to_shop
from tests.architecture.source import ROOT

SLIDER, QUESTION = "a slider's weight", "an uploaded picture"
"""The walks by their names in docs/architecture.md."""
OURS = tuple(str(ROOT / room) + os.sep for room in ("core", "demo"))
PICTURE = ASSETS / "examples" / "street" / "01-crew-tee-navy-striped-white.webp"
MOVES = ([0.5, 0.3, 0.2], [0.2, 0.3, 0.5], [0.5, 0.3, 0.2])
"""The last shows no picture that was not shown before."""


@dataclass
class Walk:
    """What one event passed.

    Attributes:
        files: of ours, in the order in which they were first reached.
        hops: functions of two files of which one called the other, each pair once, however often it did.
        opened: paths of the files that were opened.
        stats: paths that were asked about.
        thread: whose doings count.
    """

    files: dict[str, None] = field(default_factory=dict)
    hops: set[tuple[str, str]] = field(default_factory=set)
    opened: list[str] = field(default_factory=list)
    stats: list[str] = field(default_factory=list)
    thread: int = field(default_factory=threading.get_ident)

    def row(self, name: str) -> str:
        """Returns the counts as a row of the table in docs/architecture.md."""
        counts = (len(self.files), len(self.hops), len(self.opened), len(self.stats))
        return f"| {name} | {' | '.join(map(str, counts))} |"

    def note_path(self, kind: list[str], path: object) -> None:
        """Notes a path in one of the lists, unless another thread named it; a number is a file that is open already."""
        if threading.get_ident() == self.thread and isinstance(path, str | bytes | os.PathLike):
            kind.append(os.fsdecode(path))

    def note_call(self, frame: FrameType, event: str, _: object) -> None:
        """Notes a call of a function of ours, as `sys.setprofile` reports it."""
        if event != "call" or not _is_ours(frame):
            return
        self.files.setdefault(_file(frame))
        caller = frame.f_back
        while caller is not None and not _is_ours(caller):
            caller = caller.f_back
        if caller is not None and _file(caller) != _file(frame):
            self.hops.add((_function(caller), _function(frame)))


def _is_ours(frame: FrameType) -> bool:
    """Tells whether a frame runs a function of ours; what a module does when it is imported is no step of a walk."""
    return frame.f_code.co_filename.startswith(OURS) and frame.f_code.co_name != "<module>"


def _file(frame: FrameType) -> str:
    return Path(frame.f_code.co_filename).relative_to(ROOT).as_posix()


def _function(frame: FrameType) -> str:
    """Returns file and name; a comprehension or a function inside another counts as the function around it."""
    return f"{_file(frame)}:{frame.f_code.co_qualname.partition('.<locals>')[0]}"


_WALKING: list[Walk] = []
"""The walk that is being counted, if any: an audit hook stays for as long as the process lives."""


@cache
def _listen() -> None:
    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            for walk in _WALKING:
                walk.note_path(walk.opened, arguments[0])

    sys.addaudithook(heard)


@contextmanager
def counted() -> Iterator[Walk]:
    """Counts what this thread does meanwhile."""
    _listen()
    walk = Walk()

    def noting(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *others: Any, **options: Any) -> Any:
            walk.note_path(walk.stats, path)
            return original(path, *others, **options)

        return call

    before = sys.getprofile()
    _WALKING.append(walk)
    with patch.object(os, "stat", noting(os.stat)), patch.object(os, "lstat", noting(os.lstat)):
        sys.setprofile(walk.note_call)
        try:
            yield walk
        finally:
            sys.setprofile(before)
            _WALKING.pop()


class Tab:
    """Street to shop, whose events are sent here as a browser sends them.

    Args:
        services: what answers.
    """

    def __init__(self, services: Services) -> None:
        async def laid_out() -> gr.Blocks:  # outside a running loop gradio makes loops that nobody closes
            with gr.Blocks(analytics_enabled=False) as page:
                street_to_shop.build(services)
            return page

        with ThreadPoolExecutor(1) as thread:
            page = thread.submit(lambda: asyncio.run(laid_out())).result()
        self._events = {event.name: event for event in page.fns.values()}

    def send(self, name: str, *sent: Any) -> None:
        """Sends an event: what was sent is read by its components, and what it answers is written by them."""
        event = self._events[name]
        inputs = [component.preprocess(value) for component, value in zip(event.inputs, sent, strict=True)]
        for component, value in zip(event.outputs, event.fn(*inputs), strict=True):
            if value != gr.skip():
                component.postprocess(value)


def slider() -> Walk:
    """Returns the walk of a slider's move; needs no model."""
    tab = Tab(Services(Settings()))
    for weights in MOVES:
        with counted() as walk:
            tab.send("weighed", {"weights": weights}, "example 0", None, SUM, "")
    return walk


def question() -> Walk:
    """Returns the walk of an uploaded picture; loads the models first."""
    from tests.pocket import pocket  # this imports torch

    models: Any = pocket()
    services = Services(Settings(), models=models)
    services.task("street_to_shop")
    models.joint.encode_texts(["a first sentence"])  # as a start does
    tab = Tab(services)
    # On one core, so that no step is taken in another thread.
    with patch("core.lookahead.processor_threads", lambda: 1), counted() as walk:
        tab.send("uploaded", gr.FileData(path=str(PICTURE), orig_name=PICTURE.name), SUM)
    return walk


if __name__ == "__main__":
    for title, passed in ((QUESTION, question()), (SLIDER, slider())):
        print(passed.row(title), *(f"  {name}" for name in passed.files), sep="\n")

"""What somebody waits for: seconds, memory, models that are read and forgotten, and what is said meanwhile."""

from __future__ import annotations

import gc
import itertools
import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from unittest import mock

from core.images import open_picture
from core.listening import listened_to
from core.residency import KEEPER, Keeper
from core.types import Picture


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock, and seconds of processors, which a busy machine does not lengthen.

    Attributes:
        clock: seconds that passed.
        processors: seconds of all threads together.
    """

    clock: float
    processors: float

    @classmethod
    def now(cls) -> Self:
        """Returns this moment."""
        return cls(time.perf_counter(), time.process_time())

    def since(self, before: Took) -> Took:
        """Returns what passed between two moments."""
        return Took(self.clock - before.clock, self.processors - before.processors)

    def __str__(self) -> str:
        return f"{self.clock:.1f} ({self.processors:.1f})"


@dataclass
class WaitingTimes:
    """How long somebody waited for a model, and what happened meanwhile.

    Attributes:
        what: a task or a model.
        ready: until it could be asked: files checked, fixed words read, the gallery described.
        first: the first answer, weights read from the disk where need be.
        second: the second, about another picture.
        again: the answer to the second question, asked once more.
        silence: the longest time of the second answer in which nothing new was said to whoever times.
        peak: most megabytes of the process meanwhile.
        notes: what was said to whoever waited for the second.
        loaded: (model, seconds) that were read from the disk.
        unloaded: models that made room.
        held: models in memory afterwards.
    """

    what: str
    ready: Took
    first: Took
    second: Took
    again: Took
    silence: Took
    peak: float
    notes: list[str] = field(default_factory=list)
    loaded: list[tuple[str, Took]] = field(default_factory=list)
    unloaded: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)


class Watch(logging.Handler):
    """Notes which models are loaded and unloaded, and what the process takes."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._loaded: list[tuple[str, Took]] = []
        self._unloaded: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Notes what the keeper says that it unloads."""
        if str(record.msg).startswith("unloading"):
            self._unloaded.append(short(str(record.args[0] if isinstance(record.args, tuple) else "")))

    @contextmanager
    def on(self) -> Iterator[None]:
        """Watches meanwhile."""
        resident, log = Keeper.resident, logging.getLogger("core.residency")

        def timed(keeper: Keeper, key: str, id: str, load: Callable[..., Any], **options: Any) -> Any:
            def loading(place: Any) -> Any:
                how_long, model = took(lambda: load(place))
                self._loaded.append((short(id), how_long))
                return model

            return resident(keeper, key, id, loading, **options)

        level = log.level
        log.addHandler(self)
        log.setLevel(logging.INFO)
        try:
            with mock.patch.object(Keeper, "resident", timed):
                yield
        finally:
            log.removeHandler(self)
            log.setLevel(level)

    def measured(
        self,
        what: str,
        load: Callable[[], Any],
        ask: Callable[[Any, Picture], object],
        pictures: Sequence[Path],
    ) -> WaitingTimes:
        """Asks about two pictures, and about the second once more.

        Args:
            what: a task or a model.
            load: gives what is asked.
            ask: asks it about a picture.
            pictures: two files.
        """
        gc.collect()
        forget_peak()
        self._loaded, self._unloaded = [], []
        first, second = map(open_picture, pictures)
        ready, task = took(load)
        to_first, _ = took(lambda: ask(task, first))
        notes: list[tuple[Took, str]] = []
        with listened_to(lambda: False, lambda count, what: notes.append((Took.now(), f"{count:g} {what}"))):
            began = Took.now()
            ask(task, second)
            ended = Took.now()
        moments = [began, *(moment for moment, _ in notes), ended]
        silences = [after.since(before) for before, after in itertools.pairwise(moments)]
        silence = max(silences, key=lambda silence: silence.processors)
        again, _ = took(lambda: ask(task, second))
        times = WaitingTimes(what, ready, to_first, ended.since(began), again, silence, memory("VmHWM"))
        times.notes = list(dict.fromkeys(doing for _, doing in notes))
        times.loaded, times.unloaded = self._loaded, self._unloaded
        times.held = [f"{short(held.id)} {held.bytes / 1e6:.0f} MB {held.dtype}" for held in KEEPER.state()]
        print(times, file=sys.stderr, flush=True)
        return times


def took(call: Callable[[], Any]) -> tuple[Took, Any]:
    """Returns how long a call took, and what it returned."""
    began = Took.now()
    value = call()
    return Took.now().since(began), value


def memory(name: str) -> float:
    """Returns a figure of this process, such as VmRSS, in megabytes; 0 where the system has none."""
    with suppress(OSError):
        lines = Path("/proc/self/status").read_text().splitlines()
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)
    return 0.0


def forget_peak() -> None:
    """Lets the most memory so far count as what is used now."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def short(id: str) -> str:
    """Returns the name of a model without owner and commit."""
    return id.partition("@")[0].rpartition("/")[2]

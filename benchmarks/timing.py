"""One way to time things, and one row of the table."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

ROUNDS = 60
WARM_UP = 5


@dataclass(frozen=True)
class Row:
    """A measured call beside the bare one.

    Attributes:
        name: what was done.
        ours: median milliseconds of our call.
        bare: median milliseconds of the bare call that does the same, None when there is none.
        limit: milliseconds that ours must stay below, None without a promise.
        limit_ratio: how many times the bare call ours may take, None without a promise.
        beside: what the bare call is, such as "ONNX Runtime"; "" where the name says it.
        unit: of `ours`, `bare` and `limit`.
    """

    name: str
    ours: float
    bare: float | None = None
    limit: float | None = None
    limit_ratio: float | None = None
    beside: str = ""
    unit: str = "ms"

    @property
    def holds(self) -> bool:
        """Whether the promise holds."""
        in_time = self.limit is None or self.ours < self.limit
        ratio = self.limit_ratio is None or self.bare is None or self.ours < self.limit_ratio * self.bare
        return in_time and ratio


def milliseconds(call: Callable[[], object], rounds: int = ROUNDS, warm_up: int = WARM_UP) -> float:
    """Returns the median time of a call, after a few that are not counted."""
    for _ in range(warm_up):
        call()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return 1000 * median(times)


def side_by_side(calls: Mapping[str, Callable[[int], object]], rounds: int) -> dict[str, float]:
    """Returns the median milliseconds of calls that take turns, so that what else the machine does slows all alike.

    Args:
        calls: name -> what is called with the number of the round, so that it can ask about something new.
        rounds: how often; one more before is not counted.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            began = time.perf_counter()
            call(number)
            times[name].append(1000 * (time.perf_counter() - began))
    return {name: median(took[1:]) for name, took in times.items()}

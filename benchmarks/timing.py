"""One way to time things, and one row of the table."""

from __future__ import annotations

import time
from collections.abc import Callable
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
    """

    name: str
    ours: float
    bare: float | None = None
    limit: float | None = None
    limit_ratio: float | None = None

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

"""How fast something goes, and how long the rest of it takes, told from its last steps."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from core.plurals import counted

STEPS = 6
MINUTE, HOUR = 60, 3600


class Pace:
    """Notes how much is done at which time.

    Args:
        clock: gives the seconds that have passed since some moment.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._steps: deque[tuple[float, int]] = deque(maxlen=STEPS)

    def note(self, done: int) -> None:
        """Notes that so much is done now."""
        self._steps.append((self._clock(), done))

    def sentence(self, total: int, unit: str) -> str:
        """Returns such as "13 pictures/s, 4 minutes left"; "" until two steps tell.

        Args:
            total: how much there is to do.
            unit: of what is counted, in the plural.
        """
        if len(self._steps) < 2:
            return ""
        (began, before), (now, done) = self._steps[0], self._steps[-1]
        if done <= before or now <= began:
            return ""
        rate = (done - before) / (now - began)
        shown = f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"
        left = (total - done) / rate
        return f"{shown} {unit}/s, {_span(left)} left" if done < total else f"{shown} {unit}/s"


def _span(seconds: float) -> str:
    if seconds < MINUTE:
        return f"{max(round(seconds), 1)} s"
    if seconds < HOUR:
        return counted(round(seconds / MINUTE), "minute")
    return f"{seconds / HOUR:.1f} hours"

"""What is said of the pace follows the last steps, not the first ones."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from core.pace import Pace


def told(steps: Sequence[tuple[float, int]], total: int) -> str:
    times = iter([seconds for seconds, _ in steps])
    pace = Pace(lambda: next(times))
    for _, done in steps:
        pace.note(done)
    return pace.sentence(total, "pictures")


@pytest.mark.parametrize(
    ("steps", "total", "said"),
    [
        ([(0, 0)], 100, ""),
        ([(5, 0), (5, 0)], 100, ""),
        ([(0, 0), (2, 32)], 64, "16 pictures/s, 2 s left"),
        ([(0, 0), (10, 32)], 32, "3.2 pictures/s"),
        ([(0, 0), (10, 10)], 610, "1.0 pictures/s, 10 minutes left"),
        ([(0, 0), (1, 1)], 7201, "1.0 pictures/s, 2.0 hours left"),
    ],
)
def test_pace_and_time_left(steps: Sequence[tuple[float, int]], total: int, said: str) -> None:
    assert told(steps, total) == said


def test_what_was_taken_over_at_once_is_soon_forgotten() -> None:
    steps = [(0.0, 0), (0.1, 9000), *((0.1 + 2 * step, 9000 + 20 * step) for step in range(1, 7))]
    assert told(steps, 10000) == "10 pictures/s, 1 minute left"

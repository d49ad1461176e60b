"""The options of `python -m core index`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from core.errors import SettingsError
from core.index.manifest import MANIFEST_NAME
from core.index.report import BuildReport
from core.plurals import counted
from core.qdrant_place import QdrantPlace, without_key

DESCRIPTION = (
    "Makes a gallery of a folder of pictures, for `python app.py --gallery BUNDLE`, or brings one up to date: only "
    "pictures that it does not know are encoded. A build that was cut off goes on where it stopped. Links in the "
    "folder are followed, but for one to a folder in which it lies. Exit status 3 when more than 1 % of the "
    "pictures are unusable."
)

MAPS = (
    "Makes the maps of a gallery anew, from the vectors that it holds; `index` makes them, too. Pictures, their order "
    "and their vectors stay as they are."
)

VERIFY = "read all files again, even those that look unchanged, and what a server has; what is damaged is made anew"
ANN = (
    "make the approximate indexes that a gallery of more than 100,000 pictures lacks, from the vectors that it holds, "
    "and say how much of exact search they find"
)


def add_options(command: argparse.ArgumentParser) -> None:
    """Gives the command its options."""
    command.add_argument(
        "folder", metavar="DIR", type=Path, help="the pictures; folders inside are read, too"
    )
    command.add_argument(
        "--out",
        metavar="BUNDLE",
        type=Path,
        help="the gallery to write; needed unless DIR is a gallery that goes --to a server",
    )
    command.add_argument(
        "--to",
        metavar="ADDRESS",
        type=_place,
        help="fill a collection of a Qdrant server, too, qdrant://HOST:PORT/COLLECTION; DIR may be a gallery",
    )
    command.add_argument(
        "--queries",
        metavar="FILE",
        type=Path,
        help="a table of questions (columns file, answers; words for Compose; x0, y0, x1, y1 for a box) that "
        "calibrates what answers say of whether there is an answer",
    )
    command.add_argument(
        "--no-links",
        action="store_true",
        help="neither enter linked folders nor take files linked from outside",
    )
    command.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="encode on a Ray cluster: HOST:PORT on one of its machines, ray://HOST:PORT elsewhere, auto for that of "
        "this machine, local for one that ends with the command",
    )
    for name, does in (("--verify", VERIFY), ("--ann", ANN)):
        command.add_argument(name, action="store_true", help=does)


def _place(address: str) -> QdrantPlace:
    try:
        place = QdrantPlace.parsed(address)
    except SettingsError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if place is None:
        raise argparse.ArgumentTypeError(f"{without_key(address)!r} is no qdrant://HOST:PORT/COLLECTION")
    return place


def is_made(options: argparse.Namespace) -> bool:
    """Tells whether DIR is a gallery already, which needs only be sent to a server.

    Raises:
        SettingsError: it is none, and there is no place for one; or it is one, and an option asks for more.
    """
    if options.to is not None and options.out is None and (options.folder / MANIFEST_NAME).is_file():
        asked = {"--queries": options.queries, "--no-links": options.no_links}
        asked |= {"--ray": options.ray, "--ann": options.ann}
        if more := " and ".join(name for name, value in asked.items() if value):
            raise SettingsError(
                f"A gallery that is sent is not made anew, so there is nothing for {more} to do; give the pictures and "
                "--out BUNDLE, too."
            )
        return True
    if options.out is None:
        raise SettingsError("Say where the gallery is to be written: --out BUNDLE.")
    return False


def lines_of(report: BuildReport, out: Path, lacking: Sequence[str]) -> list[str]:
    """Returns what the command says of a gallery that was made.

    Args:
        report: of the build.
        out: the gallery.
        lacking: tasks that it cannot answer for want of a model.
    """
    lines = [
        f"{counted(report.pictures, 'picture')} in {out}, {len(report.rejects)} left out.",
        *report.sentences(),
    ]
    lines += [
        f"It cannot answer {task}: that model was not here; see `python -m core models`." for task in lacking
    ]
    return lines + [f"  {reject.file}: {reject.reason}" for reject in report.rejects]

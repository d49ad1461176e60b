"""The command `python -m core figure`: a figure file that the page saved is drawn again, for a paper or a slide."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from core.errors import DataError, InputError

DESCRIPTION = (
    "Draws a figure file that the page saved: PDF, SVG, PNG and LaTeX, and its table as CSV and LaTeX. The same file "
    "gives the same bytes."
)
SIZES = ("column", "two-columns", "slide")


def add_options(command: argparse.ArgumentParser) -> None:
    """Gives the command its options."""
    command.add_argument("file", metavar="FILE", type=Path, help="the figure file, such as figure.json")
    command.add_argument("--out", metavar="DIR", type=Path, required=True, help="the folder to write to")
    command.add_argument(
        "--size",
        choices=SIZES,
        default=SIZES[0],
        help="of one column, two columns or a slide of 16:9 (default: column)",
    )
    command.add_argument("--dark", action="store_true", help="on a dark ground")


def answer(options: argparse.Namespace) -> tuple[str, int]:
    """Draws a figure, and returns what was written with the exit status.

    Raises:
        DataError: the file cannot be read or drawn.
        OSError: the folder cannot be written.
    """
    from core.figures.file import LARGEST, TOO_LARGE, read_figure
    from core.figures.saving import remark, save

    file: Path = options.file
    try:
        if file.stat().st_size > LARGEST:
            raise InputError(TOO_LARGE)
        figure = read_figure(file.read_bytes())
    except InputError as error:
        raise DataError(f"{file.name}: {error}") from error
    name = re.sub(r"[^A-Za-z0-9-]+", "-", file.stem).strip("-") or "figure"
    written = save(figure, options.out, name, options.size, dark=options.dark)
    told = [*written, f"The figure is in {options.out}.", remark(figure)]
    return "\n".join(filter(None, told)), 0

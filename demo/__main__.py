"""The command line of what the page shows: `python -m demo handout TALK.json --out DIR`.

Standard output holds the answer and nothing else; progress goes to standard error. Exit status 2 and one sentence on
standard error when the talk, the options or the folder cannot be used.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from core.errors import InputError
from core.installation import end_quietly, end_without_packages

if __name__ == "__main__":  # before anything imports a package
    end_quietly("python -m demo")
    end_without_packages("python -m demo")

from core.command_line import VERBOSE, run_command
from core.plurals import counted
from core.settings import PROFILES, Settings
from core.streams import progress_bars
from core.talk import LARGEST, Talk, talk_of_json

DESCRIPTION = (
    "Writes a talk as a folder that opens without a server and without a network: every state is answered before, and "
    "the sliders stay live. The folder is also a static Space as it is."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        arguments: the words after `python -m demo`; None for those of the process.

    Returns:
        The exit status.
    """
    return run_command(parser(), arguments)


def parser() -> argparse.ArgumentParser:
    """Returns the parser of the command line."""
    root = argparse.ArgumentParser(
        prog="python -m demo", description="What the page shows, without the page."
    )
    commands = root.add_subparsers(metavar="COMMAND", required=True)
    handout = commands.add_parser("handout", help="write a talk as a static site", description=DESCRIPTION)
    handout.add_argument("talk", metavar="TALK.json", type=Path, help="the talk, as the page gave it")
    handout.add_argument("--out", metavar="DIR", type=Path, required=True, help="the folder of the hand-out")
    handout.add_argument("--gallery", metavar="DIR", help="the gallery that answers, as for app.py")
    handout.add_argument(
        "--profile",
        metavar="NAME",
        help=f"the set of models, one of {', '.join(PROFILES)} (default: $BLENDSCOPE_PROFILE, else pocket)",
    )
    handout.add_argument("-v", "--verbose", action="store_true", help=VERBOSE)
    handout.set_defaults(command=_handout)
    return root


def _handout(options: argparse.Namespace) -> tuple[str, int]:
    talk = _talk(options.talk)
    settings = Settings.from_environment(gallery=options.gallery, profile=options.profile)
    from demo.deck import answered_talk, titled
    from demo.deck.handout import check_folder, publish
    from demo.services import Services

    check_folder(options.out)
    with progress_bars() as progress:
        page, faults = answered_talk(
            Services(settings), talk, lambda done, total: progress("slides", done, total)
        )
    publish(page, titled(talk), options.out)
    lines = [f"Slide {number} says why it is not answered: {fault}" for number, fault in faults.items()]
    size = len(page.encode()) / 1e6
    slides = counted(len(talk.slides), "slide")
    lines.append(f"The hand-out is in {options.out}: {slides}, {size:.1f} MB.")
    return "\n".join(lines), 0


def _talk(path: Path) -> Talk:
    if not path.is_file():
        raise InputError(f"There is no talk at {str(path)!r}; name the JSON file that the page gave for one.")
    with path.open("rb") as stream:
        return talk_of_json(stream.read(LARGEST + 1))


if __name__ == "__main__":
    sys.exit(main())

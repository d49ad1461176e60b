"""How every command of ours runs: its answer alone on standard output, one sentence and a status where it cannot."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence

from core.errors import BlendscopeError
from core.installation import sentence_for_missing
from core.settings import refusal
from core.streams import only_answers

UNUSABLE, INTERRUPTED = 2, 130
VERBOSE = "say more on standard error"

Command = Callable[[argparse.Namespace], tuple[str, int]]
"""Does what the options say, and returns what stands on standard output and the exit status."""


def run_command(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> int:
    """Runs the command that the words name: the parser sets it as `command`, and has `--verbose`.

    Args:
        parser: of a command line.
        arguments: the words after the program's name; None for those of the process.

    Returns:
        The exit status: 2 where the data, the options or the weights cannot be used, 130 where it was stopped.
    """
    # Read when torch is loaded, which is later. Threads that spin while they wait cost other programs their
    # cores, and on a busy machine make this one ten times slower.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        options = parser.parse_args(arguments)
        level = logging.INFO if options.verbose else logging.WARNING
        logging.basicConfig(level=level, format="%(message)s", stream=sys.stderr)
        command: Command = options.command
        with only_answers(), sentence_for_missing("This command"):
            answer, status = command(options)
    except (BlendscopeError, OSError) as error:
        logging.getLogger(__name__).info("The command failed.", exc_info=True)
        reason = refusal(error) if isinstance(error, OSError) else error
        sys.stderr.write(f"{parser.prog}: {reason}\n")
        return UNUSABLE
    except KeyboardInterrupt:
        sys.stderr.write(f"{parser.prog}: stopped.\n")
        return INTERRUPTED
    if answer:
        sys.stdout.write(f"{answer}\n")
    return status

"""A build of a gallery in a process of its own, which can be told to die: started by test_gallery_interrupted.

    python gallery_build.py FOLDER OUT [--die-at N] [--pause SECONDS] [--largest-file BYTES] [--segments N]
    python gallery_build.py         builds for each line of JSON, a list of such arguments, in a fork of itself

With `--die-at N` it kills itself, as `kill -9` would, when the N-th file is about to be opened for writing,
renamed or removed below OUT; it prints how many such moments there were when it comes to its end. With `--segments N`
the gallery lies in segments of N pictures, however few there are.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.errors import BlendscopeError
from core.index import build, segment_plan
from core.index.build import build_gallery
from tests.core.gallery_fakes import FakeEncoders

CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--die-at", type=int, default=0)
    parser.add_argument("--pause", type=float, default=0.0)
    parser.add_argument("--largest-file", type=int, default=0)
    parser.add_argument("--segments", type=int, default=0)
    options = parser.parse_args(arguments)
    if options.segments:
        build.MOST_WHOLE, segment_plan.SEGMENT = 0, options.segments
    if options.largest_file:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (options.largest_file, resource.RLIM_INFINITY))
    moments = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal moments
        opened = (
            event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        )
        if (opened or event in CHANGES) and str(arguments[0]).startswith(str(options.out)):
            moments += 1
            if moments == options.die_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    try:
        report = build_gallery(options.folder, options.out, encoders=FakeEncoders(pause=options.pause))
    except BlendscopeError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 2
    sys.stdout.write(f"{moments} {report.taken_over}\n")
    return report.exit_code


def serve() -> None:
    """Answers each line with the status of its build and what that wrote; a fork has imported what it needs."""
    for line in sys.stdin:
        ends = [os.pipe(), os.pipe()]
        if not (child := os.fork()):
            for stream, (_, into) in zip((sys.stdout, sys.stderr), ends, strict=True):
                os.dup2(into, stream.fileno())
            status = main(json.loads(line))
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        texts = []
        for out, into in ends:
            os.close(into)
            with os.fdopen(out, encoding="utf-8") as stream:
                texts.append(stream.read())
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps([status, *texts]), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if sys.argv[1:] else serve())

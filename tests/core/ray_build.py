"""A build of a gallery on two workers of a Ray cluster of its own, in a process that test_on_ray can kill.

    python -m tests.core.ray_build FOLDER OUT [--victim FILE] [--pause SECONDS]

With `--victim` each worker that is to encode a partition with the digest in that file kills itself, until the file is
gone or says to stop after the first time.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from core.errors import BlendscopeError
from core.index import batches
from core.index.build import build_gallery
from core.index.on_ray import LOCAL, Maker, encoded_on_ray
from core.types import EncodedPictures, Picture
from tests.core.gallery_fakes import FakeEncoders

SHARD = 4


class Mortal(FakeEncoders):
    """Encoders of a worker that dies where a file says so."""

    def __init__(self, victim: str, pause: str) -> None:
        super().__init__(pause=float(pause))
        self._victim = Path(victim)

    def encode(self, pictures: Sequence[Picture]) -> EncodedPictures:
        if victim := self._victim.read_text() if self._victim.is_file() else "":
            often, digest = victim.split()
            if any(picture.digest == digest for picture in pictures):
                if often == "once":
                    self._victim.unlink()
                os.kill(os.getpid(), signal.SIGKILL)
        return super().encode(pictures)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--victim", default="")
    parser.add_argument("--pause", default="0.2")
    options = parser.parse_args()
    batches.SHARD_SIZE = SHARD
    encoders = FakeEncoders()
    maker = Maker("tests.core.ray_build:Mortal", (options.victim, options.pause))
    try:
        report = build_gallery(
            options.folder, options.out, encoders=encoders,
            encode=encoded_on_ray(LOCAL, maker, encoders, processors=2),
        )  # fmt: skip
    except BlendscopeError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 2
    print(report.taken_over, report.encoded, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

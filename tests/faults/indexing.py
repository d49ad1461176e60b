"""`python -m core index` with pretended models, and as another user of the machine: started by test_disks.

    python -m tests.faults.indexing USER FOLDER OUT

USER is a number; whoever runs this must be root.
"""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace

import numpy.ma  # noqa: F401  (all that is imported later, for that user may not be allowed to read it)
import numpy.random  # noqa: F401
import tqdm  # noqa: F401

import core.index.build  # noqa: F401
from core import __main__ as cli
from tests.core.gallery_fakes import FakeEncoders


def main() -> int:
    cli._models = lambda options: SimpleNamespace(gallery_encoders=FakeEncoders)
    user = int(sys.argv[1])
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    return cli.main(["index", sys.argv[2], "--out", sys.argv[3]])


if __name__ == "__main__":
    sys.exit(main())

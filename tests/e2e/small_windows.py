"""Runs what follows on the command line, and lets galleries of more than a hundred pictures answer from windows."""

from __future__ import annotations

import runpy
import sys

from core.tasks import windows

if __name__ == "__main__":
    windows.WHOLE, windows.ON_GRID, windows.AT_WEIGHTS = 100, 150, 40
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")

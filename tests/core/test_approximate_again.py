"""Making the approximate indexes of a gallery again: what is missing or does not fit, and what its profile asks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core import __main__ as cli
from core.index import approximate_build, build, segment_plan
from core.index.approximate_build import add_approximate, lines_of
from core.index.bundle import open_bundle
from core.profiles.paper_parts import PaperGallery
from tests.core.bundle_makers import file_of, publish, unit
from tests.core.gallery_fakes import WIDTHS, FakeEncoders, draw
from tests.core.indexed_galleries import indexed_gallery


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return indexed_gallery(tmp_path_factory.mktemp("made") / "shop")


@pytest.fixture
def bundle(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "shop"))


def test_a_rebuilt_gallery_keeps_no_index_that_nobody_names(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(bundle, count=60, seed=1)
    assert file_of(bundle, "approximate-").exists(), "a build does not know of them"
    monkeypatch.setattr(approximate_build, "EXACT_TO", 50)
    add_approximate(bundle)
    assert len(list(bundle.glob("*.faiss"))) == len(list(bundle.glob("approximate-*.json"))) == 3
    assert not any(open_bundle(bundle).proposer("garment", beside).exact for beside in ("words", "joint"))


def test_only_what_is_missing_or_does_not_fit_is_made(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approximate_build, "EXACT_TO", 50)
    asked: list[list[str]] = []

    def encode_texts(texts: list[str]) -> np.ndarray:
        asked.append(texts)
        return unit(len(texts), 6)

    def states() -> dict[str, tuple[int, bytes]]:
        return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in bundle.glob("approx*")}

    before, third = states(), bundle / "approximate-garment+joint.json"
    assert all(each.kept for each in add_approximate(bundle, encode_texts=encode_texts))
    assert states() == before and not asked
    file = bundle / json.loads(third.read_text())["file"]
    for spoil in (third.unlink, lambda: file.write_bytes(file.read_bytes()[:-9])):
        spoil()
        assert open_bundle(bundle).proposer("garment", "joint").exact
        done = add_approximate(bundle)
        assert [each.kept for each in done] == [True, True, False] and states().keys() == before.keys()
        assert [line.endswith("It was there already.") for line in lines_of(done, bundle)] == [
            True,
            True,
            False,
        ]
        others = {name for name in before if name not in (third.name, file.name)}
        assert {name: states()[name] for name in others} == {name: before[name] for name in others}
        assert not open_bundle(bundle).proposer("garment", "joint").exact
    joint = bundle / json.loads((bundle / "approximate-joint.json").read_text())["file"]
    joint.write_bytes(joint.read_bytes()[::-1])
    assert [each.kept for each in add_approximate(bundle, encode_texts=encode_texts)] == [False, True, True]
    assert len(asked) == 1


def test_a_profile_has_the_indexes_that_its_tasks_ask(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approximate_build, "EXACT_TO", 50)
    model: Any = object()
    encoders = PaperGallery(model, (model, model, model), {})
    assert [each.about.names for each in add_approximate(bundle, sets=encoders.asked)] == [
        ("joint",),
        ("garment", "words"),
    ]
    assert len(list(bundle.glob("*.faiss"))) == len(list(bundle.glob("approximate-*.json"))) == 2
    assert PaperGallery(None, (model, model, model), {}).asked == (("garment", "words"),)
    assert PaperGallery(model, None, {}).asked == (("joint",),)


@pytest.mark.parametrize("whole", [True, False], ids=["read whole", "in segments"])
def test_the_command_makes_it_without_encoding_again(
    whole: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    encoders, asked = FakeEncoders(), []

    def encode_texts(texts: list[str]) -> np.ndarray:
        asked.extend(texts)
        return unit(len(texts), WIDTHS["joint"])

    models = SimpleNamespace(
        gallery_encoders=lambda: encoders, composing=SimpleNamespace(encode_texts=encode_texts)
    )
    monkeypatch.setattr(cli, "_models", lambda options: models)
    for number in range(30):
        draw(tmp_path / "pictures" / f"{number}.png", number)
    if not whole:
        monkeypatch.setattr(build, "MOST_WHOLE", 5)
        monkeypatch.setattr(segment_plan, "SEGMENT", 8)
    command = ["index", str(tmp_path / "pictures"), "--out", str(tmp_path / "shop")]

    assert cli.main([*command, "--ann"]) == 0
    assert "is searched exactly: an approximate index pays above 100,000" in capsys.readouterr().out
    assert not asked and not list((tmp_path / "shop").glob("approximate*"))
    monkeypatch.setattr(approximate_build, "EXACT_TO", 20)
    calls = encoders.calls
    assert cli.main([*command, "--ann"]) == 0
    out = capsys.readouterr().out
    assert encoders.calls == calls and asked[0].startswith("a picture of ")
    for names, size in (("joint", "joint"), ("garment + words", "garment"), ("garment + joint", "garment")):
        assert f"{names}: IVF-SQ8 over 30 rows, 0.0 MB; of the exact 12 best of 200 mixed questions" in out, (
            size
        )
    assert "30 were encoded before, 0 now." in out
    gallery = open_bundle(tmp_path / "shop")
    assert (gallery.segments is None) == whole and not gallery.proposer("joint").exact
    assert 7 in gallery.proposer("joint").propose(gallery.vectors("joint")[7:8], 5)


def test_a_gallery_that_shrank_is_not_told_of_for_ever(
    bundle: Path, caplog: pytest.LogCaptureFixture
) -> None:
    publish(bundle, count=55)
    assert add_approximate(bundle) == [] and not list(bundle.glob("approximate-*"))
    assert open_bundle(bundle).proposer("joint").exact and not caplog.records


def test_says_nothing_of_what_was_not_made(bundle: Path) -> None:
    assert add_approximate(bundle) == []
    assert lines_of([], bundle) == [
        "shop is searched exactly: an approximate index pays above 100,000 pictures."
    ]

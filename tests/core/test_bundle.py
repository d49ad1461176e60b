"""A bundle is opened whole or not at all: every file, count, number and name is looked at."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import threading
from dataclasses import FrozenInstanceError, asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ArtifactError, DataError
from core.index import bundle as module
from core.index.bundle import PLACEHOLDER, open_bundle
from core.index.names import fault_of, shown
from core.index.writer import BundleWriter, Reject
from tests.core.bundle_makers import MODELS, file_of, publish, unit


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    out = tmp_path / "shop"
    publish(out)
    return out


def test_what_was_published_is_what_is_opened(bundle: Path) -> None:
    gallery = open_bundle(bundle, models=MODELS)
    assert len(gallery) == 5 and gallery.title == "shop" and gallery.path == bundle
    assert gallery.items[3].height == 203 and gallery.items[3].title == "Título 3\u2028<b>"
    np.testing.assert_array_equal(gallery.vectors("joint"), unit(5, 6))
    assert gallery.constants["box_std"] == 0.5 and gallery.models == MODELS
    assert gallery.find(gallery.items[2].digest) == (2,) and gallery.find("0" * 64) == ()
    assert gallery.thumbnail_path(1).read_bytes() == b"thumbnail 0 1"
    with pytest.raises(ArtifactError, match="no 'clip' vectors"):
        gallery.vectors("clip")


def test_all_copies_of_a_file_are_found(tmp_path: Path) -> None:
    publish(tmp_path / "shop")
    items = list(open_bundle(tmp_path / "shop").items)
    for row in (3, 4):
        items[row] = replace(items[row], digest=items[1].digest)
    publish(
        tmp_path / "copies", items=[replace(item, thumbnail=items[0].thumbnail) for item in items], seed=0
    )
    gallery = open_bundle(tmp_path / "copies")
    assert gallery.find(items[1].digest) == (1, 3, 4) and gallery.find(items[2].digest) == (2,)


def test_a_gallery_cannot_be_changed(bundle: Path) -> None:
    gallery = open_bundle(bundle)
    with pytest.raises(FrozenInstanceError):
        gallery.title = "other"  # type: ignore[misc]
    with pytest.raises(ValueError):
        gallery.vectors("joint")[0] = 0
    for mapping in (gallery.constants, gallery.models):
        with pytest.raises(TypeError):
            mapping["joint"] = 1  # type: ignore[index]


@pytest.mark.fault_rows(53)
def test_other_models_are_told_to_rebuild(bundle: Path) -> None:
    for models in ({"joint": "joint-2"}, MODELS | {"words": "minilm"}):
        with pytest.raises(
            ArtifactError, match=r"rebuild it with `python -m core index PICTURES --out shop`"
        ):
            open_bundle(bundle, models=models)
    assert len(open_bundle(bundle, models={"joint": "joint-1"})) == 5


@pytest.mark.fault_rows(55)
def test_any_flipped_bit_is_found(bundle: Path) -> None:
    chance = random.Random(0)
    names = [path for path in bundle.rglob("*") if path.is_file() and path.name != "rejects.jsonl"]
    assert len(names) == 8
    for path in names:
        whole = path.read_bytes()
        places = chance.sample(range(len(whole)), 200 if path.name == "manifest.json" else 5)
        for place in places:
            damaged = bytearray(whole)
            damaged[place] ^= 1 << chance.randrange(8)
            path.write_bytes(damaged)
            with pytest.raises(ArtifactError):
                open_bundle(bundle)
        path.write_bytes(whole)
    open_bundle(bundle)


@pytest.mark.fault_rows(54)
@pytest.mark.parametrize(
    "content", [b"", b"garbage", b"[]", b"null", b"[" * 100_000, b'{"format": 1}', b"\xff\xfe"]
)
def test_a_foreign_or_broken_manifest_is_refused(bundle: Path, content: bytes) -> None:
    (bundle / "manifest.json").write_bytes(content)
    with pytest.raises(ArtifactError, match=r"^[^\n]+\.$"):
        open_bundle(bundle)


def test_what_is_no_bundle_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path, tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(ArtifactError, match="is not a gallery"):
            open_bundle(path)


@pytest.mark.fault_rows(57)
@pytest.mark.parametrize("start", ["items-", "vectors-"])
def test_a_missing_data_file_is_named(bundle: Path, start: str) -> None:
    path = file_of(bundle, start)
    path.unlink()
    with pytest.raises(ArtifactError, match=f"missing its file {path.name}"):
        open_bundle(bundle)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(bundle: Path) -> None:
    for path in (next((bundle / "thumbnails").iterdir()), file_of(bundle, "items-")):
        path.unlink()
        os.mkfifo(path)
        writer = threading.Thread(target=path.write_bytes, args=(b"",), daemon=True)
        writer.start()
        with pytest.raises(ArtifactError, match=f"missing its file .*{path.name}"):
            open_bundle(bundle)
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        writer.join()  # it may not have begun; after the pipe it would write a file
        os.close(reader)
        path.unlink()


@pytest.mark.fault_rows(57)
def test_a_missing_thumbnail_costs_a_tile_and_no_rank(bundle: Path) -> None:
    gallery = open_bundle(bundle)
    (bundle / gallery.items[1].thumbnail).unlink()
    again = open_bundle(bundle)
    assert again.thumbnail_path(1) == PLACEHOLDER and PLACEHOLDER.is_file()
    assert again.thumbnail_path(2) == bundle / gallery.items[2].thumbnail and len(again) == 5


@pytest.mark.fault_rows(56)
def test_nothing_unusable_is_published(tmp_path: Path) -> None:
    out = tmp_path / "shop"
    publish(out)
    before = (out / "manifest.json").read_bytes()
    nan = {"joint": unit(5, 6) * np.float32(np.nan)}
    for change in (
        {"vectors": nan},
        {"vectors": {"joint": unit(4, 6)}},
        {"constants": {}},
        {"items": []},
        {"vectors": {"joint": unit(5, 6) * 2}},
    ):
        with pytest.raises(ArtifactError):
            publish(out, seed=1, **change)
        assert (out / "manifest.json").read_bytes() == before
    assert len(open_bundle(out)) == 5


def test_the_gallery_before_stays_on_the_page_until_the_next_build(tmp_path: Path) -> None:
    out = tmp_path / "shop"
    (out / "notes").mkdir(parents=True)
    (out / "README.md").write_text("kept")
    publish(out, seed=1)
    old = open_bundle(out)
    publish(out, seed=2)
    assert all(old.thumbnail_path(row) != PLACEHOLDER for row in range(5))
    assert open_bundle(out).items != old.items
    publish(out, seed=3)
    assert all(old.thumbnail_path(row) == PLACEHOLDER for row in range(5))
    assert (out / "README.md").read_text() == "kept" and (out / "notes").is_dir()
    assert len([path for path in out.rglob("*.webp")]) == 10


def test_equal_content_gives_equal_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        publish(tmp_path / name, rejects=[Reject("a.png", "why")])
    names = [
        sorted(path.relative_to(out) for path in out.rglob("*"))
        for out in (tmp_path / "one", tmp_path / "two")
    ]
    assert names[0] == names[1]
    for name in names[0]:
        path = tmp_path / "one" / name
        assert path.is_dir() or path.read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_reader_between_two_publications_retries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "shop"
    publish(out, seed=1)
    read, to_publish = module._verified, [2, 3]

    def late(*arguments: Any) -> bytes:
        while to_publish:
            publish(out, seed=to_publish.pop(0))
        return read(*arguments)

    monkeypatch.setattr(module, "_verified", late)
    assert open_bundle(out).items[0].digest == hashlib.sha256(bytes([0, 3])).hexdigest()


def test_a_manifest_of_something_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "my web app"}')
    with pytest.raises(DataError, match="something else"):
        BundleWriter(tmp_path)
    with pytest.raises(DataError, match="is a file"):
        BundleWriter(tmp_path / "manifest.json")


@settings(deadline=None)
@given(st.text(max_size=60))
def test_a_name_that_passes_stays_inside(name: str) -> None:
    if fault_of(name) is None:
        inside = Path("/gallery").joinpath(name)
        assert inside.is_relative_to("/gallery") and ".." not in inside.parts and "\n" not in name
        assert inside.as_posix() == f"/gallery/{name}"
    text = shown(name)
    assert text.encode() is not None and len(text.splitlines()) <= 1


def test_bundles_move_as_folders(bundle: Path, tmp_path: Path) -> None:
    there = tmp_path / "elsewhere" / "fashion"
    shutil.copytree(bundle, there)
    gallery = open_bundle(there)
    assert gallery.title == "fashion"
    assert [asdict(item) for item in gallery.items] == [asdict(item) for item in open_bundle(bundle).items]

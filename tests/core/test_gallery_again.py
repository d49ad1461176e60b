"""A gallery is brought up to date: only pictures that it does not know cost an encoding."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.index import batches
from core.index.build import BuildReport, build_gallery
from core.index.known import KNOWN_NAME
from core.index.lock import build_lock
from core.index.reader import Found
from core.settings import Settings
from core.types import EncodedPictures, Picture
from demo import galleries as galleries_of_page
from demo.galleries import Galleries
from tests.core.gallery_fakes import FakeEncoders, draw, draw_folder, opened, snapshot


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "SHARD_SIZE", 4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return settled(draw_folder(tmp_path / "pictures", 10))


def settled(folder: Path) -> Path:
    """Gives all files a time that lies behind us, as those of a folder that nobody is just filling."""
    for path in folder.rglob("*.png"):
        os.utime(path, ns=(10**18, 10**18 + path.stat().st_ino))
    return folder


def again(folder: Path, out: Path, **options: Any) -> tuple[int, BuildReport]:
    """Builds, and returns how many pictures were encoded."""
    encoders = options.pop("encoders", None) or FakeEncoders()
    report = build_gallery(folder, out, encoders=encoders, **options)
    assert report.encoded == len(encoders.encoded)
    return len(encoders.encoded), report


def assert_as_if_fresh(folder: Path, out: Path) -> None:
    """Holds that a gallery is that of a fresh build, but for thumbnails that an older one may still show."""
    fresh = out.with_name(f"fresh-{len(list(out.parent.iterdir()))}")
    build_gallery(folder, fresh, encoders=FakeEncoders())
    expected, built = snapshot(fresh), snapshot(out)
    assert expected.items() <= built.items()
    assert (out / "manifest.json").read_bytes() == (fresh / "manifest.json").read_bytes()


def test_an_unchanged_folder_costs_no_encoding_and_no_reading(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "shop"
    assert again(folder, out)[0] == 10
    read: list[str] = []
    fingerprint = Found.fingerprint

    def counted(self: Found) -> str:
        read.append(self.file)
        return fingerprint(self)

    monkeypatch.setattr(Found, "fingerprint", counted)
    before = snapshot(out)
    encoded, report = again(folder, out)
    assert (encoded, report.taken_over, read) == (0, 10, []) and snapshot(out) == before
    assert again(folder, out, verify=True)[0] == 0 and len(read) == 10


def test_what_changes_costs_itself_alone(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "shop"
    again(folder, out)
    draw(folder / "added.png", seed=50)
    assert again(folder, out)[0] == 1
    assert_as_if_fresh(folder, out)
    (folder / "added.png").rename(folder / "more" / "renamed.png")
    shutil.copy(folder / "picture_000.png", folder / "copy.png")
    assert again(folder, out)[0] == 0 and len(opened(out)) == 12
    assert_as_if_fresh(folder, out)
    (folder / "picture_001.png").unlink()
    assert again(folder, out)[0] == 0 and len(opened(out)) == 11
    assert_as_if_fresh(folder, out)
    draw(folder / "picture_002.png", seed=60)
    assert again(folder, out)[0] == 1
    assert_as_if_fresh(folder, out)


def test_a_change_that_left_no_trace_is_found_when_asked_for(folder: Path, tmp_path: Path) -> None:
    path, out = folder / "picture_000.png", tmp_path / "shop"
    again(folder, out)
    about = path.stat()
    other = draw(tmp_path / "other.png", seed=70).read_bytes()[: about.st_size].ljust(about.st_size, b"\0")
    with path.open("r+b") as stream:
        stream.write(other)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    before = (out / "manifest.json").read_bytes()
    again(folder, out)
    assert (out / "manifest.json").read_bytes() == before
    again(folder, out, verify=True)
    assert (out / "manifest.json").read_bytes() != before
    assert_as_if_fresh(folder, out)


def test_other_models_encode_all_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "shop"
    again(folder, out)
    assert again(folder, out, encoders=FakeEncoders({"joint": "another"}))[0] == 10
    assert again(folder, out, encoders=FakeEncoders({"joint": "another"}))[0] == 0


@pytest.mark.parametrize("damage", ["note", "no note", "thumbnail", "vectors"])
def test_damage_costs_what_it_spoils(folder: Path, tmp_path: Path, damage: str) -> None:
    out = tmp_path / "shop"
    again(folder, out)
    pattern = {"thumbnail": "thumbnails/*.webp", "vectors": "vectors-*"}.get(damage, KNOWN_NAME)
    path = sorted(out.glob(pattern))[0]
    if damage == "no note":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-2] + b"??")
    assert again(folder, out)[0] == (1 if damage == "thumbnail" else 10)
    assert_as_if_fresh(folder, out)


def test_numbers_that_depend_on_the_batch_stay_within_its_noise(folder: Path, tmp_path: Path) -> None:
    """As PyTorch's do: the promise is then one of 1e-6, not of bytes."""

    class Noisy(FakeEncoders):
        def encode(self, pictures: Sequence[Picture]) -> EncodedPictures:
            encoded = super().encode(pictures)
            noise = np.float32(1 + 1e-7 * len(pictures))
            return EncodedPictures(
                encoded.captions, {name: rows * noise for name, rows in encoded.vectors.items()}
            )

    again(folder, tmp_path / "shop", encoders=Noisy())
    draw(folder / "a.png", seed=80)
    again(folder, tmp_path / "shop", encoders=Noisy())
    again(folder, tmp_path / "fresh", encoders=Noisy())
    gallery, fresh = opened(tmp_path / "shop"), opened(tmp_path / "fresh")
    assert gallery.items == fresh.items
    for name in ("joint", "garment", "words"):
        np.testing.assert_allclose(gallery.vectors(name), fresh.vectors(name), atol=1e-6)


class Describing:
    """Models that only describe galleries."""

    def __init__(self) -> None:
        self.encoders = FakeEncoders()

    def gallery_encoders(self) -> FakeEncoders:
        return self.encoders


def test_a_second_app_waits_for_the_first_and_encodes_nothing(folder: Path, tmp_path: Path) -> None:
    settings = Settings(gallery=folder, cache=tmp_path / "cache")
    first, second = Describing(), Describing()
    Galleries(settings, tmp_path, lambda: first).shown()  # type: ignore[arg-type, return-value]
    out = next((tmp_path / "cache" / "galleries" / "pocket").iterdir())
    galleries = Galleries(settings, tmp_path, lambda: second)  # type: ignore[arg-type, return-value]
    shown: list[Any] = []
    thread = threading.Thread(target=lambda: shown.append(galleries.shown()))
    with build_lock(out):
        thread.start()
        while "waiting for another program" not in galleries.progress:
            assert thread.is_alive()
    thread.join(30)
    assert len(shown[0]) == 10 and shown[0].title == "pictures" and galleries.progress == ""
    assert len(first.encoders.encoded) == 10 and second.encoders.encoded == []


@pytest.mark.skipif(sys.platform != "linux", reason="names are text there")
def test_a_folder_whose_name_is_no_text_is_opened(folder: Path, tmp_path: Path) -> None:
    odd = folder.rename(folder.with_name(os.fsdecode(b"caf\xe9")))
    settings = Settings(gallery=odd, cache=tmp_path / "cache")
    assert len(Galleries(settings, tmp_path, Describing).shown()) == 10  # type: ignore[arg-type]


def test_a_gallery_that_the_start_has_opened_is_not_verified_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again(folder, tmp_path / "shop")
    gallery, more = opened(tmp_path / "shop"), []
    monkeypatch.setattr(galleries_of_page, "open_bundle", lambda *given, **named: more.append(given))
    settings = Settings(gallery=tmp_path / "shop")
    galleries = Galleries(settings, tmp_path, Describing, gallery)  # type: ignore[arg-type]
    assert galleries.shown() is gallery and galleries.shown() is gallery and not more

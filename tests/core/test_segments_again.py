"""A gallery in segments is brought up to date: a change costs its segment, and the answers are as of a fresh build."""

from __future__ import annotations

import errno
import os
import resource
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import ArtifactError, CapacityError
from core.images import thumbnail
from core.index import batches, place, sampled_map, segment_plan
from core.index import build as gallery_module
from core.index.build import BuildReport, build_gallery
from core.index.bundle import Gallery, Item
from core.index.lock import build_lock
from core.index.mapping import add_maps
from core.index.names import digest_in, shelved
from core.index.segmented_manifest import SegmentedManifest, parsed
from core.store import sha256_of
from tests.core.gallery_fakes import WIDTHS, FakeEncoders, change, draw, draw_folder, opened, snapshot
from tests.core.test_gallery_again import settled

PICTURES, SEGMENT = 14, 5


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery_module, "MOST_WHOLE", 5)
    monkeypatch.setattr(segment_plan, "SEGMENT", SEGMENT)
    monkeypatch.setattr(batches, "SHARD_SIZE", 4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return settled(draw_folder(tmp_path / "pictures", PICTURES))


def built(folder: Path, out: Path, **options: Any) -> BuildReport:
    return build_gallery(folder, out, encoders=FakeEncoders(), **options)


def manifest_of(out: Path) -> SegmentedManifest:
    manifest = parsed((out / "manifest.json").read_bytes(), "shop")
    assert isinstance(manifest, SegmentedManifest)
    return manifest


def segments_of(out: Path) -> list[str]:
    return [entry.rows for entry in manifest_of(out).segments]


def facts(gallery: Gallery) -> dict[str, tuple[Item, list[list[float]]]]:
    """Returns what a gallery knows of each file, wherever it stands."""
    rows = [np.asarray(gallery.vectors(name)) for name in WIDTHS]
    return {
        item.file: (item, [each[row].tolist() for each in rows]) for row, item in enumerate(gallery.items)
    }


def assert_answers_as_if_fresh(folder: Path, out: Path) -> None:
    """Holds that a gallery knows, finds and scores what a fresh one does; only the order may be another."""
    fresh = out.with_name(f"fresh-{len(list(out.parent.iterdir()))}")
    built(folder, fresh)
    gallery, expected = opened(out), opened(fresh)
    assert facts(gallery) == facts(expected) and len(gallery) == len(expected)
    assert gallery.constants == expected.constants and gallery.models == expected.models
    groups = [
        {frozenset(each.items[place].file for place in (row, *later)) for row, later in each.copies.items()}
        for each in (gallery, expected)
    ]
    assert groups[0] == groups[1]
    query = np.asarray(expected.vectors("joint"))[0]
    found = [each.index("joint").search(query, 6) for each in (gallery, expected)]
    assert found[0][1].tolist() == found[1][1].tolist()
    for row, item in enumerate(gallery.items):
        assert row in gallery.find(item.digest) and gallery.row_of(item.id) == row
        assert gallery.thumbnail(row) is not None
    assert set(gallery.maps) == set(WIDTHS) and gallery.maps["joint"].places.shape == (len(gallery), 2)


def test_a_fresh_build_gives_equal_bytes_and_an_unchanged_folder_costs_nothing(
    folder: Path, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert built(folder, one).encoded == PICTURES and built(folder, two).encoded == PICTURES
    assert snapshot(one) == snapshot(two) and len(segments_of(one)) == 3
    before = snapshot(one)
    assert (built(folder, one).encoded, built(folder, one, verify=True).encoded) == (0, 0)
    assert snapshot(one) == before
    assert [item.file for item in opened(one).items] == sorted(item.file for item in opened(one).items)


def test_a_change_costs_its_segment_alone(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "shop"
    built(folder, out)
    first, second, last = segments_of(out)
    digest = manifest_of(out).vectors_digest
    draw(folder / "added.png", seed=50)
    assert built(folder, out).encoded == 1 and segments_of(out)[:2] == [first, second]
    assert manifest_of(out).vectors_digest != digest
    assert opened(out).items[PICTURES].file == "added.png"  # behind all others, whatever its name
    assert_answers_as_if_fresh(folder, out)
    last = segments_of(out)[2]
    gone = opened(out).items[2].file
    (folder / gone).unlink()
    assert built(folder, out).encoded == 0 and segments_of(out)[1:] == [second, last]
    assert segments_of(out)[0] != first
    assert_answers_as_if_fresh(folder, out)
    for number in range(5):
        draw(folder / f"many_{number}.png", seed=60 + number)
    shutil.copy(folder / "many_0.png", folder / "copy.png")
    assert built(folder, out).encoded == 5 and len(segments_of(out)) == 5 and segments_of(out)[1] == second
    assert_answers_as_if_fresh(folder, out)


def test_what_is_said_of_a_picture_costs_its_segment_and_no_encoding(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "shop"
    built(folder, out)
    before, digest = segments_of(out), manifest_of(out).vectors_digest
    (folder / "items.csv").write_text(f"file,title\n{opened(out).items[7].file},A red boat\n")
    assert built(folder, out).encoded == 0 and opened(out).items[7].title == "A red boat"
    assert [name in before for name in segments_of(out)] == [True, False, True]
    assert manifest_of(out).vectors_digest == digest  # so that an index of the vectors still fits
    assert_answers_as_if_fresh(folder, out)


def test_it_comes_and_goes_with_the_number_of_pictures(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "shop"
    for most, version in ((100, 2), (5, 3), (100, 2)):
        monkeypatch.setattr(gallery_module, "MOST_WHOLE", most)
        assert built(folder, out).encoded == PICTURES * (out.with_name("seen").exists() is False)
        out.with_name("seen").touch()
        gallery = opened(out)
        assert gallery.version == version and all(gallery.thumbnail(row) for row in range(PICTURES))
    built(folder, out)  # what the gallery in segments needed goes with the next build
    fresh = tmp_path / "fresh"
    built(folder, fresh)
    assert snapshot(out) == snapshot(fresh) and not (out / "segments").exists()


def test_a_disk_without_links_that_fills_up_holds_no_half_of_a_thumbnail(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    def small() -> list[Path]:
        return sorted((out / "thumbnails").glob("??/*.webp"))

    def halves() -> list[str]:
        return [path.name for path in small() if sha256_of(path) != path.stem]

    out, limits = tmp_path / "shop", resource.getrlimit(resource.RLIMIT_FSIZE)
    with monkeypatch.context() as whole:
        whole.setattr(gallery_module, "MOST_WHOLE", 100)
        built(folder, out)
    monkeypatch.setattr(os, "link", no_links)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, limits[1]))
    try:
        with pytest.raises(CapacityError, match="File too large"):
            built(folder, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not halves() and opened(out).version == 2
    digest = digest_in(opened(out).items[0].thumbnail)
    assert digest
    half = out / shelved(digest)
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_bytes(b"half")  # as an older program may have left it
    assert built(folder, out).encoded == 0 and opened(out).version == 3
    assert not halves() and len(small()) == len({item.thumbnail for item in opened(out).items})


@pytest.mark.parametrize(
    ("part", "verify", "encoded"),
    [("items", False, 5), ("vectors", True, 5), ("thumbnail", True, 1), ("no thumbnail", False, 1), ("gone", False, 5),
     ("sums", False, 0), ("anchors", False, 0)],
)  # fmt: skip
def test_damage_costs_what_it_spoils(
    folder: Path, tmp_path: Path, part: str, verify: bool, encoded: int
) -> None:
    out = tmp_path / "shop"
    built(folder, out)
    rows, small = out / segments_of(out)[1], out / opened(out).items[3].thumbnail
    if part in ("items", "vectors"):
        piece = b"a picture of" if part == "items" else np.asarray(opened(out).vectors("joint"))[7].tobytes()
        change(rows, lambda data: data.replace(piece, bytes(len(piece))))
    elif part == "thumbnail":
        change(small, lambda data: data[:-1] + b"?")
    elif part in ("sums", "anchors"):
        change(next((out / "segments").glob(f"{part}-*")), lambda data: data[:-1] + b"?")
    else:
        (small if part == "no thumbnail" else rows).unlink()
    assert built(folder, out, verify=verify).encoded == encoded
    assert_answers_as_if_fresh(folder, out)


@pytest.mark.parametrize("fault", ["lost", "damaged"])
def test_a_small_picture_is_mended_by_a_program_that_writes_it_otherwise(
    folder: Path, tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "shop"
    built(folder, out)
    small, before = out / opened(out).items[3].thumbnail, segments_of(out)
    _ = small.unlink() if fault == "lost" else change(small, lambda data: data[:-1] + b"?")
    monkeypatch.setattr(batches, "thumbnail", lambda picture: thumbnail(picture) + b"\0")  # as another Pillow
    assert built(folder, out, verify=True).encoded == 1
    assert (
        all(opened(out).thumbnail(row) for row in range(PICTURES))
        and out / opened(out).items[3].thumbnail != small
    )
    assert [name in before for name in segments_of(out)] == [False, True, True]


def test_what_a_gallery_before_needs_stays_until_the_next_build(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "shop"
    built(folder, out)
    old, first = opened(out), segments_of(out)[0]
    (folder / old.items[0].file).unlink()
    built(folder, out)
    assert (out / first).is_file() and old.thumbnail(0) is not None
    (out / "segments" / ".rows-0.partial").touch()
    (out / "README.md").write_text("kept")
    built(folder, out)
    assert not (out / first).exists() and old.thumbnail(0) is None and (out / "README.md").is_file()
    assert old.items[0].file not in facts(opened(out)) and facts(old)[old.items[0].file]


@pytest.mark.parametrize("most", [5, 100], ids=["segments", "whole"])
def test_maps_are_of_the_gallery_that_is_there_when_nobody_else_builds_it(
    folder: Path, tmp_path: Path, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "shop"
    monkeypatch.setattr(gallery_module, "MOST_WHOLE", most)
    built(folder, out)

    def after_another(*arguments: Any) -> Any:
        monkeypatch.setattr(place, "build_lock", build_lock)
        draw(folder / "meanwhile.png", seed=70)
        built(folder, out)
        return build_lock(*arguments)

    monkeypatch.setattr(place, "build_lock", after_another)
    assert len(add_maps(out)["joint"].places) == len(opened(out)) == PICTURES + 1
    for nothing in (tmp_path / "nowhere", folder):
        with pytest.raises(ArtifactError, match="is not a gallery"):
            add_maps(nothing)
    assert not (tmp_path / "nowhere").exists() and not (folder / ".lock").exists()
    with build_lock(out), pytest.raises(CapacityError, match="is locked by process"):
        add_maps(out)


def test_maps_are_made_anew_without_touching_pictures_or_vectors(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "shop"
    built(folder, out)
    before, maps = segments_of(out), opened(out).maps["joint"]
    monkeypatch.setattr(sampled_map, "ANCHORS", 10)
    made = add_maps(out)["joint"]
    assert segments_of(out) == before and "10 pictures" in made.method and "14 pictures" in maps.method
    places = opened(out).maps["joint"].places
    drawn = sampled_map.sampled(PICTURES)
    np.testing.assert_array_equal(
        places[drawn], made.places
    )  # who was drawn lies where the map of those has him
    others = np.setdiff1d(np.arange(PICTURES), drawn)
    assert (np.abs(places[others]) <= 1).all() and built(folder, out).encoded == 0

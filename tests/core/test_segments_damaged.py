"""What is damaged in a gallery in segments, or does not fit it, is one sentence where it is touched."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from core.errors import ArtifactError, CapacityError
from core.index.blocks import block_digest
from core.index.bundle import PLACEHOLDER, open_bundle
from core.index.manifest import CONSTANTS
from core.index.segment import Segment
from core.index.segmented_manifest import SegmentedManifest, parsed, rendered
from tests.core.bundle_makers import publish_in_segments, unit
from tests.core.test_segments import everything


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    out = tmp_path / "shop"
    publish_in_segments(out)
    return out


def manifest_of(bundle: Path) -> SegmentedManifest:
    manifest = parsed((bundle / "manifest.json").read_bytes(), "shop")
    assert isinstance(manifest, SegmentedManifest)
    return manifest


@pytest.mark.fault_rows(55)
def test_a_flipped_bit_is_found_where_it_is_touched_and_never_answers(bundle: Path) -> None:
    chance, truth, found = random.Random(0), everything(open_bundle(bundle)), 0
    paths = sorted([*(bundle / "segments").iterdir(), bundle / "manifest.json"])
    assert len(paths) == 9
    for path in paths:
        whole = path.read_bytes()
        for place in chance.sample(range(len(whole)), 12):
            damaged = bytearray(whole)
            damaged[place] ^= 1 << chance.randrange(8)
            path.write_bytes(damaged)
            try:  # a safetensors header tells other programs what the table tells this one
                assert everything(open_bundle(bundle)) == truth
            except ArtifactError as error:
                found += 1
                assert str(error).count("\n") == 0 and str(error).endswith(".")
        path.write_bytes(whole)
    assert found > 60 and everything(open_bundle(bundle)) == truth


def test_what_is_not_touched_is_not_looked_at(bundle: Path) -> None:
    last = bundle / manifest_of(bundle).segments[-1].rows
    last.write_bytes(bytes(len(last.read_bytes())))
    gallery = open_bundle(bundle)
    np.testing.assert_array_equal(gallery.vectors("joint")[[0, 3]], unit(5, 6)[[0, 3]])
    assert gallery.items[1].id == "item-1"
    for touch in (
        lambda: gallery.items[4],
        lambda: gallery.vectors("joint")[4],
        lambda: gallery.find("0" * 64),
    ):
        with pytest.raises(
            ArtifactError, match="is damaged: its table is not what was written; make it again"
        ):
            touch()


def _cut(bundle: Path) -> None:
    path = bundle / manifest_of(bundle).segments[1].rows
    path.write_bytes(path.read_bytes()[:-1])


def _of_another(bundle: Path) -> None:
    other = bundle.with_name("other")
    publish_in_segments(other, seed=1)
    shutil.copyfile(
        other / manifest_of(other).segments[0].rows, bundle / manifest_of(bundle).segments[0].rows
    )


def _swapped(bundle: Path) -> None:
    manifest = manifest_of(bundle)
    first, second, *rest = manifest.segments
    entries = (replace(first, rows=second.rows), replace(second, rows=first.rows), *rest)
    (bundle / "manifest.json").write_bytes(rendered(replace(manifest, segments=entries)))


def _gone(bundle: Path) -> None:
    (bundle / manifest_of(bundle).segments[2].rows).unlink()


@pytest.mark.fault_rows(57)
@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (_cut, "bytes, expected"),
        (_of_another, "is damaged: "),
        (_swapped, "table is not what"),
        (_gone, "missing"),
    ],
)
def test_a_segment_that_does_not_fit_is_one_sentence(
    bundle: Path, fault: Callable[[Path], None], sentence: str
) -> None:
    fault(bundle)
    with pytest.raises(ArtifactError, match=rf"^[^\n]*{sentence}[^\n]*\.$"):
        everything(open_bundle(bundle))


@pytest.mark.parametrize(
    "change",
    [
        {"count": 4}, {"count": 0}, {"segments": []}, {"constants": {}}, {"widths": {"joint": 0}}, {"sums": "x"},
        {"constants": dict.fromkeys(CONSTANTS, 10**400)}, {"constants": dict.fromkeys(CONSTANTS, True)},
        *({"widths": {"joint": width, "garment": 4, "words": 6}} for width in (2**62, 2**70, 10**7)),
        *({"maps": {"joint": {"method": "any", "seed": 1, "kept": 0.5} | {name: value}}} for name, values in {
            "method": ([], None, 5), "seed": ([], None, "x", 0.5, -5), "kept": (10**400, None, "1", 2)}.items()
          for value in values),
        {"rejected": -1}, {"copies": "../../etc/passwd"}, {"anchors": ""}, {"maps": {"clip": {}}},
    ],
    ids=lambda change: str(change)[:80],
)  # fmt: skip
def test_a_forged_manifest_is_refused(bundle: Path, change: dict[str, Any]) -> None:
    forged = rendered(replace(manifest_of(bundle), **change))
    (bundle / "manifest.json").write_bytes(forged)
    with pytest.raises(ArtifactError, match="contradicts itself"):
        open_bundle(bundle)


def test_rows_that_are_no_unit_vectors_are_refused_though_all_digests_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as forging:
        forging.setattr(
            "core.index.segment_file.checked_rows", lambda rows, what: np.ascontiguousarray(rows) * 2
        )
        publish_in_segments(tmp_path / "shop")
    vectors = open_bundle(tmp_path / "shop").vectors("joint")
    for _ in range(2):
        with pytest.raises(ArtifactError, match="length 2 where 1 is required"):
            vectors[2]


def test_an_open_gallery_outlives_its_files(bundle: Path) -> None:
    gallery, truth = open_bundle(bundle), everything(open_bundle(bundle))[0]
    shutil.rmtree(bundle)
    assert list(gallery.items) == truth and gallery.find(truth[3].digest) == (3,)
    np.testing.assert_array_equal(np.asarray(gallery.vectors("joint")), unit(5, 6))
    assert gallery.thumbnail_path(0) == PLACEHOLDER
    with pytest.raises(ArtifactError, match="missing its file segments/places-"):
        gallery.maps["joint"]


def test_more_files_than_a_process_may_open_are_one_sentence(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(
        CapacityError, match=r"more segments than this process may open files; raise the limit"
    ):
        open_bundle(bundle)


@pytest.mark.fault_rows(96)
def test_a_file_that_is_cut_short_while_it_is_open_is_one_sentence(bundle: Path) -> None:
    gallery = open_bundle(bundle)
    gallery.items[0]
    (bundle / manifest_of(bundle).segments[0].rows).write_bytes(b"")
    with pytest.raises(ArtifactError, match="cut short while it was open"):
        gallery.vectors("joint")[0]
    assert gallery.items[4].id == "item-4"


@pytest.mark.fault_rows(57)
def test_a_thumbnail_is_verified_when_it_is_first_shown(
    bundle: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gallery = open_bundle(bundle)
    damaged, gone = (bundle / gallery.items[row].thumbnail for row in (1, 2))
    damaged.write_bytes(b"thumbnail 0 2")
    gone.unlink()
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert [gallery.thumbnail(row) is None for row in range(4)] == [False, True, True, False]
    assert [record.getMessage().rpartition(": ")[2] for record in caplog.records] == [
        "it is damaged.", "No such file or directory.",
    ]  # fmt: skip
    assert gallery.thumbnail_path(1) == PLACEHOLDER and len(gallery) == 5


def test_a_table_that_does_not_fit_its_segment_is_refused(bundle: Path) -> None:
    entry = manifest_of(bundle).segments[0]
    for wrong in ({"joint": 3, "garment": 4, "words": 6}, {"joint": 6}):
        with pytest.raises(ArtifactError, match="table does not fit it"):
            Segment(bundle, entry, wrong, "shop").items(0, 1)


def forge_table(bundle: Path, change: Callable[[dict[str, np.ndarray], bytearray], None]) -> None:
    """Changes the first segment and its table as somebody would who writes all digests, too."""
    manifest = manifest_of(bundle)
    entry, *others = manifest.segments
    start = entry.table[0]
    data = bytearray((bundle / entry.rows).read_bytes())
    table = load(bytes(data[start:]))
    del data[start:]
    change(table, data)
    forged = save(table)
    data += forged
    name = f"segments/rows-{hashlib.sha256(data).hexdigest()}.safetensors"
    (bundle / name).write_bytes(data)
    said = (start, len(forged), hashlib.sha256(forged).hexdigest())
    segments = (replace(entry, rows=name, size=len(data), table=said), *others)
    (bundle / "manifest.json").write_bytes(rendered(replace(manifest, segments=segments)))


def layout_of(table: dict[str, np.ndarray]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(table["layout"].tobytes())
    return read


LAYOUTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "deep": lambda said: "deep",
    "a list": lambda said: [],
    "places that are floats": lambda said: (
        said | {"at": {name: float(at) for name, at in said["at"].items()}}
    ),
    "places that are a list": lambda said: said | {"at": list(said["at"])},
    "an end that is a float": lambda said: said | {"end": float(said["end"])},
    "an end before its start": lambda said: said | {"end": -(2**63)},
    "a place far away": lambda said: said | {"at": said["at"] | {"items": 2**63 - 10}},
}


@pytest.mark.parametrize("fault", list(LAYOUTS))
def test_a_forged_table_is_refused(bundle: Path, fault: str) -> None:
    def change(table: dict[str, np.ndarray], _: bytearray) -> None:
        text = json.dumps(LAYOUTS[fault](layout_of(table))) if fault != "deep" else "[" * 100_000
        table["layout"] = np.frombuffer(text.encode(), np.uint8)

    forge_table(bundle, change)
    gallery = open_bundle(bundle)
    for touch in (lambda: gallery.items[0], lambda: gallery.vectors("joint")[0], lambda: gallery.row_of("x")):
        with pytest.raises(ArtifactError, match="is damaged: its table does not fit it; make it again"):
            touch()


def rewrite(
    table: dict[str, np.ndarray], data: bytearray, name: str, change: Callable[[bytes], bytes]
) -> None:
    """Changes the first and only block of a section, and its digest."""
    said, starts = layout_of(table), sorted([*layout_of(table)["at"].values(), layout_of(table)["end"]])
    first = said["at"][name]
    base, after = len(data) - said["end"], starts[starts.index(first) + 1]
    block = change(bytes(data[base + first : base + after]))
    data[base + first : base + after] = block
    table[f"{name}.digests"] = np.frombuffer(block_digest(block), np.uint8).reshape(1, -1)


def test_a_key_of_a_picture_that_is_not_there_is_one_sentence(bundle: Path) -> None:
    def beyond(table: dict[str, np.ndarray], data: bytearray) -> None:
        for name in ("digests", "ids"):
            rewrite(
                table, data, name, lambda keys: (np.frombuffer(keys, "<u8") | np.uint64(0xFFFF)).tobytes()
            )

    digest = open_bundle(bundle).items[0].digest
    forge_table(bundle, beyond)
    gallery = open_bundle(bundle)
    for look in (lambda: gallery.find(digest), lambda: gallery.row_of("item-0")) * 2:
        with pytest.raises(ArtifactError, match="a key of its (digests|ids) names a picture that it has not"):
            look()


def test_one_id_twice_in_a_segment_is_one_sentence(bundle: Path) -> None:
    def doubled(table: dict[str, np.ndarray], data: bytearray) -> None:
        rewrite(table, data, "items", lambda lines: lines.replace(b'"item-1"', b'"item-0"'))

    forge_table(bundle, doubled)
    with pytest.raises(
        ArtifactError, match="is damaged: it lists two pictures by the same id; make it again"
    ):
        list(open_bundle(bundle).items)

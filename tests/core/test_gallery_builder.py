"""A folder becomes a gallery whatever stands in it."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import ArtifactError, DataError
from core.index import batches
from core.index import build as gallery_module
from core.index import writer as writer_module
from core.index.build import build_gallery
from core.types import EncodedPictures, Picture
from tests.core.gallery_fakes import FakeEncoders, draw, draw_folder, opened, snapshot


def rejects_of(out: Path) -> dict[str, str]:
    lines = (out / "rejects.jsonl").read_text().splitlines()
    return {row["file"]: row["reason"] for row in map(json.loads, lines)}


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "SHARD_SIZE", 4)


def test_a_folder_becomes_a_gallery(tmp_path: Path) -> None:
    folder, out, encoders = draw_folder(tmp_path / "pictures", 10), tmp_path / "shop", FakeEncoders()
    seen: list[tuple[int, int]] = []
    report = build_gallery(
        folder, out, encoders=encoders, progress=lambda done, total: seen.append((done, total))
    )
    assert (report.pictures, report.rejects, report.exit_code, report.taken_over) == (10, (), 0, 0)
    assert seen == [(0, 10), (4, 10), (8, 10), (10, 10)]
    assert set(report.seconds) == {"read", "encode", "write"}

    gallery = opened(out, encoders)
    files = [item.file for item in gallery.items]
    assert files == sorted(files, key=os.fsencode) and files[0] == "more/picture_004.png"
    first = gallery.items[0]
    assert (first.id, first.title, first.width, first.height) == ("more/picture_004", "picture 004", 40, 30)
    assert first.caption == f"a picture of {first.digest[:6]}" and gallery.find(first.digest) == (0,)
    with Image.open(gallery.thumbnail_path(0)) as small:
        assert (small.format, small.size) == ("WEBP", (40, 30))
    assert {name: gallery.vectors(name).shape for name in ("joint", "garment", "words")} == {
        "joint": (10, 12),
        "garment": (10, 7),
        "words": (10, 5),
    }
    assert not (out / ".work").exists() and not (out / ".lock").exists()


def test_one_picture_is_a_gallery(tmp_path: Path) -> None:
    draw(tmp_path / "pictures" / "only.jpg")
    report = build_gallery(tmp_path / "pictures", tmp_path / "shop", encoders=FakeEncoders())
    gallery = opened(tmp_path / "shop")
    assert report.pictures == len(gallery) == 1 and gallery.constants["picture_std"] == 1.0


def test_a_table_gives_titles_and_groups(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "pictures", 3)
    (folder / "labels.csv").write_text("file,title\npicture_000.png,unused\n")
    (folder / "items.csv").write_text(
        "\ufefffile,title,group,price\npicture_000.png,Blue\u202e  shirt,p1,9\n"
        f"picture_001.png,{'x' * 5000},p1,9\ngone.png,a,b,1\npicture_002.png,,,\n",
        encoding="utf-8",
    )
    build_gallery(folder, tmp_path / "shop", encoders=FakeEncoders())
    items = opened(tmp_path / "shop").items
    assert [(item.title[:10], item.group) for item in items] == [
        ("Blue shirt", "p1"),
        ("x" * 10, "p1"),
        ("picture 00", ""),
    ]
    assert len(items[1].title) <= 200
    for text in ("name,title\na.png,b\n", "", 'file\n"' + "x" * 200_000):
        (folder / "items.csv").write_text(text)
        with pytest.raises(DataError, match=r"^(The file|Line 2 of) items\.csv [^\n]+$"):
            build_gallery(folder, tmp_path / "other", encoders=FakeEncoders())
    assert not (tmp_path / "other").exists()


def test_ids_are_unique_when_names_differ_by_their_ending(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "a.png.png", "b.webp", "A.png"):
        draw(tmp_path / "pictures" / name, seed=len(name))
    build_gallery(tmp_path / "pictures", tmp_path / "shop", encoders=FakeEncoders())
    assert [item.id for item in opened(tmp_path / "shop").items] == ["A", "a.jpg", "a.png", "a.png.png", "b"]


def test_what_cannot_be_used_is_listed_and_skipped(tmp_path: Path) -> None:
    folder, out = draw_folder(tmp_path / "pictures", 6), tmp_path / "shop"
    (folder / "text.png").write_text("no picture")
    (folder / "empty.jpg").touch()
    (folder / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "scan.tiff").write_bytes(b"II*\0")
    (folder / "half.png").write_bytes(draw(tmp_path / "whole.png", size=(300, 300)).read_bytes()[:200])
    (folder / "notes.txt").write_text("passed over")
    draw(folder / "two\nlines.png")
    draw(Path(os.fsdecode(os.fsencode(folder) + b"/bytes\xff.png")))
    draw(folder / ".hidden.png")
    draw(folder / ".hidden" / "inside.png")
    draw(tmp_path / "secret" / "secret.png")
    (folder / "link_out.png").symlink_to(tmp_path / "secret" / "secret.png")
    (folder / "linked").symlink_to(tmp_path / "secret")
    (folder / "link_in.png").symlink_to(folder / "picture_000.png")
    (folder / "dangling.png").symlink_to("nowhere.png")
    (folder / "folder.png").mkdir()
    os.mkfifo(folder / "pipe.png")

    report = build_gallery(folder, out, encoders=FakeEncoders(), follow_links=False)
    assert report.exit_code == 3
    assert [item.file for item in opened(out).items if "link" in item.file] == ["link_in.png"]
    assert report.pictures == 7 and opened(out).rejected == len(report.rejects) == 11
    assert rejects_of(out) == {reject.file: reject.reason for reject in report.rejects}
    assert set(rejects_of(out)) == {
        *(
            "text.png",
            "empty.jpg",
            "drawing.svg",
            "scan.tiff",
            "half.png",
            "two\\nlines.png",
            "bytes\\udcff.png",
        ),
        *("link_out.png", "linked", "dangling.png", "pipe.png"),
    }
    assert all(reason.endswith(".") and "\n" not in reason for reason in rejects_of(out).values())


@pytest.mark.fault_rows(64)
def test_one_reject_among_very_many_is_no_failure() -> None:
    reject = writer_module.Reject("a.png", "why")
    for pictures, code in ((99, 0), (98, 3), (10_000, 0)):
        assert gallery_module.BuildReport(pictures, (reject,), 0, {}).exit_code == code


def test_without_any_usable_picture_nothing_is_left(tmp_path: Path) -> None:
    folder, out = tmp_path / "pictures", tmp_path / "shop"
    for case in ("missing", "empty", "unreadable"):
        if case == "empty":
            folder.mkdir()
        if case == "unreadable":
            (folder / "a.png").write_text("no picture")
        with pytest.raises(DataError, match=r"^[^\n]+\.$"):
            build_gallery(folder, out, encoders=FakeEncoders())
        assert not out.exists()


def test_a_build_without_usable_pictures_keeps_the_old_gallery(tmp_path: Path) -> None:
    folder, out = draw_folder(tmp_path / "pictures", 6), tmp_path / "shop"
    build_gallery(folder, out, encoders=FakeEncoders())
    before = snapshot(out)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "a.png").write_text("no picture")
    with pytest.raises(DataError):
        build_gallery(tmp_path / "bad", out, encoders=FakeEncoders())
    assert snapshot(out) == before


def test_the_bundle_may_lie_among_the_pictures(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "pictures", 5)
    for out in (folder / "shop", folder / "shop", folder):
        build_gallery(folder, out, encoders=FakeEncoders())
        assert len(opened(out)) == 5


@pytest.mark.fault_rows(56, 58)
@pytest.mark.parametrize("fault", ["nan", "zero", "long", "fewer", "captions", "file"])
def test_what_a_broken_model_gives_is_refused_with_the_picture(tmp_path: Path, fault: str) -> None:
    class Broken(FakeEncoders):
        def encode(self, pictures: Sequence[Picture]) -> EncodedPictures:
            encoded = super().encode(pictures)
            rows = encoded.vectors["words"]
            if fault == "file":
                raise FileNotFoundError(errno.ENOENT, "No such file", "weights")
            if fault == "captions":
                return EncodedPictures(encoded.captions[:-1], encoded.vectors)
            if fault == "fewer":
                return EncodedPictures(encoded.captions, {"words": rows[:-1]})
            rows[1] *= {"nan": np.nan, "zero": 0, "long": 3}[fault]
            return EncodedPictures(encoded.captions, {"words": rows})

    folder = draw_folder(tmp_path / "pictures", 3)
    match = "picture_001.png" if fault in ("nan", "zero", "long") else "models"
    with pytest.raises(ArtifactError, match=match):
        build_gallery(folder, tmp_path / "shop", encoders=Broken())


def test_a_picture_that_changes_while_it_is_read_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = draw_folder(tmp_path / "pictures", 3)
    monkeypatch.setattr("core.index.reader.sha256_of", lambda path: "0" * 64)
    draw(folder / "more" / "x.png")
    with pytest.raises(DataError, match="changed while it was read"):
        build_gallery(folder, tmp_path / "shop", encoders=FakeEncoders())

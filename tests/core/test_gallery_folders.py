"""Which files of a folder are taken: links, leftovers of systems and tools, files without an ending, titles."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.datasets.imagenet_sketch import _in_classes
from core.errors import DataError
from core.index.build import build_gallery
from core.index.walk import find_pictures
from core.leftovers import is_leftover
from tests.core.gallery_fakes import FakeEncoders, draw, draw_folder, opened

LEFT_BEHIND = (
    "@eaDir", "#recycle", "#snapshot", "$RECYCLE.BIN", "System Volume Information", "lost+found", "node_modules",
    "__MACOSX", ".Trash-1000", ".thumbnails",
)  # fmt: skip


def files_in(folder: Path, **options: bool) -> list[str]:
    return [picture.file for picture in find_pictures(folder, **options)[0]]


def test_what_systems_leave_behind_is_passed_over(tmp_path: Path) -> None:
    draw(tmp_path / "kept.png")
    for name in LEFT_BEHIND:
        draw(tmp_path / name / "deleted.png")
        draw(tmp_path / "inside" / name / "deleted.png")
    (tmp_path / "Thumbs.db").write_bytes(b"\xff\xd8\xff")
    draw(tmp_path / "._kept.png")
    assert find_pictures(tmp_path)[0][0].file == "kept.png" and len(files_in(tmp_path)) == 1
    assert not any(map(is_leftover, ("recycle", "trash.png", "Snapshot", "node", "~photo.png")))


def test_the_readers_of_data_sets_pass_the_same_names_over(tmp_path: Path) -> None:
    draw(tmp_path / "n01440764" / "sketch_1.png")
    draw(tmp_path / "@eaDir" / "sketch_1.png")
    draw(tmp_path / "n01440764" / "._sketch_1.png")
    rows = _in_classes(tmp_path, tmp_path)
    assert [row.file for row in rows] == ["n01440764/sketch_1.png"]


def test_a_folder_of_links_is_a_folder_of_pictures(tmp_path: Path) -> None:
    """As the Hub keeps a data set: names that link to files called by their digest."""
    folder = tmp_path / "snapshots" / "1234"
    (tmp_path / "blobs").mkdir()
    folder.mkdir(parents=True)
    for number in range(3):
        blob = tmp_path / "blobs" / f"{number}"
        blob.write_bytes(draw(tmp_path / "drawn.png", seed=number).read_bytes())
        (folder / f"{number}.png").symlink_to(Path("..", "..", "blobs", blob.name))
    draw(tmp_path / "elsewhere" / "deep" / "a.png")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    assert files_in(folder) == ["0.png", "1.png", "2.png", "linked/deep/a.png"]
    build_gallery(folder, tmp_path / "shop", encoders=FakeEncoders())
    assert len(opened(tmp_path / "shop")) == 4
    pictures, rejects = find_pictures(folder, follow_links=False)
    assert pictures == [] and len(rejects) == 4
    assert all("leads out" in entry.reason or "not entered" in entry.reason for entry in rejects)


def test_no_folder_is_read_twice_whatever_links_lead_to_it(tmp_path: Path) -> None:
    for name in ("a", "b"):
        draw(tmp_path / "in" / name / "p.png")
        for other in ("a", "b"):
            (tmp_path / "in" / name / f"to_{other}").symlink_to(tmp_path / "in" / other)
    (tmp_path / "in" / "beside").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "itself").symlink_to("itself")
    draw(tmp_path / "out" / "outside.png")
    (tmp_path / "out" / "back").symlink_to(tmp_path / "in" / "a")
    pictures, rejects = find_pictures(tmp_path / "in")
    assert [entry.file for entry in pictures] == ["a/p.png", "b/p.png", "beside/outside.png"]
    assert {entry.file for entry in rejects} == {"a/to_a", "a/to_b", "b/to_a", "b/to_b", "beside/back"}


def test_no_link_leads_to_a_folder_in_which_the_chosen_one_lies(tmp_path: Path) -> None:
    chosen = tmp_path / "photos" / "holiday"
    draw(chosen / "p.png")
    draw(tmp_path / "photos" / "private.png")
    draw(tmp_path / "beside" / "q.png")
    (chosen / "up").symlink_to(Path(".."))
    (chosen / "beside").symlink_to(tmp_path / "beside")
    (tmp_path / "beside" / "all").symlink_to(tmp_path)
    pictures, rejects = find_pictures(chosen)
    assert [entry.file for entry in pictures] == ["beside/q.png", "p.png"]
    assert [entry.file for entry in rejects] == ["beside/all", "up"]
    assert all("in which the chosen one lies" in entry.reason for entry in rejects)


def test_a_picture_without_an_ending_is_taken_by_its_first_bytes(tmp_path: Path) -> None:
    shutil.move(draw(tmp_path / "a.png"), tmp_path / "photo")
    (tmp_path / "README").write_text("no picture")
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    assert files_in(tmp_path) == ["photo"] and find_pictures(tmp_path)[1] == []
    build_gallery(tmp_path, tmp_path / "shop", encoders=FakeEncoders())
    assert opened(tmp_path / "shop").items[0].title == "photo"


def test_titles_tell_pictures_apart(tmp_path: Path) -> None:
    for name in ("a/1.jpg", "a/1.png", "b/1.jpg", "b/blue_shirt.png"):
        draw(tmp_path / name, seed=len(name))
    build_gallery(tmp_path, tmp_path / "shop", encoders=FakeEncoders())
    assert [item.title for item in opened(tmp_path / "shop").items] == [
        "a/1.jpg",
        "a/1.png",
        "b/1",
        "blue shirt",
    ]


def test_the_report_says_what_came_from_the_table(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "pictures", 4)
    gone = "".join(f"gone_{number}.png,Gone\n" for number in range(7))
    (folder / "items.csv").write_text(f"file,title\npicture_000.png,Shirt\npicture_001.png,\n{gone}")
    report = build_gallery(folder, tmp_path / "shop", encoders=FakeEncoders())
    assert re.fullmatch(r"read \d+\.\d s, encode \d+\.\d s, write \d+\.\d s", report.timings())
    assert (report.table, report.titled, len(report.unfitting)) == ("items.csv", 1, 7)
    assert report.sentences() == [
        "1 title comes from items.csv.",
        "7 rows of items.csv fit no picture of the gallery: gone_0.png, gone_1.png, gone_2.png, gone_3.png, "
        "gone_4.png and 2 more.",
    ]


@pytest.mark.fault_rows(67)
@pytest.mark.parametrize("kind", ["zip", "tar", "gztar"])
def test_an_archive_is_no_folder_of_pictures_and_is_never_unpacked(tmp_path: Path, kind: str) -> None:
    draw(tmp_path / "pictures" / "a.png")
    archive = Path(shutil.make_archive(str(tmp_path / "archive"), kind, tmp_path / "pictures"))
    with pytest.raises(DataError, match="is not a folder"):
        build_gallery(archive, tmp_path / "shop", encoders=FakeEncoders())
    archive.rename(tmp_path / "pictures" / "b.png")
    report = build_gallery(tmp_path / "pictures", tmp_path / "shop", encoders=FakeEncoders())
    assert report.pictures == 1 and [reject.file for reject in report.rejects] == ["b.png"]


@pytest.mark.fault_rows(66)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=80), min_size=1, max_size=4)
)
def test_hostile_file_names_stay_inside_and_on_one_line(
    tmp_path_factory: pytest.TempPathFactory, names: set[str]
) -> None:
    root = tmp_path_factory.mktemp("names")
    content = draw(root / "outside.png").read_bytes()
    folder = root / "pictures"
    folder.mkdir()
    for name in names:
        try:
            (folder / os.fsdecode(os.fsencode(f"{name}.png"))).write_bytes(content)
        except (OSError, UnicodeEncodeError):
            continue
    draw(folder / "one.png")
    report = build_gallery(folder, root / "shop", encoders=FakeEncoders())
    for item in opened(root / "shop").items:
        assert (folder / item.file).resolve().is_relative_to(folder)
    for line in [
        *(reject.file for reject in report.rejects),
        *(item.title for item in opened(root / "shop").items),
    ]:
        assert len(line.splitlines()) <= 1 and line.encode() is not None
    assert {path.name for path in root.iterdir()} == {"outside.png", "pictures", "shop"}

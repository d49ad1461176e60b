"""ImageNet-Sketch is read in its three layouts; test labels that are placeholders do not become classes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.datasets.imagenet_sketch import SketchSet, read_imagenet_sketch
from core.errors import DataError

TENCH, SHARK = "n01440764", "n01484850"


def put(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(DataError) as error:
        read_imagenet_sketch(folder)
    text = str(error.value)
    assert "\n" not in text and text.endswith(".")
    return text


def listed(sketches: SketchSet, split: str) -> list[tuple[str, str]]:
    return [(row.file, row.label) for row in sketches.split(split)]


@pytest.mark.parametrize("home", ["sketch/", "data/sketch/", ""])
def test_the_unpacked_archive_is_one_split(tmp_path: Path, home: str) -> None:
    put(tmp_path, f"{home}{SHARK}/sketch_1.JPEG", f"{home}{TENCH}/sketch_0.JPEG", f"{home}{TENCH}/.DS_Store")
    sketches = read_imagenet_sketch(tmp_path)
    assert sketches.classes == (TENCH, SHARK) and list(sketches.splits) == ["all"]
    assert listed(sketches, "all") == [
        (f"{home}{TENCH}/sketch_0.JPEG", TENCH),
        (f"{home}{SHARK}/sketch_1.JPEG", SHARK),
    ]
    assert sketches.split("all")[0].path == tmp_path / home / TENCH / "sketch_0.JPEG"
    with pytest.raises(DataError, match="no split 'train'; it has all"):
        sketches.split("train")


def test_a_packed_archive_says_how_to_unpack_it(tmp_path: Path) -> None:
    text = refusal(put(tmp_path, "data/ImageNet-Sketch.zip"))
    assert "unzip data/ImageNet-Sketch.zip" in text and "sketch/" in text


@pytest.mark.parametrize("tail", ["", "_images"])
@pytest.mark.parametrize("middle", ["val", "validation"])
def test_the_split_of_the_report_lies_in_folders(tmp_path: Path, tail: str, middle: str) -> None:
    train, validation, test = (f"{name}{tail}" for name in ("train", middle, "test"))
    put(tmp_path, f"{train}/{TENCH}/a.JPEG", f"{train}/{SHARK}/b.jpeg", f"{validation}/{TENCH}/c.JPEG")
    put(tmp_path, f"{test}/mistery_category/d.JPEG")
    sketches = read_imagenet_sketch(tmp_path)
    assert sketches.classes == (TENCH, SHARK), "the placeholder is no class"
    assert list(sketches.splits) == ["train", "validation", "test"]
    assert listed(sketches, "train") == [
        (f"{train}/{TENCH}/a.JPEG", TENCH),
        (f"{train}/{SHARK}/b.jpeg", SHARK),
    ]
    assert listed(sketches, "validation") == [(f"{validation}/{TENCH}/c.JPEG", TENCH)]
    assert listed(sketches, "test") == [(f"{test}/mistery_category/d.JPEG", "")]


def test_true_labels_of_test_are_kept(tmp_path: Path) -> None:
    put(tmp_path, f"train/{TENCH}/a.JPEG", f"test/{TENCH}/b.JPEG")
    assert listed(read_imagenet_sketch(tmp_path), "test") == [(f"test/{TENCH}/b.JPEG", TENCH)]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ([f"train/{TENCH}/notes.txt"], "The folder train of the data has no sketch"),
        ([f"train/{TENCH}/a.JPEG", "val/readme.txt"], "The folder val of the data has no sketch"),
        ([f"train/{TENCH}/a.JPEG", f"val/{SHARK}/b.JPEG"], f"'{SHARK}' of val is not one of train"),
        (
            [f"train/{TENCH}/a.JPEG", f"train_images/{TENCH}/a.JPEG"],
            "has two folders, train and train_images",
        ),
        ([f"sketch/{TENCH}/a.JPEG", "sketch/fish/b.JPEG"], "'fish' of the data is not named by a WordNet id"),
        ([f"sketch/{TENCH}/a.txt"], "The folder sketch of the data has no sketch"),
        (["sketch/fish/b.JPEG"], "huggingface.co/datasets/songweig/imagenet_sketch"),
    ],
)
def test_unusable_folders_are_refused_in_one_sentence(tmp_path: Path, names: list[str], says: str) -> None:
    assert says in refusal(put(tmp_path, *names))


def test_a_table_lists_the_split(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text(
        f"file,label,split\nb.JPEG,{TENCH},val\na/a.JPEG,{SHARK},train\nc.JPEG,,test\n"
    )
    sketches = read_imagenet_sketch(tmp_path)
    assert sketches.classes == (TENCH, SHARK) and list(sketches.splits) == ["train", "validation", "test"]
    assert listed(sketches, "validation") == [("b.JPEG", TENCH)] and listed(sketches, "test") == [
        ("c.JPEG", "")
    ]
    assert sketches.split("train")[0].path == tmp_path / "a" / "a.JPEG"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("file,label,split\n", "no rows"),
        ("file,label\na.png,x\n", "no column 'split'"),
        ("file,split\na.png,train\n", "no column 'label'"),
        ("file,label,split\na.png,x,dev\n", "Line 2 of labels.csv has the split 'dev'"),
        ("file,label,split\na.png,,train\n", "Line 2 of labels.csv has no label"),
        ("file,label,split\na.png,x,train\na.png,x,val\n", "Line 3 of labels.csv names the file 'a.png'"),
        ("file,label,split\na.png,x,train\na.png,y,train\n", "Line 3 of labels.csv names the file 'a.png'"),
        ("file,label,split\n../a.png,x,train\n", "does not lie inside"),
        ("file,label,split\na.png,,test\n", "has no sketch with a label"),
    ],
)
def test_unusable_tables_are_refused_in_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "labels.csv").write_text(text)
    assert says in refusal(tmp_path)


@pytest.mark.parametrize("file", ["imagenet1k_wnids.json", "wnids.json"])
@pytest.mark.parametrize("value", [{"idx": 0, "name": "tench_fish"}, "tench_fish"])
def test_names_come_from_a_list_of_wordnet_ids(tmp_path: Path, file: str, value: Any) -> None:
    put(tmp_path, f"sketch/{TENCH}/a.JPEG", f"sketch/{SHARK}/b.JPEG")
    (tmp_path / file).write_text(json.dumps({TENCH: value}))
    assert read_imagenet_sketch(tmp_path).names == {TENCH: "tench fish", SHARK: SHARK}


@pytest.mark.parametrize("text", ["{", "[]", f'{{"{TENCH}": 3}}', f'{{"{TENCH}": {{"idx": 0}}}}'])
def test_an_unusable_list_of_names_is_refused(tmp_path: Path, text: str) -> None:
    put(tmp_path, f"sketch/{TENCH}/a.JPEG")
    (tmp_path / "wnids.json").write_text(text)
    assert "wnids.json" in refusal(tmp_path)


@pytest.mark.data
def test_the_real_list_names_a_thousand_classes(data_folder: Path, tmp_path: Path) -> None:
    text = (data_folder / "imagenet1k_wnids.json").read_text()
    (tmp_path / "imagenet1k_wnids.json").write_text(text)
    put(tmp_path, *(f"sketch/{wnid}/sketch_0.JPEG" for wnid in json.loads(text)))
    sketches = read_imagenet_sketch(tmp_path)
    assert len(sketches.classes) == 1000 and sketches.names[SHARK] == "great white shark"

"""The readers take the four layouts, refuse the rest in one sentence, and no split divides a group."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.datasets.captions import read_captions
from core.datasets.folder import read_folder
from core.datasets.pairs import read_pairs
from core.datasets.split import folds_by_group, joined_groups, kept_back, split_by_group
from core.datasets.triplets import read_triplets
from core.errors import DataError

ESCAPES = [
    "../secret.png",
    "a/../../secret.png",
    "/etc/passwd",
    "C:\\secret.png",
    "..\\secret.png",
    "a\0.png",
]
GROUPS = st.lists(st.text(max_size=4), min_size=1, max_size=60)


def labels(folder: Path, text: str | bytes) -> Path:
    (folder / "labels.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def sentence(error: pytest.ExceptionInfo[DataError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


# labelled folder


def test_a_labelled_folder_is_read_in_its_order(tmp_path: Path) -> None:
    rows = read_folder(labels(tmp_path, "file,label,photo_id\nb.png,cat,7\nsub/a.png, dog ,8\n"))
    assert [(row.file, row.label, row.columns["photo_id"]) for row in rows] == [
        ("b.png", "cat", "7"),
        ("sub/a.png", "dog", "8"),
    ]
    assert rows[1].path == tmp_path / "sub" / "a.png"


def test_clean_labels_are_preferred_where_they_stand(tmp_path: Path) -> None:
    labels(tmp_path, "file,label,label_clean\na.png,field,road\nb.png,field,\n")
    assert [row.label for row in read_folder(tmp_path)] == ["road", "field"]
    assert [row.label for row in read_folder(tmp_path, "label")] == ["field", "field"]


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbffile,label\na.png,cat\n",  # as Excel writes UTF-8
        b"file,label\r\na.png,cat\r\n",
        b"file,label\n\na.png,cat\n,\n\na.png,cat\n",  # blank lines and a repetition
        b'file,label\n"a.png","cat"\n',
        b" file , label \n a.png , cat ",
    ],
)
def test_tables_as_people_save_them(tmp_path: Path, text: bytes) -> None:
    assert [(row.file, row.label) for row in read_folder(labels(tmp_path, text))] == [("a.png", "cat")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("file,label\n", "no rows"),
        ("name,label\na.png,cat\n", "no column 'file'"),
        ("file,class\na.png,cat\n", "no column 'label'"),
        ("file,label,label\na.png,cat,dog\n", "two columns called 'label'"),
        ("file,label\na.png,cat,dog\n", "Line 2 of labels.csv has 3 cells"),
        ("file,label\na.png\n", "No row of labels.csv has anything in the column 'label'"),
        ("file,label\n,cat\n", "Line 2 of labels.csv has nothing in the column 'file'"),
        ("file,label\na.png,\n", "No row of labels.csv has anything in the column 'label'"),
        ("file,label\na.png,cat\na.png,dog\n", "as 'cat' and as 'dog'"),
        ('file,label\n"a.png,cat\n', "cannot be read as a table"),
        (b"file,label\na.png,\xff\xfe\n", "not UTF-8"),
    ],
)
def test_unusable_tables_are_refused_in_one_sentence(tmp_path: Path, text: str | bytes, says: str) -> None:
    with pytest.raises(DataError) as error:
        read_folder(labels(tmp_path, text))
    assert says in sentence(error)


@pytest.mark.parametrize("name", ESCAPES)
def test_file_names_that_leave_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="does not lie inside the data folder"):
        read_folder(labels(tmp_path, f"file,label\n{name},cat\n"))
    with pytest.raises(DataError, match="does not lie inside the data folder"):
        read_pairs(labels(tmp_path, f"item_id,worn_photo,product_photo\n1,a.png,{name}\n"))
    (tmp_path / "captions.json").write_text(json.dumps([{"file": name, "captions": ["a cat"]}]))
    with pytest.raises(DataError, match="does not lie inside the data folder"):
        read_captions(tmp_path)
    for entry in ({"gallery": ["a.png", name]}, {"reference": name}, {"targets": [name]}):
        triplets(tmp_path, **entry)
        with pytest.raises(DataError, match="does not lie inside the data folder"):
            read_triplets(tmp_path)


def test_a_missing_folder_or_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        read_folder(tmp_path / "nowhere")
    for read, name in (
        (read_pairs, "labels.csv"),
        (read_captions, "captions.json"),
        (read_triplets, "triplets.json"),
    ):
        with pytest.raises(DataError, match=f"has no {name}"):
            read(tmp_path)


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no column 'kind'; its columns are file, label"):
        read_folder(labels(tmp_path, "file,label\na.png,cat\n"), "kind")


# pairs


def test_pairs_are_read(tmp_path: Path) -> None:
    labels(
        tmp_path, "item_id,worn_photo,product_photo,split\n7,w/1.png,p/1.png,train\n7,w/2.png,p/1.png,train\n"
    )
    first, second = read_pairs(tmp_path)
    assert (first.item_id, first.worn, first.product) == ("7", tmp_path / "w/1.png", tmp_path / "p/1.png")
    assert second.product_file == "p/1.png"
    assert second.columns["split"] == "train"


def test_pairs_need_their_columns(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no column 'worn_photo'"):
        read_pairs(labels(tmp_path, "item_id,product_photo\n7,p.png\n"))


# captions


def test_captions_are_read_and_joined_by_file(tmp_path: Path) -> None:
    entries = [{"file": "a.png", "captions": ["one", "two"]}, {"file": "a.png", "captions": ["two", "three"]}]
    (tmp_path / "captions.json").write_text(json.dumps(entries))
    assert [row.captions for row in read_captions(tmp_path)] == [("one", "two", "three")]


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "{}", '"a"', "[1]", '[{"file": "a"}]', '[{"file": 1, "captions": ["a"]}]', "[" * 100_000]
    + [f'[{{"file": "a.png", "captions": {value}}}]' for value in ("[]", '"a cat"', "[1]", '[" "]')],
)
def test_unusable_captions_are_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "captions.json").write_text(text)
    with pytest.raises(DataError) as error:
        read_captions(tmp_path)
    assert "captions.json" in sentence(error)


# triplets


def triplets(folder: Path, gallery: object = None, **entry: object) -> None:
    value = {"reference": "r.png", "caption": "is red", "targets": ["t.png"]} | entry
    (folder / "triplets.json").write_text(json.dumps({"gallery": gallery, "triplets": [value]}))


def test_triplets_are_read(tmp_path: Path) -> None:
    triplets(
        tmp_path, ["r.png", "t.png", "t.png", "u.png"], targets=["t.png", "r.png", "t.png"], kind="colour"
    )
    entries = read_triplets(tmp_path)
    assert entries.gallery == ("r.png", "t.png", "u.png")
    assert entries.triplets[0].targets == ("t.png",), "the reference is no answer to itself"
    assert entries.triplets[0].details == {"kind": "colour"}


def test_without_a_gallery_every_named_picture_is_in_it(tmp_path: Path) -> None:
    triplets(tmp_path)
    assert read_triplets(tmp_path).gallery == ("r.png", "t.png")


@pytest.mark.parametrize(
    "entry",
    [
        {"caption": " "}, {"caption": 3}, {"reference": None}, {"targets": []}, {"targets": "t.png"},
        {"targets": [3]}, {"targets": ["r.png"]}, {"gallery": []}, {"gallery": {}}, {"gallery": [3]},
    ],
)  # fmt: skip
def test_unusable_triplets_are_refused_in_one_sentence(tmp_path: Path, entry: dict[str, object]) -> None:
    triplets(tmp_path, **entry)
    with pytest.raises(DataError) as error:
        read_triplets(tmp_path)
    assert "triplets.json" in sentence(error)


@pytest.mark.parametrize("text", ["[]", "{}", '{"triplets": []}', '{"triplets": [3]}', "nonsense"])
def test_files_without_triplets_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "triplets.json").write_text(text)
    with pytest.raises(DataError) as error:
        read_triplets(tmp_path)
    assert "triplets.json" in sentence(error)


# splits


def test_an_eighth_is_kept_back_and_stays_the_same() -> None:
    back = [number for number in range(4000) if kept_back(str(number))]
    assert 0.10 < len(back) / 4000 < 0.15
    assert back[:3] == [11, 12, 13]


@given(GROUPS)
def test_no_group_stands_on_both_sides(groups: list[str]) -> None:
    assume(len({group for group in groups if not kept_back(group)}) > 1 and any(map(kept_back, groups)))
    training, validation = split_by_group(groups)
    assert not {groups[row] for row in training} & {groups[row] for row in validation}
    assert sorted([*training, *validation]) == list(range(len(groups)))


@given(GROUPS, st.integers(2, 6), st.integers(0, 3), st.randoms(use_true_random=False))
def test_folds_never_divide_a_group(groups: list[str], folds: int, seed: int, random: object) -> None:
    if len(set(groups)) < folds:
        with pytest.raises(DataError, match="too few"):
            folds_by_group(groups, folds, seed)
        return
    parts = folds_by_group(groups, folds, seed)
    homes = defaultdict(set)
    for group, fold in zip(groups, parts, strict=True):
        homes[group].add(int(fold))
    assert all(len(home) == 1 for home in homes.values())
    assert set(parts.tolist()) == set(range(folds)), "no fold is empty"
    order = list(range(len(groups)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert np.array_equal(folds_by_group([groups[row] for row in order], folds, seed), parts[order])


def test_folds_of_single_rows_are_near_equal() -> None:
    sizes = np.bincount(folds_by_group([str(number) for number in range(103)], 5))
    assert sizes.max() - sizes.min() <= 1


COLUMN = st.lists(st.sampled_from(["", "a", "b", "c", "d", "e"]), min_size=1, max_size=12)


@given(
    COLUMN.flatmap(
        lambda names: st.tuples(
            st.just(names), st.lists(st.integers(0, 5), min_size=len(names), max_size=len(names))
        )
    )
)
def test_joined_groups_are_the_connected_rows(columns: tuple[list[str], list[int]]) -> None:
    names, hashes = columns
    groups = joined_groups(names, hashes)
    count = len(names)
    linked = np.array(
        [
            [(names[i] and names[i] == names[j]) or hashes[i] == hashes[j] for j in range(count)]
            for i in range(count)
        ]
    )
    reach = np.linalg.matrix_power(linked.astype(float) + np.eye(count), count) > 0
    assert np.array_equal(reach, [[groups[i] == groups[j] for j in range(count)] for i in range(count)])


def test_joined_groups_need_columns_of_one_length() -> None:
    with pytest.raises(ValueError, match="one length"):
        joined_groups(["a"], [])


@pytest.mark.data
@pytest.mark.parametrize(
    ("pack", "read", "count"),
    [("sketchy125", read_folder, 2108), ("fields_roads", read_folder, 510),
     ("clothes_viton_pairs", read_pairs, 1518), ("flickr8k", read_captions, 803)],
)  # fmt: skip
def test_the_real_packs_are_read(data_folder: Path, pack: str, read: object, count: int) -> None:
    assert len(read(data_folder / pack)) == count  # type: ignore[operator]


@pytest.mark.data
def test_the_real_triplets_are_read(data_folder: Path) -> None:
    triplets = read_triplets(data_folder / "fashion_products_224")
    assert (len(triplets.gallery), len(triplets.triplets)) == (5708, 701)
    assert all(triplets.path(name).is_file() for name in triplets.gallery)

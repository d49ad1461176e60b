"""CIRR is read as published, its answers are written as the server takes them, the rest is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.datasets.cirr import read_cirr, write_server_files
from core.errors import DataError
from core.evaluation.reproduce.recall import cirr_recall
from tests.core.cir_layouts import FILES, MEMBERS, cirr, cirr_entry

ESCAPES = ("../secret.png", "/etc/passwd", "C:\\secret.png", "")


def refusal(folder: Path, split: str = "val") -> str:
    with pytest.raises(DataError) as error:
        read_cirr(folder, split)
    text = str(error.value)
    assert "\n" not in text and text.endswith(".")
    return text


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzipped"])
def test_a_split_is_read(tmp_path: Path, zipped: bool) -> None:
    read_split = read_cirr(cirr(tmp_path, [cirr_entry(), cirr_entry(pairid=8, caption="")], zipped=zipped))
    query = read_split.queries[0]
    assert (query.pair_id, query.reference, query.target) == (7, MEMBERS[0], MEMBERS[2])
    assert query.group == MEMBERS and query.soft == {MEMBERS[2]: 1.0, MEMBERS[3]: -1.0}
    assert read_split.queries[1].caption == "", "the published set has an empty caption"
    assert read_split.gallery == tuple(FILES)
    assert read_split.references().tolist() == [0, 0] and read_split.targets().tolist() == [2, 2]
    assert [group.tolist() for group in read_split.groups()] == [[0, 1, 2, 3]] * 2


@pytest.mark.parametrize("name", ["cap.rc2.val.json", "cirr_cap.rc2.val.json"])
def test_files_side_by_side_are_found(tmp_path: Path, name: str) -> None:
    cirr(tmp_path, [cirr_entry()])
    (tmp_path / "captions" / "cap.rc2.val.json").rename(tmp_path / name)
    assert len(read_cirr(tmp_path).queries) == 1


def test_a_picture_is_found_under_img_raw_or_beside_it(tmp_path: Path) -> None:
    read_split = read_cirr(cirr(tmp_path, [cirr_entry()]))
    with pytest.raises(DataError, match=r"picture img_raw/dev/dev-0-0-img0.png; .*lil.nlp.cornell.edu/nlvr"):
        read_split.path(MEMBERS[0])
    for home in (tmp_path / "dev", tmp_path / "img_raw" / "dev"):
        home.mkdir(parents=True)
        (home / f"{MEMBERS[0]}.png").touch()
        assert read_split.path(MEMBERS[0]) == home / f"{MEMBERS[0]}.png"
    with pytest.raises(DataError, match="no picture called 'dev-9'"):
        read_split.path("dev-9")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"pairid": None}, "pairid"),
        ({"pairid": "7"}, "pairid"),
        ({"pairid": True}, "pairid"),
        ({"caption": None}, "caption"),
        ({"caption": 3}, "caption"),
        ({"reference": None}, "None"),
        ({"reference": "dev-9"}, "'dev-9', which its split does not list"),
        ({"reference": ["dev-9"]}, "which its split does not list"),
        ({"reference": "dev-4-0-img0"}, "members"),
        ({"target_hard": None}, "target_hard"),
        ({"target_hard": "dev-9"}, "'dev-9', which its split does not list"),
        ({"target_hard": MEMBERS[0]}, "own reference"),
        ({"target_soft": {"dev-9": 1.0}}, "'dev-9', which its split does not list"),
        ({"target_soft": [1]}, "target_soft"),
        ({"target_soft": {MEMBERS[2]: "all"}}, "target_soft"),
        ({"img_set": None}, "img_set"),
        ({"img_set": {"members": [MEMBERS[0]]}}, "at least two"),
        ({"img_set": {"members": "dev"}}, "at least two"),
        ({"img_set": {"members": [MEMBERS[0], MEMBERS[2], MEMBERS[2]]}}, "every picture once"),
        ({"img_set": {"members": [*MEMBERS, "dev-9"]}}, "'dev-9', which its split does not list"),
    ],
)
def test_unusable_queries_are_refused_in_one_sentence(
    tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    text = refusal(cirr(tmp_path, [cirr_entry(pairid=1), cirr_entry(**changes)]))
    assert says in text and "Entry 2 of cap.rc2.val.json" in text


@pytest.mark.parametrize(
    ("captions", "files", "says"),
    [
        ("{", FILES, "cap.rc2.val.json is not JSON"),
        ("", FILES, "cap.rc2.val.json is empty"),
        ([], FILES, "at least one query"),
        ({}, FILES, "at least one query"),
        ([3], FILES, "Entry 1 of cap.rc2.val.json must be an object"),
        ([cirr_entry(), cirr_entry()], FILES, 'Two entries of cap.rc2.val.json have the "pairid" 7'),
        ([cirr_entry()], {}, "split.rc2.val.json must map"),
        ([cirr_entry()], [], "split.rc2.val.json must map"),
        ([cirr_entry()], FILES | {"x": 3}, "no file for the picture 'x'"),
        ([cirr_entry()], "[" * 100_000, "split.rc2.val.json is not JSON"),
    ],
)
def test_unusable_files_are_refused_in_one_sentence(
    tmp_path: Path, captions: Any, files: Any, says: str
) -> None:
    assert says in refusal(cirr(tmp_path, captions, files))


@pytest.mark.parametrize("name", ESCAPES)
def test_a_picture_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    assert "does not lie inside" in refusal(cirr(tmp_path, [cirr_entry()], FILES | {"x": name}))


@pytest.mark.parametrize("keep", [0, 5, 30])
def test_a_damaged_archive_is_refused(tmp_path: Path, keep: int) -> None:
    cirr(tmp_path, [cirr_entry()], zipped=True)
    path = tmp_path / "captions" / "cap.rc2.val.json.gz"
    path.write_bytes(path.read_bytes()[:keep] if keep else b"plain text")
    assert "cap.rc2.val.json.gz is no whole gzip file" in refusal(tmp_path)


def test_an_unknown_split_or_a_missing_table_is_named(tmp_path: Path) -> None:
    assert "choose one of train, val, test1" in refusal(tmp_path, "test")
    cirr(tmp_path, [cirr_entry()])
    (tmp_path / "image_splits" / "split.rc2.val.json").unlink()
    assert "image_splits/split.rc2.val.json" in refusal(tmp_path)


def test_the_test_split_keeps_its_targets(tmp_path: Path) -> None:
    read_split = read_cirr(
        cirr(tmp_path, [cirr_entry(target_hard=None, target_soft=None)], split="test1"), "test1"
    )
    assert read_split.queries[0].target is None and read_split.queries[0].soft == {}
    with pytest.raises(DataError, match="names no targets"):
        read_split.targets()


def test_the_files_for_the_server_are_as_its_template_asks(tmp_path: Path) -> None:
    turned = {"members": [*reversed(MEMBERS)]}
    entries = [cirr_entry(), cirr_entry(pairid=9, reference=MEMBERS[3], img_set=turned)]
    read_split = read_cirr(cirr(tmp_path, entries))
    scores = np.array([[9, 1, 2, 3, 5, 5], [1, 2, 2, 9, 0, 4]], dtype=np.float32)
    recall, subset = write_server_files(read_split, scores, tmp_path / "out")
    names = read_split.gallery
    assert json.loads(recall.read_text()) == {
        "version": "rc2",
        "metric": "recall",
        "7": [names[place] for place in (4, 5, 3, 2, 1)],
        "9": [names[place] for place in (5, 1, 2, 0, 4)],
    }
    assert json.loads(subset.read_text()) == {
        "version": "rc2",
        "metric": "recall_subset",
        "7": [names[place] for place in (3, 2, 1)],
        "9": [names[place] for place in (1, 2, 0)],
    }


@pytest.mark.parametrize("scores", [np.zeros((1, 5)), np.zeros((2, 6)), np.full((1, 6), np.nan)])
def test_scores_of_another_shape_are_no_answer(tmp_path: Path, scores: np.ndarray) -> None:
    read_split = read_cirr(cirr(tmp_path, [cirr_entry()]))
    with pytest.raises(ValueError, match="finite, of shape"):
        write_server_files(read_split, scores, tmp_path)


@pytest.mark.data
@pytest.mark.parametrize(
    ("split", "queries", "pictures", "secret"), [("val", 4181, 2297, False), ("test1", 4148, 2315, True)]
)
def test_the_real_splits_are_read(
    data_folder: Path, tmp_path: Path, split: str, queries: int, pictures: int, secret: bool
) -> None:
    read_split = read_cirr(data_folder / "cir_annotations", split)
    assert (len(read_split.queries), len(read_split.gallery)) == (queries, pictures)
    assert all(len(query.group) == 6 for query in read_split.queries)
    if secret:
        assert sum(not query.caption.strip() for query in read_split.queries) == 1
        scores = np.random.default_rng(0).normal(size=(queries, pictures)).astype(np.float32)
        for path, length in zip(write_server_files(read_split, scores, tmp_path), (50, 3), strict=True):
            answers = json.loads(path.read_text())
            assert len(answers) == queries + 2 and path.stat().st_size < 5_000_000
            for query in read_split.queries:
                answer = answers[str(query.pair_id)]
                assert len(set(answer)) == length and query.reference not in answer
                assert length > 3 or set(answer) < set(query.group)
    else:
        assert all(query.target in query.group for query in read_split.queries)
        assert len({query.pair_id for query in read_split.queries}) == len(read_split.targets()) == queries


@pytest.mark.data
def test_the_server_would_count_what_the_protocol_measures(data_folder: Path, tmp_path: Path) -> None:
    read_split = read_cirr(data_folder / "cir_annotations")
    scores = np.random.default_rng(1).normal(size=(len(read_split.queries), len(read_split.gallery)))
    scores[np.arange(len(scores)), read_split.targets()] += 2
    measured = cirr_recall(scores, read_split.references(), read_split.targets(), read_split.groups())
    files = write_server_files(read_split, scores, tmp_path)
    for path, shares in zip(files, (measured.whole, measured.subset), strict=True):
        answers = json.loads(path.read_text())
        for k, share in shares.items():
            hits = [query.target in answers[str(query.pair_id)][:k] for query in read_split.queries]
            assert 0.05 < share < 1 and share == pytest.approx(np.mean(hits))

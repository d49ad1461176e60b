"""Report 1's embeddings are read from parquet row by row; without pyarrow one sentence says what to do."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.datasets.sketch_embeddings import WIDTH, read_sketch_embeddings
from core.errors import DataError


def columns(count: int = 3, first: int = 0, **changes: Any) -> dict[str, Any]:
    """Returns the columns of a published file, with some of them changed; None removes one."""
    rng = np.random.default_rng(first)
    table = {
        "label": [f"n0144076{row % 2}" for row in range(count)],
        "visual_embedding": rng.normal(size=(count, WIDTH)).tolist(),
        "caption": [f"a drawing of {first + row}" for row in range(count)],
        "textual_embedding": rng.normal(size=(count, WIDTH)).tolist(),
        "image_path": [f"./sketch_recvis2024/train_images/{first + row}.jpeg" for row in range(count)],
    } | changes
    return {name: values for name, values in table.items() if values is not None}


def written(folder: Path, name: str, values: dict[str, Any], schema: Any = None) -> Path:
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from pyarrow import parquet

    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pyarrow.table(values, schema=schema), folder / name)
    return folder


def refusal(folder: Path, split: str = "train") -> str:
    with pytest.raises(DataError) as error:
        read_sketch_embeddings(folder, split)
    text = str(error.value)
    assert "\n" not in text and text.endswith(".")
    return text


@pytest.mark.parametrize(
    ("split", "name"),
    [
        ("train", "data/train-00000-of-00001.parquet"),
        ("train", "train_images.parquet"),
        ("validation", "data/validation-00000-of-00001.parquet"),
        ("validation", "val_images.parquet"),
        ("validation", "validation.parquet"),
    ],
)
def test_rows_come_as_they_were_written(tmp_path: Path, split: str, name: str) -> None:
    values = columns()
    embeddings = read_sketch_embeddings(written(tmp_path, name, values), split)
    assert (embeddings.split, embeddings.labels) == (split, ("n01440760", "n01440761", "n01440760"))
    assert embeddings.captions == tuple(values["caption"]) and embeddings.files == tuple(values["image_path"])
    for rows, column in ((embeddings.visual, "visual_embedding"), (embeddings.textual, "textual_embedding")):
        assert rows.dtype == np.float32 and rows.shape == (3, WIDTH)
        np.testing.assert_array_equal(rows, np.array(values[column], dtype=np.float32))


def test_shards_are_joined_in_order_and_other_splits_left_alone(tmp_path: Path) -> None:
    for shard, first in enumerate((0, 3)):
        written(tmp_path, f"data/train-0000{shard}-of-00002.parquet", columns(first=first))
    written(tmp_path, "data/test-00000-of-00001.parquet", columns(first=9))
    embeddings = read_sketch_embeddings(tmp_path)
    assert embeddings.captions == tuple(f"a drawing of {number}" for number in range(6))
    assert embeddings.visual.shape == (6, WIDTH)


@pytest.mark.parametrize("kind", ["list", "large_list", "fixed_size_list"])
def test_vectors_may_be_lists_of_any_kind(tmp_path: Path, kind: str) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    kinds = {
        "list": pyarrow.list_(pyarrow.float64()),
        "large_list": pyarrow.large_list(pyarrow.float32()),
        "fixed_size_list": pyarrow.list_(pyarrow.float32(), WIDTH),
    }
    values = columns()
    values["visual_embedding"] = pyarrow.array(values["visual_embedding"], type=kinds[kind])
    embeddings = read_sketch_embeddings(written(tmp_path, "train.parquet", values))
    np.testing.assert_array_equal(
        embeddings.visual, np.array(columns()["visual_embedding"], dtype=np.float32)
    )


def test_the_placeholder_of_test_is_no_label(tmp_path: Path) -> None:
    values = columns(label=["mistery_category"] * 3)
    assert (
        read_sketch_embeddings(written(tmp_path, "test_images.parquet", values), "test").labels == ("",) * 3
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"label": None}, "no column 'label'; its columns are visual_embedding"),
        ({"textual_embedding": None}, "no column 'textual_embedding'"),
        ({"label": [1, 2, 3]}, "The column 'label' of train.parquet must hold text"),
        ({"caption": ["a", None, "b"]}, "The column 'caption' of train.parquet must hold text"),
        ({"image_path": ["a", "b", "a"]}, "The path 'a' stands twice in train.parquet"),
        (
            {"visual_embedding": ["a", "b", "c"]},
            "The column 'visual_embedding' of train.parquet must hold 768",
        ),
        ({"visual_embedding": [["a"]] * 3}, "must hold 768"),
        ({"visual_embedding": [[1.0] * 767] * 3}, "must hold 768"),
        ({"visual_embedding": [[1.0] * 768, None, [1.0] * 768]}, "must hold 768"),
        ({"visual_embedding": [[1.0] * 767 + [None]] * 3}, "must hold 768"),
        ({"textual_embedding": [[1.0] * 767 + [float("nan")]] * 3}, "'textual_embedding'"),
    ],
)
def test_unusable_columns_are_refused_in_one_sentence(
    tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    assert says in refusal(written(tmp_path, "train.parquet", columns(**changes)))


def test_a_file_without_rows_or_with_other_bytes_is_refused(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    vector = pyarrow.list_(pyarrow.float32())
    kinds = {name: vector if "embedding" in name else pyarrow.string() for name in columns()}
    empty = {name: pyarrow.array([], type=kind) for name, kind in kinds.items()}
    assert "no row in train.parquet" in refusal(written(tmp_path, "train.parquet", empty))
    whole = (written(tmp_path, "train.parquet", columns()) / "train.parquet").read_bytes()
    for data in (b"", b"PAR1", b"no parquet at all", whole[: len(whole) // 2], whole[len(whole) // 2 :]):
        (tmp_path / "train.parquet").write_bytes(data)
        assert "train.parquet is no whole parquet file" in refusal(tmp_path)


def test_an_unknown_split_is_refused(tmp_path: Path) -> None:
    assert "choose one of train, validation, test" in refusal(tmp_path, "val")


def test_without_pyarrow_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "train.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert "`pip install pyarrow`" in refusal(tmp_path)

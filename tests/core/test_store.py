"""Weights on disk: what was saved comes back bit for bit, and nothing else is ever taken for it."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from core.digests import sha256_of_arrays
from core.errors import ArtifactError
from core.store import (
    Manifest,
    load_artifact,
    read_manifest,
    save_artifact,
    sha256_of,
    write_atomically,
)

MANIFEST = Manifest(
    kind="toy",
    models={"towers": "a"},
    data=["made"],
    split="none",
    seed=3,
    versions={"numpy": "2"},
    metrics={"accuracy": {"value": 0.5, "low": 0.1, "high": 0.9, "n": 10.0}},
    minutes=0.1,
    details={"labels": ["x", "y"]},
)
TENSORS = {
    "scale": np.array(14.0, dtype=np.float32),
    "half": np.arange(6, dtype=np.float16).reshape(2, 3),
    "turned": np.arange(6.0).reshape(2, 3).T,
    "empty": np.zeros((0, 4), dtype=np.float32),
    "counts": np.array([1, -2], dtype=np.int64),
}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    save_artifact(tmp_path / "toy", TENSORS, MANIFEST, seen=["ab" * 32, "cd" * 32, "ab" * 32])
    return tmp_path / "toy"


def test_tensors_and_manifest_come_back_as_they_were(saved: Path) -> None:
    tensors, manifest = load_artifact(saved, kind="toy", models={"towers": "a"})
    assert tensors.keys() == TENSORS.keys()
    for name, array in TENSORS.items():
        assert tensors[name].shape == array.shape and tensors[name].dtype == array.dtype
        np.testing.assert_array_equal(tensors[name], array)
    assert manifest.tensors_sha256 == sha256_of(weights_in(saved))
    assert replace(manifest, tensors_sha256="", seen_sha256="", seen=frozenset()) == MANIFEST
    assert manifest == read_manifest(saved)


def weights_in(folder: Path) -> Path:
    """Returns the file of the tensors."""
    (path,) = folder.glob("weights*.safetensors")
    return path


def forged(folder: Path, data: bytes) -> None:
    """Puts other bytes in the place of the tensors, with a manifest that agrees."""
    weights_in(folder).unlink()
    value = json.loads((folder / "manifest.json").read_text())
    value["tensors_sha256"] = hashlib.sha256(data).hexdigest()
    (folder / f"weights-{value['tensors_sha256']}.safetensors").write_bytes(data)
    (folder / "manifest.json").write_text(json.dumps(value))


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8).filter(
            lambda name: name != "__metadata__"
        ),
        arrays(st.sampled_from(["f4", "f8", "i4", "u1"]), array_shapes(min_dims=0, max_dims=3, max_side=4)),
        max_size=3,
    )
)
def test_any_tensors_come_back_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, tensors: dict[str, np.ndarray]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    save_artifact(folder, tensors, MANIFEST)
    loaded, _ = load_artifact(folder, kind="toy", models=None)
    assert {name: (array.shape, array.tobytes()) for name, array in loaded.items()} == {
        name: (array.shape, array.tobytes()) for name, array in tensors.items()
    }


def test_seen_pictures_are_known_by_the_start_of_their_digest(saved: Path) -> None:
    manifest = read_manifest(saved)
    assert (saved / f"seen-{manifest.seen_sha256}.txt").read_text() == f"{'ab' * 8}\n{'cd' * 8}\n"
    assert manifest.has_seen("ab" * 32) and manifest.has_seen("cd" * 32)
    assert not manifest.has_seen("ef" * 32)


@pytest.mark.fault_rows(48, 55)
@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_one_flipped_bit_is_refused_and_both_digests_are_named(saved: Path, where: str) -> None:
    path = weights_in(saved)
    expected = sha256_of(path)
    data = bytearray(path.read_bytes())
    data[{"first": 0, "middle": len(data) // 2, "last": -1}[where]] ^= 1
    path.write_bytes(data)
    with pytest.raises(ArtifactError, match="damaged") as error:
        load_artifact(saved, kind="toy", models=None)
    assert expected in str(error.value) and sha256_of(path) in str(error.value)


def test_one_flipped_letter_in_the_list_of_seen_pictures_is_refused(saved: Path) -> None:
    path = next(saved.glob("seen*"))
    path.write_text(path.read_text().replace("cd", "ce", 1))
    with pytest.raises(ArtifactError, match=r"damaged: seen-.*\.txt was changed"):
        read_manifest(saved)


@pytest.mark.fault_rows(52)
@pytest.mark.parametrize(
    ("models", "why"),
    [
        ({}, "trained on towers 'a', but none is in use"),
        ({"other": "a"}, "trained without other, but 'a' is in use"),
        ({"towers": "a", "other": "b"}, "trained without other, but 'b' is in use"),
    ],
)
def test_a_role_that_only_one_side_names_is_refused(saved: Path, models: dict[str, str], why: str) -> None:
    with pytest.raises(ArtifactError, match=f"'toy' were {why}; train them again"):
        load_artifact(saved, kind="toy", models=models)


@pytest.mark.fault_rows(52)
def test_another_kind_and_other_models_are_refused(saved: Path) -> None:
    with pytest.raises(ArtifactError, match="are for 'toy', not for 'sketch'"):
        load_artifact(saved, kind="sketch", models=None)
    with pytest.raises(ArtifactError, match="trained on towers 'a', but 'b' is in use; train them again"):
        load_artifact(saved, kind="toy", models={"towers": "b"})


@pytest.mark.parametrize("start", ["manifest", "weights", "seen"])
def test_a_missing_file_is_named(saved: Path, start: str) -> None:
    lost = next(saved.glob(f"{start}*"))
    lost.unlink()
    with pytest.raises(ArtifactError, match=f"The weights 'toy' are missing their {lost.name}"):
        load_artifact(saved, kind="toy", models=None)
    with pytest.raises(ArtifactError, match=r"manifest\.json"):
        load_artifact(saved / "nowhere", kind="toy", models=None)


def _file(header: object, body: bytes = b"\0" * 8, length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + body


LYING = {
    "nothing": b"",
    "four bytes": b"1234",
    "header longer than the world": _file({}, length=2**60),
    "data beyond the file": _file({"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}),
    "shape without the data": _file({"a": {"dtype": "F32", "shape": [9], "data_offsets": [0, 8]}}),
    "negative shape": _file({"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}}),
    "a type that NumPy lacks": _file({"a": {"dtype": "BF16", "shape": [4], "data_offsets": [0, 8]}}),
    "no such type": _file({"a": {"dtype": "pickle", "shape": [4], "data_offsets": [0, 8]}}),
    "overlapping tensors": _file(
        {
            "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
            "b": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]},
        }
    ),
    "header is a list": _file([1]),
    "header nested without end": _file(b"[" * 100_000),
    "header is not text": _file(b"\xff\xfe"),
    "overlapping in part": _file(
        {
            "a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
            "b": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
        }
    ),
}


@pytest.mark.fault_rows(50)
@pytest.mark.parametrize("data", LYING.values(), ids=LYING)
def test_a_lying_header_is_one_sentence_even_when_the_digest_agrees(saved: Path, data: bytes) -> None:
    forged(saved, data)
    with pytest.raises(ArtifactError, match="cannot be read"):
        load_artifact(saved, kind="toy", models=None)


@pytest.mark.fault_rows(50)
def test_a_header_of_100_megabytes_is_refused_without_being_parsed(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged(saved, _file(b"{" + b" " * 100_000_000 + b"}"))
    monkeypatch.setattr("core.store.load_tensors", lambda data: pytest.fail("parsed"))
    with pytest.raises(ArtifactError, match="cannot be read: its header claims 100000002 bytes"):
        load_artifact(saved, kind="toy", models=None)


def _changed(**changes: Any) -> bytes:
    value = {
        "kind": "toy", "models": {}, "data": [], "split": "", "seed": 0, "versions": {}, "metrics": {},
        "minutes": 0, "details": {}, "tensors_sha256": "a" * 64, "seen_sha256": "b" * 64, "format": 2,
    }  # fmt: skip
    return json.dumps(value | changes).encode()


HOSTILE = {
    "empty": b"",
    "not text": b"\xff\xfe\x00",
    "cut short": _changed()[:-5],
    "a list": b"[]",
    "a number": b"7",
    "nothing in it": b"{}",
    "an unknown field": _changed(__class__="os.system"),
    "the seen pictures given twice": _changed(seen=[]),
    "models as text": _changed(models="towers"),
    "details as a number": _changed(details=5),
    "kind as a list": _changed(kind=["toy"]),
    "digest missing its value": _changed(tensors_sha256=None),
    "another format": _changed(format=3),
    "a digest that leads elsewhere": _changed(tensors_sha256="/../../../etc/passwd"),
    "a list that lies elsewhere": _changed(seen_sha256="/../../../etc/passwd"),
    "nested without end": b"[" * 200_000,
    "an endless number": b'{"seed": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_manifest_is_one_sentence(saved: Path, data: bytes) -> None:
    (saved / "manifest.json").write_bytes(data)
    with pytest.raises(ArtifactError) as error:
        load_artifact(saved, kind="toy", models={"towers": "a"})
    assert str(error.value).startswith("The ") and "'toy'" in str(error.value)
    assert str(saved.parent) not in str(error.value)


def test_a_manifest_that_is_a_folder_is_one_sentence(saved: Path) -> None:
    (saved / "manifest.json").unlink()
    (saved / "manifest.json").mkdir()
    with pytest.raises(ArtifactError, match="damaged"):
        load_artifact(saved, kind="toy", models=None)


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    path = tmp_path / "new folder" / "file.bin"
    write_atomically(path, b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new and longer")
    monkeypatch.undo()
    assert [entry.name for entry in path.parent.iterdir()] == ["file.bin"]
    assert path.read_bytes() == b"old"
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"


def test_arrays_of_the_same_bytes_have_digests_of_their_own() -> None:
    values = np.arange(24, dtype=np.uint8)
    alike = [
        values,
        values.reshape(4, 6),
        values.reshape(6, 4),
        values.reshape(2, 3, 4),
        values.view(np.int8),
    ]
    alike += [values.view(np.uint16), values.view(np.int16), values.view(np.float32), values[:0]]
    digests = [sha256_of_arrays(array) for array in alike]
    digests += [sha256_of_arrays(values[:12], values[12:]), sha256_of_arrays(values[:6], values[6:])]
    assert len(set(digests)) == len(digests)
    assert sha256_of_arrays(values.reshape(4, 6).T) == sha256_of_arrays(values.reshape(4, 6).T.copy())

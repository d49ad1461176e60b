"""A forged bundle, however plausible, is refused when it is opened."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save as save_tensors

from core.errors import ArtifactError
from core.index.bundle import open_bundle
from core.index.manifest import parsed, rendered
from tests.core.bundle_makers import NUMBERS, file_of, publish, unit


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    out = tmp_path / "shop"
    publish(out)
    return out


def forged(bundle: Path, **changes: Any) -> Path:
    """Replaces parts of a bundle as somebody would who writes matching digests too."""
    manifest = parsed((bundle / "manifest.json").read_bytes(), "shop")
    files = dict(manifest.files)
    if "about" in changes:
        changes["maps"], changes["places"] = changes.pop("about"), changes["maps"]
    for kind in ("items", "vectors", "places"):
        if kind in changes:
            data = changes.pop(kind)
            digest = hashlib.sha256(data).hexdigest()
            called = {
                "items": "items-{}.jsonl",
                "vectors": "vectors-{}.safetensors",
                "places": "maps-{}.safetensors",
            }
            name = called[kind].format(digest)
            (bundle / name).write_bytes(data)
            files[name] = digest
            manifest = replace(manifest, **{kind: name})
    manifest = replace(manifest, **({"files": files} | changes))
    (bundle / "manifest.json").write_bytes(rendered(manifest))
    return bundle


def lines(bundle: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file_of(bundle, "items-").read_text().split("\n") if line]


@pytest.mark.parametrize(
    "change",
    [
        {"file": "../../etc/passwd"},
        {"file": "/etc/passwd"},
        {"file": "a\nb.jpg"},
        {"thumbnail": "thumbnails/../../secret.webp"},
        {"thumbnail": "/etc/passwd"},
        {"thumbnail": f"thumbnails/{'0' * 64}.webp"},
        {"width": 0},
        {"width": True},
        {"width": 10**400},
        {"title": "\ud800"},
        {"id": "a\udcff"},
        {"width": "9"},
        {"digest": "abc"},
        {"title": None},
        {"id": ""},
        {"id": "item-1"},
        {"extra": 1},
    ],
    ids=str,
)
def test_a_forged_item_is_refused(bundle: Path, change: dict[str, Any]) -> None:
    rows = lines(bundle)
    rows[0] |= change
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    with pytest.raises(ArtifactError):
        open_bundle(forged(bundle, items=data))


@pytest.mark.parametrize("count", [0, 4, 6])
def test_more_or_fewer_items_than_vectors_are_refused(bundle: Path, count: int) -> None:
    rows = [*lines(bundle), {**lines(bundle)[0], "id": "more"}][:count]
    with pytest.raises(ArtifactError, match=f"lists {count} pictures"):
        open_bundle(forged(bundle, items="".join(json.dumps(row) + "\n" for row in rows).encode()))


def bad_vectors() -> dict[str, bytes]:
    good = {"joint": unit(5, 6), "garment": unit(5, 4), "words": unit(5, 6)}
    header = json.dumps(
        {"joint": {"dtype": "F32", "shape": [2**62, 2**31 - 1], "data_offsets": [0, 4]}}
    ).encode()
    overlap = json.dumps(
        {name: {"dtype": "F32", "shape": [5, 6], "data_offsets": [0, 120]} for name in ("joint", "words")}
    ).encode()
    rows = {name: array.copy() for name, array in good.items()}
    zero, nan = {**rows, "words": rows["words"] * [[1], [1], [0], [1], [1]]}, rows["joint"].copy()
    nan[3, 2] = np.nan
    return {
        "empty": b"",
        "garbage": b"garbage",
        "lying length": struct.pack("<Q", 2**62) + b"{}",
        "long header": struct.pack("<Q", 2 * 2**20) + b" " * (2 * 2**20),
        "huge shape": struct.pack("<Q", len(header)) + header + b"\0" * 4,
        "overlap": struct.pack("<Q", len(overlap)) + overlap + b"\0" * 120,
        "truncated": save_tensors(good)[:-7],
        "a row less": save_tensors({name: array[:4].copy() for name, array in good.items()}),
        "one set less": save_tensors({"joint": good["joint"]}),
        "doubles": save_tensors({name: array.astype(np.float64) for name, array in good.items()}),
        "zero row": save_tensors({name: array.astype(np.float32) for name, array in zero.items()}),
        "nan": save_tensors({**rows, "joint": nan}),
        "pickle": b"\x80\x04cos\nsystem\n(S'touch /canary'\ntR.",
    }


@pytest.mark.parametrize("fault", list(bad_vectors()))
def test_forged_vectors_are_refused(bundle: Path, fault: str) -> None:
    with pytest.raises(ArtifactError):
        open_bundle(forged(bundle, vectors=bad_vectors()[fault]))


@pytest.mark.parametrize(
    "change",
    [
        {"count": 4},
        {"count": 0},
        {"constants": NUMBERS | {"box_std": 0.0}},
        {"constants": NUMBERS | {"box_mean": float("nan")}},
        {"constants": {"box_mean": 1.0}},
        {"constants": []},
        {"models": {"joint": 3}},
        {"files": {"../../etc/passwd": "0" * 64}},
        {"items": None},
        {"shapes": {"joint": [5]}},
    ],
    ids=str,
)
def test_a_forged_manifest_is_refused(bundle: Path, change: dict[str, Any]) -> None:
    value = json.loads((bundle / "manifest.json").read_bytes())
    del value["sha256"]
    value |= change
    digest = hashlib.sha256((json.dumps(value, indent=1, sort_keys=True) + "\n").encode()).hexdigest()
    text = json.dumps(value | {"sha256": digest}, indent=1, sort_keys=True) + "\n"
    (bundle / "manifest.json").write_text(text)
    with pytest.raises(ArtifactError):
        open_bundle(bundle)


def test_another_version_is_told_to_rebuild(bundle: Path) -> None:
    value = json.loads((bundle / "manifest.json").read_bytes())
    (bundle / "manifest.json").write_text(json.dumps(value | {"version": 4}))
    with pytest.raises(ArtifactError, match="version 4 .* rebuild it with `python -m core index"):
        open_bundle(bundle)

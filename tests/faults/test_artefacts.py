"""Files that may run a program, or belong to other models, where weights are expected: refused, and never run."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.errors import ArtifactError
from core.heads import HEADS
from core.small_heads.network import Heads
from core.store import Manifest, load_artifact, save_artifact
from core.training.compose.network import CombinerNetwork
from core.training.sketch.network import build_classifier

MODELS = {"joint": "j"}
TENSORS = {"a": np.ones(3, dtype=np.float32)}


class Canary:
    """Leaves a trace where it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.trace),)


def program(trace: Path, protocol: int) -> bytes:
    """Returns a pickle, written by hand, that makes a folder where it is unpickled."""
    head = bytes([0x80, protocol]) if protocol else b""
    return head + b"cos\nmkdir\n(V" + str(trace).encode("raw_unicode_escape") + b"\ntR."


def hostile(kind: str, trace: Path) -> bytes:
    """Returns a file that leaves a trace when it is opened in the way that its kind is opened."""
    stream = io.BytesIO()
    if kind == ".npy":
        np.save(stream, np.array([Canary(trace)], dtype=object), allow_pickle=True)
    elif kind == ".pt":
        torch.save({"weight": Canary(trace)}, stream)
    elif kind == ".zip":
        with zipfile.ZipFile(stream, "w") as packed:
            packed.writestr("data.pkl", program(trace, 4))
    else:
        stream.write(program(trace, 0 if kind == ".joblib" else 4))
    return stream.getvalue()


@pytest.fixture
def head(tmp_path: Path) -> Path:
    save_artifact(tmp_path / "head", TENSORS, Manifest("toy", MODELS, [], "", 0, {}, {}, 0.0))
    return tmp_path / "head"


@pytest.mark.fault_rows(49)
@pytest.mark.parametrize("kind", [".pkl", ".joblib", ".pt", ".npy", ".zip"])
def test_a_file_that_would_run_a_program_is_no_weights(head: Path, tmp_path: Path, kind: str) -> None:
    trace = tmp_path / "it ran"
    data = hostile(kind, trace)
    (weights,) = head.glob("weights*")
    # By its ending: nobody looks at it.
    (head / f"weights{kind}").write_bytes(data)
    weights.rename(head / f"{weights.stem}{kind}")
    with pytest.raises(ArtifactError, match="'head' are missing their weights-"):
        load_artifact(head, kind="toy", models=MODELS)
    # By what it begins with: a manifest that agrees does not help it.
    value = json.loads((head / "manifest.json").read_text())
    for layout in (1, 2):
        digest = hashlib.sha256(data).hexdigest()
        (head / f"weights-{digest}.safetensors").write_bytes(data)
        (head / "weights.safetensors").write_bytes(data)
        (head / "seen.txt").write_text("")
        forged = value | {"tensors_sha256": digest, "format": layout}
        (head / "manifest.json").write_text(json.dumps(forged))
        with pytest.raises(ArtifactError, match="The weights 'head' cannot be read") as error:
            load_artifact(head, kind="toy", models=MODELS)
        assert len(str(error.value)) < 200
    assert not trace.exists()


def toy_heads() -> dict[str, tuple[dict[str, np.ndarray], dict[str, Any]]]:
    """Returns for some heads tensors and details that fit."""
    sides = {side: build_classifier(4, 2).state_dict() for side in ("picture", "words")}
    return {
        "field_road": (
            Heads(1, 4, 1, 0).network().tensors
            | {"members.field": np.eye(4, dtype=np.float32), "members.road": np.eye(4, dtype=np.float32)},
            {"temperature": 1.0},
        ),
        "combiner": (
            {name: value.numpy() for name, value in CombinerNetwork(4, 3).state_dict().items()}
            | {"galleries": np.eye(1, 4, dtype=np.float32)},
            {"width": 4, "hidden": 3, "weights": [0, 0, 1], "galleries": {"shop": [0, 0, 1]}},
        ),
        "sketch": (
            {f"{side}.{name}": value.numpy() for side, state in sides.items() for name, value in state.items()},
            {"labels": ["a", "b"], "alpha": 1, "beta": 0, "none_threshold": 0},
        ),
        "garment": (
            {name: np.ones(shape, dtype=np.float32) for name, shape in (
                ("weight", (2, 3)), ("bias", 2), ("street_mean", 3), ("street_deviation", 3), ("shop_mean", 3),
                ("shop_deviation", 3))},
            {},
        ),
    }  # fmt: skip


def saved(folder: Path, kind: str, tensors: dict[str, np.ndarray], details: dict[str, Any]) -> Path:
    save_artifact(folder, tensors, replace(Manifest(kind, MODELS, [], "", 0, {}, {}, 0.0), details=details))
    return folder


@pytest.mark.fault_rows(52)
@pytest.mark.parametrize("kind", list(toy_heads()))
def test_a_head_of_another_size_is_refused_as_it_loads(kind: str, tmp_path: Path) -> None:
    tensors, details = toy_heads()[kind]
    assert HEADS.load(kind)(saved(tmp_path / "good", kind, tensors, details), MODELS).manifest.kind == kind
    with pytest.raises(ArtifactError, match="train them again"):
        HEADS.load(kind)(tmp_path / "good", {"joint": "another"})
    for name, array in tensors.items():
        wider = np.ones((*array.shape[:-1], array.shape[-1] + 1), dtype=np.float32)
        if name in ("weight", "street_mean") or kind != "garment":
            folder = saved(tmp_path / "wider", kind, tensors | {name: wider}, details)
            with pytest.raises(ArtifactError, match="The weights 'wider' do not fit: ") as error:
                HEADS.load(kind)(folder, MODELS)
            assert len(str(error.value)) < 300 and "\n" not in str(error.value)
        folder = saved(tmp_path / "less", kind, {k: v for k, v in tensors.items() if k != name}, details)
        with pytest.raises(ArtifactError, match="The weights 'less' do not fit: "):
            HEADS.load(kind)(folder, MODELS)
        folder = saved(tmp_path / "nan", kind, tensors | {name: np.full_like(array, np.nan)}, details)
        with pytest.raises(ArtifactError, match="not finite"):
            HEADS.load(kind)(folder, MODELS)


@pytest.mark.fault_rows(52)
def test_a_head_for_other_classes_is_refused_as_it_loads(tmp_path: Path) -> None:
    tensors, details = toy_heads()["sketch"]
    folder = saved(tmp_path, "sketch", tensors, details | {"labels": ["a", "b", "c"]})
    with pytest.raises(ArtifactError, match="picture knows 2 classes, but 3 are named"):
        HEADS.load("sketch")(folder, MODELS)

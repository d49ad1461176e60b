"""The shipped heads answer in NumPy what their networks answer in PyTorch, whatever stands beside a row."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as functional
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from core.heads import HEADS
from core.heads.field_road import HIDDEN
from core.heads.garment_box import projected
from core.heads.layers import gelu, sigmoid
from core.settings import ASSETS
from core.store import load_artifact, read_manifest
from core.training.compose.network import CombinerNetwork
from core.training.garment_box.network import BoxNetwork, as_grid
from core.training.sketch.network import build_classifier

POCKET = ASSETS / "models" / "pocket"
SAME = 1e-5
"""Largest difference of a logit, a coordinate or a share that came by two ways through one network."""
COUNT = 5


def shipped(name: str) -> tuple[object, dict[str, torch.Tensor]]:
    """Returns a head as it ships, and its tensors."""
    models = read_manifest(POCKET / name).models
    tensors, _ = load_artifact(POCKET / name, kind=name, models=models)
    return HEADS.load(name)(POCKET / name, models), {
        key: torch.from_numpy(value.astype(np.float32)) for key, value in tensors.items()
    }


def below(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}


def rows(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def asked(network: nn.Module, *inputs: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        return np.asarray(network.eval()(*map(torch.from_numpy, inputs)).numpy())


def assert_alike(head_rows: np.ndarray, network_rows: np.ndarray, alone: np.ndarray) -> None:
    """Asserts that both ways agree, and that the third row asked alone is the same to the bit."""
    np.testing.assert_allclose(head_rows, network_rows, rtol=SAME, atol=SAME)
    np.testing.assert_array_equal(head_rows[2:3], alone)


@pytest.mark.numeric
@pytest.mark.weights
@pytest.mark.parametrize(("side", "width"), [("picture", 1280), ("words", 384), ("concat", 1664)])
def test_sketch(side: str, width: int) -> None:
    head, tensors = shipped("sketch")
    network = build_classifier(width, len(head.labels))  # type: ignore[attr-defined]
    network.load_state_dict(below(tensors, f"{side}."))
    features = np.abs(rows(0, COUNT, width)) * 0.3
    logits = asked(network, features)
    if side != "concat":
        answer = getattr(head, f"{side}_logits")
        assert_alike(answer(features), logits, answer(features[2:3]))
        return

    def parts(some: np.ndarray) -> np.ndarray:
        inside = head.concat_picture(np.ascontiguousarray(some[:, :1280]))  # type: ignore[attr-defined]
        return np.asarray(head.concat_parts(inside, np.ascontiguousarray(some[:, 1280:])))  # type: ignore[attr-defined]

    np.testing.assert_allclose(parts(features).sum(axis=1), logits, rtol=SAME, atol=SAME)
    np.testing.assert_array_equal(parts(features)[2:3], parts(features[2:3]))


@pytest.mark.numeric
@pytest.mark.weights
@pytest.mark.parametrize(("prefix", "outputs"), [("", 1), ("three.", 3)])
def test_field_or_road(prefix: str, outputs: int) -> None:
    head, tensors = shipped("field_road")
    network = nn.Sequential(nn.Linear(384, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, outputs))
    network.load_state_dict({name: tensors[prefix + name] for name in network.state_dict()})
    embeddings = rows(1, COUNT, 384)
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    details = head.manifest.details  # type: ignore[attr-defined]
    temperature = details["three"]["temperature"] if prefix else details["temperature"]
    logits = torch.from_numpy(asked(network, embeddings)).double() / temperature
    probabilities = logits.softmax(dim=1) if prefix else logits[:, 0].sigmoid()
    answer = head.three_way if prefix else head.road_probability  # type: ignore[attr-defined]
    assert_alike(answer(embeddings), probabilities.numpy(), answer(embeddings[2:3]))


@pytest.mark.numeric
@pytest.mark.weights
def test_combiner() -> None:
    head, tensors = shipped("combiner")
    details = head.manifest.details  # type: ignore[attr-defined]
    network = CombinerNetwork(details["width"], details["hidden"])
    tensors.pop("galleries")
    network.load_state_dict(tensors)
    q, t = rows(2, COUNT, 384), rows(3, COUNT, 384)
    combine = head.combine  # type: ignore[attr-defined]
    assert_alike(combine(q, t), asked(network, q, t), combine(q[2:3], t[2:3]))


@pytest.mark.numeric
@pytest.mark.weights
def test_box() -> None:
    head, tensors = shipped("garment_box")
    mean, projection = (tensors.pop(name).numpy() for name in ("mean", "projection"))
    network = BoxNetwork(projection.shape[1])
    network.load_state_dict(tensors)
    places = mean + rows(4, COUNT, 81, len(mean)) * 2
    boxes = asked(network, np.asarray(as_grid(projected(places, mean, projection)).numpy()))
    shares = head.shares  # type: ignore[attr-defined]
    assert (np.ptp(boxes, axis=0) > 0.01).all(), "boxes that differ"
    assert_alike(shares(places), boxes, shares(places[2:3]))


@given(st.lists(st.floats(-60, 60, width=32), min_size=1, max_size=9))
def test_gelu_and_sigmoid_are_those_of_pytorch(values: list[float]) -> None:
    x = np.array(values, dtype=np.float32)
    np.testing.assert_allclose(gelu(x), functional.gelu(torch.from_numpy(x)).numpy(), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(sigmoid(x), torch.from_numpy(x).sigmoid().numpy(), rtol=1e-5, atol=1e-7)
    assert sigmoid(np.float32([-1e4, 1e4])).tolist() == [0.0, 1.0]

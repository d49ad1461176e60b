"""The combiner: its loss, its queries, its split, and that it beats picture, words and their sum."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import ArtifactError
from core.heads.combiner import CombinerHead
from core.index.bundle import open_bundle
from core.settings import ASSETS, SHIPPED_GALLERY
from core.store import Manifest, read_manifest, save_artifact
from core.training.compose.fit import chosen_weights, fit
from core.training.compose.losses import hard_negative_loss
from core.training.compose.measure import ScoredChanges
from core.training.compose.network import CombinerNetwork
from core.training.compose.queries import Queries
from tests.pocket import pocket

SHIPPED = ASSETS / "models" / "pocket" / "combiner"
WIDTH = 16


def _rows(count: int, seed: int, width: int = WIDTH) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, width))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_the_loss_is_covrs_formula() -> None:
    scores = torch.tensor([[0.9, 0.2, 0.5, -0.3], [0.1, 0.8, 0.7, 0.0]])
    target = torch.tensor([0, 2])
    allowed = torch.tensor([[False, True, True, True], [True, False, False, True]])
    temperature, beta, losses = 0.07, 0.5, []
    for row in range(2):
        powers = np.exp(scores[row].numpy() / temperature)
        wrong = np.flatnonzero(allowed[row].numpy())
        hard = np.exp(beta * scores[row].numpy()[wrong] / temperature)
        weights = len(wrong) * hard / hard.sum()
        right = powers[target[row]]
        losses.append(-np.log(right / (right + (weights * powers[wrong]).sum())))
    assert float(hard_negative_loss(scores, target, allowed, temperature)) == pytest.approx(
        np.mean(losses), rel=1e-4
    )


def test_the_network_gives_unit_rows_whatever_the_lengths() -> None:
    network = CombinerNetwork(WIDTH, 8).eval()
    q, t = torch.from_numpy(_rows(3, 0)), torch.from_numpy(_rows(3, 1))
    rows = network(q, t)
    assert torch.allclose(rows.norm(dim=1), torch.ones(3), atol=1e-5)
    assert torch.allclose(rows, network(0.3 * q, 7 * t), atol=1e-5)
    assert torch.isfinite(network(torch.zeros(1, WIDTH), torch.zeros(1, WIDTH))).all()


def test_a_network_that_learned_nothing_answers_near_the_sum() -> None:
    network = CombinerNetwork(64, 32).eval()
    q, t = torch.from_numpy(_rows(50, 0, 64)), torch.from_numpy(_rows(50, 1, 64))
    with torch.inference_mode():
        likeness = (network(q, t) * torch.nn.functional.normalize(q + t, dim=1)).sum(1)
    assert likeness.min() > 0.9


def _colour_world(count: int, seed: int) -> Queries:
    """Pictures are a shape plus a colour; a text names a colour; right is the same shape in that colour."""
    shapes, colours = _rows(6, 90), _rows(5, 91)
    rows = np.stack([shapes[s] + colours[c] for s in range(6) for c in range(5)])
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    random = np.random.default_rng(seed)
    references, texts = random.integers(30, size=count), random.integers(5, size=count)
    targets = tuple(
        np.array([reference // 5 * 5 + text]) for reference, text in zip(references, texts, strict=True)
    )
    keep = np.flatnonzero(references % 5 != texts)
    none = np.zeros(0, dtype=np.int64)
    return Queries(
        rows,
        rows[references[keep]],
        _rows(5, 92)[texts[keep]],
        tuple(targets[row] for row in keep),
        (none,) * len(keep),
        [[int(references[row])] for row in keep],
    )


@pytest.mark.numeric
def test_training_learns_the_change_and_is_the_same_for_one_seed() -> None:
    queries, fresh = _colour_world(600, 0), _colour_world(100, 5)
    scores = [_scores(fit([queries], [1.0], seed=1, steps=160), fresh) for _ in range(2)]
    # Training carries a rounding on from step to step.
    np.testing.assert_allclose(*scores, atol=1e-3)
    judged = ScoredChanges.of(scores[0][None], fresh)
    share = (judged.ranks([(1.0, 0, 0), (0, 1, 0), (0, 0, 1)]) <= 1).mean(axis=1)
    assert share[2] > 0.8 > 2 * max(share[0], share[1])
    assert chosen_weights(judged)[2] > 0.3


def _scores(network: CombinerNetwork, queries: Queries) -> np.ndarray:
    with torch.inference_mode():
        both = network(torch.from_numpy(queries.references), torch.from_numpy(queries.words)).numpy()
    return np.stack([queries.references, queries.words, both]) @ queries.gallery.T


def test_the_head_reads_what_training_writes(tmp_path: Path) -> None:
    network = CombinerNetwork(WIDTH, 8).eval()
    details = {"width": WIDTH, "hidden": 8, "weights": [0.5, 0.5, 0], "galleries": {"shoes": [0.1, 0.2, 0.7]}}
    manifest = Manifest("combiner", {"joint": "j"}, [], "", 0, {}, {}, 0.0, details)
    tensors = {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}
    tensors["galleries"] = _rows(1, 9).astype(np.float16)
    save_artifact(tmp_path, tensors, manifest)
    head = CombinerHead(tmp_path, {"joint": "j"})
    q, t = _rows(4, 0), _rows(4, 1)
    with torch.inference_mode():
        direct = network(torch.from_numpy(q), torch.from_numpy(t)).numpy()
    assert head.combine(q, t) == pytest.approx(direct, abs=2e-3)
    assert head.manifest.start_weights == (0.5, 0.5, 0)
    assert head.weights_for(_rows(1, 9) + 0.05 * _rows(4, 2)) == (0.1, 0.2, 0.7), (
        "a gallery of the kind it knows"
    )
    assert head.weights_for(_rows(30, 2)) is None and head.weights_for(_rows(0, 2)) is None
    with pytest.raises(ArtifactError, match="train them again"):
        CombinerHead(tmp_path, {"joint": "another"})


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    details = {"width": WIDTH, "hidden": 9, "weights": [0.1, 0.2, 0.7], "galleries": {}}
    tensors = {name: value.numpy() for name, value in CombinerNetwork(WIDTH, 8).state_dict().items()}
    save_artifact(tmp_path, tensors, Manifest("combiner", {}, [], "", 0, {}, {}, 0.0, details))
    with pytest.raises(ArtifactError, match="do not fit"):
        CombinerHead(tmp_path, {})


def test_the_shipped_weights_beat_picture_words_and_sum_in_the_room() -> None:
    manifest = read_manifest(SHIPPED)
    values = {name: metric["value"] for name, metric in manifest.metrics.items()}
    best = max(values[f"{name}_recall_at_10"] for name in ("picture", "words", "sum"))
    assert values["composed_recall_at_10"] > 1.5 * best
    assert values["recall_at_10"] > 1.5 * best
    for catalogue in manifest.details["galleries"]:
        mix = manifest.metrics[f"{catalogue}_whole_recall_at_10"]
        assert mix["low"] > manifest.metrics[f"{catalogue}_whole_sum_recall_at_10"]["high"]
    assert manifest.details["rule"] == "sum", "the page adds the parts up"
    assert (SHIPPED / "README.md").is_file() and len(manifest.seen) > 5000


@pytest.mark.weights
def test_the_task_starts_at_the_weights_for_its_kind_of_gallery() -> None:
    chosen = pocket().manifest("combiner").start_weights
    shop = open_bundle(SHIPPED_GALLERY)
    assert pocket().compose(shop).start_weights == chosen == (0.5, 0.5, 0.0), (
        "our own shop is of no known kind"
    )

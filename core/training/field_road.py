"""Recipe `field-road`: report 2's head on the joint embedding, trained on its 153 pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import nn
from tqdm import tqdm

from core.datasets.folder import read_folder
from core.encoders.pocket import PocketJoint
from core.encoders.towers import TOWERS_ID
from core.heads.field_road import KIND, LABELS, build_network
from core.metrics import expected_calibration_error, proportion
from core.settings import ASSETS
from core.store import Manifest, read_manifest, save_artifact
from core.training.common import (
    FeatureStore,
    Stopwatch,
    feature_store,
    interval,
    require_pack,
    versions,
    write_model_card,
)

PACK = "fields_roads"


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the head is trained.

    Attributes:
        rate: Adam's learning rate.
        batch: pictures in a step.
        epochs: passes over the pictures.
    """

    rate: float
    batch: int
    epochs: int


TEXT = Schedule(rate=3e-3, batch=3, epochs=7)


def fit(
    embeddings: Float32[np.ndarray, "n d"],
    roads: Float32[np.ndarray, " n"],
    seed: int,
    schedule: Schedule = TEXT,
) -> nn.Sequential:
    """Trains one head with binary cross-entropy and Adam.

    Args:
        embeddings: (n, d) unit rows.
        roads: (n,) 1 for road, 0 for field.
        seed: of the first weights and of the order of the pictures.
        schedule: learning rate, batch and epochs; report 2's text by default.
    """
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    network = build_network(embeddings.shape[1])
    optimiser = torch.optim.Adam(network.parameters(), lr=schedule.rate)
    rows, targets = torch.from_numpy(embeddings), torch.from_numpy(roads)
    loss_of = nn.BCEWithLogitsLoss()
    for _ in range(schedule.epochs):
        for picks in torch.randperm(len(rows), generator=generator).split(schedule.batch):
            optimiser.zero_grad()
            loss_of(network(rows[picks])[:, 0], targets[picks]).backward()
            optimiser.step()
    return network.eval().requires_grad_(False)


def leave_one_out(
    embeddings: Float32[np.ndarray, "n d"], roads: Float32[np.ndarray, " n"], seed: int
) -> Float[np.ndarray, " n"]:
    """Returns each picture's logit from a head that was trained on all the others."""
    logits = np.zeros(len(roads))
    for i in tqdm(range(len(roads)), desc="leave one out", unit="head", mininterval=1.0):
        others = np.arange(len(roads)) != i
        network = fit(embeddings[others], roads[others], seed)
        logits[i] = float(network(torch.from_numpy(embeddings[i : i + 1]))[0, 0])
    return logits


def best_temperature(logits: Float[np.ndarray, " n"], roads: Float32[np.ndarray, " n"]) -> float:
    """Returns the temperature in [0.25, 8] at which the logits have the smallest cross-entropy."""
    grid = np.geomspace(0.25, 8.0, 121)
    signs = np.where(roads > 0.5, 1.0, -1.0)
    losses = [np.logaddexp(0.0, -signs * logits / temperature).mean() for temperature in grid]
    return float(grid[int(np.argmin(losses))])


def measured(
    probabilities: Float[np.ndarray, " n"], roads: Float32[np.ndarray, " n"], name: str
) -> dict[str, dict[str, float]]:
    """Returns accuracy with its interval, and the calibration error, as metrics of a manifest."""
    right = (probabilities >= 0.5) == (roads > 0.5)
    estimate = proportion(right)
    confidence = np.maximum(probabilities, 1 - probabilities)
    error = expected_calibration_error(confidence, right)
    return interval(f"{name}_accuracy", estimate.value, estimate.low, estimate.high, len(right)) | interval(
        f"{name}_ece", error, error, error, len(right)
    )


def _rows(
    pack: Path, joint: PocketJoint, splits: Sequence[str], store: FeatureStore
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    rows = [
        row
        for row in read_folder(pack, "label_clean")
        if row.columns["split"] in splits and row.label in LABELS
    ]
    pooled, digests = store.rows(f"pooled {TOWERS_ID}", [row.path for row in rows], joint.pooled)
    roads = np.array([row.label == "road" for row in rows], dtype=np.float32)
    return joint.project_pictures(pooled), roads, digests


def run(data: Path, out: Path, seed: int) -> None:
    """Trains on report 2's training pictures and measures by leaving each out in turn.

    Args:
        data: a folder of packs with `fields_roads`, or that pack.
        out: the artefact's folder.
        seed: of every random choice.

    Raises:
        DataError: the pack is missing or unusable.
    """
    watch = Stopwatch.started()
    pack = require_pack(data, PACK)
    joint = PocketJoint(ASSETS / "models" / "pocket" / "joint")
    embeddings, roads, digests = _rows(pack, joint, ("original_train",), feature_store())
    logits = leave_one_out(embeddings, roads, seed)
    temperature = best_temperature(logits, roads)
    network = fit(embeddings, roads, seed)
    tensors = {name: value.numpy() for name, value in network.state_dict().items()}
    for label, wanted in zip(LABELS, (0, 1), strict=True):
        tensors[f"members.{label}"] = embeddings[roads == wanted]
    manifest = Manifest(
        kind=KIND,
        models={"joint": joint.id},
        data=[f"{PACK} (original_train, label_clean)"],
        split="each of the 153 pictures was predicted by a head trained on the other 152; "
        "all other pictures are unseen.",
        seed=seed,
        versions=versions(),
        metrics=measured(1 / (1 + np.exp(-logits / temperature)), roads, "leave_one_out"),
        minutes=watch.minutes(),
        details={
            "temperature": temperature,
            "labels": list(LABELS),
            "schedule": "report 2, text: Adam 3e-3, batch 3, 7 epochs",
        },
    )
    save_artifact(out, tensors, manifest, seen=digests)
    write_model_card(out, "Field or road head", read_manifest(out), [
        "Report 2's head (Linear 256, ReLU, Linear 1) on the pocket joint embedding of 384 numbers. Class 1 is road. "
        "One temperature, fitted to the leave-one-out logits, calibrates it; the training embeddings of each class are "
        "kept for the conformal sets.",
        "It knows fields and roads seen from the ground only; anything else gets a label too, "
        "which is why the tab offers sets that can be empty.",
    ])  # fmt: skip

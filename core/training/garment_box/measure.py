"""What the box recipe measures: how well boxes overlap, and what finds a garment in a synthetic street picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32, Real
from torchvision.ops import box_iou

from core.augmentation.albums import Album
from core.augmentation.scenes import Painter, Scene
from core.blend import dot_products, unit
from core.captioners.slots import SlotCaptioner
from core.datasets.scene_photos import Photos
from core.datasets.split import kept_back
from core.encoders import garment_features
from core.encoders.pocket import PocketJoint
from core.encoders.towers import TOWERS_ID
from core.features.store import FeatureStore
from core.heads.garment import GarmentHead
from core.heads.garment_box import GarmentBoxHead
from core.index.constants import cosine_distribution
from core.metrics import Estimate, bootstrap, own_ranks, proportion
from core.reporting import Metrics, Table, cells
from core.reporting.garment_box import (
    BOX,
    EVIDENCE,
    PROPOSED,
    WHOLE,
    overlap_table,
    slices_table,
    street_table,
)
from core.training.garment.data import EncodedPairs
from core.training.garment_box.network import BoxNetwork, as_grid
from core.types import Box, Picture

GALLERY = 500
QUERIES = 150
WORDS = 0.15


def overlaps(boxes: Real[np.ndarray, "n 4"], true: Real[np.ndarray, "n 4"]) -> Float[np.ndarray, " n"]:
    """Returns the intersection over union, in [0, 1], of each pair of boxes: left, top, right, bottom in one unit."""
    pairs = (torch.from_numpy(np.asarray(some, dtype=np.float64)) for some in (boxes, true))
    return np.asarray(box_iou(*pairs).diagonal().numpy())


def box_table(
    network: BoxNetwork,
    judged: Sequence[tuple[Photos, Float32[np.ndarray, "n 81 c"], Float32[np.ndarray, "n 7"]]],
    trained: Float32[np.ndarray, "n 4"],
) -> tuple[Table, Metrics]:
    """Returns the table of overlaps on kept-back photos, and the metrics of product photos.

    Args:
        network: proposes boxes.
        judged: photos, what the network sees of their scenes, and what is true of these; product photos first.
        trained: the boxes of training, whose mean is a guess to compare with.
    """
    rows: list[list[Any]] = []
    metrics: Metrics = {}
    guesses: dict[str, np.ndarray] = {
        WHOLE: np.array([0, 0, 1, 1], np.float32),
        "always the mean box of training": trained.mean(axis=0),
    }
    for photos, places, truth in judged:
        with torch.inference_mode():
            values = overlaps(network(as_grid(places)).numpy(), truth[:, :4])
        rows.append([f"{photos.kind}, synthetic", *overlap_cells(values, photos.groups)])
        if not metrics:
            metrics = overlap_figures(values, photos.groups)
            for name, guess in guesses.items():
                guessed = overlaps(np.tile(guess, (len(truth), 1)), truth[:, :4])
                label = f"{photos.kind}, synthetic: {name} instead"
                rows.append([label, *overlap_cells(guessed, photos.groups)])
    return overlap_table(rows), metrics


def overlap_figures(values: Float[np.ndarray, " n"], groups: Sequence[str]) -> dict[str, Estimate]:
    """Returns the mean of overlaps, and the share above a half."""
    above = proportion(values > 0.5)
    return {"synthetic_mean_iou": bootstrap(values, groups), "synthetic_share_above_half": above}


def overlap_cells(values: Float[np.ndarray, " n"], groups: Sequence[str]) -> list[Any]:
    """Returns the cells of a row of overlaps: their mean, the share above a half, and how many there are."""
    return [*cells(overlap_figures(values, groups)), len(values)]


def _standardised(rows: np.ndarray, gallery: np.ndarray) -> Float[np.ndarray, "n g"]:
    """Returns standardised cosines of unit rows with each row of a gallery."""
    mean, deviation = cosine_distribution(gallery)
    return np.asarray((dot_products(rows, gallery) - mean) / deviation)


def street_tables(
    encoded: EncodedPairs,
    painter: Painter,
    joint: PocketJoint,
    captioner: SlotCaptioner,
    garment: GarmentHead,
    head: GarmentBoxHead,
    store: FeatureStore,
) -> list[Table]:
    """Returns the table of what finds a garment in scenes of worn photos, and the same by scale, occlusion and zoom-in.

    Items that are kept back ask; neither head trained on them.
    """
    queries = [row for row, item in enumerate(encoded.items) if kept_back(item)][:QUERIES]
    # Filled up with products that trained, which only distract.
    others = [row for row in range(len(encoded.items)) if row not in set(queries)]
    shown = [*queries, *others][: max(GALLERY, len(queries))]
    pairs = encoded.pairs.part(np.array(shown))
    assert pairs.shop_words is not None
    shop, words = garment.shop(pairs.shop), unit(pairs.shop_words)
    album = Album(store, painter, [encoded.street_files[row] for row in queries])
    parts = {"studio": _standardised(garment.street(pairs.street[: len(queries)]), shop)}
    for name, cut in _cuts(head, joint).items():
        label = head.id if name == PROPOSED else name
        features = album.rows(f"{label} {garment_features.ID} {TOWERS_ID}", joint.garment_features, cut)
        parts[name] = _standardised(garment.street(features), shop)
        if name != PROPOSED:
            pooled = album.rows(f"{label} pooled {TOWERS_ID}", joint.pooled, cut)
            sentences = joint.sentences([caption.sentence for caption in captioner.captions_of(pooled)])
            parts[f"{name}, caption"] = _standardised(unit(sentences), words)
    ranks = {name: own_ranks(scores) for name, scores in _blends(parts).items()}
    return [street_table(ranks, len(shown), WORDS), slices_table(ranks, album.truth())]


def _cuts(head: GarmentBoxHead, joint: PocketJoint) -> dict[str, Callable[[Scene], Picture]]:
    def proposed(scene: Scene) -> Picture:
        return crop(scene.picture, head.propose(joint, [scene.picture])[0])

    whole, boxed = (lambda scene: scene.picture), (lambda scene: crop(scene.picture, scene.box))
    return dict(zip(EVIDENCE, (whole, boxed, proposed), strict=True))


def crop(picture: Picture, box: Box) -> Picture:
    """Returns the part of a scene inside a box."""
    pixels = picture.pixels[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)]
    return Picture(np.ascontiguousarray(pixels), pixels.shape[1::-1], picture.digest)


def _blends(parts: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Returns what is compared; the weights are those that the page starts with."""
    blends = {"the studio photo itself, not pasted": parts["studio"]}
    for name in EVIDENCE:
        blends[name] = parts[name]
        if name != PROPOSED:
            blends[f"{name} + caption"] = (1 - WORDS) * parts[name] + WORDS * parts[f"{name}, caption"]
    for name in (BOX, PROPOSED):
        whole = blends[f"{WHOLE} + caption"]
        blends[f"{WHOLE} + caption + {name}, as the page blends"] = 0.5 * whole + 0.5 * parts[name]
    return blends

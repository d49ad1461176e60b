"""Recipe `garment-box`: the box head, learned from synthetic scenes with L1 + GIoU on the frozen tower's map.

No pack has garment boxes, so product photos, and worn photos as whole people, are pasted on backgrounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32
from tqdm import tqdm

from core.datasets.base import read_table
from core.encoders import garment_features
from core.encoders.garment_features import PLACES_ID
from core.encoders.towers import TOWERS_ID, Towers
from core.heads.garment import GarmentHead
from core.heads.garment_box import KIND, BoxNetwork, GarmentBoxHead, as_grid
from core.images import open_picture
from core.metrics import Estimate, bootstrap, proportion
from core.settings import ASSETS
from core.store import Manifest, read_manifest, save_artifact
from core.training.garment.data import beside, open_models, read_wardrobe
from core.training.garment.losses import box_loss
from core.training.garment_box.data import SAMPLE, Photos, Projection, Reader, read_photos
from core.training.garment_box.streets import street_tables
from core.training.shared.common import Stopwatch, feature_store, interval, versions, write_model_card
from core.training.shared.scenes import ID, Album, painters

EPOCHS = 30
BATCH = 64
RATE = 2e-3
DECAY = 0.02
DRAWN = ASSETS / "examples" / "street"


def fit(
    rows: Float32[np.ndarray, "n 81 c"], boxes: Float32[np.ndarray, "n 4"], seed: int, epochs: int = EPOCHS
) -> BoxNetwork:
    """Trains the network; half of the batches are mirrored.

    Args:
        rows: (n, 81, c) projected places.
        boxes: (n, 4) left, top, right, bottom in shares of the picture.
        seed: of first weights, batches and mirrors.
        epochs: passes over the scenes.
    """
    torch.manual_seed(seed)
    grid, true = as_grid(rows), torch.from_numpy(np.ascontiguousarray(boxes))
    network = BoxNetwork(rows.shape[-1]).train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    batches = -(-len(grid) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, RATE, total_steps=epochs * batches, pct_start=0.15
    )
    for _ in tqdm(range(epochs), desc="boxes", unit="epoch", mininterval=1.0):
        for batch in torch.randperm(len(grid)).tensor_split(batches):
            seen, wanted = grid[batch], true[batch]
            if torch.rand(()) < 0.5:
                left, top, right, bottom = wanted.unbind(1)
                seen, wanted = seen.flip(3), torch.stack([1 - right, top, 1 - left, bottom], dim=1)
            loss = box_loss(network(seen), wanted)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return network.eval()


def overlaps(found: Float[np.ndarray, "n 4"], true: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, " n"]:
    """Returns the intersection over union of each pair of boxes, in [0, 1].

    Args:
        found: (n, 4) left, top, right, bottom.
        true: (n, 4) likewise, in the same unit.
    """
    low, high = np.maximum(found[:, :2], true[:, :2]), np.minimum(found[:, 2:], true[:, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (found, true)]
    return np.asarray(shared / np.maximum(areas[0] + areas[1] - shared, 1e-9))


def run(data: Path, out: Path, seed: int) -> None:
    """Trains the box head and measures what its boxes do for retrieval, with the garment head beside `out`.

    Args:
        data: a folder of packs with `clothes_viton_pairs`; with `fashion_products_224` and `imagenet_samples`
            the scenes are more varied.
        out: the artefact's folder.
        seed: of every random choice.

    Raises:
        DataError: no pairs, or a picture cannot be read.
        ArtifactError: the joint encoder, the captioner or the garment head is missing.
    """
    watch, store = Stopwatch.started(), feature_store()
    joint, captioner = open_models(out)
    photos = read_photos(data)
    painter, other_painter = painters(data)
    reader = Reader(store, joint, Album(store, painter, photos[0].training[:SAMPLE]))
    scenes = [reader.rows(Album(store, painter, one.training)) for one in photos]
    rows, truth = (np.concatenate(parts) for parts in zip(*scenes, strict=True))
    network = fit(rows, truth[:, :4], seed)
    measured = [(one, *reader.rows(Album(store, other_painter, one.back))) for one in photos]
    tables, metrics = _box_table(network, measured, truth[:, :4])
    manifest = Manifest(
        kind=KIND,
        models={"towers": TOWERS_ID, "places": PLACES_ID},
        data=sorted({path.parent.parent.name for one in photos for path in one.training}),
        split=_SPLIT,
        seed=seed,
        versions=versions(),
        metrics=metrics,
        minutes=0.0,
        details={"scenes": f"{ID}: {len(truth)} synthetic scenes", "epochs": EPOCHS, "tables": [tables]},
    )
    _save(out, network, reader.projection, manifest)
    head = GarmentBoxHead(out, {"towers": TOWERS_ID, "places": PLACES_ID})
    wardrobe = read_wardrobe(data, joint, captioner, store)
    garment = GarmentHead(beside(out, "garment"), {"towers": TOWERS_ID, "features": garment_features.ID})
    manifest.details["tables"] += street_tables(
        wardrobe, other_painter, joint, captioner, garment, head, store
    )
    manifest.details["garment"] = garment.id
    drawn = _on_drawings(head, joint)
    tables["rows"].append(["street picture drawn by us, the garment worn or hung", *drawn])
    _save(out, network, reader.projection, manifest, watch.minutes())
    write_model_card(out, "Pocket box head", read_manifest(out), _CARD)


def _save(
    out: Path, network: BoxNetwork, projection: Projection, manifest: Manifest, minutes: float = 0.0
) -> None:
    tensors = {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}
    tensors |= {"mean": projection.mean, "projection": projection.weight.astype(np.float16)}
    save_artifact(out, tensors, replace(manifest, minutes=minutes))


def _box_table(
    network: BoxNetwork,
    measured: Sequence[tuple[Photos, Float32[np.ndarray, "n 81 c"], Float32[np.ndarray, "n 7"]]],
    trained: Float32[np.ndarray, "n 4"],
) -> tuple[dict[str, Any], dict[str, dict[str, float]]]:
    """Returns the table of overlaps on kept-back photos, and the metrics of product photos."""
    table: list[list[Any]] = []
    metrics: dict[str, dict[str, float]] = {}
    for photos, rows, truth in measured:
        with torch.inference_mode():
            found = network(as_grid(rows)).numpy()
        values = overlaps(found, truth[:, :4])
        table.append([f"{photos.kind}, synthetic", *_cells(values, photos.groups)])
        if not metrics:
            mean, share = _estimates(values, photos.groups)
            metrics |= interval("synthetic_mean_iou", *mean, len(values))
            metrics |= interval("synthetic_share_above_half", *share, len(values))
            for name, guess in (
                ("whole picture", np.array([0, 0, 1, 1], np.float32)),
                ("always the mean box of training", trained.mean(axis=0)),
            ):
                guessed = overlaps(np.tile(guess, (len(truth), 1)), truth[:, :4])
                table.append([f"{photos.kind}, synthetic: {name} instead", *_cells(guessed, photos.groups)])
    columns = ["what is pasted", "mean IoU", "share above .5", "n"]
    return {"title": "Proposed box", "note": _BOX_NOTE, "columns": columns, "rows": table}, metrics


def _estimates(values: Float[np.ndarray, " n"], groups: Sequence[str]) -> tuple[Estimate, Estimate]:
    return Estimate(float(values.mean()), *bootstrap(values, list(groups))), proportion(values > 0.5)


def _cells(values: Float[np.ndarray, " n"], groups: Sequence[str]) -> list[Any]:
    rounded = [
        {name: round(number, 4) for name, number in estimate.to_json().items()}
        for estimate in _estimates(values, groups)
    ]
    return [*rounded, len(values)]


def _on_drawings(head: GarmentBoxHead, towers: Towers) -> list[Any]:
    """Measures the head on the street pictures that ship."""
    paths, true = drawn_boxes()
    boxes = [box for path in paths for box in head.propose(towers, [open_picture(path)])]
    found = np.array([[box.x0, box.y0, box.x1, box.y1] for box in boxes])
    return _cells(overlaps(found, true), [path.name for path in paths])


def drawn_boxes() -> tuple[list[Path], Float[np.ndarray, "n 4"]]:
    """Returns the street pictures that ship, and the garments' boxes in pixels: drawn by us, so that they are known."""
    rows = read_table(DRAWN / "labels.csv", ("file", "x0", "y0", "x1", "y1"))
    boxes = [[float(row.columns[side]) for side in ("x0", "y0", "x1", "y1")] for row in rows]
    return [DRAWN / row.columns["file"] for row in rows], np.array(boxes)


_SPLIT = (
    "an eighth of the items, products and background photos, chosen by a hash of their names, trained nothing; the "
    "scenes that measure show kept-back items on kept-back backgrounds."
)
_BOX_NOTE = (
    "Synthetic: studio photos cut out and pasted on photos of other things at random scale, half of them partly "
    "covered or cut by the edge. Kept-back items on kept-back backgrounds. No pack has garment boxes, and what a worn "
    "photo shows is boxed as a whole person. The report trained a box head with L1 + IoU and gives no figure for it."
)
_CARD = (
    "A small network on the frozen EfficientNet-Lite2's map of a picture (ImageNet weights, Apache-2.0) that proposes "
    "the box around a garment.",
    "Trained on synthetic scenes only: studio photos pasted on photos of other things. On photos of real streets it "
    "is unmeasured; where several people stand it picks one, and it knows people as a whole better than what they "
    "wear.",
)

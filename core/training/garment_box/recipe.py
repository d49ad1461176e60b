"""Recipe `garment-box`: the box head, learned from synthetic scenes with L1 + GIoU on the frozen tower's map.

No pack has garment boxes, so product photos, and worn photos as whole people, are pasted on backgrounds.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.augmentation.albums import Album, painters
from core.augmentation.scenes import ID
from core.datasets.scene_photos import drawn_boxes, read_photos
from core.encoders.garment_features import PLACES_ID
from core.encoders.towers import TOWERS_ID, Towers
from core.features.store import feature_store
from core.heads.garment_box import KIND, GarmentBoxHead
from core.images import open_picture
from core.reporting import RunRecord, card_text, publish
from core.store import Manifest
from core.training.garment.data import read_encoded
from core.training.garment_box.data import SAMPLE, SceneReader
from core.training.garment_box.fit import EPOCHS, fit
from core.training.garment_box.measure import box_table, overlap_cells, overlaps, street_tables
from core.training.garment_box.network import BoxNetwork
from core.training.shared.weights import captioner_beside, garment_beside, joint_beside


def run(data: Path, out: Path, seed: int) -> None:
    """Trains the box head and measures what its boxes do for retrieval, with the garment head beside `out`.

    With `fashion_products_224` and `imagenet_samples` beside `clothes_viton_pairs` the scenes are more varied.
    """
    record, store = RunRecord(seed), feature_store()
    joint = joint_beside(out)
    captioner = captioner_beside(out, joint)
    photos = read_photos(data)
    painter, other_painter = painters(data)
    reader = SceneReader(joint, Album(store, painter, photos[0].training[:SAMPLE]))
    scenes = [reader.rows(Album(store, painter, some.training)) for some in photos]
    rows, truth = (np.concatenate(parts) for parts in zip(*scenes, strict=True))
    network = fit(rows, truth[:, :4], seed)
    judged = [(some, *reader.rows(Album(store, other_painter, some.back))) for some in photos]
    boxes, metrics = box_table(network, judged, truth[:, :4])
    manifest = record.manifest(
        KIND,
        {"towers": TOWERS_ID, "places": PLACES_ID},
        data=sorted({path.parent.parent.name for some in photos for path in some.training}),
        split=_SPLIT,
        metrics=metrics,
        details={"scenes": f"{ID}: {len(truth)} synthetic scenes", "epochs": EPOCHS, "tables": [boxes]},
    )
    _save(out, network, reader.projection, manifest)
    # What follows asks the head as it is shipped, so it is saved before and after.
    head = GarmentBoxHead(out, manifest.models)
    encoded = read_encoded(data, joint, captioner, store)
    garment = garment_beside(out)
    streets = street_tables(encoded, other_painter, joint, captioner, garment, head, store)
    drawn = _on_drawings(head, joint)
    boxes["rows"].append(["street picture drawn by us, the garment worn or hung", *drawn])
    details = manifest.details | {"tables": [boxes, *streets], "garment": garment.id}
    whole = replace(manifest, details=details, minutes=record.minutes())
    _save(out, network, reader.projection, whole)


def _save(
    out: Path, network: BoxNetwork, projection: tuple[np.ndarray, np.ndarray], manifest: Manifest
) -> None:
    tensors = {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}
    tensors |= {"mean": projection[0], "projection": projection[1].astype(np.float16)}
    publish(out, tensors, manifest, card=card_text(__file__))


def _on_drawings(head: GarmentBoxHead, towers: Towers) -> list[Any]:
    """Measures the head on the street pictures that ship."""
    paths, true = drawn_boxes()
    boxes = [box for path in paths for box in head.propose(towers, [open_picture(path)])]
    proposed = np.array([[box.x0, box.y0, box.x1, box.y1] for box in boxes])
    return overlap_cells(overlaps(proposed, true), [path.name for path in paths])


_SPLIT = (
    "an eighth of the items, products and background photos, chosen by a hash of their names, trained nothing; the "
    "scenes that measure show kept-back items on kept-back backgrounds."
)

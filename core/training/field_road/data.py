"""The pictures of the recipe `field-road`: those that train, with their copies, and those that it never sees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from jaxtyping import Float32

from core.datasets.folder import LabelledPicture
from core.encoders.pocket import PocketJoint
from core.heads.field_road import THREE
from core.tables import read_table
from core.training.field_road import copies as pictures
from core.training.field_road import tables
from core.training.field_road.samples import Samples
from core.training.shared.features import FeatureStore


@dataclass(frozen=True, slots=True)
class Training:
    """All that heads are trained and judged on.

    Attributes:
        samples: the training pictures with their copies.
        checks: kind -> one strange copy of each, by which settings are chosen.
        digests: SHA-256 of each training picture's file.
        three: the classes of `THREE`, None when our label file does not know the pictures.
    """

    samples: Samples
    checks: dict[str, Float32[np.ndarray, "n d"]]
    digests: list[str]
    three: Samples | None


def training_of(joint: PocketJoint, store: FeatureStore, rows: list[LabelledPicture]) -> Training:
    """Encodes the training pictures and their copies, each once."""
    paths, roads = [row.path for row in rows], [row.label == "road" for row in rows]
    plain, digests = pictures.embeddings(joint, store, paths)
    checks = {
        kind: pictures.embeddings(joint, store, paths, kind, partial(pictures.strange, kind=kind))[0]
        for kind in pictures.STRANGE
    }
    checks["other sky"] = np.concatenate(pictures.swapped_copies(joint, store, paths, roads, checks=True)[0])
    counts = [pictures.ROAD_COPIES if road else pictures.FIELD_COPIES for road in roads]
    changed = pictures.copies_of(joint, store, paths, counts)
    swapped, donors = pictures.swapped_copies(joint, store, paths, roads)
    copies = tuple(np.concatenate(both) for both in zip(changed, swapped, strict=True))
    sources = tuple(
        np.concatenate([np.full(len(some), -1), whose]) for some, whose in zip(changed, donors, strict=True)
    )
    labels = {
        row.columns["file"]: row.columns["label"]
        for row in read_table(tables.LABELS_OF_OURS, ("file", "label"))
    }
    three = None
    if all(row.file in labels for row in rows):
        classes = np.array([THREE.index(labels[row.file]) for row in rows])
        three = Samples(plain, classes, changed, outputs=len(THREE))
    samples = Samples(plain, np.array(roads).astype(int), copies, sources)
    return Training(samples, checks, digests, three)


def unseen_of(joint: PocketJoint, store: FeatureStore, rows: list[LabelledPicture]) -> tables.Unseen:
    """Encodes the pictures that neither the head nor the encoder was trained on."""
    if not rows:
        return tables.Unseen(np.zeros((0, joint.width), np.float32), np.zeros(0, int), (), ())
    embeddings, digests = pictures.embeddings(joint, store, [row.path for row in rows])
    new = [i for i, digest in enumerate(digests) if not joint.manifest.has_seen(digest)]
    return tables.Unseen(
        embeddings[new],
        np.array([rows[i].label == "road" for i in new]).astype(int),
        tuple(rows[i].columns["split"] for i in new),
        tuple(rows[i].file for i in new),
    )

"""Everyday photos that train beside report 2's pictures: those whose captions speak of open country, or of a road."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.augmentation.copies import altered
from core.datasets.captions import CAPTIONS, read_captions
from core.datasets.packs import find_pack
from core.datasets.split import kept_back
from core.encoders.pocket import PocketJoint
from core.features.store import FeatureStore
from core.heads.field_road import LABELS
from core.training.field_road.data import CaptionedPhotos, Copier
from core.training.field_road.samples import Samples

PACKS = ("coco_captions", "flickr8k")
WORDS = {
    "field": "field fields pasture meadow hill hills hillside mountain mountains grassland valley plain countryside "
    "lake desert grassy prairie",
    "road": "road street highway intersection roadway freeway avenue crosswalk lane alley traffic",
}
"""Words of a dictionary for open country and for roads, written down once, before any head was trained on them."""
AGREED = 2
"""So many of several captions must have such a word; the only caption of a photo decides alone."""
COPIES = 3
"""Changed copies of each photo."""
COPY = 0.99
"""Cosine of two pictures from which they count as one."""


def photos_of(
    data: Path, joint: PocketJoint, store: FeatureStore, judged: Float32[np.ndarray, "n d"]
) -> CaptionedPhotos | None:
    """Returns the captioned photos of a field or of a road that no measurement needs, None when there are none.

    Args:
        data: the folder of the packs; those that are missing bring no photos.
        joint: the encoder.
        store: where features are kept.
        judged: (n, d) embeddings of pictures that judge the head; copies of them are left out.

    Raises:
        DataError: the captions of a pack cannot be read.
    """
    paths, classes = [], []
    packs = [pack for name in PACKS if (pack := find_pack(data, name, CAPTIONS)) is not None]
    for pack in packs:
        for photo in read_captions(pack):
            label = label_of(photo.captions)
            if label is not None and not kept_back(photo.file):
                paths.append(photo.path)
                classes.append(LABELS.index(label))
    if not paths:
        return None
    rows, digests = Copier(joint, store, paths).rows()
    new = np.flatnonzero((rows @ judged.T).max(axis=1, initial=-1) < COPY)
    copies = Copier(joint, store, [paths[i] for i in new]).copies([COPIES] * len(new), "copy {}", altered)
    return CaptionedPhotos(Samples(rows[new], np.array(classes)[new], copies), [digests[i] for i in new])


def label_of(captions: Sequence[str]) -> str | None:
    """Returns "field" or "road" when captions speak of one and never of the other, else None."""
    speak = {label: _count(captions, words.split()) for label, words in WORDS.items()}
    least = min(AGREED, len(captions))
    for label, count in speak.items():
        if count >= least and not any(other for name, other in speak.items() if name != label):
            return label
    return None


def _count(captions: Iterable[str], words: Iterable[str]) -> int:
    pattern = re.compile(rf"\b({'|'.join(words)})\b", re.IGNORECASE)
    return sum(bool(pattern.search(caption)) for caption in captions)

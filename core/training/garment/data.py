"""What the garment embedding learns from: features of pairs, captions of the slot captioner, synthetic scenes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.augmentation.albums import Album, painters
from core.captioners.slots import SlotCaptioner
from core.datasets.packs import any_pack
from core.datasets.pairs import PACK, read_pairs
from core.encoders import garment_features
from core.encoders.pocket import PocketJoint
from core.encoders.towers import TOWERS_ID
from core.features.store import FeatureStore
from core.training.garment.embedding import GarmentPairs


@dataclass(frozen=True, slots=True, eq=False)
class EncodedPairs:
    """Everything known of the pairs in a pack.

    Attributes:
        name: of the pack.
        items: item of each pair.
        street_files: worn photos.
        digests: SHA-256 of the worn photos, then of the product photos.
        pairs: features, captions' embeddings and scenes.
        pooled: the image tower's features of the worn photos, then of the product photos.
    """

    name: str
    items: list[str]
    street_files: list[Path]
    digests: list[str]
    pairs: GarmentPairs
    pooled: Float32[np.ndarray, "m p"]


def read_encoded(
    data: Path, joint: PocketJoint, captioner: SlotCaptioner, store: FeatureStore
) -> EncodedPairs:
    """Reads the pairs of a folder of packs, or of any folder of the pairs layout, and computes what is known of them.

    Raises:
        DataError: no pairs, or a picture cannot be read.
    """
    pack = any_pack(data, PACK)
    rows = read_pairs(pack)
    street, shop = [row.worn for row in rows], [row.product for row in rows]
    name = f"{garment_features.ID} {TOWERS_ID}"
    features, digests = store.rows(name, street + shop, joint.garment_features)
    pooled, _ = store.rows(f"pooled {TOWERS_ID}", street + shop, joint.pooled)
    words = read_once(joint, [caption.sentence for caption in captioner.captions_of(pooled)])
    album = Album(store, painters(data)[0], street)
    scenes = album.rows(name, joint.garment_features)
    n = len(rows)
    pairs = GarmentPairs(
        features[:n], features[n:], words[:n], words[n:], scenes, album.truth()[:, :4].copy()
    )
    return EncodedPairs(pack.name, [row.item_id for row in rows], street, digests, pairs, pooled)


def read_once(joint: PocketJoint, texts: Sequence[str]) -> Float32[np.ndarray, "n s"]:
    """Returns one row for each text; equal texts, of which captions have many, are encoded once."""
    different = sorted(set(texts))
    rows = dict(zip(different, joint.sentences(different), strict=True))
    return np.stack([rows[text] for text in texts])

"""Collections of photos that people described: features of each photo, of views of it, and of its captions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int

from core.augmentation.crops import VIEWS
from core.datasets.captions import read_captions
from core.datasets.split import folds_by_group, split_by_group
from core.encoders.towers import TOWERS_ID, Towers
from core.features.store import FeatureStore
from core.training.joint.pairs import SentencePairs

PACKS = {"flickr8k": 4, "coco_captions": 7}
"""Name of a collection -> folds of about 200 photos in which it is judged."""
USUAL_FOLD = 250
"""Photos of a fold of any other collection, about."""


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """Photos with captions from one source: their names there, SHA-256 of each file, and their features."""

    name: str
    files: tuple[str, ...]
    digests: tuple[str, ...]
    photos: SentencePairs

    @classmethod
    def read(cls, pack: Path, towers: Towers, store: FeatureStore) -> Collection:
        """Reads a folder in the captions layout; features that were computed before come from the store.

        Raises:
            DataError: a photo cannot be read.
        """
        rows = read_captions(pack)
        paths = [row.path for row in rows]
        features, digests = store.rows(f"pooled {TOWERS_ID}", paths, towers.pooled)
        further = [
            store.rows(f"{name} pooled {TOWERS_ID}", paths, towers.pooled, pictures=view)[0]
            for name, view in VIEWS.items()
        ]
        count = min(len(row.captions) for row in rows)
        texts = [text for row in rows for text in row.captions[:count]]
        sentences = store.text_rows(f"sentences {TOWERS_ID}", texts, towers.sentences)
        pairs = SentencePairs(
            torch.from_numpy(features),
            torch.from_numpy(sentences).unflatten(0, (len(rows), count)),
            torch.from_numpy(np.stack(further, axis=1)),
        )
        return cls(pack.name, tuple(row.file for row in rows), tuple(digests), pairs)

    @property
    def parted(self) -> tuple[np.ndarray, np.ndarray]:
        """The photos that train, and those that are kept back."""
        return split_by_group(self.files)

    def folds(self, seed: int = 0) -> Int[np.ndarray, " n"]:
        """Returns the fold of each photo, from 0; a fold is judged among itself."""
        count = PACKS.get(self.name, max(1, len(self.files) // USUAL_FOLD))
        if count == 1:
            return np.zeros(len(self.files), dtype=np.int64)
        return folds_by_group(self.files, count, seed)

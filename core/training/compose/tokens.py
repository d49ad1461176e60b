"""Texts and pictures as pools over their unit tokens in the joint space, each encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float32
from tqdm import tqdm

from core.encoders.pocket import PocketJoint
from core.encoders.pooling import POOLINGS, pooled_tokens
from core.features.store import FeatureStore

WORDS_BATCH = 64


class Words:
    """Texts in the joint space, each encoded once however often it is asked.

    Args:
        joint: the encoder.
    """

    def __init__(self, joint: PocketJoint) -> None:
        self.joint = joint
        self._cached: dict[str, Float32[np.ndarray, "3 d"]] = {}

    def pooled(self, texts: Sequence[str]) -> Float32[np.ndarray, "3 n d"]:
        """Returns the three poolings over the unit tokens of each text."""
        new = sorted(set(texts) - self._cached.keys())
        self._cached |= zip(new, pooled_texts(self.joint, new).transpose(1, 0, 2), strict=True)
        return np.stack([self._cached[text] for text in texts], axis=1)


def pooled_texts(joint: PocketJoint, texts: Sequence[str]) -> Float32[np.ndarray, "3 n d"]:
    """Returns the three poolings over the unit tokens of each text, in batches."""
    rows = np.zeros((len(POOLINGS), len(texts), joint.width), dtype=np.float32)
    # Texts of like length share a batch, so that little padding is encoded.
    ordered = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    for start in tqdm(range(0, len(ordered), WORDS_BATCH), desc="texts", unit="batch", mininterval=1.0):
        batch = ordered[start : start + WORDS_BATCH]
        states, mask = joint.states([texts[row] for row in batch])
        for place, row in enumerate(batch):
            tokens = states[place][mask[place] == 1]
            rows[:, row] = pooled_tokens(joint.project_sentences(tokens))
    return rows


def pooled_pictures(
    joint: PocketJoint, paths: Sequence[Path], store: FeatureStore
) -> Float32[np.ndarray, "3 n d"]:
    """Returns the three poolings over the unit tokens of each picture; kept on disk.

    Raises:
        DataError: a picture cannot be read.
    """
    rows, _ = store.rows(
        f"pooled {joint.id}",
        paths,
        lambda pictures: pooled_tokens(joint.picture_tokens(pictures[0])).reshape(1, -1),
    )
    return np.ascontiguousarray(rows.reshape(len(paths), len(POOLINGS), -1).transpose(1, 0, 2))

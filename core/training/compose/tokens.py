"""Texts and pictures in the joint space, as own rows and as pools over their unit tokens, each encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.encoders.pocket import PocketJoint
from core.encoders.pooling import POOLINGS, pooled_text, pooled_tokens
from core.encoders.towers import TOWERS_ID
from core.features.store import FeatureStore

BATCH = 64


class Words:
    """Texts in the joint space; what the text tower says of each is kept on disk.

    Args:
        joint: the encoder.
        store: keeps the features of the tower, which do not depend on the projections.
    """

    def __init__(self, joint: PocketJoint, store: FeatureStore) -> None:
        self.joint, self.store = joint, store

    def rows(self, texts: Sequence[str]) -> Float32[np.ndarray, "n d"]:
        """Returns the unit row of each text."""
        # Texts of like length share a batch, so that little padding is encoded.
        new = sorted(set(texts), key=lambda text: (len(text), text))
        if not new:
            return np.zeros((0, self.joint.width), dtype=np.float32)
        sentences = self.store.text_rows(f"sentences {TOWERS_ID}", new, self.joint.sentences, batch=BATCH)
        place = {text: row for row, text in enumerate(new)}
        return self.joint.project_sentences(sentences)[[place[text] for text in texts]]

    def pooled(self, texts: Sequence[str]) -> Float32[np.ndarray, "3 n d"]:
        """Returns what stands for each text in all poolings."""
        rows = {text: pooled_text(self.joint, text) for text in sorted(set(texts))}
        return np.stack([rows[text] for text in texts], axis=1)


def pooled_pictures(
    joint: PocketJoint, paths: Sequence[Path], own: Float32[np.ndarray, "n d"], store: FeatureStore
) -> Float32[np.ndarray, "3 n d"]:
    """Returns what stands for each picture in all poolings; what its tokens give is kept on disk.

    Args:
        joint: the encoder.
        paths: the pictures.
        own: (n, d) the encoder's rows of them, which are their mean.
        store: keeps the others.

    Raises:
        DataError: a picture cannot be read.
    """
    tokens, _ = store.rows(
        f"pooled {joint.id}",
        paths,
        lambda pictures: pooled_tokens(joint.picture_tokens(pictures[0])).reshape(1, -1),
    )
    rows = np.ascontiguousarray(tokens.reshape(len(paths), len(POOLINGS), -1).transpose(1, 0, 2))
    rows[0] = own
    return rows

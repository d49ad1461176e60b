"""Report 4's aggregation rules: how a picture or a text becomes one vector of a composed query."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32

from core.contracts import JointEncoder
from core.types import Picture

POOLINGS = ("mean", "median", "max")


def pooled_tokens(tokens: Float32[np.ndarray, "tokens d"]) -> Float32[np.ndarray, "3 d"]:
    """Returns report 4's three poolings over unit tokens: mean, median, maximum; not renormalised."""
    return np.stack([tokens.mean(axis=0), np.median(tokens, axis=0), tokens.max(axis=0)]).astype(np.float32)


def pooled_picture(joint: JointEncoder, picture: Picture) -> Float32[np.ndarray, "3 d"]:
    """Returns what stands for a picture in each of `POOLINGS`; the mean is the encoder's own row where it says so."""
    rows = pooled_tokens(joint.picture_tokens(picture))
    if not joint.mean_by_tokens:
        rows[0] = joint.encode_pictures([picture])[0]
    return rows


def pooled_text(joint: JointEncoder, text: str) -> Float32[np.ndarray, "3 d"]:
    """Returns what stands for a text, as `pooled_picture` does for a picture."""
    return np.asarray(pooled_texts(joint, [text])[0])


def pooled_texts(joint: JointEncoder, texts: Sequence[str]) -> Float32[np.ndarray, "n 3 d"]:
    """Returns what stands for each of n texts, at least one, as `pooled_picture` does for a picture."""
    rows = np.stack([pooled_tokens(joint.text_tokens(text)) for text in texts])
    if not joint.mean_by_tokens:
        rows[:, 0] = joint.encode_texts(texts)
    return rows

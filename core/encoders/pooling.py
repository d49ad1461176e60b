"""Report 4's aggregation rules: how a picture or a text becomes one vector of a composed query."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32, Float64

from core.contracts import JointEncoder, SummedEncoder
from core.types import Picture

POOLINGS = ("mean", "median", "max")


def pooled_tokens(tokens: Float32[np.ndarray, "tokens d"]) -> Float32[np.ndarray, "3 d"]:
    """Returns report 4's three poolings over unit tokens: mean, median, maximum; not renormalised."""
    return np.stack([tokens.mean(axis=0), np.median(tokens, axis=0), tokens.max(axis=0)]).astype(np.float32)


def pooled_shares(tokens: Float32[np.ndarray, "tokens d"], pooling: str) -> Float64[np.ndarray, "tokens d"]:
    """Returns what each token adds to a pooled row; a number of a median or a maximum belongs to those that gave it.

    Args:
        tokens: (tokens, d) unit rows, at least one.
        pooling: one of `POOLINGS`.

    Returns:
        Rows that sum to `pooled_tokens`; tokens that gave the same number share it.
    """
    rows = tokens.astype(np.float64)
    if pooling == "mean":
        return rows / len(rows)
    if pooling == "max":
        gave = rows == rows.max(axis=0)
        return np.where(gave, rows / gave.sum(axis=0), 0.0)
    order, middle = np.argsort(rows, axis=0, kind="stable"), {(len(rows) - 1) // 2, len(rows) // 2}
    shares = np.zeros_like(rows)
    for place in middle:
        gave = order[place][None]
        np.put_along_axis(shares, gave, np.take_along_axis(rows, gave, axis=0) / len(middle), axis=0)
    return shares


def picture_shares(
    joint: SummedEncoder, picture: Picture, pooling: str
) -> Float64[np.ndarray, "places_and_bias d"]:
    """Returns what each place of a picture adds to its row of `pooled_picture`, and last what belongs to no place."""
    if pooling == "mean" and not joint.mean_by_tokens:
        return joint.picture_shares(picture)
    shares = pooled_shares(joint.picture_tokens(picture), pooling)
    return np.vstack([shares, np.zeros_like(shares[:1])])


def text_shares(joint: SummedEncoder, text: str, pooling: str) -> Float64[np.ndarray, "tokens d"]:
    """Returns what each token of a text adds to its row of `pooled_text`."""
    if pooling == "mean" and not joint.mean_by_tokens:
        return joint.text_shares(text)
    return pooled_shares(joint.text_tokens(text), pooling)


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

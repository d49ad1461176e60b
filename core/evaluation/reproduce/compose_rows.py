"""CIRR as report 4's model sees it: pictures, changes and both together, each encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float32, Int

from core.blend import dot_products
from core.datasets.cirr import CirrSet
from core.encoders.pooling import POOLINGS, pooled_tokens
from core.evaluation.reproduce.base import spread
from core.features.store import BATCH, FeatureStore
from core.types import Picture

TOGETHER = 4
"""Pictures that BLIP remembers, so that their tokens need no second pass."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """One split, encoded.

    Attributes:
        cirr: its queries and gallery.
        gallery: (n, d) unit rows of the pictures, what is ranked.
        q: (3, queries, d) the references' unit tokens, pooled in three ways, not normalised again.
        t: (3, queries, d) the same of the changes' tokens.
        f: (queries, d) unit rows f(q, t).
        digests: SHA-256 of each picture's file.
    """

    cirr: CirrSet
    gallery: Float32[np.ndarray, "n d"]
    q: Float32[np.ndarray, "3 queries d"]
    t: Float32[np.ndarray, "3 queries d"]
    f: Float32[np.ndarray, "queries d"]
    digests: list[str]

    def parts(self, pooling: int) -> Float32[np.ndarray, "3 queries d"]:
        """Returns q, t and f(q, t) for one pooling."""
        return np.stack([self.q[pooling], self.t[pooling], self.f])

    def scores(
        self, pooling: int, columns: Int[np.ndarray, " some"] | slice = slice(None)
    ) -> Float32[np.ndarray, "3 queries some"]:
        """Returns what q, t and f(q, t) say of the pictures, or of some of them."""
        return dot_products(self.parts(pooling), self.gallery[columns])


def limited(cirr: CirrSet, limit: int | None) -> CirrSet:
    """Returns at most `limit` queries, and then only the pictures of their groups."""
    if limit is None or limit >= len(cirr.queries):
        return cirr
    queries = spread(cirr.queries, limit)
    names = {name for query in queries for name in (*query.group, query.reference, query.target)}
    files = {name: file for name, file in cirr.files.items() if name in names}
    return replace(cirr, files=files, queries=tuple(queries))


def encoded(cirr: CirrSet, blip: Any, store: FeatureStore) -> Rows:
    """Returns a split as the model sees it.

    Args:
        cirr: the split.
        blip: see `core.evaluation.reproduce.base.ComposeEncoder`.
        store: keeps what was encoded.

    Raises:
        DataError: a picture is missing or cannot be read.
    """
    paths = [cirr.path(name) for name in cirr.gallery]
    pictures, digests = store.rows(
        f"report 4 pictures {blip.id}", paths, lambda some: _pictures(blip, some), batch=BATCH
    )
    width = pictures.shape[1] // (1 + len(POOLINGS))
    references = cirr.references()
    # Queries about one picture follow each other, so that its tokens are still remembered.
    order = np.argsort(references, kind="stable")
    captions = [cirr.queries[row].caption for row in order]
    texts = store.text_rows(f"report 4 texts {blip.id}", captions, lambda some: _texts(blip, some))
    both = store.paired_rows(
        f"report 4 f(q, t) {blip.id}", [paths[references[row]] for row in order], captions, blip.compose
    )
    t, f = np.empty_like(texts), np.empty_like(both)
    t[order], f[order] = texts, both
    return Rows(
        cirr,
        np.ascontiguousarray(pictures[:, :width]),
        _by_pooling(pictures[references, width:]),
        _by_pooling(t),
        f,
        digests,
    )


def _pictures(blip: Any, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n poolings_d"]:
    """Returns each picture's embedding and the three poolings of its tokens, side by side."""
    rows = []
    for start in range(0, len(pictures), TOGETHER):
        some = pictures[start : start + TOGETHER]
        for row, picture in zip(blip.encode_pictures(some), some, strict=True):
            rows.append(np.concatenate([row, pooled_tokens(blip.picture_tokens(picture)).reshape(-1)]))
    return np.stack(rows).astype(np.float32)


def _texts(blip: Any, texts: Sequence[str]) -> Float32[np.ndarray, "n poolings_d"]:
    return np.stack([pooled_tokens(blip.text_tokens(text)).reshape(-1) for text in texts])


def _by_pooling(rows: Float32[np.ndarray, "n poolings_d"]) -> Float32[np.ndarray, "3 n d"]:
    pooled = rows.reshape(len(rows), len(POOLINGS), -1).transpose(1, 0, 2)
    return np.ascontiguousarray(pooled)

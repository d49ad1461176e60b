"""DeepFashion2 as report 3 uses it: who asks, what answers, what is trained on, and each garment encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32

from core.datasets.deepfashion2 import DeepFashion2, Garment, template_caption
from core.errors import DataError, InputError
from core.evaluation.reproduce.base import spread
from core.features.store import BATCH, FeatureStore, opened
from core.images import open_picture
from core.training.garment.embedding import GarmentPairs
from core.types import Box, Picture

WHOLE, BOXES = "whole pictures", "true boxes"


@dataclass(frozen=True, slots=True)
class ShopQueries:
    """Queries and the garments that may answer.

    Attributes:
        data: the split.
        queries: garments of customers.
        gallery: garments of shops.
        right: for each query the places of the right ones in the gallery; maybe none.
    """

    data: DeepFashion2
    queries: list[Garment]
    gallery: list[Garment]
    right: list[list[int]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is trained on.

    Attributes:
        data: the split.
        pairs: a customer's garment and a shop's, of one product each.
    """

    data: DeepFashion2
    pairs: tuple[tuple[Garment, Garment], ...]


def answerable(data: DeepFashion2, limit: int | None) -> ShopQueries:
    """Returns the queries that something can answer; with a limit, what answers them and as many others.

    Raises:
        DataError: nothing can be answered.
    """
    right = data.right()
    judged = [row for row, places in enumerate(right) if len(places)]
    if not judged:
        raise DataError("No garment of a customer has its pair_id and style in a shop.")
    picks = spread(judged, limit)
    shop_places = {int(place) for row in picks for place in right[row]}
    shop_places |= set(spread(range(len(data.gallery)), limit))
    places = {place: number for number, place in enumerate(sorted(shop_places))}
    return ShopQueries(
        data,
        [data.queries[row] for row in picks],
        [data.gallery[place] for place in places],
        [[places[int(place)] for place in right[row]] for row in picks],
    )


def both_sides(
    encoder: Any, store: FeatureStore, queries: ShopQueries, *, whole: bool
) -> tuple[Float32[np.ndarray, "n d"], Float32[np.ndarray, "m d"]]:
    """Returns the features of the queries and of the gallery."""
    street, shop = (
        _features(encoder, store, queries.data, some, whole=whole)
        for some in (queries.queries, queries.gallery)
    )
    return street, shop


def _features(
    encoder: Any, store: FeatureStore, data: DeepFashion2, garments: Sequence[Garment], *, whole: bool
) -> Float32[np.ndarray, "n d"]:
    """Returns one row for each garment, of its whole picture or of its true box."""
    rows, _ = store.rows(
        f"report 3 {WHOLE if whole else BOXES} {encoder.id}",
        [data.path(garment) for garment in garments],
        encoder.garment_features,
        boxes=None if whole else [Box(*garment.box) for garment in garments],
        pictures=_part,
        batch=BATCH,
    )
    return rows


def _part(path: Path, box: Box | None) -> Picture:
    """Returns what a box shows; the whole picture where the set's own box is of no use."""
    try:
        return open_picture(path, box=box)
    except InputError:
        return opened(path)


def drawn_from(data: DeepFashion2, count: int, seed: int) -> Drawn:
    """Returns pairs of a customer's and a shop's garment, each product and style once, drawn by chance.

    Raises:
        DataError: fewer than two products have both.
    """
    products: dict[tuple[int, int], list[int]] = {}
    right = data.right()
    for row, query in enumerate(data.queries):
        if len(right[row]):
            products.setdefault((query.pair_id, query.style), []).append(row)
    if len(products) < 2:
        raise DataError(
            "Fewer than two products of the training split have a customer's and a shop's picture."
        )
    random = np.random.default_rng(seed)
    names = sorted(products)
    drawn: list[tuple[Garment, Garment]] = []
    for place in random.permutation(len(names))[:count]:
        row = int(random.choice(products[names[place]]))
        drawn.append((data.queries[row], data.gallery[int(random.choice(right[row]))]))
    return Drawn(data, tuple(drawn))


def training_pairs(encoder: Any, store: FeatureStore, drawn: Drawn) -> tuple[GarmentPairs, list[str]]:
    """Returns what the pairs look and sound like, and the SHA-256 of their pictures.

    Raises:
        DataError: a picture is missing or cannot be read.
    """
    data = drawn.data
    sides = [[pair[side] for pair in drawn.pairs] for side in (0, 1)]
    pictures = [_features(encoder, store, data, some, whole=True) for some in sides]
    name = f"report 3 captions {encoder.id}"
    captions = [
        store.text_rows(name, [template_caption(garment) for garment in some], encoder.sentences)
        for some in sides
    ]
    boxes = np.stack([_shares(data, garment) for garment in sides[0]])
    digests = store.digests([data.path(garment) for some in sides for garment in some])
    return GarmentPairs(pictures[0], pictures[1], captions[0], captions[1], pictures[0], boxes), digests


def _shares(data: DeepFashion2, garment: Garment) -> Float32[np.ndarray, " 4"]:
    """Returns the box of a garment in shares of its picture."""
    width, height = opened(data.path(garment)).original_size
    edges = np.array(garment.box) / (width, height, width, height)
    return np.asarray(np.clip(edges, 0, 1), dtype=np.float32)

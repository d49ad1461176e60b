"""What the combiner learns from: pictures in the joint space, split by group, and queries about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32, Int

from core.datasets.captions import read_captions
from core.datasets.changes import Catalogue, Change, Product
from core.datasets.folder import read_folder
from core.datasets.packs import find_pack, require_pack
from core.datasets.photo_changes import NEIGHBOURS, caption_changes, concept_changes
from core.datasets.phrases import PHRASES, Phrases
from core.datasets.split import joined_groups, kept_back
from core.encoders.pocket import PocketJoint
from core.features.store import FeatureStore
from core.training.compose.tokens import Words
from core.types import Picture

CAPTION_SHARE, CONCEPT_SHARE = 0.2, 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Pictures in the joint space.

    Attributes:
        rows: (n, d) unit embeddings: the candidates.
        means: (n, d) means over unit tokens: what stands for a reference.
    """

    rows: Float32[np.ndarray, "n d"]
    means: Float32[np.ndarray, "n d"]


@dataclass(frozen=True, slots=True, eq=False)
class Queries:
    """Composed queries about a pool.

    Attributes:
        references: (n,) index of each reference.
        texts: (n,) index of each text in `words`.
        words: (m, d) mean over the unit tokens of each different text.
        targets: n arrays of the right candidates.
        ignored: n arrays of candidates that are neither right nor wrong.
    """

    references: Int[np.ndarray, " n"]
    texts: Int[np.ndarray, " n"]
    words: Float32[np.ndarray, "m d"]
    targets: tuple[Int[np.ndarray, " _"], ...]
    ignored: tuple[Int[np.ndarray, " _"], ...]

    def __len__(self) -> int:
        return len(self.references)

    @property
    def hidden(self) -> list[list[int]]:
        """For each query what is left out of its ranking: its reference."""
        return [[int(reference)] for reference in self.references]


@dataclass(frozen=True, slots=True, eq=False)
class QuerySource:
    """Catalogue pictures, then photos with captions, all in the joint space.

    Attributes:
        pool: all pictures, products first.
        products: what the catalogue says of the first pictures.
        captions: what people wrote about the others.
        groups: the group of each picture.
        digests: SHA-256 of each picture's file.
        paths: each picture's file.
    """

    pool: Pool
    products: tuple[Product, ...]
    captions: tuple[tuple[str, ...], ...]
    groups: tuple[str, ...]
    digests: tuple[str, ...]
    paths: tuple[Path, ...]

    def part(self, chosen: Bool[np.ndarray, " n"]) -> QuerySource:
        """Returns the pictures that are chosen."""
        rows = np.flatnonzero(chosen)
        first, places = len(self.products), [int(row) for row in rows]

        def some(column: Sequence[Any]) -> tuple[Any, ...]:
            return tuple(column[int(row)] for row in rows)

        return QuerySource(
            Pool(self.pool.rows[rows], self.pool.means[rows]),
            tuple(self.products[row] for row in places if row < first),
            tuple(self.captions[row - first] for row in places if row >= first),
            some(self.groups),
            some(self.digests),
            some(self.paths),
        )

    def catalogue(self, phrases: Phrases = PHRASES) -> Catalogue:
        """Returns what finds changes between the products and phrases them."""
        return Catalogue(self.products, self.groups, phrases)

    def queries(self, changes: Sequence[Change], words: Words) -> Queries:
        """Returns the changes with their texts encoded, each different text once."""
        texts = sorted({change.text for change in changes})
        place = {text: row for row, text in enumerate(texts)}
        return Queries(
            np.array([change.reference for change in changes], dtype=np.int64),
            np.array([place[change.text] for change in changes], dtype=np.int64),
            words.pooled(texts)[0],
            tuple(np.array(change.targets, dtype=np.int64) for change in changes),
            tuple(np.array(change.ignored, dtype=np.int64) for change in changes),
        )

    def mixed(self, count: int, words: Words, seed: int) -> Queries:
        """Returns queries of all kinds, about products and about photos."""
        random = np.random.default_rng(seed)
        photos = len(self.captions) > NEIGHBOURS
        captions, concepts = (int(count * share * photos) for share in (CAPTION_SHARE, CONCEPT_SHARE))
        changes = self.catalogue().draw(count - captions - concepts, random)
        if photos:
            settings = self.captions, self.photo_likeness, len(self.products)
            changes += caption_changes(*settings, captions, random) + concept_changes(
                *settings, concepts, random
            )
        return self.queries(changes, words)

    @property
    def photo_likeness(self) -> Float32[np.ndarray, "photos photos"]:
        """(photos, photos) cosines of the photos with captions."""
        rows = self.pool.rows[len(self.products) :]
        return np.asarray(rows @ rows.T)


def read_source(data: Path, joint: PocketJoint, store: FeatureStore) -> tuple[QuerySource, list[str]]:
    """Reads the packs and encodes their pictures; returns them with the names of the packs.

    Raises:
        DataError: no catalogue, or a picture cannot be read.
    """
    pack = require_pack(data, "fashion_products_224")
    rows = read_folder(pack, "articleType")
    paths = [row.path for row in rows]
    photo_pack = find_pack(data, "flickr8k", "captions.json")
    photos = read_captions(photo_pack) if photo_pack else ()
    paths += [photo.path for photo in photos]
    features, digests = store.rows(f"composed {joint.id}", paths, lambda some: _row(joint, some[0]))
    width = features.shape[1] // 2
    names = [row.columns.get("productDisplayName", "") for row in rows]
    return QuerySource(
        Pool(np.ascontiguousarray(features[:, :width]), np.ascontiguousarray(features[:, width:])),
        tuple(Product.of(row.columns) for row in rows),
        tuple(photo.captions for photo in photos),
        (*joined_groups(names, digests[: len(rows)]), *(photo.file for photo in photos)),
        tuple(digests),
        tuple(paths),
    ), [pack.name, *([photo_pack.name] if photo_pack else [])]


def _row(joint: PocketJoint, picture: Picture) -> Float32[np.ndarray, "1 2d"]:
    """Returns a picture's embedding and the mean of its tokens, from one pass through the tower."""
    grid = joint.feature_map(picture)
    row = joint.project_pictures(grid.mean(axis=0, keepdims=True))
    return np.concatenate([row, joint.project_pictures(grid).mean(axis=0, keepdims=True)], axis=1)


def splits_of(source: QuerySource) -> Int[np.ndarray, " n"]:
    """Returns 2 for pictures of kept-back groups, 1 for validation (an eighth of the rest), 0 for the others."""
    held = (2 if kept_back(group) else kept_back(f"validation of {group}") for group in source.groups)
    return np.array([int(number) for number in held])

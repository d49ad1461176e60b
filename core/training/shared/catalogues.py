"""Catalogues of clothes: which packs they are, encoded, and what people may call each of their products."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.captioners.templates import with_articles
from core.datasets.changes import Product
from core.datasets.folder import LabelledPicture, read_folder
from core.datasets.split import joined_groups, kept_back
from core.datasets.wordings import KIND_WORDS, Wordings, colour_words
from core.encoders.towers import TOWERS_ID, Towers
from core.features.store import FeatureStore

CATALOGUES: Mapping[str, tuple[str, str]] = {
    "fashion_products_224": ("articleType", "productDisplayName"),
    "mango_products": ("type", "model"),
}
"""Pack -> the column of the kinds, and the column whose rows are one product."""


@dataclass(frozen=True, slots=True, eq=False)
class EncodedCatalogue:
    """One of `CATALOGUES`: its lines, the image tower's features and the SHA-256 of each photo, and its product.

    Lines of one name, or of one picture, are one product.
    """

    rows: Sequence[LabelledPicture]
    pooled: Float32[np.ndarray, "n p"]
    digests: Sequence[str]
    groups: tuple[str, ...]

    @classmethod
    def read(cls, pack: Path, towers: Towers, store: FeatureStore) -> EncodedCatalogue:
        """Reads and encodes a catalogue; features that were computed before come from the store."""
        kind, product = CATALOGUES[pack.name]
        rows = read_folder(pack, kind)
        pooled, digests = store.rows(f"pooled {TOWERS_ID}", [row.path for row in rows], towers.pooled)
        return cls(rows, pooled, digests, joined_groups([row.columns[product] for row in rows], digests))

    @property
    def back(self) -> list[bool]:
        """Whether each line is of the eighth of the products that trains nothing."""
        return [kept_back(group) for group in self.groups]


def wordings_of(row: LabelledPicture) -> Wordings:
    """Returns the words for a product of `CATALOGUES`."""
    if "articleType" in row.columns:
        return Wordings.of(Product.of(row.columns))
    kind, colour = _called(row)
    return Wordings(KIND_WORDS.get(kind, (kind,)), colour_words(colour))


def asked_for(row: LabelledPicture, count: int) -> list[str]:
    """Returns what a product of `CATALOGUES` is called: its name, its attributes, and `count` ways to ask for it.

    The draws depend on the file's name alone.
    """
    seed = int(hashlib.sha256(row.file.encode("utf-8", "surrogatepass")).hexdigest()[:8], 16)
    drawn = wordings_of(row).drawn(count, np.random.default_rng(seed))
    if "articleType" in row.columns:
        product = Product.of(row.columns)
        given = product.name, f"a photo of {product.colour} {product.type} for {product.gender}"
    else:
        kind, colour = _called(row)
        given = f"{colour} {kind}", f"a photo of a {colour} {kind}"
    return [with_articles(text) for text in (*given, *drawn)]


def _called(row: LabelledPicture) -> tuple[str, str]:
    return row.columns["type"].lower(), row.columns["colour_en"].lower()

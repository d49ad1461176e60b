"""Catalogues of clothes: which packs they are, and what people may call each of their products."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from core.captioners.templates import with_articles
from core.datasets.changes import Product
from core.datasets.folder import LabelledPicture
from core.datasets.split import joined_groups, kept_back
from core.datasets.wordings import FORMS, KIND_WORDS, Wordings, colour_words

CATALOGUES: Mapping[str, tuple[str, str]] = {
    "fashion_products_224": ("articleType", "productDisplayName"),
    "mango_products": ("type", "model"),
}
"""Pack -> the column of the kinds, and the column whose rows are one product."""


def products_back(
    pack: str, rows: Sequence[LabelledPicture], digests: Sequence[str]
) -> tuple[tuple[str, ...], list[bool]]:
    """Returns the group of each row of one of `CATALOGUES`, and whether it is of the eighth that trains nothing.

    Args:
        pack: the catalogue's name.
        rows: its lines.
        digests: SHA-256 of each one's picture: one picture is one product.
    """
    groups = joined_groups([row.columns[CATALOGUES[pack][1]] for row in rows], digests)
    return groups, [kept_back(group) for group in groups]


def wordings_of(row: LabelledPicture) -> Wordings:
    """Returns the words for a product of `CATALOGUES`."""
    if "articleType" in row.columns:
        return Wordings.of(Product.of(row.columns))
    kind, colour = row.columns["type"].lower(), row.columns["colour_en"].lower()
    return Wordings(KIND_WORDS.get(kind, (kind,)), colour_words(colour))


def asked_for(row: LabelledPicture, count: int, forms: Sequence[str] = FORMS) -> list[str]:
    """Returns what a product of `CATALOGUES` is called: its name, its attributes, and `count` ways to ask for it.

    The draws depend on the file's name alone.
    """
    seed = int(hashlib.sha256(row.file.encode("utf-8", "surrogatepass")).hexdigest()[:8], 16)
    columns, drawn = row.columns, wordings_of(row).drawn(count, np.random.default_rng(seed), forms)
    if "articleType" in columns:
        product = Product.of(columns)
        given = product.name, f"a photo of {product.colour} {product.type} for {product.gender}"
    else:
        kind, colour = columns["type"].lower(), columns["colour_en"].lower()
        given = f"{colour} {kind}", f"a photo of a {colour} {kind}"
    return [with_articles(text) for text in (*given, *drawn)]

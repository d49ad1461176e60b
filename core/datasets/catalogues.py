"""Catalogues of clothes: which packs they are, and what people may call a product and its kind."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from core.datasets.changes import Product
from core.datasets.folder import LabelledPicture
from core.datasets.wordings import KIND_WORDS, Wordings, colour_words
from core.plurals import with_articles

CATALOGUES: Mapping[str, tuple[str, str]] = {
    "fashion_products_224": ("articleType", "productDisplayName"),
    "mango_products": ("type", "model"),
}
"""Pack -> the column of the kinds, and the column whose rows are one product."""
SINGULAR = {
    "Tshirts": "T-shirt", "Trousers": "", "Track Pants": "", "Jeans": "", "Shorts": "", "Leggings": "",
    "Capris": "", "Dresses": "dress", "Scarves": "scarf", "Gloves": "", "Socks": "", "Stockings": "", "Tights": "",
}  # fmt: skip
"""Names of kinds that are not made singular by taking an s away; "" for those that have no singular."""
TEMPLATES = (
    "a photo of {}", "a photo of {}.", "{}", "{} on a white background", "a person wearing {}", "a picture of {}",
)  # fmt: skip


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


def kind_sentences(kind: str) -> list[str]:
    """Returns sentences that name a kind, called by a plural: "a photo of a skirt", "a photo of skirts"."""
    plural = kind.lower()
    singular = SINGULAR.get(kind, plural.removesuffix("s"))
    words = (with_articles(f"a {singular}"), plural) if singular else (plural,)
    return [template.format(word) for word in words * (2 // len(words)) for template in TEMPLATES]

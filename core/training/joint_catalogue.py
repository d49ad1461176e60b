"""What the joint recipe learns from a clothes catalogue: products with their names, and the kinds of clothes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from core.captioners.templates import with_articles
from core.datasets.folder import LabelledPicture, read_folder
from core.datasets.split import joined_groups, kept_back
from core.encoders.towers import TOWERS_ID, WIDTH, Towers
from core.training.catalogue_views import views
from core.training.common import FeatureStore
from core.training.garment_scenes import painters
from core.training.joint_model import Kinds, Pairs

CATALOGUE = "fashion_products_224"
CLOTHES = "Apparel"
LEAST = 5
"""Products of a kind, below which nothing is learned of it."""
SINGULAR = {
    "Tshirts": "T-shirt", "Trousers": "", "Track Pants": "", "Jeans": "", "Shorts": "", "Leggings": "",
    "Capris": "", "Dresses": "dress", "Scarves": "scarf", "Gloves": "", "Socks": "", "Stockings": "", "Tights": "",
}  # fmt: skip
"""Names of kinds that are not made singular by taking an s away; "" for those that have no singular."""
TEMPLATES = (
    "a photo of {}", "a photo of {}.", "{}", "{} on a white background", "a person wearing {}", "a picture of {}",
)  # fmt: skip


def product_pairs(pack: Path, towers: Towers, store: FeatureStore) -> tuple[list[Pairs], list[str]]:
    """Returns photos with two sentences each, the product's name and its attributes, and what training sees.

    Args:
        pack: the catalogue; an eighth of its products trains nothing.
        towers: encode photos and sentences.
        store: keeps features.
    """
    rows, features, digests = _training_rows(pack, towers, store)
    texts = [[row.columns["productDisplayName"], _attributes(row.columns)] for row in rows]
    flat = towers.sentences([sentence for pair in texts for sentence in pair])
    sentences = torch.from_numpy(flat.reshape(len(rows), 2, WIDTH))
    return [Pairs(torch.from_numpy(features), sentences)], digests


def clothes(data: Path, pack: Path, towers: Towers, store: FeatureStore) -> list[Kinds]:
    """Returns all products with their kinds, and views of those that are clothes.

    Args:
        data: the folder of packs, whose photos views are pasted on.
        pack: the catalogue; an eighth of its products trains nothing.
        towers: encode photos and sentences.
        store: keeps features.
    """
    rows, features, _ = _training_rows(pack, towers, store)
    counts = Counter(row.label for row in rows)
    names = sorted(name for name, count in counts.items() if count >= LEAST)
    if len(names) < 2:
        return []
    sentences = torch.from_numpy(np.stack([towers.sentences(said(name)) for name in names]))

    def known(some: Sequence[LabelledPicture], seen: np.ndarray) -> Kinds:
        places = [place for place, row in enumerate(some) if row.label in names]
        labels = torch.tensor([names.index(some[place].label) for place in places])
        return Kinds(torch.from_numpy(seen[places]), labels, sentences)

    worn = [row for row in rows if row.columns.get("masterCategory") == CLOTHES and row.label in names]
    if not worn:
        return [known(rows, features)]
    painter, _ = painters(data)
    seen = views(store, towers, [row.path for row in worn], [row.label for row in worn], painter)
    return [known(rows, features), known(worn * len(seen), np.concatenate(seen))]


def said(kind: str) -> list[str]:
    """Returns the sentences that name a kind of the catalogue, such as "a photo of a skirt" and "a photo of skirts".

    Args:
        kind: its name there, a plural.
    """
    plural = kind.lower()
    one = SINGULAR.get(kind, plural.removesuffix("s"))
    words = (with_articles(f"a {one}"), plural) if one else (plural,)
    return [template.format(word) for word in words * (2 // len(words)) for template in TEMPLATES]


def _training_rows(
    pack: Path, towers: Towers, store: FeatureStore
) -> tuple[list[LabelledPicture], np.ndarray, list[str]]:
    """Returns the rows whose product is not kept back, their features and their files' SHA-256."""
    rows = read_folder(pack, "articleType")
    features, digests = store.rows(f"pooled {TOWERS_ID}", [row.path for row in rows], towers.pooled)
    groups = joined_groups([row.columns["productDisplayName"] for row in rows], digests)
    keep = [place for place, group in enumerate(groups) if not kept_back(group)]
    return [rows[place] for place in keep], features[keep], [digests[place] for place in keep]


def _attributes(columns: Mapping[str, str]) -> str:
    colour, kind, whom = (columns[name].lower() for name in ("baseColour", "articleType", "gender"))
    return f"a photo of {colour} {kind} for {whom}"

"""What the joint recipe learns from a clothes catalogue: products with their names, and the kinds of clothes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float32

from core.captioners.templates import with_articles
from core.datasets.folder import LabelledPicture, read_folder
from core.datasets.split import joined_groups, kept_back
from core.encoders.towers import TOWERS_ID, WIDTH, Towers
from core.training.joint.fit import Kinds, Pairs
from core.training.joint.views import views
from core.training.shared.common import FeatureStore
from core.training.shared.scenes import Painter

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


@dataclass(frozen=True, slots=True, eq=False)
class Products:
    """The products of a catalogue that train; an eighth trains nothing.

    Attributes:
        rows: their lines.
        features: (n, 1280) pooled features of their photos.
        digests: (n,) SHA-256 of their files.
    """

    rows: Sequence[LabelledPicture]
    features: Float32[np.ndarray, "n 1280"]
    digests: list[str]

    @classmethod
    def read(cls, pack: Path, towers: Towers, store: FeatureStore) -> Products:
        """Reads a catalogue.

        Args:
            pack: the catalogue.
            towers: encode its photos.
            store: keeps features.
        """
        rows = read_folder(pack, "articleType")
        features, digests = store.rows(f"pooled {TOWERS_ID}", [row.path for row in rows], towers.pooled)
        groups = joined_groups([row.columns["productDisplayName"] for row in rows], digests)
        keep = [place for place, group in enumerate(groups) if not kept_back(group)]
        return cls([rows[place] for place in keep], features[keep], [digests[place] for place in keep])

    def pairs(self, towers: Towers) -> Pairs:
        """Returns the photos with two sentences each, the product's name and its attributes."""
        texts = [
            text
            for row in self.rows
            for text in (row.columns["productDisplayName"], _attributes(row.columns))
        ]
        sentences = towers.sentences(texts).reshape(len(self.rows), 2, WIDTH)
        return Pairs(torch.from_numpy(self.features), torch.from_numpy(sentences))

    def kinds(self, towers: Towers, store: FeatureStore, painter: Painter) -> list[Kinds]:
        """Returns all products with their kinds, and views of those that are clothes.

        Args:
            towers: encode views and sentences.
            store: keeps features.
            painter: pastes photos on others.
        """
        counts = Counter(row.label for row in self.rows)
        names = sorted(name for name, count in counts.items() if count >= LEAST)
        if len(names) < 2:
            return []
        sentences = torch.from_numpy(np.stack([towers.sentences(said(name)) for name in names]))

        def known(some: Sequence[LabelledPicture], seen: np.ndarray) -> Kinds:
            places = [place for place, row in enumerate(some) if row.label in names]
            labels = torch.tensor([names.index(some[place].label) for place in places])
            return Kinds(torch.from_numpy(seen[places]), labels, sentences)

        worn = [row for row in self.rows if row.columns.get("masterCategory") == CLOTHES]
        worn = [row for row in worn if row.label in names]
        if not worn:
            return [known(self.rows, self.features)]
        seen = views(store, towers, [row.path for row in worn], [row.label for row in worn], painter)
        return [known(self.rows, self.features), known(worn * len(seen), np.concatenate(seen))]


def said(kind: str) -> list[str]:
    """Returns the sentences that name a kind of the catalogue, such as "a photo of a skirt" and "a photo of skirts".

    Args:
        kind: its name there, a plural.
    """
    plural = kind.lower()
    one = SINGULAR.get(kind, plural.removesuffix("s"))
    words = (with_articles(f"a {one}"), plural) if one else (plural,)
    return [template.format(word) for word in words * (2 // len(words)) for template in TEMPLATES]


def _attributes(columns: Mapping[str, str]) -> str:
    colour, kind, whom = (columns[name].lower() for name in ("baseColour", "articleType", "gender"))
    return f"a photo of {colour} {kind} for {whom}"

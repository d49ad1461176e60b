"""What the joint encoder learns from: photos with captions, ImageNet's classes, and catalogues of clothes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as functional

from core.augmentation.albums import painters
from core.captioners.templates import with_articles
from core.datasets.captions import CAPTIONS
from core.datasets.catalogues import CATALOGUES
from core.datasets.fields_roads import copies
from core.datasets.folder import read_folder
from core.datasets.packs import any_pack, find_pack, find_packs
from core.encoders.torch_towers import imagenet_classifier
from core.encoders.towers import TOWERS_ID, WIDTH, Towers
from core.features.store import FeatureStore
from core.training.joint.pairs import Kinds, SentencePairs
from core.training.joint.photos import PACKS, Collection
from core.training.joint.products import Products

CLASSES = "imagenet_samples"
CLASS_STEP = 6.0  # how far along a class's direction its made-up picture lies from the mean photo
CLASS_SENTENCES = (
    "a photo of a {}.", "a {} .", "a {} in the foreground", "a close up of a {}", "there is a {} in the picture",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class FurtherLessons:
    """What trains beside the photos with captions: pairs, kinds, SHA-256 of each of these pictures, and their packs."""

    pairs: Sequence[SentencePairs]
    kinds: Sequence[Kinds]
    digests: Sequence[str]
    packs: Sequence[str]

    @classmethod
    def read(cls, data: Path, towers: Towers, store: FeatureStore) -> FurtherLessons:
        """Reads and encodes the packs of classes and of products that are there."""
        pairs, kinds, digests, packs = list[SentencePairs](), list[Kinds](), list[str](), list[str]()
        if (classes := find_pack(data, CLASSES)) is not None:
            pairs, digests = _class_pairs(classes, towers, store)
            packs.append(CLASSES)
        for pack in find_packs(data, CATALOGUES):
            products = Products.read(pack, towers, store)
            pairs.append(products.pairs(towers, store))
            kinds += products.kinds(towers, store, painters(data)[0])
            digests += products.digests
            packs.append(pack.name)
        return cls(pairs, kinds, digests, packs)


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """All that the projections learn from and are measured on.

    Attributes:
        collections: photos with captions.
        sides: what trains beside them.
        copies: SHA-256 of the copies of photos that train, which stand in other packs.
    """

    collections: Sequence[Collection]
    sides: FurtherLessons
    copies: Sequence[str]

    @classmethod
    def read(cls, data: Path, towers: Towers, store: FeatureStore) -> Lessons:
        """Reads and encodes the packs in `data`, see the recipe.

        Raises:
            DataError: there are no photos with captions, or one cannot be read.
        """
        whole = any_pack(data, next(iter(PACKS)), CAPTIONS)
        packs = [whole, *(pack for pack in find_packs(data, list(PACKS)[1:], CAPTIONS) if pack != whole)]
        collections = [Collection.read(pack, towers, store) for pack in packs]
        names = [Path(some.files[row]).name for some in collections for row in some.parted[0]]
        return cls(collections, FurtherLessons.read(data, towers, store), copies(data, names))

    @property
    def training(self) -> list[SentencePairs]:
        """The photos that train, of each collection."""
        return [some.photos.part(some.parted[0]) for some in self.collections]

    @property
    def seen(self) -> list[str]:
        """SHA-256 of each picture that trains, and of their copies."""
        photos = [some.digests[row] for some in self.collections for row in some.parted[0]]
        return [*photos, *self.copies, *self.sides.digests]

    @property
    def packs(self) -> list[str]:
        """Names of all packs."""
        return [*(some.name for some in self.collections), *self.sides.packs]


def _class_pairs(pack: Path, towers: Towers, store: FeatureStore) -> tuple[list[SentencePairs], list[str]]:
    """Returns one photo of each ImageNet class, and the classifier's direction for it, with the class's name."""
    rows = read_folder(pack)
    features, digests = store.rows(f"pooled {TOWERS_ID}", [row.path for row in rows], towers.pooled)
    names = [row.label.replace("_", " ") for row in rows]
    texts = [with_articles(form.format(name)) for name in names for form in CLASS_SENTENCES]
    embedded = store.text_rows(f"sentences {TOWERS_ID}", texts, towers.sentences)
    sentences = torch.from_numpy(embedded.reshape(len(names), -1, WIDTH))
    photos = torch.from_numpy(features)
    places = torch.tensor([int(row.columns["imagenet1k_idx"]) for row in rows])
    directions = functional.normalize(imagenet_classifier()[0][places], dim=-1)
    made_up = photos.mean(0) + CLASS_STEP * directions
    return [SentencePairs(photos, sentences), SentencePairs(made_up, sentences)], digests

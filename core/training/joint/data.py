"""What the joint encoder learns from: photos with captions, ImageNet's classes, and catalogues of clothes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional

from core.captioners.templates import with_articles
from core.datasets.captions import CAPTIONS
from core.datasets.folder import read_folder
from core.datasets.packs import any_pack, find_pack
from core.datasets.split import split_by_group
from core.encoders.torch_towers import imagenet_classifier
from core.encoders.towers import TOWERS_ID, WIDTH, Towers
from core.features.store import FeatureStore
from core.store import sha256_of
from core.training.joint.pairs import Kinds, SentencePairs
from core.training.joint.photos import PACKS, Collection
from core.training.joint.products import Products
from core.training.shared.albums import painters
from core.training.shared.catalogues import CATALOGUES

CLASSES = "imagenet_samples"
CLASS_STEP = 6.0  # how far along a class's direction its made-up picture lies from the mean photo
CLASS_SENTENCES = (
    "a photo of a {}.", "a {} .", "a {} in the foreground", "a close up of a {}", "there is a {} in the picture",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class FurtherLessons:
    """What trains beside the photos with captions.

    Attributes:
        pairs: further pictures with sentences.
        kinds: pictures with labels.
        digests: SHA-256 of each of these pictures.
        packs: names of the packs.
    """

    pairs: Sequence[SentencePairs]
    kinds: Sequence[Kinds]
    digests: Sequence[str]
    packs: Sequence[str]

    @classmethod
    def read(cls, data: Path, towers: Towers, store: FeatureStore) -> FurtherLessons:
        """Reads and encodes the packs of classes and of products that are there."""
        pairs: list[SentencePairs] = []
        kinds: list[Kinds] = []
        digests: list[str] = []
        packs: list[str] = []
        if (classes := find_pack(data, CLASSES)) is not None:
            class_pairs, class_digests = _class_pairs(classes, towers, store)
            pairs, digests, packs = pairs + class_pairs, digests + class_digests, [*packs, CLASSES]
        for name in CATALOGUES:
            if (catalogue := find_pack(data, name)) is not None:
                products = Products.read(catalogue, towers, store)
                pairs, packs = [*pairs, products.pairs(towers, store)], [*packs, name]
                digests = digests + products.digests
                kinds += products.kinds(towers, store, painters(data)[0])
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
        further = [find_pack(data, name, CAPTIONS) for name in list(PACKS)[1:]]
        packs = [whole, *(pack for pack in further if pack is not None and pack != whole)]
        collections = [Collection.read(pack, towers, store) for pack in packs]
        names = [
            Path(collection.files[row]).name for collection in collections for row in parted(collection)[0]
        ]
        return cls(collections, FurtherLessons.read(data, towers, store), copies(data, names))

    @property
    def training(self) -> list[SentencePairs]:
        """The photos that train, of each collection."""
        return [collection.photos.part(parted(collection)[0]) for collection in self.collections]

    @property
    def seen(self) -> list[str]:
        """SHA-256 of each picture that trains, and of their copies."""
        photos = [collection.digests[row] for collection in self.collections for row in parted(collection)[0]]
        return [*photos, *self.copies, *self.sides.digests]

    @property
    def packs(self) -> list[str]:
        """Names of all packs."""
        return [*(collection.name for collection in self.collections), *self.sides.packs]


def parted(collection: Collection) -> tuple[np.ndarray, np.ndarray]:
    """Returns the photos of a collection that train, and those that are kept back."""
    return split_by_group(collection.files)


def copies(data: Path, names: Sequence[str]) -> list[str]:
    """Returns the SHA-256 of the pictures of `fields_roads` whose names end with a trained photo's: the same photos."""
    roads = find_pack(data, "fields_roads")
    rows = read_folder(roads, "label") if roads is not None else []
    ends = tuple(f"_{name}" for name in names)
    return [sha256_of(row.path) for row in rows if row.path.name.endswith(ends)]


def _class_pairs(pack: Path, towers: Towers, store: FeatureStore) -> tuple[list[SentencePairs], list[str]]:
    """Returns one photo of each ImageNet class, and the classifier's direction for it, with the class's name."""
    rows = read_folder(pack)
    features, digests = store.rows(f"pooled {TOWERS_ID}", [row.path for row in rows], towers.pooled)
    names = [row.label.replace("_", " ") for row in rows]
    texts = [with_articles(form.format(name)) for name in names for form in CLASS_SENTENCES]
    embedded = store.text_rows(f"sentences {TOWERS_ID}", texts, towers.sentences)
    sentences = torch.from_numpy(embedded.reshape(len(names), -1, WIDTH))
    photos = torch.from_numpy(features)
    weight, _ = imagenet_classifier()
    places = torch.tensor([int(row.columns["imagenet1k_idx"]) for row in rows])
    directions = functional.normalize(weight[places], dim=-1)
    return [
        SentencePairs(photos, sentences),
        SentencePairs(photos.mean(0) + CLASS_STEP * directions, sentences),
    ], digests

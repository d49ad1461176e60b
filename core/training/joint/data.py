"""What the joint encoder learns from: photos with captions, ImageNet's classes, and a catalogue of clothes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import Float32
from tqdm import tqdm

from core.augmentation.scenes import Painter
from core.augmentation.views import alone, on_paper
from core.captioners.templates import with_articles
from core.datasets.captions import read_captions
from core.datasets.folder import LabelledPicture, read_folder
from core.datasets.packs import any_pack, find_pack
from core.datasets.split import joined_groups, kept_back, split_by_group
from core.encoders.torch_towers import imagenet_classifier
from core.encoders.towers import TOWERS_ID, WIDTH, Towers
from core.features.store import FeatureStore, View
from core.store import sha256_of
from core.training.joint.fit import Kinds, SentencePairs
from core.training.shared.albums import painters

CLASSES, CATALOGUE = "imagenet_samples", "fashion_products_224"
ROUND = 101  # of the scenes, so that they are not those of the box head
CLASS_STEP = 6.0  # how far along a class's direction its made-up picture lies from the mean photo
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
class Lessons:
    """All that the projections learn from and are measured on.

    Attributes:
        photos: photos with captions, which train.
        sides: further pairs.
        kinds: pictures with labels.
        back: photos with captions that are kept back.
        seen: SHA-256 of each picture that trains.
        packs: names of the packs.
    """

    photos: SentencePairs
    sides: Sequence[SentencePairs]
    kinds: Sequence[Kinds]
    back: SentencePairs
    seen: Sequence[str]
    packs: Sequence[str]


def read_lessons(data: Path, towers: Towers, store: FeatureStore) -> Lessons:
    """Reads and encodes the packs in `data`, see the recipe."""
    pack = any_pack(data, "flickr8k", "captions.json")
    photos = read_captions(pack)
    training, back = split_by_group([photo.file for photo in photos])
    features, digests = store.rows(f"pooled {TOWERS_ID}", [photo.path for photo in photos], towers.pooled)
    count = min(len(photo.captions) for photo in photos)
    sentences = np.stack([towers.sentences(photo.captions[:count]) for photo in tqdm(photos, "captions")])
    seen = [digests[row] for row in training]
    seen += copies(data, [photos[row].path.name for row in training])
    sides: list[SentencePairs] = []
    kinds: list[Kinds] = []
    packs = [pack.name]
    if (classes := find_pack(data, CLASSES)) is not None:
        class_pairs, class_digests = _class_pairs(classes, towers, store)
        sides, seen, packs = sides + class_pairs, seen + class_digests, [*packs, CLASSES]
    if (catalogue := find_pack(data, CATALOGUE)) is not None:
        products = Products.read(catalogue, towers, store)
        sides, seen, packs = [*sides, products.pairs(towers)], seen + products.digests, [*packs, CATALOGUE]
        kinds = products.kinds(towers, store, painters(data)[0])
    main, held = (
        SentencePairs(torch.from_numpy(features[rows]), torch.from_numpy(sentences[rows]))
        for rows in (training, back)
    )
    return Lessons(main, sides, kinds, held, seen, packs)


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
    sentences = torch.from_numpy(towers.sentences([f"a photo of a {name}." for name in names]))[:, None]
    photos = torch.from_numpy(features)
    weight, _ = imagenet_classifier()
    places = torch.tensor([int(row.columns["imagenet1k_idx"]) for row in rows])
    directions = functional.normalize(weight[places], dim=-1)
    return [
        SentencePairs(photos, sentences),
        SentencePairs(photos.mean(0) + CLASS_STEP * directions, sentences),
    ], digests


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
        """Reads and encodes a catalogue."""
        rows = read_folder(pack, "articleType")
        features, digests = store.rows(f"pooled {TOWERS_ID}", [row.path for row in rows], towers.pooled)
        groups = joined_groups([row.columns["productDisplayName"] for row in rows], digests)
        training = [place for place, group in enumerate(groups) if not kept_back(group)]
        return cls(
            [rows[place] for place in training], features[training], [digests[place] for place in training]
        )

    def pairs(self, towers: Towers) -> SentencePairs:
        """Returns the photos with two sentences each, the product's name and its attributes."""
        names = [(row.columns["productDisplayName"], _attributes(row.columns)) for row in self.rows]
        texts = [text for both in names for text in both]
        sentences = towers.sentences(texts).reshape(len(self.rows), 2, WIDTH)
        return SentencePairs(torch.from_numpy(self.features), torch.from_numpy(sentences))

    def kinds(self, towers: Towers, store: FeatureStore, painter: Painter) -> list[Kinds]:
        """Returns all products with their kinds, and views of those that are clothes; the painter pastes them."""
        counts = Counter(row.label for row in self.rows)
        names = sorted(name for name, count in counts.items() if count >= LEAST)
        if len(names) < 2:
            return []
        sentences = torch.from_numpy(np.stack([towers.sentences(kind_sentences(name)) for name in names]))

        def labelled(rows: Sequence[LabelledPicture], features: np.ndarray) -> Kinds:
            places = [place for place, row in enumerate(rows) if row.label in names]
            labels = torch.tensor([names.index(rows[place].label) for place in places])
            return Kinds(torch.from_numpy(features[places]), labels, sentences)

        worn = [
            row for row in self.rows if row.label in names and row.columns.get("masterCategory") == CLOTHES
        ]
        if not worn:
            return [labelled(self.rows, self.features)]
        features = views(store, towers, [row.path for row in worn], [row.label for row in worn], painter)
        return [labelled(self.rows, self.features), labelled(worn * len(features), np.concatenate(features))]


def views(
    store: FeatureStore, towers: Towers, paths: Sequence[Path], kinds: Sequence[str], painter: Painter
) -> list[Float32[np.ndarray, "n 1280"]]:
    """Returns the features of three views of each catalogue photo, of which `kinds` tells what it shows."""
    kind_of = dict(zip(paths, kinds, strict=True))
    view_of: dict[str, View] = {
        "on paper 1": lambda path, _: on_paper(path),
        "alone 1": lambda path, _: alone(path, kind_of[path]),
        f"elsewhere {painter.id}-{ROUND}": lambda path, _: painter.scene(path, ROUND).picture,
    }
    return [
        store.rows(f"{name} pooled {TOWERS_ID}", paths, towers.pooled, pictures=view)[0]
        for name, view in view_of.items()
    ]


def kind_sentences(kind: str) -> list[str]:
    """Returns sentences that name a kind, called by a plural: "a photo of a skirt", "a photo of skirts"."""
    plural = kind.lower()
    singular = SINGULAR.get(kind, plural.removesuffix("s"))
    words = (with_articles(f"a {singular}"), plural) if singular else (plural,)
    return [template.format(word) for word in words * (2 // len(words)) for template in TEMPLATES]


def _attributes(columns: Mapping[str, str]) -> str:
    colour, kind, whom = (columns[name].lower() for name in ("baseColour", "articleType", "gender"))
    return f"a photo of {colour} {kind} for {whom}"

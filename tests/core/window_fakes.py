"""A gallery of clusters and encoders whose rows lie near its pictures, for the tests of windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.blend import unit
from core.index.vectors import IndexedVectors
from core.tasks.compose import ComposeTask
from core.tasks.street_to_shop import StreetToShopTask
from core.types import Caption, Picture, Unread

COUNT, WIDTH, CLUSTERS = 6_000, 48, 60


@dataclass(frozen=True)
class ClusteredItem:
    id: str
    file: str
    title: str
    caption: str
    digest: str


class ClusteredGallery(IndexedVectors):
    """A gallery of pictures in clusters, as embeddings of real pictures are."""

    constants = {f"{part}_mean": 0.1 for part in ("picture", "words", "box")} | {
        f"{part}_std": std for part, std in (("picture", 0.2), ("words", 0.3), ("box", 0.2))
    }

    def __init__(self, count: int = COUNT) -> None:
        self.chance = np.random.default_rng(17)
        rows = {name: self._clustered(count, WIDTH) for name in ("joint", "garment", "words")}
        super().__init__(rows)
        self.items = [
            ClusteredItem(f"item-{row}", f"shop/{row}.webp", f"Title {row}", f"a thing {row}", f"{row:064d}")
            for row in range(count)
        ]

    def _clustered(self, count: int, width: int) -> np.ndarray:
        centres = unit(self.chance.normal(size=(CLUSTERS, width)))
        of = self.chance.integers(0, CLUSTERS, count)
        return np.asarray(unit(centres[of] + 0.11 * self.chance.normal(size=(count, width))), np.float32)

    def near(self, name: str, seed: int, place: int | None = None) -> np.ndarray:
        chance = np.random.default_rng(seed)
        row = self.vectors(name)[chance.integers(0, len(self.items)) if place is None else place]
        return np.asarray(unit(row[None] + 0.1 * chance.normal(size=(1, WIDTH)))[0], np.float32)

    def find(self, digest: str) -> tuple[int, ...]:
        return (int(digest),) if digest.isdigit() and int(digest) < len(self.items) else ()


class SeededEncoders:
    """Encoders whose rows lie near pictures of the gallery, another one for each picture and text."""

    scale, mean_by_tokens = 20.0, True

    def __init__(self, gallery: ClusteredGallery) -> None:
        self._gallery = gallery

    def unread(self, text: str) -> Unread:
        return Unread()

    def picture_tokens(self, picture: Picture) -> np.ndarray:
        number = int(picture.digest)
        return self._gallery.near("joint", number, number)[None]

    def text_tokens(self, text: str) -> np.ndarray:
        return self.encode_texts([text])

    def fuse(self, picture: Picture, text: str, q: np.ndarray, t: np.ndarray) -> np.ndarray:
        return np.asarray(unit(q + 2 * t), np.float32)

    def encode_texts(self, texts: list[str]) -> np.ndarray:
        return np.stack([self._gallery.near("joint", sum(text.encode())) for text in texts])

    def sentences(self, texts: list[str]) -> np.ndarray:
        return np.stack([self._gallery.near("words", sum(text.encode())) for text in texts])

    def garment_features(self, pictures: list[Picture]) -> np.ndarray:
        return np.stack(
            [self._gallery.near("garment", int(picture.digest, 16) % 999) for picture in pictures]
        )

    def street(self, features: np.ndarray) -> np.ndarray:
        return features

    shop = street

    def caption(self, picture: Picture) -> Caption:
        return Caption("an image of a shirt", "captioner")


def picture_of(number: int) -> Picture:
    return Picture(np.zeros((2, 2, 3), dtype=np.uint8), (2, 2), f"{number:064d}")


def composing_of(gallery: ClusteredGallery, **more: Any) -> ComposeTask:
    fake: Any = SeededEncoders(gallery)
    return ComposeTask(gallery, joint=fake, combiner=fake, profile="pocket", models={}, **more)


def shop_of(gallery: ClusteredGallery, **more: Any) -> StreetToShopTask:
    fake: Any = SeededEncoders(gallery)
    return StreetToShopTask(
        gallery, joint=fake, garment=fake, captioner=fake, profile="pocket", models={}, **more
    )

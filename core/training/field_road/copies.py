"""Copies of the training pictures of field or road: cropped, mirrored, recoloured, grey, blurred; features cached."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float32, Int
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional

from core.encoders.pocket import PocketJoint
from core.encoders.towers import TOWERS_ID
from core.images import open_picture
from core.store import sha256_of
from core.training.shared.features import FeatureStore
from core.types import Box, Picture

LONGEST = 384
SIDE = 300
ROAD_COPIES, FIELD_COPIES = 4, 10
"""Copies of each picture; fields are 43 of 153, so that a field needs 2.5 times as many for equal numbers."""
SWAPPED_ROADS, SWAPPED_FIELDS = 4, 10
"""Beside these copies, how many more have the other class's sky and hills above their own ground."""
STRANGE = ("grey", "blurred", "grey and square")
"""Copies by which settings are chosen: what unseen pictures may look like and no training picture does."""


def altered(picture: Picture, number: int) -> Picture:
    """Returns a copy of a picture, changed by chance; the same picture and number give the same copy.

    A crop of 50 to 100 % of the area, mirrored half of the time; brightness, contrast and saturation times 0.6
    to 1.4; grey half of the time; blurred half of the time by 0.5 to 2.5 pixels at the size of the encoder.

    Args:
        picture: as the door gave it.
        number: which copy.
    """
    draw = np.random.default_rng([int(picture.digest[:12], 16), number])
    pixels = _tensor(picture)
    _, height, width = pixels.shape
    share, shape = draw.uniform(0.5, 1.0), np.exp(draw.uniform(-0.3, 0.3))
    high = min(height, round(height * np.sqrt(share / shape)))
    wide = min(width, round(width * np.sqrt(share * shape)))
    top, left = draw.integers(0, height - high + 1), draw.integers(0, width - wide + 1)
    pixels = functional.crop(pixels, int(top), int(left), max(high, 1), max(wide, 1))
    if draw.random() < 0.5:
        pixels = functional.horizontal_flip(pixels)
    for change in (functional.adjust_brightness, functional.adjust_contrast, functional.adjust_saturation):
        pixels = change(pixels, float(draw.uniform(0.6, 1.4)))
    if draw.random() < 0.5:
        pixels = functional.rgb_to_grayscale(pixels, num_output_channels=3)
    if draw.random() < 0.5:
        pixels = _blurred(pixels, float(draw.uniform(0.5, 2.5)))
    return _picture(picture, pixels)


def swapped(picture: Picture, other: Picture, number: int) -> Picture:
    """Returns a picture's ground under another picture's upper part, so that the ground alone tells the class.

    Roads of the training pictures lie under mountains and wide skies, fields do not; a head that learns so much
    takes every wide country for a road. The horizon is drawn from 35 to 55 % of the height, softly.

    Args:
        picture: gives the ground, and the digest.
        other: gives what stands above it; of the other class.
        number: which copy.
    """
    draw = np.random.default_rng([int(picture.digest[:12], 16), number])
    horizon, softness = draw.uniform(0.35, 0.55) * SIDE, draw.uniform(1.0, 6.0)
    ground, above = (functional.resize(_tensor(part), [SIDE, SIDE]).float() for part in (picture, other))
    share = torch.sigmoid((torch.arange(SIDE) - horizon) / softness)[None, :, None]
    return _picture(picture, (ground * share + above * (1 - share)).byte())


def strange(picture: Picture, kind: str) -> Picture:
    """Returns one of the copies by which settings are chosen.

    Args:
        picture: as the door gave it.
        kind: one of `STRANGE`.
    """
    pixels = _tensor(picture)
    if "grey" in kind:
        pixels = functional.rgb_to_grayscale(pixels, num_output_channels=3)
    if "blurred" in kind:
        pixels = _blurred(pixels, 2.0)
    if "square" in kind:
        pixels = functional.center_crop(pixels, [min(pixels.shape[1:])] * 2)
    return _picture(picture, pixels)


def embeddings(
    joint: PocketJoint,
    store: FeatureStore,
    paths: Sequence[Path],
    name: str = "",
    change: Callable[[Picture], Picture] | None = None,
) -> tuple[Float32[np.ndarray, "n d"], list[str]]:
    """Returns the joint embeddings of pictures, or of changed copies of them, and the digests of their files.

    Args:
        joint: the encoder; its pooled features are kept in `store`.
        store: where features are kept, so that each is computed once.
        paths: the pictures.
        name: of the change; "" for none.
        change: makes the copy.

    Raises:
        DataError: a picture cannot be read.
    """

    def changed(path: Path, _: Box | None) -> Picture:
        picture = open_picture(path)
        return picture if change is None else change(picture)

    name = f"pooled {TOWERS_ID}" + (f", {name}" if name else "")
    pooled, digests = store.rows(name, paths, joint.pooled, pictures=changed)
    return joint.project_pictures(pooled), digests


def copies_of(
    joint: PocketJoint,
    store: FeatureStore,
    paths: Sequence[Path],
    counts: Sequence[int],
    name: str = "copy {}",
    change: Callable[[Picture, int], Picture] = altered,
) -> tuple[Float32[np.ndarray, "_ d"], ...]:
    """Returns the embeddings of changed copies.

    Args:
        joint: the encoder.
        store: where features are kept.
        paths: (n,) the pictures.
        counts: (n,) how many copies of each.
        name: of the change, with {} for the number of the copy from 1.
        change: makes the copy of a picture with a number from 0.

    Returns:
        (n,) one array for each picture, its copies 0, 1, ... in order.
    """
    rows: list[list[np.ndarray]] = [[] for _ in paths]
    for number in range(max(counts, default=0)):
        chosen = [i for i, count in enumerate(counts) if count > number]
        copied, _ = embeddings(
            joint,
            store,
            [paths[i] for i in chosen],
            name.format(number + 1),
            lambda picture, number=number: change(picture, number),  # type: ignore[misc]
        )
        for i, row in zip(chosen, copied, strict=True):
            rows[i].append(row)
    empty = np.zeros((0, joint.width), dtype=np.float32)
    return tuple(np.stack(some) if some else empty for some in rows)


def swapped_copies(
    joint: PocketJoint,
    store: FeatureStore,
    paths: Sequence[Path],
    roads: Sequence[bool],
    *,
    checks: bool = False,
) -> tuple[tuple[Float32[np.ndarray, "_ d"], ...], tuple[Int[np.ndarray, " _"], ...]]:
    """Returns the embeddings of copies with the other class's upper part, and whose part each shows.

    Args:
        joint: the encoder.
        store: where features are kept.
        paths: (n,) the pictures.
        roads: (n,) whether each is a road.
        checks: one more for each picture, not changed further, by which settings are chosen.

    Returns:
        (n,) arrays of copies, and (n,) arrays of the number of the picture that the upper part comes from.
    """
    digests = [sha256_of(path) for path in paths]
    pool = hashlib.sha256("".join(digests).encode()).hexdigest()[:12]
    counts = [1 if checks else SWAPPED_ROADS if road else SWAPPED_FIELDS for road in roads]
    donors = []
    for i, count in enumerate(counts):
        others = [j for j, road in enumerate(roads) if road != roads[i]]
        draws = (np.random.default_rng([i, number, int(checks)]) for number in range(count))
        donors.append(np.array([others[int(draw.integers(len(others)))] for draw in draws]))
    donors_of = dict(zip(digests, donors, strict=True))

    def change(picture: Picture, number: int) -> Picture:
        above = open_picture(paths[donors_of[picture.digest][number]])
        copy = swapped(picture, above, number)
        return copy if checks else altered(copy, 100 + number)

    name = f"{'check' if checks else 'copy'} {{}} with another sky, of {pool}"
    return copies_of(joint, store, paths, counts, name, change), tuple(donors)


def _tensor(picture: Picture) -> torch.Tensor:
    """Returns (3, height, width) bytes, the longest side at most 384."""
    pixels = torch.from_numpy(picture.pixels.copy()).permute(2, 0, 1)
    if max(pixels.shape) <= LONGEST:
        return pixels
    smaller: torch.Tensor = v2.Resize(size=None, max_size=LONGEST, antialias=True)(pixels)
    return smaller


def _blurred(pixels: torch.Tensor, sigma: float) -> torch.Tensor:
    """Blurs by `sigma` pixels of a picture whose longest side is 260."""
    spread = sigma * max(pixels.shape) / 260
    size = 2 * int(np.ceil(2.5 * spread)) + 1
    size = min(size, 2 * (min(pixels.shape[1:]) // 2) - 1)
    blurred: torch.Tensor = functional.gaussian_blur(pixels, [max(size, 1)] * 2, [spread] * 2)
    return blurred


def _picture(original: Picture, pixels: torch.Tensor) -> Picture:
    return replace(original, pixels=np.ascontiguousarray(pixels.permute(1, 2, 0).numpy()))

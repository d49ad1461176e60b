"""What a garment looks like in detail: textures and colours at several depths of the image tower, at two scales.

A retrieval embedding of the last layer alone says "a shirt"; which shirt it is lies in the shallow blocks and in the
colours. A worn garment fills a third of its photo and a product shot all of it, so the whole picture and its
middle, enlarged, are both described.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from jaxtyping import Float, Float32, Int, UInt8

from core.encoders.runtimes import TowerMaps
from core.images import square

GRID = 9
CELL = 5
MIDDLE = (0.12, 0.15, 0.88, 0.78)
"""The part of a picture that is enlarged: left, top, right, bottom, as shares of width and height."""
LIGHT_BINS, SHADE_BINS = 7, 7
WIDTH = 5044
ID = "garment-features-1"
FINEST = 2
"""How many of the maps are so fine that their deviation within a place says something, too."""
FINER = 3
"""The map, of the stages from the second on, that the places of the box head show at four times as many places."""
PLACE_WIDTH = 1280 + 4 * 120
PLACES_ID = "garment-places-1"
_SRGB = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


def views(pixels: UInt8[np.ndarray, "height width 3"], size: int) -> UInt8[np.ndarray, "2 size size 3"]:
    """Returns the whole picture and its middle, each on a white square.

    Args:
        pixels: (height, width, 3) bytes, RGB.
        size: side of the squares in pixels.
    """
    height, width = pixels.shape[:2]
    left, top = int(MIDDLE[0] * width), int(MIDDLE[1] * height)
    right, bottom = max(left + 1, int(MIDDLE[2] * width)), max(top + 1, int(MIDDLE[3] * height))
    return np.stack([square(pixels, size), square(pixels[top:bottom, left:right], size)])


def describe(maps: TowerMaps, pixels: Float32[np.ndarray, "n 3 s s"]) -> Float32[np.ndarray, "n 2522"]:
    """Returns mean and deviation, over a 9 x 9 grid, of what each place of a picture looks like.

    A place is described by the outputs of the tower's blocks 2 to 7 (with their deviation within the place for
    the two finest), by the mean and deviation of its colour, and by a histogram of its colours.

    Args:
        maps: what the image tower sees.
        pixels: in what, values in [-1, 1].
    """
    grids = [_mean_and_deviation(block) for block in maps.blocks[:FINEST]]
    grids += [_pooled(block, GRID) for block in maps.blocks[FINEST:]]
    shares = np.add(pixels, 1, dtype=np.float64)
    shares /= 2
    colours, histogram = _colours(shares)
    grids += [colours, np.sqrt(histogram)]
    places = np.concatenate([grid.reshape(*grid.shape[:2], -1) for grid in grids], axis=1)
    mean = places.mean(axis=2, keepdims=True)
    described = np.concatenate([mean[..., 0], places.std(axis=2, ddof=1, mean=mean)], axis=1)
    return described.astype(np.float32)


def describe_places(maps: TowerMaps) -> Float32[np.ndarray, "n 81 1760"]:
    """Returns what each place of a 9 x 9 grid looks like: the tower's last features, and its fifth block's.

    The fifth block sees places a quarter as large; the four that fall into one place stand side by side.

    Args:
        maps: what the image tower sees.
    """
    block = maps.blocks[FINER]
    finer = _both_ways(block, _between(block.shape[-1], 2 * GRID).astype(np.float32))
    count, channels = finer.shape[:2]
    four = finer.reshape(count, channels, GRID, 2, GRID, 2).transpose(0, 1, 3, 5, 2, 4)
    places = np.concatenate([maps.last, four.reshape(count, 4 * channels, GRID, GRID)], axis=1)
    return np.ascontiguousarray(places.reshape(count, PLACE_WIDTH, GRID * GRID).transpose(0, 2, 1))


def _mean_and_deviation(x: Float[np.ndarray, "n c s s"]) -> Float[np.ndarray, "n both 9 9"]:
    """Returns mean and deviation in each place; in float64, for the mean square less the squared mean loses digits."""
    x = x.astype(np.float64)
    mean = _pooled(x, GRID)
    variance = _pooled(x * x, GRID) - mean * mean
    return np.concatenate([mean, np.sqrt(np.maximum(variance, 0))], axis=1)


def _colours(
    rgb: Float[np.ndarray, "n 3 s s"],
) -> tuple[Float[np.ndarray, "n 6 9 9"], Float[np.ndarray, "n 343 9 9"]]:
    """Returns mean and deviation of CIELAB, and its joint histogram in each place."""
    lab = _lab(_pooled_finely(rgb, GRID * CELL))
    light = _shares(lab[:, 0], 0.0, 100.0, LIGHT_BINS)
    # Greys and pastels lie close together near 0: the square root gives them more bins.
    reds, yellows = (
        _shares(np.sign(axis) * np.sqrt(np.abs(axis)), -7.5, 7.5, SHADE_BINS)
        for axis in (lab[:, 1], lab[:, 2])
    )
    shade = (reds[..., :, None] * yellows[..., None, :]).reshape(*reds.shape[:-1], -1)
    # Summing over the colours of a place is one product of matrices a place.
    joint = _by_place(light).swapaxes(2, 3) @ _by_place(shade) / CELL**2
    histogram = joint.reshape(len(rgb), GRID, GRID, -1).transpose(0, 3, 1, 2)
    scaled = lab / np.array([100.0, 50.0, 50.0])[:, None, None]
    return _mean_and_deviation(scaled), histogram


def _lab(rgb: Float[np.ndarray, "n 3 h w"]) -> Float[np.ndarray, "n 3 h w"]:
    """Returns CIELAB (D65) of sRGB values in [0, 1]."""
    linear = np.where(rgb > 0.04045, ((np.maximum(rgb, 0) + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    xyz = np.einsum("ij,njhw->nihw", _SRGB, linear) / _WHITE[:, None, None]
    f = np.where(xyz > 0.008856, np.cbrt(np.maximum(xyz, 1e-6)), 7.787 * xyz + 16 / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def _shares(
    values: Float[np.ndarray, "n h w"], low: float, high: float, bins: int
) -> Float[np.ndarray, "n h w b"]:
    """Returns how much of each value falls to each bin, shared between the two nearest."""
    place = np.clip((values - low) / (high - low) * (bins - 1), 0, bins - 1)
    return np.asarray(np.maximum(1 - np.abs(place[..., None] - np.arange(bins)), 0))


def _by_place(values: Float[np.ndarray, "n h w b"]) -> Float[np.ndarray, "n 81 25 b"]:
    """Returns the values of each place together, 5 x 5 of them."""
    count, bins = len(values), values.shape[-1]
    cells = values.reshape(count, GRID, CELL, GRID, CELL, bins).swapaxes(2, 3)
    return np.asarray(cells.reshape(count, GRID * GRID, CELL * CELL, bins))


def _pooled(x: Float[np.ndarray, "n c s s"], size: int) -> Float[np.ndarray, "n c size size"]:
    """Returns the mean of what falls to each of size x size places."""
    return _both_ways(x, _shares_of_places(x.shape[-1], size).astype(x.dtype))


def _pooled_finely(x: Float[np.ndarray, "n c s s"], size: int) -> Float[np.ndarray, "n c size size"]:
    """Returns what `_pooled` does, of places so many that each is the mean of a few numbers in a row alone."""
    numbers, shares = _numbers_of_places(x.shape[-1], size)
    for _ in range(2):  # down, and then across
        x = np.einsum("nckts,kt->ncst", x[:, :, numbers, :], shares)
    return np.asarray(x)


@cache
def _numbers_of_places(
    given: int, wanted: int
) -> tuple[Int[np.ndarray, "most wanted"], Float[np.ndarray, "most wanted"]]:
    """Returns which of the given places fall to each wanted one, and their shares in it, 0 for one too many."""
    weights = _shares_of_places(given, wanted)
    most = int((weights > 0).sum(axis=1).max())
    numbers = np.minimum((weights > 0).argmax(axis=1) + np.arange(most)[:, None], given - 1)
    shares = np.take_along_axis(weights.T, numbers, axis=0)
    # Beyond the edge the last place stands again, which counts once.
    shares[1:][numbers[1:] == numbers[:-1]] = 0
    return numbers, shares


def _both_ways(
    x: Float[np.ndarray, "n c s s"], weights: Float[np.ndarray, "to s"]
) -> Float[np.ndarray, "n c to to"]:
    """Returns weighted sums along both sides of each map."""
    return np.asarray(weights @ x @ weights.T)


@cache
def _shares_of_places(given: int, wanted: int) -> Float[np.ndarray, "wanted given"]:
    """Returns how much each of the given places counts for each wanted one, which may overlap: a row sums to 1."""
    weights = np.zeros((wanted, given))
    for place in range(wanted):
        start, end = place * given // wanted, -(-(place + 1) * given // wanted)
        weights[place, start:end] = 1 / (end - start)
    return weights


@cache
def _between(given: int, wanted: int) -> Float[np.ndarray, "wanted given"]:
    """Returns how much the two nearest of the given places count for each wanted one, as they lie on one line."""
    weights = np.zeros((wanted, given))
    for place in range(wanted):
        where = max((place + 0.5) * given / wanted - 0.5, 0.0)
        low = int(where)
        high = min(low + 1, given - 1)
        weights[place, low] += 1 - (where - low)
        weights[place, high] += where - low
    return weights

"""The sketch tower: EfficientNet-Lite2 whose later blocks were tuned on line drawings, by us.

The stem and the first two blocks keep the ImageNet weights of the pinned package; what changed comes from the
artefact, in half precision. It sees ink alone, on a square that the drawing fills, and its mirror image.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Float64, UInt8

from core import images
from core.encoders.base import checked
from core.encoders.runtimes import ImageTower, TowerRuntime, chosen_runtime
from core.fitting import fitting
from core.lookahead import each_of
from core.store import Manifest, load_artifact
from core.types import Picture

KIND = "sketch_tower"
ARCHITECTURE = "tf_efficientnet_lite2"
IMAGE_SIZE = 128
WIDTH = 1280
BATCH = 8


class SketchTower:
    """Turns sketches into features; safe to call from several threads.

    Attributes:
        id: name under which heads record it.
        width: the number of features.
        size: side of the square of ink that it sees, in pixels.

    Args:
        folder: the artefact "sketch_tower".
        runtime: what runs it; the one of the settings unless another is given.

    Raises:
        ArtifactError: missing or damaged, or the package with the ImageNet weights is.
    """

    size = IMAGE_SIZE

    def __init__(self, folder: Path, runtime: TowerRuntime | None = None) -> None:
        tensors, self.manifest = load_artifact(folder, kind=KIND, models={"tower": ARCHITECTURE})
        self.id, self.width = tower_id(self.manifest), WIDTH
        with fitting(folder, tensors):
            self._tower = (runtime or chosen_runtime()).tuned(tensors, IMAGE_SIZE)

    def prepare(self, picture: Picture) -> None:
        """Makes the square of ink that `pooled` will ask for."""
        _ink_of(picture)

    def pooled(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 1280"]:
        """Returns the mean feature of each sketch and its mirror image, not normalised."""
        batches = [pictures[start : start + BATCH] for start in range(0, len(pictures), BATCH)]
        rows = [np.zeros((0, WIDTH), dtype=np.float32), *each_of(self._batch, batches)]
        return checked(np.concatenate(rows), unit=False, by=self.id)

    def pooled_inks(self, inks: UInt8[np.ndarray, "n size size"]) -> Float32[np.ndarray, "n 1280"]:
        """Returns what `pooled` does, of squares of ink as `core.images.ink` makes them, `IMAGE_SIZE` to a side."""
        return _features(self._tower, inks)

    def place_shares(self, ink: UInt8[np.ndarray, "size size"]) -> Float64[np.ndarray, "2 places 1280"]:
        """Returns rows that sum to a drawing's of `pooled`: one a place of a square grid, line by line.

        Args:
            ink: as for `pooled_inks`.

        Returns:
            Those of the drawing, and those of its mirror image, each at the place that is mirrored.
        """
        last = self._tower.maps(_with_mirror(ink[None])).last.astype(np.float64)
        last[1] = last[1, :, :, ::-1]
        width, places = last.shape[1], last.shape[2] * last.shape[3]
        return np.asarray(last.reshape(2, width, places).transpose(0, 2, 1) / (2 * places))

    def _batch(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 1280"]:
        return _features(self._tower, np.stack([_ink_of(picture) for picture in pictures]))


def _ink_of(picture: Picture) -> UInt8[np.ndarray, "size size"]:
    return picture.once("ink", lambda: images.ink(picture.pixels, IMAGE_SIZE))


def _features(tower: ImageTower, inks: UInt8[np.ndarray, "n size size"]) -> Float32[np.ndarray, "n 1280"]:
    """Returns the mean feature of each drawing and its mirror image; ink is dark on light paper."""
    rows = tower.pooled(_with_mirror(inks))
    return np.asarray(rows.reshape(2, len(inks), -1).mean(axis=0, dtype=np.float32))


def _with_mirror(inks: UInt8[np.ndarray, "n size size"]) -> Float32[np.ndarray, "twice 1 size size"]:
    """Returns drawings as the tower takes them, and behind them their mirror images."""
    paper = np.float32(1) - np.float32(2) * (inks.astype(np.float32) / np.float32(255))
    return np.ascontiguousarray(np.concatenate([paper, paper[:, :, ::-1]])[:, None])


def tower_id(manifest: Manifest) -> str:
    """Returns the name under which heads record the tower."""
    return f"sketch-tower-{manifest.tensors_sha256[:12]}"

"""The sketch tower: EfficientNet-Lite2 whose later blocks were tuned on line drawings, by us.

The stem and the first two blocks keep the ImageNet weights of the pinned package; what changed comes from the
artefact, in half precision. It sees ink alone, on a square that the drawing fills, and its mirror image.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float32, UInt8

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

    Args:
        folder: the artefact "sketch_tower".
        runtime: what runs it; the one of the settings unless another is given.

    Raises:
        ArtifactError: missing or damaged, or the package with the ImageNet weights is.
    """

    def __init__(self, folder: Path, runtime: TowerRuntime | None = None) -> None:
        tensors, self.manifest = load_artifact(folder, kind=KIND, models={"tower": ARCHITECTURE})
        self.id, self.width = tower_id(self.manifest), WIDTH
        with fitting(folder, tensors):
            self._tower = (runtime or chosen_runtime()).tuned(tensors, IMAGE_SIZE)

    def pooled(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 1280"]:
        """Returns the mean feature of each sketch and its mirror image, not normalised."""
        batches = [pictures[start : start + BATCH] for start in range(0, len(pictures), BATCH)]
        rows = [np.zeros((0, WIDTH), dtype=np.float32), *each_of(self._batch, batches)]
        return checked(np.concatenate(rows), unit=False, by=self.id)

    def _batch(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 1280"]:
        return _features(
            self._tower, np.stack([images.ink(picture.pixels, IMAGE_SIZE) for picture in pictures])
        )


def _features(tower: ImageTower, inks: UInt8[np.ndarray, "n size size"]) -> Float32[np.ndarray, "n 1280"]:
    """Returns the mean feature of each drawing and its mirror image; ink is dark on light paper."""
    paper = np.float32(1) - np.float32(2) * (inks.astype(np.float32) / np.float32(255))
    both = np.concatenate([paper, paper[:, :, ::-1]])[:, None]
    rows = tower.pooled(np.ascontiguousarray(both))
    return np.asarray(rows.reshape(2, len(inks), -1).mean(axis=0, dtype=np.float32))


def tower_id(manifest: Manifest) -> str:
    """Returns the name under which heads record the tower."""
    return f"sketch-tower-{manifest.tensors_sha256[:12]}"

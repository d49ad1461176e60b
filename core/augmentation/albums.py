"""Albums of synthetic scenes: who paints those that train and those that measure, and what was computed of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.augmentation.scenes import Painter, Scene
from core.datasets.packs import find_pack
from core.datasets.split import kept_back
from core.features.store import Encode, FeatureStore
from core.leftovers import listed
from core.types import Box, Picture

BACKGROUNDS = "imagenet_samples"
REMEMBERED = 400


def painters(data: Path) -> tuple[Painter, Painter]:
    """Returns who paints the scenes that train, and who paints those that measure, on other backgrounds.

    Without the pack of backgrounds coloured noise is painted.
    """
    pack = find_pack(data, BACKGROUNDS)
    photos = [] if pack is None else [path for path in listed(pack, "**/*.*") if path.suffix != ".csv"]
    back = [path for path in photos if kept_back(path.name)]
    return Painter([path for path in photos if not kept_back(path.name)]), Painter(back, seed=1)


class Album:
    """Scenes of many photos, of which only what was computed is kept, on disk."""

    def __init__(self, store: FeatureStore, painter: Painter, paths: Sequence[Path]) -> None:
        self._store, self._painter, self._name = store, painter, f"{painter.id}-0"
        self.paths = list(paths)
        self._painted: dict[Path, Scene] = {}

    def scene(self, path: Path) -> Scene:
        """Returns the scene of one photo; those of a small album are remembered."""
        scene = self._painted.get(path) or self._painter.scene(path)
        if len(self.paths) <= REMEMBERED:
            self._painted[path] = scene
        return scene

    def rows(
        self, name: str, encode: Encode, picture: Callable[[Scene], Picture] = lambda scene: scene.picture
    ) -> Float32[np.ndarray, "n d"]:
        """Returns features of every scene, or of what `picture` takes of it; `name` holds the id of the model."""

        def view(path: Path, _: Box | None) -> Picture:
            return picture(self.scene(path))

        return self._store.rows(f"{self._name} {name}", self.paths, encode, pictures=view)[0]

    def truth(self) -> Float32[np.ndarray, "n 7"]:
        """Returns left, top, right, bottom in shares of the picture, then scale, hidden and outside."""
        described: dict[str, list[float]] = {}

        def painted(scene: Scene) -> Picture:
            (width, height), box = scene.picture.original_size, scene.box
            edges = [box.x0 / width, box.y0 / height, box.x1 / width, box.y1 / height]
            described[scene.picture.digest] = [*edges, scene.scale, scene.hidden, scene.outside]
            return scene.picture

        def encode(pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 7"]:
            return np.array([described.pop(picture.digest) for picture in pictures], dtype=np.float32)

        return self.rows("truth", encode, painted)

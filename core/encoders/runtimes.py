"""What runs the pocket profile's towers: the seam that each runtime fills, and the one that is chosen.

All give the same numbers to 1e-4, so that galleries and heads need not know which it was.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Int64

from core.encoders import RUNTIMES
from core.settings import tower_runtime


@dataclass(frozen=True, slots=True, eq=False)
class TowerMaps:
    """What the image tower sees in n pictures: grids of places, finer and shallower the earlier the stage.

    Attributes:
        pooled: (n, c) mean of `last` over its places.
        last: (n, c, g, g) what its last layer gives.
        blocks: of each stage from the second on its output (n, channels, side, side).
    """

    pooled: Float32[np.ndarray, "n c"]
    last: Float32[np.ndarray, "n c g g"]
    blocks: tuple[np.ndarray, ...]


class ImageTower(ABC):
    """The image tower, for squares of one size with values in [-1, 1]; safe to call from several threads."""

    @abstractmethod
    def pooled(self, pixels: Float32[np.ndarray, "n planes s s"]) -> Float32[np.ndarray, "n c"]:
        """Returns the mean over all places of the last map."""

    @abstractmethod
    def maps(self, pixels: Float32[np.ndarray, "n planes s s"]) -> TowerMaps:
        """Returns all that the tower sees, of one pass."""


class TextTower(ABC):
    """The text tower; safe to call from several threads."""

    @abstractmethod
    def states(
        self, ids: Int64[np.ndarray, "n tokens"], mask: Int64[np.ndarray, "n tokens"]
    ) -> Float32[np.ndarray, "n tokens w"]:
        """Returns each token's state; the mask is 0 for padding, whose states mean nothing."""


class TowerRuntime(ABC):
    """Makes the towers of their packages' weights; ArtifactError where these are missing or other ones."""

    name: str

    @abstractmethod
    def image(self, size: int) -> ImageTower:
        """Returns the image tower for squares of this side in pixels."""

    def side_by_side(self, tower: ImageTower, size: int) -> ImageTower:
        """Returns an image tower for threads that each pass pictures of their own through it at the same time.

        Args:
            tower: what `image` gave; it is returned where there is nothing quicker.
            size: of the squares, as for `image`.
        """
        return tower

    @abstractmethod
    def tuned(self, tensors: Mapping[str, np.ndarray], size: int) -> ImageTower:
        """Returns it with some tensors of one's own, by timm's names, for greys: one plane stands for three."""

    @abstractmethod
    def text(self) -> TextTower:
        """Returns the text tower."""


def chosen_runtime() -> TowerRuntime:
    """Returns the runtime that the settings name.

    Raises:
        SettingsError: there is none of that name.
    """
    runtime: TowerRuntime = RUNTIMES.load(tower_runtime())()
    return runtime

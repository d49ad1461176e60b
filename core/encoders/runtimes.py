"""What runs the pocket profile's towers: the seam that each runtime fills, and the one that is chosen.

All give the same numbers to 1e-4, so that galleries and heads need not know which it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

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


@runtime_checkable
class ImageTower(Protocol):
    """The image tower, for squares of one size with values in [-1, 1]; safe to call from several threads."""

    def pooled(self, pixels: Float32[np.ndarray, "n planes s s"]) -> Float32[np.ndarray, "n c"]:
        """Returns the mean over all places of the last map."""

    def maps(self, pixels: Float32[np.ndarray, "n planes s s"]) -> TowerMaps:
        """Returns all that the tower sees, of one pass."""


@runtime_checkable
class TextTower(Protocol):
    """The text tower; safe to call from several threads."""

    def states(
        self, ids: Int64[np.ndarray, "n tokens"], mask: Int64[np.ndarray, "n tokens"]
    ) -> Float32[np.ndarray, "n tokens w"]:
        """Returns each token's state; the mask is 0 for padding, whose states mean nothing."""


@runtime_checkable
class TowerRuntime(Protocol):
    """Makes the towers of their packages' weights; ArtifactError where these are missing or other ones."""

    name: str

    def image(self, size: int) -> ImageTower:
        """Returns the image tower for squares of this side in pixels."""

    def tuned(self, tensors: Mapping[str, np.ndarray], size: int) -> ImageTower:
        """Returns it with some tensors of one's own, by timm's names, for greys: one plane stands for three."""

    def text(self) -> TextTower: ...


def chosen_runtime() -> TowerRuntime:
    """Returns the runtime that the settings name.

    Raises:
        SettingsError: there is none of that name.
    """
    runtime: TowerRuntime = RUNTIMES.load(tower_runtime())()
    return runtime

"""How near a picture comes to anything in a gallery: a shoe, asked in a shop of clothes, must not find a skirt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from jaxtyping import Float32

from core.blend import dot_products
from core.tasks.headline import Fit
from core.types import Picture


class Seeing(Protocol):
    """The joint encoder: its pictures lie in one space with the gallery's "joint" rows."""

    def encode_pictures(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each picture."""
        ...


class Nearness:
    """Compares pictures with all of a gallery in the joint space, which knows kinds of things better than looks.

    Args:
        joint: (n, d) the gallery's unit rows in the joint space.
        seeing: the encoder whose space that is.
        usual: the cosine that the nearest picture exceeds when the gallery holds something of the kind.
    """

    def __init__(self, joint: Float32[np.ndarray, "n d"], seeing: Seeing, usual: float) -> None:
        self._joint, self._seeing, self._usual = joint, seeing, usual

    def fit(self, picture: Picture) -> Fit:
        """Returns how near the nearest picture of the gallery is."""
        row = self._seeing.encode_pictures([picture])[0]
        return Fit(float(dot_products(row, self._joint).max(initial=-1.0)), self._usual)

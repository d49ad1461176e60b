"""How near a picture comes to anything in a gallery: a shoe, asked in a shop of clothes, must not find a skirt."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32

from core.blend import dot_products
from core.contracts import JointEncoder
from core.tasks.headline import Fit
from core.types import Picture


class Nearness:
    """Compares pictures with all of a gallery in the joint space, which knows kinds of things better than looks.

    Args:
        joint: (n, d) the gallery's unit rows in the joint space.
        encoder: the one whose space that is.
        usual: the cosine that the nearest picture exceeds when the gallery holds something of the kind.
    """

    def __init__(self, joint: Float32[np.ndarray, "n d"], encoder: JointEncoder, usual: float) -> None:
        self._joint, self._encoder, self._usual = joint, encoder, usual

    def fit(self, picture: Picture) -> Fit:
        """Returns how near the nearest picture of the gallery is."""
        row = self._encoder.encode_pictures([picture])[0]
        return Fit(float(dot_products(row, self._joint).max(initial=-1.0)), self._usual)

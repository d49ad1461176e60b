"""An encoder of one number: how light a picture is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32

from core.encoders.base import checked
from core.types import Picture


class Lightness:
    """Means over pixels and channels, in [0, 1]."""

    id, width = "lightness", 1

    def pooled(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 1"]:
        """Returns the mean of each picture."""
        rows = np.array([[picture.pixels.mean() / 255] for picture in pictures], dtype=np.float32)
        return checked(rows, unit=False, by=self.id)

"""What the evidence of all tasks shares: the models that found it, and how its numbers are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.errors import InputError


def check_same_models(found_by: Mapping[str, str], in_use: Mapping[str, str]) -> None:
    """Makes sure that evidence is only completed by the models that found it, for their numbers do not mix.

    Raises:
        InputError: other models found it.
    """
    if dict(found_by) != dict(in_use):
        raise InputError("Other models found this answer; ask again, and the models in use answer the whole.")


def short_floats(values: np.ndarray) -> Any:
    """Returns nested lists whose numbers are the shortest that give the same float32 again."""
    array = np.asarray(values, dtype=np.float32)
    if array.ndim > 1:
        return [short_floats(row) for row in array]
    return [float(str(value)) for value in array]

"""What every reproduction shares: the models by their roles, its options, and how a part of a data set is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from core.contracts import Models
from core.errors import SettingsError, unknown_name

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class ReproductionOptions:
    """How to run an experiment again.

    Attributes:
        cache: where features and captions are kept; a folder of their own for each model.
        seed: of every random choice.
        limit: most rows of each split that are used, evenly spread over it; None for all.
    """

    cache: Path
    seed: int = 0
    limit: int | None = None

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 1:
            raise SettingsError(f"The limit must be a whole number from 1, not {self.limit}.")


ABILITIES = {
    "sketch_picture": "pooled",
    "sketch_words": "sentences",
    "captioner": "captions",
    "joint": "encode_pictures",
    "garment": "garment_features",
    "composing": "compose",
}
"""What a model must be able to do in each role."""


def role_of(models: Models, role: str) -> Any:
    """Returns the model that has a role.

    Args:
        models: the models of a profile.
        role: a name of `ABILITIES`.

    Raises:
        SettingsError: there is no such role, or the profile has no model for it.
        NotReadyError: its files are missing.
    """
    if role not in ABILITIES:
        raise SettingsError(unknown_name("role", role, ABILITIES))
    # Asked of the class, for a property that cannot find its model's files says so by itself.
    has_role = hasattr(type(models), role) or hasattr(models, role)
    model = getattr(models, role) if has_role else None
    if not hasattr(model, ABILITIES[role]):
        raise SettingsError(
            f"The profile {models.profile!r} has no model for {role.replace('_', ' ')} as this report needs it; "
            "use --profile paper."
        )
    return model


def spread(rows: Sequence[Row], limit: int | None) -> list[Row]:
    """Returns at most `limit` of the rows, evenly spread, so that sorted classes all keep their share."""
    if limit is None or limit >= len(rows):
        return list(rows)
    return [rows[int(place)] for place in np.linspace(0, len(rows) - 1, limit).round()]

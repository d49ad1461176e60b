"""What every reproduction shares: the models by their roles, its options, and how a part of a data set is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from jaxtyping import Float32

from core.encoders.base import JointEncoder, PictureEncoder, SentenceEncoder
from core.errors import SettingsError
from core.types import Picture

Row = TypeVar("Row")


class Captioner(Protocol):
    """Writes captions in free words.

    Attributes:
        id: names the model and its revision.
    """

    id: str

    def captions(self, pictures: Sequence[Picture]) -> list[str]:
        """Returns one sentence for each picture."""
        ...


class GarmentEncoder(JointEncoder, Protocol):
    """Describes garments, and sentences in the same space."""

    def garment_features(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n d"]:
        """Returns one row for each picture or crop."""
        ...

    def sentences(self, texts: Sequence[str]) -> Float32[np.ndarray, "n d"]:
        """Returns one row for each sentence."""
        ...


class ComposeEncoder(JointEncoder, Protocol):
    """BLIP as report 4 uses it: pictures, words, and both together."""

    def compose(self, pictures: Sequence[Picture], texts: Sequence[str]) -> Float32[np.ndarray, "n d"]:
        """Returns f(q, t), one unit row for each picture and its text."""
        ...


class ReportModels(Protocol):
    """The reports' models by their roles; each may be made when it is first asked for.

    A profile that lacks a role need not have the attribute: `role_of` then says so in one sentence.
    """

    @property
    def profile(self) -> str:
        """The profile's name."""
        ...

    @property
    def sketch_picture(self) -> PictureEncoder:
        """Report 1: embeds pictures."""
        ...

    @property
    def sketch_words(self) -> SentenceEncoder:
        """Report 1: embeds captions; its id tells whether padding counts in the mean."""
        ...

    @property
    def captioner(self) -> Captioner:
        """Report 1: writes captions."""
        ...

    @property
    def joint(self) -> JointEncoder:
        """Report 2: CLIP."""
        ...

    @property
    def garment(self) -> GarmentEncoder:
        """Report 3: describes garments and sentences."""
        ...

    @property
    def composing(self) -> ComposeEncoder:
        """Report 4: BLIP."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
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


def role_of(models: ReportModels, role: str) -> Any:
    """Returns the model that has a role.

    Args:
        models: the models of a profile.
        role: an attribute of `ReportModels`.

    Raises:
        SettingsError: the profile has no model for it.
        NotReadyError: its files are missing.
    """
    # Asked of the class, for a property that cannot find its model's files says so by itself.
    known = hasattr(type(models), role) or hasattr(models, role)
    model = getattr(models, role) if known else None
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

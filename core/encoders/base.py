"""The contract of every encoder, and the check that each vector passes on its way out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float32

from core.errors import ArtifactError
from core.types import Picture, Unread


def checked(vectors: np.ndarray, *, unit: bool, by: str) -> Float32[np.ndarray, "n d"]:
    """Returns the vectors as float32 after checking that they can be trusted.

    Args:
        vectors: (n, d), one row for each input.
        unit: whether each row must have length 1 (to 1e-3).
        by: id of the encoder, for the message.

    Raises:
        ArtifactError: a value is not finite, or a row's length is not what it should be.
    """
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    if rows.ndim != 2 or not np.isfinite(rows).all():
        raise ArtifactError(f"The encoder {by} gave numbers that are not finite; its weights are damaged.")
    if unit and rows.size and np.abs(np.linalg.norm(rows, axis=1) - 1).max() > 1e-3:
        raise ArtifactError(f"The encoder {by} gave a vector whose length is not 1; its weights are damaged.")
    return rows


@runtime_checkable
class PictureEncoder(Protocol):
    """Pictures as vectors, compared with nothing but each other. Safe to call from several threads.

    Attributes:
        id: names the model and its revision.
        width: the number of dimensions.
    """

    id: str
    width: int

    def pooled(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n width"]:
        """Returns one row for each picture, not normalised."""
        ...


@runtime_checkable
class SentenceEncoder(Protocol):
    """Sentences as vectors, compared with nothing but each other. Safe to call from several threads.

    Attributes:
        id: names the model and its revision.
        width: the number of dimensions.
    """

    id: str
    width: int

    def sentences(self, texts: Sequence[str]) -> Float32[np.ndarray, "n width"]:
        """Returns one row for each text, not normalised."""
        ...

    def shortened_after(self, text: str) -> str | None:
        """Returns the last words that are read of a text that is too long, None when all of it is read."""
        ...

    def unread(self, text: str) -> Unread:
        """Returns which parts of a text are unknown to the tokenizer."""
        ...


@runtime_checkable
class JointEncoder(Protocol):
    """Pictures and words in one space, where a cosine compares them. Safe to call from several threads.

    Attributes:
        id: names the model and its revision; galleries and heads record it.
        width: d, the number of dimensions.
        scale: the learned inverse temperature that multiplies cosines before a softmax.
    """

    id: str
    width: int
    scale: float

    def encode_pictures(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each picture."""
        ...

    def encode_texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each text."""
        ...

    def picture_tokens(self, picture: Picture) -> Float32[np.ndarray, "tokens d"]:
        """Returns one unit row for each place of the picture, projected into the joint space."""
        ...

    def text_tokens(self, text: str) -> Float32[np.ndarray, "tokens d"]:
        """Returns one unit row for each token of the text, projected into the joint space."""
        ...

    def shortened_after(self, text: str) -> str | None:
        """Returns the last words that are read of a text that is too long, None when all of it is read."""
        ...

    def unread(self, text: str) -> Unread:
        """Returns which parts of a text are unknown to the tokenizer."""
        ...

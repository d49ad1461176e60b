"""What every model of ours checks as it takes up its tensors, so that wrong ones are refused before anybody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import shorten

import numpy as np

from core.errors import ArtifactError


@contextmanager
def fitting(folder: Path, tensors: Mapping[str, np.ndarray]) -> Iterator[None]:
    """Turns whatever does not fit while a model is built into one sentence.

    Args:
        folder: where the tensors come from.
        tensors: name -> array; every number must be finite.

    Raises:
        ArtifactError: a number is not finite, or a tensor or a detail is missing or of another size or kind than
            the block takes it for.
    """
    try:
        for name, array in tensors.items():
            if array.dtype.kind == "f" and not np.isfinite(array).all():
                raise ValueError(f"the tensor {name!r} holds numbers that are not finite")
        yield
    except (KeyError, IndexError, TypeError, ValueError, RuntimeError) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else shorten(str(error), 160)
        raise ArtifactError(f"The weights {folder.name!r} do not fit: {why}; train them again.") from None

"""What tasks share of results: a hit, whether one set of models found all, where sliders start, and short floats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core import blend
from core.errors import ArtifactError, InputError
from core.manifest import NO_MIX, Manifest
from core.tasks.candidates import Copies, ItemName


@dataclass(frozen=True, slots=True)
class Hit:
    """One picture of the gallery in an answer.

    Attributes:
        index: its place in the gallery.
        item: its id.
        file: its file, relative to the gallery.
        score: the blended score; the parts add up to it.
        parts: name of the evidence -> what it adds to the score.
        copies: further files of the gallery with the very same bytes; they are not hits of their own.
    """

    index: int
    item: str
    file: str
    score: float
    parts: dict[str, float]
    copies: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Returns the hit as the endpoints give it; `copies` stands there only when there are some."""
        value = {"item": self.item, "file": self.file, "score": self.score, "parts": dict(self.parts)}
        return value | ({"copies": list(self.copies)} if self.copies else {})


def check_same_models(found_by: Mapping[str, str], in_use: Mapping[str, str]) -> None:
    """Makes sure that evidence is only completed by the models that found it, for their numbers do not mix.

    Raises:
        InputError: other models found it.
    """
    if dict(found_by) != dict(in_use):
        raise InputError("Other models found this answer; ask again, and the models in use answer the whole.")


def start_weights(manifest: Manifest | None, usual: Sequence[float]) -> tuple[float, float, float]:
    """Returns where three sliders start: at the weights chosen on validation queries, where there are any.

    Args:
        manifest: of the trained weights that were chosen with them, None without any.
        usual: three numbers for a manifest that names none.

    Returns:
        Three numbers with the sum 1, as the answers use them.

    Raises:
        ArtifactError: what the manifest holds are no three numbers that can be weights.
    """
    chosen = (manifest.start_weights if manifest else None) or usual
    try:
        w0, w1, w2 = blend.simplex_weights([float(weight) for weight in chosen]).tolist()
    except InputError:
        raise ArtifactError(NO_MIX.format(kind=manifest.kind if manifest else "")) from None
    return w0, w1, w2


def hits(
    chosen: Sequence[int],
    scores: np.ndarray,
    shares: np.ndarray,
    names: Sequence[str],
    items: Sequence[ItemName],
    copies: Copies | None = None,
) -> tuple[Hit, ...]:
    """Builds the hits of an answer.

    Args:
        chosen: indices, best first.
        scores: (n,) blended scores.
        shares: (parts, n) what each part adds.
        names: (parts,) what the parts are called.
        items: (id, file) of every candidate.
        copies: candidate -> the later ones with the same bytes.
    """
    return tuple(
        Hit(
            int(index),
            items[index][0],
            items[index][1],
            float(scores[index]),
            {name: float(shares[row, index]) for row, name in enumerate(names)},
            tuple(items[row][1] for row in (copies or {}).get(index, ())),
        )
        for index in chosen
    )


def short_floats(values: np.ndarray) -> Any:
    """Returns nested lists whose numbers are the shortest that give the same float32 again."""
    array = np.asarray(values, dtype=np.float32)
    if array.ndim > 1:
        return [short_floats(row) for row in array]
    return [float(str(value)) for value in array]

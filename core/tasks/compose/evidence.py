"""What the encoders find for one query of compose: what q, t and f(q, t) say of every picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from core.tasks.headline import Fit, fits_from_json, fits_to_json
from core.tasks.ranking import copies_from_json, copies_to_json, repeats
from core.tasks.results import Copies, ItemName, short_floats


@dataclass(frozen=True, slots=True, eq=False)
class ComposeEvidence:
    """All that the encoders found for one query; every slider works on this alone.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        modification: what should change, in words; called "text" in JSON, as in examples that were stored.
        scores: (3, 3, n) dot products with the gallery: pooling (mean, median, max), part (q, t, f),
            candidate.
        gram: (3, 3, 3) for each pooling the Gram matrix of q, t and f.
        masked: where the reference and copies of its file stand in the gallery; they must not answer.
        items: (id, file) of every gallery picture.
        titles: (n,) what people call them; empty when nobody has said.
        copies: row -> the later rows with the same bytes.
        fits: "q" -> how well its best candidate fits; empty when that was not measured for these models.
        in_scraps: the words when the model knows none of them.
    """

    profile: str
    models: dict[str, str]
    modification: str
    scores: Float32[np.ndarray, "3 3 n"]
    gram: Float[np.ndarray, "3 3 3"]
    masked: tuple[int, ...]
    items: tuple[ItemName, ...]
    titles: tuple[str, ...] = ()
    copies: Copies = field(default_factory=dict)
    fits: Mapping[str, Fit] = field(default_factory=dict)
    in_scraps: tuple[str, ...] = ()

    @property
    def hidden(self) -> tuple[int, ...]:
        """The rows that are no part of the ranking: the reference, its copies, and all but the first of others."""
        return tuple(sorted({*self.masked, *repeats(self.copies)}))

    def to_json(self) -> dict[str, Any]:
        """Returns the evidence as plain JSON values, without loss; `in_scraps` only where there are some."""
        return {
            "profile": self.profile,
            "models": dict(self.models),
            "text": self.modification,
            "scores": short_floats(self.scores),
            "gram": np.asarray(self.gram, dtype=np.float64).tolist(),
            "masked": list(self.masked),
            "items": [list(item) for item in self.items],
            "titles": list(self.titles),
            "copies": copies_to_json(self.copies),
            "fits": fits_to_json(self.fits),
        } | ({"in_scraps": list(self.in_scraps)} if self.in_scraps else {})

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ComposeEvidence:
        """Returns the evidence that `to_json` wrote."""
        # Before copies were known this was one row, or null.
        masked = [] if value["masked"] is None else value["masked"]
        return cls(
            value["profile"],
            dict(value["models"]),
            value["text"],
            np.asarray(value["scores"], dtype=np.float32),
            np.asarray(value["gram"], dtype=np.float64),
            tuple(np.ravel(masked).astype(int).tolist()),
            tuple((str(name), str(file)) for name, file in value["items"]),
            tuple(str(title) for title in value.get("titles") or ()),
            copies_from_json(value.get("copies")),
            fits_from_json(value.get("fits")),
            tuple(str(word) for word in value.get("in_scraps") or ()),
        )

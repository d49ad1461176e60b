"""All that the encoders found for one sketch, in memory and as JSON."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float32

from core.tasks.evidence import short_floats
from core.tasks.promise import Finding, finding_from_json
from core.types import Caption


@dataclass(frozen=True, slots=True, eq=False)
class SketchEvidence:
    """All that the encoders found for one sketch; the slider works on this alone.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        caption: the words in use.
        labels: (classes,) names of the classes.
        picture_logits: (classes,) f, biases included.
        words_logits: (classes,) g, biases included.
        learned_alpha: the alpha that training ended with.
        learned_beta: its beta; the two are penalised, not forced, to sum to 1.
        none_threshold: below this highest probability nothing fits.
        notes: sentences for the page, such as that the caption was shortened.
        concat: (3, classes) what picture, words and neither add to the logits of the classifier on both
            embeddings side by side: exact Shapley values of two players (Shapley 1953), and the base, its
            logits when both embeddings are the mean of training; None when the profile has no such classifier.
        concat_picture: (hidden,) what the picture alone brings into that classifier, so that other words need no
            encoder for the picture; None as above.
        finding: whether any class answers at all; None where that was not calibrated.
        memory: what instruments keep from one answer to the next, see `core.instruments.Blended.once`.
    """

    profile: str
    models: dict[str, str]
    caption: Caption
    labels: tuple[str, ...]
    picture_logits: Float32[np.ndarray, " classes"]
    words_logits: Float32[np.ndarray, " classes"]
    learned_alpha: float
    learned_beta: float
    none_threshold: float
    notes: tuple[str, ...] = ()
    concat: Float32[np.ndarray, "3 classes"] | None = None
    concat_picture: Float32[np.ndarray, " hidden"] | None = None
    finding: Finding | None = None
    memory: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def to_json(self) -> dict[str, Any]:
        """Returns the evidence as plain JSON values, without loss."""
        return {
            "profile": self.profile,
            "models": dict(self.models),
            "caption": self.caption.to_json(),
            "labels": list(self.labels),
            "picture_logits": short_floats(self.picture_logits),
            "words_logits": short_floats(self.words_logits),
            "learned_alpha": self.learned_alpha,
            "learned_beta": self.learned_beta,
            "none_threshold": self.none_threshold,
            "notes": list(self.notes),
            "concat": None if self.concat is None else short_floats(self.concat),
            "finding": None if self.finding is None else self.finding.to_json(),
            "concat_picture": None if self.concat_picture is None else short_floats(self.concat_picture),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> SketchEvidence:
        """Returns the evidence that `to_json` wrote."""
        return cls(
            value["profile"],
            dict(value["models"]),
            Caption.from_json(value["caption"]),
            tuple(value["labels"]),
            np.asarray(value["picture_logits"], dtype=np.float32),
            np.asarray(value["words_logits"], dtype=np.float32),
            float(value["learned_alpha"]),
            float(value["learned_beta"]),
            float(value["none_threshold"]),
            tuple(value.get("notes", ())),
            _floats(value.get("concat")),
            _floats(value.get("concat_picture")),
            finding_from_json(value.get("finding")),
        )


def _floats(value: Any) -> np.ndarray | None:
    return None if value is None else np.asarray(value, dtype=np.float32)

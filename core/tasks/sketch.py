"""Sketch: which of 125 classes is it? z = alpha f(picture) + beta g(caption), as report 1 blends them.

The encoders run in `SketchTask.evidence`; `answer` is pure arithmetic on the two rows of logits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float32

from core import blend, images
from core import text as words_door
from core.checks import clamp_k, finite_number
from core.errors import InputError
from core.tasks.results import notes_on, short_floats
from core.tasks.sketch_models import Captioner, Head, PictureEncoder, WordsEncoder
from core.types import Caption, Picture


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
        )


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One class of an answer; `picture_part + words_part = logit`.

    Attributes:
        label: name of the class.
        probability: softmax of the logits over all classes, in [0, 1].
        logit: the blended logit, centred over the classes.
        picture_part: alpha f, centred over the classes.
        words_part: beta g, centred over the classes.
    """

    label: str
    probability: float
    logit: float
    picture_part: float
    words_part: float


@dataclass(frozen=True, slots=True)
class SketchAnswer:
    """The ranking of the classes for one choice of alpha.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        caption: the sentence in use.
        alpha: weight of the picture.
        beta: weight of the words.
        classes: best first.
        none_of_these: whether no class fits well enough.
        sentence: one plain sentence made from the numbers.
        tie_alpha: the alpha at which the picture's and the words' first choices tie, None if they never do.
    """

    profile: str
    models: dict[str, str]
    caption: str
    alpha: float
    beta: float
    classes: tuple[ClassScore, ...]
    none_of_these: bool
    sentence: str
    tie_alpha: float | None

    def to_json(self) -> dict[str, Any]:
        """Returns the object that the endpoint `/classify_sketch` gives."""
        return {
            "profile": self.profile,
            "models": dict(self.models),
            "caption": self.caption,
            "alpha": self.alpha,
            "beta": self.beta,
            "classes": [
                {
                    "label": one.label,
                    "probability": one.probability,
                    "logit": one.logit,
                    "picture_part": one.picture_part,
                    "words_part": one.words_part,
                }
                for one in self.classes
            ],
            "none_of_these": self.none_of_these,
            "sentence": self.sentence,
        }


def start_alpha(alpha: float, beta: float) -> float:
    """Returns where the slider starts: alpha / (alpha + beta), clipped to [0, 1]."""
    total = alpha + beta
    return float(min(max(alpha / total, 0.0), 1.0)) if total > 0 else 1.0


def answer(evidence: SketchEvidence, alpha: float | None, top_k: int = 5) -> SketchAnswer:
    """Ranks the classes. Runs no encoder.

    Args:
        evidence: what the encoders found.
        alpha: weight of the picture in [0, 1], the words get 1 - alpha; None for the learned pair.
        top_k: how many classes; clamped to 1..min(classes, 100).

    Raises:
        InputError: alpha is no number in [0, 1], or top_k no whole number.
    """
    if alpha is None:
        pair = (evidence.learned_alpha, evidence.learned_beta)
    else:
        weight = finite_number(alpha, name="alpha", low=0.0, high=1.0)
        pair = (weight, 1.0 - weight)
    rows = blend.centred(np.stack([evidence.picture_logits, evidence.words_logits]))
    parts = blend.contributions(pair, rows)
    logits = parts.sum(axis=0)
    probabilities = blend.softmax(logits)
    chosen = blend.order(logits, clamp_k(top_k, len(logits)))
    first, second = int(np.argmax(rows[0])), int(np.argmax(rows[1]))
    tie = None
    if first != second:
        tie = blend.tie_weight((rows[0, first], rows[1, first]), (rows[0, second], rows[1, second]))
    classes = tuple(
        ClassScore(
            evidence.labels[i],
            float(probabilities[i]),
            float(logits[i]),
            float(parts[0, i]),
            float(parts[1, i]),
        )
        for i in chosen
    )
    none = classes[0].probability < evidence.none_threshold
    sentence = _sentence(evidence, rows, (first, second), tie, classes[0], none)
    return SketchAnswer(
        evidence.profile, evidence.models, evidence.caption.sentence, *pair, classes, none, sentence, tie
    )


def _sentence(
    evidence: SketchEvidence,
    rows: np.ndarray,
    firsts: tuple[int, int],
    tie: float | None,
    best: ClassScore,
    none: bool,
) -> str:
    picture, words = (evidence.labels[i] for i in firsts)
    sure, unsure = (float(blend.softmax(rows[i]).max()) for i in (0, 1))
    end = f"; blended, {best.label} leads ({best.probability:.2f})."
    if none:
        end = f"; but nothing fits well: {best.label} leads with only {best.probability:.2f}."
    if picture == words:
        return f"Picture ({sure:.2f}) and words ({unsure:.2f}) both say {picture}{end}"
    start = f"The picture says {picture} ({sure:.2f}); the words pull towards {words} ({unsure:.2f})"
    where = f"; at alpha = {tie:.2f} they would tie" if tie is not None else ""
    return f"{start}{where}{end}"


class SketchTask:
    """Classifies sketches with the models it is given.

    Args:
        profile: name of the set of models.
        models: role -> id, shown with every answer.
        pictures: encoder of the sketches.
        words: encoder of the captions.
        captioner: writes a caption when none is given.
        head: f, g and the learned pair.
    """

    def __init__(
        self,
        profile: str,
        models: Mapping[str, str],
        pictures: PictureEncoder,
        words: WordsEncoder,
        captioner: Captioner,
        head: Head,
    ) -> None:
        self.profile, self.models = profile, dict(models)
        self._pictures, self._words, self._captioner, self.head = pictures, words, captioner, head
        self.labels = head.labels
        self.manifest = head.manifest
        self.start_alpha = start_alpha(head.alpha, head.beta)

    def caption(self, picture: Picture) -> Caption:
        """Returns the captioner's sentence."""
        return self._captioner.caption(picture)

    def evidence(self, picture: Picture, caption: str = "") -> SketchEvidence:
        """Runs the encoders.

        Args:
            picture: the sketch.
            caption: what a person says it is; "" lets the captioner write it.

        Raises:
            InputError: the picture is blank, or the caption cannot be used.
        """
        if images.is_blank(picture.pixels):
            raise InputError("The picture is blank; draw something first.")
        words = words_door.clean(caption, what="caption", allow_empty=True)
        said = Caption(words, "person") if words else self.caption(picture)
        f = self.head.picture_logits(self._pictures.pooled([picture]))[0]
        return SketchEvidence(
            self.profile,
            self.models,
            said,
            self.labels,
            f,
            self._words_logits(said.sentence),
            self.head.alpha,
            self.head.beta,
            self.head.none_threshold,
            notes_on(self._words, said.sentence),
        )

    def with_words(self, evidence: SketchEvidence, caption: str) -> SketchEvidence:
        """Returns the evidence with another caption; only the words are encoded.

        Raises:
            InputError: the caption cannot be used.
        """
        words = words_door.clean(caption, what="caption")
        return replace(
            evidence,
            caption=Caption(words, "person"),
            words_logits=self._words_logits(words),
            notes=notes_on(self._words, words),
        )

    def _words_logits(self, sentence: str) -> Float32[np.ndarray, " classes"]:
        logits = self.head.words_logits(self._words.sentences([sentence]))
        return np.asarray(logits[0])

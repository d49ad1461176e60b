"""The answer of sketch: the classes for one choice of alpha, pure arithmetic on the two rows of logits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float

from core import blend
from core.checks import clamp_k, finite_number
from core.instruments import Blended, Reading, readings
from core.instruments.tie import tie_in
from core.tasks.promise import Finding
from core.tasks.sketch.evidence import SketchEvidence
from core.tasks.sketch.sentences import signed_part, verb_of, wins

CLASSES = "among these classes"
"""Where an answer is sought, as a sentence says it."""


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One class of an answer; `picture_part + words_part + base_part = logit`.

    Attributes:
        label: name of the class.
        probability: softmax of the logits over all classes, in [0, 1].
        logit: the blended logit, centred over the classes.
        picture_part: alpha f, centred over the classes.
        words_part: beta g, centred over the classes.
        base_part: what stands without picture and words, centred; 0 for the weighted sum.
    """

    label: str
    probability: float
    logit: float
    picture_part: float
    words_part: float
    base_part: float = 0.0


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
        readings: name of an instrument -> what it reads.
        finding: whether any class answers at all, at the weights of the calibration; None where nobody knows.
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
    readings: Mapping[str, Reading] = field(default_factory=dict)
    finding: Finding | None = None

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
                    "label": score.label,
                    "probability": score.probability,
                    "logit": score.logit,
                    "picture_part": score.picture_part,
                    "words_part": score.words_part,
                }
                for score in self.classes
            ],
            "none_of_these": self.none_of_these,
            "sentence": self.sentence,
            "finding": None if self.finding is None else self.finding.to_json(),
            "instruments": {name: reading.to_json() for name, reading in self.readings.items()},
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
    pair = pair_of(evidence, alpha)
    blended = blended_of(evidence, pair)
    rows, tie = blended.parts, tie_in(blended)
    classes = _best(evidence.labels, blend.contributions(pair, rows), top_k)
    none = classes[0].probability < evidence.none_threshold
    words, sentence = evidence.caption.sentence, _sentence(evidence, classes[0], none)
    return SketchAnswer(
        evidence.profile,
        evidence.models,
        words,
        *pair,
        classes,
        none,
        sentence,
        tie.weight,
        readings(blended),
        evidence.finding,
    )


def pair_of(evidence: SketchEvidence, alpha: float | None) -> tuple[float, float]:
    """Returns the weights of picture and words; arguments and errors as for `answer`."""
    if alpha is None:
        return evidence.learned_alpha, evidence.learned_beta
    weight = finite_number(alpha, name="alpha", low=0.0, high=1.0)
    return weight, 1.0 - weight


def blended_of(evidence: SketchEvidence, pair: tuple[float, float]) -> Blended:
    """Returns what an answer is blended from, as instruments read it."""
    return Blended(part_rows(evidence), pair, ("picture", "words"), evidence.labels, memory=evidence.memory)


def concat_answer(evidence: SketchEvidence, top_k: int = 5) -> SketchAnswer | None:
    """Ranks the classes by the classifier on both embeddings side by side, None when there is none.

    The parts are exact two-player Shapley values, so picture, words and base add up to the logit; alpha and beta
    have no meaning here, and are those that training of the weighted sum ended with.

    Args:
        evidence: what the encoders found.
        top_k: how many classes; clamped to 1..min(classes, 100).
    """
    if evidence.concat is None:
        return None
    parts = blend.centred(evidence.concat)
    classes = _best(evidence.labels, parts, top_k)
    best = classes[0]
    strong, weak = sorted(
        (("picture", best.picture_part), ("words", best.words_part)), key=lambda part: -part[1]
    )
    sentence = (
        f"Side by side, picture and words say {best.label} ({best.probability:.2f}): "
        f"the {strong[0]} {verb_of(strong)} {signed_part(strong[1])}, "
        f"the {weak[0]} {verb_of(weak)} {signed_part(weak[1])}."
    )
    pair = (evidence.learned_alpha, evidence.learned_beta)
    words = evidence.caption.sentence
    return SketchAnswer(evidence.profile, evidence.models, words, *pair, classes, False, sentence, None)


def _best(
    labels: Sequence[str], parts: Float[np.ndarray, "parts classes"], top_k: int
) -> tuple[ClassScore, ...]:
    """Returns the best classes of a sum of two parts or of three, best first."""
    logits = blend.total(parts)
    probabilities = blend.softmax(logits)
    chosen = blend.order(logits, clamp_k(top_k, len(logits)))
    shares = parts if len(parts) == 3 else np.vstack([parts, np.zeros_like(logits)])
    return tuple(
        ClassScore(labels[i], float(probabilities[i]), float(logits[i]), *map(float, shares[:, i]))
        for i in chosen
    )


def part_rows(evidence: SketchEvidence) -> Float[np.ndarray, "2 classes"]:
    """Returns what picture and words say of each class, each centred over the classes; made once, not to be changed."""
    rows: Float[np.ndarray, "2 classes"] | None = evidence.memory.get("part rows")
    if rows is None:
        rows = blend.centred(np.stack([evidence.picture_logits, evidence.words_logits]))
        rows.flags.writeable = False
        evidence.memory["part rows"] = rows
    return rows


def beginning(evidence: SketchEvidence) -> str:
    """Returns how the sentence begins whatever alpha is: what picture and words say, and where they tie; made once."""
    if "beginning" not in evidence.memory:
        evidence.memory["beginning"] = _beginning(evidence)
    return str(evidence.memory["beginning"])


def _beginning(evidence: SketchEvidence) -> str:
    rows = part_rows(evidence)
    tie = tie_in(Blended(rows, (0.5, 0.5), ("picture", "words"), evidence.labels, memory=evidence.memory))
    picture, words = (evidence.labels[i] for i in (tie.first, tie.second))
    sure, unsure = (float(blend.softmax(rows[i]).max()) for i in (0, 1))
    if picture == words:
        return f"Picture ({sure:.2f}) and words ({unsure:.2f}) both say {picture}"
    start = f"The picture says {picture} ({sure:.2f}); the words pull towards {words} ({unsure:.2f})"
    where = (
        "" if tie.weight is None else f"; below alpha = {tie.weight:.2f} {words} {wins(rows, tie, picture)}"
    )
    return f"{start}{where}"


def _sentence(evidence: SketchEvidence, best: ClassScore, none: bool) -> str:
    if none:
        end = f"but nothing fits well: {best.label} leads with only {best.probability:.2f}."
    else:
        end = f"blended, {best.label} leads ({best.probability:.2f})."
    return f"{beginning(evidence)}; {end}"

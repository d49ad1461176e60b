"""What an answer says of whether there is an answer at all: a conformal p-value, a promise or only a hint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.conformal.calibrations import Calibration, digest_of_candidates, read_calibrations
from core.conformal.p_values import fewest_for, p_values
from core.contracts import SearchableGallery

ELSEWHERE = "calibrated on another gallery"
TYPED = "calibrated with the captioner’s words"


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether something answers a question.

    Attributes:
        p_value: the share of questions without an answer whose best score is at least as good.
        n: how many such questions calibrated it.
        alpha: the share of questions without an answer that may be said to have one.
        hint: why nothing is promised, such as "calibrated on another gallery"; "" for a promise.
    """

    p_value: float
    n: int
    alpha: float
    hint: str = ""

    @property
    def found(self) -> bool:
        """Whether there is said to be an answer."""
        return self.p_value <= self.alpha

    def sentence(self, something: str = "Something here", nothing: str = "nothing here") -> str:
        """Returns the sentence that begins an answer.

        Args:
            something: what answers, as a sentence begins with it.
            nothing: what does not.
        """
        worth = f"p = {self.p_value:.2f}" if self.p_value >= 0.005 else "p < 0.01"
        if self.hint:
            worth += f", a hint, {self.hint}"
        if self.found:
            promised = f"; of questions without an answer at most {self.alpha:.0%} get so far"
            return f"{something} answers ({worth}{'' if self.hint else promised})."
        return f"Perhaps {nothing} answers: questions without an answer often get so far ({worth})."

    def to_json(self) -> dict[str, Any]:
        """Returns these fields, and what they come to, as plain JSON values."""
        fields = {"p_value": self.p_value, "n": self.n, "alpha": self.alpha, "hint": self.hint}
        return {"found": self.found, **fields}


def finding_from_json(value: Mapping[str, Any] | None) -> Finding | None:
    """Returns what `Finding.to_json` wrote; None for None, as in evidence without a calibration."""
    if value is None:
        return None
    return Finding(float(value["p_value"]), int(value["n"]), float(value["alpha"]), str(value["hint"]))


@dataclass(frozen=True, slots=True)
class Promise:
    """A calibration, and whether it holds for what is asked.

    Attributes:
        calibration: the scores of questions without an answer.
        hint: why it is no promise here; "" for one.
    """

    calibration: Calibration
    hint: str = ""

    def finding(self, kind: str, best: float, hint: str = "") -> Finding | None:
        """Returns whether something answers; None where this kind of question was not calibrated well enough.

        Args:
            kind: of question, such as "picture" or "box".
            best: the best score at the calibration's weights.
            hint: why this question differs from those that calibrated; "" for no difference.
        """
        null = self.calibration.null.get(kind, ())
        if len(null) < fewest_for(self.calibration.alpha):
            return None
        p_value = float(p_values(np.array([best]), null)[0])
        return Finding(p_value, len(null), self.calibration.alpha, self.hint or hint)


def promise_of(
    gallery: SearchableGallery,
    task: str,
    models: Mapping[str, str],
    weights: Mapping[str, Sequence[float]],
    shipped: Path,
) -> Promise | None:
    """Returns what can be promised of a gallery: its own calibration, else that of the one that ships as a hint.

    Args:
        gallery: what is searched; one in memory has no calibration.
        task: key of the task.
        models: role -> id of the models that answer.
        weights: kind of question -> the weights at which they answer.
        shipped: the folder of the gallery that ships.

    Raises:
        ArtifactError: a calibration is damaged.
    """
    folder = getattr(gallery, "path", None)
    if folder is None:
        return None
    own = read_calibrations(folder).get(task)
    if own is not None and own.made_for(models, weights, candidates_of(gallery)):
        return Promise(own)
    other = read_calibrations(shipped).get(task)
    return Promise(other, ELSEWHERE) if other is not None and other.made_with(models, weights) else None


def candidates_of(gallery: SearchableGallery) -> str:
    """Returns what tells a gallery's pictures from those of another one."""
    return digest_of_candidates(str(getattr(item, "digest", item.file)) for item in gallery.items)

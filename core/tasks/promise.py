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
DOUBTFUL, SMALLEST_SHOWN = 0.9, 0.01
"""From which p-value on an answer begins with its doubt, and below which the number itself says no more."""


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

    def doubt(self, here: str = "here") -> str:
        """Returns that nothing answers, perhaps, where nearly all questions without an answer do as well; else "".

        Args:
            here: among what nothing answers, such as "among these classes".
        """
        if self.p_value < DOUBTFUL:
            return ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"Perhaps nothing {here} answers: {self.p_value:.0%} of questions without an answer do as well{hint}."

    def sentence(self, here: str = "here") -> str:
        """Returns what is promised, one sentence; of the weights that were calibrated, whatever weights stand.

        Args:
            here: as for `doubt`.
        """
        worth = f"p = {self.p_value:.2f}" if self.p_value >= SMALLEST_SHOWN else f"p < {SMALLEST_SHOWN:g}"
        if self.found:
            why = (
                f"a hint, {self.hint}"
                if self.hint
                else (f"of questions without an answer at most {self.alpha:.0%} do as well")
            )
            return f"At the usual weights something {here} answers ({worth}; {why})."
        why = f"a hint, {self.hint}" if self.hint else f"at {self.alpha:g} or less it would be promised"
        return f"At the usual weights it is not certain that anything {here} answers ({worth}; {why})."

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
    known = str(getattr(gallery, "fingerprint", ""))  # without a look at each
    return known or digest_of_candidates(str(getattr(item, "digest", item.file)) for item in gallery.items)

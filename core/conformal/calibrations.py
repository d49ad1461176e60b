"""Calibrations on disk: for each task the best scores of questions without an answer, and what they were made with."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.conformal.p_values import ALPHA, PromiseKept
from core.errors import ArtifactError
from core.store import write_atomically

FILE = "calibration.json"
FORMAT, VERSION = "blendscope-calibration", 1
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Calibration:
    """The best scores of questions that have no answer, for each kind of question that a task answers.

    Attributes:
        models: role -> id of the models that answered.
        candidates: digest of what they chose among, see `digest_of_candidates`.
        weights: kind of question -> the weights of the parts at which scores were taken.
        null: kind of question -> the scores, the smallest first.
        measured: kind of question -> name -> figure on questions that did not calibrate, with its interval.
        note: one sentence on what was asked.
        alpha: the share of questions without an answer that may be said to have one.
    """

    models: Mapping[str, str]
    candidates: str
    weights: Mapping[str, tuple[float, ...]]
    null: Mapping[str, tuple[float, ...]]
    measured: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    note: str = ""
    alpha: float = ALPHA

    def made_for(
        self, models: Mapping[str, str], weights: Mapping[str, Sequence[float]], candidates: str
    ) -> bool:
        """Tells whether these models at these weights, and these candidates, are those of the calibration."""
        return candidates == self.candidates and self.made_with(models, weights)

    def made_with(self, models: Mapping[str, str], weights: Mapping[str, Sequence[float]]) -> bool:
        """Tells whether these models at these weights are those of the calibration."""
        return dict(models) == dict(self.models) and {
            kind: rounded(some) for kind, some in weights.items() if kind in self.weights
        } == {kind: rounded(some) for kind, some in self.weights.items()}


def rounded(numbers: Iterable[float]) -> tuple[float, ...]:
    """Returns numbers as a calibration keeps them, to six decimals."""
    return tuple(round(float(number), DIGITS) for number in numbers)


def digest_of_candidates(names: Iterable[str]) -> str:
    """Returns what tells one set of candidates from another: the SHA-256 of their names or digests, in order."""
    return hashlib.sha256("\n".join(names).encode("utf-8", "surrogatepass")).hexdigest()


def kept_to_json(kept: PromiseKept) -> dict[str, dict[str, float]]:
    """Returns what a promise was worth as a calibration keeps it."""
    figures = {"false_found": kept.false_found, "found": kept.found, "recall_at_1": kept.first}
    return {
        name: {**{end: round(value, 4) for end, value in figure.to_json().items()}, "n": figure.n}
        for name, figure in figures.items()
    } | {"bound": {"value": round(kept.bound, 4)}}


def write_calibrations(folder: Path, tasks: Mapping[str, Calibration]) -> None:
    """Writes the calibrations that hold for what lies in a folder, a gallery or a head.

    Args:
        folder: where.
        tasks: key of a task -> its calibration.
    """
    body = {
        "format": FORMAT,
        "version": VERSION,
        "tasks": {
            key: {
                "models": dict(some.models),
                "candidates": some.candidates,
                "weights": {kind: list(rounded(weights)) for kind, weights in some.weights.items()},
                "null": {kind: sorted(rounded(scores)) for kind, scores in some.null.items()},
                "measured": {kind: dict(figures) for kind, figures in some.measured.items()},
                "note": some.note,
                "alpha": some.alpha,
            }
            for key, some in tasks.items()
        },
    }
    text = json.dumps(body, indent=None, sort_keys=True, ensure_ascii=False, allow_nan=False)
    write_atomically(folder / FILE, (text + "\n").encode())


def read_calibrations(folder: Path) -> dict[str, Calibration]:
    """Returns the calibrations of a folder, key of a task -> its calibration; none where there is no such file.

    Raises:
        ArtifactError: the file is damaged, or of another version.
    """
    try:
        data = (folder / FILE).read_bytes()
    except OSError:
        return {}
    try:
        body = json.loads(data)
        if body["format"] != FORMAT or body["version"] != VERSION:
            raise ValueError("another format")
        return {str(key): _read(value) for key, value in body["tasks"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ArtifactError(
            f"The {FILE} of {folder.name!r} is damaged or of another version; delete it, or make it again with "
            "`python -m core calibrate`, for a gallery of your own with `python -m core index --queries FILE`."
        ) from None


def _read(value: Mapping[str, Any]) -> Calibration:
    null = {str(kind): tuple(map(float, scores)) for kind, scores in value["null"].items()}
    weights = {str(kind): tuple(map(float, some)) for kind, some in value["weights"].items()}
    numbers = [number for some in (*null.values(), *weights.values()) for number in some]
    alpha = float(value["alpha"])
    if not all(map(math.isfinite, numbers)) or not 0 < alpha < 1 or set(null) != set(weights):
        raise ValueError("no calibration")
    models = {str(role): str(model) for role, model in value["models"].items()}
    return Calibration(
        models, str(value["candidates"]), weights, null, dict(value["measured"]), str(value["note"]), alpha
    )

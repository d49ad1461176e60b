"""What a measurement says: one JSON object for programs, one table for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.metrics import Estimate


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """One measured task.

    Attributes:
        task: name of the task, as given on the command line.
        profile: name of the set of models.
        models: role -> id of the models that answered.
        n: how many pictures, pairs or queries were judged.
        metrics: name -> figure with its 95 % interval.
        extras: what else a reader must know, plain JSON: classes that are not known, pictures left out.
        seconds: how long it took, the loading of the models included.
    """

    task: str
    profile: str
    models: Mapping[str, str]
    n: int
    metrics: Mapping[str, Estimate]
    extras: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Returns the report as plain JSON values."""
        return {
            "task": self.task,
            "profile": self.profile,
            "models": dict(self.models),
            "n": self.n,
            "metrics": {name: figure.to_json() for name, figure in self.metrics.items()},
            "seconds": round(self.seconds, 3),
            **self.extras,
        }

    def as_json(self) -> str:
        """Returns the report as one line of JSON."""
        return json.dumps(self.to_json(), ensure_ascii=False, allow_nan=False)

    def as_table(self) -> str:
        """Returns the report as lines of text for a terminal."""
        width = max(map(len, self.metrics))
        lines = [f"{self.task}, profile {self.profile}, n = {self.n}, {self.seconds:.1f} s", ""]
        lines += [
            f"  {name:<{width}}  {figure.value:6.3f}   ({figure.low:.3f} to {figure.high:.3f})"
            for name, figure in self.metrics.items()
        ]
        lines += ["", "  in brackets: 95 % interval"]
        lines += [f"  {name.replace('_', ' ')}: {_plain(value)}" for name, value in self.extras.items()]
        lines += [f"  {role}: {model}" for role, model in self.models.items()]
        return "\n".join(lines)


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} ({_plain(inner)})" for name, inner in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value)) or "none"
    return f"{value:.3f}" if isinstance(value, float) else str(value)

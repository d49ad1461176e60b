"""How a recipe reports what it made: metrics, tables and curves of a manifest, the manifest itself, the model card."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Int

from core.folders import alone_in
from core.metrics import Estimate, proportion
from core.store import Manifest, read_manifest, save_artifact, write_atomically

LIBRARIES = ("torch", "timm", "open_clip_torch", "transformers", "numpy", "pillow")
Metrics = dict[str, dict[str, float]]
Table = dict[str, Any]


def versions() -> dict[str, str]:
    """Returns the version of each library that a result depends on."""
    return {library: version(library) for library in LIBRARIES}


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Measures how long a recipe took.

    Attributes:
        start: seconds of a monotonic clock.
    """

    start: float

    @classmethod
    def started(cls) -> Stopwatch:
        """Returns a stopwatch that runs from now."""
        return cls(time.monotonic())

    def minutes(self) -> float:
        """Returns the minutes since the start, to two decimals."""
        return round((time.monotonic() - self.start) / 60, 2)


def interval(name: str, value: float, low: float, high: float, n: int) -> Metrics:
    """Returns one metric of a manifest."""
    return {name: {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4), "n": n}}


def share(name: str, hits: Sequence[bool] | Bool[np.ndarray, " n"]) -> Metrics:
    """Returns the share of trials that succeeded, with its Wilson interval, as one metric of a manifest."""
    return interval(name, *proportion(hits), len(hits))


def shares_at(name: str, ranks: Int[np.ndarray, " n"], places: Sequence[int]) -> Metrics:
    """Returns the share of queries answered among the first k, for several k, as metrics of a manifest.

    Args:
        name: of a metric, with {} for k: "recall_at_{}".
        ranks: (n,) rank of each query's right answer, 1 = first.
        places: the k.
    """
    metrics: Metrics = {}
    for k in places:
        metrics |= share(name.format(k), ranks <= k)
    return metrics


def cell(hits: Sequence[bool] | Bool[np.ndarray, " n"]) -> dict[str, float] | None:
    """Returns a share with its Wilson interval as a cell of a table; None without any row."""
    return estimate_cell(proportion(hits)) if len(hits) else None


def estimate_cell(estimate: Estimate) -> dict[str, float]:
    """Returns a figure with its interval as a cell of a table, to four decimals."""
    return {name: round(number, 4) for name, number in estimate.to_json().items()}


def table(title: str, note: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    """Returns a table as manifests keep it."""
    return {"title": title, "note": note, "columns": list(columns), "rows": [list(row) for row in rows]}


def curve(title: str, x: str, y: str, series: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Returns a figure as manifests keep it, rounded to four digits.

    Args:
        title: of the figure.
        x: what runs along the first axis, such as "epoch".
        y: what runs along the second.
        series: name of a line -> its values.
    """
    lines = {name: [round(float(value), 4) for value in values] for name, values in series.items()}
    return {"title": title, "x": x, "y": y, "series": lines}


def publish(
    out: Path,
    tensors: Mapping[str, np.ndarray],
    manifest: Manifest,
    *,
    seen: Iterable[str] = (),
    title: str,
    card: Iterable[str],
) -> None:
    """Writes an artefact: weights, manifest, what training saw, and the model card.

    Args:
        out: the artefact's folder.
        tensors: the weights.
        manifest: what is known of them.
        seen: SHA-256 of each picture that was trained on.
        title: name of the model.
        card: paragraphs of the model card: what it is for, what it is built on, its licence, what it cannot do.
    """
    save_artifact(out, tensors, manifest, seen=list(seen))
    write_model_card(out, title, read_manifest(out), card)


def write_model_card(folder: Path, title: str, manifest: Manifest, words: Iterable[str]) -> None:
    """Writes README.md beside the weights, from their manifest.

    Args:
        folder: the artefact's folder.
        title: name of the model.
        manifest: what was saved.
        words: its paragraphs, see `publish`.
    """
    lines = [f"# {title}", ""]
    for paragraph in words:
        lines += [paragraph, ""]
    lines += [
        "| measured on data that training did not see | value | 95 % interval | n |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {metric['value']:.3f} | {metric['low']:.3f} to {metric['high']:.3f} | {metric['n']:.0f} |"
        for name, metric in manifest.metrics.items()
    ]
    libraries = ", ".join(f"{name} {number}" for name, number in manifest.versions.items())
    lines += [
        "",
        f"Data: {', '.join(manifest.data)} (none of it is in this repository). Split: {manifest.split}",
        "",
        f"Seed {manifest.seed}; {manifest.minutes} minutes; {libraries}.",
        "",
    ]
    with alone_in(folder):  # a save at the same time would take the half-written card for a lost one
        write_atomically(folder / "README.md", "\n".join(lines).encode())

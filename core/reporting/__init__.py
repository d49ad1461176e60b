"""How trained weights are reported: cells, tables and curves of a manifest, the manifest itself, the model card."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool

from core.folders import alone_in
from core.metrics import Estimate, proportion
from core.store import Manifest, read_manifest, save_artifact, write_atomically

LIBRARIES = ("onnxruntime", "torch", "timm", "open_clip_torch", "transformers", "numpy", "pillow")
Metrics = dict[str, Estimate]
Cell = dict[str, float]
Table = dict[str, Any]


def versions() -> dict[str, str]:
    """Returns the version of each library that a result may depend on, of those that are installed."""
    numbers = {}
    for library in LIBRARIES:
        with suppress(PackageNotFoundError):
            numbers[library] = version(library)
    return numbers


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of a recipe, and what the manifests of all that it makes say alike.

    Attributes:
        seed: of every random choice.
        start: seconds of a monotonic clock.
    """

    seed: int
    start: float = field(default_factory=time.monotonic)

    def manifest(
        self,
        kind: str,
        models: Mapping[str, str],
        *,
        data: Sequence[str],
        split: str,
        metrics: Metrics,
        details: Mapping[str, Any] | None = None,
    ) -> Manifest:
        """Returns a manifest with the run's seed and time so far; see `Manifest` for the arguments."""
        figures = {name: cell(figure) | {"n": figure.n} for name, figure in metrics.items()}
        what = kind, dict(models), list(data), split, self.seed, versions(), figures, self.minutes()
        return Manifest(*what, dict(details or {}))

    def minutes(self) -> float:
        """Returns the minutes since the start, to two decimals."""
        return round((time.monotonic() - self.start) / 60, 2)


def cell(figure: Estimate) -> Cell:
    """Returns a figure with its interval as a cell of a table, to four decimals."""
    return {name: round(number, 4) for name, number in figure.to_json().items()}


def share(hits: Sequence[bool] | Bool[np.ndarray, " n"]) -> Cell | None:
    """Returns a share with its Wilson interval as a cell of a table; None without any row."""
    return cell(proportion(hits)) if len(hits) else None


def cells(figures: Metrics) -> list[Cell]:
    """Returns figures as cells of a table's row."""
    return [cell(figure) for figure in figures.values()]


def table(title: str, note: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    """Returns a table as manifests keep it."""
    return {"title": title, "note": note, "columns": list(columns), "rows": [list(row) for row in rows]}


def curve(title: str, x: str, y: str, series: Mapping[str, Iterable[float]]) -> dict[str, Any]:
    """Returns a figure as manifests keep it: name of a line -> its values along x, to four decimals."""
    lines = {name: [round(float(value), 4) for value in values] for name, values in series.items()}
    return {"title": title, "x": x, "y": y, "series": lines}


def card_text(recipe: str, name: str = "card.md", **values: object) -> list[str]:
    """Returns the title and paragraphs of a model card, which lies beside its recipe's file, its gaps filled."""
    blocks = Path(recipe).with_name(name).read_text(encoding="utf-8").split("\n\n")
    return [" ".join(block.split()).format(**values) for block in blocks]


def publish(
    out: Path,
    tensors: Mapping[str, np.ndarray],
    manifest: Manifest,
    card: Iterable[str],
    seen: Iterable[str] = (),
) -> None:
    """Writes an artefact: weights, manifest, what training saw, and README.md, the model card.

    Args:
        out: the artefact's folder.
        tensors: the weights.
        manifest: what is known of them.
        card: title and paragraphs of the model card: what it is for, what it is built on, what it cannot do.
        seen: SHA-256 of each picture that was trained on.
    """
    save_artifact(out, tensors, manifest, seen=list(seen))
    manifest = read_manifest(out)
    rows = [
        f"| {name} | {metric['value']:.3f} | {metric['low']:.3f} to {metric['high']:.3f} | {metric['n']:.0f} |"
        for name, metric in manifest.metrics.items()
    ]
    head = ["| measured on data that training did not see | value | 95 % interval | n |", "|---|---|---|---|"]
    data = f"Data: {', '.join(manifest.data)} (none of it is in this repository). Split: {manifest.split}"
    libraries = ", ".join(f"{name} {number}" for name, number in manifest.versions.items())
    run = f"Seed {manifest.seed}; {manifest.minutes} minutes; {libraries}."
    blocks = [*card, "\n".join([*head, *rows]), data, run]
    with alone_in(out):  # a save at the same time would take the half-written card for a lost one
        write_atomically(out / "README.md", ("\n\n".join(blocks) + "\n").encode())

"""What every recipe needs: frozen features computed once and kept on disk, progress, versions, the model card."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import numpy as np
from jaxtyping import Bool

from core.datasets.split import kept_back
from core.errors import DataError
from core.folders import alone_in
from core.settings import Settings
from core.store import Manifest, write_atomically
from core.training.shared.features import Encode as Encode
from core.training.shared.features import FeatureStore as FeatureStore

logger = logging.getLogger(__name__)
LIBRARIES = ("torch", "timm", "open_clip_torch", "transformers", "numpy", "pillow")


def find_pack(data: Path, name: str, marker: str = "labels.csv") -> Path | None:
    """Returns the pack called `name` inside the data folder, or the data folder itself when it is that pack.

    Args:
        data: a folder of packs, or one pack.
        name: the pack's folder name.
        marker: the file that a pack of this layout holds.
    """
    if (data / name / marker).is_file():
        return data / name
    return data if data.name == name and (data / marker).is_file() else None


def require_pack(data: Path, name: str, marker: str = "labels.csv") -> Path:
    """Returns the pack called `name`.

    Raises:
        DataError: it is not there.
    """
    found = find_pack(data, name, marker)
    if found is None:
        raise DataError(f"The data folder {str(data)!r} has no pack {name} with a {marker}.")
    return found


def kept_back_rows(groups: Sequence[str]) -> Bool[np.ndarray, " n"]:
    """Tells which rows train nothing, since their group belongs to the eighth that is kept back.

    Args:
        groups: (n,) the group of each row.

    Raises:
        DataError: fewer than two groups would train, or nothing would be left to measure on.
    """
    back = np.array([kept_back(group) for group in groups], dtype=bool)
    if not back.any() or len({group for group, kept in zip(groups, back, strict=True) if not kept}) < 2:
        raise DataError(
            f"The data has {len(set(groups))} groups of pictures, too few to train on some and measure on others."
        )
    return back


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


def interval(name: str, value: float, low: float, high: float, n: int) -> dict[str, dict[str, float]]:
    """Returns one metric of a manifest."""
    return {name: {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4), "n": n}}


def write_model_card(folder: Path, title: str, manifest: Manifest, words: Iterable[str]) -> None:
    """Writes README.md beside the weights, from their manifest.

    Args:
        folder: the artefact's folder.
        title: name of the model.
        manifest: what was saved.
        words: paragraphs: what it is for, what it is built on, its licence, what it cannot do.
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
    lines += [
        "",
        f"Data: {', '.join(manifest.data)} (none of it is in this repository). Split: {manifest.split}",
        "",
        f"Seed {manifest.seed}; {manifest.minutes} minutes; {_listed(manifest.versions)}.",
        "",
    ]
    with alone_in(folder):  # a save at the same time would take the half-written card for a lost one
        write_atomically(folder / "README.md", "\n".join(lines).encode())


def _listed(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


class Recipe(Protocol):
    """A training recipe: one command makes one artefact."""

    def __call__(self, data: Path, out: Path, seed: int) -> None:
        """Trains on the packs in `data` and writes the artefact into `out`."""
        ...


def feature_store() -> FeatureStore:
    """Returns the store of frozen features in the user's cache."""
    return FeatureStore(Settings.from_environment().cache / "features")

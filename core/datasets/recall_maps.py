"""Recall over the whole simplex of weights: what report 4 published, and what our recipe measured and kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from core import blend
from core.errors import ArtifactError
from core.instruments.recall_map import RecallMap
from core.settings import ASSETS
from core.store import Manifest, load_artifact, save_artifact

KIND = "recall_map"
FOLDER = "simplex"
PUBLISHED = ASSETS / "reports" / "compose_simplex.json"
PUBLISHED_STEPS, PUBLISHED_PLACES = 9, (1, 5, 10)
POINT = 1e-3


def read_published(path: Path = PUBLISHED) -> RecallMap:
    """Reads the 55 points of report 4: recall at 1, at 5, and at 10 (three times the average, less the two).

    Raises:
        ArtifactError: the file is missing or does not hold the 55 points.
    """
    try:
        tables: Mapping[str, Sequence[Sequence[float]]] = json.loads(path.read_bytes())["pooling"]
        rows = {pooling: np.array(table, dtype=np.float64) for pooling, table in tables.items()}
        grid = blend.simplex_grid(PUBLISHED_STEPS)[:, :2]
        if not all(np.abs(table[:, :2] - grid).max() < POINT for table in rows.values()):
            raise ValueError("its points are not those of the grid")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ArtifactError(f"The published recall in {path.name} cannot be read: {error}.") from None
    recall = {
        pooling: np.stack([first, five, 3 * mean - first - five]) / 100
        for pooling, (_, _, first, five, mean) in ((name, table.T) for name, table in rows.items())
    }
    return RecallMap(PUBLISHED_STEPS, PUBLISHED_PLACES, recall)


def read_measured(head: Path, combiner: str | None = None) -> RecallMap:
    """Reads the map that the recipe kept beside a combiner's weights.

    Args:
        head: the folder of the combiner.
        combiner: SHA-256 of its weights, where it must be checked that the map is theirs.

    Raises:
        ArtifactError: it is missing, damaged, or of other weights.
    """
    tensors, manifest = load_artifact(
        head / FOLDER, kind=KIND, models=None if combiner is None else {"combiner": combiner}
    )
    try:
        steps, queries = int(manifest.details["steps"]), int(manifest.details["queries"])
        places = tuple(int(k) for k in manifest.details["places"])
        points = (steps + 1) * (steps + 2) // 2
        if not tensors or any(hits.shape != (len(places), points) for hits in tensors.values()):
            raise ValueError("its tables do not fit its grid")
        if queries < 1:
            raise ValueError("it has no queries")
    except (KeyError, TypeError, ValueError) as error:
        raise ArtifactError(f"The recall map of {head.name!r} cannot be read: {error}.") from None
    return RecallMap(steps, places, tensors, queries)


def save_measured(
    head: Path, combiner: Manifest, measured: RecallMap, data: tuple[str, str] | None = None
) -> None:
    """Writes the map beside the weights of a combiner, or beside the pictures that it was measured on.

    Args:
        head: the folder of the combiner, or of those pictures.
        combiner: its manifest, read back, with the digest of its weights.
        measured: counts of hits.
        data: what it was measured on and how that was chosen; None for what the combiner was measured on.
    """
    names, split = ([data[0]], data[1]) if data else (list(combiner.data), combiner.split)
    manifest = Manifest(
        kind=KIND,
        models={"combiner": combiner.tensors_sha256},
        data=names,
        split=split,
        seed=combiner.seed,
        versions=combiner.versions,
        metrics={},
        minutes=combiner.minutes,
        details={"steps": measured.steps, "places": list(measured.places), "queries": measured.queries},
    )
    tables = {pooling: hits.astype(np.uint16) for pooling, hits in measured.hits.items()}
    save_artifact(head / FOLDER, tables, manifest)

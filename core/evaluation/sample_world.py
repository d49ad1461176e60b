"""How well the models read the pictures that ship: measured by a command, kept in a file, shown on the page."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.contracts import Models
from core.datasets.recall_maps import save_measured
from core.datasets.sample_figures import FILE, PICTURES
from core.encoders.pooling import POOLINGS
from core.errors import ArtifactError
from core.evaluation import EVALUATIONS, SAMPLES
from core.evaluation.base import EvaluationOptions, Sample
from core.evaluation.compose import SHOP, gathered
from core.evaluation.report import EvaluationReport
from core.instruments.recall_map import RecallMap, recall_over_weights
from core.settings import ASSETS
from core.store import write_atomically
from core.task_table import TASKS, Task, find_task

log = logging.getLogger(__name__)
STEPS, PLACES = 45, (1, 5, 10)
NOTE = (
    "Measured by \u201cpython -m core sample\u201d on the pictures that come with Blendscope, drawn by scripts "
    "of ours; no model here was trained on them."
)


def samples() -> Iterator[tuple[Task, Sample]]:
    """Yields every measurement with the task on whose tab it stands."""
    for task in TASKS:
        if task.shown:
            yield from ((task, sample) for sample in SAMPLES.load(task.name))


def measured(models: Models, options: EvaluationOptions, assets: Path = ASSETS) -> dict[str, Any]:
    """Runs every measurement.

    Args:
        models: the profile's models.
        options: how to measure; each measurement brings its own column of labels.
        assets: the folder of what ships.

    Returns:
        The profile, the models that answered, and for the key of each task a table as manifests hold them.
    """
    used: dict[str, str] = {}
    rows: dict[str, list[list[Any]]] = {}
    for task, sample in samples():
        log.info("%s on %s", sample.evaluation, sample.folder)
        report: EvaluationReport = EVALUATIONS.load(sample.evaluation)(
            assets / sample.folder, models, replace(options, label_column=sample.column)
        )
        used |= report.models
        table = rows.setdefault(task.key, [])
        table += [[words, report.metrics[name].to_json(), report.n] for name, words in sample.figures.items()]
    return {"profile": models.profile, "models": used, "tables": {key: _table(rows[key]) for key in rows}}


def _table(rows: Sequence[list[Any]]) -> dict[str, Any]:
    return {
        "title": "On the pictures that ship",
        "note": NOTE,
        "columns": ["", "measured", "n"],
        "rows": rows,
    }


def recall_map(models: Models, options: EvaluationOptions, assets: Path = ASSETS) -> RecallMap:
    """Returns recall of the shop's composed queries over the whole simplex of weights.

    Args:
        models: the profile's models.
        options: how to measure.
        assets: the folder of what ships.
    """
    queries = gathered(assets / SHOP, models, options)
    scored = {pooling: queries.scored(pooling) for pooling in POOLINGS}
    first = scored[POOLINGS[0]]
    parts = {pooling: rows.parts for pooling, rows in scored.items()}
    return recall_over_weights(parts, first.targets, first.hidden, STEPS, PLACES)


def write(models: Models, options: EvaluationOptions, assets: Path = ASSETS) -> list[str]:
    """Measures, and writes the figures and the map of recall.

    Args:
        models: the profile's models.
        options: how to measure.
        assets: the folder of what ships.

    Returns:
        A line for each figure.

    Raises:
        ArtifactError: the profile has no trained combiner, whose map this is.
    """
    combiner = models.manifest(find_task("compose").head)
    if combiner is None:
        raise ArtifactError(f"The profile {models.profile!r} has no trained combiner to draw a map of.")
    figures = measured(models, options, assets)
    chosen = "all queries about the garments of the shop, none of which trained anything"
    save_measured(assets / PICTURES, combiner, recall_map(models, options, assets), (SHOP, chosen))
    value = json.dumps(figures, indent=1, ensure_ascii=False)
    write_atomically(assets / FILE, (value + "\n").encode())
    return [
        f"{tab}: {words}: {figure['value']:.3f} of {n}"
        for tab, table in figures["tables"].items()
        for words, figure, n in table["rows"]
    ]

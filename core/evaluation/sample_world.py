"""How well the models read the pictures that ship: measured by a command, kept in a file, shown on the page."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core import simplex
from core.datasets.recall_maps import RecallMap, save_measured
from core.datasets.sample_figures import FILE, PICTURES
from core.encoders.pooling import POOLINGS
from core.errors import ArtifactError
from core.evaluation import EVALUATIONS
from core.evaluation.base import Models, Options
from core.evaluation.composed import gathered
from core.evaluation.report import Report
from core.settings import ASSETS
from core.store import write_atomically

log = logging.getLogger(__name__)
QUERIES = "galleries/shop"
STEPS, PLACES = 45, (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One run of `python -m core evaluate` and what of it the page shows.

    Attributes:
        tab: where it is shown, a name of `core.evaluation.examples.TABS`.
        task: as `evaluate` knows it.
        folder: the data, in assets/.
        figures: metric -> the words for it.
        column: the column of labels, None for the usual one.
    """

    tab: str
    task: str
    folder: str
    figures: Mapping[str, str]
    column: str | None = None


MEASUREMENTS = (
    Measurement(
        "sketch",
        "sketch",
        "examples/sketches",
        {
            "picture_top_1": "picture alone, top-1",
            "picture_top_5": "picture alone, top-5",
            "top_1": "picture and caption, top-1",
            "top_5": "picture and caption, top-5",
        },
    ),
    Measurement(
        "field_road",
        "field-road",
        "examples/field_road",
        {"head_accuracy": "head, clear scenes", "zero_shot_accuracy": "zero-shot, clear scenes"},
    ),
    Measurement(
        "street_to_shop",
        "street-to-shop",
        ".",
        {
            "box_recall_at_1": "right product first, by the garment\u2019s box",
            "box_recall_at_5": "among the first five, by its box",
            "recall_at_1": "right product first, by the whole picture",
        },
    ),
    Measurement(
        "street_to_shop",
        "labels",
        "galleries/shop",
        {"accuracy": "kind of garment, zero-shot, shop pictures"},
        "kind",
    ),
    Measurement(
        "street_to_shop",
        "labels",
        "examples/street",
        {"accuracy": "kind of garment, zero-shot, street pictures"},
        "kind",
    ),
    Measurement(
        "composed",
        "composed",
        QUERIES,
        {
            "recall_at_1": "garments, the sliders\u2019 start: R@1",
            "recall_at_5": "garments: R@5",
            "recall_at_10": "garments: R@10",
            "picture_recall_at_10": "garments, q alone: R@10",
            "words_recall_at_10": "garments, t alone: R@10",
        },
    ),
    Measurement(
        "composed",
        "composed",
        "examples/toys",
        {
            "recall_at_10": "toys, the sliders\u2019 start: R@10",
            "picture_recall_at_10": "toys, q alone: R@10",
            "words_recall_at_10": "toys, t alone: R@10",
        },
    ),
)
NOTE = (
    "Measured by \u201cpython -m core sample\u201d on the pictures that come with Blendscope, drawn by scripts "
    "of ours; no model here was trained on them."
)


def measured(models: Models, options: Options, assets: Path = ASSETS) -> dict[str, Any]:
    """Runs every measurement.

    Args:
        models: the profile's models.
        options: how to measure; each measurement brings its own column of labels.
        assets: the folder of what ships.

    Returns:
        The profile, the models that answered, and for each tab a table as manifests hold them.
    """
    used: dict[str, str] = {}
    rows: dict[str, list[list[Any]]] = {}
    for one in MEASUREMENTS:
        log.info("%s on %s", one.task, one.folder)
        report: Report = EVALUATIONS.load(one.task)(
            assets / one.folder, models, replace(options, label_column=one.column)
        )
        used |= report.models
        table = rows.setdefault(one.tab, [])
        table += [[words, report.metrics[name].to_json(), report.n] for name, words in one.figures.items()]
    return {"profile": models.profile, "models": used, "tables": {tab: _table(rows[tab]) for tab in rows}}


def _table(rows: Sequence[list[Any]]) -> dict[str, Any]:
    return {
        "title": "On the pictures that ship",
        "note": NOTE,
        "columns": ["", "measured", "n"],
        "rows": rows,
    }


def recall_map(models: Models, options: Options, assets: Path = ASSETS) -> RecallMap:
    """Returns recall of the shop's composed queries over the whole simplex of weights.

    Args:
        models: the profile's models.
        options: how to measure.
        assets: the folder of what ships.
    """
    asked = gathered(assets / QUERIES, models, options)
    scored = {pooling: asked.scored(pooling) for pooling in POOLINGS}
    hits = {
        pooling: simplex.hits(one.parts, one.targets, one.hidden, STEPS, PLACES)
        for pooling, one in scored.items()
    }
    return RecallMap(STEPS, PLACES, hits, len(scored[POOLINGS[0]].targets))


def write(models: Models, options: Options, assets: Path = ASSETS) -> list[str]:
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
    combiner = models.manifest("combiner")
    if combiner is None:
        raise ArtifactError(f"The profile {models.profile!r} has no trained combiner to draw a map of.")
    found = measured(models, options, assets)
    chosen = "all queries about the garments of the shop, none of which trained anything"
    save_measured(assets / PICTURES, combiner, recall_map(models, options, assets), (QUERIES, chosen))
    value = json.dumps(found, indent=1, ensure_ascii=False)
    write_atomically(assets / FILE, (value + "\n").encode())
    return [
        f"{tab}: {words}: {figure['value']:.3f} of {n}"
        for tab, table in found["tables"].items()
        for words, figure, n in table["rows"]
    ]

"""Report 4 again: w0 q + w1 t + w2 f(q, t) on CIRR, over 55 points of the simplex and with learned weights.

The report's figures rank the targets of the validation queries, the reference left out; CIRR's own protocol ranks
every picture of the split. Both are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from core import blend
from core.contracts import Models
from core.datasets.cirr import read_cirr
from core.datasets.recall_maps import read_published, save_measured
from core.encoders.pooling import POOLINGS
from core.errors import DataError
from core.evaluation.reproduce.base import ReproductionOptions, role_of
from core.evaluation.reproduce.compose_rows import Rows, encoded, limited
from core.evaluation.reproduce.recall import (
    CIRR_PLACES,
    CIRR_SUBSET_PLACES,
    CirrRecall,
    best_ranks,
    cirr_recall,
)
from core.evaluation.reproduce.table import (
    Cell,
    ComparisonRow,
    ComparisonTable,
    ReproductionReport,
    manifest_table,
    percent,
)
from core.features.store import FeatureStore
from core.instruments.recall_map import RecallMap, recall_over_weights
from core.metrics import Estimate, proportion, recalls
from core.reporting import Metrics, RunRecord, publish
from core.reporting.compose import REPORT_WEIGHTS, path_curve
from core.store import Manifest, read_manifest
from core.training.compose.fit import START, LearnedMix, learned_in_batches
from core.training.compose.losses import LOSSES

STEPS = 9
MEAN = 0
PUBLISHED_ALONE: dict[str, tuple[Cell, ...]] = {
    "BLIP-Large, CoVR's paper": (49.16, 79.76, 88.65, 97.49),
    "f(q, t) alone, BLIP-Large": (27.03, 67.42, 80.08, 95.07),
    "f(q, t) alone, BLIP-Base": (21.84, 59.02, 73.60, 93.23),
}
Weights = tuple[float, float, float]
NOTES = (
    "The report fine-tuned BLIP on CIRR before it mixed; here f(q, t) is that of the published BLIP, not fine-tuned.",
    "The report pools a text over the padding of its batch, too; here padding is left out, so t does not depend on the "
    "texts beside it.",
    "Weights found over the simplex are chosen on the very queries they are measured on, as in the report.",
)


def reproduce(data: Path, models: Models, out: Path, options: ReproductionOptions) -> ReproductionReport:
    """Searches the simplex, learns the weights, and writes the artefact "combiner" with the chosen weights.

    Args:
        data: CIRR: captions/, image_splits/ and img_raw/.
        models: BLIP.
        out: the folder of the weights.
        options: how to run.

    Raises:
        DataError: unusable data, or pictures of the validation split that are missing.
        SettingsError: the role of BLIP is not filled.
        NotReadyError: its files are missing.
    """
    record, blip, store = RunRecord(options.seed), role_of(models, "composing"), FeatureStore(options.cache)
    rows = encoded(limited(read_cirr(data, "val"), options.limit), blip, store)
    weights = chosen(recall_map := searched(rows))
    learned, trained_on, notes = _trained(data, blip, store, options)
    named: dict[str, Weights] = {
        "chosen here by (R@1 + R@5 + R@10) / 3": weights,
        "the report's learned weights": REPORT_WEIGHTS,
        **{f"learned here, HN-NCE {name}": mix.weights for name, mix in learned.items()},
    }
    tables = (
        _alone(rows, blip.id, named),
        _best(recall_map),
        *([_learned_table(learned)] if learned else []),
        _official(rows, {"f(q, t) alone": START} | named),
        *(_points(recall_map, pooling) for pooling in POOLINGS),
    )
    details = {
        "weights": list(weights),
        "learned_weights": {name: list(mix.weights) for name, mix in learned.items()},
        "tables": [manifest_table(table) for table in tables if not table.for_programs],
        "curves": [_curve(name, mix) for name, mix in learned.items()],
    }
    manifest = record.manifest(
        "mixture",
        {"joint": blip.id},
        data=["CIRR (val)", *(["CIRR (train)"] if learned else [])],
        split="the weights were chosen on the validation queries that the recalls are measured on.",
        metrics=_metrics(rows, {"": weights, "composed_": START}),
        details=details,
    )
    _save(out, manifest, recall_map, rows)
    sizes = {
        "queries": len(rows.cirr.queries),
        "pictures": len(rows.gallery),
        "training queries": trained_on,
    }
    return ReproductionReport("compose", models.profile, {"joint": blip.id}, sizes, tables, notes, out.name)


def _trained(
    data: Path, blip: Any, store: FeatureStore, options: ReproductionOptions
) -> tuple[dict[str, LearnedMix], int, tuple[str, ...]]:
    """Returns the weights learned on the training split, its size, and what must be said of the experiment."""
    try:
        train = encoded(limited(read_cirr(data, "train"), options.limit), blip, store)
        return _learned(train, options.seed), len(train.cirr.queries), NOTES
    except DataError as error:
        note = f"No weights were learned, for the training split cannot be used. {error}"
        return {}, 0, (*NOTES, note)


def searched(rows: Rows) -> RecallMap:
    """Returns recall over the 55 points for each pooling, among the targets of all queries as in the report."""
    targets = rows.cirr.targets()
    gallery, right = np.unique(targets, return_inverse=True)
    answers = [[int(place)] for place in right]
    hidden = [np.flatnonzero(gallery == reference).tolist() for reference in rows.cirr.references()]
    scores = {pooling: rows.scores(row, gallery) for row, pooling in enumerate(POOLINGS)}
    return recall_over_weights(scores, answers, hidden, STEPS, CIRR_PLACES)


def chosen(recall_map: RecallMap) -> Weights:
    """Returns the point with the best mean of R@1, R@5 and R@10, mean-pooled; of equals, the middlemost."""
    quality = _average(recall_map, POOLINGS[MEAN])
    return recall_map.middle(quality >= quality.max() - 1e-12)


def _average(recall_map: RecallMap, pooling: str) -> Float[np.ndarray, " points"]:
    return np.asarray(np.mean([recall_map.at(pooling, k) for k in (1, 5, 10)], axis=0))


def _learned(train: Rows, seed: int) -> dict[str, LearnedMix]:
    """Returns the learned weights for both readings of the loss.

    Raises:
        DataError: a single query, for which no other target is wrong.
    """
    if len(train.cirr.queries) < 2:
        raise DataError("Its only query has no other targets to be told from.")
    targets = train.gallery[train.cirr.targets()]
    return {name: learned_in_batches(train.parts(MEAN), targets, loss, seed) for name, loss in LOSSES.items()}


def _ranks(rows: Rows, weights: Weights) -> np.ndarray:
    """Returns each query's rank by the report's rules: among the targets, the reference left out."""
    targets, references = rows.cirr.targets(), rows.cirr.references()
    gallery, right = np.unique(targets, return_inverse=True)
    mixed = blend.blend(weights, rows.scores(MEAN, gallery))
    # A reference that is nobody's target is not in this gallery.
    mixed[gallery[None, :] == references[:, None]] = mixed.min() - 1
    return best_ranks(mixed, [[int(place)] for place in right])


def _shares(ranks: np.ndarray) -> tuple[Estimate, ...]:
    return tuple(map(percent, recalls(ranks, CIRR_PLACES).values()))


def _alone(rows: Rows, model: str, named: dict[str, Weights]) -> ComparisonTable:
    size = "BLIP-Base" if "base" in model.lower() else "BLIP-Large"
    lines = [
        ComparisonRow(name, figures, _shares(_ranks(rows, START)) if name.endswith(size) else ())
        for name, figures in PUBLISHED_ALONE.items()
    ]
    lines += [
        ComparisonRow(f"mix, {name}: {_written(weights)}", (), _shares(_ranks(rows, weights)))
        for name, weights in named.items()
    ]
    note = (
        "Recall in percent on CIRR's validation queries, ranked among their targets. The report's models were trained "
        "with batches of 16, CoVR's with 1,024."
    )
    return ComparisonTable("Report 4: recall, %", tuple(f"R@{k}" for k in CIRR_PLACES), tuple(lines), note)


def _best(recall_map: RecallMap) -> ComparisonTable:
    published = read_published()
    lines = []
    for pooling in POOLINGS:
        for k in (1, 5):
            cells = []
            for each in (published, recall_map):
                weights, value = each.best(pooling, k)
                cells.append((_written(weights), round(100 * value, 2)))
            lines.append(ComparisonRow(f"{pooling}, best R@{k}", cells[0], cells[1]))
    note = "Weights are w0 (q), w1 (t), w2 (f)."
    return ComparisonTable("Report 4: the best of 55 points", ("weights", "recall, %"), tuple(lines), note)


def _learned_table(learned: dict[str, LearnedMix]) -> ComparisonTable:
    lines = [
        ComparisonRow(f"HN-NCE {name}", REPORT_WEIGHTS if name == "as coded" else (), mix.weights)
        for name, mix in learned.items()
    ]
    note = (
        "From (0, 0, 1): SGD 1e-3, momentum 0.9, batches of 16, 3 epochs; the report's loss is the coded one."
    )
    return ComparisonTable("Report 4: learned weights", ("w0", "w1", "w2"), tuple(lines), note)


def _official(rows: Rows, named: dict[str, Weights]) -> ComparisonTable:
    """Returns recall by CIRR's own protocol: every picture of the split is ranked."""
    cirr, scores = rows.cirr, rows.scores(MEAN)
    columns = (*(f"R@{k}" for k in CIRR_PLACES), *(f"R_subset@{k}" for k in CIRR_SUBSET_PLACES))
    lines = []
    for name, weights in named.items():
        mixed = blend.blend(weights, scores)
        recall = cirr_recall(mixed, cirr.references(), cirr.targets(), cirr.groups())
        lines.append(
            ComparisonRow(f"{name}: {_written(weights)}", (), _official_shares(recall, len(cirr.queries)))
        )
    note = f"{len(rows.gallery):,} pictures are ranked, and the group of each query; the report has no such figures."
    return ComparisonTable("CIRR's own protocol: recall, %", columns, tuple(lines), note)


def _official_shares(recall: CirrRecall, n: int) -> tuple[Estimate, ...]:
    shares = (share for part in (recall.whole, recall.subset) for share in part.values())
    return tuple(percent(proportion(np.arange(n) < round(share * n))) for share in shares)


def _points(recall_map: RecallMap, pooling: str) -> ComparisonTable:
    """Returns all 55 points of one pooling beside the report's."""
    published, lines = read_published(), []
    for point, weights in enumerate(blend.simplex_grid(STEPS)):
        cells = [
            tuple(round(100 * float(values[point]), 2) for values in
                  (each.at(pooling, 1), each.at(pooling, 5), _average(each, pooling)))
            for each in (published, recall_map)
        ]  # fmt: skip
        lines.append(ComparisonRow(_written(weights), cells[0], cells[1]))
    title = f"Report 4: recall over the simplex, {pooling} pooling, %"
    return ComparisonTable(title, ("R@1", "R@5", "average"), tuple(lines), for_programs=True)


def _metrics(rows: Rows, named: dict[str, Weights]) -> Metrics:
    metrics: Metrics = {}
    for prefix, weights in named.items():
        metrics |= recalls(_ranks(rows, weights), CIRR_PLACES, prefix + "recall_at_{}")
    return metrics


def _curve(name: str, mix: LearnedMix) -> dict[str, object]:
    return path_curve(mix.path) | {"title": f"Report 4: learned weights of the mix, HN-NCE {name}"}


def _save(out: Path, manifest: Manifest, recall_map: RecallMap, rows: Rows) -> None:
    weights = np.array(manifest.start_weights, dtype=np.float32)
    publish(out, {"weights": weights}, manifest, seen=rows.digests, card=[
        "# Weights of the mix",
        f"w0, w1 and w2 of w0 q + w1 t + w2 f(q, t) on {manifest.models['joint']}: the best of 55 points by the mean "
        "of R@1, R@5 and R@10, mean-pooled, on CIRR's validation queries. They are three numbers, not a network; "
        "beside them lies recall over the whole simplex.",
        "Chosen on the queries that they are measured on, so the recalls flatter.",
    ])  # fmt: skip
    save_measured(out, read_manifest(out), recall_map)


def _written(weights: Sequence[float]) -> str:
    return f"({', '.join(f'{weight:.3f}' for weight in weights)})"

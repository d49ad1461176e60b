"""Recipe `field-road`: report 2's head on the joint embedding, its two schedules, its proposals, all measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.datasets.folder import read_folder
from core.datasets.packs import require_pack
from core.encoders.pocket import PocketJoint
from core.features.store import feature_store
from core.heads.field_road import KIND, LABELS, THREE, left_out_p_values, p_values_of
from core.metrics import proportion
from core.store import Manifest
from core.training.field_road import tables
from core.training.field_road.data import Training, training_of, unseen_of
from core.training.field_road.fit import fit
from core.training.field_road.measure import (
    best_temperature,
    leave_out,
    measured,
    one_by_one,
    right,
    tenths,
)
from core.training.field_road.samples import Schedule
from core.training.field_road.tables import Trained
from core.training.shared.reporting import SHIPPED, Metrics, RunRecord, Table, publish

PACK = "fields_roads"


def trained(name: str, training: Training, seed: int, cache: Path) -> Trained:
    """Trains one schedule on everything, and with a tenth left out at a time.

    Args:
        name: of the schedule.
        training: the pictures.
        seed: of every random choice.
        cache: keeps finished heads, so that a killed run goes on.
    """
    samples, schedule = training.samples, tables.CANDIDATES[name]
    network, epochs = fit(samples, seed, schedule)
    folds = tenths(samples.classes, seed)
    left = leave_out(samples, folds, seed, schedule, training.checks, cache, f"{name}: tenths")
    logits = np.concatenate(list(left.logits.values()))
    temperature = best_temperature(logits, np.tile(samples.classes, len(left.logits)))
    return Trained(name, network, epochs, left, temperature)


def left_out_once(run: Trained, training: Training, seed: int, cache: Path) -> Trained:
    """Adds what heads say of each picture when it alone is left out."""
    samples, schedule = training.samples, tables.CANDIDATES[run.name]
    folds = one_by_one(len(samples.classes))
    left = leave_out(samples, folds, seed, schedule, {}, cache, f"{run.name}: one by one")
    return replace(run, left_out=left)


def run(data: Path, out: Path, seed: int) -> None:
    """Trains on report 2's training pictures and measures by leaving each out in turn, and on all others.

    Args:
        data: a folder of packs with `fields_roads`, or that pack.
        out: the artefact's folder.
        seed: of every random choice.

    Raises:
        DataError: the pack is missing or unusable.
    """
    record = RunRecord(seed)
    pack = require_pack(data, PACK)
    joint, store = PocketJoint(SHIPPED / "joint"), feature_store()
    rows = [row for row in read_folder(pack, "label_clean") if row.label in LABELS]
    training = training_of(joint, store, [row for row in rows if row.columns["split"] == "original_train"])
    unseen = unseen_of(joint, store, [row for row in rows if row.columns["split"] != "original_train"])
    cache = store.folder.parent / "field_road_heads"
    runs = {name: trained(name, training, seed, cache) for name in tables.CANDIDATES}
    best = tables.chosen_of(list(runs.values()), training.samples.classes).name
    third: Third | None = None
    for name in dict.fromkeys((best, *tables.PUBLISHED)):
        # Leaving one out at a time takes longest, so what is known is saved after each schedule.
        runs[name] = left_out_once(runs[name], training, seed, cache)
        if training.three is not None and third is None:
            third = third_class(training, tables.CANDIDATES[best], seed, cache)
        metrics, details = reported(joint, training, unseen, list(runs.values()), runs[best])
        manifest = record.manifest(
            KIND,
            {"joint": joint.id},
            data=[f"{PACK} (original_train, label_clean)"],
            split=f"each of the {len(training.digests)} pictures was predicted by a head trained on the others and on "
            "no copy of it; all other pictures are unseen. They chose no schedule, but the number of spliced copies "
            "was doubled after their figures had been seen once.",
            metrics=metrics | ({} if third is None else third.metrics),
            details=details,
        )
        save(out, manifest, training, runs[best], third)


def save(
    out: Path,
    manifest: Manifest,
    training: Training,
    shipped: Trained,
    third: Third | None,
    card: Sequence[str] = (),
) -> None:
    """Writes the artefact and its model card.

    Args:
        out: the artefact's folder.
        manifest: all that is known but the head's own details.
        training: what it was trained on.
        shipped: the head.
        third: the head with the third class, None for none.
        card: paragraphs of the model card; () for those of the pocket head.
    """
    samples = training.samples
    tensors = {name: value.numpy() for name, value in shipped.network.state_dict().items()}
    for number, label in enumerate(LABELS):
        tensors[f"members.{label}"] = samples.plain[samples.classes == number]
    details = manifest.details | {
        "temperature": shipped.temperature,
        "labels": list(LABELS),
        "schedule": f"report 2, {shipped.name}",
        "hyper_parameters": asdict(tables.CANDIDATES[shipped.name]),
    }
    if third is not None:
        tensors |= third.tensors
        details["three"] = {"labels": list(THREE), "temperature": third.temperature}
        details["tables"] = [*details["tables"], third.table]
    whole = replace(manifest, details=details)
    publish(out, tensors, whole, seen=training.digests, title="Field or road head", card=card or [
        "Report 2's head (Linear 256, ReLU, Linear 1) on the pocket joint embedding of 384 numbers. Class 1 is road. "
        f"Schedule: {shipped.name}, chosen among six by leaving tenths out, over the pictures and over grey, blurred, "
        "square and spliced copies of them. One temperature, fitted to those logits, calibrates it; the "
        "training embeddings of each class are kept for the conformal sets. A second network of three outputs knows "
        "the class \"road and field\", from a label table of ours over the same pictures.",
        "It knows cultivated fields and paved roads seen from the ground. Open country (grassland, desert, hills, "
        "lakes) is labelled \"field\" in the pictures it was judged on, looks like nothing it was trained on, and is "
        "what it gets wrong; anything else gets a label too, which is why the tab offers sets that can be empty.",
    ])  # fmt: skip


def reported(
    joint: PocketJoint, training: Training, unseen: tables.Unseen, runs: Sequence[Trained], shipped: Trained
) -> tuple[Metrics, dict[str, Any]]:
    """Returns the metrics, and the tables and curves, of what ships and of what it was chosen from."""
    plain, classes, rows = training.samples.plain, training.samples.classes, unseen.embeddings
    left, road = shipped.left_out_road(), shipped.road(rows)
    metrics = measured(left, classes, "leave_one_out")
    members = [plain[classes == label] for label in (0, 1)]
    reports = [
        tables.schedules(runs, shipped, classes, unseen),
        tables.band_of(left, classes, unseen, road),
        tables.odd_sets(p_values_of(members, rows), unseen, left_out_p_values(plain, classes), classes),
    ]
    if len(rows):
        captions = tables.captions_say(joint, rows)
        head, zero_shot = shipped.logits(rows) / shipped.temperature, captions["report’s captions"]
        classifiers = {"head, text as it is": runs[0].logits(rows), "head, shipped": head, **captions}
        reports.append(tables.by_source(unseen, classifiers | {"both together": head + zero_shot}))
        metrics |= measured(road, unseen.classes, "unseen")
        for name, logits in (("zero_shot", zero_shot), ("zero_shot_ensemble", captions["prompt ensemble"])):
            metrics[f"{name}_accuracy"] = proportion((logits >= 0) == unseen.is_road)
        test = np.array([source == "original_test" for source in unseen.sources], dtype=bool)
        here = test if test.any() else ~test
        metrics["agreement"] = proportion(((head >= 0) == (zero_shot >= 0))[here])
    return metrics, {"tables": reports, "curves": tables.curves(runs, shipped)}


@dataclass(frozen=True, slots=True)
class Third:
    """The head with the third class."""

    tensors: dict[str, np.ndarray]
    temperature: float
    metrics: Metrics
    table: Table


def third_class(training: Training, schedule: Schedule, seed: int, cache: Path) -> Third:
    """Trains the three-way head on everything, and by leave-one-out."""
    samples = training.three
    assert samples is not None
    folds = one_by_one(len(samples.classes))
    left_out = leave_out(samples, folds, seed, schedule, {}, cache, "three classes: one by one")
    network, _ = fit(samples, seed, schedule)
    logits = left_out.logits["plain"]
    return Third(
        {f"three.{name}": value.numpy() for name, value in network.state_dict().items()},
        best_temperature(logits, samples.classes),
        {"three_classes_accuracy": proportion(right(logits, samples.classes))},
        tables.three_classes(left_out, samples.classes, THREE),
    )

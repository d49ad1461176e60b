"""Recipe `field-road`: report 2's head on the joint embedding, its two schedules, its proposals, all measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import nn

from core.datasets.folder import read_folder
from core.encoders.pocket import PocketJoint
from core.heads.field_road import KIND, LABELS, THREE, left_out_p_values, p_values_of
from core.store import Manifest
from core.training.field_road import tables
from core.training.field_road.data import Training, training_of, unseen_of
from core.training.field_road.fit import Epoch, fit
from core.training.field_road.measure import (
    best_temperature,
    leave_out,
    measured,
    one_by_one,
    probabilities,
    right,
    tenths,
)
from core.training.field_road.samples import Schedule
from core.training.shared.features import feature_store
from core.training.shared.packs import SHIPPED, require_pack
from core.training.shared.reporting import Metrics, Stopwatch, Table, curve, publish, share, versions

PACK = "fields_roads"


@dataclass(frozen=True, slots=True)
class Trained:
    """One schedule: the head trained on everything, its outcome and its curves."""

    network: nn.Sequential
    outcome: tables.ScheduleOutcome
    epochs: list[Epoch]


def trained(
    name: str, schedule: Schedule, training: Training, unseen: tables.Unseen, seed: int, cache: Path
) -> Trained:
    """Trains one schedule on everything, and with a tenth left out at a time."""
    samples, epochs = training.samples, list[Epoch]()

    def follow(epoch: Epoch, _: object) -> bool:
        epochs.append(epoch)
        return True

    network = fit(samples, seed, schedule, follow)
    folds = tenths(samples.classes, seed)
    left = leave_out(samples, folds, seed, schedule, training.checks, cache, f"{name}: tenths")
    logits = np.concatenate(list(left.logits.values()))
    temperature = best_temperature(logits, np.tile(samples.classes, len(left.logits)))
    road = probabilities(logits_of(network, unseen.embeddings), temperature)
    outcome = tables.ScheduleOutcome(name, left, None, epochs[-1].accuracy, len(epochs), temperature, road)
    return Trained(network, outcome, epochs)


def left_out_once(run: Trained, training: Training, seed: int, cache: Path) -> Trained:
    """Adds what heads say of each picture when it alone is left out."""
    name, samples = run.outcome.name, training.samples
    folds, schedule = one_by_one(len(samples.classes)), tables.CANDIDATES[name]
    left = leave_out(samples, folds, seed, schedule, {}, cache, f"{name}: one by one")
    return replace(run, outcome=replace(run.outcome, left_out=left))


def logits_of(network: nn.Sequential, rows: Float32[np.ndarray, "n d"]) -> Float[np.ndarray, " n"]:
    """Returns the logit of a road for each row."""
    with torch.no_grad():
        return np.asarray(network(torch.from_numpy(rows))[:, 0].double().numpy())


def run(data: Path, out: Path, seed: int) -> None:
    """Trains on report 2's training pictures and measures by leaving each out in turn, and on all others.

    Args:
        data: a folder of packs with `fields_roads`, or that pack.
        out: the artefact's folder.
        seed: of every random choice.

    Raises:
        DataError: the pack is missing or unusable.
    """
    watch = Stopwatch.started()
    pack = require_pack(data, PACK)
    joint, store = PocketJoint(SHIPPED / "joint"), feature_store()
    rows = [row for row in read_folder(pack, "label_clean") if row.label in LABELS]
    training = training_of(joint, store, [row for row in rows if row.columns["split"] == "original_train"])
    unseen = unseen_of(joint, store, [row for row in rows if row.columns["split"] != "original_train"])
    cache = store.folder.parent / "field_road_heads"
    runs = {
        name: trained(name, schedule, training, unseen, seed, cache)
        for name, schedule in tables.CANDIDATES.items()
    }
    best = tables.chosen_of([each.outcome for each in runs.values()], training.samples.classes).name
    third: Third | None = None
    for name in dict.fromkeys((best, *tables.PUBLISHED)):
        # Leaving one out at a time takes longest, so what is known is saved after each schedule.
        runs[name] = left_out_once(runs[name], training, seed, cache)
        if training.three is not None and third is None:
            third = third_class(training, tables.CANDIDATES[best], seed, cache)
        metrics, details = reported(joint, training, unseen, list(runs.values()), runs[best])
        manifest = Manifest(
            kind=KIND,
            models={"joint": joint.id},
            data=[f"{PACK} (original_train, label_clean)"],
            split=f"each of the {len(training.digests)} pictures was predicted by a head trained on the others and on "
            "no copy of it; all other pictures are unseen. They chose no schedule, but the number of spliced copies "
            "was doubled after their figures had been seen once.",
            seed=seed,
            versions=versions(),
            metrics=metrics,
            minutes=watch.minutes(),
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
    best, samples = shipped.outcome, training.samples
    tensors = {name: value.numpy() for name, value in shipped.network.state_dict().items()}
    for number, label in enumerate(LABELS):
        tensors[f"members.{label}"] = samples.plain[samples.classes == number]
    details = manifest.details | {"temperature": best.temperature, "labels": list(LABELS)}
    details |= {
        "schedule": f"report 2, {best.name}",
        "hyper_parameters": asdict(tables.CANDIDATES[best.name]),
    }
    metrics = manifest.metrics
    if third is not None:
        tensors |= third.tensors
        metrics = metrics | third.metrics
        details["three"] = {"labels": list(THREE), "temperature": third.temperature}
        details["tables"] = [*details["tables"], third.table]
    whole = replace(manifest, metrics=metrics, details=details)
    publish(out, tensors, whole, seen=training.digests, title="Field or road head", card=card or [
        "Report 2's head (Linear 256, ReLU, Linear 1) on the pocket joint embedding of 384 numbers. Class 1 is road. "
        f"Schedule: {best.name}, chosen among six by leaving tenths out, over the pictures and over grey, blurred, "
        "square and spliced copies of them. One temperature, fitted to those logits, calibrates it; the "
        "training embeddings of each class are kept for the conformal sets. A second network of three outputs knows "
        "the class \"road and field\", from a label table of ours over the same pictures.",
        "It knows cultivated fields and paved roads seen from the ground. Open country (grassland, desert, hills, "
        "lakes) is labelled \"field\" in the pictures it was judged on, looks like nothing it was trained on, and is "
        "what it gets wrong; anything else gets a label too, which is why the tab offers sets that can be empty.",
    ])  # fmt: skip


def reported(
    joint: PocketJoint,
    training: Training,
    unseen: tables.Unseen,
    runs: Sequence[Trained],
    shipped: Trained,
) -> tuple[Metrics, dict[str, Any]]:
    """Returns the metrics, and the tables and curves, of what ships and of what it was chosen from."""
    samples, best = training.samples, shipped.outcome
    classes = samples.classes
    assert best.left_out is not None
    left = probabilities(best.left_out.logits["plain"][:, 0], best.temperature)
    metrics = measured(left, classes, "leave_one_out")
    members = [samples.plain[classes == label] for label in (0, 1)]
    alone = left_out_p_values(samples.plain, classes)
    reports = [
        tables.schedules([each.outcome for each in runs], best, classes, unseen),
        tables.band_of(left, classes, unseen, best.unseen),
        tables.odd_sets(p_values_of(members, unseen.embeddings), unseen, alone, classes),
    ]
    if len(unseen.classes):
        captions = tables.captions_say(joint, unseen.embeddings)
        plain = logits_of(runs[0].network, unseen.embeddings)
        head = logits_of(shipped.network, unseen.embeddings) / best.temperature
        zero_shot = captions["report’s captions"]
        classifiers = {
            "head, text as it is": plain,
            "head, shipped": head,
            **captions,
            "both together": head + zero_shot,
        }
        reports.append(tables.by_source(unseen, classifiers))
        metrics |= measured(best.unseen, unseen.classes, "unseen")
        for name, logits in (("zero_shot", zero_shot), ("zero_shot_ensemble", captions["prompt ensemble"])):
            metrics |= share(f"{name}_accuracy", (logits >= 0) == (unseen.classes == 1))
        test = np.array([source == "original_test" for source in unseen.sources], dtype=bool)
        here = test if test.any() else ~test
        metrics |= share("agreement", ((head >= 0) == (zero_shot >= 0))[here])
    return metrics, {"tables": reports, "curves": curves(runs, shipped)}


def curves(runs: Sequence[Trained], shipped: Trained) -> list[dict[str, Any]]:
    """Returns the report's two figures, accuracy and loss in training, for both sets and for what ships."""
    by_name = {each.outcome.name: each for each in runs}
    chosen = {kind: by_name[name] for kind, name in zip(("text", "code"), tables.PUBLISHED, strict=True)}
    if shipped.outcome.name not in tables.PUBLISHED:
        chosen["shipped"] = shipped
    accuracy: dict[str, Any] = {}
    loss: dict[str, Any] = {}
    for name, each in chosen.items():
        accuracy[f"{name}, in training"] = [epoch.accuracy for epoch in each.epochs]
        accuracy[f"{name}, left out"] = each.outcome.tenths.accuracy
        loss[f"{name}, in training"] = [epoch.loss for epoch in each.epochs]
        if each.epochs[0].validation_loss is not None:
            loss[f"{name}, validation"] = [epoch.validation_loss for epoch in each.epochs]
    titles = "accuracy over the epochs (report’s figure 2)", "loss over the epochs (report’s figure 3)"
    return [
        curve(f"Field or road: {titles[0]}", "epoch", "accuracy", accuracy),
        curve(f"Field or road: {titles[1]}", "epoch", "cross-entropy", loss),
    ]


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
    network = fit(samples, seed, schedule)
    logits = left_out.logits["plain"]
    return Third(
        {f"three.{name}": value.numpy() for name, value in network.state_dict().items()},
        best_temperature(logits, samples.classes),
        share("three_classes_accuracy", right(logits, samples.classes)),
        tables.three_classes(left_out, samples.classes, THREE),
    )

"""Recipe `field-road`: report 2's head on the joint embedding, its two schedules, its proposals, all measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.datasets.folder import read_folder
from core.datasets.packs import require_pack
from core.encoders.pocket import PocketJoint
from core.errors import DataError
from core.features.store import feature_store
from core.heads.described import DescribedClasses
from core.heads.field_road import KIND, LABELS, THREE
from core.metrics import proportion
from core.reporting import Metrics, RunRecord, Table, card_text, publish
from core.store import Manifest
from core.training.field_road import tables
from core.training.field_road.data import PACKS, Training, photos_of, training_of, unseen_of
from core.training.field_road.described import described_of, sentences, unusual
from core.training.field_road.doubts import labels_again
from core.training.field_road.few_pictures import FewPictures, few_pictures, some_nouns
from core.training.field_road.fit import fit
from core.training.field_road.measure import LeftOut, best_temperature, leave_out, measured, right, tenths
from core.training.field_road.samples import Rows, Samples, Schedule, joined
from core.training.field_road.tables import Trained
from core.training.shared.weights import SHIPPED

PACK = "fields_roads"
Checks = Mapping[str, Rows]


def trained(name: str, training: Training, seed: int, cache: Path) -> Trained:
    """Trains one schedule on everything, and with a tenth left out at a time; `cache` keeps finished heads."""
    schedule, (pictures, beside) = tables.CANDIDATES[name], training.samples_of(name)

    def left_out(samples: Samples, checks: Checks, beside: Samples | None) -> LeftOut:
        folds = tenths(samples.classes, seed)
        return leave_out(samples, folds, seed, schedule, checks, cache, f"{name}: tenths", beside)

    network, epochs = fit(pictures if beside is None else joined(pictures, beside), seed, schedule)
    left, elsewhere = left_out(pictures, training.checks, beside), None
    if training.photos is not None:
        photos = training.photos.samples
        logits = network(photos.plain) if beside is None else left_out(photos, {}, pictures).logits["plain"]
        elsewhere = right(logits, photos.classes)
    logits = np.concatenate(list(left.logits.values()))
    temperature = best_temperature(logits, np.tile(training.samples.classes, len(left.logits)))
    return Trained(name, network, epochs, left, temperature, elsewhere)


def left_out_once(run: Trained, training: Training, seed: int, cache: Path) -> Trained:
    """Adds what heads say of each picture when it alone is left out."""
    schedule, (pictures, beside) = tables.CANDIDATES[run.name], training.samples_of(run.name)
    folds = np.arange(len(pictures.classes))
    left = leave_out(pictures, folds, seed, schedule, {}, cache, f"{run.name}: one by one", beside)
    return replace(run, left_out=left)


def run(data: Path, out: Path, seed: int) -> None:
    """Trains on the training pictures of `fields_roads`, and measures by leaving each out, and on all others."""
    record = RunRecord(seed)
    pack = require_pack(data, PACK)
    joint, store = PocketJoint(SHIPPED / "joint"), feature_store()
    rows = [row for row in read_folder(pack, "label_clean") if row.label in LABELS]
    shown = [row for row in rows if row.columns["split"] == "original_train"]
    training = training_of(joint, store, shown)
    unseen = unseen_of(joint, store, [row for row in rows if row.columns["split"] != "original_train"])
    photos = photos_of(data, joint, store, np.concatenate([training.samples.plain, unseen.embeddings]))
    training = replace(training, photos=photos)
    cache = store.folder.parent / "field_road_heads"
    runs = {name: trained(name, training, seed, cache) for name in tables.candidates(photos is not None)}
    best = tables.chosen_of(list(runs.values()), training.samples.classes).name
    doubts = labels_again(shown, training.samples.plain, seed, cache)
    few = few_of(joint, training.samples, [row.file for row in shown], unseen, seed)
    described = described_of(joint.encode_texts, training.samples)
    spoken, spoken_metrics = described_tables(joint, described, training.samples, unseen, seed)
    third: Trained | None = None
    for name in dict.fromkeys((best, *tables.PUBLISHED)):
        # Leaving one out at a time takes longest, so what is known is saved after each schedule.
        runs[name] = left_out_once(runs[name], training, seed, cache)
        third = third or third_class(training, tables.CANDIDATES[best], seed, cache)
        metrics, details = reported(joint, training, unseen, list(runs.values()), runs[best])
        details["tables"] += spoken if doubts is None else [*spoken, doubts]
        if few is not None:
            details["tables"].append(few.table())
            details["few_pictures"] = few.to_json()
        manifest = record.manifest(
            KIND,
            {"joint": joint.id},
            data=[f"{PACK} (original_train, label_clean)", *(PACKS if best in tables.BESIDE_PHOTOS else ())],
            split=f"each of the {len(training.digests)} pictures was predicted by a head trained on the others and on "
            "no copy of it; all other pictures are unseen. They chose no schedule, but the number of spliced copies "
            "was doubled after their figures had been seen once.",
            metrics=metrics | spoken_metrics | third_figures(third, training),
            details=details,
        )
        save(out, manifest, training, runs[best], third, described, card_text(__file__, schedule=best))


def described_tables(
    joint: PocketJoint, described: DescribedClasses, samples: Samples, unseen: tables.Unseen, seed: int
) -> tuple[list[Table], Metrics]:
    """Returns what sentences are worth on unseen pictures, and how well captions tell odd ones; none without any."""
    if not len(unseen.embeddings):
        return [], {}
    table, metrics = sentences(joint, described, unseen, seed)
    return [table, unusual(joint, described, samples, unseen, seed)], metrics


def few_of(
    joint: PocketJoint, samples: Samples, files: Sequence[str], unseen: tables.Unseen, seed: int
) -> FewPictures | None:
    """Returns how heads from few pictures do on those of the pack that did not train the encoder; None of too few."""
    labels = [LABELS[number] for number in (*samples.classes, *unseen.classes)]
    rows = np.concatenate([samples.plain, unseen.embeddings])
    try:
        return few_pictures(joint, rows, labels, [*files, *unseen.files], some_nouns(), seed)
    except DataError:
        return None


def save(
    out: Path,
    manifest: Manifest,
    training: Training,
    shipped: Trained,
    third: Trained | None,
    described: DescribedClasses,
    words: Iterable[str],
) -> None:
    """Writes the artefact and its model card; `manifest` tells all that is known but the head's own details."""
    samples = training.samples
    tensors = {**shipped.network.tensors, **described.tensors}
    for number, label in enumerate(LABELS):
        tensors[f"members.{label}"] = samples.plain[samples.classes == number]
    details = manifest.details | {
        "temperature": shipped.temperature,
        "labels": list(LABELS),
        "described": described.to_json(),
        "schedule": f"report 2, {shipped.name}",
        "hyper_parameters": asdict(tables.CANDIDATES[shipped.name]),
    }
    if third is not None and training.three is not None:
        tensors |= {f"three.{name}": value for name, value in third.network.tensors.items()}
        details["three"] = {"labels": list(THREE), "temperature": third.temperature}
        three = tables.three_classes(third.tenths, training.three.classes, THREE)
        details["tables"] = [*details["tables"], three]
    whole = replace(manifest, details=details)
    publish(out, tensors, whole, seen=training.seen_by(shipped.name), card=words)


def reported(
    joint: PocketJoint, training: Training, unseen: tables.Unseen, runs: Sequence[Trained], shipped: Trained
) -> tuple[Metrics, dict[str, Any]]:
    """Returns the metrics, and the tables and curves, of what ships and of what it was chosen from."""
    plain, classes, rows = training.samples.plain, training.samples.classes, unseen.embeddings
    metrics = measured(shipped.left_out_road(), classes, "leave_one_out")
    reports = [
        tables.schedules(runs, shipped, classes, unseen),
        tables.band_of(shipped, classes, unseen),
        tables.odd_sets(plain, classes, unseen),
    ]
    if len(rows):
        captions = tables.captions_say(joint, rows)
        head, zero_shot = shipped.logits(rows) / shipped.temperature, captions["report’s captions"]
        classifiers = {"head, text as it is": runs[0].logits(rows), "head, shipped": head, **captions}
        reports.append(tables.by_source(unseen, classifiers | {"both together": head + zero_shot}))
        metrics |= measured(shipped.road(rows), unseen.classes, "unseen")
        for name, logits in (("zero_shot", zero_shot), ("zero_shot_ensemble", captions["prompt ensemble"])):
            metrics[f"{name}_accuracy"] = proportion((logits >= 0) == unseen.is_road)
        test = np.array([source == "original_test" for source in unseen.sources], dtype=bool)
        here = test if test.any() else ~test
        metrics["agreement"] = proportion(((head >= 0) == (zero_shot >= 0))[here])
    return metrics, {"tables": reports, "curves": tables.curves(runs, shipped)}


def third_class(training: Training, schedule: Schedule, seed: int, cache: Path) -> Trained | None:
    """Trains the three-way head on everything, and by leave-one-out; None where no picture is known to show both."""
    samples = training.three
    if samples is None:
        return None
    folds = np.arange(len(samples.classes))
    left = leave_out(samples, folds, seed, schedule, {}, cache, "three classes: one by one")
    network, epochs = fit(samples, seed, schedule)
    temperature = best_temperature(left.logits["plain"], samples.classes)
    return Trained("three classes", network, epochs, left, temperature, left_out=left)


def third_figures(third: Trained | None, training: Training) -> Metrics:
    """Returns how often the three-way head is right on pictures that it did not see; nothing without one."""
    if third is None or training.three is None:
        return {}
    hits = right(third.tenths.logits["plain"], training.three.classes)
    return {"three_classes_accuracy": proportion(hits)}

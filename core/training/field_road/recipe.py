"""Recipe `field-road`: report 2's head on the joint embedding, its two schedules, its proposals, all measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from core.datasets.fields_roads import PACK
from core.datasets.folder import read_folder
from core.datasets.packs import require_pack
from core.encoders.pocket import PocketJoint
from core.features.store import feature_store
from core.heads.described import DescribedClasses
from core.heads.field_road import KIND, LABELS, THREE
from core.own_head.doubts import labels_again
from core.reporting import RunRecord, card_text, publish
from core.reporting.field_road import three_classes
from core.small_heads.trained import Trained, chosen_of
from core.store import Manifest
from core.training.field_road import schedules
from core.training.field_road.data import PACKS, Training, photos_of, training_of, unseen_of
from core.training.field_road.described import described_of
from core.training.field_road.fit import left_out_once, third_class, trained
from core.training.field_road.measure import described_tables, few_of, reported, third_figures
from core.training.shared.weights import SHIPPED


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
    runs = {name: trained(name, training, seed, cache) for name in schedules.candidates(photos is not None)}
    best = chosen_of(list(runs.values()), training.samples.classes).name
    doubts = labels_again(shown, training.samples.plain, schedules.published(), seed, cache)
    few = few_of(joint, training.samples, [row.file for row in shown], unseen, seed)
    described = described_of(joint.encode_texts, training.samples)
    spoken, spoken_metrics = described_tables(joint, described, training.samples, unseen, seed)
    third: Trained | None = None
    for name in dict.fromkeys((best, *schedules.PUBLISHED)):
        # Leaving one out at a time takes longest, so what is known is saved after each schedule.
        runs[name] = left_out_once(runs[name], training, seed, cache)
        third = third or third_class(training, schedules.CANDIDATES[best], seed, cache)
        metrics, details = reported(joint, training, unseen, list(runs.values()), runs[best])
        details["tables"] += spoken if doubts is None else [*spoken, doubts]
        if few is not None:
            details["tables"].append(few.table())
            details["few_pictures"] = few.to_json()
        manifest = record.manifest(
            KIND,
            {"joint": joint.id},
            data=[
                f"{PACK} (original_train, label_clean)",
                *(PACKS if best in schedules.BESIDE_PHOTOS else ()),
            ],
            split=f"each of the {len(training.digests)} pictures was predicted by a head trained on the others and on "
            "no copy of it; all other pictures are unseen. They chose no schedule, but the number of spliced copies "
            "was doubled after their figures had been seen once.",
            metrics=metrics | spoken_metrics | third_figures(third, training),
            details=details,
        )
        save(out, manifest, training, runs[best], third, described, card_text(__file__, schedule=best))


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
        "hyper_parameters": asdict(schedules.CANDIDATES[shipped.name]),
    }
    if third is not None and training.three is not None:
        tensors |= {f"three.{name}": value for name, value in third.network.tensors.items()}
        details["three"] = {"labels": list(THREE), "temperature": third.temperature}
        three = three_classes(third.tenths, training.three.classes, THREE)
        details["tables"] = [*details["tables"], three]
    whole = replace(manifest, details=details)
    publish(out, tensors, whole, seen=training.seen_by(shipped.name), card=words)

"""Report 2 again: a small head on CLIP's picture embedding against CLIP itself with two captions.

`data` is the folder of its photos: labels.csv with the columns file, label (or label_clean) and split, in which
original_train are the photos for training and original_test the ten for testing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from core.contracts import Models
from core.datasets.fields_roads import PACK, Unseen
from core.datasets.folder import LabelledPicture, read_folder
from core.datasets.packs import find_pack
from core.errors import DataError
from core.evaluation.reproduce.base import ReproductionOptions, role_of, spread
from core.evaluation.reproduce.table import (
    Cell,
    ComparisonRow,
    ComparisonTable,
    ReproductionReport,
    manifest_table,
    percent,
)
from core.features.store import BATCH, FeatureStore
from core.heads.field_road import KIND, LABELS
from core.heads.layers import sigmoid
from core.heads.zero_shot import FIELD_CAPTIONS
from core.metrics import Estimate, proportion, wilson
from core.reporting import Metrics, RunRecord
from core.reporting.field_road import curves
from core.small_heads.network import right
from core.small_heads.samples import Samples
from core.small_heads.trained import Trained, chosen_of
from core.training.field_road import schedules
from core.training.field_road.data import Training
from core.training.field_road.described import described_of
from core.training.field_road.fit import left_out_once, trained
from core.training.field_road.measure import measured
from core.training.field_road.recipe import save

TRAIN, TEST = "original_train", "original_test"
FEWEST = 10
COLUMNS = (
    "in training, %",
    "agrees with zero-shot",
    "test photos, %",
    "a tenth left out, %",
    "one left out, %",
)
REPORT: dict[str, tuple[Cell, ...]] = {schedules.PUBLISHED[0]: (98.7, "8 of 10")}
ZERO_SHOT = "zero-shot, the report's captions"
PHOTOS: dict[str, tuple[Cell, ...]] = {"photo 1": ("field", "road, 0.54"), "photo 6": ("field", "road, 0.60")}
NOTE = (
    "The report trained on 45 fields and 108 roads, two of the fields being roads; it gives one training accuracy, "
    "for the settings of its text, and none for the settings of its code."
)
SPLIT = (
    "the schedule and the temperature were chosen by leaving out a tenth of the training photos at a time; the test "
    "photos trained and chose nothing."
)


@dataclass(frozen=True, slots=True, eq=False)
class ZeroShotLogits:
    """What zero-shot says of the photos.

    Attributes:
        train: (n,) logits of a road for the training photos.
        test: (m,) the same for the test photos.
    """

    train: Float[np.ndarray, " n"]
    test: Float[np.ndarray, " m"]


def reproduce(data: Path, models: Models, out: Path, options: ReproductionOptions) -> ReproductionReport:
    """Trains both schedules, compares them with zero-shot, and writes the head "field_road".

    Args:
        data: the folder of photos, or the folder of packs with it.
        models: the joint encoder.
        out: the folder of the weights.
        options: how to run.

    Raises:
        DataError: unusable data, or too few photos of a class.
        SettingsError: the role of the joint encoder is not filled.
        NotReadyError: its files are missing.
    """
    record, joint, store = RunRecord(options.seed), role_of(models, "joint"), FeatureStore(options.cache)
    train, test = _photos(data, options)
    training = _training(joint, store, train)
    unseen = _unseen(joint, store, test)
    zero_shot = _zero_shot(joint, store, training.samples.plain, unseen.embeddings)
    runs, shipped = _runs(training, options)
    classes = training.samples.classes
    comparisons = (_table(runs, classes, unseen, zero_shot), *_photo_table(runs, unseen, zero_shot))
    manifest = record.manifest(
        KIND,
        {"joint": joint.id},
        data=[f"{PACK} ({TRAIN})"],
        split=SPLIT,
        metrics=_metrics(shipped, classes, unseen, zero_shot),
        details={
            "tables": [manifest_table(table) for table in comparisons],
            "curves": curves(schedules.published_of(runs), shipped),
        },
    )
    described = described_of(
        lambda texts: store.text_rows(f"report 2 captions {joint.id}", texts, joint.encode_texts),
        training.samples,
    )
    save(out, manifest, training, shipped, None, described, _card(shipped, joint.id, joint.width))
    return ReproductionReport(
        "field-road",
        models.profile,
        {"joint": joint.id},
        {
            "training fields": int((classes == 0).sum()),
            "training roads": int((classes == 1).sum()),
            "test photos": len(test),
        },
        comparisons,
        (f"The head is {shipped.name}; {SPLIT}",),
        out.name,
    )


def _runs(training: Training, options: ReproductionOptions) -> tuple[list[Trained], Trained]:
    """Returns both schedules, trained, and the better one, which also was judged one photo at a time."""
    cache, seed = options.cache / "field_road_heads", options.seed
    runs = {name: trained(name, training, seed, cache) for name in schedules.PUBLISHED}
    chosen = chosen_of(list(runs.values()), training.samples.classes).name
    runs[chosen] = left_out_once(runs[chosen], training, seed, cache)
    return list(runs.values()), runs[chosen]


def _photos(data: Path, options: ReproductionOptions) -> tuple[list[LabelledPicture], list[LabelledPicture]]:
    """Returns the training and the test photos that are labelled field or road."""
    rows = [row for row in read_folder(find_pack(data, PACK) or data) if row.label in LABELS]
    if not rows or "split" not in rows[0].columns:
        raise DataError(
            "This data needs photos labelled 'field' or 'road', and a column 'split' that says which of them are "
            f"{TRAIN} and which {TEST}."
        )
    train, test = ([row for row in rows if row.columns["split"] == name] for name in (TRAIN, TEST))
    train = spread(train, options.limit)
    counts = {label: sum(row.label == label for row in train) for label in LABELS}
    if min(counts.values()) < FEWEST:
        raise DataError(
            f"Of the photos in {TRAIN} {counts['field']} are fields and {counts['road']} roads; at least {FEWEST} "
            "of each are needed."
        )
    return train, test


def _embedded(joint: Any, store: FeatureStore, paths: Sequence[Path]) -> tuple[np.ndarray, list[str]]:
    return store.rows(f"report 2 pictures {joint.id}", paths, joint.encode_pictures, batch=BATCH)


def _training(joint: Any, store: FeatureStore, rows: Sequence[LabelledPicture]) -> Training:
    plain, digests = _embedded(joint, store, [row.path for row in rows])
    classes = np.array([LABELS.index(row.label) for row in rows])
    return Training(Samples(plain, classes), {}, digests, None)


def _unseen(joint: Any, store: FeatureStore, rows: Sequence[LabelledPicture]) -> Unseen:
    if not rows:
        return Unseen(np.zeros((0, joint.width), np.float32), np.zeros(0, int))
    embeddings, _ = _embedded(joint, store, [row.path for row in rows])
    classes = np.array([LABELS.index(row.label) for row in rows])
    return Unseen(embeddings, classes, (TEST,) * len(rows), tuple(row.file for row in rows))


def _zero_shot(joint: Any, store: FeatureStore, *rows: Float32[np.ndarray, "_ d"]) -> ZeroShotLogits:
    """Returns the logit of a road by the report's two captions."""
    name = f"report 2 captions {joint.id}"
    field, road = store.text_rows(name, FIELD_CAPTIONS, joint.encode_texts).astype(np.float64)
    train, test = (joint.scale * some.astype(np.float64) @ (road - field) for some in rows)
    return ZeroShotLogits(train, test)


def _table(
    runs: Sequence[Trained], classes: np.ndarray, unseen: Unseen, zero_shot: ZeroShotLogits
) -> ComparisonTable:
    lines = []
    for run in runs:
        left = [
            percent(proportion(right(judged.logits["plain"], classes)))
            for judged in (run.tenths, run.left_out)
            if judged is not None
        ]
        agreed, hits = _tested(run.logits(unseen.embeddings), unseen, zero_shot)
        here = (round(100 * run.training, 2), agreed, hits, *left)
        lines.append(ComparisonRow(run.name, REPORT.get(run.name, ()), here))
    alone = proportion((zero_shot.train >= 0) == (classes == 1))
    _, tested = _tested(zero_shot.test, unseen, zero_shot)
    lines.append(ComparisonRow(ZERO_SHOT, (), (percent(alone), None, tested)))
    return ComparisonTable("Report 2: the head and zero-shot", COLUMNS, tuple(lines), NOTE)


def _tested(
    logits: np.ndarray, unseen: Unseen, zero_shot: ZeroShotLogits
) -> tuple[str | None, Estimate | None]:
    """Returns how often logits agree with zero-shot on the test photos, and how often they are right."""
    if not len(unseen.classes):
        return None, None
    agree = int(((logits >= 0) == (zero_shot.test >= 0)).sum())
    hits = proportion((logits >= 0) == unseen.is_road)
    return f"{agree} of {len(logits)}", percent(hits)


def _photo_table(
    runs: Sequence[Trained], unseen: Unseen, zero_shot: ZeroShotLogits
) -> tuple[ComparisonTable, ...]:
    """Returns what everybody says of each test photo; no table without any."""
    if not unseen.files:
        return ()
    voices = [zero_shot.test, *(run.logits(unseen.embeddings) for run in runs)]
    verdicts = {}
    for row, file in enumerate(unseen.files):
        number = re.search(r"original_test_[a-z]+_(\d+)", file)
        name = f"photo {number[1]}" if number else file
        verdicts[name] = tuple(_says(float(logits[row])) for logits in voices)
    order = sorted(verdicts, key=lambda name: (len(name), name))
    lines = tuple(ComparisonRow(name, PHOTOS.get(name, ()), verdicts[name]) for name in order)
    note = (
        "The class and the probability of a road; the report gives them for the two photos that it discusses."
    )
    return (
        ComparisonTable("Report 2: the test photos", ("zero-shot", "head, text", "head, code"), lines, note),
    )


def _says(logit: float) -> str:
    road = float(sigmoid(np.array(logit)))
    return f"{LABELS[int(logit >= 0)]}, {road:.2f}"


def _metrics(shipped: Trained, classes: np.ndarray, unseen: Unseen, zero_shot: ZeroShotLogits) -> Metrics:
    count = len(classes)
    learned = wilson(round(shipped.training * count), count)
    metrics = measured(shipped.left_out_road(), classes, "leave_one_out")
    metrics["train_accuracy"] = Estimate(shipped.training, *learned, count)
    if len(unseen.classes):
        road = shipped.road(unseen.embeddings)
        metrics |= measured(road, unseen.classes, "unseen")
        metrics["zero_shot_accuracy"] = proportion((zero_shot.test >= 0) == unseen.is_road)
        metrics["agreement"] = proportion((road >= 0.5) == (zero_shot.test >= 0))
    return metrics


def _card(shipped: Trained, joint: str, width: int) -> tuple[str, ...]:
    return (
        "# Field or road head",
        f"Report 2's head (Linear 256, ReLU, Linear 1) on the {width} numbers of {joint}. Class 1 is road. Schedule: "
        f"{shipped.name}, the better of the report's two by leaving tenths out, which also gave the one "
        "temperature that calibrates it. The training embeddings of each class are kept for the conformal sets.",
        "It knows cultivated fields and paved roads seen from the ground; anything else gets a label, too.",
    )

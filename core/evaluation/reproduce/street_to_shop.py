"""Report 3 again: a customer's photo asks, shop photos answer, zero-shot and after one epoch; on DeepFashion2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32, Int

from core.blend import dot_products
from core.contracts import Models
from core.datasets.deepfashion2 import read_deepfashion2
from core.errors import DataError, NotReadyError, SettingsError
from core.evaluation.reproduce.base import ReproductionOptions, role_of
from core.evaluation.reproduce.recall import NO_RIGHT_ITEM, SHOP_PLACES
from core.evaluation.reproduce.street_to_shop_rows import (
    BOXES,
    WHOLE,
    Drawn,
    ShopQueries,
    answerable,
    both_sides,
    drawn_from,
    training_pairs,
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
from core.heads.garment import KIND
from core.metrics import Estimate, average_precision, bootstrap, recalls
from core.reporting import Metrics, RunRecord, publish
from core.training.garment.embedding import Embedding
from core.training.garment.fit import REPORTED, fit
from core.training.garment.losses import MARGIN, REPORTS, SCALE

ZERO_SHOT, TRAINED = "zero-shot", "after one epoch"
COLUMNS = ("mAP", *(f"top-{k}" for k in SHOP_PLACES))
REPORT: dict[str, tuple[Cell, ...]] = {f"{ZERO_SHOT}, {WHOLE}": (2.7,), f"{TRAINED}, {WHOLE}": (3.4,)}
OFFICIAL = ComparisonRow("DeepFashion2's own, detected boxes", (None, 19.2, 34.5, 43.5, 52.4))
NOTE = (
    "In percent, from customer to shop on the validation split. A shop's garment is right when pair_id and style are "
    "the query's and style is above 0; mAP is over the whole ranking."
)
FROZEN = (
    "The report fine-tuned X2-VLM, which no kept library has; here a linear map over the frozen {encoder} is trained "
    "with the report's losses."
)
UNTRAINED = "Nothing was trained, for the training split cannot be used. {error}"
TWIN = "BLIP, "
BLOCK = 256
SAMPLES = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What became of one encoder.

    Attributes:
        figures: row of the table -> mAP and the accuracy at 1, 5, 10 and 20, as shares.
        model: the trained map; None when nothing was trained.
        digests: SHA-256 of each picture that it has seen.
        notes: why nothing was trained.
    """

    figures: dict[str, tuple[Estimate, ...]]
    model: Embedding | None = None
    digests: Sequence[str] = ()
    notes: tuple[str, ...] = ()


def reproduce(data: Path, models: Models, out: Path, options: ReproductionOptions) -> ReproductionReport:
    """Measures the encoder as it is, trains the report's sum of losses for one epoch, and measures again.

    BLIP, the kept relative of the report's model, is measured beside it, over whole pictures as in the report.

    Args:
        data: DeepFashion2: validation/ and, for the training, train/, each with annos/ and image/.
        models: the garment encoder, and BLIP where its files are here.
        out: the folder of the weights.
        options: how to run.

    Raises:
        DataError: unusable data.
        SettingsError: the role of the garment encoder is not filled.
        NotReadyError: its files are missing.
    """
    record, encoder = RunRecord(options.seed), role_of(models, "garment")
    store = FeatureStore(options.cache)
    queries = answerable(read_deepfashion2(data, "validation"), options.limit)
    drawn, notes = _drawn(data, options)
    twin, why = _twin(models, encoder)
    own = _measured(encoder, store, queries, drawn, options.seed)
    figures = own.figures
    if twin is not None:
        beside = _measured(twin, store, queries, drawn, options.seed, (WHOLE,))
        figures = figures | {f"{TWIN}{name}": row for name, row in beside.figures.items()}
    trained = 0 if drawn is None or own.model is None else len(drawn.pairs)
    if own.model is not None:
        _save(out, own.model, encoder.id, figures, trained, own.digests, record)
    return ReproductionReport(
        "street-to-shop",
        models.profile,
        {"garment": encoder.id} | ({} if twin is None else {"composing": twin.id}),
        {"queries": len(queries.queries), "shop garments": len(queries.gallery), "training pairs": trained},
        (_table(figures),),
        (FROZEN.format(encoder=encoder.id), why, *notes, *own.notes),
        out.name if trained else "",
    )


def _twin(models: Models, encoder: Any) -> tuple[Any, str]:
    """Returns BLIP, or None where it is missing or the encoder itself; and what must be said of it."""
    try:
        twin = role_of(models, "composing")
    except (NotReadyError, SettingsError) as error:
        return None, f"BLIP was not measured beside it. {error}"
    if twin.id == encoder.id:
        return None, "That is BLIP, which was trained with such losses, too."
    return (
        twin,
        f"The rows of BLIP are of {twin.id}, which was trained with such losses, too; they write no head.",
    )


def _drawn(data: Path, options: ReproductionOptions) -> tuple[Drawn | None, tuple[str, ...]]:
    """Returns what is trained on; None, and the reason, where the training split cannot be used."""
    try:
        train = read_deepfashion2(data, "train")
        return drawn_from(train, min(SAMPLES, options.limit or SAMPLES), options.seed), ()
    except DataError as error:
        return None, (UNTRAINED.format(error=error),)


def _measured(
    encoder: Any,
    store: FeatureStore,
    queries: ShopQueries,
    drawn: Drawn | None,
    seed: int,
    parts: Sequence[str] = (WHOLE, BOXES),
) -> Measured:
    """Returns the figures of an encoder, zero-shot and, where there is something to train on, after one epoch."""
    rows = {what: both_sides(encoder, store, queries, whole=what == WHOLE) for what in parts}
    groups = [query.pair_id for query in queries.queries]
    figures = {f"{ZERO_SHOT}, {what}": _figures(*pair, queries.right, groups) for what, pair in rows.items()}
    if drawn is None:
        return Measured(figures)
    try:
        pairs, digests = training_pairs(encoder, store, drawn)
    except DataError as error:
        return Measured(figures, notes=(UNTRAINED.format(error=error),))
    model = fit(pairs, seed, REPORTS, REPORTED)
    for what, (street, shop) in rows.items():
        after = model.embedded(street, "street"), model.embedded(shop, "shop")
        figures[f"{TRAINED}, {what}"] = _figures(*after, queries.right, groups)
    return Measured(figures, model, digests)


def _figures(
    street: Float32[np.ndarray, "n d"],
    shop: Float32[np.ndarray, "m d"],
    right: Sequence[Sequence[int]],
    groups: Sequence[int],
) -> tuple[Estimate, ...]:
    """Returns mAP and the accuracy at 1, 5, 10 and 20, as shares."""
    best = np.full(len(street), NO_RIGHT_ITEM, dtype=np.int64)
    precision = np.zeros(len(street))
    for start in range(0, len(street), BLOCK):
        for row, scores in enumerate(dot_products(street[start : start + BLOCK], shop), start):
            ranks = _ranks(scores, right[row])
            best[row], precision[row] = ranks.min(), average_precision(ranks)
    return bootstrap(precision, groups), *recalls(best, SHOP_PLACES).values()


def _ranks(scores: Float32[np.ndarray, " m"], places: Sequence[int]) -> Int[np.ndarray, " right"]:
    """Returns the ranks of some candidates, as `blend.ranks` has them, without sorting the others."""
    levels, at = scores[list(places)][:, None], np.array(places)[:, None]
    before = (scores[None, :] > levels) | ((scores[None, :] == levels) & (np.arange(len(scores)) < at))
    return np.asarray(1 + np.count_nonzero(before, axis=1))


def _table(figures: dict[str, tuple[Estimate, ...]]) -> ComparisonTable:
    names = [f"{when}, {what}" for what in (WHOLE, BOXES) for when in (ZERO_SHOT, TRAINED)]
    names += [name for when in (ZERO_SHOT, TRAINED) if (name := f"{TWIN}{when}, {WHOLE}") in figures]
    lines = [
        ComparisonRow(
            name,
            REPORT.get(name.removeprefix(TWIN), ()),
            tuple(percent(figure) for figure in figures.get(name, ())),
        )
        for name in names
    ]
    return ComparisonTable("Report 3: retrieval from customer to shop, %", COLUMNS, (*lines, OFFICIAL), NOTE)


def _save(
    out: Path,
    model: Embedding,
    encoder: str,
    figures: dict[str, tuple[Estimate, ...]],
    samples: int,
    seen: Sequence[str],
    record: RunRecord,
) -> None:
    """Writes the head with its figures on the validation split."""
    names = ("mean_average_precision", *(f"recall_at_{k}" for k in SHOP_PLACES))
    metrics: Metrics = {}
    for row, prefix in ((f"{TRAINED}, {WHOLE}", ""), (f"{TRAINED}, {BOXES}", "box_")):
        metrics |= {f"{prefix}{name}": figure for name, figure in zip(names, figures[row], strict=True)}
    details = {
        "dimensions": model.linear.out_features,
        "epochs": REPORTED.epochs,
        "batch": REPORTED.batch,
        "rate": REPORTED.rate,
        "losses": asdict(REPORTS),
        "arcface": {"margin_radians": MARGIN, "scale": SCALE},
        "samples": samples,
        "tables": [manifest_table(_table(figures))],
    }
    manifest = record.manifest(
        KIND,
        {"features": encoder},
        data=["DeepFashion2 (train)"],
        split="the set's own; the figures are of its validation split, which trained and chose nothing.",
        metrics=metrics,
        details=details,
    )
    # Half precision has steps of a thousandth near 1, as large as what one epoch changes.
    tensors = model.tensors() | {"weight": model.linear.weight.detach().numpy()}
    publish(out, tensors, manifest, seen=seen, card=[
        "# Garment embedding of report 3",
        f"A square linear map over {encoder}, which stays frozen; it starts as the identity and is "
        "trained for one epoch with report 3's losses, ITC + ITM + (L1 + IoU) + ArcFace, on captions from the true "
        "properties of DeepFashion2. The report fine-tuned X2-VLM itself.",
        "DeepFashion2 is for non-commercial research; so is what was trained on it.",
    ])  # fmt: skip

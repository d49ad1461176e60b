"""Report 3 again: a customer's photo asks, shop photos answer, zero-shot and after one epoch; on DeepFashion2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32, Int

from core.datasets.deepfashion2 import DeepFashion2, Garment, read_deepfashion2, template_caption
from core.errors import DataError, InputError
from core.evaluation.reproduce.base import Options, ReportModels, role_of, spread
from core.evaluation.reproduce.table import Cell, Line, Report, Table, manifest_table, percent
from core.images import open_picture
from core.metrics import Estimate, average_precision, bootstrap, proportion
from core.protocols import NO_RIGHT_ITEM, SHOP_PLACES
from core.training.common import FeatureStore, Stopwatch, interval, versions
from core.training.features import opened
from core.training.garment_model import Embedding, Pairs
from core.training.garment_report import SAMPLES, fine_tuned, save
from core.types import Box, Picture

WHOLE, BOXES = "whole pictures", "true boxes"
ZERO_SHOT, TRAINED = "zero-shot", "after one epoch"
COLUMNS = ("mAP", *(f"top-{k}" for k in SHOP_PLACES))
REPORT: dict[str, tuple[Cell, ...]] = {f"{ZERO_SHOT}, {WHOLE}": (2.7,), f"{TRAINED}, {WHOLE}": (3.4,)}
OFFICIAL = Line("DeepFashion2's own, detected boxes", (None, 19.2, 34.5, 43.5, 52.4))
NOTE = (
    "In percent, from customer to shop on the validation split. A shop's garment is right when pair_id and style are "
    "the query's and style is above 0; mAP is over the whole ranking."
)
BLOCK = 256


@dataclass(frozen=True, slots=True)
class Asked:
    """Queries and the garments that may answer.

    Attributes:
        data: the split.
        queries: garments of customers.
        gallery: garments of shops.
        right: for each query the places of the right ones in the gallery; maybe none.
    """

    data: DeepFashion2
    queries: list[Garment]
    gallery: list[Garment]
    right: list[list[int]]


def reproduce(data: Path, models: ReportModels, out: Path, options: Options) -> Report:
    """Measures the encoder as it is, trains the report's sum of losses for one epoch, and measures again.

    Args:
        data: DeepFashion2: validation/ and, for the training, train/, each with annos/ and image/.
        models: the garment encoder.
        out: the folder of the weights.
        options: how to run.

    Raises:
        DataError: unusable data.
        SettingsError: the role of the garment encoder is not filled.
        NotReadyError: its files are missing.
    """
    watch, encoder = Stopwatch.started(), role_of(models, "garment")
    store = FeatureStore(options.cache)
    asked = _asked(read_deepfashion2(data, "validation"), options.limit)
    rows = {what: _both(encoder, store, asked, whole=what == WHOLE) for what in (WHOLE, BOXES)}
    groups = [query.pair_id for query in asked.queries]
    found = {f"{ZERO_SHOT}, {what}": _figures(*pair, asked.right, groups) for what, pair in rows.items()}
    notes: tuple[str, ...] = (
        f"The report fine-tuned X2-VLM, which no kept library has; here a linear map over the frozen {encoder.id} is "
        "trained with the report's losses. BLIP, trained with such losses too, would be the next to fine-tune whole.",
    )
    samples: list[tuple[Garment, Garment]] = []
    try:
        train = read_deepfashion2(data, "train")
        samples = _samples(train, min(SAMPLES, options.limit or SAMPLES), options.seed)
        pairs, digests = _pairs(encoder, store, train, samples)
    except DataError as error:
        notes = (*notes, f"Nothing was trained, for the training split cannot be used. {error}")
    else:
        model = fine_tuned(pairs, options.seed)
        for what, (street, shop) in rows.items():
            after = model.embedded(street, "street"), model.embedded(shop, "shop")
            found[f"{TRAINED}, {what}"] = _figures(*after, asked.right, groups)
        _save(out, model, encoder.id, found, (len(asked.queries), len(samples)), digests, watch, options)
    sizes = {
        "queries": len(asked.queries),
        "shop garments": len(asked.gallery),
        "training pairs": len(samples),
    }
    return Report(
        "street-to-shop",
        models.profile,
        {"garment": encoder.id},
        sizes,
        (_table(found),),
        notes,
        out.name if samples else "",
    )


def _asked(data: DeepFashion2, limit: int | None) -> Asked:
    """Returns the queries that something can answer; with a limit, what answers them and as many others."""
    right = data.right()
    judged = [row for row, places in enumerate(right) if len(places)]
    if not judged:
        raise DataError("No garment of a customer has its pair_id and style in a shop.")
    picks = spread(judged, limit)
    kept = {int(place) for row in picks for place in right[row]}
    kept |= set(spread(range(len(data.gallery)), limit))
    places = {place: number for number, place in enumerate(sorted(kept))}
    return Asked(
        data,
        [data.queries[row] for row in picks],
        [data.gallery[place] for place in places],
        [[places[int(place)] for place in right[row]] for row in picks],
    )


def _both(
    encoder: Any, store: FeatureStore, asked: Asked, *, whole: bool
) -> tuple[Float32[np.ndarray, "n d"], Float32[np.ndarray, "m d"]]:
    """Returns the features of the queries and of the gallery."""
    street, shop = (
        _features(encoder, store, asked.data, some, whole=whole) for some in (asked.queries, asked.gallery)
    )
    return street, shop


def _features(
    encoder: Any, store: FeatureStore, data: DeepFashion2, garments: Sequence[Garment], *, whole: bool
) -> Float32[np.ndarray, "n d"]:
    """Returns one row for each garment, of its whole picture or of its true box."""
    rows, _ = store.batched_rows(
        f"report 3 {WHOLE if whole else BOXES} {encoder.id}",
        [data.path(garment) for garment in garments],
        encoder.garment_features,
        boxes=None if whole else [Box(*garment.box) for garment in garments],
        pictures=_part,
    )
    return rows


def _part(path: Path, box: Box | None) -> Picture:
    """Returns what a box shows; the whole picture where the set's own box is of no use."""
    try:
        return open_picture(path, box=box)
    except InputError:
        return opened(path)


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
        for row, scores in enumerate(street[start : start + BLOCK] @ shop.T, start):
            ranks = _ranks(scores, right[row])
            best[row], precision[row] = ranks.min(), average_precision(ranks)
    mean = Estimate(float(precision.mean()), *bootstrap(precision, groups))
    return (mean, *(proportion(best <= k) for k in SHOP_PLACES))


def _ranks(scores: Float32[np.ndarray, " m"], places: Sequence[int]) -> Int[np.ndarray, " right"]:
    """Returns the ranks of some candidates, as `blend.ranks` has them, without sorting the others."""
    levels, at = scores[list(places)][:, None], np.array(places)[:, None]
    before = (scores[None, :] > levels) | ((scores[None, :] == levels) & (np.arange(len(scores)) < at))
    return np.asarray(1 + np.count_nonzero(before, axis=1))


def _samples(data: DeepFashion2, count: int, seed: int) -> list[tuple[Garment, Garment]]:
    """Returns pairs of a customer's and a shop's garment, each product and style once, drawn by chance.

    Raises:
        DataError: fewer than two products have both.
    """
    products: dict[tuple[int, int], list[int]] = {}
    right = data.right()
    for row, query in enumerate(data.queries):
        if len(right[row]):
            products.setdefault((query.pair_id, query.style), []).append(row)
    if len(products) < 2:
        raise DataError(
            "Fewer than two products of the training split have a customer's and a shop's picture."
        )
    random = np.random.default_rng(seed)
    names = sorted(products)
    drawn = []
    for place in random.permutation(len(names))[:count]:
        row = int(random.choice(products[names[place]]))
        drawn.append((data.queries[row], data.gallery[int(random.choice(right[row]))]))
    return drawn


def _pairs(
    encoder: Any, store: FeatureStore, data: DeepFashion2, samples: Sequence[tuple[Garment, Garment]]
) -> tuple[Pairs, list[str]]:
    """Returns what the samples look and sound like, and the SHA-256 of their pictures."""
    sides = [[pair[side] for pair in samples] for side in (0, 1)]
    pictures = [_features(encoder, store, data, some, whole=True) for some in sides]
    name = f"report 3 captions {encoder.id}"
    said = [
        store.text_rows(name, [template_caption(garment) for garment in some], encoder.sentences)
        for some in sides
    ]
    boxes = np.stack([_shares(data, garment) for garment in sides[0]])
    digests = store.digests([data.path(garment) for some in sides for garment in some])
    return Pairs(pictures[0], pictures[1], said[0], said[1], pictures[0], boxes), digests


def _shares(data: DeepFashion2, garment: Garment) -> Float32[np.ndarray, " 4"]:
    """Returns the box of a garment in shares of its picture."""
    width, height = opened(data.path(garment)).original_size
    edges = np.array(garment.box) / (width, height, width, height)
    return np.asarray(np.clip(edges, 0, 1), dtype=np.float32)


def _table(found: dict[str, tuple[Estimate, ...]]) -> Table:
    lines = [
        Line(name, REPORT.get(name, ()), tuple(percent(one) for one in found.get(name, ())))
        for what in (WHOLE, BOXES)
        for name in (f"{ZERO_SHOT}, {what}", f"{TRAINED}, {what}")
    ]
    return Table("Report 3: retrieval from customer to shop, %", COLUMNS, (*lines, OFFICIAL), NOTE)


def _save(
    out: Path,
    model: Embedding,
    encoder: str,
    found: dict[str, tuple[Estimate, ...]],
    sizes: tuple[int, int],
    seen: Sequence[str],
    watch: Stopwatch,
    options: Options,
) -> None:
    """Writes the head with its figures on the validation split."""
    names = ("mean_average_precision", *(f"recall_at_{k}" for k in SHOP_PLACES))
    metrics: dict[str, dict[str, float]] = {}
    for row, prefix in ((f"{TRAINED}, {WHOLE}", ""), (f"{TRAINED}, {BOXES}", "box_")):
        for name, figure in zip(names, found[row], strict=True):
            metrics |= interval(f"{prefix}{name}", *figure, sizes[0])
    about = {
        "models": {"features": encoder},
        "data": ["DeepFashion2 (train)"],
        "split": "the set's own; the figures are of its validation split, which trained and chose nothing.",
        "seed": options.seed,
        "versions": versions(),
        "metrics": metrics,
        "minutes": watch.minutes(),
    }
    details = {"samples": sizes[1], "tables": [manifest_table(_table(found))]}
    save(out, model, about, details, seen)

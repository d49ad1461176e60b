"""Measures street to shop: which place does the right product get among all, for each worn photo?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from core import blend
from core.contracts import Models
from core.datasets.pairs import Pair, read_pairs
from core.errors import DataError, InputError
from core.evaluation.base import EvaluationOptions, Intake, Planned, Sample, grouped, trained
from core.evaluation.memory import MemoryGallery, gather
from core.evaluation.report import EvaluationReport
from core.images import open_parts, open_picture, parse_box
from core.index.bundle import Gallery
from core.joining import RULES, joined, rules_beside_sum
from core.lookahead import each_of
from core.metrics import Estimate, average_precision, bootstrap, recalls
from core.tasks.start_weights import start_weights
from core.tasks.street_to_shop import WITHOUT_BOX, StreetEvidence, StreetToShopTask
from core.types import Box, Picture

PLACES = (1, 5, 20)
GROUP = "item_id"
EDGES = ("x0", "y0", "x1", "y1")
CROPS = 32
SAMPLES = (
    Sample(
        "street-to-shop",
        ".",
        {
            "box_recall_at_1": "right product first, by the garment\u2019s box",
            "box_recall_at_5": "among the first five, by its box",
            "recall_at_1": "right product first, by the whole picture",
        },
    ),
    Sample("labels", "galleries/shop", {"accuracy": "kind of garment, zero-shot, shop pictures"}, "kind"),
    Sample("labels", "examples/street", {"accuracy": "kind of garment, zero-shot, street pictures"}, "kind"),
)


def evaluate(data: Path, models: Models, options: EvaluationOptions) -> EvaluationReport:
    """Asks with every worn photo, whole and without a box, for its product among all products.

    Where the columns x0, y0, x1, y1 name the garment's box, its crop is asked with, too.

    Args:
        data: a folder in the pairs layout.
        models: the profile's models.
        options: how to measure.

    Returns:
        Recall at 1, 5 and 20 and mean average precision, at the weights that the page starts with when there
        is no box; recall at 10 by each rule of joining; and recall at the same places by the garment embedding
        of the box alone, where boxes are given. A product is right when it is of the query's item.

    Raises:
        DataError: unusable data, or nothing left to judge.
    """
    pairs = read_pairs(data)
    groups = grouped([pair.columns for pair in pairs], options, GROUP)
    manifest = models.manifest("garment")
    intake = Intake(options, trained(models, "garment", "joint"))
    fresh = [row for row, pair in enumerate(pairs) if intake.allowed(pair.worn, pair.product)]
    intake.check_left(len(fresh))
    gallery = products_of([pairs[row] for row in fresh], models, intake)
    right = right_answers(pairs, gallery)
    answerable = [row for row in fresh if len(right[pairs[row].item_id])]
    weights = start_weights(manifest, WITHOUT_BOX)
    task = models.street_to_shop(gallery)

    def ranks_of(photos: Sequence[Picture], rows: Sequence[int]) -> Iterator[Mapping[str, np.ndarray]]:
        for row, parts in zip(rows, np.moveaxis(task.score_parts(photos), 1, 0), strict=True):
            # The box, of which there is none, takes no part.
            scores = {rule: joined(rule, weights[:2], parts[:2]) for rule in RULES}
            yield {rule: blend.ranks(score)[right[pairs[row].item_id]] for rule, score in scores.items()}

    judged, ranks = intake.judge(
        answerable, lambda row: (pairs[row].worn_file, pairs[row].worn), "queries", ranks_of
    )
    together = [groups[row] for row in judged]
    metrics = figures([places["sum"] for places in ranks], together, options.seed)
    boxed = [pairs[row] for row in judged if all(pairs[row].columns.get(edge) for edge in EDGES)]
    if boxed:
        metrics |= box_figures(boxed, task, right)
    best = {rule: np.array([places[rule].min() for places in ranks]) for rule in RULES}
    extras = {
        **intake.counts(),
        "gallery": len(gallery),
        "weights": [float(weight) for weight in weights],
        "rules": rules_beside_sum(best, options.seed, together),
    }
    return EvaluationReport("street-to-shop", models.profile, task.models, len(judged), metrics, extras)


def example(row: Planned, models: Models, gallery: Gallery, folder: Path) -> StreetEvidence:
    """Runs the encoders on a planned example, see `core.evaluation.examples.evidence_of`."""
    path = folder / row["picture"]
    box = parse_box(row["settings"].get("box"))
    picture, *crops = open_parts(path, [None] if box is None else [None, box])
    return models.street_to_shop(gallery).evidence(
        picture, crops[0] if crops else None, row.get("caption", "")
    )


def figures(ranks: Sequence[np.ndarray], groups: Sequence[str], seed: int = 0) -> dict[str, Estimate]:
    """Returns recall and mean average precision.

    Args:
        ranks: for each query the ranks of all its right products, 1 = first.
        groups: (n,) the group of each query, drawn together in the bootstrap of the mean.
        seed: of the bootstrap.
    """
    best = np.array([places.min() for places in ranks])
    precisions = [average_precision(places) for places in ranks]
    return recalls(best, PLACES) | {"mean_average_precision": bootstrap(precisions, groups, seed)}


def box_figures(
    pairs: Sequence[Pair], task: StreetToShopTask, right: Mapping[str, np.ndarray]
) -> dict[str, Estimate]:
    """Returns recall by the garment embedding of the box alone.

    Args:
        pairs: pairs whose columns name the garment's box in pixels of the worn photo.
        task: the task over the gallery of products.
        right: item -> places of its products in the gallery.

    Raises:
        DataError: an edge of a box is no number, or a box is empty.
    """
    best: list[int] = []
    for start in range(0, len(pairs), CROPS):
        some = pairs[start : start + CROPS]
        # The picture's part of a crop is the box's part of its photo; words play no role.
        scores = task.score_garments(each_of(_crop, some))
        best += [
            int(blend.ranks(row)[right[pair.item_id]].min()) for pair, row in zip(some, scores, strict=True)
        ]
    return recalls(best, PLACES, "box_recall_at_{}")


def _crop(pair: Pair) -> Picture:
    return open_picture(pair.worn, box=_box(pair))


def _box(pair: Pair) -> Box | None:
    try:
        return parse_box([float(pair.columns[edge]) for edge in EDGES])
    except (InputError, ValueError) as error:
        raise DataError(f"The box of {pair.worn_file!r} cannot be used: {error}") from None


def right_answers(pairs: Sequence[Pair], gallery: MemoryGallery) -> Mapping[str, np.ndarray]:
    """Returns for each item the places of its products in the gallery; none when they could not be opened."""
    place = {item.file: index for index, item in enumerate(gallery.items)}
    right: dict[str, set[int]] = {}
    for pair in pairs:
        items = right.setdefault(pair.item_id, set())
        if pair.product_file in place:
            items.add(place[pair.product_file])
    return {item: np.array(sorted(places), dtype=np.int64) for item, places in right.items()}


def products_of(pairs: Sequence[Pair], models: Models, intake: Intake) -> MemoryGallery:
    """Returns the gallery of all products of some pairs that can be opened."""
    encoders = models.gallery_encoders()
    files = list({pair.product_file: pair.product for pair in pairs}.items())
    return gather(files, intake, lambda pictures: encoders.encode(pictures).vectors, "shop pictures")

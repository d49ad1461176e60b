"""Recipe `street-to-shop`: the garment embedding, learned from photos of a garment worn and as a product shot.

One linear map serves both sides, so that a street picture and a shop picture are described in the same terms; each
side is standardised by statistics of its own. The losses of report 3 are compared, alone and together, and the
combination that three folds like best is shipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from core.captioners.dialogue import Dialogue
from core.datasets.split import kept_back, split_by_group
from core.encoders import garment_features
from core.encoders.pocket import PocketJoint
from core.encoders.towers import TOWERS_ID
from core.features.store import feature_store
from core.heads.garment import KIND
from core.reporting import RunRecord, Table, card_text, publish
from core.settings import Settings
from core.training.garment.data import EncodedPairs, read_encoded, read_once
from core.training.garment.embedding import DIMENSIONS
from core.training.garment.fit import BATCH, EPOCHS, FIRST, TRAININGS, fit_merged
from core.training.garment.losses import MARGIN, REPORTS, SCALE, TEMPERATURE, Losses
from core.training.garment.measure import (
    Fold,
    ablation_table,
    best_of,
    figures,
    fold_ranks,
    folds,
    promise_table,
    ranks_of,
    words_table,
)
from core.training.shared.weights import captioner_beside, joint_beside

ABLATION = (
    FIRST,
    Losses(pairs=1.0, arcface=1.0),
    Losses(arcface=1.0),
    REPORTS,
    Losses(pairs=1.0, itc=1.0, itm=1.0, box=1.0, arcface=1.0),
    Losses(itc=1.0, itm=1.0, arcface=1.0),
    Losses(itm=1.0, box=1.0, arcface=1.0),
    Losses(itc=1.0, box=1.0, arcface=1.0),
    Losses(itc=1.0, itm=1.0, box=1.0),
)


def run(data: Path, out: Path, seed: int) -> None:
    """Trains the garment embedding on `clothes_viton_pairs`, or any pairs, with the best of several sums of losses."""
    record = RunRecord(seed)
    joint = joint_beside(out)
    captioner = captioner_beside(out, joint)
    encoded = read_encoded(data, joint, captioner, feature_store())
    pairs, items = encoded.pairs, encoded.items
    cache = Settings.from_environment().cache / "folds"
    ranks = [fold_ranks(folds(pairs, items, losses, seed, cache)) for losses in ABLATION]
    best = ABLATION[best_of(ranks, np.array([not kept_back(item) for item in items]))]
    shipped = folds(pairs, items, best, seed, cache, TRAININGS)
    shipped_ranks = fold_ranks(shipped)
    training, back = split_by_group(items)
    model = fit_merged(pairs.part(training), seed, best)
    metrics = figures(ranks_of(model, pairs.part(back)), [items[row] for row in back])
    metrics |= figures(shipped_ranks, items, "three_folds_")
    merged = (f"{best.name}, {TRAININGS} trainings merged (shipped)", shipped_ranks)
    tables = [ablation_table(ABLATION, ranks, items, merged), _words(shipped, encoded, joint)]
    if pairs.words is not None:
        tables.append(promise_table(shipped, items, pairs.words, seed))
    manifest = record.manifest(
        KIND,
        {"towers": TOWERS_ID, "features": garment_features.ID},
        data=[encoded.name],
        split=_SPLIT,
        metrics=metrics,
        details={
            "dimensions": DIMENSIONS,
            "epochs": EPOCHS,
            "batch": BATCH,
            "temperature": TEMPERATURE,
            "losses": asdict(best),
            "captions": f"written by the slot captioner ({captioner.id}), by no person",
            "arcface": {"margin_radians": MARGIN, "scale": SCALE},
            "tables": tables,
            "trainings": TRAININGS,
        },
    )
    seen = [encoded.digests[row + side * len(items)] for row in training for side in (0, 1)]
    publish(out, model.tensors(), manifest, card_text(__file__), seen)


def _words(finished: Sequence[Fold], encoded: EncodedPairs, joint: PocketJoint) -> Table:
    """Measures the slot captions and the dialogue's summaries as evidence, on one fold: reading takes minutes."""
    n, rows = len(encoded.items), finished[0].rows
    summaries = np.zeros((2, n, joint.width), dtype=np.float32)
    dialogue = Dialogue(joint)
    for side in (0, 1):
        talks = dialogue.about_all(encoded.pooled[rows + side * n])
        summaries[side, rows] = read_once(joint, [talk.summary for talk in talks])
    captions = {} if encoded.pairs.words is None else {"caption": encoded.pairs.words}
    written = captions | {"dialogue": (summaries[0], summaries[1])}
    return words_table(finished[:1], encoded.items, written)


_SPLIT = (
    "an eighth of the items, chosen by a hash of the item id, trained nothing; the figures that begin with three_folds "
    "come from three trainings, each on two thirds of all items. The sum of losses was chosen by mean average "
    "precision in those folds, over the queries that are not of that eighth."
)

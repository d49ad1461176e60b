"""Recipe `compose`: f(q, t), trained on changes between catalogue photos and on edits between captioned photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from core.blend import unit
from core.datasets.recall_maps import save_measured
from core.datasets.shelves import Shelf
from core.features.store import feature_store
from core.heads.combiner import KIND
from core.reporting import RunRecord, card_text, publish
from core.reporting.compose import path_curve, rules_table
from core.store import read_manifest
from core.training.compose.data import PHOTOS, read_shelves
from core.training.compose.fit import HIDDEN, STEPS, chosen_weights, fit, learned_weights
from core.training.compose.measure import WeightedChanges, scored
from core.training.compose.network import CombinerNetwork
from core.training.compose.queries import Words, queries_of
from core.training.compose.trial import UNKNOWN, CombinerTrial
from core.training.shared.weights import joint_beside

LESSONS: Mapping[str, tuple[int, float]] = {
    "fashion_products_224": (24_000, 0.45),
    "mango_products": (6_000, 0.25),
    PHOTOS: (8_000, 0.3),
}
"""Of each shelf how many queries train, and their share of the steps."""
VALIDATION_QUERIES = 600


def run(data: Path, out: Path, seed: int) -> None:
    """Trains the combiner, for the joint encoder that lies beside `out` or is shipped.

    The packs are `fashion_products_224`, and `mango_products`, `flickr8k` and `coco_captions` if they are there. The
    weights of the mix come from a first network and from validation queries about pictures that it did not see; the
    network that is saved then learns from those as well.
    """
    record, store = RunRecord(seed), feature_store()
    joint = joint_beside(out)
    words, (shelves, packs) = Words(joint, store), read_shelves(data, joint, store)
    train = partial(trained, words=words, seed=seed)
    first = train([shelf.part(shelf.split == 0) for shelf in shelves])
    validation = validated(first, shelves, words, seed + 1)
    weights = {name: at for name, (_, at) in validation.items()}
    learned = learned_weights(validation[shelves[0].name][0], seed)
    seen = [shelf.part(shelf.split < 2) for shelf in shelves]
    network = train(seen)
    trial = CombinerTrial(network, shelves, weights, words, seed + 2)
    metrics, tables, recall = trial.findings(trial.galleries() | trial.left_out(train), learned)
    rules, rule = rules_table(validation, seed)
    details = {
        "width": joint.width,
        "hidden": HIDDEN,
        "steps": STEPS,
        "weights": list(UNKNOWN),
        "galleries": {name: list(at) for name, at in weights.items()},
        "learned_weights": list(learned.weights),
        "rule": rule,
        "tables": [*tables, rules],
        "curves": [path_curve(learned.path)],
    }
    manifest = record.manifest(
        KIND,
        {"joint": joint.id},
        data=packs,
        split="an eighth of the products, by name or model and picture hash, and of the photos trained nothing; "
        "another eighth of the rest chose the weights of the mix.",
        metrics=metrics,
        details=details,
    )
    tensors = {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}
    middles = [shelf.rows.mean(axis=0) for shelf in seen if shelf.name in weights]
    # The mean direction of each shelf's pictures, by which a gallery of its kind is known again.
    tensors["galleries"] = unit(np.stack(middles)).astype(np.float16)
    digests = [digest for shelf in seen for digest in shelf.digests]
    publish(out, tensors, manifest, card_text(__file__), digests)
    save_measured(out, read_manifest(out), recall)


def trained(shelves: Sequence[Shelf], words: Words, seed: int) -> CombinerNetwork:
    """Returns a network that learned from queries about these shelves."""
    counts, shares = zip(*(LESSONS[shelf.name] for shelf in shelves), strict=True)
    changes = (
        shelf.lessons(n, np.random.default_rng(seed)) for shelf, n in zip(shelves, counts, strict=True)
    )
    lessons = [queries_of(shelf, some, words) for shelf, some in zip(shelves, changes, strict=True)]
    return fit(lessons, shares, seed)


def validated(
    network: CombinerNetwork, shelves: Sequence[Shelf], words: Words, seed: int
) -> dict[str, WeightedChanges]:
    """Returns of each catalogue the validation queries and the weights that they choose."""
    validation: dict[str, WeightedChanges] = {}
    for shelf in shelves:
        if shelf.name != PHOTOS:
            part = shelf.part(shelf.split == 1)
            changes = part.asked(VALIDATION_QUERIES, np.random.default_rng(seed))
            queries = scored(network, part, changes, words)
            validation[shelf.name] = queries, chosen_weights(queries)
    return validation

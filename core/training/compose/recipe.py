"""Recipe `compose`: f(q, t), trained on changes between catalogue photos and on photos asked for by captions."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.datasets.changes import PUBLISHED_SHARES, Change
from core.datasets.photo_changes import caption_changes
from core.datasets.phrases import PHRASES, PUBLISHED, UNREAD, Phrases
from core.datasets.recall_maps import save_measured
from core.encoders.pocket import PocketJoint
from core.features.store import FeatureStore, feature_store
from core.heads.combiner import KIND
from core.reporting import RunRecord, card_text, publish
from core.store import read_manifest
from core.training.compose.data import QuerySource, read_source, splits_of
from core.training.compose.fit import EPOCHS, HIDDEN, chosen_weights, fit, learned_weights
from core.training.compose.measure import ScoredQueries, findings, scored
from core.training.compose.network import CombinerNetwork
from core.training.compose.tokens import Words
from core.training.shared.weights import weights_beside

TRAINING_QUERIES, VALIDATION_QUERIES, TEST_QUERIES = 96_000, 600, 700
"""On the validation queries the mean of R@1, R@5 and R@10 is 0.546 with 96,000 queries read 8 times, 0.539 with 48,000
read 12 times, 0.522 with 24,000 read 12 times; with 24,000, dropout of 0.4 or 0.5 and 18 passes reach 0.530 at most."""


def run(data: Path, out: Path, seed: int) -> None:
    """Trains the combiner, for the joint encoder that lies beside `out` or is shipped.

    The packs are `fashion_products_224`, and `flickr8k` if it is there. The weights of the mix, chosen and learned,
    come from a first network and from validation queries about pictures that it did not see; the network that is
    saved then learns from those as well.
    """
    record, store = RunRecord(seed), feature_store()
    joint = PocketJoint(weights_beside(out, "joint"))
    words, (source, packs) = Words(joint), read_source(data, joint, store)
    split = splits_of(source)
    inner, validation = source.part(split == 0), source.part(split == 1)
    changes = changes_of(validation, VALIDATION_QUERIES, seed + 1)
    mixing = scored(trained(inner, words, seed), validation, changes, words)
    weights, learned = chosen_weights(mixing), learned_weights(mixing, seed)
    whole, test = source.part(split < 2), source.part(split == 2)
    network = trained(whole, words, seed)
    metrics, details, recall = findings(*held_out_of(network, test, words, store, seed + 2), weights, learned)
    manifest = record.manifest(
        KIND,
        {"joint": joint.id},
        data=packs,
        split="an eighth of the products, by name and picture hash, and of the photos trained nothing; another "
        "eighth of the rest chose the settings and the weights of the mix.",
        metrics=metrics,
        details={"width": joint.width, "hidden": HIDDEN, "epochs": EPOCHS, **details},
    )
    tensors = {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}
    publish(out, tensors, manifest, card_text(__file__), whole.digests)
    save_measured(out, read_manifest(out), recall)


def trained(source: QuerySource, words: Words, seed: int) -> CombinerNetwork:
    """Returns a network that learned from queries of all kinds about a source."""
    return fit(source.pool, source.mixed(TRAINING_QUERIES, words, seed), seed)


def changes_of(source: QuerySource, count: int, seed: int, phrases: Phrases = PHRASES) -> list[Change]:
    """Returns changes of colour and type between the products of a source, as the pack's own triplets ask for."""
    return source.catalogue(phrases).draw(count, np.random.default_rng(seed), PUBLISHED_SHARES)


def held_out_of(
    network: CombinerNetwork, test: QuerySource, words: Words, store: FeatureStore, seed: int
) -> tuple[ScoredQueries, ScoredQueries | None, dict[str, ScoredQueries]]:
    """Asks a source that no training saw in all wordings, and for photos where it has some; see `scored`."""
    settings, random = (test.captions, test.photo_likeness, len(test.products)), np.random.default_rng(seed)
    photos = caption_changes(*settings, TEST_QUERIES, random) if test.captions else None
    phrasings = {
        "all phrasings that training read": PHRASES,
        "those of the published triplets, which training read": PUBLISHED,
        "new phrasings, which no training read": UNREAD,
    }
    queries = {name: changes_of(test, TEST_QUERIES, seed, phrases) for name, phrases in phrasings.items()}
    return (
        scored(network, test, changes_of(test, TEST_QUERIES, seed), words, store),
        scored(network, test, photos, words) if photos else None,
        {name: scored(network, test, changes, words) for name, changes in queries.items()},
    )

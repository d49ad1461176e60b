"""Recipe `compose`: f(q, t), trained on changes between catalogue photos and on photos asked for by captions."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.datasets.changes import PUBLISHED_SHARES, Change
from core.datasets.phrases import PHRASES, PUBLISHED, UNREAD, Phrases
from core.datasets.recall_maps import save_measured
from core.encoders.pocket import PocketJoint
from core.features.store import FeatureStore, feature_store
from core.heads.combiner import KIND, CombinerNetwork
from core.store import read_manifest
from core.training.compose.data import QuerySource, read_source, splits_of
from core.training.compose.fit import EPOCHS, HIDDEN, chosen_weights, fit, learned_weights
from core.training.compose.measure import HeldOutQueries, findings, scored
from core.training.compose.tokens import Words
from core.training.shared.reporting import RunRecord, publish, weights_beside

TRAINING_QUERIES, VALIDATION_QUERIES, TEST_QUERIES = 96_000, 600, 700
"""On the validation queries the mean of R@1, R@5 and R@10 is 0.546 with 96,000 queries read 8 times, 0.539 with 48,000
read 12 times, 0.522 with 24,000 read 12 times; with 24,000, dropout of 0.4 or 0.5 and 18 passes reach 0.530 at most."""


def run(data: Path, out: Path, seed: int) -> None:
    """Trains the combiner on the packs in `data`, for the joint encoder that lies beside `out` or is shipped.

    The weights of the mix, chosen and learned, come from a first network and from validation queries about
    pictures that it did not see; the network that is saved then learns from those as well.

    Args:
        data: a folder of packs with `fashion_products_224`, and with `flickr8k` if it is there.
        out: the artefact's folder.
        seed: of every random choice.

    Raises:
        DataError: no catalogue, or a picture cannot be read.
        ArtifactError: there is no joint encoder.
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
    measured = findings(held_out_of(network, test, words, store, seed + 2), weights, learned)
    manifest = record.manifest(
        KIND,
        {"joint": joint.id},
        data=packs,
        split="an eighth of the products, by name and picture hash, and of the photos trained nothing; another "
        "eighth of the rest chose the settings and the weights of the mix.",
        metrics=measured.metrics,
        details={"width": joint.width, "hidden": HIDDEN, "epochs": EPOCHS, **measured.details},
    )
    tensors = {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}
    publish(out, tensors, manifest, seen=whole.digests, title="Pocket combiner f(q, t)", card=_CARD)
    save_measured(out, read_manifest(out), measured.recall)


def trained(source: QuerySource, words: Words, seed: int) -> CombinerNetwork:
    """Returns a network that learned from queries of all kinds about a source."""
    return fit(source.pool, source.mixed(TRAINING_QUERIES, words, seed), seed)


def changes_of(source: QuerySource, count: int, seed: int, phrases: Phrases = PHRASES) -> list[Change]:
    """Returns changes of colour and type between the products of a source, as the pack's own triplets ask for."""
    return source.catalogue(phrases).draw(count, np.random.default_rng(seed), PUBLISHED_SHARES)


def held_out_of(
    network: CombinerNetwork, test: QuerySource, words: Words, store: FeatureStore, seed: int
) -> HeldOutQueries:
    """Asks a source that no training saw in all wordings, and for photos where it has some; see `scored`."""
    photos = test.caption_queries(TEST_QUERIES, np.random.default_rng(seed)) if test.captions else None
    phrasings = {
        "all phrasings that training read": PHRASES,
        "those of the published triplets, which training read": PUBLISHED,
        "new phrasings, which no training read": UNREAD,
    }
    return HeldOutQueries(
        scored(network, test, changes_of(test, TEST_QUERIES, seed), words, store),
        scored(network, test, photos, words) if photos else None,
        {
            name: scored(network, test, changes_of(test, TEST_QUERIES, seed, phrases), words)
            for name, phrases in phrasings.items()
        },
    )


_CARD = (
    "A gated residual network (after the Combiner of CLIP4CIR) that takes the mean of a picture's tokens and of a "
    "text's tokens in the pocket joint space and gives the embedding of the picture asked for. Trained with the "
    "hard-negative NCE loss of CoVR (alpha 1, beta 0.5).",
    "Its texts are phrased by rules from catalogue attributes (colour, type, gender, use, pattern) and taken from "
    "captions of everyday photos: it follows such changes, and knows little of position, count or negation.",
)

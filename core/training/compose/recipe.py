"""Recipe `composed`: f(q, t), trained on changes between catalogue photos and on photos asked for by captions.

The loss is the hard-negative noise contrastive loss (HN-NCE, alpha 1, beta 0.5) of CoVR (Ventura et al. 2024,
after Radenovic et al. 2023). The gallery's side is frozen, so every training picture is a negative at each step.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from core import blend
from core.datasets.recall_maps import save_measured
from core.encoders.pocket import PocketJoint
from core.heads.combiner import KIND, CombinerNetwork
from core.settings import ASSETS
from core.store import Manifest, read_manifest, save_artifact
from core.training.compose.changes import PUBLISHED_SHARES, Change
from core.training.compose.data import Pool, Queries, Source, Words, read_source, splits_of
from core.training.compose.measure import Asked, Judged, Weights, findings, judged
from core.training.compose.mix import LearnedMix, learned_mix
from core.training.compose.phrases import PHRASES, PUBLISHED, UNREAD, Phrases
from core.training.shared.common import FeatureStore, Stopwatch, feature_store, versions, write_model_card

HIDDEN = 1024
DROPOUT = 0.3
EPOCHS = 8
BATCH = 256
RATE = 1e-3
DECAY = 0.05
TEMPERATURE = 0.1
ALPHA, BETA = 1.0, 0.5
TRAINING_QUERIES, VALIDATION_QUERIES, TEST_QUERIES = 96_000, 600, 700
"""On the validation queries the mean of R@1, R@5 and R@10 is 0.546 with 96,000 queries read 8 times, 0.539 with 48,000
read 12 times, 0.522 with 24,000 read 12 times; with 24,000, dropout of 0.4 or 0.5 and 18 passes reach 0.530 at most."""
GRID_STEPS = 20
SHIPPED = ASSETS / "models" / "pocket" / "joint"


def hard_negative_loss(
    scores: Tensor, target: Tensor, allowed: Tensor, temperature: float = TEMPERATURE
) -> Tensor:
    """Returns HN-NCE: negatives that score high weigh more, by exp(beta score / temperature).

    Args:
        scores: (n, candidates) cosines.
        target: (n,) index of the right candidate.
        allowed: (n, candidates) which candidates are true negatives.
        temperature: divides the cosines.
    """
    right = scores.gather(1, target[:, None]).squeeze(1) / temperature
    negatives = scores.masked_fill(~allowed, -torch.inf)
    count = allowed.sum(1).clamp_min(1).log()
    # The sum of weight times exp(score) over the negatives, the weights' own sum divided out.
    hard = torch.logsumexp((1 + BETA) / temperature * negatives, 1)
    wrong = hard - torch.logsumexp(BETA / temperature * negatives, 1) + count
    return (torch.logaddexp(right + float(np.log(ALPHA)), wrong) - right).mean()


def fit(pool: Pool, queries: Queries, seed: int, epochs: int = EPOCHS) -> CombinerNetwork:
    """Trains the network.

    Args:
        pool: the pictures; each is a candidate at every step.
        queries: what to learn from.
        seed: of first weights, order, choice among right answers and dropout.
        epochs: passes over the queries.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = CombinerNetwork(pool.rows.shape[1], HIDDEN, DROPOUT).train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    steps = epochs * -(-len(queries) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps, pct_start=0.1)
    gallery, means = torch.from_numpy(pool.rows), torch.from_numpy(pool.means)
    words = torch.from_numpy(queries.words)
    with tqdm(total=steps, desc="combiner", unit="step", mininterval=1.0) as bar:
        for _ in range(epochs):
            for batch in np.array_split(random.permutation(len(queries)), steps // epochs):
                reference = torch.from_numpy(queries.references[batch])
                found = network(means[reference], words[torch.from_numpy(queries.texts[batch])])
                target, allowed = _answers(queries, batch, len(gallery), random)
                loss = hard_negative_loss(found @ gallery.T, target, allowed, TEMPERATURE)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()
                bar.update()
                bar.set_postfix(loss=f"{float(loss.detach()):.3f}", refresh=False)
    return network.eval()


def _answers(
    queries: Queries, batch: np.ndarray, candidates: int, random: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Returns one right answer for each query, and which candidates are wrong ones."""
    allowed = np.ones((len(batch), candidates), dtype=bool)
    target = np.empty(len(batch), dtype=np.int64)
    for row, query in enumerate(batch):
        right = queries.targets[query]
        target[row] = random.choice(right)
        allowed[row, right] = False
        allowed[row, queries.ignored[query]] = False
        allowed[row, queries.references[query]] = False
    return torch.from_numpy(target), torch.from_numpy(allowed)


def chosen_weights(asked: Judged) -> Weights:
    """Returns the weights with the best mean of recall at 1, 5 and 10, on a grid of step 1/20."""
    quality = asked.hits(GRID_STEPS, (1, 5, 10)).mean(axis=0) / len(asked.queries)
    # Neighbours of the best point differ by chance: the mean of all points within half a percent is steadier.
    grid = blend.simplex_grid(GRID_STEPS)
    w0, w1, w2 = grid[quality >= quality.max() - 0.005].mean(axis=0)
    return float(w0), float(w1), float(w2)


def learned_weights(asked: Judged, seed: int) -> LearnedMix:
    """Returns weights trained by gradient descent with the combiner's own loss."""
    everything = np.arange(len(asked.queries))
    candidates = asked.scores.shape[-1]
    _, allowed = _answers(asked.queries, everything, candidates, np.random.default_rng(seed))
    return learned_mix(asked.scores[0], asked.queries.targets, allowed.numpy(), hard_negative_loss, seed)


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
    watch, store, beside = Stopwatch.started(), feature_store(), out.parent / "joint"
    joint = PocketJoint(beside if (beside / "manifest.json").is_file() else SHIPPED)
    words, (source, packs) = Words(joint), read_source(data, joint, store)
    split = splits_of(source)
    inner, validation = source.part(split == 0), source.part(split == 1)
    changes = changes_of(validation, VALIDATION_QUERIES, seed + 1)
    mixing = judged(trained(inner, words, seed), validation, changes, words)
    weights, learned = chosen_weights(mixing), learned_weights(mixing, seed)
    whole, test = source.part(split < 2), source.part(split == 2)
    network = trained(whole, words, seed)
    found = findings(asked_of(network, test, words, store, seed + 2), weights, learned)
    manifest = Manifest(
        kind=KIND,
        models={"joint": joint.id},
        data=packs,
        split="an eighth of the products, by name and picture hash, and of the photos trained nothing; another "
        "eighth of the rest chose the settings and the weights of the mix.",
        seed=seed,
        versions=versions(),
        metrics=found.metrics,
        minutes=watch.minutes(),
        details={"width": joint.width, "hidden": HIDDEN, "epochs": EPOCHS, **found.details},
    )
    tensors = {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}
    save_artifact(out, tensors, manifest, seen=whole.digests)
    saved = read_manifest(out)
    save_measured(out, saved, found.measured)
    write_model_card(out, "Pocket combiner f(q, t)", saved, _CARD)


def trained(source: Source, words: Words, seed: int) -> CombinerNetwork:
    """Returns a network that learned from queries of all kinds about a source."""
    return fit(source.pool, source.mixed(TRAINING_QUERIES, words, seed), seed)


def changes_of(source: Source, count: int, seed: int, phrases: Phrases = PHRASES) -> list[Change]:
    """Returns changes of colour and type between the products of a source, as the pack's own triplets ask for."""
    return source.catalogue(phrases).draw(count, np.random.default_rng(seed), PUBLISHED_SHARES)


def asked_of(network: CombinerNetwork, test: Source, words: Words, store: FeatureStore, seed: int) -> Asked:
    """Asks a source that no training saw in all wordings, and for photos where it has some.

    Args:
        network: what is measured.
        test: the source.
        words: encodes the texts.
        store: keeps what the references' tokens pool to.
        seed: of the queries.
    """
    photos = test.caption_queries(TEST_QUERIES, np.random.default_rng(seed)) if test.captions else None
    phrasings = {
        "all phrasings that training read": PHRASES,
        "those of the published triplets, which training read": PUBLISHED,
        "new phrasings, which no training read": UNREAD,
    }
    return Asked(
        judged(network, test, changes_of(test, TEST_QUERIES, seed), words, store),
        judged(network, test, photos, words) if photos else None,
        {
            name: judged(network, test, changes_of(test, TEST_QUERIES, seed, phrases), words)
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

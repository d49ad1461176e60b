"""Recipe `composed`: f(q, t), trained on changes between catalogue photos and on photos asked for by captions.

The loss is the hard-negative noise contrastive loss (HN-NCE, alpha 1, beta 0.5) of CoVR (Ventura et al. 2024,
after Radenovic et al. 2023). The gallery's side is frozen, so every training picture is a negative at each step.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float32
from torch import Tensor
from tqdm import tqdm

from core import blend
from core.encoders.pocket import PocketJoint
from core.heads.combiner import KIND, CombinerNetwork
from core.metrics import first_right_rank, proportion
from core.settings import ASSETS
from core.store import Manifest, read_manifest, save_artifact
from core.training.changes import PUBLISHED_SHARES
from core.training.common import Stopwatch, feature_store, interval, versions, write_model_card
from core.training.composed_data import Pool, Queries, Source, read_source, splits_of

HIDDEN = 1024
DROPOUT = 0.5
EPOCHS = 10
BATCH = 256
RATE = 5e-4
DECAY = 0.05
TEMPERATURE = 0.1
ALPHA, BETA = 1.0, 0.5
TRAINING_QUERIES, VALIDATION_QUERIES, TEST_QUERIES = 24_000, 600, 700
GRID_STEPS = 20
SHIPPED = ASSETS / "models" / "pocket" / "joint"
CORNERS = {"picture": (1, 0, 0), "words": (0, 1, 0), "sum": (1, 1, 0), "composed": (0, 0, 1)}


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
    logits = scores / temperature
    right = logits.gather(1, target[:, None]).squeeze(1)
    negatives = logits.masked_fill(~allowed, -torch.inf)
    count = allowed.sum(1).clamp_min(1).log()
    weights = BETA * negatives - torch.logsumexp(BETA * negatives, 1, keepdim=True) + count[:, None]
    wrong = torch.logsumexp(weights + negatives, 1)
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


def parts(network: CombinerNetwork, pool: Pool, queries: Queries) -> Float32[np.ndarray, "3 n candidates"]:
    """Returns the scores of q, t and f(q, t) for every query and every picture of the pool."""
    means, words = pool.means[queries.references], queries.words[queries.texts]
    with torch.inference_mode():
        both = network(torch.from_numpy(means), torch.from_numpy(words)).numpy()
    return np.stack([means @ pool.rows.T, words @ pool.rows.T, both @ pool.rows.T])


def ranks_at(
    weights: np.ndarray, scores: Float32[np.ndarray, "3 n candidates"], queries: Queries
) -> np.ndarray:
    """Returns (points, n): the rank of each query's best answer at each point of weights; the reference left out."""
    columns = [
        first_right_rank(
            weights @ scores[:, row].astype(np.float64), queries.targets[row], [int(queries.references[row])]
        )
        for row in range(len(queries))
    ]
    return np.stack(columns, axis=1)


def chosen_weights(
    scores: Float32[np.ndarray, "3 n candidates"], queries: Queries
) -> tuple[float, float, float]:
    """Returns the weights with the best mean of recall at 1, 5 and 10, on a grid of step 1/20."""
    grid = blend.simplex_grid(GRID_STEPS)
    ranks = ranks_at(grid, scores, queries)
    quality = np.mean([(ranks <= k).mean(axis=1) for k in (1, 5, 10)], axis=0)
    # Neighbours of the best point differ by chance: the mean of all points within half a percent is steadier.
    w0, w1, w2 = grid[quality >= quality.max() - 0.005].mean(axis=0)
    return float(w0), float(w1), float(w2)


def run(data: Path, out: Path, seed: int) -> None:
    """Trains the combiner on the packs in `data`, for the joint encoder that lies beside `out` or is shipped.

    The start of the sliders is chosen with a first network, on validation queries about pictures that it did not
    see; the network that is saved then learns from those as well.

    Args:
        data: a folder of packs with `fashion_products_224`, and with `flickr8k` if it is there.
        out: the artefact's folder.
        seed: of every random choice.

    Raises:
        DataError: no catalogue, or a picture cannot be read.
        ArtifactError: there is no joint encoder.
    """
    watch = Stopwatch.started()
    beside = out.parent / "joint"
    joint = PocketJoint(beside if (beside / "manifest.json").is_file() else SHIPPED)
    source, packs = read_source(data, joint, feature_store())
    split = splits_of(source)
    inner, validation = source.part(split == 0), source.part(split == 1)
    first = fit(inner.pool, inner.mixed(TRAINING_QUERIES, joint, seed), seed)
    queries = catalogue_queries(validation, joint, VALIDATION_QUERIES, seed + 1)
    weights = chosen_weights(parts(first, validation.pool, queries), queries)
    whole, test = source.part(split < 2), source.part(split == 2)
    network = fit(whole.pool, whole.mixed(TRAINING_QUERIES, joint, seed), seed)
    metrics = measured(network, test, weights, joint, seed + 2)
    manifest = Manifest(
        kind=KIND,
        models={"joint": joint.id},
        data=packs,
        split="an eighth of the products, by name and picture hash, and of the photos trained nothing; another "
        "eighth of the rest chose the weights of the mix.",
        seed=seed,
        versions=versions(),
        metrics=metrics,
        minutes=watch.minutes(),
        details={"width": joint.width, "hidden": HIDDEN, "weights": list(weights), "epochs": EPOCHS},
    )
    tensors = {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}
    save_artifact(out, tensors, manifest, seen=whole.digests)
    write_model_card(out, "Pocket combiner f(q, t)", read_manifest(out), _CARD)


def catalogue_queries(source: Source, joint: PocketJoint, count: int, seed: int) -> Queries:
    """Returns changes of colour and type between the products of a source, as the pack's own triplets ask for."""
    random = np.random.default_rng(seed)
    return source.queries(source.catalogue().draw(count, random, PUBLISHED_SHARES), joint)


def measured(
    network: CombinerNetwork, test: Source, weights: tuple[float, float, float], joint: PocketJoint, seed: int
) -> dict[str, dict[str, float]]:
    """Returns recall on pictures that no training saw: the mix, its parts alone, and photos asked for in words."""
    points = np.array([weights, *CORNERS.values()], dtype=np.float64)
    queries = catalogue_queries(test, joint, TEST_QUERIES, seed)
    ranks = ranks_at(points, parts(network, test.pool, queries), queries)
    found = {f"recall_at_{k}": ranks[0] <= k for k in (1, 5, 10, 50)}
    found |= {f"{name}_recall_at_10": ranks[row] <= 10 for row, name in enumerate(CORNERS, 1)}
    if test.captions:
        asked = test.queries(test.caption_queries(TEST_QUERIES, np.random.default_rng(seed)), joint)
        told = ranks_at(points, parts(network, test.pool, asked), asked)
        found |= {f"photo_{name}_recall_at_10": told[row] <= 10 for row, name in enumerate(CORNERS, 1)}
    metrics: dict[str, dict[str, float]] = {}
    for name, right in found.items():
        estimate = proportion(right)
        metrics |= interval(name, estimate.value, estimate.low, estimate.high, len(right))
    return metrics


_CARD = (
    "A gated residual network (after the Combiner of CLIP4CIR) that takes the mean of a picture's tokens and of a "
    "text's tokens in the pocket joint space and gives the embedding of the picture asked for. Trained with the "
    "hard-negative NCE loss of CoVR (alpha 1, beta 0.5).",
    "Its texts are phrased by rules from catalogue attributes (colour, type, gender, use, pattern) and taken from "
    "captions of everyday photos: it follows such changes, and knows little of position, count or negation.",
)

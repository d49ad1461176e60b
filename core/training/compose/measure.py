"""What the compose recipe measures: recall, one-modality audit, unread wording, the simplex of weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float32, Int

from core import blend, simplex
from core.datasets.changes import Change
from core.datasets.recall_maps import PUBLISHED_PLACES, read_published
from core.encoders.pooling import POOLINGS
from core.features.store import FeatureStore
from core.instruments.recall_map import RecallMap
from core.metrics import ranks_of_right, recalls, solved_alone
from core.reporting import Metrics, Table, cells, curve, share, table
from core.training.compose.data import Pool, Queries, QuerySource
from core.training.compose.mix import START, LearnedMix
from core.training.compose.network import CombinerNetwork
from core.training.compose.tokens import Words, pooled_pictures

PLACES = (1, 5, 10, 50)
FINE_STEPS, EVERY = 45, 20
CORNERS = {"picture": (1, 0, 0), "words": (0, 1, 0), "sum": (1, 1, 0), "composed": (0, 0, 1)}
REPORT_WEIGHTS = (0.0639, 0.1234, 1.1286)
REPORT_ALONE = {1: 27.03, 5: 67.42, 10: 80.08, 50: 95.07}
AUDIT = {
    "picture": "q alone finds it",
    "words": "t alone finds it",
    "each": "both do, each by itself",
    "picture_only": "only q does",
    "words_only": "only t does",
    "neither": "neither does",
    "only_f": "neither does, but f(q, t)",
    "only_mix": "neither does, but the mix at the shipped weights",
}
Weights = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class ScoredQueries:
    """Queries with all that q, t and f(q, t) say of every candidate.

    Attributes:
        scores: (poolings, 3, n, candidates).
        queries: what was asked.
    """

    scores: Float32[np.ndarray, "poolings 3 n candidates"]
    queries: Queries

    def ranks(self, weights: Sequence[Sequence[float]], pooling: int = 0) -> Int[np.ndarray, "points n"]:
        """Returns the rank of each query's best answer at each point of weights; the reference left out."""
        points, parts = np.array(weights, dtype=np.float64), self.scores[pooling]
        blended = (blend.blend(points, parts[:, row]) for row in range(len(self.queries)))
        return ranks_of_right(blended, self.queries.targets, self.queries.hidden)

    def hits(self, steps: int, places: Sequence[int], pooling: int = 0) -> Int[np.ndarray, "places points"]:
        """Returns how many queries find an answer among the first k, all over the simplex."""
        queries = self.queries
        return simplex.hits(self.scores[pooling], queries.targets, queries.hidden, steps, places)


def findings(
    catalogue: ScoredQueries,
    photos: ScoredQueries | None,
    wordings: Mapping[str, ScoredQueries],
    weights: Weights,
    learned: LearnedMix,
) -> tuple[Metrics, dict[str, Any], RecallMap]:
    """Measures everything on queries about kept-back pictures.

    Args:
        catalogue: changes of products, in all poolings.
        photos: photos asked for by captions, None without photos.
        wordings: which phrasings -> changes of products.
        weights: of the mix, chosen on validation queries.
        learned: weights trained on validation queries.

    Returns:
        The manifest's metrics and details: weights, tables and curves; and recall over the simplex.
    """
    metrics = figures(catalogue, weights)
    audits = [audit_table(catalogue, weights, "changes of products")]
    if photos is not None:
        of_photos = figures(photos, weights)
        metrics |= {f"photo_{name}_recall_at_10": of_photos[f"{name}_recall_at_10"] for name in CORNERS}
        audits.append(audit_table(photos, weights, "photos asked for by a caption"))
    hits = {pooling: catalogue.hits(FINE_STEPS, PLACES, row) for row, pooling in enumerate(POOLINGS)}
    recall = RecallMap(FINE_STEPS, PLACES, hits, len(catalogue.queries))
    named = {
        "f(q, t) alone, where learning starts": START,
        "chosen on validation queries (shipped)": weights,
        "learned on validation queries": learned.weights,
        "the report's learned weights": REPORT_WEIGHTS,
    }
    details = {
        "weights": list(weights),
        "learned_weights": list(learned.weights),
        "tables": [
            weights_table(catalogue, named),
            best_table(recall, read_published()),
            *audits,
            wording_table(wordings, weights),
        ],
        "curves": [path_curve(learned.path)],
    }
    return metrics, details, recall


def scored(
    network: CombinerNetwork,
    source: QuerySource,
    changes: Sequence[Change],
    words: Words,
    store: FeatureStore | None = None,
) -> ScoredQueries:
    """Asks changes of a source's pictures; `store` keeps the references' tokens, None for mean pooling alone."""
    queries, rows = source.queries(changes, words), source.pool.rows
    mean = scores_of(network, source.pool, queries)
    if store is None:
        return ScoredQueries(mean[None], queries)
    references, place = np.unique(queries.references, return_inverse=True)
    pictures = pooled_pictures(words.joint, [source.paths[row] for row in references], store)[:, place]
    texts = words.pooled(sorted({change.text for change in changes}))[:, queries.texts]
    scores = [
        np.stack([*blend.dot_products(np.stack([q, t]), rows), mean[2]])
        for q, t in zip(pictures, texts, strict=True)
    ]
    return ScoredQueries(np.stack(scores), queries)


def scores_of(
    network: CombinerNetwork, pool: Pool, queries: Queries
) -> Float32[np.ndarray, "3 n candidates"]:
    """Returns the scores of q, t and f(q, t), mean-pooled, for every query and every picture of the pool."""
    means, words = pool.means[queries.references], queries.words[queries.texts]
    with torch.inference_mode():
        both = network(torch.from_numpy(means), torch.from_numpy(words)).numpy()
    return blend.dot_products(np.stack([means, words, both]), pool.rows)


def figures(queries: ScoredQueries, weights: Weights) -> Metrics:
    """Returns the metrics of a manifest: recall at the weights, and at 10 of each corner and of q + t."""
    shipped, *corners = queries.ranks([weights, *CORNERS.values()])
    metrics = recalls(shipped, PLACES)
    for name, ranks in zip(CORNERS, corners, strict=True):
        metrics |= recalls(ranks, (10,), name + "_recall_at_{}")
    return metrics


def audit_table(queries: ScoredQueries, weights: Weights, about: str) -> Table:
    """Returns how many queries one modality solves by itself; `about` says in the title which queries they are."""
    q, t, _, f, mix = queries.ranks([*CORNERS.values(), weights])
    solved = {k: solved_alone(q, t, {"f": f, "mix": mix}, k) for k in (1, 5, 10)}
    return table(
        f"One-modality audit, {about}",
        "Share of the queries whose right answer stands among the first 1, 5 or 10. What q or t alone solves says "
        "nothing about composing.",
        ["", "top 1", "top 5", "top 10"],
        [[words, *(share(solved[k][name]) for k in solved)] for name, words in AUDIT.items()],
    )


def weights_table(queries: ScoredQueries, named: Mapping[str, Weights]) -> Table:
    """Returns recall at several weights, named and of any sum, beside the report's own figures."""
    rows: list[list[object]] = [
        [name, *(round(weight, 4) for weight in weights), *cells(recalls(ranks, PLACES))]
        for (name, weights), ranks in zip(named.items(), queries.ranks(list(named.values())), strict=True)
    ]
    report = [round(percent / 100, 4) for percent in REPORT_ALONE.values()]
    return table(
        "Weights of the mix",
        "Recall of the kept-back queries. The report learned its weights from the start (0, 0, 1) and gives no recall "
        "for them; its own figures are for CIRR.",
        ["", "w0", "w1", "w2", "R@1", "R@5", "R@10", "R@50"],
        [*rows, ["report 4 on CIRR: f(q, t) alone", 0, 0, 1, *report]],
    )


def best_table(measured: RecallMap, published: RecallMap) -> Table:
    """Returns where on the simplex each recall is best, here and in the report: chosen with hindsight."""
    rows: list[list[object]] = []
    for pooling in POOLINGS:
        for k in PUBLISHED_PLACES:
            row: list[object] = [pooling, f"R@{k}"]
            for recall in (published, measured):
                weights, value = recall.best(pooling, k)
                row += [", ".join(f"{weight:.2f}" for weight in weights), round(value, 4)]
            rows.append(row)
    return table(
        "Best weights over the simplex, with hindsight",
        f"The report's 55 points on CIRR, and {len(blend.simplex_grid(measured.steps)):,} points here: chosen on the "
        "very queries they are measured on, so they flatter; weights are w0, w1, w2.",
        ["pooling", "", "report's best weights", "report", "best weights here", "here"],
        rows,
    )


def wording_table(cases: Mapping[str, ScoredQueries], weights: Weights) -> Table:
    """Returns recall at 10 by wording: which wording -> the queries, at the weights of the mix."""
    rows: list[list[object]] = []
    for name, queries in cases.items():
        *alone, f, mix = queries.ranks([*CORNERS.values(), weights]) <= 10
        best = max(alone, key=np.mean)
        gain = float(f.mean() / best.mean()) if best.any() else None
        rows.append([name, share(best), share(f), share(mix), gain and round(gain, 2)])
    return table(
        "Wording that training never read",
        "R@10 on kept-back pictures. The published triplets share their phrasings with the training texts; the other "
        "rows show what is left when the phrasing is new.",
        ["wording", "best of q, t, q+t", "f(q, t)", "mix", "f(q, t) / best"],
        rows,
    )


def path_curve(path: np.ndarray) -> dict[str, Any]:
    """Returns the curve of the learned weights over the steps."""
    series = dict(zip(("w0 (q)", "w1 (t)", "w2 (f)"), path[::EVERY].T, strict=True))
    return curve("Learned weights of the mix", f"step / {EVERY}", "weight", series)

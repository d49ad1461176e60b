"""What the composed recipe measures: recall, one-modality audit, unread wording, the simplex of weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float32, Int

from core import blend, simplex
from core.datasets.recall_maps import PUBLISHED_PLACES, RecallMap, read_published
from core.encoders.pooling import POOLINGS
from core.heads.combiner import CombinerNetwork
from core.metrics import first_right_rank, proportion, solved_alone
from core.training.compose.changes import Change
from core.training.compose.data import Pool, Queries, Source, Words, pooled_pictures
from core.training.compose.mix import START, LearnedMix
from core.training.shared.common import FeatureStore

PLACES = (1, 5, 10, 50)
FINE_STEPS = 45
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
Table = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Queries with all that q, t and f(q, t) say of every candidate.

    Attributes:
        scores: (poolings, 3, n, candidates).
        queries: what was asked.
    """

    scores: Float32[np.ndarray, "poolings 3 n candidates"]
    queries: Queries

    def ranks(self, weights: Sequence[Sequence[float]], pooling: int = 0) -> Int[np.ndarray, "points n"]:
        """Returns the rank of each query's best answer at each point of weights; the reference left out."""
        points, asked = np.array(weights, dtype=np.float64), self.queries
        columns = [
            first_right_rank(
                blend.blend(points, self.scores[pooling, :, row]),
                asked.targets[row],
                [int(asked.references[row])],
            )
            for row in range(len(asked))
        ]
        return np.stack(columns, axis=1)

    def hits(self, steps: int, places: Sequence[int], pooling: int = 0) -> Int[np.ndarray, "places points"]:
        """Returns how many queries find an answer among the first k, all over the simplex."""
        hidden = [[int(reference)] for reference in self.queries.references]
        return simplex.hits(self.scores[pooling], self.queries.targets, hidden, steps, places)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """All that is asked of kept-back pictures.

    Attributes:
        catalogue: changes of products, in all poolings.
        photos: photos asked for by captions, None without photos.
        wordings: which phrasings and which network -> changes of products.
    """

    catalogue: Judged
    photos: Judged | None
    wordings: Mapping[str, Judged]


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What was measured.

    Attributes:
        metrics: of the manifest.
        details: weights, tables and curves of the manifest.
        measured: recall over the simplex.
    """

    metrics: dict[str, dict[str, float]]
    details: dict[str, Any]
    measured: RecallMap


def findings(asked: Asked, weights: Weights, learned: LearnedMix) -> Findings:
    """Measures everything on kept-back queries.

    Args:
        asked: the queries.
        weights: of the mix, chosen on validation queries.
        learned: weights trained on validation queries.
    """
    metrics = recalls(asked.catalogue, weights)
    audits = [audit_table(asked.catalogue, weights, "changes of products")]
    if asked.photos is not None:
        told = recalls(asked.photos, weights)
        metrics |= {f"photo_{name}_recall_at_10": told[f"{name}_recall_at_10"] for name in CORNERS}
        audits.append(audit_table(asked.photos, weights, "photos asked for by a caption"))
    hits = {pooling: asked.catalogue.hits(FINE_STEPS, PLACES, row) for row, pooling in enumerate(POOLINGS)}
    measured = RecallMap(FINE_STEPS, PLACES, hits, len(asked.catalogue.queries))
    named = {
        "f(q, t) alone, where learning starts": START,
        "chosen on validation queries (shipped)": weights,
        "learned on validation queries": learned.weights,
        "the report's learned weights": REPORT_WEIGHTS,
    }
    tables = [
        weights_table(asked.catalogue, named),
        best_table(measured, read_published()),
        *audits,
        wording_table(asked.wordings, weights),
    ]
    details = {
        "weights": list(weights),
        "learned_weights": list(learned.weights),
        "tables": tables,
        "curves": [path_curve(learned.path)],
    }
    return Findings(metrics, details, measured)


def judged(
    network: CombinerNetwork,
    source: Source,
    changes: Sequence[Change],
    words: Words,
    store: FeatureStore | None = None,
) -> Judged:
    """Asks changes of a source's pictures.

    Args:
        network: makes f(q, t), from mean-pooled q and t.
        source: the candidates.
        changes: what is asked.
        words: encodes the texts.
        store: where the tokens of the references are kept; None for mean pooling alone.
    """
    queries, rows = source.queries(changes, words), source.pool.rows
    mean = scores_of(network, source.pool, queries)
    if store is None:
        return Judged(mean[None], queries)
    asked, place = np.unique(queries.references, return_inverse=True)
    pictures = pooled_pictures(words.joint, [source.paths[row] for row in asked], store)[:, place]
    texts = words.pooled(sorted({change.text for change in changes}))[:, queries.texts]
    scores = [
        np.stack([*blend.dot_products(np.stack([q, t]), rows), mean[2]])
        for q, t in zip(pictures, texts, strict=True)
    ]
    return Judged(np.stack(scores), queries)


def scores_of(
    network: CombinerNetwork, pool: Pool, queries: Queries
) -> Float32[np.ndarray, "3 n candidates"]:
    """Returns the scores of q, t and f(q, t), mean-pooled, for every query and every picture of the pool."""
    means, words = pool.means[queries.references], queries.words[queries.texts]
    with torch.inference_mode():
        both = network(torch.from_numpy(means), torch.from_numpy(words)).numpy()
    return blend.dot_products(np.stack([means, words, both]), pool.rows)


def recalls(asked: Judged, weights: Weights) -> dict[str, dict[str, float]]:
    """Returns the metrics of a manifest: recall at the weights, and at 10 of each corner and of q + t."""
    ranks = asked.ranks([weights, *CORNERS.values()])
    found = {f"recall_at_{k}": ranks[0] <= k for k in PLACES}
    found |= {f"{name}_recall_at_10": ranks[row] <= 10 for row, name in enumerate(CORNERS, 1)}
    return {name: cell(right) | {"n": len(right)} for name, right in found.items()}


def audit_table(asked: Judged, weights: Weights, about: str) -> Table:
    """Returns how many queries one modality solves by itself.

    Args:
        asked: the queries.
        weights: of the mix.
        about: which queries they are, for the title.
    """
    q, t, _, f, mix = asked.ranks([*CORNERS.values(), weights])
    shares = {k: solved_alone(q, t, {"f": f, "mix": mix}, k) for k in (1, 5, 10)}
    return {
        "title": f"One-modality audit, {about}",
        "note": "Share of the queries whose right answer stands among the first 1, 5 or 10. What q or t alone "
        "solves says nothing about composing.",
        "columns": ["", "top 1", "top 5", "top 10"],
        "rows": [[words, *(cell(shares[k][name]) for k in shares)] for name, words in AUDIT.items()],
    }


def weights_table(asked: Judged, named: Mapping[str, Weights]) -> Table:
    """Returns recall at several weights, beside the report's own figures.

    Args:
        asked: the queries.
        named: what the weights are -> w0, w1, w2, of any sum.
    """
    ranks = asked.ranks(list(named.values()))
    rows: list[list[object]] = [
        [name, *(round(weight, 4) for weight in weights), *(cell(ranks[row] <= k) for k in PLACES)]
        for row, (name, weights) in enumerate(named.items())
    ]
    report = [round(share / 100, 4) for share in REPORT_ALONE.values()]
    return {
        "title": "Weights of the mix",
        "note": "Recall of the kept-back queries. The report learned its weights from the start (0, 0, 1) and "
        "gives no recall for them; its own figures are for CIRR.",
        "columns": ["", "w0", "w1", "w2", "R@1", "R@5", "R@10", "R@50"],
        "rows": [*rows, ["report 4 on CIRR: f(q, t) alone", 0, 0, 1, *report]],
    }


def best_table(measured: RecallMap, published: RecallMap) -> Table:
    """Returns where on the simplex each recall is best, here and in the report: chosen with hindsight."""
    rows: list[list[object]] = []
    for pooling in POOLINGS:
        for k in PUBLISHED_PLACES:
            row: list[object] = [pooling, f"R@{k}"]
            for one in (published, measured):
                weights, value = one.best(pooling, k)
                row += [", ".join(f"{weight:.2f}" for weight in weights), round(value, 4)]
            rows.append(row)
    return {
        "title": "Best weights over the simplex, with hindsight",
        "note": f"The report's 55 points on CIRR, and {len(blend.simplex_grid(measured.steps)):,} points here: "
        "chosen on the very queries they are measured on, so they flatter; weights are w0, w1, w2.",
        "columns": ["pooling", "", "report's best weights", "report", "best weights here", "here"],
        "rows": rows,
    }


def wording_table(cases: Mapping[str, Judged], weights: Weights) -> Table:
    """Returns recall at 10 by wording.

    Args:
        cases: which wording and which network -> the queries.
        weights: of the mix.
    """
    rows: list[list[object]] = []
    for name, asked in cases.items():
        found = asked.ranks([*CORNERS.values(), weights]) <= 10
        best = max(found[:3], key=np.mean)
        gain = float(found[3].mean() / best.mean()) if best.any() else None
        rows.append([name, cell(best), cell(found[3]), cell(found[4]), gain and round(gain, 2)])
    return {
        "title": "Wording that training never read",
        "note": "R@10 on kept-back pictures. The published triplets share their phrasings with the training "
        "texts; the other rows show what is left when the phrasing is new.",
        "columns": ["wording", "best of q, t, q+t", "f(q, t)", "mix", "f(q, t) / best"],
        "rows": rows,
    }


def path_curve(path: np.ndarray, every: int = 20) -> dict[str, Any]:
    """Returns the curve of the learned weights over the steps."""
    names = ("w0 (q)", "w1 (t)", "w2 (f)")
    series = {
        name: [round(float(value), 4) for value in path[::every, part]] for part, name in enumerate(names)
    }
    return {"title": "Learned weights of the mix", "x": f"step / {every}", "y": "weight", "series": series}


def cell(right: np.ndarray) -> dict[str, float]:
    """Returns a share with its interval, as a cell of a table."""
    return {name: round(value, 4) for name, value in proportion(right).to_json().items()}

"""The tables and curves of composing: galleries, weights of the mix, audit, wording, rules of joining."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core import blend
from core.datasets.recall_maps import PUBLISHED_PLACES
from core.encoders.pooling import POOLINGS
from core.instruments.recall_map import RecallMap
from core.joining import CORNERS, PLACES, RULES, ScoredQueries
from core.metrics import recalls, solved_alone
from core.reporting import Table, cells, curve, share, table

EVERY = 20
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
WeightedQueries = tuple[ScoredQueries, Weights]
"""Queries, and the weights that their gallery starts with."""


def galleries_table(galleries: Mapping[tuple[str, str], WeightedQueries]) -> Table:
    """Returns recall at 10 on each gallery: what is asked and among what -> the queries."""
    rows: list[list[object]] = []
    for (what, among), (queries, weights) in galleries.items():
        ranks = queries.ranks([*CORNERS.values(), weights])
        places = ", ".join(f"{weight:.2f}" for weight in weights)
        shares = [share(row <= 10) for row in ranks]
        rows.append([what, among, len(queries), *shares, places])
    return table(
        "In the room and outside it",
        "R@10 of queries about pictures that trained nothing. Where a collection is left out, a network of "
        "the same kind trained on the others alone and is asked about all of it at q + t, as any gallery of "
        "an unknown kind; the joint space had read seven eighths of it. Nobody wrote the texts: they are "
        "phrased from attributes or made of two captions. In a whole gallery of attributes, pictures that "
        "trained are right answers, too, which flatters.",
        ["asked", "among", "queries", "q", "t", "q + t", "f(q, t)", "mix at the start", "its weights"],
        rows,
    )


def rules_table(validation: Mapping[str, WeightedQueries], seed: int) -> tuple[Table, str]:
    """Returns how the rules of joining do on validation queries, and which one they choose.

    Another rule than the sum is chosen where it is better in one gallery, by more than the interval of the paired
    difference, and worse in none.
    """
    rows: list[list[object]] = []
    better: dict[str, list[bool | None]] = {rule: [] for rule in RULES}
    for name, (queries, weights) in validation.items():
        points = {"at its weights": weights, "q + t": CORNERS["sum"]}
        compared = queries.rules_beside_sum(list(points.values()), seed)
        for (where, at), rules in zip(points.items(), compared, strict=True):
            for rule, figures in rules.items():
                value, low, high = figures["difference"]  # type: ignore[misc]
                difference = f"{value:+.3f} ({low:+.3f} to {high:+.3f})"
                rows.append([f"{name}, {where}", rule, figures["recall_at_10"], difference])
                if at == weights:
                    better[rule].append(True if low > 0 else False if high < 0 else None)
    winners = [rule for rule, marks in better.items() if True in marks and False not in marks]
    written = table(
        "Rules of joining",
        "R@10 of validation queries when the parts are joined otherwise, and its paired difference from the sum "
        "(95 % bootstrap).",
        ["gallery", "rule", "R@10", "difference"],
        rows,
    )
    return written, winners[0] if winners else "sum"


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

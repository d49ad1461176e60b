"""What the compose recipe reports: learned weights, the one-modality audit, tables beside the report."""

from __future__ import annotations

import numpy as np
import pytest

from core.datasets.recall_maps import read_published
from core.instruments.recall_map import recall_over_weights
from core.reporting.compose import (
    audit_table,
    best_table,
    galleries_table,
    rules_table,
    weights_table,
    wording_table,
)
from core.training.compose.fit import learned_weights
from core.training.compose.measure import ScoredChanges
from core.training.compose.queries import Queries


def _judged(q: float, t: float, f: float, count: int = 200) -> ScoredChanges:
    """Queries whose right answer (candidate 1) stands above noise by q, t and f; candidate 0 asks."""
    scores = np.random.default_rng(8).normal(size=(1, 3, count, 30)).astype(np.float32)
    scores[0, :, :, 1] += np.array([q, t, f], dtype=np.float32)[:, None]
    right, none = np.ones(1, dtype=np.int64), np.zeros(0, dtype=np.int64)
    rows = np.zeros((count, 4), dtype=np.float32)
    gallery = np.zeros((30, 4), dtype=np.float32)
    return ScoredChanges.of(
        scores, Queries(gallery, rows, rows, (right,) * count, (none,) * count, [[0]] * count)
    )


def test_learned_weights_start_at_f_and_take_what_helps() -> None:
    queries = _judged(q=0.0, t=2.0, f=2.0)
    learned = learned_weights(queries, seed=0)
    w0, w1, w2 = learned.weights
    assert np.abs(learned.path[0] - (0, 0, 1)).max() < 0.05
    assert abs(w0) < 0.3 * w1 and w1 == pytest.approx(w2, rel=0.25)
    alone, mixed = (queries.ranks([(0, 0, 1), learned.weights]) <= 1).mean(axis=1)
    assert mixed > alone + 0.1
    assert learned_weights(queries, seed=0).weights == learned.weights


def test_the_audit_counts_what_one_modality_solves() -> None:
    rows = {row[0]: row[1:] for row in audit_table(_judged(9, 0, 9), (0.2, 0.3, 0.5), "test")["rows"]}
    assert rows["q alone finds it"][0]["value"] == 1 and rows["neither does"][2]["value"] == 0
    for column in range(3):
        cells = {name: row[column]["value"] for name, row in rows.items()}
        parts = ("both do, each by itself", "only q does", "only t does", "neither does")
        assert sum(cells[name] for name in parts) == pytest.approx(1, abs=2e-4)
        assert cells["neither does, but f(q, t)"] <= cells["neither does"]


def test_tables_say_what_was_measured_beside_the_report() -> None:
    table = weights_table(_judged(0, 0, 9), {"f alone": (0, 0, 1), "any sum": (0.1, 0.2, 2.0)})
    assert [row[0] for row in table["rows"]][-1].startswith("report 4")
    assert all(len(row) == len(table["columns"]) for row in table["rows"])
    assert table["rows"][0][4]["value"] == 1
    table = wording_table({"new": _judged(1, 0, 9)}, (0, 0, 1))
    ((name, best, f, mix, gain),) = table["rows"]
    assert name == "new" and f == mix and f["value"] == 1
    assert gain == pytest.approx(1 / best["value"], abs=0.01)


def test_the_best_weights_stand_beside_the_reports() -> None:
    queries = _judged(0, 3, 3)
    pooled = dict.fromkeys(("mean", "median", "max"), queries.parts)
    measured = recall_over_weights(pooled, queries.targets, queries.hidden, 9, (1, 5, 10, 50))
    rows = best_table(measured, read_published())["rows"]
    assert [row[:2] for row in rows[:3]] == [["mean", "R@1"], ["mean", "R@5"], ["mean", "R@10"]]
    assert rows[0][2:4] == ["0.00, 0.33, 0.67", 0.2832]
    assert rows[3][3] == 0.2853, "median, R@1"
    best = queries.ranks([tuple(float(number) for number in rows[0][4].split(", "))])
    assert (best <= 1).mean() == pytest.approx(rows[0][5], abs=0.03)
    assert rows[0][5] > max((queries.ranks([(0, 1, 0), (0, 0, 1)]) <= 1).mean(axis=1))


def test_another_rule_than_the_sum_is_chosen_only_where_it_is_surely_better() -> None:
    weights = (0.4, 0.3, 0.3)
    table, rule = rules_table({"one": (_judged(1, 1, 1), weights)}, seed=0)
    assert rule == "sum" and len(table["rows"]) == 2 * 4
    # q spreads much wider than the rest and knows nothing: only a rule that looks at the spread hears the others.
    loud = _judged(0, 2, 2)
    loud.parts[0] *= 50
    _, rule = rules_table({"one": (loud, weights)}, seed=0)
    assert rule != "sum"


def test_galleries_stand_beside_each_other_with_their_own_weights() -> None:
    asked = {
        ("shoes", "all"): (_judged(0, 0, 9), (0.0, 0.0, 1.0)),
        ("photos", "all"): (_judged(3, 3, 0), (0.5, 0.5, 0.0)),
    }
    table = galleries_table(asked)
    assert [row[0] for row in table["rows"]] == ["shoes", "photos"]
    assert all(len(row) == len(table["columns"]) for row in table["rows"])
    assert table["rows"][0][7] == table["rows"][0][6] and table["rows"][1][7] == table["rows"][1][5]

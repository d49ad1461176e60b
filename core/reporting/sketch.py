"""The tables and curves of report 1's heads: picture, words, and the ways to join them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.reporting import Metrics, Table, cells, curve, table

REPORT = {"picture alone": "89.78 / 91.2", "concatenation": "86.72", "v1": "87.95", "v2": "87.34"}
"""Its test accuracies in percent."""


def blend_curve(name: str, strength: float, path: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Returns the curve of alpha and beta while "v1" or "v2" was trained, with so strong a penalty."""
    title = f"Report 1, {name} (lambda {strength}): alpha and beta over the epochs"
    alphas, betas = zip(*path, strict=True)
    return curve(title, "epoch", "weight", {"alpha": alphas, "beta": betas})


def rows_table(figures: Mapping[str, Metrics], names: Mapping[str, str], count: int) -> Table:
    """Returns the table of top 1 and top 5 of each model, on so many sketches, beside the report's own figures."""
    rows = [[names.get(name, name), REPORT.get(name), *cells(both)] for name, both in figures.items()]
    return table(
        "Report 1: picture, words, and three ways to join them",
        f"Measured on {count} sketches of photos that no training saw; the report's figures are "
        "test accuracies in percent on 500 classes of ImageNet-Sketch (DINOv2-base / -giant for the picture alone).",
        ["model", "report (test, %)", "top 1", "top 5"],
        rows,
    )


def words_table(rows: Sequence[Sequence[Any]]) -> Table:
    """Returns the table of what each model makes of a captioner's sentence, of a right name and of a wrong one."""
    return table(
        "What words could do, and how far they mislead",
        "Top 1 on the same sketches with the captioner's sentence, with a person's sentence that names the "
        "right class, and with one that names another class; the last column: how often the wrong name is believed. "
        "The report has no such rows.",
        ["model", "captioner", "right name", "wrong name", "wrong name believed"],
        rows,
    )

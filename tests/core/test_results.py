"""docs/results.md: written by a command from the manifests, and true to them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.evaluation import results
from core.settings import ASSETS, ROOT
from core.store import Manifest, save_artifact

MODELS = ASSETS / "models" / "pocket"
CURVE = {
    "title": "alpha over the epochs",
    "x": "epoch",
    "y": "weight",
    "series": {"alpha": [0.5, 0.9], "x": [1, 2]},
}
TABLE = {
    "title": "Rows | of a report",
    "note": "A note.",
    "columns": ["model", "report", "top 1"],
    "rows": [["a|b", None, {"value": 0.5, "low": 0.4, "high": 0.61}], ["c", "87.95", 0.25], ["d", 7, "none"]],
}


def saved(folder: Path) -> None:
    details = {"tables": [TABLE], "curves": [CURVE]}
    metrics = {"top_1": {"value": 0.5, "low": 0.4, "high": 0.6, "n": 238}}
    manifest = Manifest("sketch", {}, ["toy"], "by photo.", 0, {}, metrics, 1.5, details)
    save_artifact(folder, {"weight": np.zeros(2, dtype=np.float32)}, manifest)


def test_the_document_is_what_the_command_writes() -> None:
    assert (ROOT / "docs" / "results.md").read_text(encoding="utf-8") == results.text(MODELS), (
        "run `python -m core results`"
    )
    shown = {path.stem for path in (ROOT / "docs" / "figures").glob("*.svg")}
    assert shown == {name for name, _ in results._curves(MODELS)}


def test_tables_figures_and_curves_of_a_manifest_are_all_there(tmp_path: Path) -> None:
    saved(tmp_path / "models" / "sketch")
    stale = tmp_path / "docs" / "figures" / "gone-1.svg"
    stale.parent.mkdir(parents=True)
    stale.write_text("<svg/>")
    written = results.write(tmp_path / "models", tmp_path / "docs")
    text = (tmp_path / "docs" / "results.md").read_text()
    assert written == ["results.md", "figures/sketch-1.svg"] and not stale.exists()
    assert "| a\\|b |  | 0.500 (0.400 to 0.610) |\n| c | 87.95 | 0.250 |\n| d | 7 | none |" in text
    assert "| `top_1` | 0.500 (0.400 to 0.600) | 238 |" in text
    assert "![alpha over the epochs](figures/sketch-1.svg)" in text and "A note." in text
    assert "alpha over the epochs" in (tmp_path / "docs" / "figures" / "sketch-1.svg").read_text()


def test_the_same_numbers_draw_the_same_bytes(tmp_path: Path) -> None:
    assert results._drawn(CURVE) == results._drawn(CURVE)
    assert results._drawn(CURVE) != results._drawn(CURVE | {"title": "other"})

"""The notebook of the documents runs from its first cell to its last, and goes from pictures to a figure."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from tests.pocket import pocket

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.weights
def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pocket()  # the weights are here
    notebook = json.loads((ROOT / "docs" / "notebook.ipynb").read_text(encoding="utf-8"))
    (tmp_path / "assets").symlink_to(ROOT / "assets")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    shown = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        assert not cell["outputs"] and cell["execution_count"] is None
        tree = ast.parse("".join(cell["source"]))
        last = tree.body[-1]
        if isinstance(last, ast.Expr):
            tree.body[-1] = ast.copy_location(ast.Assign([ast.Name("_", ast.Store())], last.value), last)
        exec(compile(ast.fix_missing_locations(tree), "notebook", "exec"), names)  # noqa: S102
        if isinstance(last, ast.Expr) and names["_"] is not None:
            shown.append(names["_"]._repr_html_())
    assert len(shown) == 4 and all("<table" in html for html in shown)
    assert (tmp_path / "drawing.pdf").read_bytes().startswith(b"%PDF")
    assert names["found"].evidence is names["words_alone"].evidence, "no encoder ran again"
    assert names["words_alone"].to_frame()["q"].abs().max() == 0

"""The benchmark of the paper profile runs from end to end, here with tiny models and in this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.paper_profile import MODELS, OFFERED, TABS, measured, table
from core.task_table import TASKS
from tests import paper


@pytest.mark.slow
def test_every_model_and_every_tab_is_asked(tmp_path: Path) -> None:
    written, waited = measured(tmp_path, "tests.paper", OFFERED, 2, 10**9, apart=False)
    assert {one.pin.name for one in written} == {*paper.USUAL, *OFFERED}
    assert [row.what for row in waited["models"]] == list(MODELS)
    assert [row.what for row in waited["tabs"]] == list(TABS) == [task.key for task in TASKS]
    talk = waited["with the two models of the caption dialogue"][0]
    assert {name for name, _ in talk.loaded} >= {"blip-vqa-base", "SmolLM2-360M-Instruct"}
    assert any("questions about the picture" in said for said in talk.heard)
    base = waited["with BLIP base"][0]
    assert "blip-itm-base-coco" in {name for name, _ in base.loaded}
    for row in (row for rows in waited.values() for row in rows):
        assert row.silence.clock <= row.second.clock and row.held
    printed = table(written, waited)
    assert "| street_to_shop |" in printed and "| facebook/dinov2-base |" in printed

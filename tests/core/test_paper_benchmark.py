"""The benchmark of the paper profile runs, here with tiny models, one tab and in this process."""

from __future__ import annotations

from pathlib import Path

from benchmarks import paper_profile, published_models
from core.task_table import TASKS
from tests import paper


def test_every_model_and_a_tab_are_asked(tmp_path: Path) -> None:
    written, waited = paper_profile.measured(
        tmp_path, "tests.paper", (), ["field_road"], count=2, budget=10**9, apart=False
    )
    assert {model.pin.name for model in written} == set(paper.USUAL)
    assert [row.what for row in waited["models"]] == list(paper_profile.MODELS)
    (tab,) = waited["tabs"]
    assert tab.loaded[0][0] == "vit_base_patch32_clip_224.openai" and tab.held
    caption = next(row for row in waited["models"] if row.what == "captioner")
    assert any("words of the caption" in sentence for sentence in caption.notes)
    assert 0 < caption.silence.clock <= caption.second.clock
    assert "| field_road |" in paper_profile.table(written, waited)


def test_it_knows_every_task_and_every_usual_model() -> None:
    assert list(paper_profile.TABS) == [task.key for task in TASKS]
    assert set(published_models.USUAL) == set(paper.USUAL)
    assert set(paper_profile.OFFERED) == set(published_models.OTHERS) <= set(paper.OTHERS)

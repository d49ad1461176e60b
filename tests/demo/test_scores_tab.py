"""The tab of scores of one's own: a query is chosen and weights blend, without any model."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest

from core.errors import InputError
from core.scores import ScoreSet, open_scores
from demo.events.scores import ScoresEvents, ScoresMix
from demo.tabs import scores as tab_of_scores
from tests.core.scores.test_scores import arrays, saved
from tests.demo.retrieval_fakes import FakeServices, draw_garment


def opened(folder: Path, kinds: int = 3) -> ScoreSet:
    (folder / "pictures").mkdir(exist_ok=True)
    draw_garment("red", "shirt").save(folder / "pictures" / "a.png")
    files = np.array(["a.png", "", "", "", "", ""])
    return open_scores(saved(folder, arrays(kinds) | {"files": files, "query_files": files[:4]}))


@pytest.fixture
def without_models(services: FakeServices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeServices:
    monkeypatch.setattr(services, "settings", SimpleNamespace(gallery=None, cache=tmp_path / "cache"))
    services.ready = False
    return services


def test_it_answers_each_query_without_a_model(without_models: FakeServices, tmp_path: Path) -> None:
    tab = ScoresEvents(without_models, opened(tmp_path))  # type: ignore[arg-type]
    first = tab.opened()
    assert first.gallery.count("<li>") == 6 and "the right one" in first.gallery
    assert '<p class="models">Scores of <bdi>' in first.models and "Answered by" not in first.models
    assert "picture missing" in first.gallery and "gradio_api/file=" in first.gallery
    assert "data:image/webp" in first.reference and "Query" in first.reference
    assert first.weights.weights == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert tab.asked(1, (1.0, 0.0, 0.0)).sentence != first.sentence
    assert "atlas" in tab.surveyed(0).atlas
    brought = tab.brought(0, (1.0, 0.0, 0.0), SimpleNamespace(index=0, k=1))  # type: ignore[arg-type]
    assert sum(brought.weights.weights) == pytest.approx(1)
    mapped = tab.mapped((1.0, 0.0, 0.0))
    assert "At 1.00 / 0.00 / 0.00, over the 3 of 4 queries: R@1" in mapped.recall
    assert mapped.maps.count("<svg") == 2 and "picture" in mapped.maps
    pointed = tab.pointed(0, SimpleNamespace(weights=[0.0, 0.5, 0.5]))  # type: ignore[arg-type]
    assert pointed.weights.weights == (0.0, 0.5, 0.5)


@pytest.mark.parametrize("query", [-1, 4, None, "0", True, 1.0])
def test_a_query_that_is_not_there_is_refused(
    without_models: FakeServices, tmp_path: Path, query: object
) -> None:
    tab = ScoresEvents(without_models, opened(tmp_path))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="There is no such query; choose one of the 4"):
        tab.asked(query, (1.0, 0.0, 0.0))


def test_two_kinds_have_a_line_and_no_map(without_models: FakeServices, tmp_path: Path) -> None:
    tab = ScoresEvents(without_models, opened(tmp_path, kinds=2))  # type: ignore[arg-type]
    first = tab.opened()
    assert first.weights.weights == (0.5, 0.5) and len(first.live["voices"]) == 3
    assert 'data-kinds="2"' in tab.surveyed(0).atlas
    assert "A map needs three kinds" in tab.mapped((0.5, 0.5)).maps


def test_marks_are_counted_over_all_queries(without_models: FakeServices, tmp_path: Path) -> None:
    tab = ScoresEvents(without_models, opened(tmp_path))  # type: ignore[arg-type]
    mix = ScoresMix(2, (1.0, 0.0, 0.0))  # the query of which nothing is known
    first = tab.opened().live["right"]
    rank = 1 + np.argsort(-tab.scores.parts[0, 2], kind="stable").tolist().index(4)
    marked = tab.marked_here(mix, None, SimpleNamespace(index=4))  # type: ignore[arg-type]
    ranks = tab.counted_ranks(mix, marked.marks)
    assert (len(ranks), sum(each.before is None for each in ranks)) == (4, 1)
    assert [each.after for each in ranks if each.before is None] == [rank]
    assert "of n = 3" in marked.also and "of n = 4" in marked.also and f"rank {rank}" in marked.also
    assert tab.recounted_here(ScoresMix(0, mix.weights), marked.marks).ribbons["rows"] == []
    assert tab.opened().live["right"] == first, "what the file says stays"
    with pytest.raises(InputError, match="no such query"):
        tab.recounted_here(ScoresMix(9, mix.weights), None)


def test_the_tab_is_laid_out(without_models: FakeServices, tmp_path: Path) -> None:
    with gr.Blocks() as page, gr.Tab("scores"):
        tab_of_scores.build(without_models, opened(tmp_path))  # type: ignore[arg-type]
    assert {"scores-weights", "scores-atlas", "scores-pinned"} <= {
        block.elem_id for block in page.blocks.values() if getattr(block, "elem_id", None)
    }

"""The map of recall over all weights: drawn from figures alone, marked, and obeyed by the sliders."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core import blend
from core.datasets.recall_maps import save_measured
from core.errors import InputError
from core.instruments.recall_map import RecallMap
from core.store import Manifest
from demo.answers.compose import NO_MAP, Maps, Mix
from demo.events.compose import ComposeEvents
from demo.events.compose_maps import read_maps
from demo.widgets.simplex import Mark, simplex_html
from tests.demo.retrieval_fakes import FakeServices

DETAILS = {"weights": [0.1, 0.2, 0.7], "learned_weights": [0.2, 0.5, 1.3]}


def _manifest(digest: str = "a" * 64) -> Manifest:
    return Manifest("combiner", {}, [], "", 0, {}, {}, 1.0, dict(DETAILS), digest)


@pytest.fixture
def maps(tmp_path: Path) -> Maps:
    """Ten queries: R@1 is best at f alone, R@5 at q alone, R@10 everywhere the same."""
    hits = np.zeros((3, 55), dtype=np.int64)
    hits[0, 0], hits[1, 54], hits[2] = 4, 8, 9
    measured = RecallMap(9, (1, 5, 10), {"mean": hits, "median": hits, "max": hits[[1, 0, 2]]}, 10)
    save_measured(tmp_path, _manifest(), measured)
    return read_maps(_manifest(), tmp_path)


def test_both_maps_stand_beside_each_other_with_their_source(maps: Maps) -> None:
    shown = maps.html("R@1", "mean")
    assert shown.count("<figure") == shown.count("<svg") == 2
    assert "Here: R@1" in shown and "10 kept-back queries, 55 weights, mean pooling" in shown
    assert "Report 4: R@1" in shown and "CIRR" in shown
    text = re.sub("<[^>]*>", "", shown)
    assert "0.10, 0.20, 0.70" in text and "0.20, 0.50, 1.30" in text, "our weights, and those learned"
    assert (
        "best, 28.3 %: 0.00, 0.33, 0.67" in text and "best with hindsight, 40.0 %: 0.00, 0.00, 1.00" in text
    )


def test_the_sentence_names_the_best_weights_for_the_first_place_and_the_first_five(maps: Maps) -> None:
    assert "most often at q 0.00, t 0.00, f 1.00 (40.0 %), the first five at q 1.00" in maps.sentence("mean")
    assert "most often at q 1.00, t 0.00, f 0.00 (80.0 %), the first five at q 0.00" in maps.sentence("max")


def test_the_garments_of_the_page_have_a_map_of_their_own(maps: Maps, tmp_path: Path) -> None:
    hits = np.zeros((3, 55), dtype=np.int64)
    hits[0, 54], hits[1, 0], hits[2] = 2, 3, 4
    save_measured(
        tmp_path / "pictures", _manifest(), RecallMap(9, (1, 5, 10), {"mean": hits}, 4), ("toys", "all")
    )
    both = read_maps(_manifest(), tmp_path, tmp_path / "pictures")
    shown = both.html("R@5", "mean")
    assert (
        shown.count("<figure") == 3
        and "The garments that ship: R@5" in shown
        and "4 queries, 55 weights" in shown
    )
    text = "For the garments that ship: q 1.00, t 0.00, f 0.00 (50.0 %) and q 0.00, t 0.00, f 1.00 (75.0 %)."
    assert text in both.sentence("mean") and "on this page" not in maps.sentence("mean")
    ids = re.findall(r'clipPath id="([^"]+)"', shown)
    assert len(set(ids)) == 3, "no two maps share a name"
    other = read_maps(_manifest("b" * 64), tmp_path, tmp_path / "pictures")
    assert "The garments that ship" not in other.html("R@1", "mean"), "the map of other weights is not shown"


def test_what_is_not_known_shows_a_map_all_the_same(maps: Maps) -> None:
    assert "Here: R@10" in maps.html("R@7", "mode")


def test_a_map_of_other_weights_is_not_shown(maps: Maps, tmp_path: Path) -> None:
    for other in (read_maps(_manifest("b" * 64), tmp_path), read_maps(None, tmp_path)):
        shown = other.html("R@1", "mean")
        assert NO_MAP in shown and shown.count("<figure") == 1 and "Report 4" in shown


def test_more_recall_is_more_ink_at_the_right_place() -> None:
    grid = blend.simplex_grid(9)
    shown = simplex_html(grid[:, 1], 9, title="t alone", note="<made up>")
    paths = re.findall(r'--shade:(\d+)%" d="M([\d.]+) ([\d.]+)', shown)
    assert [int(shade) for shade, *_ in paths] == sorted(int(shade) for shade, *_ in paths)
    darkest = paths[-1]
    assert float(darkest[1]) == pytest.approx(400, abs=1), "t stands on the right"
    assert len(re.findall(r"M[\d.]+ [\d.]+l", shown)) == 55 and "&lt;made up&gt;" in shown
    assert f'data-values="{",".join(str(round(1000 * value)) for value in grid[:, 1])}"' in shown


def test_a_mark_far_outside_the_triangle_is_named_and_not_drawn() -> None:
    marks = [Mark("1", "in", (0, 0, 2)), Mark("2", "out", (-0.5, 0.5, 1)), Mark("3", "none", (1, -1, 0))]
    marks.append(Mark("4", "beside the edge between t and f", (-0.05, 0.55, 0.5)))
    shown = simplex_html(np.full(55, 0.5), 9, title="flat", note="", marks=marks)
    assert shown.count("simplex-mark") == 2 and shown.count("outside the triangle") == 3
    assert 'cx="220.0" cy="44.0" r="12"' in shown


def test_a_click_sets_the_sliders_and_answers_without_an_encoder() -> None:
    services = FakeServices()
    tab = ComposeEvents(services)
    event: Any = SimpleNamespace(weights=[0.2, 0.3, 0.5])
    pointed = tab.pointed(Mix(), "example 0", None, event)
    weighed = tab.weighed(Mix((0.2, 0.3, 0.5)), "example 0", None)
    assert (pointed.sentence, pointed.gallery) == (weighed.sentence, weighed.gallery)
    assert tuple(pointed.weights.weights) == (0.2, 0.3, 0.5)
    assert services.encoders.calls == []


@pytest.mark.parametrize("weights", [None, [0.2, 0.3], "q", [0.2, None, 0.3], [0.0, 0.0, 0.0]])
def test_a_click_that_is_no_weights_is_refused(weights: Any) -> None:
    with pytest.raises(InputError):
        ComposeEvents(FakeServices()).pointed(
            Mix(),
            "example 0",
            None,
            SimpleNamespace(weights=weights),  # type: ignore[arg-type]
        )

"""A gallery of one picture, or of copies of one: every event answers, or says in a sentence why not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.errors import InputError
from core.index.vectors import IndexedVectors
from core.scores import open_scores
from demo.answers.compose import Mix
from demo.answers.street_to_shop import ShopMix
from demo.endpoints.compose import _first
from demo.events.atlas import RANK
from demo.events.compose import ComposeEvents
from demo.events.scores import ScoresEvents, ScoresMix
from demo.events.street_to_shop import StreetToShopEvents
from demo.events.tab import OWN
from demo.services import Services
from demo.widgets.mark_board import NONE_OF_THESE
from tests.core.scores.test_scores import saved
from tests.demo.retrieval_fakes import FakeServices, draw_garment

MIX = Mix((0.2, 0.3, 0.5))


class SmallServices(FakeServices):
    """Services whose gallery holds the first picture alone, in one file or in several."""

    def __init__(self, count: int) -> None:
        super().__init__(examples=False)
        whole = self._gallery
        items = tuple(replace(whole.items[0], id=f"item {i}", file=f"{i}.png") for i in range(count))
        names = ("joint", "garment", "words")
        vectors = {name: np.repeat(whole.vectors(name)[:1], count, axis=0) for name in names}
        places = {items[0].digest: tuple(range(count))}
        self._gallery = replace(whole, items=items, _vectors=IndexedVectors(vectors), _by_digest=places)


@pytest.fixture(params=[1, 3], ids=["one picture", "copies of one"])
def small(request: pytest.FixtureRequest) -> Any:
    return SmallServices(request.param)


@pytest.fixture
def asked(tmp_path: Path) -> str:
    draw_garment("green", "dress").save(tmp_path / "asked.png")
    return str(tmp_path / "asked.png")


@pytest.mark.fault_rows(87)
def test_one_picture_is_found_whatever_is_asked(small: Any, asked: str) -> None:
    compose, shop = ComposeEvents(small), StreetToShopEvents(small)
    held = compose.uploaded(asked, "the same in red", MIX).held
    page = compose.weighed(MIX, OWN, held)
    assert page.gallery.count("<li>") == 1 and "all find" in page.sentence
    assert "atlas" in compose.surveyed(MIX, OWN, held).atlas
    assert "atlas" in compose.surveyed(MIX, OWN, held, RANK, 0).atlas
    event = SimpleNamespace(index=0, k=1)
    assert compose.brought(MIX, OWN, held, event).sentence  # type: ignore[arg-type]
    marked = compose.marked(MIX, OWN, held, None, event)  # type: ignore[arg-type]
    assert "1 of n = 1" in marked.also and NONE_OF_THESE in marked.also
    seen = shop.uploaded(asked).held
    assert shop.weighed((0.5, 0.5, 0.0), OWN, seen).gallery.count("<li>") == 1
    assert "atlas" in shop.surveyed((0.5, 0.5, 0.0), OWN, seen).atlas
    assert "1 of n = 1" in shop.marked(ShopMix((1.0, 0.0, 0.0)), OWN, seen, None, event).also  # type: ignore[arg-type]


@pytest.mark.fault_rows(87)
def test_nothing_but_the_reference_is_said_to_be_nothing(small: Any) -> None:
    compose = ComposeEvents(small)
    chosen = compose.chosen("the same in red", MIX, SimpleNamespace(index=0))  # type: ignore[arg-type]
    assert "holds nothing but the reference" in chosen.sentence
    held = chosen.held
    assert "nothing but the reference" in compose.surveyed(MIX, OWN, held).atlas
    assert "no result to look into" in compose.located(MIX, OWN, held).places
    assert "nothing but the reference" in compose.surveyed(MIX, OWN, held, RANK, 0).atlas
    with pytest.raises(InputError, match="there is no result to look into"):
        _first(held.evidence, "mean")
    with pytest.raises(InputError, match="no further answer"):
        compose.marked(MIX, OWN, held, None, SimpleNamespace(index=0))  # type: ignore[arg-type]


@pytest.mark.fault_rows(87)
@pytest.mark.parametrize("count", [1, 3])
def test_scores_of_one_candidate_or_of_equal_ones_open(tmp_path: Path, count: int) -> None:
    parts = np.full((3, 2, count), 0.5, dtype=np.float32)
    names = [f"thing {row}" for row in range(count)]
    content = {"parts": parts, "kinds": ["picture", "words", "both"], "ids": names, "right": [[0, 0]]}
    scores = open_scores(saved(tmp_path, content))
    services = FakeServices()
    services.settings = replace(services.settings, cache=tmp_path / "cache")
    services_: Services = services  # type: ignore[assignment]
    tab = ScoresEvents(services_, scores)
    assert tab.opened().gallery.count("<li>") == count and "atlas" in tab.surveyed(0).atlas
    assert "R@1 100.0 %" in tab.mapped(scores.weights).recall
    event = SimpleNamespace(index=count - 1, k=1)
    assert tab.brought(0, scores.weights, event).sentence  # type: ignore[arg-type]
    marked = tab.marked_here(ScoresMix(1, scores.weights), None, event)  # type: ignore[arg-type]
    assert f"rank {count}" in marked.also

"""The gallery as a map, as the page and programs get it, and why there may be none."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np
import pytest

from core.index.picture_map import maps_of
from demo.events.compose import ComposeEvents
from demo.events.street_to_shop import StreetToShopEvents
from tests.demo.conftest import Served
from tests.demo.retrieval_fakes import FakeServices, drawn_gallery
from tests.demo.test_endpoints import refusal


@pytest.mark.parametrize("events", [ComposeEvents, StreetToShopEvents])
def test_the_page_gets_the_places_of_the_vectors_that_it_compares(
    events: type[ComposeEvents] | type[StreetToShopEvents], monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = events(FakeServices())  # type: ignore[arg-type]
    gallery = drawn_gallery()
    maps = maps_of({name: gallery.vectors(name) for name in ("joint", "garment", "words")})
    monkeypatch.setitem(vars(tab), "gallery", replace(gallery, maps=maps))
    value = tab.charted().chart
    assert [each["name"] for each in value["charts"]] == list(tab.charts) and value["reason"] == ""
    for each in value["charts"]:
        places = np.frombuffer(base64.b64decode(each["places"]), "<f4").reshape(-1, 2)
        np.testing.assert_array_equal(places, maps[each["name"]].places)
        assert each["kept"] == maps[each["name"]].kept


def test_a_gallery_without_a_map_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    tab = ComposeEvents(FakeServices())  # type: ignore[arg-type]
    monkeypatch.setitem(vars(tab), "gallery", replace(drawn_gallery(), version=1))
    assert "made before maps: index it again" in tab.charted().chart["reason"]
    assert tab.charted().chart["charts"] == []
    monkeypatch.setitem(vars(tab), "gallery", drawn_gallery())
    assert "no map of these vectors" in tab.charted().chart["reason"]
    monkeypatch.setattr("demo.answers.live.MOST_CANDIDATES", 3)
    assert "draws a map of up to 3" in tab.charted().chart["reason"]


def test_programs_are_told_what_maps_there_are(served: Served) -> None:
    assert "choose one of garment, words, joint" in refusal(served, "map_gallery", "clip")

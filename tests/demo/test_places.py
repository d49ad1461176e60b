"""Where scores come from, in the tabs of one picture: maps, or one sentence where there are none."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import numpy as np

from core.instruments.parts_apart import PartApart
from core.tasks.sketch.apart import ClassApart
from core.types import Picture
from demo.events.field_road import FieldRoadEvents, FieldRoadSettings
from demo.events.sketch import SketchEvents
from demo.events.sketch_places import classes_apart
from demo.events.sketch_sheet import AskedDrawing
from demo.widgets.places import PictureApart, PlacesTold, places_html
from tests.demo.fakes import services_with_examples

HOSTILE = '<img src=x onerror=alert(1)> "x"'


def test_models_without_sums_say_so_in_every_tab(tmp_path: Path) -> None:
    services, _ = services_with_examples(tmp_path)
    road = FieldRoadEvents(services)
    shown = road.located(road.opened().picture, FieldRoadSettings()).places
    assert "no sum over its places" in shown
    sketch = SketchEvents(services)
    first = sketch.opened()
    shown = sketch.located(AskedDrawing(first.pad), 0.5, first.showing, first.held).places
    assert 'role="alert"' in shown and "no sum over its places" in shown


def test_nothing_asked_is_said(tmp_path: Path) -> None:
    services, _ = services_with_examples(tmp_path)
    assert "Add" in FieldRoadEvents(services).located(None, FieldRoadSettings()).places


def test_what_people_typed_stays_text() -> None:
    part = PartApart("t", HOSTILE, "words", 0.5, np.ones(5) / 10, (HOSTILE,), np.ones((1, 5)) / 10)
    shown = places_html(
        [PictureApart((part,), HOSTILE, "data:,", (10, 30))],
        PlacesTold(HOSTILE, HOSTILE, {"t": HOSTILE}, strip="names"),
    )
    assert "<img src=x" not in shown
    data = re.search(r'data-reading="([^"]*)"', shown)
    assert data is not None
    (result,) = json.loads(unescape(data[1]))
    assert result["parts"][0]["words"] == [HOSTILE] and result["parts"][0]["worth"] == HOSTILE
    assert result["padding"].startswith("--beyond-x: 25.00%"), "a strip of 3:1 was padded to 2:1"


def test_each_class_has_its_own_map() -> None:
    picture = PartApart("picture", "picture", "picture", 1.0, np.ones(17) / 17)
    words = PartApart(
        "words", "words", "words", 0.2, np.array([0.2]), ("cat", "end"), np.array([[0.3], [-0.1]])
    )
    classes = [ClassApart(3, "cat", 1, picture, words), ClassApart(0, "dog", 2, picture, words)]
    sheet = Picture(np.full((64, 64, 3), 255, dtype=np.uint8), (64, 64), "d")
    shown = classes_apart(classes, (), sheet, {})
    assert "1. cat</button>" in shown and "2. dog</button>" in shown
    assert (
        "half of what speaks for “cat” comes from 8 of 16 places; of the words “cat” weighs most (+0.30)"
        in shown
    )

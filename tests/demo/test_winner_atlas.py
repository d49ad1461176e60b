"""The atlas of first answers as HTML: a polygon for each picture that comes first somewhere, and a table beside it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from demo.events.compose import ComposeEvents, Mix
from demo.events.street_to_shop import StreetToShopEvents
from demo.events.tab import NOTHING
from demo.widgets.winner_atlas import AtlasCell, atlas_html
from tests.demo.retrieval_fakes import FakeServices

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
KINDS = (("picture", "picture"), ("words", "words"), ("both", "box"))
HALVES = (
    AtlasCell(3, HOSTILE, "a.webp", 0.5, ((1, 0, 0), (0, 1, 0), (0.5, 0, 0.5))),
    AtlasCell(7, "Thin", "b.webp", 1e-7, ((0, 1, 0), (0.5, 0, 0.5), (0.5 + 1e-9, 0, 0.5 - 1e-9))),
    AtlasCell(5, "Other", "", 0.5, ((0, 1, 0), (0, 0, 1), (0.5, 0, 0.5))),
)


def test_each_cell_is_a_polygon_and_a_row_and_no_title_is_markup() -> None:
    html = atlas_html(HALVES, KINDS, HOSTILE)
    assert html.count("<polygon points") == 3 and html.count('class="atlas-go"') == 3
    assert html.count("<image") == 1, "no picture where it is missing or has no room"
    assert "<script" not in html and "<img src=x" not in html and "&lt;script" in html
    assert [label in html for label in ("picture alone", "words alone", "box alone")] == [True] * 3


def test_a_thumbnail_lies_within_its_polygon() -> None:
    html = atlas_html(HALVES[:1], KINDS, "")
    points = np.array(
        [[float(n) for n in pair.split(",")] for pair in re.findall(r'points="([^"]+)"', html)[0].split()]
    )
    x, y, side = (
        float(re.findall(rf'<image [^>]*{name}="([\d.]+)"', html)[0]) for name in (" x", " y", "width")
    )
    middle = np.array([x, y]) + side / 2
    steps = np.roll(points, -1, axis=0) - points
    sides = steps[:, 0] * (middle - points)[:, 1] - steps[:, 1] * (middle - points)[:, 0]
    depth = np.abs(sides) / np.linalg.norm(steps, axis=1)
    assert (sides > 0).all() or (sides < 0).all()
    assert depth.min() >= side / 2


def test_without_a_box_it_is_a_line_with_the_words_at_its_left() -> None:
    cells = [
        AtlasCell(1, "A", "a.webp", 0.25, ((0.0, 1.0), (0.25, 0.75))),
        AtlasCell(2, "B", "b.webp", 0.75, ((0.25, 0.75), (1.0, 0.0))),
    ]
    html = atlas_html(cells, KINDS[:2], "")
    left, right = (
        sorted({float(pair.split(",")[0]) for pair in points.split()})
        for points in re.findall(r'polygon points="([^"]+)"', html)
    )
    assert left == [40, 130] and right == [130, 400] and "box alone" not in html


@pytest.mark.parametrize("events", [ComposeEvents, StreetToShopEvents])
def test_the_atlas_of_an_example_holds_its_first_answer_and_says_so_without_a_question(
    events: type[ComposeEvents] | type[StreetToShopEvents],
) -> None:
    tab = events(FakeServices())  # type: ignore[arg-type]
    weights = (0.3, 0.2, 0.5)
    mix = Mix(weights) if isinstance(tab, ComposeEvents) else weights
    html = tab.surveyed(mix, "example 0", None).atlas  # type: ignore[arg-type]
    page = tab.weighed(mix, "example 0", None)  # type: ignore[arg-type]
    first = re.findall(r'tile-title">([^<]+)<', page.gallery)[0]
    assert f"<bdi>{first}</bdi></button>" in html
    assert 'class="notice"' in tab.surveyed(mix, NOTHING, None).atlas  # type: ignore[arg-type]


def test_a_gallery_that_is_too_large_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.events.atlas.MOST_CANDIDATES", 5)
    tab = ComposeEvents(FakeServices())  # type: ignore[arg-type]
    assert "drawn for up to 5" in tab.surveyed(Mix((0.3, 0.2, 0.5)), "example 0", None).atlas

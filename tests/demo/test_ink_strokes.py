"""What each stroke on the pad does, on the page: its own strokes, the pieces of an upload, or a sentence why not."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageDraw

from core.images import open_picture
from demo.events.sketch import SketchEvents
from demo.events.sketch_sheet import AskedDrawing
from demo.events.tab import NOTHING
from demo.services import Services
from demo.widgets.pad import as_ground
from tests.demo.fakes import FakeModels

DOWN = {"points": [[0.25, 0.2], [0.25, 0.8]], "width": 0.012}
ACROSS = {"points": [[0.5, 0.5], [0.9, 0.5]], "width": 0.012}


@pytest.fixture
def pad(tmp_path: Path) -> str:
    image = Image.new("RGB", (512, 512), "white")
    pen = ImageDraw.Draw(image)
    for (x0, y0), (x1, y1) in (DOWN["points"], ACROSS["points"]):  # type: ignore[misc]
        pen.line((512 * x0, 512 * y0, 512 * x1, 512 * y1), fill="black", width=6)
    image.save(tmp_path / "two.png")
    return as_ground(open_picture(tmp_path / "two.png"))


def rows(html: str) -> list[str]:
    return re.findall(r'data-stroke="(\d+)"', html)


def test_the_pads_strokes_are_read_in_one_batch(assets: tuple[Services, FakeModels], pad: str) -> None:
    services, models = assets
    tab = SketchEvents(services)
    event: Any = SimpleNamespace(strokes=[DOWN, ACROSS], orders=0)
    html = tab.inked(AskedDrawing(pad), 0.5, "example 0", None, event).strokes
    assert rows(html) == ["1", "2"] and "Of 2 strokes" in html and "Shapley values" in html
    assert models.encoder.calls == ["picture"]
    sampled = SimpleNamespace(strokes=[DOWN, ACROSS], orders=8)
    assert "± " in tab.inked(AskedDrawing(pad), 0.5, "example 0", None, sampled).strokes  # type: ignore[arg-type]


def test_an_upload_has_pieces_and_it_is_said(assets: tuple[Services, FakeModels], pad: str) -> None:
    tab = SketchEvents(assets[0])
    html = tab.inked(AskedDrawing(pad), 0.5, "example 0", None, SimpleNamespace(strokes=[])).strokes  # type: ignore[arg-type]
    assert "Of 2 pieces of ink" in html and "Nobody saw this drawing being made" in html


@pytest.mark.parametrize(
    ("drawn", "showing", "strokes"),
    [
        (True, NOTHING, []),
        (False, "example 0", []),
        (True, "example 0", "x"),
        (True, "example 0", [{"points": 1}]),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    assets: tuple[Services, FakeModels], pad: str, drawn: bool, showing: str, strokes: Any
) -> None:
    tab = SketchEvents(assets[0])
    event: Any = SimpleNamespace(strokes=strokes)
    html = tab.inked(AskedDrawing(pad if drawn else None), 0.5, showing, None, event).strokes
    assert html.startswith('<p class="notice"') and html.count(".") >= 1

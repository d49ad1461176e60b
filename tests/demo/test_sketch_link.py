"""An upload in the sketch tab: its link, and what looks into its answer, read it as it was answered, paper or not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.images import open_picture
from demo.events.links import Opened
from demo.events.sketch import SketchEvents, SketchFields
from demo.events.sketch_link import SketchLink
from demo.events.sketch_sheet import AskedDrawing
from demo.events.tab import NOTHING
from demo.services import Services
from demo.widgets.pad import as_ground
from tests.demo.fakes import FakeModels
from tests.faults import pictures

Assets = tuple[Services, FakeModels]


def shown_for(tab: SketchEvents, tmp_path: Path) -> list[tuple[SketchFields, bool]]:
    """Returns what the page shows for an uploaded photograph without its paper, and with it."""
    file = tmp_path / "a photo.png"
    file.write_bytes(pictures.saved(pictures.photograph()))
    first = tab.uploaded(str(file), 0.5)
    return [(first, False), (tab.papered(first.file, True, 0.5), True)]


def test_an_upload_is_read_once_more_from_its_file_not_from_the_pad(assets: Assets, tmp_path: Path) -> None:
    tab = SketchEvents(assets[0])
    link = SketchLink(tab)
    for shown, paper in shown_for(tab, tmp_path):
        view = link.asked(AskedDrawing(shown.pad, shown.file, paper), shown.showing, shown.held)
        assert view is not None and (view.file, view.paper) == ("a photo.png", paper)
        again = link.linked(Opened(f"{view.to_query()}&w=0.5"))
        assert (again.answer, again.pad, again.file) == (shown.answer, shown.pad, shown.file)
        assert again.as_it_is.value is paper
        assert link.asked(AskedDrawing(again.pad, again.file, paper), again.showing, again.held) == view
    drawn = AskedDrawing(as_ground(open_picture(pictures.saved(pictures.sketch()))), shown.file)
    view = link.asked(drawn, shown.showing, shown.held)
    assert view is not None and view.upload and not view.file
    Path(shown.file.path).unlink()
    assert link.asked(drawn, shown.showing, shown.held) == view
    assert link.asked(replace(drawn, pad=shown.pad), shown.showing, shown.held).upload != view.upload  # type: ignore[union-attr]


def test_what_looks_into_an_answer_reads_what_was_answered(
    assets: Assets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, models = assets
    tab, seen, pooled = SketchEvents(services), [], models.encoder.pooled
    monkeypatch.setattr(
        models.encoder, "pooled", lambda sheets: seen.append(sheets[0].pixels) or pooled(sheets)
    )  # type: ignore[func-returns-value]
    for number, (shown, paper) in enumerate(shown_for(tab, tmp_path)):
        asked, read = AskedDrawing(shown.pad, shown.file, paper), seen[number]
        assert np.array_equal(asked.sheet(tab.task).pixels, read)
        assert not np.array_equal(AskedDrawing(shown.pad).sheet(tab.task).pixels, read), (
            "from the pad it is another one"
        )
        for again in (tab.written(asked, 0.5), tab.drawn(asked, "", 0.5, NOTHING, None)):
            assert np.array_equal(seen[-1], read) and again.answer == shown.answer

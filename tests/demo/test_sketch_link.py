"""A link to an upload in the sketch tab: it answers as the upload did, whether its paper was kept or not."""

from __future__ import annotations

from pathlib import Path

from core.images import open_picture
from demo.events.links import Opened
from demo.events.sketch import SketchEvents
from demo.events.sketch_link import SketchLink
from demo.services import Services
from demo.widgets.pad import as_ground
from tests.demo.fakes import FakeModels
from tests.faults import pictures


def test_an_upload_is_read_once_more_from_its_file_not_from_the_pad(
    assets: tuple[Services, FakeModels], tmp_path: Path
) -> None:
    tab = SketchEvents(assets[0])
    link = SketchLink(tab)
    file = str(tmp_path / "a photo.png")
    Path(file).write_bytes(pictures.saved(pictures.photograph()))
    for shown, paper in ((tab.uploaded(file, 0.5), False), (tab.papered(file, True, 0.5), True)):
        view = link.asked(shown.pad, shown.showing, shown.held, file, paper)
        assert view is not None and (view.file, view.paper) == ("a photo.png", paper)
        again = link.linked(Opened(f"{view.to_query()}&w=0.5"))
        assert (again.answer, again.pad, again.file) == (shown.answer, shown.pad, file)
        assert again.as_it_is.value is paper
        assert link.asked(again.pad, again.showing, again.held, again.file, paper) == view
    drawn = as_ground(open_picture(pictures.saved(pictures.sketch())))
    view = link.asked(drawn, shown.showing, shown.held, file)
    assert view is not None and view.upload and not view.file
    Path(file).unlink()
    assert link.asked(drawn, shown.showing, shown.held, file) == view

"""Several pictures at once: labels from folders or from the visitor, judged errors, charts, and what is refused."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import InputError
from demo.events.field_road import FieldRoadEvents, FieldRoadSettings
from demo.events.sketch import SketchEvents, SketchSettings
from demo.services import Services
from demo.widgets.folder_upload import MOST_PICTURES
from demo.wiring import KEPT, UNTOUCHED
from tests.demo.fakes import FakeModels, draw_field, draw_sketch

Assets = tuple[Services, FakeModels]
SETTINGS = FieldRoadSettings()


def chosen(*files: tuple[Path, str], every: Any = None) -> Any:
    """Returns the event of a folder that was uploaded."""
    return SimpleNamespace(files=[[str(path), name] for path, name in files], all=every)


def said(told: Any = (), judged: Any = ()) -> Any:
    return SimpleNamespace(told=[list(each) for each in told], judged=[list(each) for each in judged])


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    (tmp_path / "uploads").mkdir()
    return tmp_path / "uploads"


def fields_in(uploads: Path) -> list[tuple[Path, str]]:
    named = {60: "fields/a.png", 90: "fields/b.png", 120: "roads/=c.png", 150: "other/d.png"}
    return [(draw_field(uploads / f"{shade}.png", (shade, 150, 60)), name) for shade, name in named.items()]


def csv_in(html: str) -> list[dict[str, str]]:
    (address,) = re.findall(r'href="data:text/csv;charset=utf-8;base64,([^"]*)"', html)
    return list(csv.DictReader(io.StringIO(base64.b64decode(address).decode("utf-8-sig"))))


def test_a_folder_tells_labels_and_a_visitor_judges_errors(assets: Assets, uploads: Path) -> None:
    tab = FieldRoadEvents(assets[0])
    page = tab.foldered(SETTINGS, chosen(*fields_in(uploads), every=9))
    assert page.files is None and page.folder == "4 pictures of the 9 in this folder."
    told = [opinion.truth for _, opinion in sorted(tab.listed(page.rows, SETTINGS).opinions.items())]
    assert told == ["field", "field", "road", None]
    assert "3 of 4 pictures have a label" in page.trust and page.table.count("<select") >= 4
    assert page.reliability["visible"] and json.loads(page.reliability["value"].to_json())["data"]
    assert "n = 3" in page.risk["value"].layout.title.text

    labelled = tab.judged(page.rows, SETTINGS, said(told=[(3, "road"), (0, "")]))
    truths = {
        number: opinion.truth for number, opinion in tab.listed(labelled.rows, SETTINGS).opinions.items()
    }
    assert truths == {0: None, 1: "field", 2: "road", 3: "road"} and labelled.table is not KEPT
    opinions = tab.listed(labelled.rows, SETTINGS).opinions
    number, wrong = next((n, o.labels[o.wrong[0]]) for n, o in opinions.items() if o.wrong)
    judged = tab.judged(labelled.rows, SETTINGS, said([(3, "road"), (0, "")], [(number, wrong, "unclear")]))
    assert judged.table is KEPT, "the page has its own choice in it"
    assert any(each.changed for each in tab.listed(judged.rows, SETTINGS).trusted(judged.rows))
    assert any(trace["line"]["dash"] == "dot" and trace["name"] for trace in judged.risk["value"].data)
    rows = csv_in(judged.trust)
    assert {row["picture"]: row["label"] for row in rows} == {
        "fields/a.png": "", "fields/b.png": "field", "roads/=c.png": "road", "other/d.png": "road",
    }  # fmt: skip
    assert "unclear" in {row[f"{judge}: your judgement"] for row in rows for judge in ("head", "captions")}
    again = tab.read_again(judged.rows, SETTINGS)
    assert ">unclear</option>" in again.table and 'value="unclear" selected' in again.table


def test_other_captions_are_asked_of_the_table_with_and_without_a_picture(
    assets: Assets, uploads: Path
) -> None:
    tab = FieldRoadEvents(assets[0])
    page = tab.many([str(path) for path, _ in fields_in(uploads)[:2]], SETTINGS)
    assert tab.worded_table(None, SETTINGS) is UNTOUCHED, "a folder that is being read is not emptied"
    before, encoded = page.rows, len(assets[1].encoder.calls)
    after = tab.worded_table(before, FieldRoadSettings(first="a meadow", second="a lane"))
    assert after.given()["rows"].rows != before.rows and len(assets[1].encoder.calls) > encoded


def test_names_without_a_label_show_how_to_give_one(assets: Assets, uploads: Path) -> None:
    tab = FieldRoadEvents(assets[0])
    formula = shutil.copy(draw_field(uploads / "x.png", (60, 150, 60)), uploads / "=1.png")
    page = tab.many([str(formula)], SETTINGS)
    assert "No label is known" in page.trust and page.reliability["visible"] is False
    assert csv_in(page.trust)[0]["picture"] == "'=1.png", "a spreadsheet would work it out"
    empty = tab.cleared()
    assert (empty.table, empty.trust, empty.rows) == ("", "", None)


def test_drawings_have_three_judges_and_follow_alpha(assets: Assets, uploads: Path) -> None:
    tab = SketchEvents(assets[0])
    labels = tab.labels
    files = [(draw_sketch(uploads / f"{i}.png"), f"{labels[i % 2]}/{i}.png") for i in range(3)]
    alone, words = (tab.foldered(SketchSettings(alpha), chosen(*files)) for alpha in (1.0, 0.0))
    for alpha, page, judge in ((1.0, alone, "picture"), (0.0, words, "words")):
        for opinion in tab.listed(page.rows, SketchSettings(alpha)).opinions.values():
            assert opinion.labels["both"] == opinion.labels[judge]
            assert set(opinion.labels) == {"picture", "words", "both"} and opinion.truth in labels[:2]
    encoded = list(assets[1].encoder.calls)
    moved = tab.followed(alone.rows, SketchSettings(0.0))
    assert "α = 0.00" in moved.table and "Of 3 drawings with a label" in moved.table
    assert assets[1].encoder.calls == encoded
    assert tab.followed(None, SketchSettings(0.0)).table == ""


@pytest.mark.parametrize(
    "files",
    [None, "x", [["a"]], [["/etc/passwd", "a.png"]], [["a", "b", "c"]], [[3, "a.png"]], [["\0", "a.png"]]],
)  # fmt: skip
@pytest.mark.fault_rows(89)
def test_what_is_no_upload_is_refused(assets: Assets, uploads: Path, files: Any) -> None:
    with pytest.raises(InputError, match="not uploaded here"):
        FieldRoadEvents(assets[0]).foldered(SETTINGS, SimpleNamespace(files=files))
    with pytest.raises(InputError, match="Add one picture"):
        FieldRoadEvents(assets[0]).foldered(SETTINGS, SimpleNamespace(files=[]))
    with pytest.raises(InputError, match=f"at most {MOST_PICTURES}"):
        some = [[str(uploads / "a.png"), "a.png"]] * (MOST_PICTURES + 1)
        FieldRoadEvents(assets[0]).foldered(SETTINGS, SimpleNamespace(files=some))


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (said(told=[(0, "street")]), "There is no label “street”; choose one of field, road"),
        (said(told=[(7, "road")]), "A judgement is"),
        (said(told=[(True, "road")]), "A judgement is"),
        (said(told=[(0, 3)]), "A judgement is"),
        (said(judged=[(0, "road", "maybe")]), "A judgement is"),
        (said(judged=[(0, "street", "unclear")]), "A judgement is"),
        (said(judged=[("0", "road", "unclear")]), "A judgement is"),
    ],
)
@pytest.mark.fault_rows(89)
def test_what_is_no_judgement_is_refused(assets: Assets, uploads: Path, event: Any, sentence: str) -> None:
    tab = FieldRoadEvents(assets[0])
    rows = tab.foldered(SETTINGS, chosen(*fields_in(uploads)[:1])).rows
    with pytest.raises(InputError, match=sentence):
        tab.judged(rows, SETTINGS, event)
    with pytest.raises(InputError, match="were put away"):
        tab.judged(None, SETTINGS, event)

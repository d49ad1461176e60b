"""Sliders answer from evidence: no encoder runs, and what is wrong leaves the last answer alone."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from PIL import Image

from core.errors import InputError
from core.evaluation.papers import PAPERS
from core.images import encode_png, open_picture
from core.tasks import field_road, sketch
from core.tasks.field_road.task import SAME_CAPTIONS
from demo import copy
from demo.events.field_road import FieldRoadEvents, FieldRoadSettings, Limits
from demo.events.several import SeveralFields
from demo.events.sketch import SketchEvents, SketchFields
from demo.events.sketch_sheet import AskedDrawing
from demo.events.tab import NOTHING, OWN, remembered
from demo.services import Services
from demo.widgets.pad import PREFIX, drawing_bytes
from demo.wiring import KEPT, Fields, answered
from tests.demo.fakes import FakeModels, FakeRoadHead, draw_field, draw_sketch

Assets = tuple[Services, FakeModels]


def pad_value(folder: Path) -> str:
    """Returns what the drawing pad sends."""
    drawn = open_picture(draw_sketch(folder / "drawn.png"))
    return PREFIX + base64.b64encode(encode_png(drawn.pixels)).decode()


def followed(tab: SketchEvents, alpha: Any, showing: str, held: Any = None, standing: str = "") -> Fields:
    """Returns what the page shows when alpha has moved while a notice stands."""
    return answered(lambda: tab.weighed(alpha, showing, held), standing, follows=True)


def test_moving_alpha_runs_no_encoder(assets: Assets, tmp_path: Path) -> None:
    services, models = assets
    tab = SketchEvents(services)
    held = tab.uploaded(str(draw_sketch(tmp_path / "own.png")), 0.5).held
    encoded = list(models.encoder.calls)
    answers = {tab.weighed(step / 50, OWN, held).answer for step in range(51)}
    assert models.encoder.calls == encoded and encoded
    assert len(answers) > 10


def test_a_tick_of_alpha_leads_to_the_class_that_it_names(assets: Assets) -> None:
    tab, changes = SketchEvents(assets[0]), 0
    for number, evidence in enumerate(tab.questions):
        scale = tab.opened(number).scale
        for taker, to in re.findall(r'changes from [^"]*? to ([^"]*?)\. Move the slider to ([\d.]+)"', scale):
            assert sketch.answer(evidence, float(to)).classes[0].label == taker
            assert f">{taker} from" in scale and f'data-to="{to}"' in scale
            changes += 1
    assert changes


def test_worked_examples_answer_before_any_model(assets: Assets) -> None:
    services, models = assets
    tab = SketchEvents(services)
    for number in range(len(tab.examples)):
        page = tab.opened(number)
        assert "verdict" in page.answer and page.pad.startswith("data:image/png;base64,")
        assert "verdict" in tab.weighed(0.2, page.showing, None).answer
    assert "verdict" in FieldRoadEvents(services).opened(0).answer
    assert models.encoder.calls == []
    assert set(services.loading().states.values()) == {"waiting"}


def test_the_band_and_the_coverage_run_no_encoder(assets: Assets, tmp_path: Path) -> None:
    services, models = assets
    tab = FieldRoadEvents(services)
    files = [str(draw_field(tmp_path / f"{shade}.png", (shade, 150, 60))) for shade in (60, 90, 120)]
    held = tab.placed(files[0], FieldRoadSettings()).held
    rows = tab.many(files, FieldRoadSettings()).rows
    encoded = list(models.encoder.calls)
    for low in (0.0, 0.2, 0.5):
        page = tab.weighed(Limits(low, 0.9, True, 0.8), OWN, held, rows)
        assert page.own_answer == "" and "Set at 0.80" in page.answer and page.table.count("<tr") == 4
    assert models.encoder.calls == encoded


def test_an_own_head_of_fields_and_roads_answers_beside_its_training(assets: Assets, tmp_path: Path) -> None:
    tab = FieldRoadEvents(assets[0])
    tab.how_sure = "<p>how sure the shipped head is</p>"
    picture, own = (
        str(draw_field(tmp_path / "a.png", (60, 150, 60))),
        SimpleNamespace(head=FakeRoadHead(), names=field_road.LABELS, pictures=(4, 5), schedule="short"),
    )
    shipped, theirs = (tab.placed(picture, FieldRoadSettings(use=use, own=own)) for use in (False, True))
    assert tab.how_sure in shipped.answer and shipped.own_answer == ""
    assert (
        tab.how_sure not in theirs.answer and "Your head" in theirs.answer and "verdict" in theirs.own_answer
    )
    for page in (shipped, theirs):
        moved = tab.weighed(Limits(), OWN, page.held, None)
        assert (moved.answer, moved.table, moved.own_answer) == (page.answer, "", page.own_answer)


def test_two_equal_captions_are_told_to_be_a_tie(assets: Assets, tmp_path: Path) -> None:
    tab, picture = FieldRoadEvents(assets[0]), str(draw_field(tmp_path / "a.png", (60, 150, 60)))
    same, others = (
        tab.placed(picture, FieldRoadSettings(first="a track", second=second)).remarks
        for second in (" a track ", "a trail")
    )
    assert SAME_CAPTIONS in same and SAME_CAPTIONS not in others


def test_other_words_encode_only_words(assets: Assets, tmp_path: Path) -> None:
    services, models = assets
    tab = SketchEvents(services)
    held = tab.uploaded(str(draw_sketch(tmp_path / "own.png")), 0.5).held
    models.encoder.calls.clear()
    page = tab.worded("a zebra", AskedDrawing(None), 0.5, OWN, held)
    assert models.encoder.calls == ["words"]
    assert "zebra" in page.answer and page.held.caption.author == "person"
    assert page.words is KEPT, "what was typed since must not be overwritten"


def test_without_words_the_captioner_writes_and_the_field_stays_empty(assets: Assets, tmp_path: Path) -> None:
    tab, drawing = SketchEvents(assets[0]), pad_value(tmp_path)
    held = tab.uploaded(str(draw_sketch(tmp_path / "own.png")), 0.5).held
    typed = tab.worded("a zebra", AskedDrawing(drawing), 0.5, OWN, held).held
    page = tab.worded("  ", AskedDrawing(drawing), 0.5, OWN, typed)
    assert page.words is KEPT and page.held.caption.author == "captioner"
    assert "the captioner writes" in page.slots and page.held.caption.sentence in page.slots


@pytest.mark.parametrize("alpha", [float("nan"), float("inf"), "0.5", None, True, 1.5])
def test_a_bad_alpha_keeps_the_last_answer(assets: Assets, alpha: Any) -> None:
    tab = SketchEvents(assets[0])
    page = followed(tab, alpha, "example 0")
    assert 'role="alert"' in page.notice and list(page.given()) == ["notice"]
    mended = followed(tab, 0.5, "example 0", standing=page.notice)
    assert mended.notice == "", "a setting that can be used mends it"


def test_disagreements_stand_first_and_refusals_last(assets: Assets, tmp_path: Path) -> None:
    tab = FieldRoadEvents(assets[0])
    shades = range(40, 240, 20)
    files = [str(draw_field(tmp_path / f"{shade}.png", (shade, 150, 60))) for shade in shades]
    broken = tmp_path / "<img src=x onerror=alert(1)>.png"
    broken.write_text("no picture")
    page = tab.many([str(broken), *files], FieldRoadSettings())
    table = page.table
    disagreements = [line.count("<td>disagree</td>") for line in table.split("<tr")[2:-1]]
    assert disagreements == sorted(disagreements, reverse=True) and len(page.rows.rows) == 11
    assert "<img src=x" not in table and "&lt;img src=x" in table
    assert table.rindex("is not a picture") > table.rindex("agree</td>")


def test_too_many_pictures_are_refused(assets: Assets) -> None:
    with pytest.raises(InputError, match="at most 200"):
        FieldRoadEvents(assets[0]).many(["a.png"] * 201, FieldRoadSettings())


def test_evidence_that_was_put_away_is_never_mistaken_for_an_example() -> None:
    assert remembered("example 1", None, ["first", "second"]) == "second"
    assert remembered(OWN, "mine", ["first"]) == "mine"
    for gone in (OWN, "example 7", "example -1", "nonsense"):
        with pytest.raises(Exception, match="ask again"):
            remembered(gone, None, ["first"])


def test_an_emptied_pad_forgets_words_and_dims_the_answer_until_something_is_drawn(
    assets: Assets, tmp_path: Path
) -> None:
    tab = SketchEvents(assets[0])
    page = tab.drawn(AskedDrawing(""), "my words", 0.5, "example 1", None)
    assert (page.showing, page.held, page.words, page.slots) == (NOTHING, None, "", "")
    assert page.answer is page.scale is page.concat is KEPT
    assert page.as_it_is.visible is False and page.file is None, "no paper can be kept of nothing"
    assert "The pad is empty" in page.notice and "the last answer" in page.notice
    assert followed(tab, 0.2, NOTHING, standing=page.notice).given() == {}, "the reason stays"
    first = followed(tab, 0.2, NOTHING)
    assert "draw something" in first.notice and list(first.given()) == ["notice"]
    again = answered(lambda: tab.drawn(AskedDrawing(pad_value(tmp_path)), "", 0.5, NOTHING, None))
    assert again.notice == "" and again.showing == OWN


def test_after_refused_words_a_slider_keeps_the_reason_until_a_question_was_answered(
    assets: Assets, tmp_path: Path
) -> None:
    tab = SketchEvents(assets[0])
    held = tab.uploaded(str(draw_sketch(tmp_path / "own.png")), 0.5).held
    refused = answered(lambda: tab.worded("word " * 3000, AskedDrawing(None), 0.5, OWN, held))
    assert 'role="alert"' in refused.notice and list(refused.given()) == ["notice"]
    for alpha in (0.4, float("nan")):
        page = followed(tab, alpha, OWN, held, refused.notice)
        assert page.notice is KEPT, "it is still no answer to these words"
    page = followed(tab, 0.4, OWN, held, refused.notice)
    assert "verdict" in page.answer, "yet the slider shows what it does"
    assert answered(lambda: tab.worded("a zebra", AskedDrawing(None), 0.5, OWN, held)).notice == ""


def test_several_pictures_answer_nothing_about_a_picture_that_was_refused(
    assets: Assets, tmp_path: Path
) -> None:
    tab = FieldRoadEvents(assets[0])
    files = [str(draw_field(tmp_path / "one.png", (90, 150, 60)))]
    (tmp_path / "no.png").write_text("no picture")
    refused = tab.placed(str(tmp_path / "no.png"), FieldRoadSettings())
    assert refused.picture is None and 'role="alert"' in refused.notice

    def many(standing: str, times: int = 1) -> Fields:
        return answered(
            lambda: tab.many(files * times, FieldRoadSettings()), standing, follows=True, speaks=True
        )

    page = many(refused.notice)
    assert page.notice is KEPT and len(page.given()["rows"].rows) == 1
    moved = answered(
        lambda: tab.weighed(Limits(0.3, 0.7), "example 0", None, None), refused.notice, follows=True
    )
    assert moved.notice is KEPT and moved.given()
    notice = many(refused.notice, 201).notice
    assert "at most 200" in notice and many(notice).notice is KEPT, "still dimmed"


def test_a_slider_wipes_out_no_reason_that_came_while_it_was_on_its_way() -> None:
    assert answered(lambda: SketchFields(answer="1"), "", follows=True).given() == {"answer": "1"}


def test_the_paper_of_an_upload_is_taken_out_and_kept_on_request(assets: Assets, tmp_path: Path) -> None:
    tab, path = SketchEvents(assets[0]), tmp_path / "kraft.png"
    clean = np.asarray(Image.open(draw_sketch(tmp_path / "own.png")).convert("RGB"))
    path.write_bytes(encode_png(PAPERS["kraft"](clean)))
    page = tab.uploaded(str(path), 0.5)
    assert "Read as dark ink on white" in page.slots
    assert page.as_it_is.visible is True and page.file.path == str(path)
    read, paper = shown_on(page.pad), shown_on(tab.papered(page.file, True, 0.5).pad)
    assert np.median(read) == 255 > np.median(paper)
    assert tab.papered(page.file, False, 0.5).pad == page.pad
    white = tab.uploaded(str(tmp_path / "own.png"), 0.5)
    assert white.as_it_is.visible is False


def shown_on(pad: str) -> np.ndarray:
    """Returns the pixels of a pad's value."""
    return open_picture(drawing_bytes(pad)).pixels


def test_words_of_a_person_stay_while_they_draw(assets: Assets, tmp_path: Path) -> None:
    services, models = assets
    tab = SketchEvents(services)
    page = tab.uploaded(str(draw_sketch(tmp_path / "own.png")), 0.5)
    models.encoder.calls.clear()
    drawn = tab.drawn(AskedDrawing(page.pad), "a cat, surely", 0.5, OWN, page.held)
    assert drawn.words == "a cat, surely" and "captioner" not in models.encoder.calls
    assert tab.written(AskedDrawing(page.pad), 0.5).words == "a sketch of a guitar"


def test_a_picture_that_is_taken_away_leaves_the_table(assets: Assets, tmp_path: Path) -> None:
    tab = FieldRoadEvents(assets[0])
    files = [str(draw_field(tmp_path / f"{shade}.png", (shade, 150, 60))) for shade in (60, 90)]
    assert [row.name for row in tab.fewer(files[1:], FieldRoadSettings()).rows.rows] == ["90.png"]
    nothing = tab.fewer([], FieldRoadSettings())
    assert (nothing.rows, nothing.table) == (None, "")


def test_without_a_picture_a_head_is_only_said_to_be_asked_when_it_is(assets: Assets) -> None:
    tab, own = FieldRoadEvents(assets[0]), SimpleNamespace(head=FakeRoadHead(), names=field_road.LABELS)
    notices = [tab.switched(None, None, Limits(), use, own).notice for use in (True, False)]
    assert [copy.OWN_NEEDS_PICTURE in notice for notice in notices] == [True, False]
    table = SeveralFields(rows="asked again")
    with patch.object(tab, "asked_again", return_value=table) as again:
        shown = tab.switched(None, "rows", Limits(), True, own)
    (rows, settings), _ = again.call_args
    assert (rows, settings.use, settings.first) == ("rows", True, shown.first["value"])
    assert shown.rows == "asked again" and copy.OWN_NEEDS_PICTURE in shown.notice

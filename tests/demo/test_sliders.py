"""Sliders answer from evidence: no encoder runs, and what is wrong leaves the last answer alone."""

from __future__ import annotations

import base64
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from core.evaluation.papers import PAPERS
from core.images import encode_png, open_picture
from core.tasks import field_road, sketch
from demo.pieces import NOTHING, OWN, following, remembered
from demo.services import Services
from demo.tabs.field_road import Handlers as RoadHandlers
from demo.tabs.sketch import Handlers as SketchHandlers
from demo.widgets.pad import PREFIX, drawing_bytes
from tests.demo.fakes import FakeModels, FakeRoadHead, draw_field, draw_sketch

Assets = tuple[Services, FakeModels]
BAND = (0.4, 0.6, False, 0.9)


def sketch_handlers(services: Services) -> SketchHandlers:
    """Returns the sketch tab's events."""
    worked = [sketch.SketchEvidence.from_json(one.evidence) for one in services.examples("sketch")]
    return SketchHandlers(services, services.examples("sketch"), worked)


def road_handlers(services: Services) -> RoadHandlers:
    """Returns the field-or-road tab's events."""
    examples = services.examples("field_road")
    return RoadHandlers(services, [field_road.FieldRoadEvidence.from_json(one.evidence) for one in examples])


def pad_value(folder: Path) -> str:
    """Returns what the drawing pad sends."""
    drawn = open_picture(draw_sketch(folder / "drawn.png"))
    return PREFIX + base64.b64encode(encode_png(drawn.pixels)).decode()


def kept(value: Any) -> bool:
    """Tells whether an output stays as it was."""
    return isinstance(value, dict) and value.get("__type__") == "update" or value == gr.skip()


def test_moving_alpha_runs_no_encoder(assets: Assets, tmp_path: Path) -> None:
    services, models = assets
    tab = sketch_handlers(services)
    asked = tab.uploaded(str(draw_sketch(tmp_path / "own.png")), 0.5)
    state = asked[2]
    encoded = list(models.encoder.calls)
    answers = {tab.moved(step / 50, OWN, state, "")[1] for step in range(51)}
    assert models.encoder.calls == encoded and encoded
    assert len(answers) > 10


def test_worked_examples_answer_before_any_model(assets: Assets) -> None:
    services, models = assets
    tab = sketch_handlers(services)
    for number, example in enumerate(services.examples("sketch")):
        shown = tab.example(number, example)()
        assert "verdict" in shown[5] and shown[8].startswith("data:image/png;base64,")
        assert kept(tab.moved(0.2, shown[1], None, "")[0])
    road = road_handlers(services)
    assert "verdict" in road.example(0, services.examples("field_road")[0])(False, 0.9)[3]
    assert models.encoder.calls == []
    assert set(services.loading().states.values()) == {"waiting"}


def test_the_band_and_the_coverage_run_no_encoder(assets: Assets, tmp_path: Path) -> None:
    services, models = assets
    tab = road_handlers(services)
    files = [str(draw_field(tmp_path / f"{shade}.png", (shade, 150, 60))) for shade in (60, 90, 120)]
    captions = (field_road.FIELD_CAPTION, field_road.ROAD_CAPTION)
    state = tab.one(files[0], *captions, *BAND)[2]
    rows = tab.many(files, *captions, *BAND, "")[1]
    encoded = list(models.encoder.calls)
    for low in (0.0, 0.2, 0.5):
        notice, answer, table, own = tab.moved(low, 0.9, True, 0.8, OWN, state, rows, "")
        assert kept(notice) and own == "" and "Set at 0.80" in answer and table.count("<tr") == 4
    assert models.encoder.calls == encoded


def test_an_own_head_of_fields_and_roads_answers_beside_its_training(assets: Assets, tmp_path: Path) -> None:
    tab = road_handlers(assets[0])
    tab.how_sure = "<p>how sure the shipped head is</p>"
    picture, own = (
        str(draw_field(tmp_path / "a.png", (60, 150, 60))),
        SimpleNamespace(head=FakeRoadHead(), names=field_road.LABELS),
    )
    question = (picture, field_road.FIELD_CAPTION, field_road.ROAD_CAPTION, *BAND)
    shipped, theirs = tab.one(*question, False, own), tab.one(*question, True, own)
    assert tab.how_sure in shipped[3] and shipped[5] == ""
    assert tab.how_sure not in theirs[3] and "Your head" in theirs[3] and "verdict" in theirs[5]
    for told in (shipped, theirs):
        assert tab.moved(*BAND, OWN, told[2], None, "")[1:] == (told[3], "", told[5])


def test_two_equal_captions_are_told_to_be_a_tie(assets: Assets, tmp_path: Path) -> None:
    tab, picture = road_handlers(assets[0]), str(draw_field(tmp_path / "a.png", (60, 150, 60)))
    assert field_road.SAME_CAPTIONS in tab.one(picture, "a track", " a track ", *BAND)[4]
    assert field_road.SAME_CAPTIONS not in tab.one(picture, "a track", "a trail", *BAND)[4]


def test_other_words_encode_only_words(assets: Assets, tmp_path: Path) -> None:
    services, models = assets
    tab = sketch_handlers(services)
    state = tab.uploaded(str(draw_sketch(tmp_path / "own.png")), 0.5)[2]
    models.encoder.calls.clear()
    told = tab.with_words("a zebra", None, False, 0.5, OWN, state)
    assert models.encoder.calls == ["words"]
    assert "zebra" in told[5] and told[2].caption.author == "person"
    assert kept(told[3]), "what was typed since must not be overwritten"


def test_without_words_the_captioner_writes_and_the_field_stays_empty(assets: Assets, tmp_path: Path) -> None:
    tab, drawing = sketch_handlers(assets[0]), pad_value(tmp_path)
    state = tab.uploaded(str(draw_sketch(tmp_path / "own.png")), 0.5)[2]
    typed = tab.with_words("a zebra", drawing, False, 0.5, OWN, state)[2]
    notice, _, evidence, caption, hint, *_ = tab.with_words("  ", drawing, False, 0.5, OWN, typed)
    assert notice == "" and kept(caption) and evidence.caption.author == "captioner"
    assert "the captioner writes" in hint and evidence.caption.sentence in hint


@pytest.mark.parametrize("alpha", [float("nan"), float("inf"), "0.5", None, True, 1.5])
def test_a_bad_alpha_keeps_the_last_answer(assets: Assets, alpha: Any) -> None:
    tab = sketch_handlers(assets[0])
    notice, *others = tab.moved(alpha, "example 0", None, "")
    assert 'role="alert"' in notice and all(kept(one) for one in others)
    assert tab.moved(0.5, "example 0", None, notice)[0] == "", "a setting that can be used mends it"


def test_disagreements_stand_first_and_refusals_last(assets: Assets, tmp_path: Path) -> None:
    tab = road_handlers(assets[0])
    shades = range(40, 240, 20)
    files = [str(draw_field(tmp_path / f"{shade}.png", (shade, 150, 60))) for shade in shades]
    broken = tmp_path / "<img src=x onerror=alert(1)>.png"
    broken.write_text("no picture")
    captions = (field_road.FIELD_CAPTION, field_road.ROAD_CAPTION)
    _, rows, table = tab.many([str(broken), *files], *captions, *BAND, "")
    told = [line.count("<td>disagree</td>") for line in table.split("<tr")[2:-1]]
    assert told == sorted(told, reverse=True) and len(rows) == 11
    assert "<img src=x" not in table and "&lt;img src=x" in table
    assert table.rindex("is not a picture") > table.rindex("agree</td>")


def test_too_many_pictures_are_refused(assets: Assets) -> None:
    notice, *_ = road_handlers(assets[0]).many(["a.png"] * 61, "a field", "a road", *BAND, "")
    assert "at most 60" in notice


def test_evidence_that_was_put_away_is_never_mistaken_for_an_example() -> None:
    assert remembered("example 1", None, ["first", "second"]) == "second"
    assert remembered(OWN, "mine", ["first"]) == "mine"
    for gone in (OWN, "example 7", "example -1", "nonsense"):
        with pytest.raises(Exception, match="ask again"):
            remembered(gone, None, ["first"])


def test_an_emptied_pad_forgets_words_and_dims_the_answer_until_something_is_drawn(
    assets: Assets, tmp_path: Path
) -> None:
    tab = sketch_handlers(assets[0])
    notice, asked, state, caption, hint, *rest, file = tab.drawn(
        "", False, "my words", 0.5, "example 1", None
    )
    assert (asked, state, caption, hint) == (NOTHING, None, "", "") and all(kept(one) for one in rest[:-1])
    assert rest[-1].visible is False and file is None, "no paper can be kept of nothing"
    assert "The pad is empty" in notice and "the last answer" in notice
    assert all(kept(one) for one in tab.moved(0.2, asked, state, notice)), "the reason stays"
    first, *others = tab.moved(0.2, asked, state, "")
    assert "draw something" in first and all(kept(one) for one in others)
    notice, asked, *_ = tab.drawn(pad_value(tmp_path), False, "", 0.5, asked, state)
    assert notice == "" and asked == OWN


def test_after_refused_words_a_slider_keeps_the_reason_until_a_question_was_answered(
    assets: Assets, tmp_path: Path
) -> None:
    tab = sketch_handlers(assets[0])
    state = tab.uploaded(str(draw_sketch(tmp_path / "own.png")), 0.5)[2]
    refused, *others = tab.with_words("word " * 3000, None, False, 0.5, OWN, state)
    assert 'role="alert"' in refused and all(kept(one) for one in others)
    for alpha in (0.4, float("nan")):
        assert kept(tab.moved(alpha, OWN, state, refused)[0]), "it is still no answer to these words"
    assert "verdict" in tab.moved(0.4, OWN, state, refused)[1], "yet the slider shows what it does"
    assert tab.with_words("a zebra", None, False, 0.5, OWN, state)[0] == ""


def test_several_pictures_answer_nothing_about_a_picture_that_was_refused(
    assets: Assets, tmp_path: Path
) -> None:
    tab = road_handlers(assets[0])
    captions, files = ("a field", "a road"), [str(draw_field(tmp_path / "one.png", (90, 150, 60)))]
    (tmp_path / "no.png").write_text("no picture")
    refused = tab.one(str(tmp_path / "no.png"), *captions, *BAND)[0]
    notice, rows, _ = tab.many(files, *captions, *BAND, refused)
    assert kept(notice) and len(rows) == 1
    assert kept(tab.moved(0.3, 0.7, False, 0.9, "example 0", None, None, refused)[0])
    notice = tab.many(files * 61, *captions, *BAND, refused)[0]
    assert "at most 60" in notice and kept(tab.many(files, *captions, *BAND, notice)[0]), "still dimmed"


def test_a_slider_wipes_out_no_reason_that_came_while_it_was_on_its_way() -> None:
    assert following(1)(lambda: (1,))("") == (gr.skip(), 1)


def test_the_paper_of_an_upload_is_taken_out_and_kept_on_request(assets: Assets, tmp_path: Path) -> None:
    tab, path = sketch_handlers(assets[0]), tmp_path / "kraft.png"
    clean = np.asarray(Image.open(draw_sketch(tmp_path / "own.png")).convert("RGB"))
    path.write_bytes(encode_png(PAPERS["kraft"](clean)))
    *_, notes, _, _, _, pad, box, file = tab.uploaded(str(path), 0.5)
    assert "Read as dark ink on white" in notes and box.visible is True and file == str(path)
    read, paper = shown_on(pad), shown_on(tab.papered(file, True, 0.5)[-1])
    assert np.median(read) == 255 > np.median(paper)
    notice, *_, again = tab.papered(file, False, 0.5)
    assert notice == "" and again == pad
    white = tab.uploaded(str(tmp_path / "own.png"), 0.5)
    assert white[-2].visible is False and white[-1] is None


def shown_on(pad: str) -> np.ndarray:
    """Returns the pixels of a pad's value."""
    return open_picture(drawing_bytes(pad)).pixels


def test_words_of_a_person_stay_while_they_draw(assets: Assets, tmp_path: Path) -> None:
    services, models = assets
    tab = sketch_handlers(services)
    asked = tab.uploaded(str(draw_sketch(tmp_path / "own.png")), 0.5)
    models.encoder.calls.clear()
    told = tab.drawn(asked[8], False, "a cat, surely", 0.5, OWN, asked[2])
    assert told[3] == "a cat, surely" and "captioner" not in models.encoder.calls
    again = tab.written_again(asked[8], False, 0.5)
    assert again[3] == "a sketch of a guitar"

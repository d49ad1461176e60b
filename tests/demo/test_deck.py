"""A deck holds every state of a talk, answered, and nothing that only a server has; a hand-out is a folder with one."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gradio.utils import get_upload_folder
from PIL import Image

from core.images.pen_lines import drawn_lines
from core.images.stroke_text import GRID, PenLine, stroke_text
from core.settings import ROOT, Settings
from core.state import PageView, from_query
from core.talk import Slide, Talk, talk_json
from demo import __main__ as command
from demo.deck import answered_talk, carried, deck_page
from demo.deck.carried import coming_first
from demo.deck.page import STAGES
from demo.events.compose import ComposeEvents
from demo.services import Loading, Services
from tests.demo.retrieval_fakes import FakeServices, draw_garment

TABS = ("sketch", "field-or-road", "street-to-shop", "compose")
TALK = Talk("Four tabs", tuple(Slide(from_query(f"tab={tab}&example=1"), tab, "say this") for tab in TABS))


def data_of(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="deck-data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def value(data: Any, slide: int, name: str) -> Any:
    return data["shared"][data["slides"][slide]["values"][name]]


@pytest.fixture(scope="module")
def page() -> str:
    told: list[tuple[int, int]] = []
    page = deck_page(Services(Settings()), TALK, lambda done, count: told.append((done, count)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    return page


def test_a_state_of_each_tab_is_carried_whole(page: str) -> None:
    data = data_of(page)
    assert [slide["title"] for slide in data["slides"]] == list(TABS)
    assert [slide["fault"] for slide in data["slides"]] == [""] * 4
    compose = ComposeEvents(Services(Settings())).opened(0)
    assert value(data, 3, "compose-live") == json.loads(json.dumps(compose.live))
    assert value(data, 3, "compose-weights")["weights"] == list(compose.weights.weights)
    assert "shark" in value(data, 0, "sketch-answer") or "cat" in value(data, 0, "sketch-answer")
    assert value(data, 1, "field-road-answer").count("strip-row") == 2
    assert data["slides"][2]["values"]["street-catalogue"] == data["slides"][3]["values"]["compose-catalogue"]
    names = value(data, 3, "compose-catalogue")
    assert len(names["pictures"]) == len(names["titles"]) and all(names["pictures"])
    assert all(picture.startswith("data:image/") for picture in data["pictures"])


def test_whether_anything_answers_is_carried_where_it_is_open() -> None:
    views = ("tab=sketch&example=1&open=sketch-any-answer", "tab=compose&example=1&open=compose-any-answer")
    data = data_of(
        deck_page(Services(Settings()), Talk("", tuple(Slide(from_query(view)) for view in views)))
    )
    for slide, name in enumerate(("sketch-promise", "compose-promise")):
        assert data["slides"][slide]["opened"] == name
        assert 0 < value(data, slide, name)["p_value"] <= 1
        assert data["slides"][slide]["fixed"] == "", "no slider moves it"


def test_nothing_in_it_needs_a_server_or_another_host(page: str) -> None:
    text = page.replace("http://www.w3.org/2000/svg", "")
    assert not re.findall(r"https?://[\w.-]+", text)
    for strange in ("gradio_api", str(ROOT), "fetch(", "import(", 'type="module"', "XMLHttpRequest", "@@"):
        assert strange not in text
    assert len(page) < 15e6 / 4, "twenty such states stay below 15 MB, and they share their pictures"


class ReadyServices(FakeServices):
    """Stand-ins that never load."""

    def loading(self) -> Loading:
        """Returns that all is ready."""
        return Loading({}, {}, 0.1, True)


def own_view(words: str, name: str = "my coat.png") -> PageView:
    return PageView(task="compose", upload="0" * 24, file=name, words=(words,))


def picture() -> bytes:
    file = io.BytesIO()
    draw_garment("green", "dress", (200, 260)).save(file, "PNG")
    return file.getvalue()


def test_a_picture_of_ones_own_is_asked_with_though_the_server_has_it_no_more() -> None:
    services: Any = ReadyServices()
    talk = Talk("", (Slide(own_view("in red"), picture=picture()), Slide(own_view("in red"))))
    page, faults = answered_talk(services, talk)
    data = data_of(page)
    assert list(faults) == [2] and "not kept any more" in faults[2]
    assert data["slides"][1]["fault"] == faults[2] and data["slides"][1]["values"] == {}
    assert "your picture" in value(data, 0, "compose-reference")
    assert data["title"] == "A talk with Blendscope"


@pytest.mark.parametrize("name", ["..", "a" * 300, "\u00e9" * 200])
def test_a_picture_may_be_called_what_no_file_can_be(name: str) -> None:
    services: Any = ReadyServices()
    uploads = Path(get_upload_folder())
    _, faults = answered_talk(services, Talk("", (Slide(own_view("in red", name), picture=picture()),)))
    assert not faults
    assert not [kept for kept in uploads.iterdir() if kept.name.startswith("talk-")], "nothing of it stays"


def test_a_picture_of_ones_own_is_asked_with_in_every_tab() -> None:
    views = (
        PageView(task="field_road", upload="0" * 24, file=".."),
        PageView(task="street_to_shop", upload="0" * 24, words=("a green dress",)),
        PageView(task="sketch", upload="0" * 24, words=("a dress",)),
    )
    talk = Talk("", tuple(Slide(view, picture=picture()) for view in views))
    assert answered_talk(Services(Settings()), talk)[1] == {}


def test_a_tab_without_a_stage_says_so_and_the_other_slides_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(STAGES, "sketch")
    page, faults = answered_talk(Services(Settings()), Talk("", TALK.slides[:2]))
    assert faults == {1: "The tab \u201cSketch\u201d cannot stand in a talk yet; leave its slides out."}
    first, second = data_of(page)["slides"]
    assert first["fault"] == faults[1] and first["values"] == {}
    assert second["fault"] == "" and second["values"]


def test_an_instrument_that_a_slide_names_wrongly_is_said_on_it() -> None:
    views = [f"tab={tab}&example=1&open={wanted}" for tab in TABS[1:] for wanted in ("nonsense", "")]
    talk = Talk("", tuple(Slide(from_query(view)) for view in views))
    slides = data_of(deck_page(Services(Settings()), talk))["slides"]
    assert slides[0]["said"] == (
        "There is no instrument in a talk called 'nonsense'; choose one of field-road-each-word, field-road-where, "
        "field-road-described."
    )
    for wrong, without in zip(slides[::2], slides[1::2], strict=True):
        assert wrong["said"].startswith("There is no instrument") and "no instrument" not in without["said"]
        assert wrong["values"] == without["values"] and wrong["opened"] == ""


def test_words_that_name_a_file_bring_no_file() -> None:
    services: Any = ReadyServices()
    secret = ROOT / "LICENSE"
    words = f"gradio_api/file={secret} </script><script>alert(1)</script>"
    page = deck_page(services, Talk(words, (Slide(own_view(words), title=words, picture=picture()),)))
    assert base64.b64encode(secret.read_bytes()[:300]).decode()[:-4] not in page
    assert "<script>alert" not in page
    assert data_of(page)["slides"][0]["title"] == words


def test_a_drawing_of_strokes_is_drawn_where_nobody_has_a_pad() -> None:
    line = PenLine(((GRID // 4, GRID // 2), (3 * GRID // 4, GRID // 2)), GRID // 32)
    sheet = drawn_lines([line, PenLine(((GRID // 2, 0), (GRID // 2, GRID)), GRID // 16, erases=True)])
    assert sheet.shape == (512, 512, 3)
    row = sheet[256, :, 0]
    assert (row[140:230] == 0).all() and (row[280:370] == 0).all()
    assert (row[250:262] == 255).all() and (row[:110] == 255).all()
    view = PageView(
        task="sketch", strokes=stroke_text([line]), words=("a line",), instrument="sketch-each-stroke"
    )
    page, faults = answered_talk(Services(Settings()), Talk("", (Slide(view),)))
    assert faults == {}
    data = data_of(page)
    shown = re.search("\ue000(\\d+)\ue001", value(data, 0, "sketch-picture"))
    assert shown and "The drawing that is asked about" in value(data, 0, "sketch-picture")
    body = base64.b64decode(data["pictures"][int(shown[1])].partition(",")[2])
    assert (np.asarray(Image.open(io.BytesIO(body)).convert("RGB"))[256, 140:370] == 0).all()
    assert value(data, 0, "sketch-strokes") is not None


def test_of_a_large_gallery_those_are_carried_that_come_to_the_front(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carried, "RESULTS", 3)
    monkeypatch.setattr("demo.deck.page.ALL_CARRIED", 5)
    services: Any = ReadyServices()
    slide = Slide(PageView(task="compose", example=0))
    data = data_of(deck_page(services, Talk("", (slide,))))
    names, live = value(data, 0, "compose-catalogue"), value(data, 0, "compose-live")
    shown = {row for row, address in enumerate(names["pictures"]) if address}
    rows = np.frombuffer(base64.b64decode(live["parts"]), "<f4").reshape(3, -1)
    assert rows.shape[1] == len(names["titles"]) == len(services.gallery().items), "all are counted and named"
    assert shown == coming_first(live) and 3 <= len(shown) < len(names["titles"])
    hidden = set(live["hidden"])
    for weights in ((0.2, 0.3, 0.5), (1.0, 0.0, 0.0), (0.05, 0.9, 0.05)):
        best = [row for row in np.argsort(-(np.array(weights) @ rows), kind="stable") if row not in hidden]
        assert set(best[:3]) <= shown
    assert f"shown are the {len(shown)} that come" in data["slides"][0]["said"]


def test_small_pictures_become_smaller_before_a_deck_becomes_large(monkeypatch: pytest.MonkeyPatch) -> None:
    services: Any = ReadyServices()
    talk = Talk("", (Slide(PageView(task="compose", example=0)),))
    whole = sum(map(len, data_of(deck_page(services, talk))["pictures"]))
    monkeypatch.setattr(carried, "MOST_BYTES", whole // 3)
    small = data_of(deck_page(services, talk))["pictures"]
    assert sum(map(len, small)) < whole
    sides = [max(Image.open(io.BytesIO(base64.b64decode(each.partition(",")[2]))).size) for each in small]
    assert sorted(set(sides))[0] in carried.SIDES[1:]


@pytest.fixture
def talk_file(tmp_path: Path) -> Path:
    file = tmp_path / "talk.json"
    file.write_text(talk_json(Talk('Four "tabs"', TALK.slides[3:])), encoding="utf-8")
    return file


def test_a_hand_out_is_written_over_an_older_one_and_over_nothing_else(
    talk_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "handout"
    for _ in range(2):
        assert command.main(["handout", str(talk_file), "--out", str(out)]) == 0
    assert "1 slides" not in capsys.readouterr().out
    assert sorted(file.name for file in out.iterdir()) == ["README.md", "index.html"]
    head = (out / "README.md").read_text(encoding="utf-8")
    assert head.startswith('---\ntitle: "Four \\"tabs\\""\n') and "\nsdk: static\n" in head
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "index.html").write_text("mine")
    assert command.main(["handout", str(talk_file), "--out", str(foreign)]) == 2
    assert (foreign / "index.html").read_text() == "mine"
    assert "holds other files" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("# no talk", "not a talk of Blendscope"),
        (
            json.dumps({"format": 2, "kind": "blendscope talk", "title": "", "slides": []}),
            "another form than 1",
        ),
        (None, "There is no talk at"),
    ],
)
def test_a_broken_talk_is_one_sentence(
    text: str | None, part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "talk.json"
    if text is not None:
        file.write_text(text)
    assert command.main(["handout", str(file), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert said.out == "" and part in said.err and said.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_one_sentence(
    talk_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert command.main(["handout", str(talk_file), "--out", str(tmp_path / "file" / "below")]) == 2
    assert "cannot be read or written" in capsys.readouterr().err
    assert command.main(["handout", str(talk_file), "--out", str(tmp_path / "file")]) == 2
    assert "is a file; name a folder" in capsys.readouterr().err

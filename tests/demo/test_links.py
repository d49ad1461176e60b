"""Links: what a tab shows becomes an address, the address shows it again, and whatever else it says is one sentence."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import InputError
from core.images import open_picture
from core.settings import Settings
from core.state import LONGEST, from_query, tab_name
from core.types import Box
from demo import links
from demo.events.compose import ComposeEvents
from demo.events.compose_link import ComposeLink
from demo.events.field_road import FieldRoadEvents, FieldRoadSettings
from demo.events.field_road_link import FieldRoadLink
from demo.events.links import NothingAskedError, differences, example_of, lengthened, made_with, shortened
from demo.events.sketch import SketchEvents
from demo.events.sketch_link import SketchLink
from demo.events.sketch_sheet import AskedDrawing
from demo.events.street_to_shop import StreetToShopEvents
from demo.events.street_to_shop_link import StreetToShopLink
from demo.services import Services
from demo.widgets.pad import as_ground
from tests.demo.conftest import Served
from tests.demo.fakes import FakeModels, draw_field
from tests.demo.retrieval_fakes import FakeServices, draw_garment


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def own(tmp_path: Path) -> str:
    draw_garment("green", "dress").save(tmp_path / "my coat.png")
    return str(tmp_path / "my coat.png")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BLENDSCOPE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "links"


def event(query: object, **more: Any) -> Any:
    return SimpleNamespace(query=query, **more)


Linked = Callable[[FakeServices], tuple[Any, Any]]


def compose(services: FakeServices) -> tuple[ComposeEvents, ComposeLink]:
    tab = ComposeEvents(services)  # type: ignore[arg-type]
    return tab, ComposeLink(tab)


def shop(services: FakeServices) -> tuple[StreetToShopEvents, StreetToShopLink]:
    tab = StreetToShopEvents(services)  # type: ignore[arg-type]
    return tab, StreetToShopLink(tab)


@pytest.mark.parametrize("made", [compose, shop])
def test_an_example_by_hand_is_what_its_button_shows(services: FakeServices, made: Linked) -> None:
    tab, link = made(services)
    for number in range(len(tab.examples)):
        shown = link.linked(event(f"tab={tab_name(tab.row)}&example={number + 1}"))
        opened = tab.opened(number)
        assert (shown.sentence, shown.gallery, shown.words) == (opened.sentence, opened.gallery, opened.words)
        assert shown.showing == f"example {number}"
        view = link.asked("sum", shown.showing, shown.held)
        assert view.example == number and view.gallery and view.models


def test_a_composition_of_one_s_own_survives_its_address(services: FakeServices, own: str) -> None:
    tab, link = compose(services)
    asked = tab.uploaded(own, "the same in yellow", tab.mix_of(0))
    view = link.asked("product", asked.showing, asked.held)
    assert view is not None and view.file == "my coat.png" and view.rule == "product"
    shown = link.linked(event(view.to_query() + "&w=0.2,0.3,0.5&pooling=max&cosine=1"))
    assert shown.words == "the same in yellow" and shown.pooling == "max" and shown.renormalise
    assert shown.joining == "product" and tuple(shown.weights.weights) == (0.2, 0.3, 0.5)
    again = link.asked("product", shown.showing, shown.held)
    assert again == view
    item = tab.gallery.items[3].id
    chosen = link.linked(event(f"tab=compose&item={item}&words=in+green"))
    view = link.asked("sum", chosen.showing, chosen.held)
    assert view is not None and (view.item, view.words, view.upload) == (item, ("in green",), "")


def test_a_street_question_survives_its_address(services: FakeServices, own: str) -> None:
    tab, link = shop(services)
    asked = tab.uploaded(own)
    boxed = tab.boxed(Box(10, 20, 150, 220), (0.5, 0.5, 0.0), asked.showing, asked.held)
    worded = tab.worded("a green dress", (0.3, 0.3, 0.4), boxed.showing, boxed.held)
    view = link.asked("sum", worded.showing, worded.held)
    assert (view.words, view.box) == (("a green dress",), Box(10, 20, 150, 220))
    shown = link.linked(event(view.to_query() + "&w=0.3,0.3,0.4"))
    assert shown.gallery == worded.gallery and shown.words == "a green dress"
    assert shown.box.box == Box(10, 20, 150, 220)
    removed = tab.boxed(None, (0.5, 0.5, 0.0), "example 0", None)
    view = link.asked("sum", removed.showing, removed.held)
    assert view.example == 0 and view.box is None and view.words is not None
    assert not link.linked(event(view.to_query())).held.evidence.has_box


@pytest.mark.parametrize(
    "query", ["tab=sketch&example=2&w=0.1", "tab=field-or-road&example=2&band=0.1,0.9&coverage=0.8"]
)
def test_tabs_without_a_gallery_are_opened_and_their_tables_stay(query: str) -> None:
    services = Services(Settings())
    made = (
        SketchLink(SketchEvents(services)) if "sketch" in query else FieldRoadLink(FieldRoadEvents(services))
    )
    shown = made.linked(event(query)).given()
    assert shown["showing"] == "example 1" and shown["answer"]
    assert not shown.keys() & {"rows", "table", "trust", "reliability", "risk"}
    if "sketch" in query:
        assert shown["alpha"] == 0.1
    else:
        assert (shown["low"], shown["high"], shown["conformal"]) == (0.1, 0.9, True)


def test_an_example_with_other_words_needs_no_upload(assets: tuple[Services, FakeModels]) -> None:
    tab = SketchEvents(assets[0])
    link = SketchLink(tab)
    shown = tab.opened(0)
    pad, example = shown.pad, shown.showing
    worded = tab.worded("a blue vase", AskedDrawing(pad), 0.3, example, None)
    view = link.asked(AskedDrawing(pad), worded.showing, worded.held)
    assert view is not None and (view.example, view.words, view.upload) == (0, ("a blue vase",), "")
    again = link.linked(event(view.to_query() + "&w=0.3"))
    assert (again.words, again.pad, again.alpha) == ("a blue vase", pad, 0.3)
    assert (
        again.answer == worded.answer
        and link.asked(AskedDrawing(again.pad), again.showing, again.held) == view
    )
    written = tab.written(AskedDrawing(pad), 0.3)
    view = link.asked(AskedDrawing(pad), written.showing, written.held)
    assert view is not None and view.example == 0 and view.words in (None, ("",)) and not view.upload
    assert link.linked(event(view.to_query())).words == written.words
    drawn = as_ground(open_picture(Path(tab.examples[0].picture or ""), box=Box(0, 0, 500, 500)))
    view = link.asked(AskedDrawing(drawn), worded.showing, worded.held)
    assert view is not None and view.upload and view.example is None


def test_a_photo_of_an_example_with_other_captions_needs_no_upload(
    assets: tuple[Services, FakeModels], tmp_path: Path
) -> None:
    tab = FieldRoadEvents(assets[0])
    link = FieldRoadLink(tab)
    copied = Path(shutil.copy(tab.examples[0].picture or "", tmp_path / "copy.png"))
    settings = FieldRoadSettings(0.4, 0.6, False, 0.9, "a green meadow", "a grey street")
    worded = tab.worded(str(copied), settings)
    view = link.asked(str(copied), worded.showing, worded.held)
    assert view is not None and (view.example, view.upload) == (0, "")
    assert view.words == ("a green meadow", "a grey street")
    shown = link.linked(event(view.to_query() + "&band=0.4,0.6"))
    assert shown.picture == str(tab.examples[0].picture) and shown.answer == worded.answer
    assert link.asked(shown.picture, shown.showing, shown.held) == view
    draw_field(copied, (200, 10, 10))
    view = link.asked(str(copied), worded.showing, worded.held)
    assert view is not None and view.upload and view.example is None


def test_an_address_of_a_tab_alone_asks_nothing_where_there_are_no_examples() -> None:
    with pytest.raises(NothingAskedError):
        example_of(from_query("tab=compose"), 0)
    for query, says in (("tab=compose&words=red", "names a picture"), ("tab=compose&example=1", "has 0 in")):
        with pytest.raises(InputError, match=says) as refused:
            example_of(from_query(query), 0)
        assert not isinstance(refused.value, NothingAskedError)


@pytest.mark.fault_rows(38)
@pytest.mark.parametrize(
    ("query", "says"),
    [
        (None, "form that cannot be read"),
        (["tab=compose"], "form that cannot be read"),
        ("tab=compose&example=99", "example 99; this page has"),
        ("tab=compose&w=1", "1 weights; this tab has 3"),
        ("tab=compose&w=nan,0,1", "NaN"),
        ("tab=compose&w=1,-1,0", "cancel|weight"),
        ("tab=compose&pooling=mode", "pooling"),
        ("tab=compose&rule=dice", "rule of joining"),
        ("tab=compose&item=nothing+here&words=in+red", "no picture of the name"),
        ("tab=compose&upload=0123456789abcdef&file=holiday.jpg&words=x", "upload \u201choliday.jpg\u201d again"),
        ("tab=sketch", "another tab"),
        ("tab=compose&words=" + "x" * LONGEST, "longer than"),
    ],
)  # fmt: skip
def test_a_link_that_cannot_be_shown_is_one_sentence(services: FakeServices, query: Any, says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        compose(services)[1].linked(event(query))
    assert str(refused.value).endswith(".")


def test_what_differs_is_said(services: FakeServices) -> None:
    tab, link = compose(services)
    made = made_with(tab.questions[0].evidence, tab.gallery)
    view = from_query("tab=compose&example=1&profile=pocket&models=00000000&gallery=11111111")
    assert len(differences(view, made)) == 2 and not differences(from_query("tab=compose"), made)
    other = from_query("tab=compose&profile=paper&models=00000000")
    assert differences(other, made) == [
        "This link was made with the models of the profile \u201cpaper\u201d; here those of "
        "\u201cpocket\u201d answer."
    ]
    shown = link.linked(event(view.to_query()))
    assert "other models" in shown.sentence and "another gallery" in shown.sentence


def test_parts_that_a_tab_does_not_use_are_said(services: FakeServices) -> None:
    shown = compose(services)[1].linked(event("tab=compose&example=1&box=0,0,9,9&coverage=0.9"))
    assert "This link also has box and coverage, which this tab does not use." in shown.sentence


@pytest.mark.parametrize(
    ("variables", "headers", "address"),
    [
        ({}, {"host": "127.0.0.1:7860"}, "http://127.0.0.1:7860/"),
        ({}, {"host": "[::1]:7860"}, "http://[::1]:7860/"),
        ({}, {"host": "demo.local", "X-Forwarded-For": "10.0.0.1"}, None),
        ({}, {"host": "a b/<i>"}, None),
        ({}, {}, None),
        ({"SPACE_HOST": "me-blend.hf.space"}, {"host": "10.0.0.7"}, "https://me-blend.hf.space/"),
        ({"GRADIO_ROOT_PATH": "https://example.org/blend/"}, {"host": "x"}, "https://example.org/blend/"),
        ({"GRADIO_ROOT_PATH": "/blend"}, {"host": "x"}, None),
    ],
)
def test_the_page_s_own_address_is_told_where_it_is_known(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], headers: dict[str, str], address: str | None
) -> None:
    for name in ("SPACE_HOST", "GRADIO_ROOT_PATH"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert links.page_address(headers) == address


def test_the_name_of_a_picture_says_nothing_of_its_content(own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name = links.upload_name(own)
    assert links.upload_of(name, "") == own and links.upload_name(own) == name
    drawing = Path(own).read_bytes()
    assert links.upload_of(links.upload_name(drawing), "") == drawing
    monkeypatch.setattr(links, "_secret", b"of another process")
    assert links.upload_name(own) != name
    Path(own).unlink()
    with pytest.raises(InputError, match="upload the picture again"):
        links.upload_of(links.upload_name(drawing)[::-1], "")


def test_a_long_link_is_kept_under_a_short_name(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "tab=compose&words=" + "red+" * 480
    short = shortened(event(query)).address["short"]
    assert links.SHORT.fullmatch(short)
    assert lengthened(event(f"s={short}")).address == {"long": query, "of": f"s={short}"}
    assert "unknown here" in lengthened(event("s=../../../etc/passwd")).notice
    with pytest.raises(InputError, match="has no link|longer than"):
        links.shorten("x" * (LONGEST + 1))
    monkeypatch.setattr(links, "KEPT_LINKS", 3)
    names = [links.shorten(f"tab=compose&words={number}") for number in range(4)]
    assert len(list(cache.iterdir())) == 3
    old = time.time() - (links.KEPT_DAYS + 1) * 24 * 3600
    for file in cache.iterdir():
        os.utime(file, (old, old))
    links.shorten(query)
    assert len(list(cache.iterdir())) == 1
    with pytest.raises(InputError, match="unknown here"):
        links.lengthen(names[-1])


def test_a_short_link_leads_to_the_page_and_no_address_is_told_to_others(served: Served) -> None:
    answer = served.http.get("/s/abc-DEF_123", follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "../?s=abc-DEF_123"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert served.http.get("/?tab=compose&example=1").headers["referrer-policy"] == "no-referrer"
    assert served.http.get("/s/%3Cb%3E", follow_redirects=False).status_code == 404


def test_no_two_answers_to_a_page_are_equal(cache: Path) -> None:
    # Gradio tells a page only of a value that differs from the last one.
    first, second = (shortened(event("tab=compose&example=1", turn=turn)).address for turn in (1, 2))
    assert first["short"] == second["short"] and first != second

"""The panel of the talk, behind the page: what the server does for it, waiting its turn slide by slide."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.errors import InputError, SettingsError
from core.settings import Settings
from core.state import PageView, from_query
from core.talk import Slide, Talk, picture_address, talk_json, talk_of_json
from core.types import Box
from demo import visitors
from demo.links import upload_name, upload_of
from demo.panels.steps import Report, Step, steps
from demo.panels.talk import LARGEST_KEPT, TALK, TalkDesk, _numbered
from demo.visitors import Visitors
from tests.demo.conftest import Served

TALK_OF_TWO = Talk(
    "Two", (Slide(from_query("tab=sketch&example=1")), Slide(from_query("tab=compose&w=1,0,0")))
)


def event(**data: Any) -> Any:
    return SimpleNamespace(number=7, **data)


def desk(give: Any = None, opened: Talk | None = None) -> TalkDesk:
    return TalkDesk(None, give, opened)  # type: ignore[arg-type]


def noise(width: int, height: int) -> bytes:
    file = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_a_picture_of_one_s_own_is_kept_as_it_came(tmp_path: Path) -> None:
    file = tmp_path / "my coat.png"
    file.write_bytes(noise(30, 20))
    view = PageView(task="compose", upload=upload_name(file), file="my coat.png", words=("in red",))
    kept = desk().kept(event(query=view.to_query()))
    assert kept["slide"] == {"view": view.to_query(), "picture": picture_address(file.read_bytes())}
    assert not kept["says"]
    # Asked for again after the upload has gone: under another name, for the bytes are there.
    file.unlink()
    placed = from_query(desk().placed(event(**kept["slide"]))["view"])
    assert placed.upload != view.upload and placed.words == ("in red",)
    assert upload_of(placed.upload, placed.file) == noise(30, 20)


def test_a_large_picture_is_kept_smaller_with_its_box(tmp_path: Path) -> None:
    file = tmp_path / "photo.png"
    file.write_bytes(noise(2048, 1024))
    assert file.stat().st_size > LARGEST_KEPT
    view = PageView(
        task="street_to_shop", upload=upload_name(file), file="photo.png", box=Box(200, 100, 1000, 900)
    )
    kept = desk().kept(event(query=view.to_query()))
    assert from_query(kept["slide"]["view"]).box == Box(100, 50, 500, 450)
    assert "1024 x 512 pixels" in kept["says"] and len(kept["slide"]["picture"]) < 2_000_000


def test_a_file_is_read_and_the_talk_of_the_start_is_fetched_when_wanted() -> None:
    text = talk_json(TALK_OF_TWO)
    assert desk().read(event(text=text)) == {"talk": json.loads(text)}
    started = desk(opened=TALK_OF_TWO)
    offered = started.offered()
    assert offered and offered["offered"]["count"] == 2 and "slides" not in str(offered)
    assert started.fetched(event()) == {"talk": json.loads(text)}
    assert desk().offered() is None


@pytest.mark.fault_rows(90)
def test_what_cannot_be_used_is_one_sentence_that_names_its_request() -> None:
    for name, given in (
        ("read", {"text": "{"}), ("read", {}), ("read", {"text": ["x"]}), ("fetched", {}), ("kept", {"query": "tab=x"}),
        ("kept", {"query": "tab=compose&upload=0123456789abcdef&file=coat.png"}), ("shortened", {"query": "tab=x"}),
        ("placed", {"view": "tab=compose", "picture": "data:image/png;base64,PGI+"}), ("placed", {"view": 7}),
    ):  # fmt: skip
        answer = _numbered(getattr(desk(), name))(event(**given))
        assert answer.keys() == {"failed", "number"} and answer["number"] == 7, (name, given)
        assert answer["failed"].endswith(".") and "\n" not in answer["failed"]


def test_a_talk_is_made_slide_by_slide() -> None:
    def give(_services: Any, talk: Talk, report: Report) -> str:
        for number in range(len(talk.slides)):
            report(number + 1, len(talk.slides))
        return "<!doctype html>"

    made = [*desk(give).made(event(text=talk_json(TALK_OF_TWO)))]
    assert made == [
        {"done": 1, "of": 2, "number": 7},
        {"done": 2, "of": 2, "number": 7},
        {"page": "<!doctype html>", "number": 7},
    ]


@pytest.mark.fault_rows(90)
def test_a_talk_that_cannot_be_made_says_why(caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: Any) -> str:
        raise RuntimeError("inside")

    (said,) = desk(broken).made(event(text=talk_json(TALK_OF_TWO)))
    assert "error id" in said["failed"] and "inside" not in said["failed"]
    slides = [{"view": "tab=sketch"}] * 1000
    many = json.dumps({"format": 1, "kind": "blendscope talk", "title": "", "slides": slides})
    assert "1,000 slides" in next(desk(broken).made(event(text=many)))["failed"]


def test_work_in_steps_rests_between_them_and_ends_when_nobody_asks_for_the_next() -> None:
    did: list[int] = []

    def work(report: Report) -> str:
        for number in range(5):
            did.append(number)
            report(number + 1, 5)
        return "done"

    walk = steps(work)
    assert next(walk) == Step(1, 5) and did == [0]
    assert next(walk) == Step(2, 5) and did == [0, 1]
    walk.close()
    assert did == [0, 1]
    assert [*steps(work)][-1] == "done"
    with pytest.raises(InputError, match="no"):
        next(steps(lambda report: (_ for _ in ()).throw(InputError("no"))))


def test_each_slide_waits_its_turn_at_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """A talk holds the lane of the models for one slide at a time: between two of them somebody else is let in."""
    order: list[str] = []
    page = Visitors()
    page.queue()
    talk: Any = SimpleNamespace(queue=True, concurrency_id=TALK["concurrency_id"], concurrency_limit=2)
    model: Any = SimpleNamespace(queue=True, concurrency_id="model", concurrency_limit=1)

    async def one(name: str, block: Any, queued: bool) -> None:
        async with page._lane(block, queued=queued):
            order.append(name)
            await asyncio.sleep(0)

    async def slides() -> None:
        for number in range(3):
            await one(f"slide {number}", talk, True)

    async def whole() -> None:
        await asyncio.gather(slides(), one("another", model, False))

    with ThreadPoolExecutor(1) as thread:  # in this one a browser test may have left its loop running
        thread.submit(lambda: asyncio.run(whole())).result()
    assert order == ["slide 0", "another", "slide 1", "slide 2"]
    assert visitors.TURNS_OF == {"talk": "model"} and page._lanes.keys() == {"model"}


def test_nothing_of_it_is_public(served: Served) -> None:
    named = served.http.get("/gradio_api/info").json()["named_endpoints"]
    assert not {"/keep", "/read", "/fetched", "/placed", "/made", "/coded", "/kept"} & named.keys()


@pytest.fixture
def talk_file(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "talk.json"
    file.write_text(talk_json(TALK_OF_TWO), encoding="utf-8")
    yield file


@pytest.mark.fault_rows(90)
def test_the_start_opens_a_talk_or_says_why_not(talk_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import app

    settings = Settings.from_environment({}, talk=str(talk_file))
    assert app._opened_talk(settings) == talk_of_json(talk_file.read_text(encoding="utf-8"))
    assert Settings.from_environment({"BLENDSCOPE_TALK": "a.json"}).talk == Path("a.json")
    with pytest.raises(SettingsError, match="cannot be read"):
        app._opened_talk(Settings.from_environment({}, talk=str(talk_file.parent)))
    talk_file.write_text("{}", encoding="utf-8")
    assert app.main(["--talk", str(talk_file)]) == app.BAD_START
    shown = capsys.readouterr()
    assert shown.err.splitlines()[-1].startswith("Blendscope cannot start: This file is not a talk")
    assert not shown.out

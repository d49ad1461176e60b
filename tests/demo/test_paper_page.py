"""Page and endpoints on the paper profile: tiny models from a Hub on this machine, and what is said without them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from core.errors import ArtifactError, InputError, NotReadyError
from core.hub import pins_of
from core.hub.fetch import fetch_all
from core.images import encode_png, on_sheet, open_picture
from core.index.build import build_gallery
from core.settings import Settings
from core.types import Box
from demo.events.sketch import SketchEvents
from demo.events.sketch_sheet import AskedDrawing
from demo.events.street_to_shop import StreetToShopEvents
from demo.page import build, launch_options
from demo.services import Services
from demo.widgets.pad import PREFIX
from tests.hub_server import HubServer
from tests.paper import paper_models, serve_tiny
from tests.pocket import painted

CALLS: dict[str, list[Any]] = {
    "classify_sketch": ["a dog", 0.5, 3],
    "compare_field_road": ["this is a photo of a field", "this is a photo of a road.", 0.4, 0.6, 0.9],
    "find_in_shop": [[4, 4, 90, 60], "a red dress", 0.5, 0.2, 0.3, 3],
    "compose": ["in red", 0.1, 0.2, 0.7, "max", 3],
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tiny")


@pytest.fixture
def services(hub_server: HubServer, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    serve_tiny(hub_server, tiny, monkeypatch)
    return Services(Settings("paper", cache=tmp_path / "own"))


@pytest.fixture
def page(services: Services) -> Iterator[TestClient]:
    options = {name: value for name, value in launch_options().items() if name != "quiet"}
    site = gr.mount_gradio_app(FastAPI(), build(services), "/", **options)
    with TestClient(site, "http://127.0.0.1:7860", raise_server_exceptions=False) as http:
        yield http


def call(http: TestClient, endpoint: str) -> Any:
    file = encode_png(painted(3).pixels)
    path = http.post("/gradio_api/upload", files={"files": ("asked.png", file)}).json()[0]
    picture = {"path": path, "meta": {"_type": "gradio.FileData"}, "orig_name": "asked.png"}
    return http.post(f"/gradio_api/run/{endpoint}", json={"data": [picture, *CALLS[endpoint]]})


@pytest.mark.fault_rows(47)
def test_without_files_each_endpoint_says_which_command_gets_them_and_then_answers(
    page: TestClient, hub_server: HubServer
) -> None:
    for endpoint in CALLS:
        reply = call(page, endpoint)
        assert reply.status_code != 200 and "Traceback" not in reply.text
        assert "python -m core models --fetch paper --task" in reply.json()["error"]
    assert not hub_server.requests
    fetch_all(pins_of())
    answers = {endpoint: call(page, endpoint).json()["data"][0] for endpoint in CALLS}
    assert all(answer["profile"] == "paper" for answer in answers.values())
    assert answers["classify_sketch"]["models"]["head"].startswith("zero-shot")
    for candidate in answers["classify_sketch"]["classes"]:
        assert candidate["picture_part"] + candidate["words_part"] == pytest.approx(
            candidate["logit"], rel=1e-9
        )
    road = answers["compare_field_road"]
    assert road["head"] is None and road["agree"] is None and road["conformal_set"] is None
    assert road["verdict"] in ("field", "road", "unsure")
    for endpoint in ("find_in_shop", "compose"):
        hits = answers[endpoint]["hits"]
        assert len(hits) == 3 and sum(hits[0]["parts"].values()) == pytest.approx(hits[0]["score"], rel=1e-9)
        assert hits[0]["score"] >= hits[1]["score"] >= hits[2]["score"]
    again = call(page, "compose").json()["data"][0]
    own = {"view", "link"}  # each upload has a name of its own
    assert {key: again[key] for key in again.keys() - own} == {
        key: value for key, value in answers["compose"].items() if key not in own
    }, "the gallery is made once"


def test_another_caption_of_a_worked_example_is_answered_by_the_models_in_use(services: Services) -> None:
    fetch_all(pins_of("sketch"))
    tab = SketchEvents(services)
    sheet = on_sheet(open_picture(tab.examples[0].picture or ""))
    drawing = PREFIX + base64.b64encode(encode_png(sheet.pixels)).decode()
    page = tab.worded("a red bicycle", AskedDrawing(drawing), 0.5, "example 0", None)
    evidence = page.held
    assert page.showing == "own" and evidence.caption.sentence == "a red bicycle"
    assert evidence.profile == "paper" and evidence.models == services.task("sketch").models
    same = tab.worded(tab.questions[0].caption.sentence, AskedDrawing(drawing), 0.5, "example 0", None).held
    assert same.profile == "paper", "Enter asks the models in use, even where the words are the example's"
    own = services.task("sketch").evidence(sheet, "a red bicycle")
    np.testing.assert_allclose(evidence.picture_logits, own.picture_logits, atol=1e-5)
    with pytest.raises(InputError, match="Other models"):
        services.task("sketch").with_words(tab.questions[0], "a red bicycle")


def test_words_and_box_of_a_worked_example_are_not_mixed_with_another_profiles_picture(
    services: Services,
) -> None:
    fetch_all(pins_of("street-to-shop"))
    tab = StreetToShopEvents(services)
    number = next(i for i, example_question in enumerate(tab.questions) if example_question.evidence.has_box)
    task, question = services.task("street_to_shop"), tab.questions[number]
    held = tab.worded("a red dress", (0.4, 0.2, 0.4), f"example {number}", None).held
    assert held.evidence.profile == "paper" and held.evidence.models == task.models
    assert held.evidence.has_box and held.evidence.caption.sentence == "a red dress"
    whole = task.evidence(open_picture(question.source), None, "a red dress")
    np.testing.assert_allclose(held.evidence.parts[:2], whole.parts[:2], atol=1e-4)
    held = tab.boxed(Box(4, 4, 60, 60), (0.4, 0.2, 0.4), f"example {number}", None).held
    assert held.evidence.models == task.models
    with pytest.raises(InputError, match="Other models"):
        task.with_box(question.evidence, open_picture(question.source), None)


@pytest.mark.parametrize("bundle", [False, True], ids=["a folder", "a bundle"])
def test_a_gallery_of_ones_own_goes_on_when_another_model_comes(
    services: Services, tmp_path: Path, bundle: bool
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for seed in range(4):
        (folder / f"{seed}.png").write_bytes(encode_png(painted(seed).pixels))
    fetch_all(pins_of("compose"))
    gallery = folder
    if bundle:
        gallery = tmp_path / "mine"
        build_gallery(folder, gallery, encoders=paper_models(tmp_path / "own").gallery_encoders())
    own = Services(Settings("paper", gallery=gallery, cache=tmp_path / "own"))
    assert len(own.task("compose").gallery.items) == 4
    with pytest.raises(NotReadyError, match="--task street-to-shop"):
        own.task("street_to_shop")
    fetch_all(pins_of("street-to-shop"))
    if bundle:
        with pytest.raises(ArtifactError, match=r"knows no garment model.*--out mine --profile paper`"):
            own.task("street_to_shop")
    else:
        assert own.task("street_to_shop").gallery.vectors("garment").shape[0] == 4
    assert len(own.task("compose").gallery.items) == 4
    again = Services(Settings("paper", gallery=gallery, cache=tmp_path / "own"))
    assert len(again.task("compose").gallery.items) == 4

"""The panel of models: what is missing, a download from the page, and the tasks that start to answer after it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from core.hub import digests, jobs, pins_of
from core.hub.fetch import fetch_all
from core.settings import Settings
from core.task_table import TASKS
from demo.panels.models import Panel
from demo.services import Services
from demo.widgets.models import ModelLine, download_bar, models_table
from tests.hub_server import Fault, HubServer
from tests.paper import serve_tiny


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tiny")


@pytest.fixture
def services(hub_server: HubServer, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    serve_tiny(hub_server, tiny, monkeypatch)
    monkeypatch.setattr(jobs, "FETCHES", jobs.BackgroundFetch())
    return Services(Settings("paper", cache=tmp_path / "own"))


def named(shown: tuple[Any, ...]) -> dict[str, Any]:
    fold, timer, table, progress, stop, others, *buttons = shown
    return {
        "title": fold["label"], "ticking": timer.active, "table": table, "progress": progress,
        "stop": stop["visible"], "others": others["choices"],
        "buttons": dict(zip((task.name for task in TASKS), buttons, strict=True)),
    }  # fmt: skip


def test_what_is_missing_is_said_and_offered_with_its_size(services: Services) -> None:
    shown = named(Panel(services).shown())
    assert "0 of 6" in shown["title"] and not shown["ticking"] and not shown["stop"]
    assert shown["table"].count("is missing") == 12
    assert [name for _, name in shown["others"]] == [
        "blip2-flan-t5", "blip2-opt", "dinov2-giant", "blip-vqa", "smollm2", "blip-itm-base",
    ]  # fmt: skip
    assert shown["others"][2][0] == "facebook/dinov2-giant (optional for Sketch, 4.5 GB)"
    assert shown["buttons"]["field-road"]["value"] == "Get those of Field or road (0.6 GB)"
    assert all(button["visible"] for button in shown["buttons"].values())


def test_the_page_does_not_read_the_models_to_show_them(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch_all(pins_of("field-road"))
    (Path(os.environ["BLENDSCOPE_CACHE"]) / "hub" / "verified.json").unlink()
    monkeypatch.setattr(digests, "_here", {})  # as if another tool had fetched them
    for name in ("sha256_of", "git_digest_of"):
        monkeypatch.setattr(digests, name, lambda path: pytest.fail(f"{path.name} was read"))
    assert "1 of 6" in named(Panel(services).shown())["title"]


def test_a_download_from_the_page_lets_its_task_answer(services: Services) -> None:
    services.start_warming().join(60)
    assert services.loading().states["field_road"] == "failed"
    panel = Panel(services)
    started = named(panel.start("field-road"))
    assert started["ticking"] or "1 of 6" in started["title"]
    jobs.FETCHES.wait(30)
    shown = named(panel.shown())
    assert "1 of 6" in shown["title"] and not shown["buttons"]["field-road"]["visible"]
    assert services.task("field_road").head is None
    deadline = time.monotonic() + 60
    while services.loading().states["field_road"] != "ready" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert services.loading().states["field_road"] == "ready"


def test_while_it_comes_there_is_a_bar_and_only_a_way_to_stop(
    services: Services, hub_server: HubServer
) -> None:
    hub_server.faults.append(Fault("open_clip_model.safetensors", pause=0.2))
    panel = Panel(services)
    panel.start("field-road")
    deadline = time.monotonic() + 20
    while not jobs.FETCHES.state.file and time.monotonic() < deadline:
        time.sleep(0.02)
    shown = named(panel.shown())
    assert "<progress" in shown["progress"] and shown["stop"] and shown["ticking"]
    assert not any(button["visible"] for button in shown["buttons"].values())
    panel.stop()
    jobs.FETCHES.wait(30)
    assert "what has come is kept" in named(panel.shown())["progress"]


def test_a_download_that_fails_says_why(services: Services, hub_server: HubServer) -> None:
    hub_server.faults.append(Fault("open_clip_config.json", status=403, times=9))
    panel = Panel(services)
    panel.start("field-road")
    jobs.FETCHES.wait(30)
    shown = named(panel.shown())
    assert "timm/vit_base_patch32_clip_224.openai" in shown["progress"] and not shown["ticking"]
    assert shown["buttons"]["field-road"]["visible"]


def test_a_model_that_offers_a_choice_is_fetched_alone(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    monkeypatch.setattr(jobs.FETCHES, "_fetch", lambda pins, *rest, **named: started.extend(pins))
    panel = Panel(services)
    assert "Choose one" in named(panel.start_other(None))["progress"]
    assert "Choose one" in named(panel.start_other("dinov2-base"))["progress"]
    panel.start_other("smollm2")
    jobs.FETCHES.wait(10)
    assert [pin.name for pin in started] == ["smollm2"]


def test_a_model_chosen_by_name_has_its_button_though_its_size_is_unknown(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLENDSCOPE_MODELS", "joint=ViT-L-14/laion2b_s32b_b82k")
    button = named(Panel(services).shown())["buttons"]["field-road"]
    assert button["visible"] and button["value"] == "Get those of Field or road (size not known yet)"


def test_visitors_of_a_space_start_no_download(
    services: Services, hub_server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPACE_ID", "owner/space")
    shown = named(Panel(services).start("sketch"))
    assert "preload_from_hub" in shown["progress"] and not hub_server.requests
    assert not any(button["visible"] for button in shown["buttons"].values())


def test_the_table_escapes_and_the_bar_tells_both_numbers() -> None:
    shown = models_table([ModelLine("<b>", "owner/<x>", 1_500_000_000, "mit", "here", "cpu, float32")])
    assert "<x>" not in shown and "1.5 GB" in shown and "cpu, float32" in shown
    assert "0.5 GB of 2.0 GB" in download_bar(500_000_000, 2_000_000_000, "model.safetensors")
    assert 'value="0.0000"' in download_bar(0, 0, "")

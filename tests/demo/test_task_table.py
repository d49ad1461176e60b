"""The page derives from the table of tasks: its tabs, in that order, its endpoints, and what is said of others."""

from __future__ import annotations

import re
from typing import Any

import pytest

from core.errors import SettingsError
from core.task_table import TASKS
from demo.services import Services
from tests.demo.conftest import Served
from tests.demo.fakes import FakeSketchHead, services_with_examples


def test_the_page_shows_the_tabs_of_the_table_in_its_order(served: Served) -> None:
    components = served.http.get("/config").json()["components"]
    tabs = [component["props"] for component in components if component["type"] == "tabitem"]
    assert [tab["label"] for tab in tabs if tab["elem_id"].startswith("tab-")] == [
        task.title for task in TASKS
    ]


def test_the_endpoints_are_those_of_the_table(served: Served) -> None:
    described = served.http.get("/gradio_api/info").json()["named_endpoints"]
    endpoints = [task.endpoint for task in TASKS]
    assert [name for name in described if name in endpoints] == endpoints
    others = [name for name in described if name not in (*endpoints, "/answer_view")]
    assert all(re.match(r"/(vary|try|where|map)_", name) for name in others)


def test_an_unknown_endpoint_is_one_sentence_with_the_known_ones(served: Served) -> None:
    reply = served.ask("juggle")
    sentence = reply.json()["error"]
    assert reply.status_code == 404 and sentence.endswith(".") and "\n" not in sentence
    assert all(task.endpoint in sentence for task in TASKS)


def test_an_unknown_task_is_one_sentence_with_the_known_ones(tmp_path: Any) -> None:
    services, _ = services_with_examples(tmp_path)
    with pytest.raises(SettingsError, match="no task called 'juggling'; choose one of sketch, .*, compose"):
        services.task("juggling")


def test_a_profile_without_a_task_says_so(tmp_path: Any) -> None:
    services, _ = services_with_examples(tmp_path)

    class Half:
        profile = "half"

    given: Any = Half()
    with pytest.raises(Exception, match="The models of the profile 'half' do not answer 'Sketch'"):
        Services(services.settings, models=given, assets=tmp_path).task("sketch")


def test_what_is_known_about_weights_is_read_once(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    services, _ = services_with_examples(tmp_path)
    read: list[Any] = []
    monkeypatch.setattr(
        "demo.services.read_manifest", lambda folder: read.append(folder) or FakeSketchHead.manifest
    )
    assert services.manifest("sketch") is services.manifest("sketch") and len(read) == 1


def test_weights_that_come_while_the_app_runs_are_seen(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, _ = services_with_examples(tmp_path)
    assert services.manifest("mine") is None
    monkeypatch.setattr("demo.services.read_manifest", lambda folder: FakeSketchHead.manifest)
    assert services.manifest("mine") is not None

"""Fields and marks of the whole page: a field has a name of its own, words count by themselves, nothing flickers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demo.conftest import Served


@pytest.fixture(scope="module")
def config(served: Served) -> dict[str, Any]:
    """What the page is made of."""
    answer: dict[str, Any] = served.http.get("/config").json()
    return answer


def test_no_button_stands_inside_the_label_of_a_field(config: dict[str, Any]) -> None:
    fields = [component["props"] for component in config["components"] if component["type"] == "textbox"]
    assert len(fields) > 5
    crowded = [field["label"] for field in fields if field.get("submit_btn") or field.get("buttons")]
    assert not crowded, "a click on such a label presses the button, and the field has no name"


def test_no_event_covers_an_answer_while_it_runs(config: dict[str, Any]) -> None:
    marks = {
        component["id"]
        for component in config["components"]
        if "thinking" in (component["props"].get("elem_classes") or ())
    }
    assert marks
    for event in config["dependencies"]:
        shown_on = set(event["show_progress_on"] or ())
        quiet = (
            event["show_progress"] == "hidden" or event["api_visibility"] == "public" or not event["outputs"]
        )
        assert quiet or (shown_on and shown_on <= marks), event["targets"]

"""What the server makes of a figure that a browser sends: an archive, or one sentence."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from core.settings import Settings
from demo.panels.figures import saved
from demo.services import Services
from tests.core.figures.made import figure_value


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    """What stands behind the page, without any model."""
    yield Services(Settings())


def event(**changed: Any) -> SimpleNamespace:
    """Returns what the page sends."""
    value = figure_value("promise")
    sent = {
        "number": 3,
        "tab": "compose",
        "query": "tab=compose&example=1",
        "kind": "promise",
        "name": "Any answer?",
        "searched": "",
    }
    return SimpleNamespace(
        **(sent | {"evidence": value["evidence"], "size": "column", "dark": True} | changed)
    )


def test_a_figure_comes_back_with_what_only_the_server_knows(services: Services) -> None:
    answer = saved(services, event())
    assert answer["number"] == 3 and answer["name"] == "compose-any-answer-column-dark.zip"
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(answer["archive"])))
    assert len(archive.namelist()) == 7 and all(name.startswith("compose-any") for name in archive.namelist())
    told = json.loads(archive.read("compose-any-answer-column-dark.json"))
    assert told["profile"] == "pocket" and set(told["models"]) == {"joint", "combiner"}
    assert told["measured"] and told["licence"] == "Pictures: those that come with Blendscope, Apache-2.0."
    assert saved(services, event())["archive"] == answer["archive"], "the same bytes again"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"size": "poster"}, "for one column, two columns or a slide"),
        ({"dark": "yes"}, "for one column, two columns or a slide"),
        ({"tab": None}, "a form that cannot be read"),
        ({"evidence": [1]}, "a form that cannot be read"),
        ({"kind": "pie"}, "must be one of"),
        ({"query": "tab=compose&w=nan,1,1"}, "weights of this link"),
        ({"query": "tab=compose&" + "x" * 30_000}, "longer than"),
        ({"evidence": figure_value("promise", p_value=float("inf"))["evidence"]}, "between 0 and 1"),
        ({"evidence": {**figure_value("promise")["evidence"], "file": "/etc/passwd"}}, "does not know"),
        ({"evidence": figure_value("promise", question={"picture": "/etc/passwd"})["evidence"]}, "in base64"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(services: Services, changed: dict[str, Any], said: str) -> None:
    answer = saved(services, event(**changed))
    assert set(answer) == {"number", "reason"} and answer["number"] == 3
    assert said in answer["reason"] and "\n" not in answer["reason"]

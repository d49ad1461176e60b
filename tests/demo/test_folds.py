"""The names by which links open instruments are those of the page, tab by tab, and a talk opens no others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from core.settings import Settings
from core.task_table import TASKS, Task
from demo.answers.instruments import FOLDS
from demo.deck.page import STAGES
from demo.events.compose import ComposeEvents
from demo.events.compose_link import ComposeLink
from demo.page import build
from demo.services import Services
from tests.demo.retrieval_fakes import FakeServices


@pytest.fixture(scope="module")
def services() -> Services:
    return Services(Settings())


@pytest.fixture(scope="module")
def folds(services: Services) -> dict[str, set[str]]:
    """Title of a tab -> the names of its instruments."""
    named: dict[str, set[str]] = {}
    for block in build(services).blocks.values():
        if isinstance(block, gr.Accordion) and "closer" in block.elem_classes:
            tab = block.parent
            while tab is not None and not isinstance(tab, gr.Tab):
                tab = tab.parent
            assert tab is not None
            named.setdefault(str(tab.label), set()).add(str(block.elem_id))
    return named


@pytest.mark.parametrize("task", [task for task in TASKS if task.key in FOLDS], ids=lambda task: task.key)
def test_links_know_the_instruments_of_a_tab(task: Task, folds: dict[str, set[str]]) -> None:
    assert set(FOLDS[task.key]) == folds[task.title]


@pytest.mark.parametrize("key", STAGES)
def test_a_talk_opens_what_the_tab_has(key: str, services: Services) -> None:
    opened = set(STAGES[key](services).instruments)
    assert opened and opened <= set(FOLDS[key])


@pytest.mark.parametrize(("wanted", "told"), [("nonsense", True), ("compose-closer", False)])
def test_an_instrument_that_no_tab_has_is_said_with_those_that_there_are(wanted: str, told: bool) -> None:
    services: Any = FakeServices()
    link = ComposeLink(ComposeEvents(services))
    shown = link.linked(SimpleNamespace(query=f"tab=compose&example=1&open={wanted}"))
    sentence = "There is no instrument called &#x27;nonsense&#x27;; choose one of compose-closer, "
    assert (sentence in shown.sentence) == told

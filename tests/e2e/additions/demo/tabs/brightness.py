"""The brightness tab: layout and connections only."""

from __future__ import annotations

from functools import partial

from demo.events.brightness import TASK, BrightnessEvents, BrightnessFields

from demo.answers.report import question_line
from demo.pieces import bench, shown_html, thinking_mark
from demo.services import Services
from demo.widgets.picture import picture_button
from demo.wiring import Wiring


def build(services: Services) -> None:
    """Lays the tab out and connects its events; called inside a `gr.Tab`.

    Args:
        services: what answers.
    """
    tab = BrightnessEvents(services)
    first = tab.opened()
    shown_html(question_line(TASK))
    _connect(tab, bench(_question, partial(_answer, first)))


def _question() -> BrightnessFields:
    return BrightnessFields(upload=picture_button("Upload a picture"))


def _answer(first: BrightnessFields) -> BrightnessFields:
    return BrightnessFields(mark=thinking_mark(), notice=shown_html(), answer=shown_html(first.answer))


def _connect(tab: BrightnessEvents, page: BrightnessFields) -> None:
    Wiring(page).asks(page.upload.upload, tab.uploaded, [page.answer])

"""The brightness tab: layout and connections only."""

from __future__ import annotations

import gradio as gr
from demo.events.brightness import TASK, BrightnessEvents, BrightnessFields

from demo.answers.report import question_line
from demo.pieces import answer_column, question_column, shown_html, thinking_mark
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
    with gr.Row(elem_classes="bench"):
        with question_column():
            upload = picture_button("Upload a picture")
        with answer_column():
            mark, notice, answer = thinking_mark(), shown_html(), shown_html(first.answer)
    page = BrightnessFields(upload=upload, mark=mark, notice=notice, answer=answer)
    Wiring(page).asks(page.upload.upload, tab.uploaded, "answer")

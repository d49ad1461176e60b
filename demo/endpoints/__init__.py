"""The public endpoints: the same tasks and instruments as in the tabs, typed and documented, for programs.

They are component events on hidden components, so that uploads go through gradio's checked upload folder.
Numbers come through unbounded number fields and the box through JSON, as whatever the client sent; each is
checked here or in the tasks, and a refusal is one sentence.
"""

from __future__ import annotations

from importlib import import_module

import gradio as gr

from core.task_table import TASKS
from demo.services import Services

OTHERS = ("views", "words", "sketch_ink", "places", "maps")
"""Rooms of endpoints that answer a view, or look into an answer where that costs time."""


def build(services: Services) -> None:
    """Adds the endpoint of each task to the page that is being built.

    Args:
        services: what answers.
    """
    with gr.Column(visible=False):
        for task in TASKS:
            import_module(f"demo.endpoints.{task.key}").build(services)
        for other in OTHERS:
            import_module(f"demo.endpoints.{other}").build(services)

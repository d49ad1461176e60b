"""Train your own, inside the field-or-road tab: two drop zones, a Train button, curves that grow; layout and events."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from core.errors import BlendscopeError
from demo import copy
from demo.answers import field_road_own as view
from demo.pieces import FOLLOW, kept_state, notice, shown_html
from demo.services import Services
from demo.widgets.picture import picture_files, picture_input
from demo.widgets.picture_table import PictureTable

if TYPE_CHECKING:
    from core.own_head.head import OwnHead

TRAINING: dict[str, Any] = {
    "concurrency_id": "training",
    "concurrency_limit": 1,
    "trigger_mode": "once",
    "show_progress": "hidden",
    "api_visibility": "private",
}
"""A queue of its own: while somebody trains, everybody else's questions are answered."""
SCHEDULES = [("text: rate 0.003, 7 epochs", "text"), ("code: rate 0.0003, up to 50 epochs", "code")]


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components that events touch."""

    names: tuple[Any, Any]
    files: tuple[Any, Any]
    schedule: Any
    train: Any
    stop: Any
    progress: Any
    judged: Any
    use: Any
    download: Any


@dataclass(frozen=True, slots=True)
class OwnPanel:
    """What the tab connects with its own question and answer.

    Attributes:
        trained: the event after which there may be a new head.
        own: holds the head.
        use: whether it is asked instead of the shipped one.
        try_it: a picture to try it on, beside the button.
        answer: where its answer is repeated, beside that picture.
    """

    trained: Any
    own: Any
    use: Any
    try_it: Any
    answer: Any


def build(services: Services) -> OwnPanel:
    """Lays the accordion out and connects the training.

    Args:
        services: what answers.
    """
    with gr.Accordion(copy.OWN_TITLE, open=False, elem_classes="several"):
        parts, (try_it, answer) = _laid_out(), _tried_on()
    own = kept_state()
    handlers = OwnHandlers(services)
    inputs = [*parts.files, *parts.names, parts.schedule]
    outputs = [parts.progress, parts.judged, own, parts.use, parts.download]
    trained = parts.train.click(handlers.train, inputs, outputs, **TRAINING)
    parts.stop.click(handlers.stop, None, None, **FOLLOW)
    return OwnPanel(trained, own, parts.use, try_it, answer)


def _laid_out() -> _Parts:
    shown_html(f'<p class="lead">{copy.OWN_ASKED}</p>')
    with gr.Row(elem_classes="pair"):
        classes = [_class_fields(name) for name in copy.OWN_NAMES]
    with gr.Row(elem_classes="pair"):
        schedule = gr.Radio(SCHEDULES, value="text", label="The report’s hyper-parameters", min_width=320)
        train = gr.Button("Train", variant="primary", scale=0, min_width=160)
        stop = gr.Button("Stop", scale=0, min_width=120)
    progress = shown_html(elem_id="field-road-training")
    judged = PictureTable(elem_id="field-road-judged")
    with gr.Row(elem_classes="tools"):
        use = gr.Checkbox(False, label=copy.OWN_USE, interactive=False, container=False)
        download = gr.DownloadButton(copy.OWN_DOWNLOAD, interactive=False, size="sm")
    (first_name, first), (second_name, second) = classes
    both = (first_name, second_name), (first, second)
    return _Parts(*both, schedule, train, stop, progress, judged, use, download)


def _tried_on() -> tuple[Any, Any]:
    """Returns a picture beside the button and its answer, so that nobody has to scroll between the two."""
    with gr.Row(elem_classes="bench"):
        with gr.Column(scale=5, min_width=280):
            try_it = picture_input(copy.OWN_TRY, height=190, sources=["upload"], elem_id="field-road-try")
        with gr.Column(scale=7, min_width=280):
            answer = shown_html(elem_id="field-road-own-answer")
    return try_it, answer


def _class_fields(name: str) -> tuple[Any, Any]:
    with gr.Column(min_width=280):
        field = gr.Textbox(name, label="Class", lines=1, max_lines=1, max_length=40)
        files = picture_files("Its pictures", height=150)
    return field, files


class OwnHandlers:
    """What the events do.

    Args:
        services: what answers.
    """

    def __init__(self, services: Services) -> None:
        self.services = services
        self._running: dict[str, threading.Event] = {}

    def train(
        self, first: Any, second: Any, first_name: str, second_name: str, schedule: str, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Trains, and yields what the page shows after every few pictures and every epoch.

        What was trained before stays as it is when this cannot be done or is stopped.
        """
        session, flag = str(request.session_hash), threading.Event()
        self._running[session] = flag
        kept = (gr.skip(),) * 4
        try:
            names, files = (first_name, second_name), (_paths(first), _paths(second))
            steps = self.services.own_trainer().train(*files, names, schedule, flag.is_set)
            with closing(steps):
                for told in steps:
                    yield view.progress(told), *(_ready(told.own) if told.own else kept)
        except BlendscopeError as error:
            yield notice(str(error)), *kept
        finally:
            if self._running.get(session) is flag:
                del self._running[session]

    def stop(self, request: gr.Request) -> None:
        """Ends the visitor's training, which looks after every few pictures and after every epoch."""
        flag = self._running.get(str(request.session_hash))
        if flag is not None:
            flag.set()


def _paths(files: Any) -> list[Path]:
    return [Path(str(path)) for path in files or ()]


def _ready(own: OwnHead) -> tuple[Any, ...]:
    """Returns the list of what it was judged on, the head, and the two controls that now work."""
    offered = gr.update(value=str(own.archive), interactive=True)
    return view.judged(own), own, gr.update(interactive=True, value=True), offered

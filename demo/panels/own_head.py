"""Train your own, inside the field-or-road tab: two drop zones, a Train button, curves that grow."""

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
from demo.html import notice
from demo.pieces import kept_state, shown_html
from demo.recent_pictures import recent_picture
from demo.services import Services
from demo.widgets.addresses import data_address
from demo.widgets.picture import picture_files, picture_input
from demo.widgets.picture_table import THUMBNAIL, PictureTable
from demo.wiring import KEPT, Fields, Wiring

if TYPE_CHECKING:
    from core.own_head.head import OwnHead

TRAINING: dict[str, Any] = {
    "queue": True,
    "concurrency_id": "training",
    "concurrency_limit": 1,
    "trigger_mode": "once",
}
"""A queue of its own: while somebody trains, everybody else's questions are answered."""
SCHEDULES = [("text: rate 0.003, 7 epochs", "text"), ("code: rate 0.0003, up to 50 epochs", "code")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHeadFields(Fields):
    """The fields of the panel.

    Attributes:
        first_name: of the first class.
        first_files: its pictures.
        second_name: of the second class.
        second_files: its pictures.
        schedule: which of the report's hyper-parameters.
        train: begins.
        stop: ends.
        progress: one sentence and the curves.
        judged: what heads that learned without a picture say of it.
        own: the head.
        use: whether it is asked instead of the shipped one.
        download: the head as a file.
        trained: the event after which there may be a new head.
        try_it: a picture to try it on, beside the button.
        own_answer: where its answer is repeated, beside that picture.
    """

    first_name: Any = KEPT
    first_files: Any = KEPT
    second_name: Any = KEPT
    second_files: Any = KEPT
    schedule: Any = KEPT
    train: Any = KEPT
    stop: Any = KEPT
    progress: Any = KEPT
    judged: Any = KEPT
    own: Any = KEPT
    use: Any = KEPT
    download: Any = KEPT
    trained: Any = KEPT
    try_it: Any = KEPT
    own_answer: Any = KEPT


def build(services: Services) -> OwnHeadFields:
    """Lays the panel out and connects the training.

    Args:
        services: what answers.

    Returns:
        What the tab connects with its own question and answer: `own`, `use`, `trained`, `try_it` and `own_answer`.
    """
    with gr.Accordion(copy.OWN_TITLE, open=False, elem_classes="several"):
        page = _question(view.expected(services.manifest("field_road"))) | _answer()
    return _connect(OwnHeadEvents(services), page)


def _question(expected: str) -> OwnHeadFields:
    shown_html(f'<p class="lead">{copy.OWN_ASKED}</p>{expected}')
    with gr.Row(elem_classes="pair"):
        (first_name, first_files), (second_name, second_files) = map(_class_fields, copy.OWN_NAMES)
    with gr.Row(elem_classes="pair"):
        schedule = gr.Radio(SCHEDULES, value="text", label="The report’s hyper-parameters", min_width=320)
        train = gr.Button("Train", variant="primary", scale=0, min_width=160)
        stop = gr.Button("Stop", scale=0, min_width=120)
    return OwnHeadFields(
        first_name=first_name,
        first_files=first_files,
        second_name=second_name,
        second_files=second_files,
        schedule=schedule,
        train=train,
        stop=stop,
    )


def _class_fields(name: str) -> tuple[Any, Any]:
    with gr.Column(min_width=280):
        field = gr.Textbox(name, label="Class", lines=1, max_lines=1, max_length=40)
        files = picture_files("Its pictures", height=150)
    return field, files


def _answer() -> OwnHeadFields:
    """Lays out what the training says, and a picture beside the button and its answer, so that nobody has to scroll."""
    progress = shown_html(elem_id="field-road-training")
    judged = PictureTable(elem_id="field-road-judged")
    with gr.Row(elem_classes="tools"):
        use = gr.Checkbox(False, label=copy.OWN_USE, interactive=False, container=False)
        download = gr.DownloadButton(copy.OWN_DOWNLOAD, interactive=False, size="sm")
    with gr.Row(elem_classes="bench"):
        with gr.Column(scale=5, min_width=280):
            try_it = picture_input(copy.OWN_TRY, height=190, sources=["upload"], elem_id="field-road-try")
        with gr.Column(scale=7, min_width=280):
            own_answer = shown_html(elem_id="field-road-own-answer")
    return OwnHeadFields(
        progress=progress,
        judged=judged,
        use=use,
        download=download,
        try_it=try_it,
        own_answer=own_answer,
        own=kept_state(),
    )


def _connect(panel: OwnHeadEvents, page: OwnHeadFields) -> OwnHeadFields:
    wiring = Wiring(page)
    shown = [page.progress, page.judged, page.own, page.use, page.download]
    trained = wiring.does(page.train.click, panel.trained, shown, **TRAINING)
    wiring.does(page.stop.click, panel.stopped)
    return page | OwnHeadFields(trained=trained)


class OwnHeadEvents:
    """What happens in the panel.

    Args:
        services: what answers.
    """

    def __init__(self, services: Services) -> None:
        self.services = services
        self._running: dict[str, threading.Event] = {}

    def trained(
        self,
        first_files: Any,
        second_files: Any,
        first_name: str,
        second_name: str,
        schedule: str,
        request: gr.Request,
    ) -> Iterator[OwnHeadFields]:
        """Trains, and yields what the page shows after every few pictures and every epoch.

        What was trained before stays as it is when this cannot be done or is stopped.
        """
        session, flag = str(request.session_hash), threading.Event()
        self._running[session] = flag
        try:
            files, names = (_paths(first_files), _paths(second_files)), (first_name, second_name)
            steps = self.services.own_trainer().train(*files, names, schedule, flag.is_set)
            with closing(steps):
                for step in steps:
                    ready = _ready(step.own) if step.own else OwnHeadFields()
                    yield OwnHeadFields(progress=view.progress(step)) | ready
        except BlendscopeError as error:
            yield OwnHeadFields(progress=notice(str(error)))
        finally:
            if self._running.get(session) is flag:
                del self._running[session]

    def stopped(self, request: gr.Request) -> None:
        """Ends the visitor's training, which looks after every few pictures and after every epoch."""
        flag = self._running.get(str(request.session_hash))
        if flag is not None:
            flag.set()


def _paths(files: Any) -> list[Path]:
    return [Path(str(path)) for path in files or ()]


def _ready(own: OwnHead) -> OwnHeadFields:
    """Returns the list of what it was judged on, the head, and the two controls that now work."""
    return OwnHeadFields(
        judged=view.judged(own, small_copy),
        own=own,
        use=gr.update(interactive=True, value=True),
        download=gr.update(value=str(own.archive), interactive=True),
    )


def small_copy(path: Path) -> str:
    """Returns a small copy of a picture as a data URL, "" when its file was put away meanwhile."""
    try:
        return data_address(recent_picture(path), THUMBNAIL)
    except BlendscopeError:
        return ""

"""The talk of a visitor: it lies in the browser, and the server only reads it, answers its slides and forgets it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from core.errors import BlendscopeError, InputError
from core.images import encode_jpeg, open_picture
from core.state import PageView, from_query
from core.talk import FORMAT, KIND, Talk, picture_address, talk_json, talk_of_json
from core.types import Box
from demo.failures import sentence_for
from demo.links import shorten, upload_name, upload_of
from demo.panels.steps import Report, steps
from demo.services import Services
from demo.visitors import TALK_LANE
from demo.widgets.talk_panel import TalkPanel
from demo.wiring import FOLLOW

Answered = dict[str, Any]
Give = Callable[[Services, Talk, Report], str]
"""Makes the page of a talk, and reports each slide that is ready."""
TALK: dict[str, Any] = {
    "concurrency_id": TALK_LANE,
    "concurrency_limit": 2,
    "trigger_mode": "multiple",
    "show_progress": "hidden",
    "api_visibility": "private",
}
"""For the making of a talk: two at a time, and each waits for its turn at the models once a slide."""
LARGEST_KEPT = 1_500_000
"""Bytes of a picture that a talk keeps as it came; a larger one at the size at which models are shown it."""
KEPT_SMALLER = "The picture was kept at {width} x {height} pixels, so its scores may differ a little."
NO_TEXT = "This talk has a form that cannot be read."


def build(services: Services, give: Give, opened: Talk | None = None) -> None:
    """Adds the dialog and the stage to the page that is being built.

    Args:
        services: what answers.
        give: makes the page of a talk.
        opened: the talk that the program was started with; None without.
    """
    desk = TalkDesk(services, give, opened)
    panel = TalkPanel(desk.offered(), elem_id="talk")
    follow = FOLLOW | {"trigger_mode": "multiple"}
    for event, answers in (
        (panel.keep, desk.kept),
        (panel.read, desk.read),
        (panel.fetch, desk.fetched),
        (panel.place, desk.placed),
        (panel.shorten, desk.shortened),
    ):
        event(_numbered(answers), None, panel, **follow)
    making = panel.begin(desk.made, None, panel, **TALK)
    panel.cease(None, None, None, cancels=[making], api_visibility="private")


def _numbered(answers: Callable[[gr.EventData], Answered]) -> Callable[[gr.EventData], Answered]:
    """Returns an event that says which request it answers, and in one sentence why there is no answer."""

    def answered(event: gr.EventData) -> Answered:
        number = getattr(event, "number", None)
        try:
            return {**answers(event), "number": number}
        except BlendscopeError as error:
            return {"failed": str(error), "number": number}

    answered.__name__ = answers.__name__
    return answered


class TalkDesk:
    """What the server does for a talk.

    Args:
        services: what answers.
        give: makes the page of a talk.
        opened: the talk that the program was started with; None without.
    """

    def __init__(self, services: Services, give: Give, opened: Talk | None = None) -> None:
        self._services, self._give, self._opened = services, give, opened

    def offered(self) -> Answered | None:
        """Returns what a page is told of the talk that it is started with; the talk itself is fetched when wanted."""
        if self._opened is None:
            return None
        digest = hashlib.sha256(talk_json(self._opened).encode()).hexdigest()[:16]
        return {"offered": {"digest": digest, "count": len(self._opened.slides)}}

    def fetched(self, event: gr.EventData) -> Answered:
        """Gives that talk."""
        if self._opened is None:
            raise InputError(NO_TEXT)
        return {"talk": json.loads(talk_json(self._opened))}

    def read(self, event: gr.EventData) -> Answered:
        """Reads the text of a file."""
        return {"talk": json.loads(talk_json(talk_of_json(_text(event, "text"))))}

    def kept(self, event: gr.EventData) -> Answered:
        """Gives a view with the picture of a visitor's own that it asks with, for uploads do not stay here."""
        view = from_query(_text(event, "query"))
        source = upload_of(view.upload, view.file)
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
        notes = ""
        if len(data) > LARGEST_KEPT:
            data, view, notes = _smaller(data, view)
        slide = {"view": view.to_query(), "picture": picture_address(data)}
        return {"slide": slide, "says": notes}

    def placed(self, event: gr.EventData) -> Answered:
        """Gives the view of a slide under the name by which its picture is found here from now on."""
        row = {"view": _text(event, "view"), "picture": _text(event, "picture")}
        body = {"format": FORMAT, "kind": KIND, "title": "", "slides": [row]}
        (slide,) = talk_of_json(json.dumps(body)).slides
        assert slide.picture is not None
        return {"view": replace(slide.view, upload=upload_name(slide.picture)).to_query()}

    def shortened(self, event: gr.EventData) -> Answered:
        """Gives the short name of a view that is too long for an address."""
        return {"short": shorten(_text(event, "query"))}

    def made(self, event: gr.EventData) -> Iterator[Answered]:
        """Answers every slide of a talk, and gives the page that needs no server."""
        number = getattr(event, "number", None)
        try:
            talk = talk_of_json(_text(event, "text"))
            for step in steps(lambda report: self._give(self._services, talk, report)):
                told = {"page": step} if isinstance(step, str) else {"done": step.done, "of": step.of}
                yield {**told, "number": number}
        except BlendscopeError as error:
            yield {"failed": str(error), "number": number}
        except Exception as error:  # the page must learn that this talk is over, whatever happened
            yield {"failed": sentence_for(error), "number": number}


def _text(event: Any, name: str) -> str:
    text = getattr(event, name, None)
    if not isinstance(text, str):
        raise InputError(NO_TEXT)
    return text


def _smaller(data: bytes, view: PageView) -> tuple[bytes, PageView, str]:
    """Returns a picture as models are shown it, the view with its box in these pixels, and what is to be said."""
    picture = open_picture(data)
    height, width = picture.pixels.shape[:2]
    across, down = width / picture.original_size[0], height / picture.original_size[1]
    if view.box is not None:
        box = view.box
        view = replace(view, box=Box(box.x0 * across, box.y0 * down, box.x1 * across, box.y1 * down))
    return encode_jpeg(picture.pixels), view, KEPT_SMALLER.format(width=width, height=height)

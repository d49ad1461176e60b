"""Links to the sketch tab: a drawing, a caption and alpha."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import gradio as gr

from core.images import on_sheet
from core.state import PageView
from core.types import Picture
from demo.doors import asked_drawing, asked_picture
from demo.events.links import (
    TabLink,
    differences,
    example_of,
    example_view,
    made_with,
    own_picture,
    view_of_event,
)
from demo.events.sketch import TASK, SketchEvents, SketchFields, no_paper
from demo.events.sketch_sheet import AskedDrawing, ground_of
from demo.html import remarks
from demo.links import upload_of
from demo.recent_pictures import recent_picture
from demo.widgets.pad import as_ground, drawing_bytes


class SketchLink(TabLink[SketchEvents]):
    """Links to this tab."""

    def asked(self, drawing: AskedDrawing, showing: str, held: Any) -> PageView | None:
        """Returns the question that the page shows; the browser puts strokes in the place of a drawing on white."""
        evidence = self._tab.question(showing, held)
        made = made_with(evidence)
        example = example_view(TASK, showing, made)
        if example is not None:
            return example
        pad, drawn = drawing.pad, drawing_bytes(drawing.pad)
        if drawn is None:
            return None
        words = (evidence.caption.sentence,) if evidence.caption.author == "person" else None
        if pad in self._grounds:
            number = self._grounds.index(pad)
            if words is None and evidence.caption != self._tab.questions[number].caption:
                words = ("",)  # the captioner's, in the place of those that the example came with
            return PageView(task=TASK.key, example=number, words=words, **made)
        paper, source = bool(drawing.as_it_is), drawing.path or drawn
        return PageView(task=TASK.key, words=words, paper=paper, **own_picture(source), **made)

    @cached_property
    def _grounds(self) -> list[str | None]:
        """What the pad holds for each worked example, until somebody draws on it."""
        return [ground_of(example) for example in self._tab.examples]

    def linked(self, event: gr.EventData) -> SketchFields:
        """Shows the view of a link; a drawing of strokes comes with the event, drawn by the browser."""
        view = view_of_event(event, TASK.key, 1)
        tab = self._tab
        if view.strokes:
            picture = asked_drawing(drawing_bytes(getattr(event, "drawing", None)))
            return self._answered(view, picture) | no_paper(view.paper)
        if view.upload:
            source = upload_of(view.upload, view.file)
            picture = asked_picture(source)
            if isinstance(source, bytes):  # it was on the pad
                return replace(self._answered(view, picture), pad=as_ground(picture)) | no_paper(view.paper)
            return self._answered(view, picture) | tab.on_pad(source, picture, view.paper)
        number = example_of(view, len(tab.questions))
        shown = tab.opened(number)
        if view.words is not None:
            sheet = on_sheet(recent_picture(tab.examples[number].picture))
            shown = shown | self._answered(view, sheet)
        elif view.weights is not None:
            alpha = view.weights[0]
            shown = shown | tab.weighed(alpha, shown.showing, None) | SketchFields(alpha=alpha)
        return self._told(shown, view)

    def _answered(self, view: PageView, picture: Picture) -> SketchFields:
        words = (view.words or ("",))[0]
        alpha = tab_alpha(self._tab, view)
        return self._told(replace(self._tab.ask(picture, words, alpha, view.paper), alpha=alpha), view)

    def _told(self, shown: SketchFields, view: PageView) -> SketchFields:
        evidence = self._tab.question(shown.showing, shown.held)
        return replace(shown, slots=shown.slots + remarks(differences(view, made_with(evidence))))


def tab_alpha(tab: SketchEvents, view: PageView) -> float:
    """Returns alpha as a view says, or where the slider starts."""
    return tab.start_alpha(None) if view.weights is None else view.weights[0]

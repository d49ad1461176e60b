"""Links to the field-or-road tab: a picture, two captions, a band and a coverage."""

from __future__ import annotations

import filecmp
from contextlib import suppress
from dataclasses import replace
from typing import Any

import gradio as gr

from core.errors import InputError
from core.state import PageView
from demo.events.field_road import TASK, FieldRoadEvents, FieldRoadFields, FieldRoadSettings, band_of
from demo.events.links import (
    TabLink,
    differences,
    example_of,
    example_view,
    made_with,
    own_picture,
    view_of_event,
)
from demo.html import remarks
from demo.links import upload_of
from demo.widgets import caption_pair
from demo.widgets.band_sliders import BAND, COVERAGE, coverage_view

TWO_CAPTIONS = "This link has one caption; this tab has two, one for each class."
NO_BYTES = "This link names a drawing; this tab is about photos."


class FieldRoadLink(TabLink[FieldRoadEvents]):
    """Links to this tab."""

    def asked(self, picture: Any, showing: str, held: Any) -> PageView | None:
        """Returns the question that the page shows, None for one to a visitor's own head, which no link carries."""
        evidence = self._tab.question(showing, held)
        made = made_with(evidence)
        example = example_view(TASK, showing, made)
        if example is not None:
            return example
        if evidence.own or not isinstance(picture, str):
            return None
        number = self._example_with(picture)
        source = own_picture(picture) if number is None else {"example": number}
        return PageView(task=TASK.key, words=evidence.captions, **source, **made)

    def _example_with(self, picture: str) -> int | None:
        """Returns which worked example has a picture; the page may have asked with a copy of its own."""
        for number, example in enumerate(self._tab.examples):
            with suppress(OSError):
                if example.picture is not None and filecmp.cmp(picture, example.picture, shallow=False):
                    return number
        return None

    def linked(self, event: gr.EventData) -> FieldRoadFields:
        """Shows the view of a link."""
        view = view_of_event(event, TASK.key, 0)
        if view.words is not None and len(view.words) != 2:
            raise InputError(TWO_CAPTIONS)
        tab, conformal = self._tab, view.coverage is not None
        coverage = COVERAGE if view.coverage is None else view.coverage
        if view.upload:
            picture: Any = upload_of(view.upload, view.file)
            if not isinstance(picture, str):
                raise InputError(NO_BYTES)
            shown, ends = FieldRoadFields(picture=picture), view.band or BAND
        else:
            number = example_of(view, len(tab.questions))
            shown = tab.opened(number, conformal, coverage)
            picture, ends = str(tab.examples[number].picture), view.band or band_of(tab.examples[number])
        limits = FieldRoadSettings(ends[0], ends[1], conformal, coverage)
        if view.upload or view.words is not None:
            captions = caption_pair.usual_captions(None) if view.words is None else view.words
            first, second = caption_pair.shown_captions(captions, None)
            asked = tab.uploaded(picture, replace(limits, first=captions[0], second=captions[1]))
            shown = shown | asked | FieldRoadFields(first=first, second=second, use=False)
        else:
            # The table of several pictures stays as it is.
            answered = tab.weighed(limits, shown.showing, None, None)
            shown |= FieldRoadFields(answer=answered.answer, own_answer=answered.own_answer)
        made = made_with(tab.question(shown.showing, shown.held))
        told = remarks(differences(view, made))
        sliders = FieldRoadFields(
            low=ends[0], high=ends[1], conformal=conformal, coverage=coverage_view(conformal, coverage)
        )
        return replace(shown | sliders, remarks=shown.remarks + told)

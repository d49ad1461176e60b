"""Links to the street-to-shop tab: a picture, a box, words and weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from core.joining import SUM
from core.state import PageView
from core.tasks.joined_rows import check_rule
from demo.doors import asked_picture
from demo.events.links import (
    TabLink,
    differences,
    example_of,
    example_view,
    made_with,
    own_picture,
    row_of,
    view_of_event,
)
from demo.events.street_to_shop import TASK, StreetToShopEvents, StreetToShopFields
from demo.events.street_to_shop_boxes import Sighting, after_box, crop_of, view_of
from demo.events.tab import OWN
from demo.html import remarks
from demo.links import upload_of
from demo.recent_pictures import recent_picture
from demo.thumbnails import thumbnail


class StreetToShopLink(TabLink[StreetToShopEvents]):
    """Links to this tab."""

    def asked(self, joining: str, showing: str, held: Any) -> PageView:
        """Returns the question that the page shows, and the rule of joining."""
        tab = self._tab
        question: Sighting = tab.question(showing, held)
        evidence = question.evidence
        made = made_with(evidence, tab.gallery) | {"rule": "" if joining == SUM else joining}
        example = example_view(TASK, showing, made)
        if example is not None:
            return example
        own = evidence.caption.sentence if evidence.caption.author == "person" else ""
        box = question.box if evidence.has_box else None
        sources = [example.source for example in tab.questions]
        if question.source in sources:
            return PageView(
                task=TASK.key, example=sources.index(question.source), words=(own,), box=box, **made
            )
        # A visitor's own copy of a picture of the gallery stays that visitor's.
        for row in tab.gallery.find(recent_picture(question.source).digest):
            if question.source in (tab.original(row), thumbnail(tab.gallery, row)):
                item = tab.gallery.items[row].id
                return PageView(task=TASK.key, item=item, words=(own,), box=box, **made)
        return PageView(task=TASK.key, words=(own,), box=box, **own_picture(question.source), **made)

    def linked(self, event: gr.EventData) -> StreetToShopFields:
        """Shows the view of a link."""
        view = view_of_event(event, TASK.key, 3)
        tab, rule = self._tab, check_rule(view.rule or SUM)
        if view.upload:
            shown = self._answered(view, upload_of(view.upload, view.file), rule)
        elif view.item:
            row = row_of(tab.gallery, view.item)
            shown = self._answered(view, tab.picture_of(row), rule)
        else:
            number = example_of(view, len(tab.questions))
            question = tab.questions[number]
            if view.words is None and view.box is None:
                weights = tab.weights_of(number) if view.weights is None else view.weights
                shown = tab.reopened(question, weights, f"example {number}", None)
                if rule != SUM:
                    again = tab.joined(weights, shown.showing, None, rule)
                    shown = shown | again
                return self._told(shown, view, question)
            shown = self._answered(view, question.source, rule)
        return self._told(shown, view, shown.held)

    def _answered(self, view: PageView, source: Any, rule: str) -> StreetToShopFields:
        tab = self._tab
        picture = recent_picture(source)
        asked_picture(source if isinstance(source, str | bytes) else str(source))
        crop = crop_of(source, view.box)
        words = (view.words or ("",))[0]
        evidence = tab.task.evidence(picture, crop, words)
        weights: Sequence[float] = view.weights or after_box(tab.start, False, evidence.has_box)
        shown = tab.shown_at(evidence, weights, picture.notes, joining=rule) | tab.captioned(evidence)
        held = Sighting(source, evidence, box=view.box)
        return replace(shown, box=view_of(picture, view.box), showing=OWN, held=held, **tab.rule_fields(rule))

    def _told(self, shown: StreetToShopFields, view: PageView, question: Sighting) -> StreetToShopFields:
        told = remarks(differences(view, made_with(question.evidence, self._tab.gallery)))
        return replace(shown, sentence=shown.sentence + told)

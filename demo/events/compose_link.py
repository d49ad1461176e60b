"""Links to the compose tab: a reference, a modification and a mix."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr

from core.encoders.pooling import POOLINGS
from core.errors import InputError
from core.joining import SUM
from core.state import PageView
from core.tasks.joined_rows import check_rule
from demo.answers.compose import Mix
from demo.events.compose import TASK, ComposeEvents, ComposeFields
from demo.events.compose_strip import Composition, sliders
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
from demo.html import remarks
from demo.links import upload_of


class ComposeLink(TabLink[ComposeEvents]):
    """Links to this tab."""

    def asked(self, joining: str, showing: str, held: Any) -> PageView | None:
        """Returns the question that the page shows and the rule of joining, None before it was answered."""
        question: Composition = self._tab.question(showing, held)
        evidence = question.evidence
        if evidence is None:
            return None
        made = made_with(evidence, self._tab.gallery) | {"rule": "" if joining == SUM else joining}
        example = example_view(TASK, showing, made)
        if example is not None:
            return example
        words = (evidence.modification,)
        sources = [example.source for example in self._tab.questions]
        if question.source in sources:
            return PageView(task=TASK.key, example=sources.index(question.source), words=words, **made)
        if question.index is not None:
            item = self._tab.gallery.items[question.index].id
            return PageView(task=TASK.key, item=item, words=words, **made)
        return PageView(task=TASK.key, words=words, **own_picture(question.source), **made)

    def linked(self, event: gr.EventData) -> ComposeFields:
        """Shows the view of a link."""
        view = view_of_event(event, TASK.key, 3)
        tab = self._tab
        if view.upload or view.item:
            mix = self._mix(view, Mix(tab.start))
            question, number = self._source(view), None
        else:
            number = example_of(view, len(tab.questions))
            mix = self._mix(view, tab.mix_of(number))
            question = tab.questions[number]
        if number is not None and view.words is None:
            shown = tab.reopened(question, mix, f"example {number}", None)
        else:
            words = (view.words or ("",))[0]
            shown = tab.ask(Composition(question.source, question.index), words, mix)
            shown = replace(shown, words=words, **sliders(mix), **tab.rule_fields(mix.joining))
            question = shown.held
        if question.evidence is None:
            return shown
        told = remarks(differences(view, made_with(question.evidence, tab.gallery)))
        return replace(shown, sentence=shown.sentence + told)

    def _source(self, view: PageView) -> Composition:

        if view.upload:
            return Composition(upload_of(view.upload, view.file))
        row = row_of(self._tab.gallery, view.item)
        return Composition(self._tab.picture_of(row), row)

    def _mix(self, view: PageView, usual: Mix) -> Mix:
        if view.pooling and view.pooling not in POOLINGS:
            raise InputError("There is no such pooling; choose mean, median or max.")
        return Mix(
            usual.weights if view.weights is None else view.weights,
            view.pooling or usual.pooling,
            view.cosine,
            check_rule(view.rule or SUM),
        )

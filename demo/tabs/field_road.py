"""The field-or-road tab: a trained head beside two captions, one picture or many; layout and events only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from core.errors import InputError
from core.task_table import find_task
from core.tasks import field_road
from demo import copy
from demo.answers import field_road as view
from demo.answers import field_road_several as several
from demo.doors import asked_coverage, asked_picture, band
from demo.html import question_line, remarks, report_table, stale
from demo.pieces import (
    FOLLOW,
    NOTHING,
    OWN,
    asking,
    following,
    inline,
    kept_state,
    remembered,
    shown_html,
    thinking_mark,
)
from demo.services import Example, Services, worked_examples
from demo.widgets import band_sliders, caption_pair, own_head
from demo.widgets.picture import picture_button, picture_files, picture_input
from demo.widgets.picture_table import PictureTable

TASK = find_task("field_road")


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components of the tab that events touch."""

    picture: Any
    upload: Any
    remarks: Any
    captions: tuple[Any, Any]
    pauses: tuple[Any, Any]
    sliders: tuple[Any, Any, Any, Any]
    examples: tuple[Any, ...]
    mark: Any
    notice: Any
    answer: Any


def build(services: Services) -> None:
    """Lays the tab out and connects its events; called inside a `gr.Tab`.

    Args:
        services: what answers.
    """
    examples, evidence = worked_examples(services, TASK, field_road.FieldRoadEvidence.from_json)
    shown_html(question_line(TASK))
    with gr.Row(elem_classes="bench"):
        handlers = Handlers(services, evidence)
        tab = _laid_out(examples, evidence, handlers.how_sure)
    with gr.Accordion("Several pictures at once", open=False, elem_classes="several"):
        files = picture_files("Pictures", height=140)
        table = PictureTable()
    panel = own_head.build(services)
    shown_html(report_table(TASK, services))
    asked = gr.Textbox("example 0" if examples else NOTHING, visible="hidden", label="which question")
    kept = _Kept(asked, kept_state(), kept_state(), files, table)
    _connect(handlers, tab, panel, kept, examples)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the page shows, and the table of several pictures."""

    asked: Any
    state: Any
    rows: Any
    files: Any
    table: Any


def _connect(
    handlers: Handlers, tab: _Parts, panel: own_head.OwnPanel, kept: _Kept, examples: Sequence[Example]
) -> None:
    encodes, whose = asking(tab.mark), [panel.use, panel.own]
    shown = [tab.notice, kept.asked, kept.state, tab.answer, tab.remarks, panel.answer]
    lists, settings = [kept.rows, kept.table], [*tab.captions, *tab.sliders]
    question = [tab.picture, *settings]
    tab.picture.upload(handlers.placed, [*question, *whose], [*shown, tab.picture], **encodes)
    tab.picture.clear(_gone, None, [tab.notice, kept.asked, kept.state], **FOLLOW)
    for field in (tab.upload, panel.try_it):
        field.upload(handlers.uploaded, [field, *settings, *whose], [*shown, tab.picture], **encodes)
    typed = [*(field.submit for field in tab.captions), *(pause.input for pause in tab.pauses)]
    worded = [tab.picture, kept.files, *settings, *whose]
    gr.on(typed, handlers.worded, worded, [*shown, *lists], **encodes)
    switched = [tab.picture, kept.files, *tab.sliders, *whose]
    for change in (panel.use.input, panel.trained.success):
        change(handlers.switched, switched, [*shown, *lists, *tab.captions], **encodes)
    kept.files.upload(
        handlers.many, [kept.files, *settings, *whose, tab.notice], [tab.notice, *lists], **encodes
    )
    kept.files.clear(lambda: (None, ""), None, lists, **FOLLOW)
    after = [*tab.sliders, kept.asked, kept.state, kept.rows, tab.notice]
    for slider in tab.sliders:
        slider.input(handlers.moved, after, [tab.notice, tab.answer, kept.table, panel.answer], **FOLLOW)
    *_, conformal, coverage = tab.sliders
    conformal.input(band_sliders.coverage_view, [conformal, coverage], coverage, **FOLLOW)
    for number, button in enumerate(tab.examples):
        outputs = [*shown, tab.picture, *tab.captions, *tab.sliders[:2], panel.use]
        button.click(handlers.example(number, examples[number]), [conformal, coverage], outputs, **FOLLOW)


def _gone() -> tuple[str, str, None]:
    """Dims the answer of a picture that was taken away."""
    return stale(copy.PICTURE_GONE), NOTHING, None


def _laid_out(
    examples: Sequence[Example],
    evidence: Sequence[field_road.FieldRoadEvidence],
    how_sure: str,
) -> _Parts:
    with gr.Column(scale=5, min_width=340, elem_classes="question"):
        picture = picture_input(
            "Picture",
            value=str(examples[0].picture) if examples and examples[0].picture else None,
            height=190,
            sources=["upload"],
            buttons=["fullscreen"],
            elem_id="field-road-picture",
        )
        noted = shown_html()
        with gr.Row(elem_classes="tools"):
            upload = picture_button("Upload a picture")
            chosen = tuple(gr.Button(one.title, size="sm", elem_classes="example") for one in examples)
        captions, pauses = caption_pair.caption_fields(
            evidence[0].captions if evidence else caption_pair.CAPTIONS
        )
        sliders = band_sliders.band_sliders(
            band_sliders.band_of(examples[0]) if examples else band_sliders.BAND
        )
    with gr.Column(scale=7, min_width=340, elem_classes="answer"):
        mark, notice = thinking_mark(), shown_html()
        first = (
            view.answer(evidence[0], band_sliders.band_of(examples[0]), None) if evidence else view.empty()
        )
        answer = shown_html(first + how_sure, elem_id="field-road-answer")
    return _Parts(picture, upload, noted, captions, pauses, sliders, chosen, mark, notice, answer)


@dataclass(frozen=True, slots=True)
class _Settings:
    """Everything but the picture: who answers, the captions that count, what is said of them, and the sliders."""

    task: field_road.FieldRoadTask
    captions: tuple[str, str]
    notes: tuple[str, ...]
    ends: tuple[float, float]
    coverage: float | None


class Handlers:
    """What the events do; only `one`, `words` and `many` call an encoder.

    Args:
        services: what answers.
        examples: evidence of the worked examples.
    """

    def __init__(self, services: Services, examples: Sequence[field_road.FieldRoadEvidence]) -> None:
        self.services = services
        self.examples = examples
        manifest = services.manifest(TASK.head)
        self.how_sure = view.how_sure(manifest.details) if manifest else ""

    @inline(5)
    def one(self, picture: Any, *settings: Any) -> tuple[Any, ...]:
        """Answers for another picture; the settings are captions, sliders, and whether which own head is asked."""
        return self._asked(picture, self._settings(*settings))

    def placed(self, picture: Any, *settings: Any) -> tuple[Any, ...]:
        """Answers for a picture that was put into the picture's place; one that cannot be read does not stay there."""
        told: tuple[Any, ...] = self.one(picture, *settings)
        return *told, None if told[0] else gr.skip()

    @inline(6)
    def uploaded(self, file: Any, *settings: Any) -> tuple[Any, ...]:
        """Answers for a picture that came through a button, and shows it in the picture's place."""
        told = self._asked(file, self._settings(*settings))
        return *told, file if isinstance(file, str) else gr.skip()

    @inline(7)
    def words(self, picture: Any, *settings: Any, files: Any = None) -> tuple[Any, ...]:
        """Answers for other captions, for the picture and for those in the table."""
        read = self._settings(*settings)
        told = self._asked(picture, read)
        rows = self._rows(files, read) if files else None
        return *told, rows, view.table(rows, read.ends, read.coverage) if rows else ""

    def worded(self, picture: Any, files: Any, *settings: Any) -> tuple[Any, ...]:
        """Answers for other captions, as `words`, from the page."""
        told: tuple[Any, ...] = self.words(picture, *settings, files=files)
        return told

    def switched(self, picture: Any, files: Any, *sliders_and_head: Any) -> tuple[Any, ...]:
        """Asks another head: one's own with the names of its classes as captions, or the shipped one again."""
        *sliders, use, own = sliders_and_head
        kept = gr.skip()
        if use and own is None:
            return (kept,) * 10  # the training was stopped or could not be done, and its own notice says why
        names = own.names if use else None
        captions = caption_pair.usual_captions(names)
        shown = caption_pair.shown_captions(captions, names)
        if not picture:
            return stale(copy.OWN_NEEDS_PICTURE), NOTHING, None, kept, kept, "", kept, kept, *shown
        return *self.words(picture, *captions, *sliders, use, own, files=files), *shown

    @following(2, speaks=True)
    def many(self, files: Any, *settings: Any) -> tuple[Any, ...]:
        """Answers for several pictures; those that cannot be read are listed with the reason."""
        read = self._settings(*settings)
        rows = self._rows(files, read)
        return rows, view.table(rows, read.ends, read.coverage)

    @following(3)
    def moved(
        self, low: Any, high: Any, conformal: Any, coverage: Any, asked: str, state: Any, rows: Any
    ) -> tuple[Any, ...]:
        """Answers for another band or coverage, from the evidence alone."""
        limits = _limits(low, high, conformal, coverage)
        told, own = self._told(remembered(asked, state, self.examples), *limits)
        return told, view.table(rows, *limits) if rows else "", own

    def example(self, number: int, example: Example) -> Any:
        """Returns the event that shows a worked example; it needs no model."""
        evidence = self.examples[number]
        picture = str(example.picture) if example.picture else None

        @inline(11)
        def show(conformal: Any, coverage: Any) -> tuple[Any, ...]:
            ends = band_sliders.band_of(example)
            told, _ = self._told(evidence, *_limits(*ends, conformal, coverage))
            captions = caption_pair.shown_captions(evidence.captions, None)
            return f"example {number}", None, told, "", "", picture, *captions, *ends, False

        return show

    def _settings(self, first: str, second: str, *sliders_and_head: Any) -> _Settings:
        """Returns who answers, the captions, the band and the coverage."""
        *sliders, use, own = (
            sliders_and_head if len(sliders_and_head) > 4 else (*sliders_and_head, False, None)
        )
        if use and own is None:
            raise InputError(copy.OWN_PUT_AWAY)
        captions, notes = caption_pair.read_captions((first, second), own.names if use else None)
        ends, coverage = _limits(*sliders)
        task: field_road.FieldRoadTask = self.services.task(TASK.key)
        if use:
            first_name, second_name = own.names
            task = task.with_head(
                own.head, own.names, copy.OWN_NAME.format(first=first_name, second=second_name)
            )
        return _Settings(task, captions, notes, ends, coverage)

    def _asked(self, picture: Any, read: _Settings) -> tuple[Any, ...]:
        photo = asked_picture(picture)
        evidence = read.task.evidence(photo, *read.captions)
        told, own = self._told(evidence, read.ends, read.coverage)
        return OWN, evidence, told, remarks((*read.notes, *photo.notes, *evidence.notes)), own

    def _rows(self, files: Any, read: _Settings) -> tuple[view.PictureRow, ...]:
        return several.rows_of([str(path) for path in files or ()], read.task, read.captions)

    def _told(
        self, evidence: field_road.FieldRoadEvidence, ends: tuple[float, float], coverage: float | None
    ) -> tuple[str, str]:
        """Returns the answer with how sure the shipped head is of "neither", or with an own head's sentence beside."""
        told = view.answer(evidence, ends, coverage)
        if evidence.own:
            return told, view.headline_of(evidence, ends, coverage)
        return told + self.how_sure, ""


def _limits(low: Any, high: Any, conformal: Any, coverage: Any) -> tuple[tuple[float, float], float | None]:
    return band(low, high), asked_coverage(coverage) if conformal else None

"""The field-or-road tab: a trained head beside two captions, one picture or many; layout and events only."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from core.errors import InputError
from core.images import thumbnail
from core.tasks import field_road
from core.text import clean
from core.types import Picture
from demo import copy
from demo.answers import field_road as view
from demo.doors import asked_coverage, asked_picture, band
from demo.pieces import (
    FOLLOW,
    MODEL,
    OWN,
    inline,
    kept_state,
    question_line,
    remarks,
    remembered,
    report_table,
    shown_html,
)
from demo.services import Example, Services
from demo.widgets import own_head
from demo.widgets.picture import picture_files, picture_input
from demo.widgets.slider import Slider, SliderView

BAND = (0.4, 0.6)
COVERAGE = 0.9
NO_SET = "Needs a conformal set."
MOST_PICTURES = 60
THUMBNAIL = 96


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components of the tab that events touch."""

    picture: Any
    remarks: Any
    captions: tuple[Any, Any]
    sliders: tuple[Any, Any, Any, Any]
    notice: Any
    answer: Any
    own: Any
    examples: tuple[Any, ...]


def build(services: Services) -> None:
    """Lays the tab out and connects its events; called inside a `gr.Tab`.

    Args:
        services: what answers.
    """
    examples = services.examples("field_road")
    evidence = tuple(field_road.FieldRoadEvidence.from_json(one.evidence) for one in examples)
    shown_html(question_line(copy.FIELD_ROAD))
    with gr.Row(elem_classes="bench"):
        tab = _laid_out(examples, evidence)
    with gr.Accordion("Several pictures at once", open=False, elem_classes="several"):
        files = picture_files("Pictures", height=140)
        table = shown_html()
    own_head.build(services, tab.picture, tab.own)
    shown_html(report_table(copy.FIELD_ROAD, services))
    asked = gr.Textbox("example 0" if examples else OWN, visible="hidden", label="which question")
    state, rows = kept_state(), kept_state()
    handlers = Handlers(services, evidence)
    shown = [tab.notice, asked, state, tab.answer, tab.remarks]
    question = [tab.picture, *tab.captions, *tab.sliders]
    tab.picture.upload(handlers.one, question, shown, **MODEL)
    submitted = [field.submit for field in tab.captions]
    gr.on(submitted, handlers.words, [*question, files], [*shown, rows, table], **MODEL)
    several = [files, *tab.captions, *tab.sliders]
    files.upload(handlers.many, several, [tab.notice, rows, table], **MODEL)
    files.clear(lambda: (None, ""), None, [rows, table], **FOLLOW)
    for slider in tab.sliders:
        after = [*tab.sliders, asked, state, rows]
        slider.input(handlers.moved, after, [tab.notice, tab.answer, table], **FOLLOW)
    *_, conformal, coverage = tab.sliders
    conformal.input(_coverage, [conformal, coverage], coverage, **FOLLOW)
    for number, button in enumerate(tab.examples):
        outputs = [*shown, tab.picture, *tab.captions, *tab.sliders[:2]]
        button.click(handlers.example(number, examples[number]), [conformal, coverage], outputs, **FOLLOW)


def _coverage(wanted: Any, coverage: float) -> SliderView:
    """Returns the slider of the coverage, which counts only where there are sets."""
    return SliderView(coverage, None if wanted else NO_SET)


def _laid_out(examples: Sequence[Example], evidence: Sequence[field_road.FieldRoadEvidence]) -> _Parts:
    with gr.Column(scale=5, min_width=340, elem_classes="question"):
        picture = picture_input(
            "Picture",
            value=str(examples[0].picture) if examples and examples[0].picture else None,
            height=190,
            sources=["upload"],
            buttons=["fullscreen"],
        )
        noted = shown_html()
        with gr.Row(elem_classes="tools"):
            chosen = tuple(gr.Button(one.title, size="sm", elem_classes="example") for one in examples)
        captions = _caption_fields(
            evidence[0].captions if evidence else (field_road.FIELD_CAPTION, field_road.ROAD_CAPTION)
        )
        sliders = _sliders(_band_of(examples[0]) if examples else BAND)
    with gr.Column(scale=7, min_width=340, elem_classes="answer"):
        notice = shown_html()
        first = view.answer(evidence[0], _band_of(examples[0]), None) if evidence else view.empty()
        answer = shown_html(first, elem_id="field-road-answer")
        own = shown_html(elem_id="field-road-own-answer")
    return _Parts(picture, noted, captions, sliders, notice, answer, own, chosen)


def _caption_fields(words: tuple[str, str]) -> tuple[Any, Any]:
    shape: dict[str, Any] = {"lines": 1, "max_lines": 2, "max_length": 2000, "min_width": 150}
    with gr.Row(elem_classes="pair"):
        field = gr.Textbox(words[0], label="Caption for a field", **shape)
        road = gr.Textbox(words[1], label="Caption for a road", **shape)
    return field, road


def _band_of(example: Example) -> tuple[float, float]:
    """Returns where the band's ends stand in a worked example."""
    settings = example.settings
    return band(settings.get("band_low", BAND[0]), settings.get("band_high", BAND[1]))


def _sliders(ends: tuple[float, float]) -> tuple[Any, Any, Any, Any]:
    """Returns the ends of the band, whether there are conformal sets, and their coverage."""
    with gr.Row(elem_classes="pair"):
        low = Slider(ends[0], label="Unsure from", min_width=150)
        high = Slider(ends[1], label="Unsure up to", min_width=150)
    with gr.Row(elem_classes="pair"):
        conformal = gr.Checkbox(False, label="Conformal set", min_width=150, container=False)
        coverage = Slider(SliderView(COVERAGE, NO_SET), low=0.5, high=0.99, label="Coverage", min_width=150)
    return low, high, conformal, coverage


class Handlers:
    """What the events do; only `one`, `words` and `many` call an encoder.

    Args:
        services: what answers.
        examples: evidence of the worked examples.
    """

    def __init__(self, services: Services, examples: Sequence[field_road.FieldRoadEvidence]) -> None:
        self.services = services
        self.examples = examples

    @inline(4)
    def one(self, picture: Any, field_caption: str, road_caption: str, *sliders: Any) -> tuple[Any, ...]:
        """Answers for another picture."""
        return self._asked(picture, _captions(field_caption, road_caption), *_limits(*sliders))

    @inline(6)
    def words(
        self, picture: Any, field_caption: str, road_caption: str, *sliders_and_files: Any
    ) -> tuple[Any, ...]:
        """Answers for other captions, for the picture and for those in the table."""
        *sliders, files = sliders_and_files
        ends, coverage = _limits(*sliders)
        captions = _captions(field_caption, road_caption)
        told = self._asked(picture, captions, ends, coverage)
        rows = self._rows(files, captions) if files else None
        return *told, rows, view.table(rows, ends, coverage) if rows else ""

    @inline(2)
    def many(self, files: Any, field_caption: str, road_caption: str, *sliders: Any) -> tuple[Any, ...]:
        """Answers for several pictures; those that cannot be read are listed with the reason."""
        ends, coverage = _limits(*sliders)
        rows = self._rows(files, _captions(field_caption, road_caption))
        return rows, view.table(rows, ends, coverage)

    @inline(2)
    def moved(
        self, low: Any, high: Any, conformal: Any, coverage: Any, asked: str, state: Any, rows: Any
    ) -> tuple[Any, ...]:
        """Answers for another band or coverage, from the evidence alone."""
        ends, share = _limits(low, high, conformal, coverage)
        evidence = remembered(asked, state, self.examples)
        return view.answer(evidence, ends, share), view.table(rows, ends, share) if rows else ""

    def example(self, number: int, example: Example) -> Any:
        """Returns the event that shows a worked example; it needs no model."""
        evidence = self.examples[number]
        picture = str(example.picture) if example.picture else None

        @inline(9)
        def show(conformal: Any, coverage: Any) -> tuple[Any, ...]:
            ends = _band_of(example)
            told = view.answer(evidence, *_limits(*ends, conformal, coverage))
            return f"example {number}", None, told, "", picture, *evidence.captions, *ends

        return show

    def _asked(
        self,
        picture: Any,
        captions: tuple[str, str],
        ends: tuple[float, float],
        coverage: float | None,
    ) -> tuple[Any, ...]:
        photo = asked_picture(picture)
        evidence = self.services.field_road().evidence(photo, *captions)
        return OWN, evidence, view.answer(evidence, ends, coverage), remarks((*photo.notes, *evidence.notes))

    def _rows(self, files: Any, captions: tuple[str, str]) -> tuple[view.Row, ...]:
        paths = [str(path) for path in files or ()]
        if not paths:
            raise InputError("Add one picture or more.")
        if len(paths) > MOST_PICTURES:
            raise InputError(f"{len(paths)} pictures are too many at once; add at most {MOST_PICTURES}.")
        task = self.services.field_road()
        opened = [_opened(path) for path in paths]
        pictures = [picture for picture in opened if isinstance(picture, Picture)]
        found = iter(task.evidence_many(pictures, *captions) if pictures else [])
        return tuple(
            view.Row(Path(path).name, _small(one), next(found))
            if isinstance(one, Picture)
            else view.Row(Path(path).name, refusal=one)
            for path, one in zip(paths, opened, strict=True)
        )


def _limits(low: Any, high: Any, conformal: Any, coverage: Any) -> tuple[tuple[float, float], float | None]:
    return band(low, high), asked_coverage(coverage) if conformal else None


def _captions(field_caption: str, road_caption: str) -> tuple[str, str]:
    return clean(field_caption, what="caption for a field"), clean(road_caption, what="caption for a road")


def _opened(path: str) -> Picture | str:
    """Returns the picture, or why it cannot be read."""
    try:
        return asked_picture(path)
    except InputError as error:
        return str(error)


def _small(picture: Picture) -> str:
    return "data:image/webp;base64," + base64.b64encode(thumbnail(picture, THUMBNAIL)).decode()

"""The sketch tab: draw or upload, read the caption, move alpha; layout and connections only."""

from __future__ import annotations

import gradio as gr

from core.tasks import sketch
from demo import copy
from demo.answers import sketch as view
from demo.closer_look import (
    closer_heading,
    each_stroke,
    each_word,
    pin_board,
    place_maps,
    promise_panel,
)
from demo.events.links import connect as connect_link
from demo.events.sketch import SLIDER, TASK, WORDS, SketchEvents, SketchFields, SketchSettings
from demo.events.sketch_link import SketchLink
from demo.events.sketch_sheet import AskedDrawing
from demo.panels.other_models import other_models
from demo.panels.several import connect_several, several_pictures, several_shown
from demo.pieces import (
    example_buttons,
    kept_state,
    laid_out,
    shown_html,
    thinking_mark,
)
from demo.services import Services
from demo.widgets.address import LiveKey
from demo.widgets.live_classes import LiveClasses
from demo.widgets.pad import DrawingPad
from demo.widgets.picture import picture_button
from demo.widgets.slider import Slider
from demo.widgets.sources import script
from demo.widgets.typed_words import typed_words
from demo.wiring import Wiring

PAD = "sketch-pad"
ALPHA = "α, weight of the picture"


READS = (LiveKey("w", f"#{SLIDER} .slider", "now"), LiveKey("strokes", f".{PAD} canvas", "strokes"))


def build(services: Services) -> None:
    """Lays the tab out and connects its events; called inside a `gr.Tab`.

    Args:
        services: what answers.
    """
    tab = SketchEvents(services)
    link = SketchLink(tab)
    page = laid_out(TASK, tab, link, READS, "sketch", _question, _answer, _below)
    _connect(tab, page, link)


def _below(tab: SketchEvents) -> SketchFields:
    return SketchFields(**several_pictures("sketch", "sketch-answer"))


def _question(tab: SketchEvents, first: SketchFields) -> SketchFields:
    pad = DrawingPad(first.pad, label="Drawing pad", elem_classes=PAD)
    with gr.Row(elem_classes="tools"):
        upload = picture_button("Upload a sketch")
        buttons = example_buttons(tab)
    as_it_is = gr.Checkbox(False, label=copy.AS_IT_IS, visible=False, elem_classes="as-it-is")
    words = typed_words(
        first.words,
        WORDS,
        button="Write again",
        button_width=116,
        label="Caption, yours to edit",
        placeholder="Empty: the captioner writes it",
    )
    fields = SketchFields(
        pad=pad,
        upload=upload,
        buttons=buttons,
        as_it_is=as_it_is,
        file=kept_state(),
        **words,
        slots=shown_html(first.slots),
        alpha=Slider(first.alpha, label=ALPHA, description=copy.BETA, track="picture-words", elem_id=SLIDER),
        scale=shown_html(first.scale, js_on_load=script("scale.js")),
    )
    return fields | _closer(first, tab)


def _closer(first: SketchFields, tab: SketchEvents) -> SketchFields:
    closer_heading()
    fields = SketchFields(
        chips=each_word("sketch", "sketch-answer"),
        strokes=each_stroke("sketch", PAD, "sketch-answer"),
        places=place_maps("sketch", "sketch-answer"),
        promise=promise_panel("sketch", first.promise, sketch.CLASSES),
    )
    profile, others = tab.services.profile, other_models(tab.row, tab.services.profile)
    pin_board("sketch", "sketch-caption", SLIDER, profile=profile, others=others)
    return fields


def _answer(tab: SketchEvents, first: SketchFields) -> SketchFields:
    fields = SketchFields(
        mark=thinking_mark(),
        notice=shown_html(),
        answer=shown_html(first.answer, elem_id="sketch-answer"),
        concat=shown_html(first.concat),
        live=LiveClasses(first.live, slider=SLIDER, answer="sketch-answer"),
    )
    shown_html(view.class_list(tab.labels, tab.details), js_on_load=script("class_list.js"))
    return fields


def _connect(tab: SketchEvents, page: SketchFields, link: SketchLink) -> None:
    wiring = Wiring(page, settings=SketchSettings, drawing=AskedDrawing)
    shown = [page.showing, page.held, page.words, page.slots, page.answer, page.scale, page.concat, page.live]
    shown.append(page.promise)
    wiring.asks(page.pad.input, tab.drawn, [*shown, page.as_it_is, page.file])
    wiring.asks(page.upload.upload, tab.uploaded, [*shown, page.pad, page.as_it_is, page.file])
    wiring.asks(page.as_it_is.input, tab.papered, [*shown, page.pad, page.file])
    wiring.asks([page.words.submit, page.pause.input], tab.worded, shown)
    wiring.asks(page.use.click, tab.written, shown)
    wiring.follows(page.alpha.input, tab.weighed, [page.answer, page.scale])
    connect_several(wiring, page, tab)
    wiring.does(page.table.follow, tab.followed, several_shown(page))
    wiring.does(page.chips.wanted, tab.read_each, [page.chips], encodes=True)
    wiring.does(page.strokes.wanted, tab.inked, [page.strokes], encodes=True)
    wiring.does(page.places.wanted, tab.located, [page.places], encodes=True)
    everything = [*shown, page.pad, page.as_it_is, page.file, page.alpha]
    wiring.opens(page.buttons, tab.opened, everything)
    connect_link(wiring, page, link.asked, link.linked, everything)

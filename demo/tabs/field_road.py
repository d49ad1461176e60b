"""The field-or-road tab: a trained head beside two captions, one picture or many; layout and connections only."""

from __future__ import annotations

from functools import partial

import gradio as gr

from demo import copy
from demo.answers.report import question_line
from demo.closer_look import (
    closer,
    closer_heading,
    each_word,
    place_maps,
    verdict_pin,
)
from demo.events.field_road import TASK, FieldRoadEvents, FieldRoadFields, FieldRoadSettings, Limits
from demo.events.field_road_link import FieldRoadLink
from demo.events.links import connect as connect_link
from demo.panels import own_head
from demo.panels.other_models import other_models
from demo.panels.several import connect_several, several_pictures, several_shown
from demo.pieces import (
    address_bar,
    bench,
    example_buttons,
    memory,
    report_fold,
    shown_html,
    thinking_mark,
)
from demo.services import Services
from demo.widgets.address import LiveKey
from demo.widgets.band_sliders import band_sliders
from demo.widgets.caption_pair import CAPTIONS, caption_fields
from demo.widgets.picture import picture_button, picture_input
from demo.wiring import Wiring

READS = (
    LiveKey("band", "#field-road-band", "rising"),
    LiveKey("coverage", "#field-road-coverage .slider:not(.is-off)", "now"),
)


def build(services: Services) -> None:
    """Lays the tab out and connects its events; called inside a `gr.Tab`.

    Args:
        services: what answers.
    """
    tab = FieldRoadEvents(services)
    first = tab.opened()
    shown_html(question_line(TASK), elem_classes="asked-line")
    page = bench(partial(_question, tab, first), partial(_answer, first))
    several = FieldRoadFields(**several_pictures("field-road"))
    panel = own_head.build(services)
    own = FieldRoadFields(own=panel.own, use=panel.use, try_it=panel.try_it, own_answer=panel.own_answer)
    report_fold(TASK, services)
    page |= several | own | FieldRoadFields(**memory(first.showing))
    link = FieldRoadLink(tab)
    address = address_bar(
        TASK,
        partial(link.asked, None, first.showing, None),
        READS,
        watches="#field-road-answer, #field-road-notice",
    )
    page |= FieldRoadFields(address=address)
    _connect(tab, page, panel)
    shows = [
        page.showing,
        page.held,
        page.answer,
        page.described,
        page.remarks,
        page.own_answer,
        page.picture,
    ]
    shows += [page.first, page.second, page.low, page.high, page.use, page.conformal, page.coverage]
    connect_link(Wiring(page), page, link.asked, link.linked, shows)


def _question(tab: FieldRoadEvents, first: FieldRoadFields) -> FieldRoadFields:
    picture = picture_input(
        "Picture",
        value=first.picture,
        height=190,
        sources=["upload"],
        buttons=["fullscreen"],
        elem_id="field-road-picture",
    )
    remarks = shown_html(first.remarks)
    with gr.Row(elem_classes="tools"):
        upload = picture_button("Upload a picture")
        buttons = example_buttons(tab)
    return FieldRoadFields(
        picture=picture,
        remarks=remarks,
        upload=upload,
        buttons=buttons,
        **caption_fields(tab.questions[0].captions if tab.questions else CAPTIONS),
        **band_sliders((first.low, first.high)),
    ) | _closer(first, tab)


def _closer(first: FieldRoadFields, tab: FieldRoadEvents) -> FieldRoadFields:
    closer_heading()
    chips = each_word("field-road", "field-road-answer")
    places = place_maps("field-road", "field-road-answer")
    profile = tab.services.profile
    verdict_pin("field-road", profile, other_models(tab.row, profile))
    with closer(copy.DESCRIBED, "field-road-described"):
        described = shown_html(first.described, elem_id="field-road-each-class")
        return FieldRoadFields(chips=chips, places=places, described=described)


def _answer(first: FieldRoadFields) -> FieldRoadFields:
    return FieldRoadFields(
        mark=thinking_mark(),
        notice=shown_html(elem_id="field-road-notice"),
        answer=shown_html(first.answer, elem_id="field-road-answer"),
    )


def _connect(tab: FieldRoadEvents, page: FieldRoadFields, panel: own_head.OwnHeadFields) -> None:
    wiring = Wiring(page, settings=FieldRoadSettings, limits=Limits)
    shown = [page.showing, page.held, page.answer, page.described, page.remarks, page.own_answer]
    several = several_shown(page)
    wiring.asks(page.picture.upload, tab.placed, [*shown, page.picture])
    wiring.asks(page.picture.clear, tab.gone, [page.showing, page.held], encodes=False)
    wiring.asks(page.upload.upload, tab.uploaded, [*shown, page.picture])
    wiring.asks(page.try_it.upload, tab.tried, [*shown, page.picture])
    typed = [page.first.submit, page.second.submit, *(pause.input for pause in page.pauses)]
    wiring.asks(typed, tab.worded, shown)
    wiring.follows(typed, tab.worded_table, several, encodes=True)
    for change in (page.use.input, panel.trained.success):
        wiring.asks(change, tab.switched, [*shown, *several, page.first, page.second])
    connect_several(wiring, page, tab)
    for slider in (page.low, page.high, page.conformal, page.coverage):
        wiring.follows(slider.input, tab.weighed, [page.answer, page.own_answer, *several])
    wiring.does(page.chips.wanted, tab.read_each, [page.chips], encodes=True)
    wiring.does(page.places.wanted, tab.located, [page.places], encodes=True)
    wiring.does(page.conformal.input, tab.fixed, [page.coverage])
    wiring.opens(
        page.buttons,
        tab.opened,
        [*shown, page.picture, page.first, page.second, page.low, page.high, page.use],
    )

"""The street-to-shop tab: a garment seen in the street asks by picture, words and box; layout and connections only."""

from __future__ import annotations

from functools import partial

import gradio as gr

from demo import copy
from demo.answers.report import question_line
from demo.answers.street_to_shop import box_measure
from demo.events.links import connect as connect_link
from demo.events.street_to_shop import TASK, WORDS, StreetToShopEvents, StreetToShopFields
from demo.events.street_to_shop_link import StreetToShopLink
from demo.pieces import (
    address_bar,
    bench,
    closer_heading,
    each_word,
    example_buttons,
    gallery_map,
    hits_of,
    joining_choice,
    kept_state,
    live_of,
    look_closer,
    memory,
    other_boxes,
    pin_board,
    promise_panel,
    report_fold,
    shown_html,
)
from demo.services import Services
from demo.widgets.address import LiveKey
from demo.widgets.box_tool import BoxTool
from demo.widgets.picture import picture_button
from demo.widgets.typed_words import typed_words
from demo.widgets.weights import WeightRow, Weights
from demo.wiring import Wiring

ROWS = (
    WeightRow("Picture", "w₁", "picture"),
    WeightRow("Words", "w₂", "words"),
    WeightRow("Box", "w₃", "both"),
)


READS = (LiveKey("w", "#street-weights .weights", "now"),)


def build(services: Services) -> None:
    """Lays the tab out and connects its events; called inside a `gr.Tab`.

    Args:
        services: what answers.
    """
    tab = StreetToShopEvents(services)
    first = tab.opened()
    shown_html(question_line(TASK))
    page = bench(partial(_question, tab, first), partial(_answer, tab, first))
    report_fold(TASK, services)
    link = StreetToShopLink(tab)
    address = address_bar(TASK, partial(link.asked, first.joining, first.showing, None), READS, "street")
    _connect(tab, page | StreetToShopFields(**memory(first.showing), address=address), link)


def _question(tab: StreetToShopEvents, first: StreetToShopFields) -> StreetToShopFields:
    box = BoxTool(first.box, elem_id="street-box", lands_in="street-picture")
    with gr.Row(elem_classes="tools"):
        upload = picture_button("Upload a street picture", elem_id="street-picture")
        propose = gr.Button("Propose a box", size="sm", elem_id="street-propose")
        buttons = example_buttons(tab.examples)
    weights = Weights(ROWS, first.weights, label="Weights of the blend", elem_id="street-weights")
    words = typed_words(
        first.words,
        WORDS,
        button="Use",
        button_id="street-use",
        label=copy.SHOP_WORDS,
        placeholder=copy.CAPTIONER_WRITES,
        max_lines=3,
    )
    slots = shown_html(first.slots)
    with gr.Accordion(copy.DIALOGUE, open=False, elem_id="street-dialogue"):
        dialogue = shown_html(first.dialogue)
    shown_html(box_measure(tab.services.manifest("garment_box")))
    asked = StreetToShopFields(
        box=box,
        upload=upload,
        propose=propose,
        buttons=buttons,
        weights=weights,
        **words,
        slots=slots,
        dialogue=dialogue,
    )
    return asked | _closer(tab, first)


def _closer(tab: StreetToShopEvents, first: StreetToShopFields) -> StreetToShopFields:
    closer_heading()
    return StreetToShopFields(
        **look_closer("street", tab.layers),
        chart=gallery_map("street"),
        chips=each_word("street", "street-sentence"),
        boxes=other_boxes("street", "street-box", "street-sentence"),
        trail=pin_board("street", WORDS, trail=True),
        past=kept_state(),
        promise=promise_panel(first.promise),
        **joining_choice("street", tab.rule_choices(), first.joining, first.joining_note),
    )


def _answer(tab: StreetToShopEvents, first: StreetToShopFields) -> StreetToShopFields:
    return StreetToShopFields(
        **hits_of("street", first.sentence, first.gallery, first.models, asks=copy.ASK_WITH_PICTURE),
        **live_of("street", first.live, tab.look, tab.named_at_first()),
    )


def _connect(tab: StreetToShopEvents, page: StreetToShopFields, link: StreetToShopLink) -> None:
    wiring = Wiring(page)
    answer = [page.sentence, page.gallery, page.models, page.live, page.promise]
    shown = [*answer, page.slots, page.showing, page.held]
    everything = [*shown, page.box, page.words, page.dialogue, page.weights]
    wiring.asks(page.upload.upload, tab.uploaded, everything)
    wiring.asks(page.box.input, tab.boxed, [*shown, page.weights])
    wiring.asks(page.propose.click, tab.proposed, [*shown, page.box, page.weights])
    typed = [page.words.submit, page.use.click, page.pause.input]
    wiring.asks(typed, tab.worded, shown)
    for shown_small in (page.gallery.enlarge, page.chart.enlarge):
        wiring.does(shown_small, tab.enlarge, [page.enlarged])
    wiring.does(page.chart.wanted, tab.charted, [page.chart])
    wiring.asks(page.enlarged.choose, tab.chosen, everything)
    wiring.follows(page.weights.input, tab.weighed, answer)
    wiring.follows(page.enlarged.bring, tab.brought, [*answer, page.weights])
    wiring.follows(page.joining.input, tab.joined, [*answer, page.weights, page.joining_note])
    for seen in (page.atlas.wanted, page.layer.input):
        wiring.does(seen, tab.surveyed, [page.atlas])
    picked = wiring.does(page.enlarged.rank, tab.picked, [page.layer, page.looked])
    wiring.does(picked.then, tab.surveyed, [page.atlas])
    wiring.does(page.chips.wanted, tab.read_each, [page.chips], encodes=True)
    wiring.does(page.boxes.wanted, tab.tried, [page.boxes], encodes=True)
    answered = [*everything, page.joining, page.joining_note]
    wiring.opens(page.buttons, tab.opened, answered)
    connect_link(wiring, page, link.asked, link.linked, answered)
    wiring.does(page.trail.note, tab.noted, [page.past, page.trail])
    wiring.asks(page.trail.walk, tab.walked, answered, encodes=False)
    if tab.services.settings.gallery is not None:
        later = [page.catalogue, page.joining, page.joining_note]
        wiring.does(None, tab.named_later, later, queue=True)  # opening it may take long

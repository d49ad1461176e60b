"""The street-to-shop tab: a garment seen in the street asks by picture, words and box; layout and connections only."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demo import copy
from demo.answers.street_to_shop import ShopMix, box_measure
from demo.closer_look import other_boxes, place_maps
from demo.events.links import connect as connect_link
from demo.events.street_to_shop import TASK, WORDS, StreetToShopEvents, StreetToShopFields
from demo.events.street_to_shop_link import StreetToShopLink
from demo.pieces import example_buttons, laid_out, shown_html
from demo.retrieval_layout import answer_fields, closer_fields, connect_atlas, connect_closer
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
    link = StreetToShopLink(tab)
    _connect(tab, laid_out(TASK, tab, link, READS, "street", _question, _answer), link)


def _question(tab: StreetToShopEvents, first: StreetToShopFields) -> StreetToShopFields:
    box = BoxTool(first.box, elem_id="street-box", lands_in="street-picture")
    with gr.Row(elem_classes="tools"):
        upload = picture_button("Upload a street picture", elem_id="street-picture")
        propose = gr.Button("Propose a box", size="sm", elem_id="street-propose")
        buttons = example_buttons(tab)
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
    return asked | StreetToShopFields(**closer_fields("street", tab, first, WORDS, _boxes))


def _boxes() -> dict[str, Any]:
    return {
        "boxes": other_boxes("street", "street-box", "street-sentence"),
        "places": place_maps("street", "street-sentence"),
    }


def _answer(tab: StreetToShopEvents, first: StreetToShopFields) -> StreetToShopFields:
    return StreetToShopFields(**answer_fields("street", tab, first))


def _connect(tab: StreetToShopEvents, page: StreetToShopFields, link: StreetToShopLink) -> None:
    wiring = Wiring(page, mix=ShopMix)
    answer = [page.sentence, page.gallery, page.models, page.live, page.promise]
    shown = [*answer, page.slots, page.showing, page.held]
    everything = [*shown, page.box, page.words, page.dialogue, page.weights]
    wiring.asks(page.upload.upload, tab.uploaded, everything)
    wiring.asks(page.box.input, tab.boxed, [*shown, page.weights])
    wiring.asks(page.propose.click, tab.proposed, [*shown, page.box, page.weights])
    typed = [page.words.submit, page.use.click, page.pause.input]
    wiring.asks(typed, tab.worded, shown)
    wiring.asks(page.enlarged.choose, tab.chosen, everything)
    wiring.follows(page.weights.input, tab.weighed, answer)
    wiring.does(page.places.wanted, tab.located, [page.places], encodes=True)
    wiring.does(page.boxes.wanted, tab.tried, [page.boxes], encodes=True)
    answered = [*everything, page.joining, page.joining_note]
    connect_atlas(wiring, tab, page, answer)
    connect_closer(wiring, tab, page, answer, answered)
    connect_link(wiring, page, link.asked, link.linked, answered)

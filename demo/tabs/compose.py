"""The compose tab: a reference picture and a modification in words ask; layout and connections only."""

from __future__ import annotations

import gradio as gr

from core.encoders.pooling import POOLINGS
from demo.answers.compose import RECALLS, Mix
from demo.closer_look import place_maps
from demo.events.compose import TASK, WORDS, ComposeEvents, ComposeFields
from demo.events.compose_link import ComposeLink
from demo.events.links import connect as connect_link
from demo.pieces import example_buttons, laid_out, shown_html
from demo.retrieval_layout import answer_fields, closer_fields, connect_atlas, connect_closer
from demo.services import Services
from demo.widgets.address import LiveKey
from demo.widgets.figure_saver import figure_button
from demo.widgets.gallery import ResultGallery
from demo.widgets.picture import picture_button
from demo.widgets.reference import ReferenceView
from demo.widgets.simplex import SimplexMaps
from demo.widgets.typed_words import typed_words
from demo.widgets.weights import WeightRow, Weights
from demo.wiring import Wiring

ROWS = (
    WeightRow("Picture q", "w₀", "picture"),
    WeightRow("Words t", "w₁", "words"),
    WeightRow("Both f(q, t)", "w₂", "both"),
)


READS = (
    LiveKey("w", "#compose-weights .weights", "now"),
    LiveKey("pooling", "#compose-pooling", "chosen"),
    LiveKey("cosine", "#compose-cosine", "on"),
)


def build(services: Services) -> None:
    """Lays the tab out and connects its events; called inside a `gr.Tab`.

    Args:
        services: what answers.
    """
    tab = ComposeEvents(services)
    link = ComposeLink(tab)
    _connect(tab, laid_out(TASK, tab, link, READS, "compose", _question, _answer, _maps), link)


def _question(tab: ComposeEvents, first: ComposeFields) -> ComposeFields:
    reference = ReferenceView(first.reference, lands_in="compose-picture", elem_id="compose-reference")
    with gr.Row(elem_classes="tools"):
        upload = picture_button("Upload a reference", elem_id="compose-picture")
        buttons = example_buttons(tab)
    strip = ResultGallery(tab.strip_at_first(), elem_id="compose-strip")
    words = typed_words(
        first.words,
        WORDS,
        button="Ask",
        button_id="compose-ask",
        label="What should change",
        placeholder="the same in red, with long sleeves",
    )
    weights = Weights(
        ROWS, first.weights, label="Weights of the mix", negative=True, elem_id="compose-weights"
    )
    return ComposeFields(
        reference=reference,
        upload=upload,
        buttons=buttons,
        strip=strip,
        **words,
        weights=weights,
        pooling=gr.Radio(
            list(POOLINGS), value=first.pooling, label="Pooling over tokens", elem_id="compose-pooling"
        ),
        renormalise=gr.Checkbox(
            first.renormalise, label="Renormalise the mix: scores are cosines", elem_id="compose-cosine"
        ),
    ) | ComposeFields(
        **closer_fields(
            "compose", tab, first, WORDS, lambda: {"places": place_maps("compose", "compose-gallery")}
        )
    )


def _answer(tab: ComposeEvents, first: ComposeFields) -> ComposeFields:
    return ComposeFields(**answer_fields("compose", tab, first))


def _maps(tab: ComposeEvents) -> ComposeFields:
    with gr.Accordion(
        "Recall over all weights", open=False, elem_id="compose-maps", elem_classes="saves-figure"
    ):
        with gr.Row(elem_classes="tools"):
            recall = gr.Radio(list(RECALLS), value="R@1", label="Recall", elem_id="compose-recall")
            rule = gr.Radio(list(POOLINGS), value=POOLINGS[0], label="Pooling of the map")
        shown_html(figure_button())
        maps = SimplexMaps(tab.maps.html("R@1", POOLINGS[0]), follows="compose-weights")
    return ComposeFields(recall=recall, rule=rule, maps=maps)


def _connect(tab: ComposeEvents, page: ComposeFields, link: ComposeLink) -> None:
    wiring = Wiring(page, mix=Mix)
    answer = [page.sentence, page.gallery, page.models, page.live, page.promise]
    reference = [page.reference, page.showing, page.held]
    shown = [*answer, *reference]
    wiring.asks(page.upload.upload, tab.uploaded, shown)
    wiring.asks(page.strip.choose, tab.chosen, shown)
    wiring.asks(page.enlarged.choose, tab.kept_for_later, reference, encodes=False)
    wiring.asks([page.words.submit, page.use.click, page.pause.input], tab.worded, shown)
    for slider in (page.weights, page.pooling, page.renormalise):
        wiring.follows(slider.input, tab.weighed, answer)
    connect_atlas(wiring, tab, page, answer)
    wiring.does(page.places.wanted, tab.located, [page.places], encodes=True)
    mix = [page.weights, page.pooling, page.renormalise, page.joining, page.joining_note]
    everything = [*shown, page.words, *mix]
    connect_closer(wiring, tab, page, answer, everything)
    connect_link(wiring, page, link.asked, link.linked, everything)
    for choice in (page.recall, page.rule):
        wiring.does(choice.input, tab.mapped, [page.maps])
    wiring.follows(page.maps.choose, tab.pointed, [*answer, page.weights])
    if tab.services.settings.gallery is not None:
        wiring.does(None, tab.stripped, [page.strip], queue=True)  # opening it may take long

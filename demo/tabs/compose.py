"""The compose tab: a reference picture and a modification in words ask; layout and connections only."""

from __future__ import annotations

from functools import partial

import gradio as gr

from core.encoders.pooling import POOLINGS
from demo import copy
from demo.answers.compose import RECALLS, Mix
from demo.answers.report import question_line
from demo.events.compose import TASK, WORDS, ComposeEvents, ComposeFields
from demo.events.compose_link import ComposeLink
from demo.events.links import connect as connect_link
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
    pin_board,
    place_maps,
    promise_panel,
    report_fold,
    shown_html,
)
from demo.services import Services
from demo.widgets.address import LiveKey
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
    first = tab.opened()
    shown_html(question_line(TASK))
    page = bench(partial(_question, tab, first), partial(_answer, tab, first))
    with gr.Accordion("Recall over all weights", open=False, elem_id="compose-maps"):
        maps = _maps(tab)
    report_fold(TASK, services)
    link = ComposeLink(tab)
    address = address_bar(TASK, partial(link.asked, first.joining, first.showing, None), READS, "compose")
    page |= maps | ComposeFields(**memory(first.showing), address=address)
    _connect(tab, page, link)


def _question(tab: ComposeEvents, first: ComposeFields) -> ComposeFields:
    reference = ReferenceView(first.reference, lands_in="compose-picture", elem_id="compose-reference")
    with gr.Row(elem_classes="tools"):
        upload = picture_button("Upload a reference", elem_id="compose-picture")
        buttons = example_buttons(tab.examples)
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
    ) | _closer(tab, first)


def _closer(tab: ComposeEvents, first: ComposeFields) -> ComposeFields:
    closer_heading()
    return ComposeFields(
        **look_closer("compose", tab.layers),
        chart=gallery_map("compose"),
        chips=each_word("compose", "compose-sentence"),
        places=place_maps("compose"),
        trail=pin_board("compose", WORDS, trail=True),
        past=kept_state(),
        promise=promise_panel(first.promise),
        **joining_choice("compose", tab.rule_choices(), first.joining, first.joining_note),
    )


def _answer(tab: ComposeEvents, first: ComposeFields) -> ComposeFields:
    return ComposeFields(
        **hits_of("compose", first.sentence, first.gallery, first.models, asks=copy.ASK_WITH_PICTURE),
        **live_of("compose", first.live, tab.look, tab.named_at_first()),
    )


def _maps(tab: ComposeEvents) -> ComposeFields:
    with gr.Row(elem_classes="tools"):
        recall = gr.Radio(list(RECALLS), value="R@1", label="Recall", elem_id="compose-recall")
        rule = gr.Radio(list(POOLINGS), value=POOLINGS[0], label="Pooling of the map")
    maps = SimplexMaps(tab.maps.html("R@1", POOLINGS[0]), follows="compose-weights")
    return ComposeFields(recall=recall, rule=rule, maps=maps)


def _connect(tab: ComposeEvents, page: ComposeFields, link: ComposeLink) -> None:
    wiring = Wiring(page, mix=Mix)
    answer = [page.sentence, page.gallery, page.models, page.live, page.promise]
    reference = [page.reference, page.showing, page.held]
    shown = [*answer, *reference]
    wiring.asks(page.upload.upload, tab.uploaded, shown)
    wiring.asks(page.strip.choose, tab.chosen, shown)
    for shown_small in (page.gallery.enlarge, page.chart.enlarge):
        wiring.does(shown_small, tab.enlarge, [page.enlarged])
    wiring.does(page.chart.wanted, tab.charted, [page.chart])
    wiring.does(page.enlarged.choose, tab.kept_for_later, [page.notice, *reference])
    wiring.asks([page.words.submit, page.use.click, page.pause.input], tab.worded, shown)
    for slider in (page.weights, page.pooling, page.renormalise):
        wiring.follows(slider.input, tab.weighed, answer)
    wiring.follows(page.enlarged.bring, tab.brought, [*answer, page.weights])
    wiring.follows(page.joining.input, tab.joined, [*answer, page.weights, page.joining_note])
    for seen in (page.atlas.wanted, page.layer.input):
        wiring.does(seen, tab.surveyed, [page.atlas])
    picked = wiring.does(page.enlarged.rank, tab.picked, [page.layer, page.looked])
    wiring.does(picked.then, tab.surveyed, [page.atlas])
    wiring.does(page.chips.wanted, tab.read_each, [page.chips], encodes=True)
    wiring.does(page.places.wanted, tab.located, [page.places], encodes=True)
    mix = [page.weights, page.pooling, page.renormalise, page.joining, page.joining_note]
    everything = [*shown, page.words, *mix]
    wiring.opens(page.buttons, tab.opened, everything)
    wiring.does(page.trail.note, tab.noted, [page.past, page.trail])
    wiring.asks(page.trail.walk, tab.walked, everything, encodes=False)
    connect_link(wiring, page, link.asked, link.linked, everything)
    for choice in (page.recall, page.rule):
        wiring.does(choice.input, tab.mapped, [page.maps])
    wiring.follows(page.maps.choose, tab.pointed, [*answer, page.weights])
    if tab.services.settings.gallery is not None:
        wiring.does(None, tab.stripped, [page.strip], queue=True)  # opening it may take long
        later = [page.catalogue, page.joining, page.joining_note]
        wiring.does(None, tab.named_later, later, queue=True)

"""The tab of scores of one's own, there when the page was started with some; layout and connections only."""

from __future__ import annotations

from functools import partial
from html import escape

import gradio as gr

from core.plurals import counted
from core.scores import ScoreSet
from demo import copy
from demo.closer_look import closer_heading, look_closer, pin_board
from demo.events.scores import ScoresEvents, ScoresFields, ScoresMix
from demo.pieces import (
    bench,
    hits_of,
    live_of,
    memory,
    shown_html,
)
from demo.retrieval_layout import connect_atlas, connect_marks, mark_board
from demo.services import Services
from demo.widgets.figure_saver import figure_button
from demo.widgets.gallery import legend_html
from demo.widgets.reference import ReferenceView
from demo.widgets.simplex import SimplexMaps
from demo.widgets.weights import WeightRow, Weights
from demo.wiring import Wiring


def build(services: Services, scores: ScoreSet) -> None:
    """Lays the tab out and connects its events; called inside a `gr.Tab`.

    Args:
        services: of the page.
        scores: the set that was opened.
    """
    tab = ScoresEvents(services, scores)
    gr.set_static_paths([tab.gallery.thumbnails])
    first = tab.opened()
    sizes = f"{counted(len(scores.queries), 'query', 'queries')}, {counted(len(scores.ids), 'candidate')}"
    legend = legend_html(tuple(zip(scores.kinds, scores.labels, strict=True)))
    shown_html(
        f'<p class="asked"><bdi>{escape(scores.title)}</bdi>: {sizes}. {escape(copy.SCORES_ASKED)}</p>{legend}',
        elem_classes="asked-line",
    )
    page = bench(partial(_question, tab, first), partial(_answer, tab, first))
    with gr.Accordion(
        "Recall over all weights", open=False, elem_id="scores-recall", elem_classes="saves-figure"
    ) as fold:
        recall = shown_html(elem_id="scores-recall-now")
        shown_html(figure_button())
        maps = SimplexMaps("", follows="scores-weights")
    page |= ScoresFields(recall=recall, maps=maps, **memory(""))
    wiring = Wiring(page, mix=ScoresMix)
    answer = [page.sentence, page.gallery, page.models, page.live]
    wiring.asks(page.query.input, tab.asked, [*answer, page.reference, page.weights], encodes=False)
    wiring.follows(page.weights.input, tab.weighed, answer)
    connect_atlas(wiring, tab, page, answer)
    connect_marks(wiring, page, tab.marked_here, tab.recounted_here)
    wiring.does(fold.expand, tab.mapped, [page.recall, page.maps])
    wiring.follows(page.maps.choose, tab.pointed, [*answer, page.weights])
    tab.pictures.start()


def _question(tab: ScoresEvents, first: ScoresFields) -> ScoresFields:
    rows = [
        WeightRow(label, f"w{'₁₂₃'[place]}", kind)
        for place, (kind, label) in enumerate(zip(tab.scores.kinds, tab.scores.labels, strict=True))
    ]
    choices = list(zip(tab.choices, range(len(tab.choices)), strict=True))
    fields = ScoresFields(
        query=gr.Dropdown(choices, value=0, label="Query", elem_id="scores-query"),
        reference=ReferenceView(first.reference, elem_id="scores-reference"),
        weights=Weights(
            rows, first.weights, label="Weights of the blend", negative=True, elem_id="scores-weights"
        ),
    )
    closer_heading()
    fields |= ScoresFields(**look_closer("scores", tab.layers))
    pin_board("scores", "scores-query")
    fields |= ScoresFields(**mark_board("scores"))
    return fields


def _answer(tab: ScoresEvents, first: ScoresFields) -> ScoresFields:
    return ScoresFields(
        **hits_of("scores", first.sentence, first.gallery, first.models),
        **live_of("scores", first.live, tab.look, tab.names()),
    )

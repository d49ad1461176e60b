"""The compose tab: a reference picture and a modification in words ask; q, t and f(q, t) have live weights."""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr

from core.encoders.pooling import POOLINGS
from demo.answers.compose import RECALLS
from demo.answers.compose_events import EMPTY, ROWS, TASK, TYPE_MODIFICATION, ComposeTab
from demo.pieces import (
    FOLLOW,
    asking,
    following,
    inline,
    kept_state,
    question_line,
    report_table,
    thinking_mark,
)
from demo.services import Services
from demo.widgets.enlarged import Enlarged
from demo.widgets.gallery import ResultGallery
from demo.widgets.pause import TypingPause
from demo.widgets.picture import picture_button
from demo.widgets.reference import ReferenceView
from demo.widgets.simplex import SimplexMaps
from demo.widgets.weights import Weights

__all__ = ["EMPTY", "TYPE_MODIFICATION", "ComposeTab", "build"]


def build(services: Services) -> None:
    """Lays the tab out and connects its events; called inside a `gr.Tab`.

    Args:
        services: what answers.
    """
    tab = ComposeTab(services)
    first = tab.opened()
    page: dict[str, Any] = {}
    gr.HTML(question_line(TASK), apply_default_css=False)
    with gr.Row(elem_classes="bench"):
        with gr.Column(scale=5, min_width=340, elem_classes="question"):
            page |= _question_parts(tab, first)
        with gr.Column(scale=7, min_width=340, elem_classes="answer"):
            page["mark"] = thinking_mark()
            page["notice"] = gr.HTML("")
            page["sentence"] = gr.HTML(first[0], elem_id="compose-sentence")
            page["gallery"] = ResultGallery(first[1], elem_id="compose-gallery")
            page["models"] = gr.HTML(first[2])
            page["enlarged"] = Enlarged(asks="Ask with this picture")
    with gr.Accordion("Recall over all weights", open=False, elem_id="compose-maps"):
        page |= _maps(tab)
    gr.HTML(report_table(TASK, services), apply_default_css=False)
    page["asked"] = gr.Textbox(first[4], visible="hidden", label="which question")
    page["held"] = kept_state()
    _connect(tab, page)
    if services.settings.gallery is not None:
        gr.on(None, tab.strip_later, None, page["strip"], show_progress="hidden", api_visibility="private")


def _question_parts(tab: ComposeTab, first: tuple[Any, ...]) -> dict[str, Any]:
    modification, weights, pooling, renormalise = first[6:]
    page: dict[str, Any] = {
        "reference": ReferenceView(first[3], lands_in="compose-picture", elem_id="compose-reference")
    }
    with gr.Row(elem_classes="tools"):
        page["upload"] = picture_button("Upload a reference", elem_id="compose-picture")
        page["examples"] = [gr.Button(one.title, size="sm", elem_classes="example") for one in tab.examples]
    page["strip"] = ResultGallery(tab.strip_at_first(), elem_id="compose-strip")
    with gr.Row(elem_classes="caption-row"):
        page["modification"] = gr.Textbox(
            modification,
            label="What should change",
            placeholder="the same in red, with long sleeves",
            lines=1,
            max_lines=2,
            max_length=2000,
            scale=1,
            elem_id="compose-text",
        )
        page["ask"] = gr.Button(
            "Ask", size="sm", elem_classes="beside", min_width=60, scale=0, elem_id="compose-ask"
        )
    page["pause"] = TypingPause("compose-text")
    page["weights"] = Weights(
        ROWS, weights, label="Weights of the mix", negative=True, elem_id="compose-weights"
    )
    page["pooling"] = gr.Radio(list(POOLINGS), value=pooling, label="Pooling over tokens")
    page["renormalise"] = gr.Checkbox(renormalise, label="Renormalise the mix: scores are cosines")
    return page


def _maps(tab: ComposeTab) -> dict[str, Any]:
    with gr.Row(elem_classes="tools"):
        recall = gr.Radio(list(RECALLS), value="R@1", label="Recall", elem_id="compose-recall")
        rule = gr.Radio(list(POOLINGS), value=POOLINGS[0], label="Pooling of the map")
    maps = SimplexMaps(tab.maps.html("R@1", POOLINGS[0]), follows="compose-weights")
    return {"recall": recall, "rule": rule, "maps": maps}


def _connect(tab: ComposeTab, page: dict[str, Any]) -> None:
    def of(names: str) -> list[Any]:
        return [page[name] for name in names.split()]

    mix, seen = "weights pooling renormalise", "notice sentence gallery models"
    told = of(f"{seen} reference asked held")
    encoding = asking(page["mark"])
    page["upload"].upload(inline(6)(tab.referred), of(f"upload modification {mix}"), told, **encoding)
    page["strip"].choose(inline(6)(tab.chosen), of(f"modification {mix}"), told, **encoding)
    page["gallery"].enlarge(tab.enlarged, None, page["enlarged"], **FOLLOW)
    page["enlarged"].choose(tab.kept_for_later, None, of("notice reference asked held"), **FOLLOW)
    words = [page["modification"].submit, page["ask"].click, page["pause"].input]
    gr.on(words, inline(6)(tab.worded), of(f"modification {mix} asked held"), told, **encoding)
    for name in mix.split():
        page[name].input(following(3)(tab.mixed), of(f"{mix} asked held notice"), of(seen), **FOLLOW)
    for number, button in enumerate(page["examples"]):
        button.click(
            partial(inline(10)(tab.opened), number), None, [*told, *of(f"modification {mix}")], **FOLLOW
        )
    for name in ("recall", "rule"):
        page[name].input(tab.maps.html, of("recall rule"), page["maps"], **FOLLOW)
    page["maps"].choose(
        following(4)(tab.pointed), of(f"{mix} asked held notice"), [*of(seen), page["weights"]], **FOLLOW
    )

"""The street-to-shop tab: a garment seen in the street asks by picture, words and box; a shop answers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import gradio as gr

from demo import copy
from demo.answers.street_to_shop import box_measure
from demo.answers.street_to_shop_events import (
    BOX_SHARE,
    EMPTY,
    NO_BOX,
    ROWS,
    TASK,
    Question,
    StreetToShopTab,
)
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
from demo.widgets.box_tool import BoxTool
from demo.widgets.enlarged import Enlarged
from demo.widgets.gallery import ResultGallery
from demo.widgets.pause import TypingPause
from demo.widgets.picture import picture_button
from demo.widgets.weights import Weights

__all__ = ["BOX_SHARE", "EMPTY", "NO_BOX", "Question", "StreetToShopTab", "build"]


def build(services: Services) -> None:
    """Lays the tab out and connects its events; called inside a `gr.Tab`.

    Args:
        services: what answers.
    """
    tab = StreetToShopTab(services)
    said, tiles, models, box, words, slots, talk, weights, asked, _ = tab.opened()
    page: dict[str, Any] = {}
    gr.HTML(question_line(TASK), apply_default_css=False)
    with gr.Row(elem_classes="bench"):
        with gr.Column(scale=5, min_width=340, elem_classes="question"):
            page["box"] = BoxTool(box, elem_id="street-box", lands_in="street-picture")
            with gr.Row(elem_classes="tools"):
                page["upload"] = picture_button("Upload a street picture", elem_id="street-picture")
                page["propose"] = gr.Button("Propose a box", size="sm", elem_id="street-propose")
                chosen = [gr.Button(one.title, size="sm", elem_classes="example") for one in tab.examples]
            page["weights"] = Weights(ROWS, weights, label="Weights of the blend", elem_id="street-weights")
            page |= _words_parts(words, slots)
            with gr.Accordion(copy.DIALOGUE, open=False, elem_id="street-dialogue"):
                page["dialogue"] = gr.HTML(talk, apply_default_css=False)
            gr.HTML(box_measure(services.manifest("garment_box")), apply_default_css=False)
        with gr.Column(scale=7, min_width=340, elem_classes="answer"):
            page["mark"] = thinking_mark()
            page["notice"] = gr.HTML("")
            page["sentence"] = gr.HTML(said, elem_id="street-sentence")
            page["gallery"] = ResultGallery(tiles, elem_id="street-gallery")
            page["models"] = gr.HTML(models)
            page["enlarged"] = Enlarged()
    gr.HTML(report_table(TASK, services), apply_default_css=False)
    page["asked"] = gr.Textbox(asked, visible="hidden", label="which question")
    page["held"] = kept_state()
    _connect(tab, page, chosen)


def _words_parts(words: str, slots: str) -> dict[str, Any]:
    page: dict[str, Any] = {}
    with gr.Row(elem_classes="caption-row"):
        page["words"] = gr.Textbox(
            words,
            label=copy.SHOP_WORDS,
            placeholder=copy.CAPTIONER_WRITES,
            lines=1,
            max_lines=3,
            max_length=2000,
            scale=1,
            elem_id="street-words",
        )
        page["use"] = gr.Button(
            "Use", size="sm", elem_classes="beside", min_width=60, scale=0, elem_id="street-use"
        )
    page["pause"] = TypingPause("street-words")
    page["slots"] = gr.HTML(slots, apply_default_css=False)
    return page


def _connect(tab: StreetToShopTab, page: dict[str, Any], chosen: Sequence[Any]) -> None:
    def of(names: str) -> list[Any]:
        return [page[name] for name in names.split()]

    seen = "notice sentence gallery models"
    everything = of(f"{seen} box words slots dialogue weights asked held")
    encoding = asking(page["mark"])
    page["upload"].upload(inline(10)(tab.asked), of("upload"), everything, **encoding)
    page["box"].input(
        inline(7)(tab.boxed), of("box weights asked held"), of(f"{seen} slots weights asked held"), **encoding
    )
    page["propose"].click(
        inline(8)(tab.proposed),
        of("weights asked held"),
        of(f"{seen} slots box weights asked held"),
        **encoding,
    )
    gr.on(
        [page["words"].submit, page["use"].click, page["pause"].input],
        inline(6)(tab.worded),
        of("words weights asked held"),
        of(f"{seen} slots asked held"),
        **encoding,
    )
    page["gallery"].enlarge(tab.enlarged, None, page["enlarged"], **FOLLOW)
    page["weights"].input(following(3)(tab.weighed), of("weights asked held notice"), of(seen), **FOLLOW)
    for number, button in enumerate(chosen):
        button.click(partial(inline(10)(tab.opened), number), None, everything, **FOLLOW)

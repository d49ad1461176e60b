"""What the tabs are laid out with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import gradio as gr

from core.errors import BlendscopeError
from core.state import PageView, tab_name
from core.task_table import TASKS, Task
from demo import copy
from demo.answers.report import question_line, report_table
from demo.services import Example, Services
from demo.uploads import KEPT_FOR
from demo.widgets.address import Address, LiveKey
from demo.widgets.addresses import static_address
from demo.widgets.enlarged import Enlarged
from demo.widgets.gallery import ResultGallery
from demo.widgets.live_ranking import LiveRanking, Look, PictureNames
from demo.widgets.mark_board import MarkRibbons
from demo.wiring import Fields

Laid = TypeVar("Laid", bound=Fields)


def kept_state() -> gr.State:
    """Returns what holds a session's evidence; it is put away an hour after the last question."""
    return gr.State(None, time_to_live=KEPT_FOR)


def shown_html(value: str = "", **options: Any) -> gr.HTML:
    """Returns a place for HTML of ours, without gradio's own styles for prose."""
    return gr.HTML(value, apply_default_css=False, **options)


def thinking_mark() -> gr.HTML:
    """Returns a small word that appears when an answer takes longer than a blink; for the top of an answer."""
    return shown_html(f'<p aria-hidden="true">{copy.THINKING}</p>', elem_classes="thinking")


def memory(showing: str) -> dict[str, Any]:
    """Returns the two fields that every tab keeps: what the page shows, and the question of the visitor's own.

    Args:
        showing: what the page shows at first.
    """
    return {"showing": gr.Textbox(showing, visible="hidden", label="which question"), "held": kept_state()}


def bench(question: Callable[[], Laid], answer: Callable[[], Laid]) -> Laid:
    """Lays out the two columns of a tab, and returns the fields of both.

    Args:
        question: lays out the left one: what is asked.
        answer: lays out the right one: what answers, dimmed while a notice stands in it.
    """
    with gr.Row(elem_classes="bench"):
        with gr.Column(scale=5, min_width=340, elem_classes="question"):
            left = question()
        with gr.Column(scale=7, min_width=340, elem_classes="answer"):
            return left | answer()


def laid_out(
    task: Task,
    tab: Any,
    link: Any,
    reads: Sequence[LiveKey],
    name: str,
    question: Callable[[Any, Any], Laid],
    answer: Callable[[Any, Any], Laid],
    below: Callable[[Any], Laid] | None = None,
) -> Laid:
    """Lays out a task's tab: what the report asked, the two columns of `bench`, the report's figures, the address.

    Args:
        task: whose tab it is.
        tab: its events; the worked example that they open with is shown at first.
        link: tells the question that an address names, see `demo.events.links`.
        reads: what the browser adds to it.
        name: of the live answer that questions change.
        question: lays out the left column, given the events and the worked example's fields.
        answer: lays out the right column, likewise.
        below: lays out what stands below both columns; None for nothing.

    Returns:
        All fields of the tab.
    """
    first = tab.opened()
    shown_html(question_line(task), elem_classes="asked-line")
    page = bench(lambda: question(tab, first), lambda: answer(tab, first))
    if below is not None:
        page |= below(tab)
    report_fold(task, tab.services)
    rule = getattr(first, "joining", None)  # a tab of classes has no rule of joining
    address = address_bar(task, partial(link.asked, rule, first.showing, None), reads, name)
    unseen: dict[str, Any] = {"address": address, **memory(first.showing)}
    return page | type(page)(**unseen)


def example_buttons(tab: Any) -> list[gr.Button]:
    """Returns a button for each worked example of a tab: its picture, and its title below or beside it.

    The picture is a ground of the button, so that its name is the title alone.

    Args:
        tab: its events, which know the examples.
    """
    examples: Sequence[Example] = tab.examples
    names = [f"{tab.row.key}-example-{number}" for number in range(1, len(examples) + 1)]
    files = [example.picture.resolve() for example in examples if example.picture is not None]
    gr.set_static_paths(files)
    grounds = "".join(
        f'#{name}::before {{ background-image: url("{static_address(example.picture)}"); }}'
        for name, example in zip(names, examples, strict=True)
        if example.picture is not None
    )
    shown_html(f"<style>{grounds}</style>", elem_classes="example-grounds")
    return [
        gr.Button(example.title, size="sm", elem_id=name, elem_classes="example")
        for name, example in zip(names, examples, strict=True)
    ]


def hits_of(name: str, sentence: str, gallery: str, models: str, asks: str = "") -> dict[str, Any]:
    """Returns the fields in which a retrieval tab answers, by name, laid out.

    Args:
        name: begins the ids of elements.
        sentence: the answer in one sentence, at first.
        gallery: the results at first.
        models: which models answered, at first.
        asks: what the button beside an enlarged result says, "" for none.
    """
    return {
        "mark": thinking_mark(),
        "notice": shown_html(),
        "sentence": shown_html(sentence, elem_id=f"{name}-sentence"),
        "gallery": ResultGallery(gallery, elem_id=f"{name}-gallery"),
        "models": shown_html(models),
        "enlarged": Enlarged(asks=asks) if asks else Enlarged(),
        "ribbons": MarkRibbons(name=name),
    }


def live_of(name: str, value: Any, look: Look, catalogue: Any) -> dict[str, Any]:
    """Returns the unseen fields with which the browser answers moves of the sliders, by name, laid out.

    Args:
        name: begins the ids of the elements that `hits_of` lays out, and of the weights.
        value: the evidence at first.
        look: how the answer is drawn.
        catalogue: the names of the gallery's pictures at first.
    """
    return {
        "catalogue": PictureNames(catalogue, elem_id=f"{name}-catalogue"),
        "live": LiveRanking(value, look=look, name=name),
    }


def report_fold(task: Task, services: Services) -> gr.HTML:
    """Returns the report's figures beside those measured here, for the end of a tab."""
    return shown_html(report_table(task, services.manifest(task.head), services.sample_figures(task.key)))


def address_bar(
    task: Task,
    asked: Callable[[], PageView | None],
    reads: Sequence[LiveKey],
    name: str = "",
    watches: str = "",
) -> Address:
    """Lays out what keeps the browser's address with the tab; nobody sees it.

    Args:
        task: of the tab.
        asked: tells the question that the tab opens with.
        reads: what the browser adds to the question.
        name: of the live answer that questions change, "" without one.
        watches: `elem_id` of the answer, where there is no live one.
    """
    try:
        view = asked()
    except BlendscopeError:
        view = None
    value = None if view is None else {"query": view.to_query()}
    return Address(value, tab=tab_name(task), reads=reads, name=name, watches=watches, first=task is TASKS[0])

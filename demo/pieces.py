"""What the tabs are laid out with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import gradio as gr

from core.errors import BlendscopeError
from core.state import PageView, tab_name
from core.task_table import TASKS, Task
from core.tasks.promise import Finding
from demo import copy
from demo.answers.instruments import SHORT
from demo.answers.joining import JOINING, RULE
from demo.answers.report import question_line, report_table
from demo.services import Example, Services
from demo.uploads import KEPT_FOR
from demo.widgets.address import Address, LiveKey
from demo.widgets.boxes_tried import BoxMap
from demo.widgets.enlarged import Enlarged
from demo.widgets.gallery import ResultGallery
from demo.widgets.gallery_map import AS_A_MAP, GalleryMap
from demo.widgets.ink_strokes import InkStrokes
from demo.widgets.live_ranking import LiveRanking, Look, PictureNames
from demo.widgets.mark_board import MarkRibbons
from demo.widgets.pin_board import PinBoard
from demo.widgets.places import PlaceMaps
from demo.widgets.promise import PromisePanel
from demo.widgets.trail import Trail
from demo.widgets.verdict_pin import VerdictPin
from demo.widgets.winner_atlas import WinnerAtlas
from demo.widgets.word_chips import WordChips
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
    shown_html(question_line(task))
    page = bench(lambda: question(tab, first), lambda: answer(tab, first))
    if below is not None:
        page |= below(tab)
    report_fold(task, tab.services)
    rule = getattr(first, "joining", None)  # a tab of classes has no rule of joining
    address = address_bar(task, partial(link.asked, rule, first.showing, None), reads, name)
    unseen: dict[str, Any] = {"address": address, **memory(first.showing)}
    return page | type(page)(**unseen)


def example_buttons(examples: Sequence[Example]) -> list[gr.Button]:
    """Returns a button for each worked example."""
    return [gr.Button(example.title, size="sm", elem_classes="example") for example in examples]


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


def closer_heading() -> gr.HTML:
    """Returns what stands above the instruments of a tab, each of which is a fold."""
    return shown_html(f'<h2 class="closer-heading">{copy.CLOSER}</h2>')


def closer(title: str, elem_id: str | None = None) -> gr.Accordion:
    """Returns the closed fold of an instrument, of which one is open at a time.

    Its button stands in one row with those of the others, so what it says is short; the title stands above what opens.

    Args:
        title: what the instrument shows.
        elem_id: by which it is found.
    """
    fold = gr.Accordion(SHORT.get(title, title), open=False, elem_id=elem_id, elem_classes="closer")
    if title in SHORT:
        with fold:
            shown_html(f'<h3 class="closer-title">{title}</h3>')
    return fold


def look_closer(name: str, layers: Sequence[str]) -> dict[str, Any]:
    """Returns, folded away, who comes first at which mix, by name, laid out; it is asked for when it is seen.

    Args:
        name: begins the ids of the weights that it follows.
        layers: names of what can be laid on it, the first one at first.
    """
    with closer(copy.LOOK_CLOSER, f"{name}-closer"):
        layer = gr.Radio(
            list(layers), value=layers[0], label="On the map", elem_id=f"{name}-layer", elem_classes="joining"
        )
        return {
            "layer": layer,
            "looked": kept_state(),
            "atlas": WinnerAtlas(name=name, elem_id=f"{name}-atlas"),
        }


def gallery_map(name: str) -> GalleryMap:
    """Returns, folded away, the gallery as a map; its places are asked for when it is seen.

    Args:
        name: begins the ids of elements.
    """
    with closer(AS_A_MAP, f"{name}-as-a-map"):
        return GalleryMap(name=name, elem_id=f"{name}-map")


def pin_board(name: str, words: str, answer: str = "", *, trail: bool = False) -> Trail | None:
    """Lays out, folded away, an answer that is pinned, with what moved since.

    Args:
        name: begins the ids of elements.
        words: `elem_id` of the field with the words of the question.
        answer: by which the live answer goes; "" for `name`.
        trail: whether the questions that were asked before stand below it.

    Returns:
        Those questions, None without them.
    """
    with closer(copy.PIN, f"{name}-pin"):
        PinBoard(name=answer or name, words=words, elem_id=f"{name}-pinned")
        return Trail(name=name, elem_id=f"{name}-trail") if trail else None


def verdict_pin(name: str) -> None:
    """Lays out, folded away, a verdict that is pinned, with what changed since.

    Args:
        name: begins the ids of elements.
    """
    with closer(copy.PIN, f"{name}-pin"):
        VerdictPin(answer=f"{name}-answer", elem_id=f"{name}-pinned")


def each_word(name: str, watches: str) -> WordChips:
    """Returns, folded away, what each word of the question does; it is asked for when it is seen.

    Args:
        name: begins the ids of elements.
        watches: `elem_id` of what changes with the answer.
    """
    with closer(copy.EACH_WORD, f"{name}-each-word"):
        return WordChips(watches=watches, elem_id=f"{name}-chips")


def each_stroke(name: str, pad: str, watches: str) -> InkStrokes:
    """Returns, folded away, what each stroke of a drawing does; it is asked for when it is seen.

    Args:
        name: begins the ids of elements.
        pad: CSS class of the drawing pad.
        watches: `elem_id` of what changes with the answer.
    """
    with closer(copy.EACH_STROKE, f"{name}-each-stroke"):
        return InkStrokes(pad=pad, watches=watches, elem_id=f"{name}-strokes")


def other_boxes(name: str, tool: str, watches: str) -> BoxMap:
    """Returns, folded away, what other boxes than the drawn one find; it is asked for when it is seen.

    Args:
        name: begins the ids of elements.
        tool: `elem_id` of the box tool.
        watches: `elem_id` of what changes with the answer.
    """
    with closer(copy.OTHER_BOXES, f"{name}-other-boxes"):
        return BoxMap(tool=tool, watches=watches, elem_id=f"{name}-boxes")


def place_maps(name: str, watches: str) -> PlaceMaps:
    """Returns, folded away, where in the pictures the scores come from; it is asked for when it is seen.

    Args:
        name: begins the ids of elements.
        watches: `elem_id` of what changes with the answer.
    """
    with closer(copy.PLACES, f"{name}-where"):
        return PlaceMaps(name=name, watches=watches, elem_id=f"{name}-places")


def promise_panel(finding: Finding | None, here: str = "here") -> PromisePanel:
    """Returns, folded away, whether anything answers the question, with a slider for alpha.

    Args:
        finding: of the question that the page opens with.
        here: among what nothing answers.
    """
    with closer(copy.WHETHER_ANYTHING):
        return PromisePanel(finding, here=here)


def joining_choice(name: str, choices: Sequence[tuple[str, str]], rule: str, note: str) -> dict[str, Any]:
    """Returns, folded away, the choice of the rule by which the kinds of evidence are joined, by name, laid out.

    Args:
        name: begins the ids of elements.
        choices: what is shown for each rule, and its name.
        rule: the one at first.
        note: HTML that says what it does.
    """
    with closer(JOINING, f"{name}-joining-fold"):
        choice = gr.Radio(
            list(choices), value=rule, label=RULE, elem_id=f"{name}-joining", elem_classes="joining"
        )
        return {"joining": choice, "joining_note": shown_html(note)}


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

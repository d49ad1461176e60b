"""What the tabs that rank pictures lay out and connect alike: the answer, and the instruments that look closer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from demo import copy
from demo.answers.instruments import MARKS
from demo.closer_look import (
    closer,
    closer_heading,
    each_word,
    gallery_map,
    joining_choice,
    look_closer,
    pin_board,
    promise_panel,
)
from demo.events.retrieval import RetrievalEvents, RetrievalFields
from demo.panels.other_models import other_models
from demo.pieces import hits_of, kept_state, live_of
from demo.widgets.mark_board import MarkBoard
from demo.wiring import Fields, Wiring


def answer_fields(name: str, tab: RetrievalEvents, first: RetrievalFields) -> dict[str, Any]:
    """Returns the fields in which a task's tab answers, by name, laid out; `name` begins the ids of elements."""
    return {
        **hits_of(name, first.sentence, first.gallery, first.models, asks=copy.ASK_WITH_PICTURE),
        **live_of(name, first.live, tab.look, tab.named_at_first()),
    }


def closer_fields(
    name: str,
    tab: RetrievalEvents,
    first: RetrievalFields,
    words: str,
    own: Callable[[], Mapping[str, Any]],
) -> dict[str, Any]:
    """Returns the fields of a task's instruments, by name, laid out.

    Args:
        name: begins the ids of elements.
        tab: its events.
        first: what is shown at first.
        words: `elem_id` of the words that ask.
        own: lays out the instrument that this tab alone has, below the chips, and returns its field.
    """
    closer_heading()
    profile = tab.services.profile
    return {
        **look_closer(name, tab.layers),
        "chart": gallery_map(name),
        "chips": each_word(name, f"{name}-sentence"),
        **own(),
        "trail": pin_board(name, words, profile=profile, others=other_models(tab.row, profile), trail=True),
        "past": kept_state(),
        **mark_board(name),
        "promise": promise_panel(name, first.promise),
        **joining_choice(name, tab.rule_choices(), first.joining, first.joining_note),
    }


def connect_atlas(wiring: Wiring, tab: Any, page: RetrievalFields, answer: Sequence[Any]) -> None:
    """Connects the enlarged result, which brings itself to the top or asks for its rank, and the atlas."""
    wiring.does(page.gallery.enlarge, tab.enlarge, [page.enlarged])
    wiring.follows(page.enlarged.bring, tab.brought, [*answer, page.weights])
    for seen in (page.atlas.wanted, page.layer.input):
        wiring.does(seen, tab.surveyed, [page.atlas])
    picked = wiring.does(page.enlarged.rank, tab.picked, [page.layer, page.looked])
    wiring.does(picked.then, tab.surveyed, [page.atlas])


def connect_closer(
    wiring: Wiring, tab: Any, page: RetrievalFields, answer: Sequence[Any], everything: Sequence[Any]
) -> None:
    """Connects a task's other instruments, its worked examples, and its trail.

    Args:
        wiring: of the tab.
        tab: its events.
        page: its fields.
        answer: those in which it answers.
        everything: those that another question changes.
    """
    wiring.follows(page.joining.input, tab.joined, [*answer, page.weights, page.joining, page.joining_note])
    connect_marks(wiring, page, tab.marked, tab.recounted)
    wiring.does(page.chips.wanted, tab.read_each, [page.chips], encodes=True)
    wiring.does(page.chart.enlarge, tab.enlarge, [page.enlarged])
    wiring.does(page.chart.wanted, tab.charted, [page.chart])
    wiring.opens(page.buttons, tab.opened, everything)
    wiring.does(page.trail.note, tab.noted, [page.past, page.trail])
    wiring.asks(page.trail.walk, tab.walked, everything, encodes=False)
    if tab.services.settings.gallery is not None:  # opening it may take long
        wiring.does(None, tab.named_later, [page.catalogue, page.joining, page.joining_note], queue=True)


def mark_board(name: str) -> dict[str, Any]:
    """Returns, folded away, what a visitor marked as also right, by name, laid out.

    Args:
        name: begins the ids of elements.
    """
    with closer(MARKS, f"{name}-marks", drawn=False):
        return {"also": MarkBoard(name=name, elem_id=f"{name}-marked"), "marks": kept_state()}


def connect_marks(
    wiring: Wiring, page: RetrievalFields, marked: Callable[..., Fields], recounted: Callable[..., Fields]
) -> None:
    """Connects the marking of results.

    Args:
        wiring: of the tab.
        page: its components.
        marked: marks a result, or takes that back.
        recounted: counts anew.
    """
    for press in (page.enlarged.also, page.also.take):
        wiring.follows(press, marked, [page.marks, page.also, page.ribbons], speaks=True)
    for wanted in (page.also.wanted, page.ribbons.wanted):
        wiring.does(wanted, recounted, [page.also, page.ribbons])

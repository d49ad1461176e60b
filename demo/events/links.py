"""What the tabs share to follow links: what a view says of its question, and what differs from where it was made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Any, Generic, TypeVar

import gradio as gr

from core.errors import BlendscopeError, InputError, unknown_name
from core.index.qdrant_gallery import AnyGallery as Gallery
from core.state import PageView, from_query, unused_parts
from core.task_table import Task
from demo.answers.instruments import FOLDS
from demo.events.tab import TabEvents, TabFields
from demo.failures import sentence_for
from demo.html import notice, stale
from demo.links import gallery_digest, lengthen, models_digest, shorten, upload_name
from demo.wiring import Fields, Wiring

OTHER_PROFILE = (
    "This link was made with the models of the profile \u201c{theirs}\u201d; here those of "
    "\u201c{ours}\u201d answer."
)
OTHER_MODELS = "This link was made with other models than those that answer here, so the answer may differ."
OTHER_GALLERY = (
    "This link was made with another gallery than the one that is open here, so other pictures answer."
)
UNUSED = "This link also has {parts}, which this tab does not use."
FEW_EXAMPLES = "This link names example {number}; this page has {count} in this tab."
NO_EXAMPLES = "This page has no examples in this tab, so a link names a picture to ask with."
NUMBER_OF_WEIGHTS = "This link has {given} weights; this tab has {wanted}."
NO_PICTURE = "The open gallery has no picture of the name that this link asks with."
ANOTHER_TAB = "This link belongs to another tab; open it in a window of its own."


class NothingAskedError(InputError):
    """A view that names a tab alone, on a page that has no example to begin with."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An address to be shown, as an event brings it.

    Attributes:
        query: the part behind the question mark.
        drawing: its strokes, drawn, as a PNG data URL; "" without any.
    """

    query: str
    drawing: str = ""


Tab = TypeVar("Tab", bound=TabEvents)


def connect(
    wiring: Wiring,
    page: TabFields,
    asked: Callable[..., PageView | None],
    linked: Callable[..., Fields],
    shows: Sequence[Any],
) -> None:
    """Connects the address of a tab.

    Args:
        wiring: of the tab.
        page: its components.
        asked: tells the question that the page shows, as a view; None for one that no link can name.
        linked: shows the view of an event.
        shows: the fields that it may change.
    """
    # Each by itself: of events in a row gradio would keep the last one, with what the first one brought.
    wiring.does(page.address.note, _noting(asked), [page.address], trigger_mode="multiple")
    wiring.does(page.address.shorten, shortened, [page.address])
    wiring.does(page.address.lengthen, lengthened, [page.address, page.notice])
    wiring.asks(page.address.open, _opening(linked), [*shows, page.address], given_up=_overtaken)


def _opening(linked: Callable[..., Fields]) -> Callable[..., Fields]:
    """Returns an event that shows an address and says which one, for another may have been wanted meanwhile."""

    def followed(event: gr.EventData) -> Fields:
        try:
            shown = linked(event)
        except NothingAskedError:
            return TabFields(address={"opened": _text(event)} | _turn(event))
        except BlendscopeError as error:
            sentence = str(error)
        except Exception as error:  # the page must learn that this address is over, whatever happened
            sentence = sentence_for(error)
        else:
            return replace(shown, address={"opened": _text(event)} | _turn(event))  # type: ignore[call-arg]
        failed = {"opened": getattr(event, "query", None), "failed": True} | _turn(event)
        return TabFields(notice=stale(sentence, mistake=True), address=failed)

    return followed


def _overtaken(event: Any) -> TabFields:
    """Tells an address that something else was chosen before it was answered."""
    return TabFields(address={"opened": getattr(event, "query", None), "over": True} | _turn(event))


def _noting(asked: Callable[..., PageView | None]) -> Callable[..., TabFields]:
    """Returns an event that gives the address of a question, and takes the fields that the question needs."""

    def noted(event: gr.EventData, **fields: Any) -> TabFields:
        try:
            view = asked(**fields)
        except BlendscopeError:
            view = None
        query = "" if view is None else view.to_query()
        return TabFields(address={"query": query, "number": getattr(event, "number", None)})

    taken = [Parameter("event", Parameter.POSITIONAL_OR_KEYWORD), *signature(asked).parameters.values()]
    noted.__signature__ = Signature(taken)  # type: ignore[attr-defined]
    return noted


def shortened(event: gr.EventData) -> TabFields:
    """Gives the short name of an address that is too long."""
    query = _text(event)
    return TabFields(address={"short": shorten(query), "of": query} | _turn(event))


def lengthened(event: gr.EventData) -> TabFields:
    """Gives the address that a short one stands for; an unknown one names no tab, and the tab says so."""
    short = _text(event)
    try:
        return TabFields(address={"long": lengthen(short.removeprefix("s=")), "of": short} | _turn(event))
    except InputError as error:
        return TabFields(notice=notice(str(error)))


def _turn(event: Any) -> dict[str, Any]:
    """Returns the number that a page gave an event; gradio does not tell a page of an answer that equals the last."""
    turn = getattr(event, "turn", None)
    return {"turn": turn} if isinstance(turn, int) else {}


def _text(event: Any) -> str:
    query = getattr(event, "query", None)
    if not isinstance(query, str):
        raise InputError("This link has a form that cannot be read.")
    return query


def view_of_event(event: Any, key: str, weights: int) -> PageView:
    """Returns the view that an event asks for, of the first example where it names nothing.

    Args:
        event: with a `query`.
        key: of the task whose tab it is.
        weights: how many the tab has.

    Raises:
        InputError: it is none of this tab, or cannot be read.
    """
    view = from_query(_text(event))
    if view.task != key:
        raise InputError(ANOTHER_TAB)
    if view.weights is not None and len(view.weights) != weights:
        raise InputError(NUMBER_OF_WEIGHTS.format(given=len(view.weights), wanted=weights))
    return view


def example_of(view: PageView, count: int) -> int:
    """Returns the number of the example that a view begins with.

    Raises:
        InputError: there are not so many; `NothingAskedError` where the view asks nothing.
    """
    number = view.example or 0
    if view.example is None and not count:
        raise InputError(NO_EXAMPLES) if view.words else NothingAskedError(NO_EXAMPLES)
    if number >= count:
        raise InputError(FEW_EXAMPLES.format(number=number + 1, count=count))
    return number


class TabLink(Generic[Tab]):
    """Says what a tab shows as a view, and shows a view; each tab has its own with `asked` and `linked`.

    Args:
        tab: what happens in the tab.
    """

    def __init__(self, tab: Tab) -> None:
        self._tab = tab


def example_view(task: Task, showing: str, made: Mapping[str, Any]) -> PageView | None:
    """Returns the view of the example that the page shows, None for a question of the visitor's own."""
    number = example_shown(showing)
    return None if number is None else PageView(task=task.key, example=number, **made)


def example_shown(showing: str) -> int | None:
    """Returns the number of the example that the page shows, None for a question of the visitor's own."""
    kind, _, number = showing.partition(" ")
    return int(number) if kind == "example" and number.isdecimal() else None


def row_of(gallery: Gallery, item: str) -> int:
    """Returns which picture of the gallery a view asks with.

    Raises:
        InputError: there is none of this id.
    """
    row = gallery.row_of(item)
    if row is None:
        raise InputError(NO_PICTURE)
    return row


def own_picture(source: str | bytes | Path) -> dict[str, Any]:
    """Returns what a view says of a picture of a visitor's own."""
    called = "" if isinstance(source, bytes) else Path(source).name[:120]
    return {"upload": upload_name(source), "file": called}


def made_with(evidence: Any, gallery: Gallery | None = None) -> dict[str, Any]:
    """Returns what a view says of the models, and of the gallery, that answered."""
    told = {"profile": evidence.profile, "models": models_digest(evidence.models)}
    return told if gallery is None else told | {"gallery": gallery_digest(gallery)}


def differences(view: PageView, made: Mapping[str, Any]) -> list[str]:
    """Returns a sentence for each thing that is another one here than where a link was made, or that is not used.

    Args:
        view: what the link says.
        made: what `made_with` says here.
    """
    sentences = []
    if view.profile and view.profile != made["profile"]:
        sentences.append(OTHER_PROFILE.format(theirs=view.profile, ours=made["profile"]))
    elif view.models and view.models != made["models"]:
        sentences.append(OTHER_MODELS)
    if view.gallery and view.gallery != made.get("gallery", ""):
        sentences.append(OTHER_GALLERY)
    unused = unused_parts(view)
    if unused:
        sentences.append(UNUSED.format(parts=" and ".join(unused)))
    folds = FOLDS.get(view.task, ())
    if view.instrument and folds and view.instrument not in folds:
        sentences.append(unknown_name("instrument", view.instrument, folds))
    return sentences

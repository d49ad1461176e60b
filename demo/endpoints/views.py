"""Views and links in the endpoints: each answer names the view that the page shows of it, and a view can be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from gradio.context import LocalContext

from core.checks import MOST_RESULTS, clamp_k
from core.errors import CapacityError, InputError
from core.state import PageView, from_query, only_used
from core.task_table import TASKS
from demo.endpoints.fields import number_field, publish, words_field
from demo.links import lengthen, link_to, page_address, upload_of
from demo.services import Services

USUAL = 10
"""Results of a view that says no number."""
NO_VIEW = "This answer has no link: {reason}"
NO_ANSWER = "The tab of this view answers no views; ask its own endpoint."
NO_TEXT = "The view must be text, such as tab=compose&example=2, or the link that holds it."
Answer = Callable[[PageView, int], dict[str, Any]]
"""What answers a view, with so many results at most."""


def build(services: Services) -> None:
    """Publishes the endpoint `/answer_view`.

    Args:
        services: what answers.
    """
    rooms = {task.key: import_module(f"demo.endpoints.{task.key}") for task in TASKS}
    answers: Mapping[str, Answer] = {
        key: room.of_view(services) for key, room in rooms.items() if hasattr(room, "of_view")
    }

    def answer_view(view: str, k: Any = None) -> dict[str, Any]:
        """Answers the question of a view, or of a link, as the page does that opens it.

        Args:
            view: the part of a link behind its question mark, such as "tab=compose&example=2&w=0.2,0.3,0.5", or the
                whole link.
            k: how many results to return, clamped to 1 to 100; null for as many as the view says, or else 10.

        Returns:
            what the endpoint of its task returns: /classify_sketch, /compare_field_road, /find_in_shop or /compose;
            its notes say as well what differs from where the link was made.
        """
        count = None if k is None else clamp_k(k, MOST_RESULTS, name="k")
        asked = from_query(query_of(view))
        if asked.task not in answers:
            raise InputError(NO_ANSWER)
        return answers[asked.task](asked, count or asked.k or USUAL)

    publish(answer_view, [words_field("view"), number_field("k", None)])


def query_of(text: object) -> str:
    """Returns the query of a view, of a link, or of a short one.

    Raises:
        InputError: it is no text, or a short link that is unknown here.
    """
    if not isinstance(text, str):
        raise InputError(NO_TEXT)
    text = text.strip()
    if text.startswith(("http://", "https://", "/", "?")):
        try:
            parts = urlsplit(text)
        except ValueError:
            raise InputError(NO_TEXT) from None
        if "/s/" in parts.path:
            return lengthen(parts.path.rpartition("/s/")[2])
        text = parts.query
    return lengthen(text[2:]) if text.startswith("s=") else text


def with_view(answer: dict[str, Any], view: PageView, count: int = USUAL) -> dict[str, Any]:
    """Returns an answer with `view`, the query of its question, and `link`, where the page shows it.

    Args:
        answer: of a task's endpoint, with its `notes`; a note says why there is no view.
        view: of the question.
        count: how many results the answer may have.
    """
    query = only_used(replace(view, k=None if count == USUAL else count)).to_query()
    try:
        from_query(query)
        if view.upload:
            upload_of(view.upload, view.file)
    except InputError as error:
        return without_view(answer, str(error))
    request = getattr(LocalContext.request.get(None), "request", None)
    page = None if request is None else page_address(request.headers, request.url.scheme)
    try:
        link = None if page is None else link_to(page, query)
    except CapacityError:
        link = None
    return answer | {"view": query, "link": link}


def without_view(answer: dict[str, Any], reason: str) -> dict[str, Any]:
    """Returns an answer to a question that no link can name, and a note why."""
    notes = [*answer["notes"], NO_VIEW.format(reason=reason)]
    return answer | {"notes": notes, "view": None, "link": None}

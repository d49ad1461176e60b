"""Whose turn it is in a tab: an answer that something chosen later has overtaken is given up, wherever it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from gradio.server_messages import ProcessCompletedMessage

MARK = "turn"
"""Attribute of what gradio calls, with the turn of its event."""


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """What an event is to the other questions of its tab.

    Attributes:
        tab: stands for the tab.
        given_up: what an event brought, or None -> what its outputs are told when it is given up.
        chooses: whether it needs no model, so that every question under way is older than what it shows.
    """

    tab: object
    given_up: Callable[[Any], Sequence[Any]]
    chooses: bool = False


def turn_of(event: Any) -> Turn | None:
    """Returns the turn of one of gradio's functions; None for one that asks nothing."""
    turn: Turn | None = getattr(event.fn, MARK, None)
    return turn


async def overtake(queue: Any, later: Any, session: str | None) -> None:
    """Gives up what a later event overtakes, and lets the page know at once, so that nothing there waits for it.

    What is chosen overtakes all questions of its tab, the one that a model answers just now, too; a question only
    an earlier one of its own kind that still waits, for others may be what it builds upon.

    Args:
        queue: gradio's.
        later: the function of the event that just came, which is not in the queue yet.
        session: whose page it is.
    """
    turn = turn_of(later)
    if turn is None or session is None:
        return
    pending = queue.pending_event_ids_session.get(session, ())
    for event in [*queue.event_ids_to_events.values()]:
        if event._id not in pending:  # its answer is on the way
            continue
        older = turn_of(event.fn)
        if older is None or older.tab is not turn.tab or event.session_hash != session or not event.alive:
            continue
        waits = event in queue.event_queue_per_concurrency_id[event.concurrency_id].queue
        if turn.chooses or (event.fn is later and waits):
            brought = event.data.event_data if event.data is not None else None
            told = [*older.given_up(SimpleNamespace(**(brought or {})))]
            queue.send_message(event, ProcessCompletedMessage(output={"data": told}, success=True))
            event.alive = False  # so nothing else is said of it, and its model stops where it can
            await queue.remove_from_queue(event._id)

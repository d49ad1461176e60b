"""Whose turn it is in a tab: an answer that something chosen later has overtaken is given up, wherever it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from types import SimpleNamespace
from typing import Any

from gradio.server_messages import ProcessCompletedMessage

MARK = "turn"
"""Attribute of what gradio calls, with the turn of its event."""
ANSWERED = "blendscope_answered"
"""Attribute of an event of gradio's queue whose answer was sent."""
LOCK = "blendscope_writes"
"""Attribute of gradio's state of a session: who may write an answer into it now."""

_refused: ContextVar[list[str] | None] = ContextVar("refused", default=None)


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


def chooses(event: Any) -> bool:
    """Tells whether one of gradio's functions asks without a model, and so overtakes once it was answered."""
    turn = turn_of(event)
    return turn is not None and turn.chooses


@contextmanager
def may_be_refused() -> Iterator[Callable[[], bool]]:
    """Gives, for an event that runs inside, what tells whether it was refused."""
    reasons: list[str] = []
    token = _refused.set(reasons)
    try:
        yield lambda: bool(reasons)
    finally:
        _refused.reset(token)


def refuse(reason: str) -> None:
    """Notes that the event which runs now answers with a mistake alone, so that it overtakes nothing."""
    reasons = _refused.get()
    if reasons is not None:
        reasons.append(reason)


@asynccontextmanager
async def writing(state: Any) -> AsyncIterator[None]:
    """Lets one event of a session at a time write an answer, first come, first served.

    A question writes what it found; a choice holds this from its beginning to its end, so an answer that is found
    meanwhile waits until it is known whether the choice overtakes it, and two choices are answered as they came.

    Args:
        state: gradio's of the session, which keeps the lock; None where nothing is kept.
    """
    async with nullcontext() if state is None else state.__dict__.setdefault(LOCK, asyncio.Lock()):
        yield


def noting_answers(send: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Returns what sends messages of gradio's queue and notes which events were answered."""

    @wraps(send)
    def sent(event: Any, message: Any) -> None:
        if event.alive and isinstance(message, ProcessCompletedMessage):
            setattr(event, ANSWERED, True)
        send(event, message)

    return sent


async def overtake(queue: Any, later: Any, session: str | None, earlier: Collection[str]) -> None:
    """Gives up what a later event overtakes, and lets the page know at once, so that nothing there waits for it.

    What is chosen overtakes all questions of its tab, the one that a model answers just now, too, as soon as it was
    answered; a question only an earlier one of its own kind that still waits, for others may be what it builds upon.

    Args:
        queue: gradio's.
        later: the function of the event that overtakes.
        session: whose page it is.
        earlier: ids of the events that had come before it; what is asked afterwards counts more than it.
    """
    turn = turn_of(later)
    if turn is None or session is None:
        return
    for event in [queue.event_ids_to_events.get(name) for name in earlier]:
        if event is None or event.session_hash != session or not event.alive or hasattr(event, ANSWERED):
            continue
        older = turn_of(event.fn)
        if older is None or older.tab is not turn.tab:
            continue
        waits = event in queue.event_queue_per_concurrency_id[event.concurrency_id].queue
        if turn.chooses or (event.fn is later and waits):
            await give_up(queue, event, by_choice=turn.chooses)


async def give_up(queue: Any, event: Any, *, by_choice: bool = False) -> None:
    """Ends a question in gradio's queue that was not answered, and lets its page know.

    Args:
        queue: gradio's.
        event: the question; its function has a turn.
        by_choice: whether what the page has kept back behind it is over as well, see `is_kept_back`.
    """
    turn = turn_of(event.fn)
    brought = event.data.event_data if event.data is not None else None
    told = [] if turn is None else [*turn.given_up(SimpleNamespace(**(brought or {})))]
    if event.session_hash in queue.pending_messages_per_session:  # else the page has left
        output = {"data": told, "overtaken": by_choice}
        queue.send_message(event, ProcessCompletedMessage(output=output, success=True))
    event.alive = False  # so nothing else is said of it, and its model stops where it can
    await queue.remove_from_queue(event._id)


def is_kept_back(later: Any, brought: Any) -> bool:
    """Tells whether a question was asked before the choice that ended the one of the same function before it.

    Args:
        later: the function of the event.
        brought: what the page sends with it; `demo/widgets/one_stream.js` adds that gradio kept it back.
    """
    return turn_of(later) is not None and isinstance(brought, dict) and brought.get("kept_back") is True

"""Many visitors at once: one model event at a time whichever way it came, a bound on who waits, and no traces left."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any

import gradio as gr
from gradio.blocks import BlocksConfig
from gradio.routes import App
from gradio.server_messages import ProgressMessage, ProgressUnit

from core.errors import CapacityError
from core.listening import check_listened_to, everybody_left, listened_to
from demo import copy
from demo.turns import (
    chooses,
    give_up,
    is_kept_back,
    may_be_refused,
    noting_answers,
    overtake,
    turn_of,
    writing,
)

MOST_SESSIONS = 500
"""Pages whose evidence is kept; that of the least recently used goes first. """
MOST_RECORDS = 16
"""Events of which gradio keeps a record for its monitoring, which nobody opens here."""
KEPT_CLOSED = timedelta(minutes=10)
"""How long gradio's notes on a page are kept once it is closed and its evidence was put away."""

TALK_LANE = "talk"
"""The lane of events that make a talk ready, slide by slide."""
TURNS_OF = {TALK_LANE: "model"}
"""Lane of events with many steps -> the lane in which each step waits its turn, so that none holds it long."""

BUILDING = threading.RLock()


class Configuration(BlocksConfig):
    """The page's components, described once when all are there; a copy for a visit describes none of them anew.

    gradio describes every component once more for each visit, which took the event loop 90 ms and 0.35 MB, to save
    a page under a link. Those links are closed here, and what a link leaves out is an empty description to gradio.
    """

    _description: dict[str, Any] | None = None

    def get_config(self, renderable: Any = None) -> dict[str, Any]:
        """Returns what a browser is told of the components; gradio asks for it again at each step of a start."""
        if renderable is not None:
            return dict(super().get_config(renderable))
        if self._description is None or not self.root_block.exited:
            self._description = super().get_config()
        return dict(self._description)

    def __copy__(self) -> BlocksConfig:
        config: BlocksConfig = super().__copy__()
        config.config_for_block = _no_description
        return config


class Lane:
    """Lets in one at a time: by turns from the queue and from the direct calls, first come, first served at each.

    The queue sends one event at a time here. Were both doors one line, whoever waits in the queue would wait behind
    every direct call, at each of their events.
    """

    def __init__(self) -> None:
        self._busy, self._last = False, False
        self._lines: dict[bool, deque[asyncio.Future[None]]] = {True: deque(), False: deque()}

    def waiting(self, *, queued: bool) -> int:
        """Returns how many wait at a door."""
        return len(self._lines[queued])

    async def enter(self, *, queued: bool) -> None:
        """Waits for a turn; whoever gives up meanwhile passes it on."""
        if not self._busy:
            self._busy, self._last = True, queued
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lines[queued].append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.leave()
            elif turn in self._lines[queued]:
                self._lines[queued].remove(turn)
            raise

    def leave(self) -> None:
        """Gives the turn to the next one, of the other door if somebody waits there."""
        for queued in (not self._last, self._last):
            line = self._lines[queued]
            while line:
                turn = line.popleft()
                if not turn.done():
                    self._last = queued
                    turn.set_result(None)
                    return
        self._busy = False


class Visitors(gr.Blocks):
    """gradio's blocks, with its lanes held for direct calls, too, and with what it keeps of each visit bounded.

    gradio counts who runs and who waits in its queue only. A direct call of an endpoint goes past it, so the same
    lane is held here around every event that belongs to one.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.default_config = Configuration(self)
        self._lanes: defaultdict[str, Lane] = defaultdict(Lane)

    def __exit__(self, *arguments: Any) -> None:
        """Ends the description of the page."""
        with _no_server_yet(self):
            super().__exit__(*arguments)

    def queue(self, *arguments: Any, **options: Any) -> Any:
        """Sets the queue up; who finds it full is told so in a sentence of ours."""
        with _no_server_yet(self):
            page = super().queue(*arguments, **options)
        queue = self._queue
        queue.ANALYTICS_MAX_EVENTS = MOST_RECORDS
        queue.compute_analytics_summary = _no_table
        queue.pending_messages_per_session.max_size = MOST_SESSIONS
        queue.send_message = noting_answers(queue.send_message)
        push = queue.push

        @wraps(push)
        async def pushed(body: Any, *given: Any, **named: Any) -> Any:
            later = self.fns.get(body.fn_index)
            if later is not None and not chooses(later):
                await overtake(queue, later, body.session_hash, [*queue.event_ids_to_events])
            success, message, state = await push(body, *given, **named)
            event = queue.event_ids_to_events.get(message) if success else None
            if event is not None and is_kept_back(event.fn, body.event_data):
                await give_up(queue, event)
            return success, copy.BUSY if state == "queue_full" else message, state

        queue.push = pushed
        return page

    async def process_api(
        self, block_fn: Any, *arguments: Any, event_id: str | None = None, **options: Any
    ) -> dict[str, Any]:
        """Runs one event, or one step of one that yields.

        Raises:
            CapacityError: too many wait for its lane already, or whoever asked has left.
        """
        if isinstance(block_fn, int):
            block_fn = self.fns[block_fn]
        event = self._queue.event_ids_to_events.get(event_id) if event_id else None
        left = (lambda: not event.alive) if event is not None else (lambda: False)
        hears = None if event is None else partial(_tell, event)
        session = options.get("session_hash")
        answer = partial(super().process_api, block_fn, *arguments, event_id=event_id, **options)
        try:
            with listened_to(left, hears):
                if chooses(block_fn):
                    return await self._chosen(block_fn, answer, options.get("state"), session, event_id)
                async with self._lane(block_fn, queued=event is not None):
                    check_listened_to()
                    return dict(await answer())
        finally:
            self._forget(event_id if session == event_id else None)

    async def _chosen(
        self, block_fn: Any, answer: Callable[[], Any], state: Any, session: str | None, own: str | None
    ) -> dict[str, Any]:
        """Answers what was chosen; unless it was refused, what its tab was asked before is over then.

        Args:
            block_fn: gradio's function.
            answer: runs it.
            state: of its session.
            session: whose page it is.
            own: the id of its event, where it has one.
        """
        earlier = [event for event in self._queue.event_ids_to_events if event != own]
        async with writing(state):
            with may_be_refused() as refused:
                answered: dict[str, Any] = await answer()
            if not refused():
                await overtake(self._queue, block_fn, session, earlier)
        return answered

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: Any) -> list[Any]:
        """Writes an answer, unless its question is over by then."""
        if turn_of(block_fn) is None or chooses(block_fn):
            return list(await super().postprocess_data(block_fn, predictions, state))
        async with writing(state):
            if everybody_left():
                predictions = gr.skip() if len(block_fn.outputs) == 1 else [gr.skip()] * len(block_fn.outputs)
            return list(await super().postprocess_data(block_fn, predictions, state))

    @asynccontextmanager
    async def _lane(self, block_fn: Any, *, queued: bool) -> AsyncIterator[None]:
        """Holds the lane of an event, or of one step of it; those without a limit have none."""
        turns = TURNS_OF.get(block_fn.concurrency_id)
        if not block_fn.queue or (turns is None and block_fn.concurrency_limit != 1):
            yield
            return
        lane, most = self._lanes[turns or block_fn.concurrency_id], self._queue.max_size
        if not queued and most is not None and lane.waiting(queued=False) >= most:
            raise CapacityError(copy.BUSY)
        await lane.enter(queued=queued)
        try:
            yield
        finally:
            lane.leave()

    def _forget(self, finished: str | None) -> None:
        """Drops what gradio keeps of visits that are over.

        Args:
            finished: the id of an event that was a visit of its own, as programs ask; None for a page's.
        """
        holder, queue = self.state_holder, self._queue
        holder.capacity = MOST_SESSIONS
        before = datetime.now() - KEPT_CLOSED
        for session in [*holder.session_data]:
            state = holder.session_data[session]
            closed = state.is_closed and not state.state_data
            if session == finished or (closed and holder.time_last_used.get(session, before) <= before):
                del holder.session_data[session]
                holder.time_last_used.pop(session, None)
        for session, pending in [*queue.pending_event_ids_session.items()]:
            messages = queue.pending_messages_per_session.get(session)
            pending_there = any(event in queue.event_ids_to_events for event in pending)
            over = (
                session not in holder.session_data or holder.session_data[session].is_closed
            )  # nobody listens
            if not pending_there and (messages is None or (over and not pending and messages.empty())):
                del queue.pending_event_ids_session[session]
                queue.pending_messages_per_session.pop(session, None)


@contextmanager
def _no_server_yet(page: gr.Blocks) -> Iterator[None]:
    """Keeps gradio from making a server, with its hundred routes, before `launch` makes the one that serves."""
    with BUILDING:
        create = App.create_app

        def later(blocks: gr.Blocks, *arguments: Any, **options: Any) -> App | None:
            return None if blocks is page else create(blocks, *arguments, **options)

        App.create_app = staticmethod(later)
        try:
            yield
        finally:
            App.create_app = staticmethod(create)


def _tell(event: Any, count: float, what: str) -> None:
    """Sends the page of an event how far it is; the queue does so within a blink."""
    event.progress = ProgressMessage(progress_data=[ProgressUnit(index=count, unit=what)])
    event.progress_pending = True


def _no_table(_records: Any) -> dict[str, Any]:
    """Stands for the pandas table that gradio's monitoring computes anew after each event."""
    return {"functions": {}}


def _no_description(*_: Any) -> dict[str, Any]:
    """Stands for the description of a component in the configuration of one visit."""
    return {}

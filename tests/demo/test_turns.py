"""What is chosen overtakes what was asked before it, and nothing else."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from demo.events.sketch import WORDS as SKETCH_WORDS
from demo.events.trail import asked_before
from demo.turns import refuse, turn_of
from demo.wiring import answered
from tests.demo.whole_page import Door, Whole, whole_page


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole_page(tmp_path_factory.mktemp("page")) as page:
        yield page


class Held(Door):
    """A door that opens when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.opened = threading.Event(), threading.Event()

    def append(self, name: str) -> None:
        self.reached.set()
        assert self.opened.wait(20)


def events_of_sketch(whole: Whole) -> dict[str, Any]:
    """Returns what asks in the sketch tab and what tells its address, by the name of what answers."""
    words = next(
        block for block in whole.page.blocks.values() if getattr(block, "elem_id", "") == SKETCH_WORDS
    )
    named = {one.fn.__name__: one for one in whole.page.fns.values() if words in one.outputs}
    address = named["followed"].outputs[-1]
    return {**named, "noted": next(one for one in whole.page.fns.values() if one.outputs == [address])}


def sent(whole: Whole, event: Any, session: str, **brought: Any) -> Any:
    """Sends an event as a browser does, and returns what came at once."""
    data = [whole.values.get(component._id) for component in event.inputs]
    body = {"data": data, "fn_index": event._id, "session_hash": session, "event_data": brought or None}
    return whole.http.post(f"/gradio_api/{'queue/join' if event.queue else 'run/predict'}", json=body).json()


def test_what_is_chosen_later_overtakes_a_slow_question_and_one_that_waits(whole: Whole) -> None:
    """Both are over for the page at once, and neither lands over the example, in what the session holds either."""
    session, usual, held = "chooses", whole.models.encoder.calls, Held()
    events = events_of_sketch(whole)
    uploaded, example = events["uploaded"], events["opened"]
    whole.trigger(example, session)
    whole.models.encoder.calls = whole.models.shop.encoders.calls = held
    try:
        slow = sent(whole, uploaded, session)["event_id"]
        assert held.reached.wait(20)
        waits = sent(whole, events["followed"], session, query="tab=sketch&example=1&words=slow", turn=7)[
            "event_id"
        ]
        before = sent(whole, uploaded, session)["event_id"]
        after = sent(whole, uploaded, session)["event_id"]
        with ThreadPoolExecutor(1) as pool:
            stream = pool.submit(whole.http.get, f"/gradio_api/queue/data?session_hash={session}")
            whole.trigger(example, session)
            lines = stream.result(20).text.splitlines()  # while the first still runs
        told = {one["event_id"]: one["output"]["data"] for one in map(json.loads, (line[6:] for line in lines if line))
                if one["msg"] == "process_completed"}  # fmt: skip
    finally:
        held.opened.set()
        whole.models.encoder.calls = whole.models.shop.encoders.calls = usual
    assert told.keys() == {slow, waits, before, after}
    kept = {"__type__": "update"}
    assert all(value == kept for event in (slow, before, after) for value in told[event])
    over = {"opened": "tab=sketch&example=1&words=slow", "over": True, "turn": 7}
    assert told[waits][-1] == over and all(value == kept for value in told[waits][:-1])
    while whole.page._queue.event_ids_to_events:
        time.sleep(0.01)
    answer = sent(whole, events["noted"], session, number=3)["data"][0]
    assert answer["number"] == 3 and "example=" in answer["query"] and "words" not in answer["query"]


def test_a_choice_that_is_refused_leaves_the_question_under_way(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question goes on, and its answer comes, where what was chosen meanwhile is not there any more."""
    session, usual, held = "refused", whole.models.encoder.calls, Held()
    events = events_of_sketch(whole)
    uploaded, example = events["uploaded"], events["opened"]
    whole.trigger(example, session)

    def gone(*_: Any) -> Any:
        return answered(lambda: asked_before((), SimpleNamespace(number=3))).given().get("notice")

    kept = {"__type__": "update"}
    refused = [kept for _ in example.outputs]
    named = wraps(example.fn)(lambda *values: [gone(), *refused[1:]])
    monkeypatch.setattr(example, "fn", named)
    whole.models.encoder.calls = held
    try:
        slow = sent(whole, uploaded, session)["event_id"]
        assert held.reached.wait(20)
        told = sent(whole, example, session)["data"]
        assert told[0], "why it was refused"
        held.opened.set()
        lines = whole.http.get(f"/gradio_api/queue/data?session_hash={session}").text.splitlines()
    finally:
        held.opened.set()
        whole.models.encoder.calls = usual
    (answer,) = [one for one in map(json.loads, (line[6:] for line in lines if line))
                 if one["msg"] == "process_completed" and one["event_id"] == slow]  # fmt: skip
    assert any(value not in (kept, None) for value in answer["output"]["data"]), "its answer came"


def test_an_answer_that_is_overtaken_as_it_is_written_is_not_kept(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is chosen after the question was last asked whether it is over counts, for the session as well."""
    session, events = "between", events_of_sketch(whole)
    uploaded, example = events["uploaded"], events["opened"]
    whole.trigger(example, session)
    found, goes_on = threading.Event(), threading.Event()
    slow = uploaded.fn

    def late(*values: Any) -> Any:
        answer = slow(*values)
        found.set()
        assert goes_on.wait(20)
        return answer

    monkeypatch.setattr(uploaded, "fn", wraps(slow)(late))
    sent(whole, uploaded, session)
    assert found.wait(20)
    whole.trigger(example, session)
    state = whole.page.state_holder[session]
    kept = [component._id for component in uploaded.outputs if isinstance(component, gr.State)]
    chosen = [state[key] for key in kept]
    goes_on.set()
    while whole.page._queue.event_ids_to_events or any(whole.page._queue.active_jobs):
        time.sleep(0.01)
    assert len(kept) >= 2 and [state[key] for key in kept] == chosen


def test_what_is_asked_after_a_choice_is_not_overtaken_by_it(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The choice may be answered later than the question came that followed it."""
    session, events = "after", events_of_sketch(whole)
    uploaded, example = events["uploaded"], events["opened"]
    whole.trigger(example, session)
    begun, goes_on, quick = threading.Event(), threading.Event(), example.fn

    def late(*values: Any) -> Any:
        begun.set()
        assert goes_on.wait(20)
        return quick(*values)

    monkeypatch.setattr(example, "fn", wraps(quick)(late))
    held, usual = Held(), whole.models.encoder.calls
    whole.models.encoder.calls = held
    try:
        with ThreadPoolExecutor(1) as pool:
            choice = pool.submit(whole.trigger, example, session)
            assert begun.wait(20)
            asked = sent(whole, uploaded, session)["event_id"]
            assert held.reached.wait(20)
            goes_on.set()
            choice.result(20)
        assert whole.page._queue.event_ids_to_events[asked].alive
        held.opened.set()
        lines = whole.http.get(f"/gradio_api/queue/data?session_hash={session}").text.splitlines()
    finally:
        goes_on.set()
        held.opened.set()
        whole.models.encoder.calls = usual
    kept = {"__type__": "update"}
    (answer,) = [one for one in map(json.loads, (line[6:] for line in lines if line))
                 if one["msg"] == "process_completed" and one["event_id"] == asked]  # fmt: skip
    assert any(value not in (kept, None) for value in answer["output"]["data"]), "its answer came"


@pytest.mark.parametrize("refused", [True, False])
def test_an_answer_that_is_found_while_something_is_chosen_waits_for_what_comes_of_it(
    whole: Whole, monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    """A second choice waits, too, and is not overtaken by the first; a page that left is no fault of either."""
    session, events, order = f"meanwhile-{refused}", events_of_sketch(whole), []
    uploaded, example = events["uploaded"], events["opened"]
    whole.trigger(example, session)
    begun, goes_on, found = threading.Event(), threading.Event(), threading.Event()
    quick, slow = example.fn, uploaded.fn

    def chosen(*values: Any) -> Any:
        order.append("chosen")
        if len(order) > 1:
            return quick(*values)
        begun.set()
        assert goes_on.wait(20)
        if refused:
            refuse("gone")
        order.append("answered")
        return quick(*values)

    def finds(*values: Any) -> Any:
        assert begun.wait(20)
        answer = slow(*values)
        found.set()
        return answer

    monkeypatch.setattr(example, "fn", wraps(quick)(chosen))
    monkeypatch.setattr(uploaded, "fn", wraps(slow)(finds))
    asked = sent(whole, uploaded, session)["event_id"]
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(whole.trigger, example, session)
        assert begun.wait(20) and found.wait(20)
        time.sleep(0.2)  # in which an answer that did not wait would be written
        assert asked in whole.page._queue.event_ids_to_events and order == ["chosen"]
        second = pool.submit(whole.trigger, example, session) if not refused else first
        goes_on.set()
        assert all(message["success"] for choice in (first, second) for message in choice.result(20))
    assert order == (["chosen", "answered"] if refused else ["chosen", "answered", "chosen"])
    lines = whole.http.get(f"/gradio_api/queue/data?session_hash={session}").text.splitlines()
    told = [one["output"]["data"] for one in map(json.loads, (line[6:] for line in lines if line))
            if one["msg"] == "process_completed"]  # fmt: skip
    assert len(told) == 1 and any(value not in ({"__type__": "update"}, None) for value in told[0]) == refused


def test_a_choice_of_a_page_whose_answers_nobody_hears_any_more_is_answered(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, usual, held, events = "left", whole.models.encoder.calls, Held(), events_of_sketch(whole)
    whole.models.encoder.calls = held
    try:
        asked = sent(whole, events["uploaded"], session)["event_id"]
        assert held.reached.wait(20)
        del whole.page._queue.pending_messages_per_session[session]
        (answer,) = whole.trigger(events["opened"], session)
        assert answer["success"] and not whole.page._queue.event_ids_to_events[asked].alive
    finally:
        held.opened.set()
        whole.models.encoder.calls = usual


def test_a_picture_that_is_taken_away_ends_its_question_and_not_that_of_the_table(whole: Whole) -> None:
    named = [(getattr(one.fn, "__name__", ""), turn_of(one)) for one in whole.page.fns.values()]
    (taken,) = [turn for name, turn in named if name == "gone" and turn is not None]
    tab = {name: turn for name, turn in named if turn is not None and turn.tab is taken.tab}
    assert taken.chooses and {"worded", "tried", "placed"} <= tab.keys()
    assert [turn for name, turn in named if name == "worded_table"] == [None]

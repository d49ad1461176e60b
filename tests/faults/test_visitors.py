"""Many visitors at once, a full queue, closed tabs and failing callbacks: rows 68 to 70, 74 and 75 on fake models."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from core.listening import everybody_left
from demo import copy
from demo.page import MOST_WAITING
from tests.demo.whole_page import Door, Whole, whole_page
from tests.running import free_port

SLOW = 30.0


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole_page(tmp_path_factory.mktemp("page")) as page:
        yield page


@pytest.fixture
def whole(built: Whole) -> Iterator[Whole]:
    """The page, whose models wait for nobody before and after."""
    yield built
    built.models.encoder.calls = built.models.door
    built.models.door.clear()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Whole]:
    """A page for a server of its own: gradio's queue stays with the loop that first served it."""
    with whole_page(tmp_path) as page:
        yield page


def calls_of(whole: Whole, number: int = 0) -> list[tuple[Any, ...]]:
    """Returns a call of each endpoint, other ones for each number."""
    picture, share = whole.pictures[number % 8], round(0.1 + 0.1 * (number % 8), 2)
    return [
        ("classify_sketch", picture, f"a sketch of house {number}", share, 5),
        ("compare_field_road", picture, f"field {number}", "a road", 0.4, 0.6, None),
        ("find_in_shop", picture, [20, 20, 300 + number, 300], "a red shirt", share, 0.3, 0.3, 5),
        ("compose", picture, f"the same in red {number}", share, 0.2, 0.5, "mean", 5),
    ]


def through_queue(whole: Whole, endpoint: str, *data: Any) -> Any:
    """Calls an endpoint as programs do: joins the queue, then listens."""
    joined = whole.http.post(f"/gradio_api/call/{endpoint}", json={"data": list(data)}).raise_for_status()
    stream = whole.http.get(f"/gradio_api/call/{endpoint}/{joined.json()['event_id']}").text
    assert "event: complete" in stream, stream
    return json.loads(stream.rpartition("data: ")[2])


@pytest.mark.fault_rows(68)
def test_eight_visitors_get_what_one_alone_gets(whole: Whole) -> None:
    calls = [call for number in range(3) for call in calls_of(whole, number)]
    alone = [whole.ask(*call).json()["data"] for call in calls]

    def visitor(number: int) -> list[Any]:
        order = [*range(number, len(calls)), *range(number)][:3]
        ask: Callable[..., Any] = through_queue if number % 2 else lambda w, *c: w.ask(*c).json()["data"]
        return [ask(whole, *calls[i]) == alone[i] for i in order]

    with ThreadPoolExecutor(8) as visitors:
        assert all(all(same) for same in visitors.map(visitor, range(8)))
    assert whole.models.door.most == 1


class Held(Door):
    """A door that nobody gets through until it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open = threading.Event()
        self.reached = threading.Event()

    def append(self, name: str) -> None:
        self.reached.set()
        assert self.open.wait(SLOW)
        super().append(name)


@pytest.mark.fault_rows(69)
@pytest.mark.parametrize("door", ["queue", "direct"])
def test_a_full_queue_is_one_polite_sentence(whole: Whole, door: str) -> None:
    held = whole.models.encoder.calls = Held()
    call = ("classify_sketch", whole.pictures[0], "a house", 0.5, 5)
    with ThreadPoolExecutor(MOST_WAITING + 1) as visitors:
        if door == "queue":
            join = [f"/gradio_api/call/{call[0]}", {"data": list(call[1:])}]
            first = whole.http.post(join[0], json=join[1])
            assert first.status_code == 200 and held.reached.wait(SLOW)
            waiting = [whole.http.post(join[0], json=join[1]).status_code for _ in range(MOST_WAITING)]
            assert set(waiting) == {200}
            refused = whole.http.post(join[0], json=join[1])
        else:
            calls = [visitors.submit(whole.ask, *call) for _ in range(MOST_WAITING + 1)]
            assert held.reached.wait(SLOW)
            lane = whole.page._lanes["model"]
            until(lambda: lane.waiting(queued=False) == MOST_WAITING)
            refused = whole.ask(*call)
        assert refused.status_code == 503
        body = refused.json()
        assert (body.get("detail") or body.get("error")) == copy.BUSY
        held.open.set()
        if door == "direct":
            assert {call.result().status_code for call in calls} == {200}
    until(lambda: len(whole.page._queue) == 0)
    assert whole.ask(*call).status_code == 200


def until(true: Callable[[], bool]) -> None:
    """Waits until something holds."""
    end = time.monotonic() + SLOW
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


@pytest.mark.fault_rows(70)
def test_a_closed_tab_ends_what_was_computed_for_it(own: Whole) -> None:
    noticed, started = threading.Event(), threading.Event()

    class Long(Door):
        def append(self, name: str) -> None:
            started.set()
            until(everybody_left)  # as a captioner asks after each token
            noticed.set()

    server = uvicorn.Server(uvicorn.Config(own.http.app, port=free_port(), log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started)
        url = f"http://127.0.0.1:{server.config.port}/gradio_api"
        with httpx.Client(trust_env=False, timeout=SLOW) as visitor:
            usual, own.models.encoder.calls = own.models.encoder.calls, Long()
            picture = {**own.pictures[0]}
            request = {"data": [picture, "", 0.5, 5]}
            event = visitor.post(f"{url}/call/classify_sketch", json=request).json()["event_id"]
            with visitor.stream("GET", f"{url}/call/classify_sketch/{event}"):
                assert started.wait(SLOW)
            assert noticed.wait(SLOW)
            own.models.encoder.calls = usual
            again = visitor.post(f"{url}/run/classify_sketch", json={"data": [picture, "a house", 0.5, 5]})
            assert again.status_code == 200
    finally:
        server.should_exit = True
        thread.join(SLOW)


def containers() -> dict[int, tuple[Any, int]]:
    """Returns every container of this process with how much it holds."""
    gc.collect()
    kinds = (dict, list, set, deque)
    return {
        id(container): (container, len(container))
        for container in gc.get_objects()
        if issubclass(type(container), kinds)
    }


EACH = 6
"""How often a batch asks each endpoint directly, and through the queue."""


@pytest.mark.fault_rows(74)
def test_a_second_batch_of_the_same_requests_leaves_nothing_behind(whole: Whole) -> None:
    def batch() -> None:
        for call in calls_of(whole) * EACH:
            whole.ask(*call)
            through_queue(whole, *call)
        for event in [event for event in whole.page.fns.values() if event.inputs and not event.queue][:6]:
            whole.trigger(event, "a-page")
        whole.models.door.clear()

    def visits() -> tuple[int, int]:
        return len(whole.page.state_holder.session_data), len(whole.page._queue.pending_messages_per_session)

    batch()
    # Other tests leave answers that nobody fetched; those stay until newer ones need their place.
    at_first = visits()
    before = containers()
    batch()
    mine = id(before)
    grown = [
        (type(container).__name__, length, len(container), repr(container)[:200])
        for container, length in before.values()
        # asyncio's own clock may grow: what waits there ends by itself.
        if len(container)
        >= length + EACH  # half of what one thing more for each request of one endpoint makes
        and id(container) != mine
        and type(next(iter(container))) is not asyncio.TimerHandle
    ]
    assert not grown, grown
    assert visits() <= at_first


def test_what_the_queue_keeps_of_an_open_page_stays_until_it_is_closed(whole: Whole) -> None:
    question = next(event for event in whole.page.fns.values() if event.inputs and event.queue)
    whole.trigger(question, "open-page")  # it may listen again, for an answer that it has had
    kept = whole.page._queue.pending_messages_per_session
    through_queue(whole, *calls_of(whole)[0])
    assert "open-page" in kept
    whole.page.state_holder["open-page"].is_closed = True
    through_queue(whole, *calls_of(whole)[0])
    assert "open-page" not in kept


@pytest.mark.fault_rows(75)
@pytest.mark.parametrize("door", ["direct", "queue"])
def test_a_failing_callback_is_an_error_id_and_holds_nothing_up(
    whole: Whole, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> Any:
        raise RuntimeError("a secret detail in /somewhere/private.py")

    sketch, *others = calls_of(whole)
    good = [whole.ask(*call).json()["data"] for call in (sketch, *others)]
    with monkeypatch.context() as patch:
        patch.setattr(whole.models.encoder, "pooled", fails)
        if door == "direct":
            text = whole.ask(*sketch).text
        else:
            event = whole.http.post(f"/gradio_api/call/{sketch[0]}", json={"data": list(sketch[1:])}).json()
            text = whole.http.get(f"/gradio_api/call/{sketch[0]}/{event['event_id']}").text
        assert "error id" in text and "secret" not in text and "Traceback" not in text
        assert [whole.ask(*call).json()["data"] for call in others[1:]] == good[2:]
    assert [whole.ask(*call).json()["data"] for call in (sketch, *others)] == good


ODD_INPUTS = ({"a": 1}, "x" * 5000, -5, None)
ODD_BROUGHT = (None, 5, {"index": {"path": "/etc/passwd"}})
"""What an event brings besides its inputs, in forms that no page sends."""


@pytest.mark.fault_rows(45)
def test_an_event_of_the_page_refuses_what_no_page_sends_in_a_sentence(
    whole: Whole, capfd: pytest.CaptureFixture[str]
) -> None:
    events = [event for event in whole.page.fns.values() if event.fn is not None]
    sent: list[tuple[Any, Any, Any]] = [
        (event, value, {}) for event in events if event.inputs for value in ODD_INPUTS
    ]
    sent += [(event, None, brought) for event in events for brought in ODD_BROUGHT]
    failed = []
    for event, value, brought in sent:
        data = [value for _ in event.inputs]
        body = {"data": data, "fn_index": event._id, "session_hash": "odd", "event_data": brought}
        reply = whole.http.post("/gradio_api/run/predict", json=body)
        sentence = str(reply.json().get("error", ""))
        if reply.status_code not in (200, 422, 503) or len(sentence) > 1000:
            failed.append((event.name, reply.status_code, sentence[:100], str(value)[:40], brought))
    assert not failed, failed
    assert "Traceback" not in capfd.readouterr().err

"""Whatever reaches a model waits its turn in a lane, whichever event or door it came through."""

from __future__ import annotations

import asyncio
import copy
import json
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.listening import say
from demo.endpoints.questions import BOX_UNUSED
from demo.endpoints.street_to_shop import ALL_ALIKE
from demo.visitors import Lane
from tests.demo.whole_page import Door, Whole, whole_page

LANES = {"model", "training"}
Result = TypeVar("Result")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole_page(tmp_path_factory.mktemp("page")) as page:
        yield page


def test_every_event_that_reaches_a_model_stands_in_a_lane(whole: Whole) -> None:
    events = [event for event in whole.page.fns.values() if event.inputs and event.fn is not None]
    reached = whole.models.door.events
    for _ in range(2):  # some need what others leave behind, such as a head of one's own
        for event in [event for event in events if f"{event.name} {event._id}" not in reached]:
            whole.trigger(event, "a-visitor")
    assert len(reached) >= 10, sorted(reached)
    assert {"trained", "switched"} <= {name.split()[0] for name in reached}, "no head of one's own was asked"
    outside = [name for name, event in reached.items() if event is None or event.concurrency_id not in LANES]
    assert not outside, f"{outside} reach a model outside the lanes of models"
    assert all(event.queue and event.concurrency_limit == 1 for event in reached.values())


def test_what_a_browser_is_told_of_the_page_can_be_copied(whole: Whole) -> None:
    """Else gradio copies it part by part, in vain again and again: a second each time that somebody opens the page."""
    for part in ("components", "dependencies"):
        assert copy.deepcopy(whole.page.config[part]) == whole.page.config[part]


def test_direct_calls_of_all_endpoints_reach_the_models_one_at_a_time(whole: Whole) -> None:
    picture = whole.pictures[0]
    calls = [
        ("classify_sketch", picture, "a sketch of a house", 0.5, 5),
        ("compare_field_road", picture, "a field", "a road", 0.4, 0.6, None),
        ("find_in_shop", picture, [20, 20, 300, 300], "a red shirt", 0.4, 0.3, 0.3, 5),
        ("try_boxes", picture, [20, 20, 300, 300], "a red shirt", 0.4, 0.3, 0.3, ""),
        ("compose", picture, "the same in red", 0.3, 0.2, 0.5, "mean", 5),
    ]
    alone = [whole.ask(*call).json()["data"] for call in calls]
    whole.models.door.most = 0
    with ThreadPoolExecutor(12) as visitors:
        together = [*visitors.map(lambda call: whole.ask(*call).json()["data"], calls * 3)]
    assert together == alone * 3
    assert whole.models.door.most == 1


def test_a_visitor_in_the_queue_hears_how_far_the_answer_is_and_a_direct_call_is_only_answered(
    whole: Whole,
) -> None:
    queue = whole.page._queue

    class Telling(Door):
        def append(self, name: str) -> None:
            say(7, "of at most 20 words of the caption")
            end = time.monotonic() + 10
            while any(one.progress_pending for job in queue.active_jobs for one in job or ()):
                assert time.monotonic() < end, "nobody was told"
                time.sleep(0.01)

    endpoint = next(one for one in whole.page.fns.values() if one.api_name == "classify_sketch")
    usual, whole.models.encoder.calls = whole.models.encoder.calls, Telling()
    data = [whole.pictures[0], "a house", 0.5, 5]
    try:
        body = {"data": data, "fn_index": endpoint._id, "session_hash": "hears", "trigger_id": None}
        whole.http.post("/gradio_api/queue/join", json=body).raise_for_status()
        stream = whole.http.get("/gradio_api/queue/data?session_hash=hears").text
        assert whole.ask("classify_sketch", *data).status_code == 200
    finally:
        whole.models.encoder.calls = usual
    messages = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: ")]
    (unit,) = next(one for one in messages if one["msg"] == "progress")["progress_data"]
    assert (unit["index"], unit["unit"]) == (7, "of at most 20 words of the caption")
    assert messages[-1]["msg"] == "close_stream" and any(one.get("success") for one in messages)


def test_the_endpoint_holds_no_dialogue_that_it_would_not_return(whole: Whole) -> None:
    calls = whole.models.shop.encoders.calls
    calls.clear()
    picture = whole.pictures[0]
    assert whole.ask("find_in_shop", picture, None, "", 0.5, 0.5, 0, 5).status_code == 200
    assert "caption" in calls and "dialogue" not in calls


def test_a_chosen_item_stands_where_the_answer_has_it_for_the_drawn_box(whole: Whole) -> None:
    question = (whole.pictures[0], [20, 20, 300, 300], "a red shirt", 0.4, 0.3, 0.3)
    hits = whole.ask("find_in_shop", *question, 5).json()["data"][0]["hits"]
    for place, hit in enumerate(hits, start=1):
        reading = whole.ask("try_boxes", *question, hit["item"]).json()["data"][0]
        assert (reading["item"], reading["file"]) == (hit["item"], hit["file"])
        drawn = reading["boxes"][12]
        assert (drawn["size"], drawn["box"], drawn["rank_in_mix"]) == (1.0, [20, 20, 300, 300], place)
    assert whole.ask("try_boxes", *question, "").json()["data"][0]["item"] == hits[0]["item"]


def test_a_box_without_a_weight_is_said_to_count_for_nothing(whole: Whole) -> None:
    def said(endpoint: str, box: list[int] | None, w_box: float) -> list[str]:
        answer = whole.ask(endpoint, whole.pictures[0], box, "a red shirt", 0.5, 0.5, w_box, *last[endpoint])
        return [note for note in answer.json()["data"][0]["notes"] if "w_box" in note]

    last = {"find_in_shop": (5,), "vary_shop_words": ("",), "try_boxes": ("",)}
    for endpoint in ("find_in_shop", "vary_shop_words"):
        assert said(endpoint, [20, 20, 300, 300], 0) == [BOX_UNUSED]
        assert said(endpoint, [20, 20, 300, 300], 0.3) == said(endpoint, None, 0) == []
    assert said("try_boxes", [20, 20, 300, 300], 0) == [ALL_ALIKE]
    assert said("try_boxes", [20, 20, 300, 300], 0.3) == []


def in_a_loop_of_its_own(visits: Coroutine[Any, Any, Result]) -> Result:
    """Runs it in another thread: in this one the loop of a browser that is driven may run."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, visits).result()


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=12))
def test_a_lane_serves_its_two_doors_by_turns_and_loses_no_turn_to_those_who_left(
    arrivals: list[tuple[bool, bool]],
) -> None:
    """Each arrival is a door and whether its visitor leaves before its turn."""

    async def through() -> list[tuple[bool, int]]:
        lane, served = Lane(), []

        async def visit(number: int, queued: bool) -> None:
            await lane.enter(queued=queued)
            served.append((queued, number))
            await asyncio.sleep(0)
            lane.leave()

        await lane.enter(queued=False)
        visits = [asyncio.create_task(visit(number, queued)) for number, (queued, _) in enumerate(arrivals)]
        await asyncio.sleep(0)
        for task, (_, leaves) in zip(visits, arrivals, strict=True):
            if leaves:
                task.cancel()
        lane.leave()
        await asyncio.wait_for(asyncio.gather(*visits, return_exceptions=True), 10)
        await asyncio.wait_for(lane.enter(queued=True), 10)
        return served

    served = in_a_loop_of_its_own(through())
    staying = [(queued, number) for number, (queued, leaves) in enumerate(arrivals) if not leaves]
    assert sorted(served) == sorted(staying)
    for door in (True, False):
        numbers = [number for queued, number in served if queued == door]
        assert numbers == sorted(numbers)
    both = 2 * min(sum(queued for queued, _ in staying), sum(not queued for queued, _ in staying))
    assert [queued for queued, _ in served[:both]] == [place % 2 == 0 for place in range(both)]


def test_a_turn_given_to_a_visitor_who_leaves_at_that_moment_goes_to_the_next() -> None:
    async def through() -> None:
        lane = Lane()
        await lane.enter(queued=False)
        leaving, staying = (asyncio.create_task(lane.enter(queued=False)) for _ in range(2))
        await asyncio.sleep(0)
        lane.leave()
        leaving.cancel()
        await asyncio.wait_for(staying, 10)

    in_a_loop_of_its_own(through())

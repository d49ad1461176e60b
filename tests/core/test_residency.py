"""The keeper of models: one copy each, least recently used first out, and the CPU when the GPU is full."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core.devices import CPU, GPU, Held, Place
from core.errors import ArtifactError, CapacityError, SettingsError
from core.residency import Keeper
from core.settings import Settings, model_bytes
from tests.core.residency_fakes import Shelf, full, same


def test_a_model_is_loaded_when_it_is_first_used_and_once() -> None:
    shelf = Shelf()
    first, again = shelf.resident("a"), shelf.resident("a")
    assert first is again
    assert shelf.loads == [] and shelf.keeper.state() == ()
    assert first.run(same) is again.run(same)
    assert shelf.loads == [("a", "cpu")]
    assert shelf.keeper.state() == (Held("a", "cpu", "float32", 40),)
    assert shelf.keeper.device_of("a") == "cpu" and shelf.keeper.device_of("b") is None


def test_the_least_recently_used_leaves_when_room_is_needed() -> None:
    shelf = Shelf(budget=100)
    a, b, c = (shelf.resident(name) for name in "abc")
    a.run(same), b.run(same), a.run(same)
    assert shelf.ids() == ["b", "a"]
    c.run(same)
    assert shelf.ids() == ["a", "c"], "b was not used for longest"
    b.run(same)
    assert shelf.ids() == ["c", "b"]
    assert [name for name, _ in shelf.loads] == ["a", "b", "c", "b"]
    assert sum(held.bytes for held in shelf.keeper.state()) <= 100


def test_room_is_made_before_the_weights_are_read_and_after_if_they_are_larger() -> None:
    shelf = Shelf(budget=100)
    a, b = shelf.resident("a"), shelf.resident("b")
    seen: list[list[str]] = []
    big = shelf.keeper.resident(
        "big", "big", lambda _: seen.append(shelf.ids()) or {"bytes": 90}, expected=50, backend=shelf.backend
    )
    a.run(same), b.run(same), big.run(same)
    assert seen == [["b"]], "a made room for the 50 that the files promise"
    assert shelf.ids() == ["big"], "b for the 90 that there are"


def test_a_model_larger_than_the_budget_is_alone() -> None:
    shelf = Shelf(budget=10)
    a, b = shelf.resident("a"), shelf.resident("b")
    a.run(same), b.run(same)
    assert shelf.ids() == ["b"]


def test_a_model_at_work_is_not_unloaded() -> None:
    shelf = Shelf(budget=50)
    a, b = shelf.resident("a"), shelf.resident("b")
    started, finish = threading.Event(), threading.Event()

    def work(loaded: Any) -> Any:
        started.set()
        assert finish.wait(20)
        return loaded

    with ThreadPoolExecutor(1) as threads:
        busy = threads.submit(a.run, work)
        assert started.wait(20)
        b.run(same)
        assert sorted(shelf.ids()) == ["a", "b"], (
            "over the budget for a moment, rather than waiting or breaking"
        )
        finish.set()
        assert busy.result(20)["id"] == "a"
    # Nor may a model unload the one that called it.
    a.run(lambda _: shelf.resident("c").run(same))
    assert "a" in shelf.ids()


def test_many_threads_load_one_copy_and_take_turns() -> None:
    shelf = Shelf()
    inside: list[int] = []
    most: list[int] = []

    def work(_: Any) -> None:
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.002)
        inside.pop()

    residents = [shelf.resident("a")] * 8
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda resident: resident.run(work), residents))
    assert shelf.loads == [("a", "cpu")] and max(most) == 1 and len(most) == 8


def test_threads_that_push_each_others_models_out_all_finish() -> None:
    shelf = Shelf(budget=50)
    residents = [shelf.resident(name) for name in "abc"]
    with ThreadPoolExecutor(6) as threads:
        answers = list(
            threads.map(lambda i: residents[i % 3].run(lambda loaded: loaded["id"]), range(60), timeout=30)
        )
    assert answers == [*"abc"] * 20
    assert all(resident.busy == 0 for resident in residents)


def test_a_gpu_is_taken_where_there_is_one() -> None:
    shelf = Shelf(budget=10, cuda=1000)
    a, b = shelf.resident("a"), shelf.resident("b", gpu=Place("cuda", "int8"))
    assert a.run(same)["place"] == GPU and b.run(same)["place"] == Place("cuda", "int8")
    assert shelf.keeper.state() == (Held("a", "cuda", "bfloat16", 40), Held("b", "cuda", "int8", 40))
    assert shelf.keeper.notices() == ()


def test_other_errors_and_a_full_cpu_are_not_taken_for_a_full_gpu() -> None:
    shelf = Shelf(cuda=1000)
    resident = shelf.resident("a")
    with pytest.raises(ZeroDivisionError):
        resident.run(lambda _: 1 / 0)
    assert shelf.keeper.device_of("a") == "cuda" and shelf.keeper.notices() == ()
    on_cpu = Shelf().resident("b")
    with pytest.raises(CapacityError, match="memory is too full for the model b; try again later"):
        on_cpu.run(full)

    def swollen(_: Any) -> Any:
        raise MemoryError

    with pytest.raises(CapacityError, match="memory is too full for the model b"):
        on_cpu.run(swollen)
    assert on_cpu.run(same)["id"] == "b", "the model still serves"


def test_a_model_that_failed_to_load_is_tried_again() -> None:
    shelf = Shelf()
    answers = iter([ArtifactError("torn"), None])

    def load(_: Place) -> dict[str, int]:
        if error := next(answers):
            raise error
        return {"bytes": 1}

    resident = shelf.keeper.resident("x", "x", load, expected=1, backend=shelf.backend)
    with pytest.raises(ArtifactError, match="torn"):
        resident.run(same)
    assert shelf.keeper.state() == ()
    assert resident.run(same) == {"bytes": 1}


def test_a_model_that_nobody_holds_is_forgotten() -> None:
    shelf = Shelf()
    resident = shelf.resident("a")
    resident.run(same)
    del resident
    gc.collect()
    assert shelf.keeper.state() == ()
    shelf.resident("a").run(same)
    assert shelf.loads == [("a", "cpu")] * 2


def test_the_budget_is_the_variables_or_half_of_the_machines() -> None:
    assert model_bytes({"BLENDSCOPE_MODEL_BYTES": "12345"}) == 12345
    assert model_bytes({"BLENDSCOPE_MODEL_BYTES": ""}) == model_bytes({}) > 10**8
    for wrong in ("-1", "0", "8GB", "1e9", "١٢"):
        with pytest.raises(SettingsError, match="give a whole number of bytes"):
            model_bytes({"BLENDSCOPE_MODEL_BYTES": wrong})
        with pytest.raises(SettingsError, match="give a whole number of bytes"):
            Settings.from_environment({"BLENDSCOPE_MODEL_BYTES": wrong})


def test_the_budget_is_read_when_the_first_model_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Keeper()
    monkeypatch.setenv("BLENDSCOPE_MODEL_BYTES", "777")
    assert keeper.budget == 777


@pytest.mark.parametrize(
    ("work", "expected"),
    [(same, {"id": "a", "bytes": 40, "place": CPU}), (lambda loaded: loaded["bytes"], 40)],
    ids=["the model", "of the model"],
)
def test_a_model_hands_back_what_the_work_returns(work: Callable[[Any], Any], expected: Any) -> None:
    assert Shelf().resident("a").run(work) == expected

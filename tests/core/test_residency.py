"""The keeper of models: one copy each, least recently used first out, and the CPU when the GPU is full."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest
import torch

from core.errors import ArtifactError, CapacityError, SettingsError
from core.residency import CPU, GPU, Held, Keeper, Place, Resident
from core.settings import model_bytes


class _Hands:
    """A machine with or without a GPU; models are their own size in bytes."""

    def __init__(self, cuda: int = 0) -> None:
        self.cuda, self.released = cuda, 0

    def has_cuda(self) -> bool:
        return self.cuda > 0

    def memory(self, device: str) -> int | None:
        return self.cuda if device == "cuda" else None

    def bytes_of(self, loaded: Any) -> int:
        return int(loaded["bytes"])

    def is_out_of_memory(self, error: BaseException) -> bool:
        return isinstance(error, torch.cuda.OutOfMemoryError)

    def release(self) -> None:
        self.released += 1

    def quiet(self) -> nullcontext[None]:
        return nullcontext()


class _Shelf:
    """Makes residents of one keeper and notes where each was loaded."""

    def __init__(self, budget: int = 100, cuda: int = 0, machine: int | None = None) -> None:
        self.keeper, self.hands = Keeper(budget, machine), _Hands(cuda)
        self.loads: list[tuple[str, str]] = []

    def resident(
        self, id: str, size: int = 40, expected: int | None = None, gpu: Place = GPU
    ) -> Resident[Any]:
        def load(place: Place) -> dict[str, Any]:
            self.loads.append((id, place.device))
            return {"id": id, "bytes": size, "place": place}

        return self.keeper.resident(
            f"family {id}",
            id,
            load,
            expected=size if expected is None else expected,
            hands=self.hands,
            gpu=gpu,
        )

    def ids(self) -> list[str]:
        return [held.id for held in self.keeper.state()]


def same(loaded: Any) -> Any:
    return loaded


def full(_: Any) -> Any:
    raise torch.cuda.OutOfMemoryError("CUDA out of memory")


def test_a_model_is_loaded_when_it_is_first_used_and_once() -> None:
    shelf = _Shelf()
    one, again = shelf.resident("a"), shelf.resident("a")
    assert one is again
    assert shelf.loads == [] and shelf.keeper.state() == ()
    assert one.run(same) is again.run(same)
    assert shelf.loads == [("a", "cpu")]
    assert shelf.keeper.state() == (Held("a", "cpu", "float32", 40),)
    assert shelf.keeper.device_of("a") == "cpu" and shelf.keeper.device_of("b") is None


def test_the_least_recently_used_leaves_when_room_is_needed() -> None:
    shelf = _Shelf(budget=100)
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
    shelf = _Shelf(budget=100)
    a, b = shelf.resident("a"), shelf.resident("b")
    seen: list[list[str]] = []
    big = shelf.keeper.resident(
        "big", "big", lambda _: seen.append(shelf.ids()) or {"bytes": 90}, expected=50, hands=shelf.hands
    )
    a.run(same), b.run(same), big.run(same)
    assert seen == [["b"]], "a made room for the 50 that the files promise"
    assert shelf.ids() == ["big"], "b for the 90 that there are"


def test_a_model_larger_than_the_budget_is_alone() -> None:
    shelf = _Shelf(budget=10)
    a, b = shelf.resident("a"), shelf.resident("b")
    a.run(same), b.run(same)
    assert shelf.ids() == ["b"]


def test_a_model_at_work_is_not_unloaded() -> None:
    shelf = _Shelf(budget=50)
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
    shelf = _Shelf()
    inside: list[int] = []
    most: list[int] = []

    def work(_: Any) -> None:
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.002)
        inside.pop()

    residents = [shelf.resident("a")] * 8
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda one: one.run(work), residents))
    assert shelf.loads == [("a", "cpu")] and max(most) == 1 and len(most) == 8


def test_threads_that_push_each_others_models_out_all_finish() -> None:
    shelf = _Shelf(budget=50)
    residents = [shelf.resident(name) for name in "abc"]
    with ThreadPoolExecutor(6) as threads:
        found = list(
            threads.map(lambda i: residents[i % 3].run(lambda loaded: loaded["id"]), range(60), timeout=30)
        )
    assert found == [*"abc"] * 20
    assert all(one.busy == 0 for one in residents)


def test_a_gpu_is_taken_where_there_is_one() -> None:
    shelf = _Shelf(budget=10, cuda=1000)
    a, b = shelf.resident("a"), shelf.resident("b", gpu=Place("cuda", "int8"))
    assert a.run(same)["place"] == GPU and b.run(same)["place"] == Place("cuda", "int8")
    assert shelf.keeper.state() == (Held("a", "cuda", "bfloat16", 40), Held("b", "cuda", "int8", 40))
    assert shelf.keeper.notices() == ()


def _full_once_loaded(loaded: Any) -> Any:
    return full(loaded) if loaded["place"].device == "cuda" else loaded


@pytest.mark.parametrize("when", ["while it loads", "while it works"])
def test_a_full_gpu_moves_a_model_to_the_cpu_for_good_and_says_so(when: str) -> None:
    shelf = _Shelf(cuda=1000)
    asked: list[str] = []

    def load(place: Place) -> dict[str, Any]:
        asked.append(place.device)
        return (
            full(None)
            if when == "while it loads" and place.device == "cuda"
            else {"bytes": 40, "place": place}
        )

    made = shelf.keeper.resident("x", "x", load, expected=40, hands=shelf.hands)
    assert made.run(_full_once_loaded)["place"] == CPU
    assert made.run(_full_once_loaded)["place"] == CPU
    assert shelf.hands.released == 1
    made.unload()
    assert made.run(_full_once_loaded)["place"] == CPU
    assert asked == ["cuda", "cpu", "cpu"], "the GPU is not tried again"
    assert shelf.keeper.state() == (Held("x", "cpu", "float32", 40),)
    assert shelf.keeper.notices() == (
        "The GPU's memory is full; the model x runs on the CPU, which is slower.",
    )
    assert made.busy == 0


def _fits(shelf: _Shelf, limit: int) -> Callable[[Any], Any]:
    """Returns work that fills a GPU unless at most `limit` models are on it."""
    return lambda loaded: full(loaded) if len(shelf.ids()) > limit else loaded


def test_a_full_gpu_is_tried_again_once_its_idle_models_are_unloaded() -> None:
    shelf = _Shelf(cuda=1000)
    a, b, c = (shelf.resident(name) for name in "abc")
    a.run(same), b.run(same)
    assert c.run(_fits(shelf, 1))["place"] == GPU
    assert shelf.ids() == ["c"] and shelf.keeper.notices() == ()
    assert a.run(same)["place"] == GPU, "those that made room are loaded again when they are needed"

    asked: list[str] = []

    def always_full(loaded: Any) -> Any:
        asked.append(loaded["place"].device)
        return _full_once_loaded(loaded)

    assert b.run(always_full)["place"] == CPU
    assert asked == ["cuda", "cuda", "cpu"], "once more, and then no more"
    assert len(shelf.keeper.notices()) == 1


def test_a_model_at_work_on_a_full_gpu_stays() -> None:
    shelf = _Shelf(cuda=1000)
    a, b = shelf.resident("a"), shelf.resident("b")
    assert a.run(lambda _: b.run(_full_once_loaded))["place"] == CPU
    assert shelf.keeper.device_of("a") == "cuda"


def test_a_model_too_large_for_the_machine_is_refused_before_it_is_read() -> None:
    shelf = _Shelf(budget=4 * 10**9, machine=16 * 10**9)
    huge = shelf.resident("huge", expected=15 * 10**9)
    small = shelf.resident("small")
    small.run(same)
    with pytest.raises(
        CapacityError, match=r"huge needs 15.0 GB of memory, .* this machine, which has 16.0 GB"
    ):
        huge.run(same)
    assert shelf.loads == [("small", "cpu")] and shelf.ids() == ["small"], "nothing made room for it"
    large = shelf.resident("large", expected=14 * 10**9)
    assert large.run(same)["id"] == "large", "larger than the budget, but the machine can hold it"


def test_a_model_too_large_for_the_machine_may_lie_on_its_gpu() -> None:
    shelf = _Shelf(cuda=80 * 10**9, machine=16 * 10**9)
    huge = shelf.resident("huge", expected=15 * 10**9)
    assert huge.run(same)["place"] == GPU
    with pytest.raises(CapacityError, match="choose a smaller one"):
        huge.run(full)
    assert shelf.keeper.notices() == (), "it does not run on the CPU"
    assert huge.run(same)["place"] == GPU, "the GPU is tried again"


def test_other_errors_and_a_full_cpu_are_not_taken_for_a_full_gpu() -> None:
    shelf = _Shelf(cuda=1000)
    made = shelf.resident("a")
    with pytest.raises(ZeroDivisionError):
        made.run(lambda _: 1 / 0)
    assert shelf.keeper.device_of("a") == "cuda" and shelf.keeper.notices() == ()
    on_cpu = _Shelf().resident("b")
    with pytest.raises(CapacityError, match="memory is too full for the model b; try again later"):
        on_cpu.run(full)

    def swollen(_: Any) -> Any:
        raise MemoryError

    with pytest.raises(CapacityError, match="memory is too full for the model b"):
        on_cpu.run(swollen)
    assert on_cpu.run(same)["id"] == "b", "the model still serves"


def test_a_model_that_failed_to_load_is_tried_again() -> None:
    shelf = _Shelf()
    answers = iter([ArtifactError("torn"), None])

    def load(_: Place) -> dict[str, int]:
        if error := next(answers):
            raise error
        return {"bytes": 1}

    made = shelf.keeper.resident("x", "x", load, expected=1, hands=shelf.hands)
    with pytest.raises(ArtifactError, match="torn"):
        made.run(same)
    assert shelf.keeper.state() == ()
    assert made.run(same) == {"bytes": 1}


def test_a_model_that_nobody_holds_is_forgotten() -> None:
    shelf = _Shelf()
    made = shelf.resident("a")
    made.run(same)
    del made
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


def test_the_budget_is_read_when_the_first_model_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Keeper()
    monkeypatch.setenv("BLENDSCOPE_MODEL_BYTES", "777")
    assert keeper.budget == 777


@pytest.mark.parametrize("work", [same, lambda loaded: loaded["bytes"]])
def test_a_model_hands_back_what_the_work_returns(work: Callable[[Any], Any]) -> None:
    assert _Shelf().resident("a").run(work) in (40, {"id": "a", "bytes": 40, "place": CPU})

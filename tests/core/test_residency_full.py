"""The keeper of models where memory is short: a full GPU, and a machine too small for a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.devices import CPU, GPU, Held, Place
from core.errors import CapacityError
from tests.core.residency_fakes import Shelf, full, same


def full_once_loaded(loaded: Any) -> Any:
    return full(loaded) if loaded["place"].device == "cuda" else loaded


@pytest.mark.fault_rows(59)
@pytest.mark.parametrize("when", ["while it loads", "while it works"])
def test_a_full_gpu_moves_a_model_to_the_cpu_for_good_and_says_so(when: str) -> None:
    shelf = Shelf(cuda=1000)
    loads: list[str] = []

    def load(place: Place) -> dict[str, Any]:
        loads.append(place.device)
        return (
            full(None)
            if when == "while it loads" and place.device == "cuda"
            else {"bytes": 40, "place": place}
        )

    resident = shelf.keeper.resident("x", "x", load, expected=40, backend=shelf.backend)
    assert resident.run(full_once_loaded)["place"] == CPU
    assert resident.run(full_once_loaded)["place"] == CPU
    assert shelf.backend.released == 1
    resident.unload()
    assert resident.run(full_once_loaded)["place"] == CPU
    assert loads == ["cuda", "cpu", "cpu"], "the GPU is not tried again"
    assert shelf.keeper.state() == (Held("x", "cpu", "float32", 40),)
    assert shelf.keeper.notices() == (
        "The GPU's memory is full; the model x runs on the CPU, which is slower.",
    )
    assert resident.busy == 0


def fits(shelf: Shelf, limit: int) -> Callable[[Any], Any]:
    """Returns work that fills a GPU unless at most `limit` models are on it."""
    return lambda loaded: full(loaded) if len(shelf.ids()) > limit else loaded


@pytest.mark.fault_rows(59)
def test_a_full_gpu_is_tried_again_once_its_idle_models_are_unloaded() -> None:
    shelf = Shelf(cuda=1000)
    a, b, c = (shelf.resident(name) for name in "abc")
    a.run(same), b.run(same)
    assert c.run(fits(shelf, 1))["place"] == GPU
    assert shelf.ids() == ["c"] and shelf.keeper.notices() == ()
    assert a.run(same)["place"] == GPU, "those that made room are loaded again when they are needed"

    loads: list[str] = []

    def always_full(loaded: Any) -> Any:
        loads.append(loaded["place"].device)
        return full_once_loaded(loaded)

    assert b.run(always_full)["place"] == CPU
    assert loads == ["cuda", "cuda", "cpu"], "once more, and then no more"
    assert len(shelf.keeper.notices()) == 1


def test_a_model_at_work_on_a_full_gpu_stays() -> None:
    shelf = Shelf(cuda=1000)
    a, b = shelf.resident("a"), shelf.resident("b")
    assert a.run(lambda _: b.run(full_once_loaded))["place"] == CPU
    assert shelf.keeper.device_of("a") == "cuda"


def test_a_model_too_large_for_the_machine_is_refused_before_it_is_read() -> None:
    shelf = Shelf(budget=4 * 10**9, machine=16 * 10**9)
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
    shelf = Shelf(cuda=80 * 10**9, machine=16 * 10**9)
    huge = shelf.resident("huge", expected=15 * 10**9)
    assert huge.run(same)["place"] == GPU
    with pytest.raises(CapacityError, match="choose a smaller one"):
        huge.run(full)
    assert shelf.keeper.notices() == (), "it does not run on the CPU"
    assert huge.run(same)["place"] == GPU, "the GPU is tried again"


def roomy(limit: int, batches: list[str]) -> Callable[..., list[int]]:
    """Returns work that fills a GPU with more than `limit` rows, and notes where it is given how many."""

    def work(loaded: Any, rows: list[int], others: list[int]) -> list[int]:
        batches.append(f"{loaded['place'].device} {len(rows)}")
        if loaded["place"].device == "cuda" and len(rows) > limit:
            full(loaded)
        return [10 * row + other for row, other in zip(rows, others, strict=True)]

    return work


@pytest.mark.fault_rows(59)
@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (5, ["cuda 5", "cuda 3"]),
        (4, ["cuda 5", "cuda 3", "cuda 2", "cuda 2", "cuda 1"]),
        (2, ["cuda 5", "cuda 3", "cpu 5", "cpu 3"]),
    ],
    ids=["all at once", "halves", "the CPU"],
)
def test_a_full_gpu_gets_half_a_batch_once_before_the_cpu_does(limit: int, expected: list[str]) -> None:
    shelf, batches = Shelf(cuda=1000), list[str]()
    model, work = shelf.resident("x"), roomy(limit, batches)
    for rows in ([1, 2, 3, 4, 5], [6, 7, 8]):
        answers = model.run_rows(work, rows, [row % 2 for row in rows])
        assert [value for part in answers for value in part] == [10 * row + row % 2 for row in rows], (
            "in order"
        )
    assert batches == expected, "what was too much is not tried again"
    moved = ["The GPU's memory is full; the model x runs on the CPU, which is slower."]
    assert list(shelf.keeper.notices()) == (moved if limit == 2 else [])
    assert len(shelf.loads) == (2 if limit == 2 else 1) and model.busy == 0


@pytest.mark.fault_rows(59)
def test_idle_models_leave_before_a_batch_is_halved_and_one_row_is_not() -> None:
    shelf, batches = Shelf(cuda=1000), list[str]()
    idle, model = shelf.resident("idle"), shelf.resident("x")
    idle.run(same)

    def work(loaded: Any, rows: list[int]) -> int:
        batches.append(f"{len(shelf.ids())} {len(rows)}")
        return len(rows) if len(shelf.ids()) == 1 else full(loaded)

    assert model.run_rows(work, [1, 2, 3, 4]) == [4] and batches == ["2 4", "1 4"]
    batches.clear()
    assert model.run_rows(roomy(0, batches), [7], [0]) == [[70]] and batches == ["cuda 1", "cpu 1"]


@pytest.mark.fault_rows(59)
def test_the_machines_own_memory_is_spared_by_halves_too_and_then_refused() -> None:
    model = Shelf().resident("x")

    def work(limit: int) -> Callable[..., int]:
        return lambda loaded, rows: len(rows) if len(rows) <= limit else full(loaded)

    assert model.run_rows(work(2), [1, 2, 3]) == [2, 1]
    with pytest.raises(CapacityError, match="too full for the model x; try again later"):
        model.run_rows(work(1), [1, 2, 3])
    assert model.run_rows(work(2), [1, 2]) == [1, 1] and model.busy == 0


@pytest.mark.fault_rows(59)
@pytest.mark.parametrize("when", ["while it loads", "while it works"])
def test_a_gpu_that_fails_is_left_at_once(when: str) -> None:
    shelf, loads = Shelf(cuda=1000), list[str]()

    def fail_at(moment: str, place: Place) -> None:
        loads.append(f"{moment} {place.device}")
        if when == moment and place.device == "cuda":
            raise RuntimeError("CUDA error: unspecified launch failure")

    def load(place: Place) -> dict[str, Any]:
        fail_at("while it loads", place)
        return {"bytes": 40, "place": place}

    def work(loaded: Any, rows: list[int]) -> int:
        fail_at("while it works", loaded["place"])
        return len(rows)

    model = shelf.keeper.resident("x", "x", load, expected=40, backend=shelf.backend)
    assert model.run_rows(work, [1, 2, 3]) == [3] and model.run_rows(work, [1]) == [1]
    assert loads.count(f"{when} cuda") == 1, "neither halved nor tried again"
    assert shelf.keeper.notices() == (
        "The GPU does not answer any more; the model x runs on the CPU, which is slower.",
    )
    assert model.busy == 0 and shelf.keeper.device_of("x") == "cpu"

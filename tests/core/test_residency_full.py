"""The keeper of models where memory is short: a full GPU, and a machine too small for a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import CapacityError
from core.residency import CPU, GPU, Held, Place
from tests.core.residency_fakes import Shelf, full, same


def full_once_loaded(loaded: Any) -> Any:
    return full(loaded) if loaded["place"].device == "cuda" else loaded


@pytest.mark.fault_rows(59)
@pytest.mark.parametrize("when", ["while it loads", "while it works"])
def test_a_full_gpu_moves_a_model_to_the_cpu_for_good_and_says_so(when: str) -> None:
    shelf = Shelf(cuda=1000)
    asked: list[str] = []

    def load(place: Place) -> dict[str, Any]:
        asked.append(place.device)
        return (
            full(None)
            if when == "while it loads" and place.device == "cuda"
            else {"bytes": 40, "place": place}
        )

    made = shelf.keeper.resident("x", "x", load, expected=40, hands=shelf.hands)
    assert made.run(full_once_loaded)["place"] == CPU
    assert made.run(full_once_loaded)["place"] == CPU
    assert shelf.hands.released == 1
    made.unload()
    assert made.run(full_once_loaded)["place"] == CPU
    assert asked == ["cuda", "cpu", "cpu"], "the GPU is not tried again"
    assert shelf.keeper.state() == (Held("x", "cpu", "float32", 40),)
    assert shelf.keeper.notices() == (
        "The GPU's memory is full; the model x runs on the CPU, which is slower.",
    )
    assert made.busy == 0


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

    asked: list[str] = []

    def always_full(loaded: Any) -> Any:
        asked.append(loaded["place"].device)
        return full_once_loaded(loaded)

    assert b.run(always_full)["place"] == CPU
    assert asked == ["cuda", "cuda", "cpu"], "once more, and then no more"
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

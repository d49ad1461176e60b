"""Sends every row of the fault matrix to the running app, and a good request after each."""

from __future__ import annotations

import pytest

from tests.faults.asking import FIELD_ROAD, Fault, at, found
from tests.faults.matrix import MATRIX
from tests.running import Reply, RunningApp

pytestmark = pytest.mark.weights
REQUIRED = {*range(1, 47), 85, 86, 88, 90, 91}
HEALTHY = at(FIELD_ROAD)


@pytest.fixture(scope="module")
def healthy(running_app: RunningApp) -> Reply:
    """What the app answers to a good request before anything went wrong."""
    return HEALTHY(running_app)


@pytest.mark.parametrize("fault", MATRIX, ids=lambda fault: fault.name)
def test_a_fault_costs_one_sentence_and_nothing_else(
    fault: Fault, running_app: RunningApp, healthy: Reply
) -> None:
    printed = len(running_app.output())
    for ask in fault.asks:
        fault.check(running_app, ask)
    assert found(HEALTHY(running_app)) == found(healthy)
    assert "Traceback" not in running_app.output()[printed:]


def test_every_row_that_is_required_is_there() -> None:
    numbers = {int(fault.name.split()[0].rstrip("a")) for fault in MATRIX}
    assert not REQUIRED - numbers

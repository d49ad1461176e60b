"""A pin says with which other models and heads it can be compared, or why it cannot be now."""

from __future__ import annotations

import pytest

from core.hub import pins_of
from core.task_table import TASKS, Task
from demo.panels import other_models as told


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_what_can_be_compared_is_told_of_every_task(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPACE_ID", raising=False)
    needed = pins_of(task.name)
    monkeypatch.setattr(told, "is_cached", lambda pin: pin != needed[0])
    absent = told.other_models(task, "pocket")
    assert f"1 of {len(needed)} " in absent and f"--task {task.name}" in absent
    monkeypatch.setattr(told, "is_cached", lambda pin: True)
    assert "--profile paper" in told.other_models(task, "pocket")
    assert "--profile pocket" in told.other_models(task, "paper")
    assert ("two heads" in absent) is (task.key in told.HEADS)
    monkeypatch.setenv("SPACE_ID", "someone/blendscope")
    assert told.ON_A_SPACE in told.other_models(task, "pocket")

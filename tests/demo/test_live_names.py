"""What the pictures of a window are called is worked out once a question, whatever its weights are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.tasks import compose
from core.tasks.windows import Window
from demo.answers import live
from demo.events.compose import ComposeEvents
from tests.demo.retrieval_fakes import FakeServices


def test_names_of_a_window_are_worked_out_once_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    tab = ComposeEvents(FakeServices())  # type: ignore[arg-type]
    small = tab.questions[0].evidence
    titles = ("Shirt", "Shirt", *(f"Garment {row}" for row in range(len(small.items) - 2)))
    window = Window(np.arange(len(small.items)) * 3, 1_000)
    evidence = replace(small, window=window, titles=titles, copies={})
    counted: list[int] = []

    def counting(*of: object) -> list[int]:
        counted.append(1)
        return live_shared(*of)  # type: ignore[arg-type]

    live_shared = live.shared_titles
    monkeypatch.setattr(live, "shared_titles", counting)
    values = []
    for weights in ((0.2, 0.3, 0.5), (0.9, 0.1, 0.0)):
        answer = compose.answer(evidence, *weights)
        value = live.question_value(answer.ranking, tab.unit_by("sum"))
        assert value is not None
        values.append(value["names"])
    assert len(counted) == 1 and values[0] == values[1]
    assert values[0]["shared"] == [0, 1] and values[0]["titles"] == list(titles)
    assert values[0]["files"] == [file for _, file in small.items]

"""What a move of alpha does not change of a sketch's answer is computed once for the question."""

from __future__ import annotations

from typing import Any

import pytest

from core import blend
from core.tasks.sketch import answer, beginning, part_rows
from tests.core.test_sketch_task import evidence_of


def test_what_alpha_does_not_change_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[str] = []
    for name, real in (("centred", blend.centred), ("tie_weight", blend.tie_weight)):

        def counted(*arguments: Any, name: str = name, real: Any = real) -> Any:
            computed.append(name)
            return real(*arguments)

        monkeypatch.setattr(f"core.blend.{name}", counted)
    evidence = evidence_of([1, 2, 0], [2, 1, 0])
    for alpha in (None, 0.2, 0.8):
        assert answer(evidence, alpha).sentence.startswith(beginning(evidence))
    assert sorted(computed) == ["centred", "tie_weight"]
    assert not part_rows(evidence).flags.writeable

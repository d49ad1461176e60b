"""The table of speeds: every measurement has a short form, which judges nothing; the build runs it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import __main__ as table
from benchmarks.contenders import CONTENDERS, SHIPPED, Bench, made
from benchmarks.timing import Row
from core.blend import unit

SIZES = ((1, (600, 16)), (2, (80, 16)), (3, (3, 16)))
SLOW = Row("search", 3.0, 1.0, limit_ratio=1.5, beside="NumPy")


@pytest.mark.parametrize(("words", "status"), [(["search"], 1), (["--short", "search"], 0)])
def test_a_promise_is_judged_only_in_the_whole_form(
    words: list[str], status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for parts in (table.WHOLE, table.SHORT):
        monkeypatch.setitem(parts, "search", lambda: [SLOW])
    assert table.main(words) == status
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.split()[:3] == ["search", "3.000", "ms"] and ("BROKEN" in line) == (
        "< 1.5 x" in line
    ) == bool(status)


def test_every_measurement_has_a_short_form() -> None:
    assert list(table.SHORT) == list(table.WHOLE)


def test_the_shipped_way_to_search_is_built_and_opened_by_its_benchmark(tmp_path: Path) -> None:
    rows, texts, parts = (
        unit(np.random.default_rng(seed).normal(size=size)).astype(np.float32) for seed, size in SIZES
    )
    asked = np.array([0.2, 0.5, 0.3], np.float32)
    ready = made(CONTENDERS[SHIPPED], rows, Bench(tmp_path, texts), lambda ask: ask(parts, asked))
    best = np.argsort(-(rows @ (asked @ parts)), kind="stable")[:12]
    assert len(np.intersect1d(ready.ask(parts, asked), best)) >= 9
    assert ready.bytes > 0

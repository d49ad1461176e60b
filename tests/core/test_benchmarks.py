"""The table of speeds: every measurement has a short form, which judges nothing; the build runs it."""

from __future__ import annotations

import pytest

from benchmarks import __main__ as table
from benchmarks.timing import Row

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

"""Figure files that cannot be used, and folders that cannot be written: one sentence each, and nothing half written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main
from core.errors import InputError
from core.figures.file import LARGEST, read_figure
from tests.core.figures.made import figure_value

PARTS = [{"kind": "picture", "label": "q", "weight": 1.0}]
FAULTS: list[tuple[Any, str]] = [
    (b"", "cut off"),
    (json.dumps(figure_value("ranking")).encode()[:4000], "cut off"),
    (b"[" * 100_000, "cut off"),
    (b"\xff\xfe\x00", "cut off"),
    (b" " * (LARGEST + 1), "more than 8 MB"),
    (json.dumps({"kind": "ranking"}).encode(), "no “blendscope_figure”"),
    (json.dumps(figure_value("ranking") | {"blendscope_figure": 2}).encode(), "form 2, and this version reads form 1"),
    (json.dumps(figure_value("ranking") | {"kind": "pie"}).encode(), "must be one of ranking"),
    (json.dumps(figure_value("ranking") | {"colour": "red"}).encode(), "“colour”, which this version does not know"),
    (json.dumps(figure_value("ranking") | {"view": "tab=cooking"}).encode(), "no tab of this page"),
    (json.dumps(figure_value("promise", p_value=float("nan"))).encode(), "finite numbers"),
    (b'{"blendscope_figure": 1, "kind": "promise", "evidence": {"p_value": 1e999, "alpha": 0.1}}', "p_value"),
    (json.dumps(figure_value("promise", p_value=1.5)).encode(), "between 0 and 1"),
    (json.dumps(figure_value("promise", p_value="0.5")).encode(), "must be a number, but text was given"),
    (json.dumps(figure_value("ranking", results=[])).encode(), "a list of 1 to 100, but it is 0"),
    (json.dumps(figure_value("ranking", parts=PARTS)).encode(), "3 parts, but there are 1 kind"),
    (json.dumps(figure_value("ranking", question={"picture": "AAAA"})).encode(), "picture"),
    (json.dumps(figure_value("ranking", question={"picture": "?"})).encode(), "in base64"),
    (json.dumps(figure_value("ranking", question={"picture": "A" * 2_000_000})).encode(), "at most 1 MB"),
    (json.dumps(figure_value("ranking", question=[])).encode(), "must be an object in braces"),
    (json.dumps(figure_value("ranking", sentence="x" * 3000)).encode(), "longer than 2,000 characters"),
    (json.dumps(figure_value("curves", charts=[{"curves": [{"name": "a", "points": [[1]]}]}])).encode(), "2 numbers"),
    (json.dumps(figure_value("simplex", maps=[{"steps": 3, "values": [1.0]}])).encode(), "a list of 10 to 10"),
    (json.dumps(figure_value("places", pairs=[[0, 99, 0.1]])).encode(), "“pairs”"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "said"), FAULTS, ids=[f"{at} {said}" for at, (_, said) in enumerate(FAULTS)]
)
def test_a_fault_of_a_figure_file_is_one_sentence(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_figure(data)
    sentence = str(caught.value)
    assert said in sentence and sentence.endswith(".") and "\n" not in sentence and len(sentence) < 300


@pytest.mark.fault_rows(92)
def test_the_command_says_what_it_cannot_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut = tmp_path / "cut.json"
    cut.write_bytes(json.dumps(figure_value("promise")).encode()[:90])
    whole = tmp_path / "whole.json"
    whole.write_text(json.dumps(figure_value("promise")), encoding="utf-8")
    (tmp_path / "a file").write_text("here")
    for file, out, said in (
        (cut, tmp_path / "out", "cut.json: This is no figure file, or it was cut off"),
        (tmp_path / "none.json", tmp_path / "out", "cannot be read"),
        (whole, tmp_path / "a file", "cannot be read or written"),
    ):
        assert main(["figure", str(file), "--out", str(out)]) == 2
        told = capsys.readouterr()
        assert said in told.err and told.err.count("\n") == 1 and not told.out
    assert not (tmp_path / "out").exists()

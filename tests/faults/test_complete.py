"""Every row of the list of faults is held by a test, or by a reason why it does not concern this program."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.faults.matrix import MATRIX

TESTS = Path(__file__).resolve().parents[1]
ROWS = range(1, 97)
"""Of these, 81 to 84 are about the graphs of the towers and what they are made of: 81 a kept graph that is cut short,
damaged, foreign or of another version; 82 no room for one; 83 no permission; 84 a package whose weights changed.
85 to 89 are about instruments: 85 scores that break a rule; 86 a caption of one word; 87 a gallery of one picture, or
of copies of one; 88 a box outside; 89 a folder that was not uploaded, and labels or judgements that there are not.
90 is a talk that cannot be used, 91 a code for phones of what has no address.
92 is a figure file that cannot be used, or a folder for figures that cannot be written.
93 is a Qdrant server that is away, slow, full or closed, of another dimension, or emptied in between; 94 a worker of a
cluster that dies, or has other models, or a cluster that is none.
95 is an approximate index that does not fit its rows, or is changed while it is open; 96 a segment of a gallery that is
changed, or cut short, while it is open.
"""
NOT_OURS: dict[int, str] = {
    67: "no archive is ever unpacked: data sets are read as folders, and galleries are folders, too",
}


def marked_rows() -> Iterator[int]:
    """Yields the numbers of all `fault_rows` markers, wherever they stand."""
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.fault_rows":
                for argument in node.args:
                    row = ast.literal_eval(argument)
                    assert row in ROWS, f"{path.name}:{node.lineno} names row {row}"
                    yield row


def test_every_row_is_held() -> None:
    named = {int(fault.name.split()[0].rstrip("a")) for fault in MATRIX}
    held = named | set(marked_rows())
    assert sorted(set(ROWS) - held - set(NOT_OURS)) == []
    assert all(row in ROWS and len(reason) > 20 for row, reason in NOT_OURS.items())


def test_row_28a_is_held_beside_row_28() -> None:
    assert {"28", "28a"} <= {fault.name.split()[0] for fault in MATRIX}

"""Published figures beside measured ones: one table for people, one JSON object for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.metrics import Estimate

Cell = str | float | Estimate | None
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One row of a table.

    Attributes:
        name: what was run.
        report: the report's figures, one for each column; () when the report has no such row.
        here: what was measured; () for a row that only the report has.
    """

    name: str
    report: tuple[Cell, ...] = ()
    here: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparisonTable:
    """The report's figures and the measured ones, side by side.

    Attributes:
        title: what is compared.
        columns: what each figure is.
        lines: the rows.
        note: what a reader must know to compare them.
        for_programs: whether it is too long for a terminal and stands in the JSON object only.
    """

    title: str
    columns: tuple[str, ...]
    lines: tuple[ComparisonRow, ...]
    note: str = ""
    for_programs: bool = False

    def to_json(self) -> dict[str, Any]:
        """Returns the table as plain JSON values; a row's figures by the names of the columns."""
        return {
            "title": self.title,
            "note": self.note,
            "rows": [
                {"name": line.name, "report": self._named(line.report), "here": self._named(line.here)}
                for line in self.lines
            ],
        }

    def as_text(self) -> list[str]:
        """Returns the table as lines for a terminal; what was measured here stands beside the report's figure."""
        heads = ["", *(f"{side} {name}" for name in self.columns for side in ("report", "here"))]
        rows = [heads, *([line.name, *map(_text, _paired(line, len(self.columns)))] for line in self.lines)]
        # A column that is empty throughout says nothing.
        shown = [at for at in range(len(heads)) if not at or any(row[at] != NOTHING for row in rows[1:])]
        widths = {at: max(len(row[at]) for row in rows) for at in shown}
        lines = ["  ".join(row[at].ljust(widths[at]) for at in shown).rstrip() for row in rows]
        return [self.title, "", *(f"  {line}" for line in lines), *(["", f"  {self.note}"] * bool(self.note))]

    def _named(self, cells: Sequence[Cell]) -> dict[str, Any]:
        return {
            name: cell.to_json() if isinstance(cell, Estimate) else cell
            for name, cell in zip(self.columns, cells, strict=False)
        }


@dataclass(frozen=True, slots=True)
class ReproductionReport:
    """One experiment, run again.

    Attributes:
        task: name of the task, as given on the command line.
        profile: name of the set of models.
        models: role -> id of the models that took part.
        n: what was used: "train", "test" and so on -> how many.
        tables: published and measured figures.
        notes: where this run departs from the report, one sentence each.
        head: the folder of the weights; "" when none were written.
        seconds: how long it took.
    """

    task: str
    profile: str
    models: Mapping[str, str]
    n: Mapping[str, int]
    tables: tuple[ComparisonTable, ...]
    notes: tuple[str, ...] = field(default=())
    head: str = ""
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Returns the report as plain JSON values."""
        return {
            "task": self.task,
            "profile": self.profile,
            "models": dict(self.models),
            "n": dict(self.n),
            "tables": [table.to_json() for table in self.tables],
            "notes": list(self.notes),
            "head": self.head,
            "seconds": round(self.seconds, 3),
        }

    def as_json(self) -> str:
        """Returns the report as one line of JSON."""
        return json.dumps(self.to_json(), ensure_ascii=False, allow_nan=False)

    def as_text(self) -> str:
        """Returns the report as lines of text for a terminal."""
        sizes = ", ".join(f"{count:,} {name}" for name, count in self.n.items())
        lines = [f"{self.task}, profile {self.profile}: {sizes}; {self.seconds:.1f} s"]
        for table in (each for each in self.tables if not each.for_programs):
            lines += ["", *table.as_text()]
        lines += ["", "  in brackets: 95 % interval", *(f"  {note}" for note in self.notes)]
        lines += [f"  {role}: {model}" for role, model in self.models.items()]
        return "\n".join(lines)


def percent(estimate: Estimate) -> Estimate:
    """Returns a share as percent, as the reports write theirs."""
    value, low, high, n = estimate
    return Estimate(round(100 * value, 2), round(100 * low, 2), round(100 * high, 2), n)


def manifest_table(table: ComparisonTable) -> dict[str, Any]:
    """Returns the table as the manifests of weights keep tables: title, note, columns, rows of cells."""
    heads = [f"{side}, {name}" for name in table.columns for side in ("report", "here")]
    rows: list[list[Any]] = []
    for line in table.lines:
        cells = _paired(line, len(table.columns))
        rows.append([line.name, *(cell.to_json() if isinstance(cell, Estimate) else cell for cell in cells)])
    return {"title": table.title, "note": table.note, "columns": ["", *heads], "rows": rows}


def _paired(line: ComparisonRow, width: int) -> list[Cell]:
    """Returns the figures of a row, each of the report's before the one that was measured here."""
    sides = [(*cells, *[None] * (width - len(cells))) for cells in (line.report, line.here)]
    return [cell for pair in zip(*sides, strict=True) for cell in pair]


def _text(cell: Cell) -> str:
    if cell is None:
        return NOTHING
    if isinstance(cell, Estimate):
        return f"{cell.value:.2f} ({cell.low:.2f} to {cell.high:.2f})"
    return cell if isinstance(cell, str) else f"{cell:g}"

"""Words that people type, and which pictures of a labelled folder they mean: a table of words and filters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from core import blend
from core.errors import DataError
from core.tables import column_key, read_table

LEAST, SHOWN = 3, 12
"""Right answers of a query, below which it is not asked; pictures that count, of the first."""
CONDITION = re.compile(r"\s*([^=~&|]+?)\s*([=~])\s*([^=~&]+?)\s*")


@dataclass(frozen=True, slots=True)
class Condition:
    """What one column of a picture must hold.

    Attributes:
        column: its name.
        values: in small letters, one of which must be the cell, or stand in it.
        part: whether it is enough that the value stands somewhere in the cell.
    """

    column: str
    values: tuple[str, ...]
    part: bool

    def holds(self, columns: Mapping[str, str]) -> bool:
        """Tells whether a picture with these columns fulfils it."""
        cell = columns[self.column].casefold()
        return any(value in cell if self.part else value == cell for value in self.values)


@dataclass(frozen=True, slots=True)
class TypedQuery:
    """Words, and what makes a picture a right answer.

    Attributes:
        words: as a person types them.
        conditions: a right answer fulfils all of them.
    """

    words: str
    conditions: tuple[Condition, ...]

    def fits(self, columns: Iterable[str]) -> bool:
        """Tells whether pictures with these columns can be judged by it."""
        keys = {column_key(name) for name in columns}
        return all(column_key(condition.column) in keys for condition in self.conditions)

    def holds(self, columns: Mapping[str, str]) -> bool:
        """Tells whether a picture with these columns is a right answer."""
        return all(condition.holds(columns) for condition in self.conditions)


def typed_queries_in(path: Path) -> tuple[TypedQuery, ...]:
    """Returns the queries of a table, in its order.

    Args:
        path: a table with the columns `words` and `where`, such as "kind=dresses & colour=red|burgundy": the cell is
            one of these; "title~striped|stripes": one of these stands in the cell. Capitals make no difference.

    Raises:
        DataError: the table cannot be read, or a filter is written otherwise.
    """
    return tuple(
        TypedQuery(row.columns["words"], _conditions(row.columns["where"], f"Line {row.line} of {path.name}"))
        for row in read_table(path, ("words", "where"))
    )


def _conditions(text: str, where: str) -> tuple[Condition, ...]:
    matches = [CONDITION.fullmatch(part) for part in text.split("&")]
    conditions = tuple(
        Condition(match[1], tuple(value.strip().casefold() for value in match[3].split("|")), match[2] == "~")
        for match in matches
        if match is not None
    )
    if len(conditions) < len(matches) or not all(all(condition.values) for condition in conditions):
        raise DataError(
            f"{where} has the filter {text!r}; write column=value, column=value|value or column~part of a value, "
            "with & between conditions."
        )
    return conditions


def shares_right(scores: Float[np.ndarray, "q n"], right: Sequence[np.ndarray]) -> list[float]:
    """Returns for each query the share of right answers among the first min(12, number right).

    Args:
        scores: how well each picture fits each query.
        right: (q,) for each query (n,) whether each picture is a right answer, at least one is.
    """
    return [
        float(answers[blend.order(row, min(SHOWN, int(answers.sum())))].mean())
        for row, answers in zip(scores, right, strict=True)
    ]

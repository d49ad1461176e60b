"""Composed queries: a reference, words that change it, and every picture that the attributes make a right answer."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Row = Mapping[str, str]
"""One picture's attributes; "file" among them."""


@dataclass(frozen=True)
class AttributeChange:
    """One way to change a reference.

    Attributes:
        kind: what is changed, such as "colour" or "negation".
        phrasings: ways to say it; one is drawn by chance.
        wanted: attribute -> the values that a right answer may have.
    """

    kind: str
    phrasings: Sequence[str]
    wanted: Mapping[str, Sequence[str]]


Proposals = Callable[[Row], Sequence[AttributeChange]]


def answers(rows: Sequence[Row], reference: Row, change: AttributeChange) -> list[str]:
    """The files of all pictures but the reference that have what the change wants."""
    return [
        row["file"]
        for row in rows
        if row["file"] != reference["file"]
        and all(row[name] in values for name, values in change.wanted.items())
    ]


def triplets(
    rows: Sequence[Row], proposals: Proposals, each: int, most: int, random: np.random.Generator
) -> list[dict[str, object]]:
    """Draws changes for every picture.

    Args:
        rows: all pictures.
        proposals: the changes that can be asked of a reference.
        each: how many queries a reference gets at most, each of another kind.
        most: more right answers than this make a query too easy; it is left out.
        random: draws changes and phrasings; kinds that were drawn seldom go first.

    Returns:
        Queries in the layout of triplets.json, in the order of the references.
    """
    queries: list[dict[str, object]] = []
    drawn: dict[str, int] = {}
    for row in rows:
        answered = [(change, answers(rows, row, change)) for change in proposals(row)]
        usable = [(change, right) for change, right in answered if 0 < len(right) <= most]
        order = sorted(usable, key=lambda pair: (drawn.get(pair[0].kind, 0), random.random()))
        taken: set[str] = set()
        for change, right in order:
            if change.kind in taken or len(taken) == each:
                continue
            taken.add(change.kind)
            drawn[change.kind] = drawn.get(change.kind, 0) + 1
            caption = str(random.choice(list(change.phrasings)))
            queries.append(
                {"reference": row["file"], "caption": caption, "targets": right, "kind": change.kind}
            )
    return queries


def save_triplets(
    task: str, rows: Sequence[Row], queries: Sequence[Mapping[str, object]], path: Path
) -> None:
    """Writes triplets.json, a query a line."""
    files = json.dumps([row["file"] for row in rows], ensure_ascii=False)
    lines = ",\n".join(json.dumps(query, ensure_ascii=False) for query in queries)
    text = f'{{"task": {json.dumps(task)},\n"gallery": {files},\n"triplets": [\n{lines}\n]}}\n'
    path.write_text(text, encoding="utf-8")

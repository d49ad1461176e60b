"""Draws the floors of the house into docs/architecture.md, from the import rules and the imports themselves.

    python -m tests.architecture.floors

A room is a package or a module that the first contract of import-linter names; those that may import each other share a
box. An arrow is an import; one that a way through other rooms says already is left out.
"""

from __future__ import annotations

import re
import tomllib
from graphlib import TopologicalSorter

from tests.architecture.source import ROOT, imports, is_in

PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "```mermaid\n", "```\n"
Box = tuple[str, ...]


def floors() -> list[list[Box]]:
    """Returns the boxes of each floor, from the roof down."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers: list[str] = ["app", *contracts["contracts"][0]["layers"]]
    return [
        [tuple(layer.split(" : "))] if " : " in layer else [(room,) for room in layer.split(" | ")]
        for layer in layers
    ]


def arrows(boxes: list[Box]) -> dict[Box, set[Box]]:
    """Returns which boxes each box imports, less those that it reaches through another."""
    home = {room: box for box in boxes for room in box}
    direct: dict[Box, set[Box]] = {box: set() for box in boxes}
    for each in imports():
        ends = [next((box for room, box in home.items() if is_in(name, room)), None) for name in (
            each.importer, each.imported
        )]  # fmt: skip
        if ends[0] and ends[1] and ends[0] != ends[1]:
            direct[ends[0]].add(ends[1])
    reached: dict[Box, set[Box]] = {}
    for box in TopologicalSorter(direct).static_order():
        reached[box] = direct[box].union(*(reached[below] for below in direct[box]))
    return {
        box: {to for to in below if not any(to in reached[other] for other in below - {to})}
        for box, below in direct.items()
    }


def diagram() -> str:
    """Returns the floors as Mermaid draws them."""
    stack = floors()
    boxes = [box for floor in stack for box in floor]
    names = {box: re.sub(r"\W", "_", box[0]) for box in boxes}
    lines = ["flowchart TB"]
    for number, floor in enumerate(stack):
        lines.append(f"  subgraph floor{number}[ ]")
        for box in floor:
            label = ", ".join(room.removeprefix("core.") for room in box)
            lines.append(f'    {names[box]}["{_broken(label)}"]')
        lines.append("  end")
    for box, below in arrows(boxes).items():
        lines += [f"  {names[box]} --> {names[to]}" for to in sorted(below)]
    return "\n".join(lines) + "\n"


def _broken(label: str, width: int = 44) -> str:
    lines = [""]
    for word in label.split(" "):
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += f"{word} "
    return "<br>".join(line.strip() for line in lines)


def with_diagram(page: str) -> str:
    """Returns the page with its diagram drawn anew."""
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + diagram() + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(with_diagram(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

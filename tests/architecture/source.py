"""Reads the project's source for the architecture tests: files, modules and imports, without importing."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {".venv", ".git", "build", "node_modules"}


@dataclass(frozen=True)
class Import:
    """One imported module, as written in one place.

    Attributes:
        importer: dotted name of the module that imports.
        imported: dotted name of what is imported; for `from a import b` both "a" and "a.b" are listed.
        place: file and line.
    """

    importer: str
    imported: str
    place: str


def committed_files() -> list[Path]:
    """Returns every file that is, or would be, in the repository."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


@cache
def modules() -> dict[str, Path]:
    """Returns dotted name -> file for the app's own code (app, demo, core)."""
    modules_by_name = {"app": ROOT / "app.py"} if (ROOT / "app.py").exists() else {}
    for package in ("core", "demo"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            modules_by_name[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return modules_by_name


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def is_for_types_only(node: ast.AST) -> bool:
    """Tells whether a node is `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def walk_at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """Yields all nodes below, but for what only type checkers see."""
    for child in ast.iter_child_nodes(node):
        if not is_for_types_only(child):
            yield child
            yield from walk_at_run_time(child)


@cache
def imports() -> tuple[Import, ...]:
    """Returns every import of the app's own code, also those inside functions."""
    arrows = []
    for name, path in modules().items():
        for node in walk_at_run_time(tree(path)):
            place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Import):
                arrows += [Import(name, alias.name, place) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = absolute(name, path, node)
                arrows.append(Import(name, base, place))
                arrows += [Import(name, f"{base}.{alias.name}", place) for alias in node.names]
    return tuple(arrows)


def absolute(name: str, path: Path, node: ast.ImportFrom) -> str:
    """Returns the dotted name that a `from ... import` names, relative or not."""
    if not node.level:
        return node.module or ""
    package = name.split(".") if path.stem == "__init__" else name.split(".")[:-1]
    package = package[: len(package) - node.level + 1]
    return ".".join([*package, *([node.module] if node.module else [])])


def is_in(module: str, *rooms: str) -> bool:
    """Tells whether a dotted name is one of the rooms or lies inside one."""
    return any(module == room or module.startswith(room + ".") for room in rooms)

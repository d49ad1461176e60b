"""Checks while tests run that every array that crosses a function of `core` has the shape and type that is written.

jaxtyping's own hook wraps every function and leaves the check to beartype, which looks at one element of a list, drawn
by chance, and refuses fakes that fill only as much of a seam as their test reaches. This one wraps what takes or gives
arrays, and looks at these alone, at all of them.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property, partial, wraps
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType, ModuleType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from unittest.mock import patch

import jaxtyping
from jaxtyping import AbstractArray, TypeCheckError, jaxtyped

CORE = Path(__file__).resolve().parent.parent / "core"
KINDS = sorted(name for name, kind in vars(jaxtyping).items() if hasattr(kind, "dtypes"))
ARRAY = rf"\b(?:{'|'.join(KINDS)})\["
ALIAS = re.compile(rf"^(\w+) = .*{ARRAY}", re.MULTILINE)
CHECK = "__import__('tests.shapes').shapes.checked"
VERSION = "shapes1"
"""Part of the names of the compiled files, so that they are never taken for plain ones."""


def install() -> None:
    """Has the arrays checked of all modules of `core` that are imported from now on."""
    early = [name for name in sys.modules if name.split(".")[0] == "core"]
    assert not early, f"imported before their arrays could be checked: {early}"
    sys.meta_path.insert(0, _Finder())


def checked(decorated: Any) -> Any:
    """Returns a function, or a dataclass, with a check of the arrays that it takes and gives."""
    if isinstance(decorated, type):
        decorated.__init__ = checked(decorated.__init__)  # type: ignore[misc]
        return decorated
    arrays = _Arrays(decorated)

    @wraps(decorated)
    def call(*values: Any, **named: Any) -> Any:
        given = arrays.signature.bind(*values, **named).arguments
        with jaxtyped("context"):
            for name, hint in arrays.hints.items():
                if name in given:
                    arrays.check(name, given[name], hint)
            answer = decorated(*values, **named)
            if "return" in arrays.hints:
                arrays.check("return", answer, arrays.hints["return"])
        return answer

    return call


class _Arrays:
    """What a function says of the arrays that it takes and gives; read when it is first called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.signature = function, inspect.signature(function)

    @cached_property
    def hints(self) -> dict[str, Any]:
        """Parameter, or "return" -> its type, for those that hold arrays."""
        hints = self._read()
        for name, variable in self.signature.parameters.items():
            if name in hints and variable.kind is variable.VAR_POSITIONAL:
                hints[name] = tuple[hints[name], ...]
        return hints

    def _read(self) -> dict[str, Any]:
        arrays = {
            name: hint for name, hint in self.function.__annotations__.items() if holds_arrays(str(hint))
        }

        def alone() -> None: ...

        # Only these: what else is written may be imported for type checkers alone.
        alone.__annotations__ = arrays
        return get_type_hints(alone, vars(sys.modules[self.function.__module__]))

    def check(self, name: str, value: Any, hint: Any) -> None:
        """Refuses what is not as it is written."""
        if not fits(value, hint):
            raise TypeCheckError(f"{self.function.__qualname__}: {name} must be {hint}, not {_shown(value)}")


def fits(value: Any, hint: Any) -> bool:
    """Tells whether the arrays in a value are as a type says; what is no array is let pass."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        arrays = [part for part in parts if _is_array(part)]
        return any(fits(value, part) for part in (arrays if hasattr(value, "dtype") else parts))
    if _is_array(hint):
        return isinstance(value, hint)
    if hint is type(None):
        return value is None
    if origin is tuple and ... not in parts:
        return len(value) == len(parts) and all(map(fits, value, parts))
    if parts and isinstance(value, Mapping):
        return all(fits(item, parts[-1]) for item in value.values())
    if parts and isinstance(value, Sequence):
        return all(fits(item, parts[0]) for item in value)
    return True


def _is_array(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, AbstractArray)


def _shown(value: Any) -> str:
    return f"{value.dtype}{tuple(value.shape)}" if hasattr(value, "dtype") else repr(value)[:200]


def holds_arrays(written: str) -> bool:
    """Tells whether an annotation names arrays, by a name of jaxtyping or one that `core` gives them."""
    return bool(re.search(ARRAY, written)) or not aliases().isdisjoint(re.findall(r"\w+", written))


@cache
def aliases() -> frozenset[str]:
    """Returns the names that `core` gives to types of arrays, such as "Hits"."""
    return frozenset(name for path in CORE.rglob("*.py") for name in ALIAS.findall(path.read_text("utf-8")))


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.split(".")[0] != "core":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType | None:
        named = partial(cache_from_source, optimization=VERSION)
        with patch("importlib._bootstrap_external.cache_from_source", named):
            return super().get_code(fullname)

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:
        tree = _Marker().visit(ast.parse(data, path))
        return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True, optimize=_optimize)


class _Marker(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        taken = [argument for argument in ast.walk(node.args) if isinstance(argument, ast.arg)]
        if _any_holds_arrays([node.returns, *(argument.annotation for argument in taken)]):
            node.decorator_list.append(_check_at(node))  # the innermost: others hide what is annotated
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self.generic_visit(node)
        fields = [statement.annotation for statement in node.body if isinstance(statement, ast.AnnAssign)]
        if _any_holds_arrays(fields) and any(
            "dataclass" in ast.unparse(statement) for statement in node.decorator_list
        ):
            node.decorator_list.insert(0, _check_at(node))
        return node


def _check_at(node: ast.FunctionDef | ast.ClassDef) -> ast.expr:
    decorator = ast.parse(CHECK, mode="eval").body
    for part in ast.walk(decorator):
        ast.copy_location(part, node)
    return decorator


def _any_holds_arrays(annotations: Sequence[ast.expr | None]) -> bool:
    return any(holds_arrays(ast.unparse(annotation)) for annotation in annotations if annotation is not None)

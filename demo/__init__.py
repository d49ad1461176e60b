"""Everything about the page: layout, events and looks. What is true without a browser lives in `core`.

Importing this package imports neither torch nor gradio. When gradio is imported after it, work is left out that takes
most of its start-up time and is of no use here (docs/decisions/031):

* The stub files (`.pyi`) that gradio writes beside every component class; they need write access to the installed
  package, and would lie beside the widgets here.
* A look at the arguments of a component's class for each component, of which the page has more than four hundred.
* A template engine's run for the documentation of each event of each component, to put one word in its place.
* matplotlib's window system, which gradio loads with the first question, while everybody waits, and sets with each one
  more: figures are drawn without it here.
* pandas, which gradio imports for tables and monitoring; it comes once somebody uses it.
* The Model Context Protocol's package, which gradio's own server of it needs; `demo/tools.py` stands in its place.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import Any


def _write_no_stubs(component_meta: Any) -> None:
    component_meta.create_or_modify_pyi = lambda *_: None
    _read_signatures_once(component_meta)


def _read_signatures_once(module: Any) -> None:
    """Lets a module that asks for the arguments of a class with each of its objects read them once."""
    remembering = ModuleType(inspect.__name__)
    vars(remembering).update(vars(inspect))
    vars(remembering).update(signature=cache(inspect.signature), getfullargspec=cache(inspect.getfullargspec))
    module.inspect = remembering


def _name_plainly(events: Any) -> None:
    def set_doc(listener: Any, component: str) -> None:
        function = listener.listener
        if function.__doc__:
            function.__doc__ = function.__doc__.replace("{{ component }}", component)

    events.EventListener.set_doc = set_doc


def _leave_matplotlib_alone(utils: Any) -> None:
    utils.MatplotlibBackendMananger = nullcontext


CHANGED: Mapping[str, Callable[[ModuleType], None]] = {
    "gradio.blocks": _read_signatures_once,
    "gradio.component_meta": _write_no_stubs,
    "gradio.events": _name_plainly,
    "gradio.utils": _leave_matplotlib_alone,
}
"""Modules of gradio, and what takes the useless work out of each as soon as it has run."""
LATE = ("pandas", "gradio.external_utils", "gradio.history")
"""Modules that run when somebody first uses what is in them."""


WITHOUT = {"gradio.mcp": "mcp"}
"""Module of gradio -> a package that is as if it were not installed while that module runs."""


class _LeavingOut(MetaPathFinder):
    """Finds these modules as they are, and changes how they are run."""

    _hidden: frozenset[str] = frozenset()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in self._hidden:
            raise ModuleNotFoundError(f"{fullname} is left out here", name=fullname)
        if fullname not in CHANGED and fullname not in LATE and fullname not in WITHOUT:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        loader: Any = spec.loader if spec else None
        if spec is None or loader is None:
            return spec
        if fullname in LATE:
            spec.loader = LazyLoader(loader)
            return spec
        execute = loader.exec_module
        hidden, change = WITHOUT.get(fullname), CHANGED.get(fullname)

        def exec_module(module: ModuleType) -> None:
            before = self._hidden
            self._hidden = before | ({hidden} if hidden else frozenset())
            try:
                execute(module)
            finally:
                self._hidden = before
            if change is not None:
                change(module)

        loader.exec_module = exec_module
        return spec


for _name, _change in CHANGED.items():
    if _name in sys.modules:
        _change(sys.modules[_name])
sys.meta_path.insert(0, _LeavingOut())

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
* The command lines of gradio and of httpx, with all that they need to colour a terminal.
* The Model Context Protocol's package, which gradio's own server of it needs; `demo/tools.py` stands in its place.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import cache, partial
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from threading import RLock
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


def _look_for_no_reloader(blocks: Any) -> None:
    def reloads(_: Any) -> bool:
        reloader = sys.modules.get("gradio.cli.commands.reload")
        return bool(getattr(getattr(reloader, "reload_thread", None), "running_reload", False))

    blocks.Blocks._is_running_in_reload_thread = property(reloads)
    _read_signatures_once(blocks)


def _name_plainly(events: Any) -> None:
    def set_doc(listener: Any, component: str) -> None:
        function = listener.listener
        if function.__doc__:
            function.__doc__ = function.__doc__.replace("{{ component }}", component)

    events.EventListener.set_doc = set_doc


def _leave_matplotlib_alone(utils: Any) -> None:
    utils.MatplotlibBackendMananger = nullcontext


CHANGED: Mapping[str, Callable[[ModuleType], None]] = {
    "gradio.blocks": _look_for_no_reloader,
    "gradio.component_meta": _write_no_stubs,
    "gradio.events": _name_plainly,
    "gradio.utils": _leave_matplotlib_alone,
}
"""Modules of gradio, and what takes the useless work out of each as soon as it has run."""
LATE = ("pandas", "gradio.external_utils", "gradio.history")
"""Modules that run when somebody first uses what is in them."""


WITHOUT = {"gradio.mcp": "mcp", "httpx": "httpx._main"}
"""Module -> a package or module that is as if it were not installed while that module runs."""
CALLED_LATE = {"gradio.cli": ("deploy",), "hf_gradio.cli": ("_condense_info", "generate_cli_snippet")}
"""Command line of gradio -> the functions that gradio takes from it; it runs when somebody first calls one of them."""


def _stand_in(execute: Callable[[ModuleType], None], names: Sequence[str]) -> Callable[[ModuleType], None]:
    """Returns what fills a module with functions of these names; a call of one, or another name, runs the module."""

    def exec_module(module: ModuleType) -> None:
        lock, stand_ins = RLock(), dict[str, Any]()

        def found(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            with lock:
                if vars(module).pop("__getattr__", None):
                    execute(module)
            return getattr(module, name)

        for name in names:
            stand_ins[name] = partial(lambda name, *inputs, **named: found(name)(*inputs, **named), name)
        vars(module).update(stand_ins, __getattr__=found)

    return exec_module


class _LeavingOut(MetaPathFinder):
    """Finds these modules as they are, and changes how they are run."""

    _hidden: frozenset[str] = frozenset()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in self._hidden:
            raise ModuleNotFoundError(f"{fullname} is left out here", name=fullname)
        if not any(fullname in some for some in (CHANGED, LATE, WITHOUT, CALLED_LATE)):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        loader: Any = spec.loader if spec else None
        if spec is None or loader is None:
            return spec
        if fullname in LATE:
            spec.loader = LazyLoader(loader)
            return spec
        if fullname in CALLED_LATE:
            loader.exec_module = _stand_in(loader.exec_module, CALLED_LATE[fullname])
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

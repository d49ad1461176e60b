"""Everything about the page: layout, events and looks. What is true without a browser lives in `core`.

Importing this package imports neither torch nor gradio. When gradio is imported after it, the stub files
(`.pyi`) that gradio writes beside every component class are left out: writing them takes half of its
start-up time, needs write access to the installed package, and would leave files beside the widgets here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_WRITER = "gradio.component_meta"


def _silence(writer: Any) -> None:
    writer.create_or_modify_pyi = lambda *_: None


class _WithoutStubs(MetaPathFinder):
    """Finds the module of gradio that writes stub files, and takes the writing out once it has run."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _WRITER:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        loader: Any = spec.loader if spec else None
        if loader is not None:
            execute = loader.exec_module

            def exec_module(module: Any) -> None:
                execute(module)
                _silence(module)

            loader.exec_module = exec_module
        return spec


if _WRITER in sys.modules:
    _silence(sys.modules[_WRITER])
else:
    sys.meta_path.insert(0, _WithoutStubs())

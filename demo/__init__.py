"""Everything about the page: layout, events and looks. What is true without a browser lives in `core`.

Importing this package never imports torch. It imports gradio without the stub files (`.pyi`) that gradio
writes beside every component class on import: that takes half of its start-up time, needs write access to
the installed package, and would leave files beside the widgets here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

_STUBBED = ("ComponentMeta", "BlocksMeta")


def _import_gradio() -> None:
    """Imports gradio; its own way round components without a source file skips its stub files."""
    original: Callable[[Any], str] = inspect.getfile

    def getfile(thing: Any) -> str:
        if type(thing).__name__ in _STUBBED or getattr(thing, "__name__", "") == "BlocksEvents":
            raise OSError("no stub file is wanted")
        return original(thing)

    patched: Any = inspect
    patched.getfile = getfile
    try:
        import gradio.blocks_events
        import gradio.component_meta
    finally:
        patched.getfile = original
    for module in (gradio.component_meta, gradio.blocks_events):
        module.create_or_modify_pyi = lambda *_: None


_import_gradio()

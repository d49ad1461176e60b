"""Reads the scripts that lie beside the widgets, each once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

WIDGETS = Path(__file__).resolve().parent
STYLESHEET = WIDGETS / "widgets.css"


@cache
def script(name: str) -> str:
    """Returns the text of a script beside this file.

    Args:
        name: its file name, such as "pad.js".
    """
    return (WIDGETS / name).read_text(encoding="utf-8")

"""Reads the scripts that lie beside the widgets, once, when the page is built."""

from __future__ import annotations

from pathlib import Path

WIDGETS = Path(__file__).resolve().parent
STYLESHEET = WIDGETS / "widgets.css"


def script(name: str) -> str:
    """Returns the text of a script beside this file.

    Args:
        name: its file name, such as "pad.js".
    """
    return (WIDGETS / name).read_text(encoding="utf-8")

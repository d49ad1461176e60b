"""The page's own typeface, for a page that may ask nobody for it."""

from __future__ import annotations

import base64
import re
from functools import cache
from pathlib import Path

import gradio

from demo.theme import TYPEFACE

ADDRESS = re.compile(r"url\('([^']+)'\)")


@cache
def typeface() -> str:
    """Returns the style that brings the typeface along; "" where gradio has not got it, and the system's serves."""
    folder = Path(gradio.__file__).parent / "templates" / "frontend"

    def inlined(address: re.Match[str]) -> str:
        letters = base64.b64encode((folder / address[1]).read_bytes()).decode("ascii")
        return f"url('data:font/woff2;base64,{letters}')"

    try:
        return ADDRESS.sub(inlined, TYPEFACE.stylesheet()["css"])
    except OSError:
        return ""

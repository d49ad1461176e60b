"""The versions of the tools that decide a picture's bytes, and those that drew the shipped pictures."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import PIL
import scipy
from PIL import features

DREW = Path(__file__).with_name("versions.json")


def tools() -> dict[str, str]:
    """The versions in use."""
    webp = features.version("webp") or "none"
    return {"numpy": np.__version__, "scipy": scipy.__version__, "pillow": PIL.__version__, "libwebp": webp}


def differences(here: Mapping[str, str], drew: Mapping[str, str]) -> list[str]:
    """One sentence for each tool whose version is not the one that drew the shipped pictures."""
    return [
        f"{name} is {here.get(name, 'missing')}; the shipped pictures were made with {version}, so bytes may differ"
        for name, version in drew.items()
        if here.get(name) != version
    ]


def shipped() -> dict[str, str]:
    """The versions that drew the shipped pictures."""
    versions: dict[str, str] = json.loads(DREW.read_text(encoding="utf-8"))
    return versions

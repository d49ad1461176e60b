"""What the arguments of endpoints may be, for programs: types and ranges by name, words from the docstrings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, getdoc, signature
from typing import Any

from core.checks import LARGEST
from core.encoders.pooling import POOLINGS
from core.joining import RULES
from core.state import LONGEST
from core.text import LIMIT

_NUMBER = {"type": "number"}
_UNIT = _NUMBER | {"minimum": 0, "maximum": 1}
_WEIGHT = _NUMBER | {"minimum": -LARGEST, "maximum": LARGEST}
_COUNT = {"type": "integer"}
_WORDS = {"type": "string", "maxLength": LIMIT}
ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "picture": {
        "type": "string",
        "description": "as a data URL (data:image/png;base64,...), or the path that POST /gradio_api/upload answered",
    },
    "view": {"type": "string", "maxLength": LONGEST},
    **dict.fromkeys(("caption", "text", "field_caption", "road_caption", "item", "target"), _WORDS),
    "alpha": _UNIT | {"type": ["number", "null"]},
    **dict.fromkeys(("band_low", "band_high"), _UNIT),
    "coverage": {"type": ["number", "null"], "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    **dict.fromkeys(("w0", "w1", "w2", "w_picture", "w_words", "w_box"), _WEIGHT),
    **dict.fromkeys(("k", "top_k"), _COUNT),
    "box": {"type": ["array", "null"], "items": _NUMBER, "minItems": 4, "maxItems": 4},
    "pooling": {"enum": list(POOLINGS)},
    "rule": {"enum": list(RULES)},
    "bring": {
        "type": ["object", "null"],
        "properties": {"item": {"type": "string"}, "k": {"type": "integer"}},
        "required": ["item"],
    },
    "strokes": {"type": ["array", "null"], "items": {"type": "object"}},
    "orders": {"type": "integer", "minimum": 0, "maximum": 32},
    "of": {"enum": ["garment", "words", "joint"]},
}
"""Name of an argument -> its JSON schema; names mean the same at all endpoints."""


def description_of(function: Callable[..., Any]) -> str:
    """Returns what an endpoint does, and what it returns, from its docstring."""
    parts = _sections(function)
    returns = parts.get("Returns", "")
    return parts[""] + (f" Returns {returns}" if returns else "")


def schema_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Returns the JSON schema of the arguments of an endpoint; one that nobody listed takes anything.

    Args:
        function: with a docstring that has a line `name: words` for each argument.
    """
    words = _arguments(_sections(function).get("Args", ""), list(signature(function).parameters))
    properties, required = {}, []
    for name, parameter in signature(function).parameters.items():
        known = dict(ARGUMENTS.get(name, {}))
        said = "; ".join(filter(None, (words.get(name, "").rstrip("."), known.get("description"))))
        default = {} if parameter.default is Parameter.empty else {"default": parameter.default}
        properties[name] = known | {"description": f"{said}."} | default
        if not default:
            required.append(name)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _sections(function: Callable[..., Any]) -> dict[str, str]:
    """Returns what stands under each heading of a docstring, "" for what comes before the first one."""
    parts: dict[str, list[str]] = {"": []}
    heading = ""
    for line in (getdoc(function) or "").splitlines():
        if line and not line.startswith(" ") and line.endswith(":"):
            heading = line[:-1]
            parts[heading] = []
        else:
            parts[heading].append(line)
    # Lines of arguments keep their ends; all else is running text.
    return {
        name: "\n".join(lines) if name == "Args" else " ".join(" ".join(lines).split())
        for name, lines in parts.items()
    }


def _arguments(text: str, names: Sequence[str]) -> dict[str, str]:
    """Returns name -> words, which may go on in further lines."""
    words: dict[str, str] = {}
    last = ""
    for line in map(str.strip, text.splitlines()):
        name, colon, rest = line.partition(": ")
        if colon and name in names and name not in words:
            last, words[name] = name, rest
        elif last:
            words[last] = f"{words[last]} {line}".strip()
    return words

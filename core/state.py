"""What a page shows as one value: all that makes a view, in a form that an address can carry.

    tab=compose&example=2&words=the+same+in+red&w=0.2,0.3,0.5&pooling=max&open=atlas&profile=pocket

What a view does not name is as its example, or its picture, has it. A key of another version of the page is refused,
for the view would not be what was linked to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from core.checks import MOST_RESULTS, finite_number, whole_number
from core.errors import InputError
from core.images import parse_box
from core.images.stroke_text import stroke_text, strokes_of_text
from core.shares import shortest
from core.task_table import TASKS, Task, find_task
from core.text import clean
from core.types import Box

FORMAT = 1
"""Of this form; a view without a number has this one."""
LONGEST = 20_000
"""Characters of a view that are read."""
MOST_EXAMPLES = 1000
MOST_PARTS = 64
FOREIGN = re.compile(r"__|utm_|(fbclid|gclid|mc_[a-z]+|ref|logs|mtm_[a-z]+)$")
"""What Gradio, Spaces, mails and other sites hang on addresses: it is passed over."""
NAME = re.compile(r"[\w .,()+-]{1,120}")
"""A name of an instrument, of models, or of a file; ids of pictures may be anything that `clean` lets pass."""
THEMES = ("dark", "light")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A view of a tab. What is None or "" is as the page has it without being told.

    Attributes:
        task: key of the task.
        example: number of the worked example, from 0.
        upload: under which name the server keeps a picture of a visitor's own.
        file: what that visitor called it.
        item: id of a picture of the gallery, to ask with.
        strokes: of a drawing, as `core.images.stroke_text` writes them.
        words: of the question; two where there are two captions.
        weights: of the kinds of evidence, in the task's order; of Sketch alpha alone.
        box: in pixels of the upright original.
        band: in which the head counts as unsure, both ends in [0, 1].
        coverage: of conformal sets, in [0, 1].
        rule: of joining.
        pooling: over tokens.
        cosine: whether the mix is renormalised.
        paper: whether a drawing is seen with the paper that it lies on.
        k: how many results a program is given, from 1 on; the page shows its own number.
        instrument: which one is open.
        theme: of `THEMES`.
        profile: which models answered, by name.
        models: short digest of their ids.
        gallery: short digest of its pictures.
    """

    task: str
    example: int | None = None
    upload: str = ""
    file: str = ""
    item: str = ""
    strokes: str = ""
    words: tuple[str, ...] | None = None
    weights: tuple[float, ...] | None = None
    box: Box | None = None
    band: tuple[float, float] | None = None
    coverage: float | None = None
    rule: str = ""
    pooling: str = ""
    cosine: bool = False
    paper: bool = False
    k: int | None = None
    instrument: str = ""
    theme: str = ""
    profile: str = ""
    models: str = ""
    gallery: str = ""

    @property
    def asks(self) -> bool:
        """Whether it names more than a tab and its looks."""
        looks = ("task", "instrument", "theme")
        return any(
            getattr(self, field.name) != field.default for field in fields(self) if field.name not in looks
        )

    def to_query(self) -> str:
        """Returns it as the part of an address behind its question mark; `from_query` reads the same view."""
        pairs = [("tab", tab_name(find_task(self.task)))]
        for name, key, write, _ in KEYS:
            value = getattr(self, name)
            if value is None or value == "" or value is False:
                continue
            values = (value or ("",)) if name == "words" else (value,)
            pairs += [(key, write(part)) for part in values]
        return urlencode(pairs, safe=",", quote_via=quote)


def from_query(query: str) -> PageView:
    """Returns the view of an address.

    Args:
        query: the part behind its question mark, from anybody.

    Raises:
        InputError: it names neither a tab nor an example, which is the first tab's; says something twice that can be
            said once; has a key or a form of another version, or a value that cannot be used.
    """
    if len(query) > LONGEST:
        raise InputError(
            f"This link is longer than {LONGEST:,} characters, which no page makes; ask for it again."
        )
    said: dict[str, list[str]] = {}
    if query.count("&") >= MOST_PARTS:
        raise InputError(
            f"This link has more than {MOST_PARTS} parts, which no page makes; ask for it again."
        )
    for key, value in parse_qsl(query, keep_blank_values=True):
        if not FOREIGN.match(key):
            said.setdefault(key, []).append(value)
    version = said.pop("v", [str(FORMAT)])
    if version != [str(FORMAT)]:
        raise InputError(
            f"This link has form {clean(version[0][:20], allow_empty=True)}, and this page reads form {FORMAT}; "
            "ask for it again."
        )
    task = _task(said.pop("tab", [tab_name(TASKS[0])] if "example" in said else []))
    values: dict[str, Any] = {}
    for name, key, _, read in KEYS:
        texts = said.pop(key, [])
        if name == "words" and texts:
            values[name] = _words(texts)
        elif len(texts) > 1:
            raise InputError(f"This link says {key} {len(texts)} times; say it once.")
        elif texts:
            values[name] = read(texts[0])
    if said:
        strange = clean(next(iter(said))[:40], allow_empty=True)
        raise InputError(f"This link has a part that this page does not know: \u201c{strange}\u201d.")
    return PageView(task=task.key, **values)


def unused_parts(view: PageView) -> tuple[str, ...]:
    """Returns the keys of a view that say nothing in its tab: of another tab, or a further picture to ask with."""
    said = [(name, key) for name, key, _, _ in KEYS if getattr(view, name) != _default(name)]
    sources = [name for name in SOURCES if getattr(view, name) != _default(name)]
    known = EVERYWHERE | USED.get(view.task, frozenset()) | ({"file"} if view.upload else frozenset())
    return tuple(key for name, key in said if name not in known or name in sources[1:])


def only_used(view: PageView) -> PageView:
    """Returns a view without those parts."""
    unused = unused_parts(view)
    return replace(view, **{name: _default(name) for name, key, _, _ in KEYS if key in unused})


def _default(name: str) -> Any:
    return next(field.default for field in fields(PageView) if field.name == name)


def tab_name(task: Task) -> str:
    """Returns what addresses call the tab of a task."""
    return task.title.lower().replace(" ", "-")


def _task(names: list[str]) -> Task:
    for task in TASKS:
        if names == [tab_name(task)]:
            return task
    known = ", ".join(map(tab_name, TASKS))
    raise InputError(f"This link names no tab of this page; the tabs are {known}.")


def _words(texts: list[str]) -> tuple[str, ...]:
    if len(texts) > 2:
        raise InputError("This link has more than two texts; a question has one, or two captions.")
    return tuple(clean(text, allow_empty=True, what="text of this link") for text in texts)


def _numbers(
    name: str, low: float, high: float, counts: tuple[int, ...]
) -> Callable[[str], tuple[float, ...]]:
    def read(text: str) -> tuple[float, ...]:
        parts = text.split(",")
        if len(parts) not in counts:
            raise InputError(
                f"The {name} of this link must be {counts[-1]} numbers with commas between them."
            )
        return tuple(_number(part, name, low, high) for part in parts)

    return read


def _number(text: str, name: str, low: float, high: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    return finite_number(value, name=f"A number in the {name} of this link", low=low, high=high)


def _whole(name: str, most: int, less: int = 0) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text) if re.fullmatch(r"\d{1,4}", text) else 0
        return whole_number(number, name=f"The {name} of this link", low=1, high=most) - less

    return read


def _box(text: str) -> Box:
    box = parse_box(list(_numbers("box", -1e6, 1e6, (4,))(text)))
    assert box is not None
    return box


def _band(text: str) -> tuple[float, float]:
    low, high = _numbers("band", 0.0, 1.0, (2,))(text)
    return low, high


def _coverage(text: str) -> float:
    return _number(text, "coverage", 0.0, 1.0)


def _name(text: str) -> str:
    if text and not NAME.fullmatch(text):
        raise InputError("This link has a name in a form that no name here has.")
    return text


def _item(text: str) -> str:
    name = clean(text, what="picture of this link", allow_empty=True)
    if text and not name:
        raise InputError("The picture of this link has a name in which nothing can be seen.")
    return name


def _theme(text: str) -> str:
    if text not in THEMES:
        raise InputError("The theme of this link must be dark or light.")
    return text


def _strokes(text: str) -> str:
    return stroke_text(strokes_of_text(text))


def _row(numbers: Any) -> str:
    return ",".join(shortest(number) for number in numbers)


def _edges(box: Box) -> str:
    return _row((box.x0, box.y0, box.x1, box.y1))


LIMIT = 1e6
KEYS: tuple[tuple[str, str, Callable[[Any], str], Callable[[str], Any]], ...] = (
    ("example", "example", lambda number: str(number + 1), _whole("example", MOST_EXAMPLES, less=1)),
    ("upload", "upload", str, _name),
    ("file", "file", str, _item),
    ("item", "item", str, _item),
    ("strokes", "strokes", str, _strokes),
    ("words", "words", str, _item),
    ("weights", "w", _row, _numbers("weights", -LIMIT, LIMIT, (1, 2, 3))),
    ("box", "box", _edges, _box),
    ("band", "band", _row, _band),
    ("coverage", "coverage", shortest, _coverage),
    ("rule", "rule", str, _name),
    ("pooling", "pooling", str, _name),
    ("cosine", "cosine", lambda _: "1", lambda text: text == "1"),
    ("paper", "paper", lambda _: "1", lambda text: text == "1"),
    ("k", "k", str, _whole("number of results", MOST_RESULTS)),
    ("instrument", "open", str, _name),
    ("theme", "theme", str, _theme),
    ("profile", "profile", str, _name),
    ("models", "models", str, _name),
    ("gallery", "gallery", str, _name),
)
"""Attribute, key in the address, how it is written and how it is read."""
SOURCES = ("strokes", "upload", "item", "example")
"""What a question may be about; of several the first one counts."""
EVERYWHERE = frozenset({"example", "upload", "words", "instrument", "theme", "profile", "models", "gallery"})
USED: Mapping[str, frozenset[str]] = {
    "sketch": frozenset({"strokes", "weights", "paper", "k"}),
    "field_road": frozenset({"band", "coverage"}),
    "street_to_shop": frozenset({"item", "weights", "box", "rule", "k"}),
    "compose": frozenset({"item", "weights", "rule", "pooling", "cosine", "k"}),
}
"""Key of a task -> what its tab reads of a view, besides what all do."""

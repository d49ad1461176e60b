"""A talk as one file that travels: views in an order, each with a title, notes and, where it was asked with, a picture.

    {"format": 1, "kind": "blendscope talk", "title": "...", "slides": [
        {"view": "tab=compose&example=2&w=0.2,0.3,0.5", "title": "...", "notes": "...", "picture": "data:image/..."}]}

Uploads do not stay on a server, so the picture of a visitor's own is kept here, as the bytes that it came in; a slide
with the picture of an earlier one names that one's number, from 1.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from core.errors import InputError
from core.images import open_picture
from core.state import PageView, from_query
from core.text import clean

FORMAT = 1
KIND = "blendscope talk"
MOST_SLIDES = 100
LARGEST = 64 * 2**20
"""Bytes of a file that are read."""
LONGEST_TITLE = 200
LONGEST_NOTES = 5000
_HEAD, _KEYS = ("format", "kind", "title", "slides"), ("view", "title", "notes", "picture")
_MARK = ";base64,"
_TYPES = {b"\x89PNG": "png", b"GIF8": "gif", b"BM": "bmp", b"RIFF": "webp"}
NO_TALK = "This file is not a talk of Blendscope; choose the JSON file that the page gave for one."


@dataclass(frozen=True, slots=True)
class Slide:
    """A view as a talk shows it.

    Attributes:
        view: what the page shows.
        title: what the speaker calls it, one line; "" for none.
        notes: for the speaker alone, of several lines.
        picture: a visitor's own that the view asks with, as it came; None where the view says all.
    """

    view: PageView
    title: str = ""
    notes: str = ""
    picture: bytes | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """Slides in their order.

    Attributes:
        title: of the talk; "" for none.
        slides: at most `MOST_SLIDES`.
    """

    title: str
    slides: tuple[Slide, ...]


def slide_of(query: object, title: object = "", notes: object = "", picture: bytes | None = None) -> Slide:
    """Returns a slide, once all that it is made of came through its door.

    Args:
        query: the view, as `PageView.to_query` writes it.
        title: of the slide.
        notes: for the speaker.
        picture: that the view asks with.

    Raises:
        InputError: one of them cannot be used.
    """
    if not isinstance(query, str):
        raise InputError("The view of a slide must be text, such as \u201ctab=sketch&example=1\u201d.")
    view = from_query(query)
    if picture is not None:
        open_picture(picture, name="picture of a slide")
    return Slide(view, _line(title, "title of a slide"), _lines(notes), picture)


def talk_of_json(data: bytes | str) -> Talk:
    """Reads a talk.

    Args:
        data: a file's content, from anybody.

    Returns:
        The talk; one without slides is none.

    Raises:
        InputError: it is no talk, of another version, larger than 64 MB, has no slide or more than 100, or one of its
            slides cannot be used; the sentence names its number.
        CapacityError: memory ran out.
    """
    body = _body(data)
    if body["format"] != FORMAT or isinstance(body["format"], bool):
        raise InputError(
            f"This talk has another form than {FORMAT}, which is read here; save it again with this version."
        )
    slides = body["slides"]
    if not isinstance(slides, list) or not slides:
        raise InputError("This talk has no slides; add a view to it first.")
    if len(slides) > MOST_SLIDES:
        raise InputError(
            f"This talk has {len(slides):,} slides; at most {MOST_SLIDES} are read, so divide it."
        )
    pictures = _pictures(slides)
    return Talk(
        title=_line(body["title"], "title of this talk"),
        slides=tuple(_slide(number, row, pictures) for number, row in enumerate(slides, 1)),
    )


def talk_json(talk: Talk) -> str:
    """Returns what `talk_of_json` reads as the same talk."""
    first: dict[bytes, int] = {}
    rows: list[dict[str, Any]] = []
    for number, slide in enumerate(talk.slides, 1):
        row: dict[str, Any] = {"view": slide.view.to_query(), "title": slide.title, "notes": slide.notes}
        if slide.picture is not None:
            earlier = first.setdefault(slide.picture, number)
            row["picture"] = earlier if earlier < number else picture_address(slide.picture)
        rows.append(row)
    body = {"format": FORMAT, "kind": KIND, "title": talk.title, "slides": rows}
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def picture_address(picture: bytes) -> str:
    """Returns the bytes of a picture's file as an address that browsers show."""
    kind = next((kind for start, kind in _TYPES.items() if picture.startswith(start)), "jpeg")
    return f"data:image/{kind}{_MARK}{base64.b64encode(picture).decode()}"


def _body(data: bytes | str) -> Mapping[str, Any]:
    """Returns what stands in the file, once its outermost form is a talk's."""
    if len(data) > LARGEST:
        raise InputError(f"This talk is larger than {LARGEST >> 20} MB; take pictures out, or divide it.")
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        body = json.loads(text)
    except (
        ValueError,
        RecursionError,
    ) as error:  # broken in any way, digits without end and brackets among them
        raise InputError(NO_TALK) from error
    if not isinstance(body, dict) or body.get("kind") != KIND:
        raise InputError(NO_TALK)
    for key in _HEAD:
        if key not in body:
            raise InputError(f"This talk lacks its \u201c{key}\u201d; download it again.")
    _only(body, _HEAD, "This talk")
    return body


def _pictures(slides: list[Any]) -> dict[int, bytes]:
    """Returns the pictures of a talk by the number of the slide that holds them, each through its door once."""
    pictures: dict[int, bytes] = {}
    seen: set[bytes] = set()
    for number, row in enumerate(slides, 1):
        address = row.get("picture") if isinstance(row, dict) else None
        if not isinstance(address, str):
            continue
        with _told(number):
            pictures[number] = _decoded(address)
            if pictures[number] not in seen:
                open_picture(pictures[number], name="picture")
            seen.add(pictures[number])
    return pictures


def _decoded(address: str) -> bytes:
    head, mark, body = address.partition(_MARK)
    if not mark or not head.startswith("data:image/"):
        raise InputError("its picture must be an address that begins with data:image/.")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError("its picture is cut short or damaged.") from error


def _slide(number: int, row: Any, pictures: Mapping[int, bytes]) -> Slide:
    with _told(number):
        if not isinstance(row, dict) or "view" not in row:
            raise InputError("it has no view.")
        _only(row, _KEYS, "it")
        held = row.get("picture")
        if held is not None and not isinstance(held, str):
            if isinstance(held, bool) or not isinstance(held, int) or held not in pictures:
                raise InputError("it takes its picture from a slide that has none.")
            picture: bytes | None = pictures[held]
        else:
            picture = pictures.get(number)
        slide = slide_of(row["view"], row.get("title", ""), row.get("notes", ""))
        return Slide(slide.view, slide.title, slide.notes, picture)


@contextmanager
def _told(number: int) -> Iterator[None]:
    """Says which slide it is that cannot be used."""
    try:
        yield
    except InputError as error:
        raise InputError(f"Slide {number} of this talk cannot be shown: {error}") from error


def _only(row: Mapping[str, Any], keys: tuple[str, ...], what: str) -> None:
    strange = next((key for key in row if key not in keys), None)
    if strange is not None:
        shown = clean(strange[:40], allow_empty=True)
        raise InputError(
            f"{what} has a part that is not known here: \u201c{shown}\u201d; another version made it."
        )


def _line(text: object, what: str) -> str:
    return clean(text, what=what, limit=LONGEST_TITLE, allow_empty=True)


def _lines(text: object) -> str:
    """Returns notes with their lines, each as the door for words leaves it."""
    if not isinstance(text, str):
        raise InputError("The notes of a slide must be text.")
    if len(text) > LONGEST_NOTES:
        raise InputError(f"The notes of a slide are longer than {LONGEST_NOTES:,} characters; shorten them.")
    lines = [
        clean(line, what="notes", limit=LONGEST_NOTES, allow_empty=True)
        for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ]
    return "\n".join(lines).strip("\n")

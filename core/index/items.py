"""One picture of a gallery, and the file that lists them all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from core.errors import ArtifactError
from core.index.names import DIGEST, SHELVED, THUMBNAIL, fault_of
from core.plurals import counted
from core.text import is_whole

TEXT = r'"([^"\\\x00-\x1f]*)"'
LINE = re.compile(
    rf'{{"id": "([^"\\\x00-\x1f]+)", "file": {TEXT}, '
    r'"thumbnail": "(thumbnails/(?:[0-9a-f]{64}|(?P<shelf>[0-9a-f]{2})/(?P=shelf)[0-9a-f]{62})\.webp)", '
    rf'"title": {TEXT}, "caption": {TEXT}, "width": ([1-9][0-9]{{0,8}}), "height": ([1-9][0-9]{{0,8}}), '
    rf'"digest": "([0-9a-f]{{64}})", "group": {TEXT}}}'
)
"""A line as it is written, where nothing in it is escaped: read so, it costs a third of reading JSON."""


@dataclass(frozen=True, slots=True)
class Item:
    """One picture of a gallery.

    Attributes:
        id: short name, unique within the gallery.
        file: the picture, relative to the folder that the gallery was made from.
        thumbnail: a small copy of it, relative to the bundle.
        title: a few words for the page.
        caption: the captioner's sentence about it.
        width: of the upright original, in pixels.
        height: of the upright original, in pixels.
        digest: SHA-256 of the picture's file.
        group: what it belongs to, such as a product shown on several pictures; "" when unknown.
    """

    id: str
    file: str
    thumbnail: str
    title: str
    caption: str
    width: int
    height: int
    digest: str
    group: str

    @classmethod
    def from_line(cls, line: str) -> Item:
        """Returns the item of a line of the list.

        Raises:
            ValueError: it is no JSON, or as of `from_json`.
            RecursionError: it is JSON in JSON, too deep.
        """
        match = LINE.fullmatch(line)
        if match is None or fault_of(match[2]):
            return cls.from_json(json.loads(line))
        name, file, thumbnail, _, title, caption, width, height, digest, group = match.groups()
        return cls(name, file, thumbnail, title, caption, int(width), int(height), digest, group)

    @classmethod
    def from_json(cls, value: Any) -> Item:
        """Returns the item of a line of the list.

        Raises:
            ValueError: a field is missing, unknown, or holds something it must not.
        """
        if not isinstance(value, dict) or value.keys() != FIELDS:
            raise ValueError("fields are missing or unknown")
        numbers = (value["width"], value["height"])
        words = [text for name, text in value.items() if name not in ("width", "height")]
        if not all(type(number) is int and 0 < number <= LARGEST for number in numbers):
            raise ValueError("a size is not a positive whole number")
        if not all(isinstance(text, str) for text in words) or not value["id"]:
            raise ValueError("a field is not text")
        if not all(map(is_whole, words)):
            raise ValueError("a field holds half a character")
        small = value["thumbnail"]
        if fault_of(value["file"]) or not (THUMBNAIL.fullmatch(small) or SHELVED.fullmatch(small)):
            raise ValueError("a file name leads out of the gallery")
        if not DIGEST.fullmatch(value["digest"]):
            raise ValueError("a digest is not SHA-256")
        return cls(**value)


LARGEST = 10**9
"""Pixels of a side, beyond what any picture has and within what every answer can say."""
FIELDS = frozenset(field.name for field in fields(Item))


def rows_by_digest(digests: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Returns digest -> every row that has it, in order, so that all copies of a file are found together."""
    rows: dict[str, tuple[int, ...]] = {}
    for row, digest in enumerate(digests):
        rows[digest] = (*rows.get(digest, ()), row)
    return rows


def items_to_bytes(items: Sequence[Item]) -> bytes:
    """Returns the list as JSON lines, one item a line."""
    rows = (json.dumps(asdict(item), ensure_ascii=False) + "\n" for item in items)
    return "".join(rows).encode("utf-8", "backslashreplace")


def items_from_bytes(data: bytes, *, count: int, bundle: str) -> tuple[Item, ...]:
    """Returns the items of a list.

    Args:
        data: what `items_to_bytes` wrote.
        count: how many there must be.
        bundle: name of the gallery, for messages.

    Raises:
        ArtifactError: a line is damaged, an id stands twice, or there are more or fewer than `count`.
    """
    lines = data.decode("utf-8", "replace").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if len(lines) != count:
        raise ArtifactError(
            f"{bundle!r} lists {counted(len(lines), 'picture')}, not the {count} it has vectors for; rebuild it."
        )
    items = []
    for number, line in enumerate(lines, start=1):
        try:
            items.append(Item.from_line(line))
        except (ValueError, RecursionError) as error:
            raise ArtifactError(f"Line {number} of the items of {bundle!r} is damaged: {error}.") from None
    if len({item.id for item in items}) != len(items):
        raise ArtifactError(f"The gallery {bundle!r} lists two pictures by the same id; rebuild it.")
    return tuple(items)

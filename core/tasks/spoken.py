"""What sentences call a picture: its title, or its rank where the title says nothing or is another picture's, too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from core.tasks.candidates import Copies, ItemName

WORD = re.compile(r"[^\W\d_]{3,}")
CAMERA_WORDS = frozenset(
    ["img", "dsc", "dscn", "dscf", "pxl", "mvi", "image", "photo", "pict", "picture", "scan", "jpeg", "webp"]
)
"""What cameras and programs call files; a name of these and digits says nothing about a picture."""


def spoken(
    index: int, rank: int, items: Sequence[ItemName], titles: Sequence[str], copies: Copies | None = None
) -> str:
    """Returns what a sentence calls a picture: its title in quotes, or its rank when its name says nothing.

    Args:
        index: the candidate.
        rank: in the answer, which is said where another picture has the same title.
        items: (id, file) of every candidate.
        titles: what people call them; () when nobody has said.
        copies: candidate -> those with the same picture, which are no other ones.
    """
    title = (titles[index] if titles else "") or items[index][0]
    result = "the first result" if rank == 1 else f"result {rank}"
    if says_nothing(title, items[index][1]):
        return result
    shared = bool(titles) and titles.count(title) > _alike(index, titles, copies or {})
    return f"\u201c{title}\u201d ({result})" if shared else f"\u201c{title}\u201d"


def shared_titles(titles: Sequence[str], copies: Copies) -> list[int]:
    """Returns which candidates have the title of another picture.

    Args:
        titles: what people call them.
        copies: candidate -> those with the same picture, which are no other ones.
    """
    times = Counter(titles)
    return [
        at
        for at, title in enumerate(titles)
        if times[title] > (_alike(at, titles, copies) if at in copies else 1)
    ]


def _alike(index: int, titles: Sequence[str], copies: Copies) -> int:
    """Returns how many of one picture, itself among them, have its title; a copy may have another one."""
    return sum(titles[at] == titles[index] for at in (index, *copies.get(index, ())))


def telling_title(index: int, items: Sequence[ItemName], titles: Sequence[str]) -> str:
    """Returns what people call a picture, "" where nobody has said or that says nothing.

    Args:
        index: the candidate.
        items: (id, file) of every candidate.
        titles: what people call them; () when nobody has said.
    """
    title = titles[index] if titles else ""
    return "" if says_nothing(title, items[index][1]) else title


def says_nothing(title: str, file: str) -> bool:
    """Tells whether a title was made of a file's name, and that says nothing about the picture.

    Args:
        title: what people call the picture, or its id.
        file: its file, relative to the gallery.
    """
    # Asked first, for of nearly all titles it is the first word that says something.
    if not all(word[0].lower() in CAMERA_WORDS for word in WORD.finditer(title)):
        return False
    return _letters(title) == _letters(PurePosixPath(file).stem)


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())

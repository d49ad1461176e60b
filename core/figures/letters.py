"""Letters that a figure's own typeface lacks: an installed one stands in for them, or their code points are written."""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

FAMILY, PLAIN = "Blendscope Sans", "Blendscope Sans Plain"
"""Under these names matplotlib's own DejaVu Sans is used, whatever else is installed: else figures would differ. The
plain one stands in for letters that the bold one lacks."""
FACES = (
    (FAMILY, "DejaVuSans.ttf", 400),
    (FAMILY, "DejaVuSans-Bold.ttf", 700),
    (PLAIN, "DejaVuSans.ttf", 400),
)
NO_LETTERS = re.compile(r"last ?resort|blank|tofu", re.IGNORECASE)
"""Names of typefaces that have a box for every letter."""
HEAVIEST = 500
FROM_LEFT = "\u200e"
"""Unseen; a line that begins with it reads from the left, whatever script follows."""
UNSEEN = ("Cc", "Cf", "Mn", "Me", "Cs", "Zs", "Zl", "Zp")
"""Categories of what is left out where no typeface has it: joiners, marks on other letters, odd spaces."""
LACKING = (
    "No installed typeface has {count} of its letters, so their code points stand instead; install one that has, such "
    "as Noto Sans CJK."
)

_standing: tuple[str, ...] = ()
_known: dict[str, str | None] = {}


def families() -> list[str]:
    """Returns the typefaces of the figure that is drawn, as matplotlib takes them: each stands in for those before."""
    _install()
    return [FAMILY, PLAIN, *_standing]


@contextmanager
def standing_in(words: Iterable[str]) -> Iterator[None]:
    """Lets installed typefaces stand in, for what is drawn inside.

    Args:
        words: all that may be written.
    """
    global _standing
    before, _standing = (
        _standing,
        tuple(sorted({found for found in _found(_strange(words)).values() if found})),
    )
    try:
        yield
    finally:
        _standing = before


def printable(words: str) -> str:
    """Returns words with code points in the place of letters that no typeface here has."""
    strange = _strange([words])
    if not strange:
        return words
    found = _found(strange)
    pieces = [_instead(letter) if letter in found and not found[letter] else letter for letter in words]
    return re.sub(r" {2,}", " ", "".join(pieces)).strip()


def in_order(line: str) -> str:
    """Returns a line of ours that keeps its order from the left where quoted words of a right-to-left script begin it.

    Args:
        line: is drawn on its own.
    """
    turned = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in line)
    return f"{FROM_LEFT}{line}" if turned and line.startswith("\u201c") else line


def remark_on(words: Iterable[str]) -> str:
    """Returns that letters of some words are written as code points, one sentence; "" where all are printed."""
    lost = [letter for letter, found in _found(_strange(words)).items() if not found and _instead(letter)]
    return LACKING.format(count=len(lost)) if lost else ""


def words_in(value: Any) -> Iterator[str]:
    """Returns all texts of a JSON value; those of its pictures are letters like others."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from words_in(each)


def words_of(data: bytes) -> list[str]:
    """Returns all texts of a figure file."""
    return [*words_in(json.loads(data))]


def _instead(letter: str) -> str:
    return "" if unicodedata.category(letter) in UNSEEN else f" U+{ord(letter):04X} "


def _strange(words: Iterable[str]) -> set[str]:
    """Returns the letters that the typeface of figures lacks."""
    letters: set[str] = set()
    for each in words:
        if not each.isascii():
            letters.update(each)
    return {letter for letter in letters if letter >= " " and ord(letter) not in _own()}


def _found(letters: set[str]) -> dict[str, str | None]:
    """Returns which typeface has each letter: the first one by name, so that it is the same each time."""
    wanted = {ord(letter) for letter in letters if letter not in _known}
    if wanted:
        wanted = _look(wanted)
        if wanted and _newly_installed():
            wanted = _look(wanted)
        _known.update(dict.fromkeys(map(chr, wanted)))
    return {letter: _known[letter] for letter in sorted(letters)}


def _look(wanted: set[int]) -> set[int]:
    """Finds typefaces for letters, and returns those that none has."""
    for entry in _installed():
        here = wanted & _letters_of(entry.fname)
        if here:
            _known.update(dict.fromkeys(map(chr, here), _named(entry)))
            wanted = wanted - here
        if not wanted:
            break
    return wanted


def _newly_installed() -> int:
    """Makes typefaces known that came after matplotlib wrote its list, and returns how many."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    new = [file for file in sorted(font_manager.findSystemFonts()) if file not in known]
    added = 0
    for file in new:
        with suppress(OSError, RuntimeError, ValueError):  # no typeface that it reads
            font_manager.fontManager.addfont(file)
            added += 1
    return added


def _installed() -> list[Any]:
    """Returns the upright typefaces of this machine, none of them bold."""
    every = font_manager.fontManager.ttflist
    upright = [
        entry
        for entry in every
        if entry.style == "normal"
        and entry.variant == "normal"
        and isinstance(entry.weight, int)
        and entry.weight <= HEAVIEST
        and not entry.name.startswith(FAMILY)
        and not NO_LETTERS.search(entry.name)
    ]
    return sorted(upright, key=lambda entry: (entry.name, abs(entry.weight - 400), entry.fname))


def _letters_of(file: str) -> set[int]:
    try:
        return set(FT2Font(file).get_charmap())
    except (OSError, RuntimeError, ValueError):  # it has gone, or cannot be read
        return set()


def _named(entry: Any) -> str:
    """Makes the file of a typeface known under a name of ours, whatever other faces its family has."""
    name = f"{FAMILY} for {Path(entry.fname).name}"
    known = font_manager.fontManager.ttflist
    if not any(other.name == name for other in known):
        known.append(_entry(name, entry.fname, 400))
    return name


def _install() -> None:
    """Makes the typeface known under names of ours."""
    known = font_manager.fontManager.ttflist
    if any(entry.name == FAMILY for entry in known):
        return
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    known.extend(_entry(name, str(folder / file), weight) for name, file, weight in FACES)


def _entry(name: str, file: str, weight: int) -> Any:
    return font_manager.FontEntry(
        fname=file,
        name=name,
        style="normal",
        variant="normal",
        weight=weight,
        stretch="normal",
        size="scalable",
    )


@cache
def _own() -> frozenset[int]:
    """Returns the letters of the typeface of figures."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return frozenset(FT2Font(str(folder / FACES[0][1])).get_charmap())


logging.getLogger("matplotlib.font_manager").addFilter(
    # The plain faces have one weight, which is meant.
    lambda record: FAMILY not in record.getMessage()
)

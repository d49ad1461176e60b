"""The only door for words: whatever was typed becomes one clean line, or one sentence that says why not."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

from core.errors import InputError
from core.types import Unread

LIMIT = 2000
WORDS = re.compile(r"[^\W\d_]+")
STEM = 4
"""Letters from which a known beginning tells what a word is about, as "sleeve" in "sleeveless"."""

# Marks that show nothing by themselves and that no model reads.
_UNSEEN = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufffd"
    + "".join(map(chr, range(0x180B, 0x1810)))
    + "".join(map(chr, range(0xFE00, 0xFE0E)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
_JOINERS = "\u200c\u200d"
# Newer emoji than this Python knows count as unassigned, but they are seen and may stay.
_PICTOGRAPHS = range(0x1F000, 0x1FB00)
_SYMBOLS = "0-9#*\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_STRAY_SELECTOR = re.compile(f"(?<![{_SYMBOLS}])[\ufe0e\ufe0f]")
# Persian, Indic scripts and emoji families need joiners; in Latin text they only hide.
_JOINED = "\u0590-\u1fff\u2070-\U000e0fff"
_STRAY_JOINER = re.compile(f"(?<![{_JOINED}])[{_JOINERS}]|[{_JOINERS}](?![{_JOINED}])")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def clean(text: object, *, what: str = "caption", limit: int = LIMIT, allow_empty: bool = False) -> str:
    """Returns the text as one line in Unicode's composed form, without characters that cannot be seen.

    Dropped are control characters, lone surrogates, zero-width and bidirectional marks, and characters
    without an agreed meaning; joiners stay between letters of scripts that need them and inside emoji.
    White space of any kind becomes single spaces. Cleaning twice changes nothing.

    Args:
        text: what came in.
        what: what the page calls the text, for the sentences.
        limit: most characters accepted; checked before anything costly is done.
        allow_empty: whether nothing may be left; then "" is returned.

    Raises:
        InputError: not a text, longer than the limit, or nothing is left of it.
    """
    if not isinstance(text, str):
        raise InputError(f"The {what} must be text.")
    too_long = f"The {what} is longer than {limit:,} characters; shorten it."
    if len(text) > limit:
        raise InputError(too_long)
    plain = text.isascii() and text.isprintable()  # as nearly all is: all of it is seen, and nothing joins
    seen = text if plain else "".join(map(_seen, unicodedata.normalize("NFC", text)))
    joined = seen if plain else _STRAY_JOINER.sub("", _STRAY_SELECTOR.sub("", seen))
    # What was dropped may have stood between a letter and its accent, so the text is composed again.
    line = " ".join(unicodedata.normalize("NFC", joined).split())
    if len(line) > limit:
        raise InputError(too_long)
    if not line and not allow_empty:
        raise InputError(f"Type {_article(what)} {what}.")
    return line


def escape_special(text: str, tokens: Sequence[str]) -> str:
    """Returns the text with every typed special token pulled apart, so that a tokenizer reads it as words.

    open_clip's tokenizer lowers letters, resolves HTML entities, narrows full-width letters and drops what
    cannot be seen before it looks for its tokens: to it "&lt;End_Of_Text&gt;" is one. So that happens first.

    Args:
        text: a cleaned text.
        tokens: the tokenizer's special tokens, such as "[SEP]" or "<end_of_text>".

    Returns:
        The text without entities and full-width letters, and with a space after the first and before the
        last character of each token: "[ SEP ]".
    """
    plain = _as_tokenizers_read(text)
    for token in filter(None, tokens):
        plain = re.sub(re.escape(token), _apart, plain, flags=re.IGNORECASE)
    return plain


def last_words_read(
    text: str, offsets: Sequence[tuple[int, int]], limit: int, *, words: int = 4
) -> str | None:
    """Returns the last words that a model reads of a text that is too long for it, None when it reads all.

    Args:
        text: what was tokenized.
        offsets: for each token of the whole text, special ones left out, its first character and the one
            after its last, as fast tokenizers give them.
        limit: how many tokens the model reads, at least 1.
        words: most words to return; an endless word is shown by its last 40 characters.
    """
    if len(offsets) <= limit:
        return None
    read = " ".join(text[: offsets[limit - 1][1]].split()[-words:])
    return read if len(read) <= 80 else "\u2026" + read[-40:]


def is_whole(text: str) -> bool:
    """Tells whether a text has no half of a character, which JSON may hold and nothing can write."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def says_something(text: str) -> bool:
    """Tells whether a text has a letter, a digit or a picture such as an emoji, not punctuation and signs alone."""
    return any(unicodedata.category(character)[0] in "LN" or _is_picture(character) for character in text)


def in_scraps(
    text: str, offsets: Sequence[tuple[int, int]], readable: Sequence[bool] | None = None
) -> tuple[str, ...]:
    """Returns all words of a text in scraps: a tokenizer has none of them whole, nor a stem that one begins with.

    "sleeveless" as "sleeve" and "less" is read; "asdf" as "as" and "df" is not. One word that is read is enough for
    none, for names and slips of the pen stand in good sentences. A word with letters that are not read at all is
    neither.

    Args:
        text: what was tokenized.
        offsets: for each token that is read its first character and the one after its last.
        readable: for each of them whether it stands for these letters, instead of for anything unknown; None where
            all do.
    """
    known = [True] * len(offsets) if readable is None else readable
    ends = {start: end for (start, end), familiar in zip(offsets, known, strict=True) if familiar}
    strange = [span for span, familiar in zip(offsets, known, strict=True) if not familiar]
    words = [
        word
        for word in WORDS.finditer(text)
        if word.start() in ends and all(end <= word.start() or start >= word.end() for start, end in strange)
    ]
    for word in words:
        end = ends[word.start()]
        if end >= word.end() or end - word.start() >= STEM:
            return ()
    return tuple(word.group() for word in words)


def unread(text: str, offsets: Sequence[tuple[int, int]], readable: Sequence[bool]) -> Unread:
    """Returns what a tokenizer has no pieces for.

    Args:
        text: what was tokenized.
        offsets: for each token that is read its first character and the one after its last.
        readable: for each of them whether it stands for these letters, instead of for anything unknown.
    """
    spans: list[tuple[int, int]] = []
    for (start, end), familiar in zip(offsets, readable, strict=True):
        if familiar:
            continue
        if spans and spans[-1][1] == start:
            start = spans.pop()[0]
        spans.append((start, end))
    words = dict.fromkeys(text[start:end].strip() for start, end in spans)
    pieces = [text[start:end] for (start, end), familiar in zip(offsets, readable, strict=True) if familiar]
    return Unread(tuple(words), bool(words) and not any(map(str.isalnum, "".join(pieces))))


def _is_picture(character: str) -> bool:
    return unicodedata.category(character) == "So" or ord(character) in _PICTOGRAPHS


def _seen(character: str) -> str:
    """Returns the character, a space for white space, or "" for what cannot be seen."""
    if character.isspace():
        return " "
    kind = unicodedata.category(character)
    if kind in ("Cc", "Cs", "Co") or character in _UNSEEN:
        return ""
    if kind == "Cf":
        return character if character in _JOINERS else ""
    if kind == "Cn":
        return character if ord(character) in _PICTOGRAPHS else ""
    return character


def _apart(token: re.Match[str]) -> str:
    """Returns "[ SEP ]" for "[SEP]"."""
    word = token[0]
    return f"{word[:1]} {word[1:-1]} {word[-1:]}"


def _as_tokenizers_read(text: str) -> str:
    """Resolves HTML entities, however deeply wrapped, narrows full-width letters and drops the unseen."""
    plain = ""
    while plain != text:
        plain, narrow = text, text.translate(_FULL_WIDTH)
        while (resolved := html.unescape(narrow)) != narrow:
            narrow = resolved
        text = "".join(map(_seen, narrow))
    return plain


def _article(noun: str) -> str:
    """Returns "an" before a vowel, else "a"."""
    return "an" if noun[:1].lower() in set("aeiou") else "a"

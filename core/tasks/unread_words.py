"""What a model does not read of the words it is given: a remark, a refusal, or a warning in an answer."""

from __future__ import annotations

from collections.abc import Sequence

from core.contracts import TextReader
from core.errors import InputError
from core.text import clean, says_something


def notes_on(reader: TextReader, *texts: str, scraps: bool = True) -> tuple[str, ...]:
    """Returns a sentence for each text of which the model reads a part only, saying which.

    Args:
        reader: the model.
        texts: what it is given.
        scraps: whether to say, too, that the model knows none of a text's words; the answer may say so itself.
    """
    notes = []
    for text in texts:
        if end := reader.shortened_after(text):
            notes.append(f"The text is too long and was shortened after \u201c{end}\u201d.")
        unread = reader.unread(text)
        if unread.words and unread.as_bytes:
            notes.append(f"The model knows these words only as single bytes: {_shown(unread.words)}.")
        elif unread.words:
            notes.append(f"The model cannot read: {_shown(unread.words)}.")
        if scraps and unread.in_scraps:
            notes.append(guessed(unread.in_scraps))
    return tuple(dict.fromkeys(notes))


def check_readable(reader: TextReader, *texts: str) -> None:
    """Makes sure that a text says something to the model that reads it.

    Raises:
        InputError: a text has punctuation alone, or the tokenizer knows no word of it, so that any other such text
            would read the same.
    """
    for text in texts:
        if text and not says_something(text):
            raise InputError(f"There is no word in {_shown([text])}; write some in English.")
        unread = reader.unread(text)
        if unread.nothing_else and not unread.as_bytes:
            raise InputError(
                f"The model cannot read any of these words: {_shown(unread.words)}; write them in English."
            )


def can_ask(reader: TextReader, text: str) -> bool:
    """Tells whether a model takes a text for a question: not empty, not too long, and with something it can read."""
    try:
        check_readable(reader, clean(text))
    except InputError:
        return False
    return True


def guessed(words: Sequence[str]) -> str:
    """Says that a model has none of some words, so that what they find may mean nothing; "" for no words."""
    if not words:
        return ""
    return (
        f"The model knows none of these words: {_shown(words)}; it reads scraps of them, so what they find may mean "
        "nothing."
    )


def _shown(words: Sequence[str], most: int = 4, longest: int = 30) -> str:
    """Returns the first of some words in quotation marks, each cut where it is endless."""
    cut = [word if len(word) <= longest else word[: longest - 1] + "\u2026" for word in words[:most]]
    return ", ".join(f"\u201c{word}\u201d" for word in cut) + (" and more" if len(words) > most else "")

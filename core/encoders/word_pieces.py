"""The text tower's tokenizer, read from its package without transformers, and cleaned for as open_clip cleans."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import Int64
from tokenizers import Tokenizer

from core import text
from core.errors import ArtifactError
from core.types import Unread

SPECIAL_TOKENS = ("[CLS]", "[SEP]", "[PAD]", "[MASK]", "[UNK]")
PADDING = 0


class WordPieces:
    """Turns texts into numbers; safe to call from several threads, for nothing of it is ever changed.

    Args:
        file: the package's `tokenizer.json`.
        longest: most tokens of a text, [CLS] and [SEP] counted.

    Raises:
        ArtifactError: the file is missing or damaged.
    """

    def __init__(self, file: Path, longest: int) -> None:
        try:
            self._tokenizer = Tokenizer.from_file(str(file))
        except Exception as error:  # the library raises nothing more special
            raise ArtifactError(
                f"The tokenizer {file.name!r} cannot be read; install its package again."
            ) from error
        # The file asks for 128 tokens of every text; how many there are is decided here, in `ids`.
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._longest = longest
        self._begin, self._end, self._unknown = map(self._special, ("[CLS]", "[SEP]", "[UNK]"))

    def ids(self, texts: Sequence[str]) -> Int64[np.ndarray, "n tokens"]:
        """Returns the tokens of each text, padded with 0 to the longest of them."""
        rows = [self._row(cleaned(_plain(value))) for value in texts]
        ids = np.full((len(rows), max(map(len, rows), default=1)), PADDING, dtype=np.int64)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = row
        return ids

    def pieces(self, value: str) -> tuple[str, ...]:
        """Returns the tokens of a text as they are written in the vocabulary, [CLS] and [SEP] among them."""
        read = self._row(cleaned(_plain(value)))
        return tuple(str(self._tokenizer.id_to_token(number)) for number in read)

    def shortened_after(self, value: str) -> str | None:
        """Returns the last words that are read of a text that is too long, None when all of it is read."""
        plain = _plain(value)
        encoding = self._tokenizer.encode(plain, add_special_tokens=False)
        return text.last_words_read(plain, encoding.offsets, self._longest - 2)

    def unread(self, value: str) -> Unread:
        """Returns which parts of a text are unknown to the tokenizer."""
        plain = _plain(value)
        encoding = self._tokenizer.encode(plain, add_special_tokens=False)
        room = self._longest - 2
        ids, pieces = encoding.ids[:room], encoding.tokens[:room]
        return unread_pieces(
            plain, pieces, encoding.offsets[:room], [number != self._unknown for number in ids]
        )

    def _special(self, token: str) -> int:
        number: int | None = self._tokenizer.token_to_id(token)
        if number is None:
            raise ArtifactError(f"The tokenizer lacks the token {token}; install its package again.")
        return number

    def _row(self, value: str) -> list[int]:
        ids = self._tokenizer.encode(value, add_special_tokens=False).ids[: self._longest - 2]
        return [self._begin, *ids, self._end]


def cleaned(value: str) -> str:
    """Returns a text as open_clip's tokenizers clean it: mended letters, no HTML entities, single spaces."""
    import ftfy  # only now: it brings tables of characters, and the page can stand before them

    return " ".join(html.unescape(html.unescape(ftfy.fix_text(value))).split())


def unread_pieces(
    plain: str, pieces: Sequence[str], offsets: Sequence[tuple[int, int]], readable: Sequence[bool]
) -> Unread:
    """Returns which parts of a text are unknown to a tokenizer with pieces of words.

    Args:
        plain: the text, special tokens escaped.
        pieces: those that are read of it.
        offsets: for each its first character and the one after its last.
        readable: for each whether it stands for these letters, instead of for anything unknown.
    """
    # SentencePiece has a piece for the space before a word, which says nothing.
    says = [place for place, piece in enumerate(pieces) if piece.strip("\u2581 ")]
    spans = [offsets[place] for place in says]
    known = [readable[place] for place in says]
    unread = text.unread(plain, spans, known)
    # Where pieces of words bear a mark, a word that bears none is whole.
    marked = any(piece.startswith("##") for piece in pieces)
    return replace(unread, in_scraps=text.in_scraps(plain, spans, known)) if marked else unread


def _plain(value: str) -> str:
    return text.escape_special(value, SPECIAL_TOKENS)

"""A tokenizer behind its own lock: typed special tokens are words, and what does not fit is named."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer

from core import text
from core.encoders.checkpoint import guarded
from core.encoders.word_pieces import unread_pieces
from core.types import Unread


class HubTokenizer:
    """The tokenizer of a folder in the Hub's format, loaded when it is first used. Thread-safe.

    Args:
        folder: the folder.
        id: what the model is called.
        longest: most tokens of a text, special ones counted.
        extra: special tokens that the model knows but the tokenizer does not.
    """

    def __init__(self, folder: Path, id: str, longest: int, extra: Sequence[str] = ()) -> None:
        self.longest = longest
        self._folder, self._id, self._extra = folder, id, tuple(extra)
        self._lock = threading.Lock()
        self._loaded: Any = None

    def tokens(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns ids (n, longest of these texts) and the mask of what is no padding, both int64."""
        with self._lock:
            batch = self._tokenizer()(
                [self._plain(value) for value in texts],
                padding=True,
                truncation=True,
                max_length=self.longest,
                return_tensors="pt",
            )
        return batch["input_ids"], batch["attention_mask"]

    def words(self, ids: torch.Tensor) -> list[str]:
        """Returns the texts that ids (n, tokens) stand for, special tokens left out."""
        with self._lock:
            texts: list[str] = self._tokenizer().batch_decode(ids, skip_special_tokens=True)
        return texts

    def shortened_after(self, value: str) -> str | None:
        """Returns the last words that are read of a text that is too long, None when all of it is read."""
        with self._lock:
            tokenizer = self._tokenizer()
            plain = self._plain(value)
            encoding = tokenizer(plain, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
            room = self.longest - tokenizer.num_special_tokens_to_add()
        return text.last_words_read(plain, encoding["offset_mapping"], room)

    def unread(self, value: str) -> Unread:
        """Returns which parts of a text are unknown to the tokenizer."""
        with self._lock:
            tokenizer = self._tokenizer()
            room = self.longest - tokenizer.num_special_tokens_to_add()
            return unknown_to(tokenizer, self._plain(value), room)

    def _plain(self, value: str) -> str:
        return text.escape_special(value, (*self._tokenizer().all_special_tokens, *self._extra))

    def _tokenizer(self) -> Any:
        if self._loaded is None:
            self._loaded = read_tokenizer(self._folder, self._id)
        return self._loaded


def read_tokenizer(folder: Path, id: str) -> Any:
    """Returns the tokenizer of a folder in the Hub's format; whoever uses it holds a lock.

    Raises:
        ArtifactError: it is missing or damaged.
    """

    def make() -> Any:
        return AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)

    return guarded(id, make)


def unknown_to(tokenizer: Any, plain: str, room: int) -> Unread:
    """Returns which parts of a text are unknown to a fast tokenizer of transformers; whoever uses it holds a lock.

    Args:
        tokenizer: with pieces of words, of which one stands for all that it does not know.
        plain: the text, special tokens escaped.
        room: how many tokens of it the model reads.
    """
    encoding = tokenizer(plain, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    ids = encoding["input_ids"][:room]
    pieces, offsets = tokenizer.convert_ids_to_tokens(ids), encoding["offset_mapping"][:room]
    return unread_pieces(plain, pieces, offsets, [number != tokenizer.unk_token_id for number in ids])


def last_words_that_fit(value: str, count: Callable[[str], int], room: int) -> str | None:
    """Returns the last words that are read, for tokenizers that do not say which letters a token covers.

    Args:
        value: the text.
        count: how many tokens a text has, special ones left out.
        room: how many of them are read.
    """
    if count(value) <= room:
        return None
    words = value.split()
    fitting = _largest(len(words), lambda number: count(" ".join(words[:number])) <= room)
    read = " ".join(words[:fitting])
    if not fitting:
        read = words[0][: _largest(len(words[0]), lambda number: count(words[0][:number]) <= room)]
    return text.last_words_read(read, [(0, len(read)), (len(read), len(read))], 1)


def _largest(most: int, fits: Callable[[int], bool]) -> int:
    """Returns the largest number up to `most` that fits; 0 always does."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low

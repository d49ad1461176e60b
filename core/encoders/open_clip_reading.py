"""How open_clip's models read: their own byte-pair tokenizer, or one that lies in the model's folder."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import open_clip
import torch
from open_clip.tokenizer import HFTokenizer

from core import text
from core.encoders.checkpoint import guarded
from core.encoders.reading import last_words_that_fit, unknown_to
from core.types import Unread


class OpenClipTokenizer:
    """The tokenizer that a text tower's configuration names, loaded when first used. Thread-safe.

    Args:
        folder: where a tokenizer of its own lies.
        id: what the model is called.
        config: open_clip's `text_cfg`.
    """

    def __init__(self, folder: Path, id: str, config: Mapping[str, Any]) -> None:
        self._folder, self._id, self._config = folder, id, config
        self._context = int(config.get("context_length", open_clip.tokenizer.DEFAULT_CONTEXT_LENGTH))
        self._lock = threading.Lock()
        self._loaded: Any = None

    def tokens(self, texts: Sequence[str]) -> torch.Tensor:
        """Returns ids (n, context length), cut and padded as the model was trained."""
        with self._lock:
            ids: torch.Tensor = self._tokenizer()([self._plain(value) for value in texts])
        return ids

    def used(self, ids: torch.Tensor) -> int:
        """Returns how many of a text's ids (context length) lie before the padding, the end token counted."""
        with self._lock:
            tokenizer = self._tokenizer()
        end = (
            tokenizer.tokenizer.eos_token_id if isinstance(tokenizer, HFTokenizer) else tokenizer.eot_token_id
        )
        ends = (ids == end).nonzero()
        return int(ends[0]) + 1 if len(ends) else len(ids)

    def shortened_after(self, value: str) -> str | None:
        """Returns the last words that are read of a text that is too long, None when all of it is read."""
        with self._lock:
            tokenizer = self._tokenizer()
            plain = self._plain(value)
            if not isinstance(tokenizer, HFTokenizer):
                return last_words_that_fit(plain, lambda part: len(tokenizer.encode(part)), self._context - 2)

            def count(part: str) -> int:
                cleaned = tokenizer.clean_fn(part)
                return len(tokenizer.tokenizer(cleaned, add_special_tokens=False, verbose=False)["input_ids"])

            special = tokenizer.tokenizer.num_special_tokens_to_add()
            return last_words_that_fit(plain, count, self._context - special)

    def unread(self, value: str) -> Unread:
        """Returns which parts of a text are unknown to the tokenizer, or known to it only as bytes."""
        with self._lock:
            tokenizer = self._tokenizer()
            plain = self._plain(value)
            if isinstance(tokenizer, HFTokenizer):
                room = self._context - tokenizer.tokenizer.num_special_tokens_to_add()
                return unknown_to(tokenizer.tokenizer, tokenizer.clean_fn(plain), room)
            words = plain.split()
            whole = [all(map(_is_text, _pieces(tokenizer, word))) for word in words]
        strange = dict.fromkeys(word for word, readable in zip(words, whole, strict=True) if not readable)
        return Unread(tuple(strange), nothing_else=bool(strange) and not any(whole), as_bytes=bool(strange))

    def _plain(self, value: str) -> str:
        tokenizer = self._tokenizer()
        if isinstance(tokenizer, HFTokenizer):
            special = tokenizer.tokenizer.all_special_tokens
        else:
            special = [tokenizer.decoder[number] for number in tokenizer.all_special_ids]
        return text.escape_special(value, special)

    def _tokenizer(self) -> Any:
        if self._loaded is None:
            self._loaded = guarded(self._id, self._make)
        return self._loaded

    def _make(self) -> Any:
        options = dict(self._config.get("tokenizer_kwargs", {}))
        if not self._config.get("hf_tokenizer_name"):
            return open_clip.SimpleTokenizer(context_length=self._context, **options)
        # The name in the configuration may be another repository's; the folder holds the files.
        return HFTokenizer(
            str(self._folder),
            context_length=self._context,
            tokenizer_mode=self._config.get("tokenizer_mode"),
            local_files_only=True,
            trust_remote_code=False,
            **options,
        )


def _pieces(tokenizer: open_clip.SimpleTokenizer, word: str) -> list[bytes]:
    """Returns the bytes of each token of a word."""
    pieces = (tokenizer.decoder[number].removesuffix("</w>") for number in tokenizer.encode(word))
    return [bytes(tokenizer.byte_decoder[character] for character in piece) for piece in pieces]


def _is_text(piece: bytes) -> bool:
    """Tells whether a token stands for whole characters, not for a part of one."""
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True

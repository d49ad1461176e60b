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
        self._made: Any = None

    def tokens(self, texts: Sequence[str]) -> torch.Tensor:
        """Returns ids (n, context length), cut and padded as the model was trained."""
        with self._lock:
            ids: torch.Tensor = self._tokenizer()([self._plain(value) for value in texts])
        return ids

    def used(self, ids: torch.Tensor) -> int:
        """Returns how many of a text's ids (context length) lie before the padding, the end token counted."""
        with self._lock:
            made = self._tokenizer()
        end = made.tokenizer.eos_token_id if isinstance(made, HFTokenizer) else made.eot_token_id
        found = (ids == end).nonzero()
        return int(found[0]) + 1 if len(found) else len(ids)

    def shortened_after(self, value: str) -> str | None:
        """Returns the last words that are read of a text that is too long, None when all of it is read."""
        with self._lock:
            made = self._tokenizer()
            plain = self._plain(value)
            if not isinstance(made, HFTokenizer):
                return last_words_that_fit(plain, lambda part: len(made.encode(part)), self._context - 2)

            def count(part: str) -> int:
                cleaned = made.clean_fn(part)
                return len(made.tokenizer(cleaned, add_special_tokens=False, verbose=False)["input_ids"])

            special = made.tokenizer.num_special_tokens_to_add()
            return last_words_that_fit(plain, count, self._context - special)

    def unread(self, value: str) -> Unread:
        """Returns which parts of a text are unknown to the tokenizer, or known to it only as bytes."""
        with self._lock:
            made = self._tokenizer()
            plain = self._plain(value)
            if isinstance(made, HFTokenizer):
                room = self._context - made.tokenizer.num_special_tokens_to_add()
                return unknown_to(made.tokenizer, made.clean_fn(plain), room)
            words = plain.split()
            whole = [all(map(_is_text, _pieces(made, word))) for word in words]
        strange = dict.fromkeys(word for word, known in zip(words, whole, strict=True) if not known)
        return Unread(tuple(strange), nothing_else=bool(strange) and not any(whole), as_bytes=bool(strange))

    def _plain(self, value: str) -> str:
        made = self._tokenizer()
        if isinstance(made, HFTokenizer):
            special = made.tokenizer.all_special_tokens
        else:
            special = [made.decoder[number] for number in made.all_special_ids]
        return text.escape_special(value, special)

    def _tokenizer(self) -> Any:
        if self._made is None:
            self._made = guarded(self._id, self._make)
        return self._made

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

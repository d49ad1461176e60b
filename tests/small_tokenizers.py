"""Tiny tokenizers in the formats that the Hub serves: WordPiece, SentencePiece and byte-level BPE."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import open_clip
from transformers import BertTokenizer, GPT2Tokenizer, T5Tokenizer

WORDS = """
    a an the of in on and with is are it what color colour dog cat shirt dress red blue green two black white photo
    picture sleeves long short person wearing running field shoes hat makes more less like
""".split()  # noqa: SIM905


def bert_vocabulary() -> list[str]:
    """Returns words in BERT's order: padding at 0, the special tokens from 100, then letters and their joined forms."""
    special = ["[PAD]", *(f"[unused{i}]" for i in range(99)), "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
    return [
        *special,
        *letters,
        *(f"##{letter}" for letter in letters),
        *(word for word in WORDS if len(word) > 1),
    ]


def bert_tokenizer(folder: Path, words: Sequence[str] = ()) -> None:
    """Writes a WordPiece tokenizer with a small vocabulary, which reads any text of plain letters.

    Args:
        folder: where it is written.
        words: another vocabulary.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words = words or bert_vocabulary()
    (folder / "vocab.txt").write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
    vocabulary = {word: number for number, word in enumerate(words)}
    BertTokenizer(vocabulary, do_lower_case=True, model_max_length=512).save_pretrained(folder)


def t5_tokenizer(
    folder: Path, longest: int, *, pad: str = "<pad>", image_token: bool = False, size: int = 0
) -> None:
    """Writes a SentencePiece tokenizer like T5's that knows letters and a few words, filled up to `size` pieces."""
    letters = [chr(code) for code in range(97, 123)] + [str(digit) for digit in range(10)]
    pieces = ["<pad>", "</s>", "<unk>", "\u2581", *letters, *(f"\u2581{word}" for word in WORDS)]
    scores = [0.0, 0.0, 0.0, -2.0, *(-5.0 for _ in letters), *(-1.0 for _ in WORDS)]
    fillers = [f"\u2581{number}" for number in range(1000, 1000 + size - len(pieces))]
    pieces, scores = pieces + fillers, scores + [-9.0] * len(fillers)
    tokenizer = T5Tokenizer(
        vocab=list(zip(pieces, scores, strict=True)), pad_token=pad, extra_ids=0, model_max_length=longest
    )
    if image_token:
        tokenizer.add_tokens(["<image>"], special_tokens=True)
    tokenizer.save_pretrained(folder)


def byte_tokenizer(folder: Path, special: Sequence[str], *, size: int = 0, **named: str) -> list[str]:
    """Writes a byte-level BPE tokenizer, like those of OPT and SmolLM2, that knows letters and a few words.

    Args:
        folder: where it is written.
        special: its special tokens, which come first.
        size: up to how many pieces it is filled with numbers.
        **named: which special token plays which part.

    Returns:
        Its pieces; the number of each is its place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    letters = list(open_clip.tokenizer.bytes_to_unicode().values())
    merges: list[tuple[str, str]] = []
    for word in WORDS:
        text = "\u0120"
        for letter in word:
            merges.append((text, letter))
            text += letter
    pieces = dict.fromkeys([*special, *letters, *("".join(pair) for pair in merges)])
    fillers = (f"\u0120{number}" for number in range(1000, 1000 + size - len(pieces)))
    pieces |= dict.fromkeys(fillers)
    GPT2Tokenizer(
        vocab={piece: number for number, piece in enumerate(pieces)},
        merges=list(dict.fromkeys(merges)),
        **named,
    ).save_pretrained(folder)
    return list(pieces)

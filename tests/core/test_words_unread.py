"""Words that the tokenizer cannot read: said beside others, refused where nothing else was typed."""

from __future__ import annotations

import pytest
from transformers import AutoTokenizer

from core.encoders.reading import unknown_to
from core.errors import InputError
from core.hub.wheels import MINILM
from core.tasks.unread_words import can_ask, check_readable, guessed, notes_on
from core.types import Unread


class Tokenizer:
    """Knows what it is told to know."""

    def __init__(self, unread: Unread) -> None:
        self.result = unread

    def shortened_after(self, text: str) -> str | None:
        return None

    def unread(self, text: str) -> Unread:
        return self.result


@pytest.mark.fault_rows(34)
def test_unknown_words_beside_others_are_said() -> None:
    reader = Tokenizer(Unread(("\u7ea2", "\u2603")))
    assert notes_on(reader, "x") == ("The model cannot read: \u201c\u7ea2\u201d, \u201c\u2603\u201d.",)
    check_readable(reader, "x")


def test_words_of_which_only_scraps_are_known_are_said_unless_the_answer_says_so() -> None:
    reader = Tokenizer(Unread(in_scraps=("asdf", "qwer")))
    assert notes_on(reader, "x", "y") == (guessed(("asdf", "qwer")),)
    assert notes_on(reader, "x", scraps=False) == ()
    both = Tokenizer(Unread(("\u7ea2",), in_scraps=("asdf",)))
    assert notes_on(both, "x") == ("The model cannot read: \u201c\u7ea2\u201d.", guessed(("asdf",)))


@pytest.mark.parametrize("text", ["!!!", "? !", "\u2026", "+ - =", "\u3002\u3001"])
def test_punctuation_is_no_word(text: str) -> None:
    with pytest.raises(InputError, match="There is no word in .*; write some in English"):
        check_readable(Tokenizer(Unread()), "a shoe", text)
    assert not can_ask(Tokenizer(Unread()), text)
    for said in ("", "12", "a!", "\U0001f3bb", "\u2764\ufe0f"):
        check_readable(Tokenizer(Unread()), said)


@pytest.mark.fault_rows(34)
def test_words_that_are_all_unknown_are_refused_in_one_sentence() -> None:
    reader = Tokenizer(Unread(("\u7ea2" * 2000, *"abcdef"), nothing_else=True))
    with pytest.raises(
        InputError, match="cannot read any of these words: .* and more; write them in Engl"
    ) as error:
        check_readable(reader, "x")
    assert len(str(error.value)) < 200


@pytest.mark.fault_rows(34)
def test_words_in_bytes_are_an_answer_with_a_note() -> None:
    reader = Tokenizer(Unread(("\u7ea2",), nothing_else=True, as_bytes=True))
    assert notes_on(reader, "x") == ("The model knows these words only as single bytes: \u201c\u7ea2\u201d.",)
    check_readable(reader, "x")


@pytest.mark.parametrize(
    ("words", "scraps"),
    [
        ("asdf qwer", ("asdf", "qwer")),
        ("Qwertz, zzzz!", ("Qwertz", "zzzz")),
        ("asdf in red", ()),
        ("\U0001f3bb asdf qwer", ("asdf", "qwer")),
        ("\U0001f3bb in red", ()),
        ("sleeveless", ()),
        ("zippered", ()),
        ("a shoe with wings on the moon", ()),
        ("the same in red, with long sleeves", ()),
        ("12 34", ()),
        ("\u7ea2\u8272\u8fde\u8863\u88d9", ()),
    ],
)
def test_words_of_which_the_vocabulary_has_none_are_in_scraps(words: str, scraps: tuple[str, ...]) -> None:
    folder = str(MINILM.verified().parent)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    assert unknown_to(tokenizer, words, 75).in_scraps == scraps


def test_what_words_in_scraps_find_may_mean_nothing() -> None:
    assert guessed(()) == ""
    assert guessed(("asdf", "qwer")).startswith(
        "The model knows none of these words: \u201casdf\u201d, \u201cqwer\u201d"
    )

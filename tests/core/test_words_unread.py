"""Words that the tokenizer cannot read: said beside others, refused where nothing else was typed."""

from __future__ import annotations

import pytest

from core.errors import InputError
from core.tasks.results import check_readable, notes_on
from core.types import Unread


class Tokenizer:
    """Knows what it is told to know."""

    def __init__(self, unread: Unread) -> None:
        self.known = unread

    def shortened_after(self, text: str) -> str | None:
        return None

    def unread(self, text: str) -> Unread:
        return self.known


@pytest.mark.fault_rows(34)
def test_unknown_words_beside_others_are_said() -> None:
    reader = Tokenizer(Unread(("\u7ea2", "\u2603")))
    assert notes_on(reader, "x") == ("The model cannot read: \u201c\u7ea2\u201d, \u201c\u2603\u201d.",)
    check_readable(reader, "x")


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

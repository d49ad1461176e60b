"""What each word does, against answers computed one text at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.instruments import Blended
from core.instruments.words_off import MOST_WORDS, without_each_word, words_off

NAMES = ("red dress", "blue dress", "red shoe")
VOICES = {"red": (2.0, 0.0, 1.5), "dress": (1.0, 1.5, 0.0), "the": (0.0, 0.1, 0.0)}


def blended_of(text: str, left_out: Sequence[int] = ()) -> Blended:
    """Each word adds its own to each candidate, so that what it does is known; the picture says the same of all."""
    words = np.sum([VOICES[word] for word in text.split()], axis=0)
    return Blended(
        np.array([[1.0, 1.0, 1.0], words]), (0.5, 0.5), ("picture", "words"), NAMES, left_out=left_out
    )


def test_a_word_adds_what_it_adds_and_who_takes_over_is_named() -> None:
    result = words_off("the red dress", blended_of)
    assert result.first == 0
    assert [word.effect for word in result.words] == pytest.approx([0.0, 1.0, 0.5])
    assert [word.first for word in result.words] == [0, 1, 0]
    assert [word.rank for word in result.words] == [1, 2, 1]
    assert result.sentence == "One word decides who comes first; left out: “red” (“blue dress” comes first)."


def test_where_no_word_decides_the_strongest_is_named() -> None:
    result = words_off("red red dress", blended_of)
    assert result.sentence == (
        "No word alone decides: “red dress” stays first without any one of them; “red” adds most to it."
    )


def test_candidates_that_are_no_part_of_the_ranking_are_never_first() -> None:
    result = words_off("the red dress", partial(blended_of, left_out=[0]))
    assert result.first == 1
    assert all(word.first != 0 and np.isfinite(word.effect) for word in result.words)


def test_one_word_cannot_be_left_out() -> None:
    result = words_off("red", blended_of)
    assert result.words == ()
    assert result.sentence == "There is one word, and without it nothing is asked."


@given(st.text(max_size=80))
def test_each_shorter_text_lacks_one_word(text: str) -> None:
    shorter = without_each_word(text)
    count = len(text.split())
    assert len(shorter) == (min(count, MOST_WORDS) if count > 1 else 0)
    for number, (word, start, rest) in enumerate(shorter):
        assert text[start : start + len(word)] == word
        assert rest.split() == text.split()[:number] + text.split()[number + 1 :]

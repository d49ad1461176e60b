"""What each word does, against answers computed one text at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.instruments import Blended
from core.instruments.words_off import (
    MOST_WORDS,
    WordsOff,
    without_each_choice,
    without_each_word,
    words_off,
)

NAMES = ("red dress", "blue dress", "red shoe")
VOICES = {"red": (2.0, 0.0, 1.5), "dress": (1.0, 1.5, 0.0), "the": (0.0, 0.1, 0.0)}


def blended_of(text: str, left_out: Sequence[int] = ()) -> Blended:
    """Each word adds its own to each candidate, so that what it does is known; the picture says the same of all."""
    words = np.sum([VOICES[word] for word in text.split()], axis=0)
    return Blended(
        np.array([[1.0, 1.0, 1.0], words]), (0.5, 0.5), ("picture", "words"), NAMES, left_out=left_out
    )


def read(text: str, left_out: Sequence[int] = ()) -> WordsOff:
    shorter = without_each_word(text)
    others = [blended_of(rest, left_out) for _, _, rest in shorter]
    return words_off(text, shorter, blended_of(text, left_out), others)


def test_a_word_adds_what_it_adds_and_who_takes_over_is_named() -> None:
    result = read("the red dress")
    assert result.first == 0
    assert [word.effect for word in result.words] == pytest.approx([0.0, 1.0, 0.5])
    assert [word.first for word in result.words] == [0, 1, 0]
    assert [word.rank for word in result.words] == [1, 2, 1]
    assert result.sentence == "One word decides who comes first; left out: “red” (“blue dress” comes first)."


def test_where_no_word_decides_the_strongest_is_named() -> None:
    result = read("red red dress")
    assert result.sentence == (
        "No word alone decides: “red dress” stays first without any one of them; “red” adds most to it."
    )


def test_candidates_that_are_no_part_of_the_ranking_are_never_first() -> None:
    result = read("the red dress", [0])
    assert result.first == 1
    assert all(word.first != 0 and np.isfinite(word.effect) for word in result.words)


def test_one_word_cannot_be_left_out() -> None:
    result = read("red")
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


def test_of_a_template_the_words_in_its_gaps_are_left_out() -> None:
    text = "an image of a large shirt, scale large, and zoom in none"
    shorter = without_each_choice(text, ["large", "shirt", "large", "blue", "none", ""])
    assert [word for word, _, _ in shorter] == ["large", "shirt", "large", "none"]
    assert [text[start : start + len(word)] == word for word, start, _ in shorter] == [True] * 4
    assert shorter[2][2] == "an image of a large shirt, scale , and zoom in none"
    called = without_each_choice(text, ["large", "blue", "none"], ["large", "blue", "zoom none"])
    assert [row[0] for row in called] == ["large", "zoom none"] and called[1][1:] == shorter[3][1:]

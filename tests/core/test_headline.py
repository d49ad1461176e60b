"""The first sentence of a retrieval answer: ranks as reasons, and an honest word when nothing fits."""

from __future__ import annotations

import pytest

from core.tasks.headline import Fit, doubt, headline

PICTURE, WORDS, BOX = "the picture", "the words", "the box"


@pytest.mark.parametrize(
    ("ranks", "blended", "right", "expected"),
    [
        ({PICTURE: 56, WORDS: 112, BOX: 1}, 1, True,
         "Only the box finds X, the right one: picture rank 56, words 112, box 1, blend 1."),
        ({PICTURE: 1, WORDS: 1, BOX: 1}, 1, False,
         "The picture, the words and the box all find X: picture rank 1, words 1, box 1, blend 1."),
        ({PICTURE: 1, WORDS: 9, BOX: 1}, 1, False,
         "The picture and the box find X: picture rank 1, words 9, box 1, blend 1."),
        ({PICTURE: 1, WORDS: 1}, 1, False, "The picture and the words both find X: picture rank 1, words 1, blend 1."),
        ({PICTURE: 3, WORDS: 5}, 1, False, "Only the blend finds X: picture rank 3, words 5, blend 1."),
        ({PICTURE: 9, WORDS: 1}, 1, False, "Only the words find X: picture rank 9, words 1, blend 1."),
        ({PICTURE: 1, WORDS: 9}, 4, True,
         "The picture finds X, the right one, but the blend does not: picture rank 1, words 9, blend 4."),
        ({PICTURE: 7, WORDS: 9}, 5, True,
         "Nothing here puts X, the right one, first: picture rank 7, words 9, blend 5."),
        ({WORDS: 1}, 1, False, "The words find X."),
        ({PICTURE: 14}, 14, True, "The picture puts X, the right one, at rank 14."),
    ],
)  # fmt: skip
def test_one_sentence_is_made_of_ranks(
    ranks: dict[str, int], blended: int, right: bool, expected: str
) -> None:
    assert headline("X", ranks, blended, right=right) == expected


def test_words_that_fit_nothing_are_said() -> None:
    fits = {PICTURE: Fit(0.9, 0.5), WORDS: Fit(-2.0, -1.0)}
    assert doubt(fits, [PICTURE, WORDS]).startswith("These words fit nothing here")
    assert doubt(fits, [PICTURE]) == "", "words without weight decide nothing"

"""Other words in place of a question's: our templates, the rank that is followed, and how often words override."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.instruments import Blended
from core.instruments.override import overridden
from core.instruments.question_words import SWAPS, question_words
from core.instruments.rewording import COUNT, NEGATION, PARAPHRASE, about, rewordings
from core.plurals import plural

NAMES = ("cat", "dog", "owl", "ant", "fox")
PICTURE = (0.0, 0.1, 0.3, 0.2, -1.0)


def blended_of(text: str, right: Sequence[int] = (), left_out: Sequence[int] = ()) -> Blended:
    """A class that is named gains 1, whatever else is said."""
    words = [float(name in re.findall(r"[a-z]+", text)) for name in NAMES]
    return Blended(np.array([PICTURE, words]), (1.0, 1.0), ("picture", "words"), NAMES, right, left_out)


class Asked:
    """Answers texts and remembers in how many goes."""

    def __init__(self) -> None:
        self.batches: list[Sequence[str]] = []

    def __call__(self, texts: Sequence[str]) -> list[Blended]:
        self.batches.append(texts)
        return [blended_of(text) for text in texts]


def test_all_other_words_are_asked_with_in_one_batch_and_the_first_is_followed() -> None:
    asked = Asked()
    text = "a sketch of a cat"
    result = question_words(text, blended_of(text), asked, lambda row: about(text, NAMES[row]))
    (texts,) = asked.batches
    assert len(texts) == len(set(texts))
    assert (NAMES[result.target], result.rank) == ("cat", 1)
    swaps = [row for row in result.other if row.wording.kind == "swap"]
    assert [(row.wording.of, row.wording.text) for row in swaps] == [
        ("owl", "a sketch of an owl"), ("ant", "a sketch of an ant"), ("dog", "a sketch of a dog"),
    ]  # fmt: skip
    assert [(NAMES[row.first], row.rank) for row in swaps] == [("owl", 4), ("ant", 4), ("dog", 4)]
    assert [row.effect for row in swaps] == pytest.approx([-1.0] * SWAPS)
    others = [row for row in result.other if row.wording.kind != "swap"]
    counted = {row.wording.text: row.rank for row in others if row.wording.kind == COUNT}
    assert counted == {"a sketch of two cats": 4, "a sketch of many cats": 4}  # the reader knows no plural
    assert all(row.rank == 1 for row in others if row.wording.kind in (PARAPHRASE, NEGATION))
    assert result.sentence == (
        "“cat” keeps rank 1: said otherwise 4 of 4 times, negated 2 of 2 times, with another count 0 of 2 times, with "
        "the caption of another 0 of 3 times. A “not” changes nothing: these models hardly hear it."
    )


def test_the_right_one_is_followed_where_it_is_known() -> None:
    asked = Asked()
    result = question_words("a cat", blended_of("a cat", right=[4, 1]), asked)
    assert (NAMES[result.target], result.rank) == ("dog", 4)
    assert result.to_json()["otherwise"]["target"] == {"name": "dog", "rank": 4}


def test_a_text_that_cannot_be_asked_with_is_left_out() -> None:
    asked = Asked()
    result = question_words("cat ???", blended_of("cat"), asked, can_ask=lambda text: "cat" in text)
    assert [word.word for word in result.off.words] == ["???"]
    assert all("cat" in text for text in asked.batches[0])


def test_one_word_is_said_otherwise_though_it_cannot_be_left_out() -> None:
    result = question_words("cat", blended_of("cat"), Asked())
    assert result.off.words == () and result.other


@pytest.mark.parametrize("left_out", [(), (1, 2)], ids=["one picture", "copies of one"])
def test_where_there_is_one_candidate_no_word_decides(left_out: tuple[int, ...]) -> None:
    names = ("the only one",) * (1 + len(left_out))

    def blended_of_one(text: str) -> Blended:
        parts = np.full((1, len(names)), float(len(text)))
        return Blended(parts, (1.0,), ("words",), names, left_out=left_out)

    def each(texts: Sequence[str]) -> list[Blended]:
        return [blended_of_one(text) for text in texts]

    result = question_words("red dress", blended_of_one("red dress"), each, lambda row: names[row])
    assert "No word alone decides" in result.off.sentence
    assert {row.rank for row in result.other} == {1} and "swap" not in {
        row.wording.kind for row in result.other
    }


def test_where_nothing_is_ranked_words_decide_nothing() -> None:
    with pytest.raises(InputError, match="larger gallery"):
        question_words("a cat", blended_of("a cat", left_out=range(5)), Asked())


@pytest.mark.parametrize(
    ("text", "kind", "other"),
    [
        ("this is a photo of a field.", NEGATION, "this is not a photo of a field."),
        ("this is a photo of a field.", PARAPHRASE, "a picture of a field."),
        ("this is a photo of a field.", COUNT, "this is a photo of two fields."),
        ("a red dress with dots", NEGATION, "a red dress without dots"),
        ("a red dress with dots", COUNT, "two red dresses with dots"),
        ("do you have this in green?", NEGATION, "do you have this not in green?"),
        ("a sketch of a strawberry", COUNT, "a sketch of many strawberries"),
        ("a photo of an orange cat", PARAPHRASE, "an image of an orange cat"),
    ],
)
def test_templates_say_what_an_english_speaker_would(text: str, kind: str, other: str) -> None:
    assert other in [wording.text for wording in rewordings(text) if wording.kind == kind]


@pytest.mark.parametrize(
    "text", ["the same in red", "do you have this in green?", "make it longer", "two dogs"]
)
def test_what_names_no_single_thing_is_not_counted(text: str) -> None:
    assert not [wording for wording in rewordings(text) if wording.kind == COUNT]


@given(st.text(max_size=60))
def test_no_other_wording_is_the_text_or_stands_twice(text: str) -> None:
    plain = [
        " ".join(re.findall(r"\w+", words.lower())) for words in (text, *(w.text for w in rewordings(text)))
    ]
    assert len(plain) == len(set(plain)) and "" not in plain[1:]


@pytest.mark.parametrize(
    ("one", "many"),
    [("dog", "dogs"), ("dress", "dresses"), ("berry", "berries"), ("jeans", "jeans"), ("foot,", "feet,")],
)
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many


def test_words_override_where_another_would_come_first_without_them() -> None:
    answers = [
        blended_of("cat"),  # the words alone say cat as well
        blended_of("owl"),  # first by the picture, too
        Blended(np.array([[1.0, 0.9, 0.0], [0.0, 0.2, 0.3]]), (1.0, 1.0), ("picture", "words"), NAMES[:3]),
        blended_of("cat", left_out=range(5)),
    ]
    result = overridden(answers, [1])
    assert (result.answers, result.overridden, result.words_alone) == (3, 2, 1)
    assert result.sentence("worked examples") == (
        "In 2 of the 3 worked examples the words override the picture: without them another would come first; 1 of "
        "these firsts is that of the words alone."
    )
    assert overridden([], [1]).sentence("worked examples") == ""

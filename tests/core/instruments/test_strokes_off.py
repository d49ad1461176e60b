"""What strokes do, against games whose answer is known."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest

from core.instruments import Blended
from core.instruments.strokes_off import Drawn, StrokesOff, strokes_off

NAMES = ("cat", "dog", "owl")
WORTH = np.array([[2.0, 0.0, 0.5], [0.5, 1.0, 0.0], [-0.25, 0.0, 0.0], [0.0, 0.5, 1.0]])
"""(strokes, classes)"""


def additive(drawn: Drawn) -> list[Blended]:
    return [Blended((row @ WORTH)[None], (1.0,), ("picture",), NAMES) for row in drawn.astype(float)]


def together(drawn: Drawn) -> list[Blended]:
    """The first two strokes are worth something as a pair alone."""
    scores = [(float(row[0] and row[1]) + 0.5 * float(row[2]), 0.1) for row in drawn]
    return [Blended(np.array([score]), (1.0,), ("picture",), NAMES[:2]) for score in scores]


def exact(game: object, count: int) -> list[float]:
    values = np.zeros(count)
    orders = list(permutations(range(count)))
    for order in orders:
        for place, stroke in enumerate(order):
            drawn = np.array([[other in order[:place] for other in range(count)]] * 2)
            drawn[1, stroke] = True
            before, after = (blended.parts[0, 0] for blended in game(drawn))  # type: ignore[operator]
            values[stroke] += (after - before) / len(orders)
    return values.tolist()


def test_without_each_stroke_in_one_batch() -> None:
    batches: list[int] = []

    def counted(drawn: Drawn) -> Sequence[Blended]:
        batches.append(len(drawn))
        return additive(drawn)

    result = strokes_off(4, counted)
    assert batches == [5]
    assert NAMES[result.first] == "cat"
    assert [stroke.effect for stroke in result.strokes] == pytest.approx(WORTH[:, 0])
    assert [NAMES[stroke.first] for stroke in result.strokes] == ["dog", "cat", "cat", "cat"]
    assert [stroke.rank for stroke in result.strokes] == [3, 1, 1, 1]
    assert (
        result.sentence
        == "Of 4 strokes 1 decides that “cat” comes first; left out: number 1 (“dog” comes first)."
    )
    assert all(stroke.shapley is None for stroke in result.strokes)


def test_of_a_sum_the_shapley_values_are_its_terms() -> None:
    result = strokes_off(4, additive, orders=4)
    assert [stroke.shapley for stroke in result.strokes] == pytest.approx(WORTH[:, 0])
    assert [stroke.error for stroke in result.strokes] == pytest.approx([0.0] * 4)


def test_a_pair_shares_what_it_is_worth_and_nothing_is_lost() -> None:
    result = strokes_off(3, together, orders=32)
    values = [stroke.shapley or 0.0 for stroke in result.strokes]
    assert values == pytest.approx(exact(together, 3), abs=0.15)
    assert sum(values) == pytest.approx(1.5)


def test_one_stroke_cannot_be_left_out() -> None:
    for orders in (0, 2):
        result = strokes_off(1, lambda drawn: additive(np.pad(drawn, ((0, 0), (0, 3)))), orders)
        assert (
            result.strokes == ()
            and result.sentence == "There is one stroke, and without it nothing is drawn."
        )


def test_one_stroke_on_an_uploaded_drawing_can() -> None:
    def on_ground(drawn: Drawn) -> list[Blended]:
        return additive(np.pad(drawn, ((0, 0), (0, 3)), constant_values=True))

    result = strokes_off(1, on_ground, 2, ground=True)
    (stroke,) = result.strokes
    assert stroke.effect == stroke.shapley == pytest.approx(WORTH[0, 0])
    told = "There is one stroke on this ground, and without it "
    assert result.sentence == f"{told}“dog” comes first instead of “cat”."
    other = StrokesOff(0, strokes_off(4, additive).strokes[1:2], NAMES)
    assert other.sentence == f"{told}“cat” stays first."


def test_pieces_are_called_so() -> None:
    result = StrokesOff(0, strokes_off(4, additive).strokes[1:3], NAMES, pieces=True)
    assert result.sentence == (
        "Of 2 pieces of ink none alone decides: “cat” stays first without any one; number 2 adds most."
    )

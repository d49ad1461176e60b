"""Many boxes around the one that was drawn: where they lie, and where a candidate stands with each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.blend import blend, ranks
from core.errors import InputError
from core.instruments import Blended
from core.instruments.boxes_tried import DRAWN, MOVES, SIZES, boxes_around, boxes_tried
from core.types import Box

KINDS = ("picture", "words", "box")
NAMES = tuple(f"shirt {number}" for number in range(7))
COUNT = len(SIZES) * len(MOVES)


def three(right: Sequence[int] = (), left_out: Sequence[int] = (), seed: int = 3) -> Blended:
    parts = np.random.default_rng(seed).normal(size=(3, 7)).astype(np.float32)
    return Blended(parts, (0.2, 0.3, 0.5), KINDS, NAMES, right, left_out)


def seen_by(blended: Blended) -> np.ndarray:
    """Returns what 25 boxes see; the drawn one what the answer's box sees."""
    rows = np.random.default_rng(4).normal(size=(COUNT, 7)).astype(np.float32)
    rows[DRAWN] = blended.parts[2]
    return rows


@given(st.tuples(st.floats(-20, 150), st.floats(-20, 80)), st.tuples(st.floats(8, 200), st.floats(8, 120)))
def test_every_box_lies_in_the_picture_and_the_drawn_one_is_among_them(
    corner: tuple[float, float], sides: tuple[float, float]
) -> None:
    (x, y), (wide, high) = corner, sides
    drawn = Box(x, y, x + wide, y + high)
    boxes = boxes_around(drawn, 160, 90)
    if x + wide <= 8 or y + high <= 8 or x >= 152 or y >= 82:
        return
    assert len(boxes) == COUNT == 25
    for box in boxes:
        assert 0 <= box.x0 < box.x1 <= 160 + 1e-9 and 0 <= box.y0 < box.y1 <= 90 + 1e-9
    cut = Box(max(0.0, x), max(0.0, y), min(160.0, x + wide), min(90.0, y + high))
    assert boxes[DRAWN] == cut


def test_sizes_and_moves_are_what_they_are_called() -> None:
    boxes = boxes_around(Box(400, 400, 600, 500), 1000, 1000)
    left = boxes[SIZES.index(0.6) * len(MOVES) + list(MOVES).index("left")]
    assert (left.x0, left.x1, left.y0, left.y1) == pytest.approx((410, 530, 420, 480))
    down = boxes[SIZES.index(1.6) * len(MOVES) + list(MOVES).index("down")]
    assert (down.y1 - down.y0, (down.y0 + down.y1) / 2) == pytest.approx((160, 465))


@pytest.mark.parametrize("item", [None, 5], ids=["the first answer", "a chosen one"])
def test_ranks_are_those_of_the_answer_with_that_box(item: int | None) -> None:
    blended = three(left_out=[1])
    rows = seen_by(blended)
    result = boxes_tried(blended, boxes_around(Box(20, 20, 60, 60), 100, 100), rows, item)
    scores = blend(blended.weights, blended.parts)
    scores[1] = -np.inf
    candidate = int(np.argmax(scores)) if item is None else item
    assert result.candidate == candidate and not result.right
    for tried, row in zip(result.boxes, rows, strict=True):
        mixed = blend(blended.weights, np.stack([*blended.parts[:2], row]))
        assert tried.rank == ranks(row, [1])[candidate]
        assert tried.rank_in_mix == ranks(mixed, [1])[candidate]
    assert result.boxes[DRAWN].rank_in_mix == ranks(scores)[candidate]
    whole, box, both = result.side_by_side
    assert whole.rank == ranks(blended.parts[0], [1])[candidate]
    assert box.rank == result.boxes[DRAWN].rank
    assert both.weights == pytest.approx((0, 0.375, 0.625)) and 1 not in both.first


def test_the_right_one_is_asked_about_where_it_is_known() -> None:
    blended = three(right=[2, 6])
    result = boxes_tried(blended, boxes_around(Box(20, 20, 60, 60), 100, 100), seen_by(blended))
    scores = blend(blended.weights, blended.parts)
    assert result.candidate == (2 if scores[2] >= scores[6] else 6)
    assert f"“shirt {result.candidate}”, the right one, comes first for" in result.sentence


def test_where_the_box_changes_nothing_the_sentence_says_so() -> None:
    blended = three()
    rows = np.repeat(blended.parts[2:], COUNT, axis=0)
    sentence = boxes_tried(blended, boxes_around(Box(0, 0, 100, 100), 100, 100), rows).sentence
    assert (
        sentence
        == "“shirt 2” comes first for all 25 boxes in the mix in use; the box alone gives it rank 2 for all."
    )


def test_without_a_box_there_is_nothing_to_move() -> None:
    blended = three()
    two = Blended(blended.parts[:2], (0.5, 0.5), KINDS[:2], NAMES)
    with pytest.raises(InputError, match="no box to move"):
        boxes_tried(two, [], np.zeros((0, 7)))


def test_a_picture_that_repeats_another_one_has_no_rank() -> None:
    blended = three(left_out=[1])
    with pytest.raises(InputError, match="repeats another one"):
        boxes_tried(blended, boxes_around(Box(20, 20, 60, 60), 100, 100), seen_by(blended), 1)

"""Who comes first where: against brute force at many mixes, with copies, ties, and what is left out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.blend import blend, order
from core.instruments import Blended
from core.instruments.envelope import Cell, cells, stretches
from core.instruments.flips import flips_of
from core.instruments.flips import read as read_flips
from core.instruments.winner_atlas import alone_of, atlas_of, audit
from core.instruments.winner_atlas import read as read_atlas

SCORES = st.floats(-1, 1, width=32)
OFF_THE_EDGES = 1e-9


def gallery(parts: np.ndarray, weights: tuple[float, ...], left_out: tuple[int, ...] = ()) -> Blended:
    names = [f"picture {number}" for number in range(parts.shape[1])]
    kinds = ("picture", "words", "two together")[: len(parts)]
    return Blended(parts, weights, kinds, names, (), left_out)


def inside(cell: Cell, points: np.ndarray) -> np.ndarray:
    """Tells which points lie within a convex polygon, by the side of each of its edges that they lie on."""
    corners = np.array(cell.corners)[:, :2]
    steps = np.roll(corners, -1, axis=0) - corners
    sides = [
        step[0] * (points[:, 1] - corner[1]) - step[1] * (points[:, 0] - corner[0])
        for corner, step in zip(corners, steps, strict=True)
    ]
    return np.all(np.array(sides) >= -1e-12, axis=0) | np.all(np.array(sides) <= 1e-12, axis=0)


@pytest.mark.parametrize("count", [2, 30, 1000])
def test_every_mix_off_the_edges_lies_in_the_cell_of_the_one_that_comes_first_there(count: int) -> None:
    random = np.random.default_rng(count)
    parts = random.normal(0.3, 0.1, (3, count)).astype(np.float32)
    parts[:, count // 2] = parts[:, 0]
    found = cells(parts)
    assert sum(cell.share for cell in found) == pytest.approx(1)
    points = random.dirichlet((1, 1, 1), 100_000)
    for some in np.array_split(points, 100):
        scores = blend(some, parts.astype(np.float64))
        top = scores.argmax(axis=1)
        rivals = np.where(parts.T[:, None] == parts.T[top], np.inf, 0).any(axis=2).T
        margins = scores[np.arange(len(some)), top] - np.where(rivals > 0, -np.inf, scores).max(axis=1)
        sure = margins > OFF_THE_EDGES
        for cell in found:
            here = top[sure] == cell.index
            assert inside(cell, some[sure][here]).all()


@given(arrays(np.float32, st.tuples(st.just(3), st.integers(1, 8)), elements=SCORES))
def test_cells_fill_the_triangle_whatever_is_equal(parts: np.ndarray) -> None:
    found = cells(parts)
    assert sum(cell.share for cell in found) == pytest.approx(1, abs=1e-6)
    for cell in found:
        middle = np.mean(cell.corners, axis=0)
        best = blend(middle, parts.astype(np.float64))
        assert best[cell.index] >= best.max() - 1e-6


@given(arrays(np.float32, st.tuples(st.just(2), st.integers(1, 8)), elements=SCORES))
def test_stretches_lie_end_to_end_and_hold_the_first_one(parts: np.ndarray) -> None:
    found = stretches(parts[0], parts[1])
    assert [found[0].start, found[-1].end] == [0, 1]
    assert all(before.end == after.start for before, after in zip(found[:-1], found[1:], strict=True))
    for part in found:
        middle = (part.start + part.end) / 2
        scores = blend((1 - middle, middle), parts.astype(np.float64))
        assert scores[part.index] >= scores.max() - 1e-12


def test_a_copy_has_no_cell_and_what_is_left_out_none_either() -> None:
    parts = np.array([[9, 1, 1, 0, 0], [9, 0, 0, 1, 0], [9, 0, 0, 0, 1]], dtype=np.float32)
    found = atlas_of(gallery(parts, (0.2, 0.3, 0.5), (0,)))
    assert sorted(territory.index for territory in found) == [1, 3, 4]
    assert [territory.share for territory in found] == pytest.approx([1 / 3] * 3)
    assert cells(np.full((3, 4), -np.inf)) == []
    assert atlas_of(gallery(parts, (1, 0, 0), tuple(range(5)))) == ()


def test_a_slider_meets_each_flip_where_the_real_order_changes() -> None:
    random = np.random.default_rng(3)
    met = 0
    for _ in range(30):
        parts = random.normal(0.3, 0.1, (3, 40)).astype(np.float32)
        weights = random.dirichlet((1, 1, 1))
        for flip in flips_of(gallery(parts, tuple(weights), (5,))):
            others = np.delete(weights, flip.kind) / (1 - weights[flip.kind])
            for step, first in ((-1e-6, flip.lower), (1e-6, flip.upper)):
                weight = flip.weight + step
                moved = np.insert((1 - weight) * others, flip.kind, weight)
                assert order(blend(moved, parts), 1, [5])[0] == first
                met += 1
    assert met > 40


def test_a_slider_that_has_all_gives_to_the_others_alike() -> None:
    parts = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 3]], dtype=np.float32)
    weights = [flip.weight for flip in flips_of(gallery(parts, (1.0, 0.0, 0.0))) if flip.kind == 0]
    assert weights == pytest.approx([0.6])  # where w0 = 3 (1 - w0) / 2


def test_what_is_said_of_weights_outside_the_triangle_and_of_one_that_always_leads() -> None:
    parts = np.array([[1, 0], [0, 1], [0, 1]], dtype=np.float32)
    outside = gallery(parts, (-0.5, 0.5, 1.0))
    reading = read_atlas(outside)
    assert reading is not None and "lie outside" in reading.sentence and reading.figures["outside"]
    assert read_flips(outside) is None
    alone = gallery(np.array([[1, 0], [1, 0], [1, 0]], dtype=np.float32), (0.2, 0.3, 0.5))
    first = read_atlas(alone)
    assert first is not None and first.sentence == "picture 0 comes first at every mix of the weights."
    assert read_flips(alone) is None, "no slider changes it"


def test_of_two_kinds_of_evidence_the_atlas_is_a_line() -> None:
    blended = gallery(np.array([[1, 0], [0, 3]], dtype=np.float32), (0.5, 0.5))
    wide, narrow = atlas_of(blended)
    assert (wide.index, narrow.index) == (1, 0) and (wide.share, narrow.share) == pytest.approx((0.75, 0.25))
    assert wide.corners[0] == (0.0, 1.0) and wide.corners[1] == pytest.approx((0.75, 0.25))
    reading = read_flips(blended)
    assert reading is not None
    assert reading.sentence == "Above a weight of 0.75 for the picture, picture 0 comes first."


def test_the_audit_says_what_each_kind_alone_puts_first_and_how_many_mixes_agree() -> None:
    random = np.random.default_rng(4)
    parts = random.normal(0.3, 0.1, (3, 60)).astype(np.float32)
    blended = gallery(parts, (0.2, 0.3, 0.5), left_out=(4,))
    alone = alone_of(blended)
    ranked = np.delete(np.arange(60), 4)
    assert [owner.index for owner in alone] == [int(ranked[row[ranked].argmax()]) for row in parts]
    assert all(owner in atlas_of(blended) for owner in alone)
    sentence = audit(blended)
    for kind, owner in zip(
        ("The picture alone puts", "the words alone", "the two together"), alone, strict=True
    ):
        assert f"{kind} \u201cpicture {owner.index}\u201d" in sentence and f"({owner.share:.0%}" in sentence
    rest = 1 - sum({owner.index: owner.share for owner in alone}.values())
    assert f"; the other {rest:.0%} go to some that no kind alone puts first." in sentence


def test_the_audit_of_one_that_is_always_first() -> None:
    parts = np.array([[0.9, 0.1], [0.9, 0.2]], np.float32)
    assert audit(gallery(parts, (0.5, 0.5))).startswith(
        "Each kind of evidence alone puts \u201cpicture 0\u201d first"
    )
    level = np.array([[0.5, 0.5], [0.5, 0.5], [0.1, 0.9]], np.float32)
    assert [owner.index for owner in alone_of(gallery(level, (0.2, 0.3, 0.5)))] == [1, 1, 1]
    nothing = gallery(parts, (0.5, 0.5), left_out=(0, 1))
    assert audit(nothing) == ""

"""Two captions as evidence: masses add to no more than one, copies of a picture read alike, and extremes say so."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.instruments.evidential import conflict_and_ignorance, fits_of, read

FIT = st.floats(-30, 30)
LABELS = ("field", "road")


@given(FIT, FIT)
def test_conflict_and_ignorance_are_shares_and_never_both_large(first: float, second: float) -> None:
    ((conflict, ignorance),) = conflict_and_ignorance(np.array([[first, second]]))
    assert 0 <= conflict <= 1 and 0 <= ignorance <= 1 and conflict + ignorance <= 1 + 1e-12
    ((other, same),) = conflict_and_ignorance(np.array([[second, first]]))
    assert (other, same) == (conflict, ignorance)


@given(FIT, FIT, st.floats(0.01, 5))
def test_a_caption_that_fits_better_adds_conflict_and_takes_ignorance(
    first: float, second: float, more: float
) -> None:
    before, after = conflict_and_ignorance(np.array([[first, second], [first + more, second]]))
    assert after[0] >= before[0] and after[1] <= before[1]


def test_extremes_are_named_only_where_the_usual_is_known() -> None:
    usual = (0.8, 0.2)
    assert read((5.0, 5.0), LABELS, usual).says == "both"
    assert read((-3.0, -2.0), LABELS, usual).says == "neither"
    assert read((4.0, -2.0), LABELS, usual).says == "field"
    assert read((-2.0, 4.0), LABELS, usual).says == "road"
    assert read((5.0, 5.0), LABELS).says is None


def test_a_fit_is_counted_in_deviations_of_things_of_any_kind() -> None:
    things = np.array([[0.0, 0.2], [0.1, 0.1]], dtype=np.float32)
    fits = fits_of(np.array([[0.3, 0.1], [0.1, 0.2]]), things)
    assert np.allclose(fits[0], [2.0, 0.0], atol=1e-6)
    assert np.isfinite(fits).all(), "things that are all alike divide by nothing"

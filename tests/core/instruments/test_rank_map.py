"""The rank of one candidate over all mixes: that of the order itself at every point, and a sentence that says it."""

from __future__ import annotations

import numpy as np
import pytest

from core.blend import blend, ranks
from core.instruments import Blended
from core.instruments.rank_map import FURTHEST, rank_map_of


@pytest.mark.parametrize("kinds", [2, 3])
def test_it_is_the_rank_of_the_order_at_every_point(kinds: int) -> None:
    parts = np.random.default_rng(kinds).normal(size=(kinds, 150)).astype(np.float32)
    parts[:, 30] = parts[:, 20]
    names = [f"p{row}" for row in range(150)]
    blended = Blended(parts, (0.5, 0.5, 0.0)[:kinds], ("a", "b", "c")[:kinds], names, left_out=(4,))
    for candidate in (30, 77):
        drawn = rank_map_of(blended, candidate)
        exact = [ranks(blend(point, parts), (4,))[candidate] for point in drawn.points]
        assert drawn.ranks.tolist() == np.minimum(exact, FURTHEST + 1).tolist()
        assert drawn.best[0] == min(exact) and drawn.share(10) == np.mean(np.array(exact) <= 10)
    assert rank_map_of(blended, 77) is drawn, "computed once a question"


def test_the_sentence_names_the_best_mix_and_json_takes_the_map() -> None:
    blended = Blended(np.eye(3, dtype=np.float32), (1, 0, 0), ("a", "b", "c"), ["x", "y", "z"])
    drawn = rank_map_of(blended, 2)
    assert (
        drawn.sentence.startswith("“z” stands best at 0.20, 0.19, 0.61")
        and "at rank 1; it comes first at 3" in drawn.sentence
    )
    assert drawn.to_json()["best"] == 1 and len(drawn.to_json()["ranks"]) == len(drawn.points)
    last = Blended(np.tile(np.arange(200, 0, -1.0), (3, 1)), (1, 0, 0), ("a", "b", "c"), ["n"] * 200)
    assert "beyond rank 100 at every mix" in rank_map_of(last, 199).sentence

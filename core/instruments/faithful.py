"""Whether a map over places is faithful: what hiding and showing places in its order does, against a random order.

Deletion and insertion (Petsiuk et al. 2018): the area under the score while places are hidden, or shown, those first
that the map says add most. A faithful map's deletion lies below that of a random order, its insertion above.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float64, Int

from core.metrics import Estimate, bootstrap

RANDOM_ORDERS = 2
Shown = Bool[np.ndarray, "pictures places"]
Scores = Callable[[Shown], Float[np.ndarray, "maps pictures"]]
"""From which places are shown to the numbers that the maps are of."""


@dataclass(frozen=True, slots=True)
class MapAreas:
    """Areas under the curves of one map, as mean scores along them, in the unit of the score.

    Attributes:
        deletion: while places are hidden in its order.
        insertion: while they are shown in its order.
        random: while they are hidden in a random order; shown in its reverse, a random order too, it is the same.
    """

    deletion: float
    insertion: float
    random: float


def areas(
    maps: Float64[np.ndarray, "maps places"], score_of: Scores, steps: int, chance: np.random.Generator
) -> tuple[MapAreas, ...]:
    """Measures maps of one picture.

    Args:
        maps: (maps, places) what each place adds.
        score_of: scores the picture with some places shown alone; asked once.
        steps: in how many steps places are hidden, at most as many as there are.
        chance: draws the random orders.

    Returns:
        One for each map.
    """
    places = maps.shape[1]
    cuts = np.round(np.linspace(0, places, steps + 1)).astype(int)
    orders = [np.argsort(-row, kind="stable") for row in maps]
    chosen = [*orders, *(order[::-1] for order in orders)]
    chosen += [chance.permutation(places) for _ in range(RANDOM_ORDERS)]
    shown = np.concatenate([_hidden_along(order, cuts[1:-1]) for order in chosen])
    ends = np.array([[True] * places, [False] * places])
    scores = np.asarray(score_of(np.concatenate([ends, shown])), dtype=np.float64)
    return tuple(_areas(row, number, len(maps), cuts) for number, row in enumerate(scores))


def estimates(found: Sequence[MapAreas], groups: Sequence[Hashable], seed: int = 0) -> Mapping[str, Estimate]:
    """Returns the mean areas over pictures, and how far the map's lie from the random order's, with 95 % intervals.

    Args:
        found: one for each picture.
        groups: of each picture; pictures of one group are drawn together.
        seed: of the bootstrap.
    """
    rows = {
        "deletion": [each.deletion for each in found],
        "insertion": [each.insertion for each in found],
        "random_order": [each.random for each in found],
        "deletion_less_random": [each.deletion - each.random for each in found],
        "insertion_less_random": [each.insertion - each.random for each in found],
    }
    return {name: bootstrap(values, groups, seed) for name, values in rows.items()}


def _hidden_along(order: Int[np.ndarray, " places"], cuts: Int[np.ndarray, " steps"]) -> Shown:
    shown = np.ones((len(cuts), len(order)), dtype=bool)
    for row, cut in zip(shown, cuts, strict=True):
        row[order[:cut]] = False
    return shown


def _areas(
    scores: Float64[np.ndarray, " pictures"], number: int, maps: int, cuts: Int[np.ndarray, " steps"]
) -> MapAreas:
    (whole, bare), inner = scores[:2], scores[2:].reshape(-1, len(cuts) - 2)

    def area(row: Float64[np.ndarray, " steps"]) -> float:
        curve = np.concatenate([[whole], row, [bare]])
        return float(np.trapezoid(curve, cuts) / cuts[-1])

    # Hiding in the reverse order, read backwards, is showing in the order of the map.
    of_random = [area(row) for row in inner[2 * maps :]]
    return MapAreas(area(inner[number]), area(inner[maps + number]), float(np.mean(of_random)))

"""What is said of maps over places: how faithful they are, as it was measured."""

from __future__ import annotations

from collections.abc import Mapping

from core.datasets.map_figures import MapFigures
from core.metrics import Estimate
from demo.html import signed

WORTH = (
    "Measured on {n} held-out pictures ({data}): hiding places in the order of such a map {hides} in random order "
    "(mean score {deletion} against {random}, difference {less} ({low} to {high})); showing them {shows} "
    "({insertion} against {random})."
)
HIDES = (
    "lowers the score faster than",
    "lowers the score about as fast as",
    "lowers the score more slowly than",
)
SHOWS = ("raises it faster", "raises it about as fast", "raises it more slowly")


def worth(figures: MapFigures) -> Mapping[str, str]:
    """Returns kind of map -> how faithful it is, one plain sentence.

    Args:
        figures: what was measured of the maps of a task.
    """
    return {kind: _sentence(rows, figures.data) for kind, rows in figures.kinds.items()}


def _sentence(rows: Mapping[str, Estimate], data: str) -> str:
    deletion, insertion = rows["deletion_less_random"], rows["insertion_less_random"]
    less, low, high = (signed(number, 3) for number in deletion[:3])
    values = {name: signed(rows[name].value, 3) for name in ("deletion", "insertion")}
    return WORTH.format(
        n=deletion.n, data=data, hides=HIDES[_way(deletion)], shows=SHOWS[2 - _way(insertion)],
        random=signed(rows["random_order"].value, 3), less=less, low=low, high=high, **values,
    )  # fmt: skip


def _way(difference: Estimate) -> int:
    """Returns 0 for a difference that is surely below 0, 2 for one that is surely above, 1 for neither."""
    return 0 if difference.high < 0 else 2 if difference.low > 0 else 1

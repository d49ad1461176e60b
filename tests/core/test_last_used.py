"""What encoders computed last is remembered: the same view or sentence runs a tower once, and memory is bounded."""

from __future__ import annotations

import numpy as np

from core.encoders.runtimes import ImageTower, TextTower, TowerMaps
from core.last_used import LastUsed


class CountedImages(ImageTower):
    """Counts the passes of a tower, and how many squares each of them sees."""

    def __init__(self, tower: ImageTower) -> None:
        self._tower, self.passes = tower, list[int]()

    def pooled(self, pixels: np.ndarray) -> np.ndarray:
        self.passes.append(len(pixels))
        return self._tower.pooled(pixels)

    def maps(self, pixels: np.ndarray) -> TowerMaps:
        self.passes.append(len(pixels))
        return self._tower.maps(pixels)


class CountedTexts(TextTower):
    """Counts the passes of a tower, and how many texts each of them reads."""

    def __init__(self, tower: TextTower) -> None:
        self._tower, self.passes = tower, list[int]()

    def states(self, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        self.passes.append(len(ids))
        return self._tower.states(ids, mask)


def test_the_values_asked_for_longest_ago_go_first() -> None:
    memory = LastUsed[np.ndarray](3 * 8, lambda row: row.nbytes)
    rows = {name: np.array([float(number)]) for number, name in enumerate("abc")}
    memory.add(rows)
    assert list(memory.among("ax")) == ["a"]
    memory.add({"d": np.array([3.0])})
    assert sorted(memory.among("abcd")) == ["a", "c", "d"]
    memory.add({"large": np.zeros(4)})
    assert memory.among(("large", *"abcd")) == {}
    memory.add(rows)
    memory.add(rows)
    assert sorted(memory.among("abc")) == ["a", "b", "c"]

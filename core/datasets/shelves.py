"""Shelves: pictures of one kind in a joint space, and the changes between them that a composed query may ask for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from jaxtyping import Bool, Float32, Int

from core.datasets.changes import PUBLISHED_SHARES, Catalogue, Change
from core.datasets.colour_changes import PUBLISHED_FORM, ColourChanges
from core.datasets.photo_changes import KEPT, concept_changes, edits
from core.datasets.phrases import PHRASES, Phrases
from core.datasets.split import kept_back

CONCEPT_SHARE = 0.15
"""Of the queries about photos that train; one half of the others keeps a part of the target in the reference."""


@dataclass(frozen=True, slots=True, eq=False)
class Shelf(ABC):
    """Pictures of one kind in the joint space.

    Attributes:
        name: of the kind.
        rows: unit embeddings.
        groups: the group of each picture; one stands on one side of every split.
        digests: SHA-256 of each picture's file.
        paths: each picture's file.
        about: what is known of each picture.
    """

    name: str
    rows: Float32[np.ndarray, "n d"]
    groups: tuple[str, ...]
    digests: tuple[str, ...]
    paths: tuple[Path, ...]
    about: tuple[Any, ...]

    def part(self, chosen: Bool[np.ndarray, " n"]) -> Self:
        """Returns the pictures that are chosen."""
        places = np.flatnonzero(chosen).tolist()
        columns: dict[str, Any] = {
            name: tuple(getattr(self, name)[row] for row in places)
            for name in ("groups", "digests", "paths", "about")
        }
        return replace(self, rows=self.rows[places], **columns)

    @property
    def split(self) -> Int[np.ndarray, " n"]:
        """2 for pictures of kept-back groups, 1 for validation (an eighth of the rest), 0 for the others."""
        sides = (2 if kept_back(group) else kept_back(f"validation of {group}") for group in self.groups)
        return np.array([int(side) for side in sides])

    @abstractmethod
    def lessons(self, count: int, random: np.random.Generator) -> list[Change]:
        """Returns changes to learn from."""

    @abstractmethod
    def asked(self, count: int, random: np.random.Generator, phrases: Phrases = PHRASES) -> list[Change]:
        """Returns changes to be measured with, as the pack's own triplets ask for them where it has some."""

    def asked_of_part(
        self, chosen: Bool[np.ndarray, " n"], count: int, random: np.random.Generator
    ) -> list[Change]:
        """Returns changes between pictures that are chosen, to be answered among all."""
        place = np.flatnonzero(chosen).tolist()
        return [
            replace(
                change,
                reference=place[change.reference],
                targets=tuple(place[row] for row in change.targets),
                ignored=tuple(place[row] for row in change.ignored),
            )
            for change in self.part(chosen).asked(count, random)
        ]


class AttributeShelf(Shelf):
    """A catalogue whose products are alike when their attributes are."""

    def lessons(self, count: int, random: np.random.Generator) -> list[Change]:
        return self._catalogue(PHRASES).draw(count, random)

    def asked(self, count: int, random: np.random.Generator, phrases: Phrases = PHRASES) -> list[Change]:
        return self._catalogue(phrases).draw(count, random, PUBLISHED_SHARES)

    def asked_of_part(
        self, chosen: Bool[np.ndarray, " n"], count: int, random: np.random.Generator
    ) -> list[Change]:
        """Returns changes of products that are chosen; whatever has the wanted attributes is right, chosen or not."""
        changes = self.asked(2 * count * len(chosen) // max(1, int(chosen.sum())), random)
        return [change for change in changes if chosen[change.reference]][:count]

    def _catalogue(self, phrases: Phrases) -> Catalogue:
        return Catalogue(self.about, self.groups, phrases)


class ColourShelf(Shelf):
    """A catalogue that shows the same garment in several colours."""

    def lessons(self, count: int, random: np.random.Generator) -> list[Change]:
        return ColourChanges(self.about, self.digests).draw(count, random)

    def asked(self, count: int, random: np.random.Generator, phrases: Phrases = PHRASES) -> list[Change]:
        changes = ColourChanges(self.about, self.digests, PUBLISHED_FORM).all(random)
        chosen = np.sort(random.permutation(len(changes))[:count])
        return [changes[row] for row in chosen]


class PhotoShelf(Shelf):
    """Photos with captions; what is known of each is what people wrote."""

    def lessons(self, count: int, random: np.random.Generator) -> list[Change]:
        likeness, concepts = self.rows @ self.rows.T, int(count * CONCEPT_SHARE)
        things = concept_changes(self.about, likeness, concepts, random)
        plain = edits(self.about, likeness, (count - len(things)) // 2, random)
        # The same texts again, so that each is encoded once.
        return [*things, *plain, *mostly_kept(plain, random)]

    def asked(self, count: int, random: np.random.Generator, phrases: Phrases = PHRASES) -> list[Change]:
        return edits(self.about, self.rows @ self.rows.T, count, random)


def mostly_kept(changes: Sequence[Change], random: np.random.Generator) -> list[Change]:
    """Returns the changes with a reference that keeps a part of the target."""
    shares = random.uniform(*KEPT, size=len(changes)).tolist()
    return [replace(change, kept=share) for change, share in zip(changes, shares, strict=True)]

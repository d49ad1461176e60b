"""The pictures that a ranking is about: their names, which are copies of which, and the evidence that holds them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.contracts import SearchableGallery
from core.tasks.headline import Fit, fits_from_json, fits_to_json
from core.tasks.promise import Finding, finding_from_json

ItemName = tuple[str, str]
Copies = Mapping[int, tuple[int, ...]]
"""Row -> the later rows with the same bytes."""


def item_names(gallery: SearchableGallery) -> tuple[ItemName, ...]:
    """Returns (id, file) of every picture of a gallery."""
    return tuple((item.id, item.file) for item in gallery.items)


def item_titles(gallery: SearchableGallery) -> tuple[str, ...]:
    """Returns what people call each picture of a gallery, "" where the gallery does not say."""
    return tuple(str(getattr(item, "title", "") or "") for item in gallery.items)


def item_captions(gallery: SearchableGallery) -> tuple[str, ...]:
    """Returns the captioner's sentence about each picture of a gallery, "" where the gallery has none."""
    return tuple(str(getattr(item, "caption", "") or "") for item in gallery.items)


def item_copies(gallery: SearchableGallery) -> Copies:
    """Returns row -> the later rows with the same bytes, for those pictures of a gallery that have copies."""
    rows: dict[str, list[int]] = {}
    for row, item in enumerate(gallery.items):
        rows.setdefault(str(getattr(item, "digest", "") or f"#{row}"), []).append(row)
    return {first: tuple(later) for first, *later in rows.values() if later}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RankedEvidence:
    """What the evidence of both retrieval tasks holds.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        items: (id, file) of every gallery picture.
        titles: (n,) what people call them; empty when nobody has said.
        copies: row -> the later rows with the same bytes.
        fits: kind of evidence -> how well its best candidate fits; those that were measured for these models.
        finding: whether something answers at all; None where that was not calibrated.
        memory: what instruments keep from one answer to the next, see `core.instruments.Blended.once`.
    """

    profile: str
    models: dict[str, str]
    items: tuple[ItemName, ...]
    titles: tuple[str, ...] = ()
    copies: Copies = field(default_factory=dict)
    fits: Mapping[str, Fit] = field(default_factory=dict)
    finding: Finding | None = None
    memory: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def repeats(self) -> tuple[int, ...]:
        """The rows that only repeat an earlier picture; a ranking shows each picture once."""
        return tuple(row for later in self.copies.values() for row in later)

    @property
    def hidden(self) -> tuple[int, ...]:
        """The rows that are no part of the ranking."""
        return self.repeats

    @property
    def names(self) -> Sequence[str]:
        """What a reading calls each picture: its title, or its file."""
        return self.titles or [file for _, file in self.items]

    def to_json(self) -> dict[str, Any]:
        """Returns these fields as plain JSON values, without loss; copies as lists, the first row in front."""
        return {
            "profile": self.profile,
            "models": dict(self.models),
            "items": [list(item) for item in self.items],
            "titles": list(self.titles),
            "copies": [[row, *later] for row, later in self.copies.items()],
            "fits": fits_to_json(self.fits),
            "finding": None if self.finding is None else self.finding.to_json(),
        }


def fields_from_json(value: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the fields that `RankedEvidence.to_json` wrote; older evidence has no titles, copies or fits."""
    return {
        "profile": value["profile"],
        "models": dict(value["models"]),
        "items": tuple((str(name), str(file)) for name, file in value["items"]),
        "titles": tuple(str(title) for title in value.get("titles") or ()),
        "copies": {int(row): tuple(map(int, later)) for row, *later in value.get("copies") or ()},
        "fits": fits_from_json(value.get("fits")),
        "finding": finding_from_json(value.get("finding")),
    }

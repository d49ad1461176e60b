"""The pictures that a ranking is about: their names, which are copies of which, and the evidence that holds them.

One rule for numbers: evidence, rankings and instruments count candidates, from 0, in the order of their rows; what
leaves a ranking (`Hit.index`), and what the page and programs name, is the row in the gallery. They are the same where
the whole gallery was looked at. `RankedEvidence.row_of` and `candidate_of` translate, and nothing else does.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.contracts import GalleryItem, SearchableGallery, SomeRows
from core.errors import ArtifactError, InputError
from core.tasks.headline import Fit, fits_from_json, fits_to_json
from core.tasks.promise import Finding, finding_from_json
from core.tasks.windows import Searched, Window, window_from_json

ItemName = tuple[str, str]
Copies = Mapping[int, tuple[int, ...]]
"""Candidate -> the later ones with the same bytes."""
NOT_FETCHED = (
    "This picture is not among the {count:,} that were compared for this question; choose one of those "
    "that are shown."
)

DOUBLED = (
    "The gallery lists two pictures by the same id, so that neither can be named; index its pictures again."
)


def item_names(items: Sequence[GalleryItem]) -> tuple[ItemName, ...]:
    """Returns (id, file) of every picture."""
    return tuple((item.id, item.file) for item in items)


def item_titles(items: Sequence[GalleryItem]) -> tuple[str, ...]:
    """Returns what people call each picture, "" where the gallery does not say."""
    return tuple(str(getattr(item, "title", "") or "") for item in items)


def item_caption(item: GalleryItem) -> str:
    """Returns the captioner's sentence about a picture, "" where the gallery has none."""
    return str(getattr(item, "caption", "") or "")


def item_copies(items: Sequence[GalleryItem]) -> Copies:
    """Returns place -> the later ones with the same bytes, for those pictures that have copies among these."""
    rows: dict[str, list[int]] = {}
    for row, item in enumerate(items):
        rows.setdefault(str(getattr(item, "digest", "") or f"#{row}"), []).append(row)
    return {first: tuple(later) for first, *later in rows.values() if later}


class Looks:
    """What is known of the pictures of one gallery by name: read once of a small gallery, else of a window alone.

    Args:
        gallery: the pictures.
        whole: whether it is looked at whole.
    """

    def __init__(self, gallery: SearchableGallery, *, whole: bool) -> None:
        self._items = gallery.items
        self._known = _names_of(gallery.items) if whole else None

    def of(self, window: Window | None) -> dict[str, Any]:
        """Returns the fields of evidence that name its candidates.

        Args:
            window: the rows that were fetched, None for all.

        Raises:
            ArtifactError: two of them have the same id, which no segment of a gallery knows of another.
        """
        if window is None:
            return self._known or _names_of(self._items)
        # One by one: the items of a large gallery are read from the disk as they are needed.
        return _names_of([self._items[row] for row in window.rows.tolist()]) | {"window": window}


def _names_of(items: Sequence[GalleryItem]) -> dict[str, Any]:
    if len({item.id for item in items}) != len(items):
        raise ArtifactError(DOUBLED)
    return {"items": item_names(items), "titles": item_titles(items), "copies": item_copies(items)}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RankedEvidence:
    """What the evidence of both retrieval tasks holds.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        items: (id, file) of every candidate: all pictures of the gallery, or those of the window.
        titles: (n,) what people call them; empty when nobody has said.
        copies: row -> the later rows with the same bytes.
        fits: kind of evidence -> how well its best candidate fits; those that were measured for these models.
        finding: whether something answers at all; None where that was not calibrated.
        window: the rows that were fetched; None where the whole gallery was looked at.
        memory: what instruments keep from one answer to the next, see `core.instruments.Blended.once`.
    """

    profile: str
    models: dict[str, str]
    items: tuple[ItemName, ...]
    titles: tuple[str, ...] = ()
    copies: Copies = field(default_factory=dict)
    fits: Mapping[str, Fit] = field(default_factory=dict)
    finding: Finding | None = None
    window: Window | None = None
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
    def searched(self) -> Searched:
        """How much of the gallery this is about."""
        count, window = len(self.items), self.window
        return (
            Searched(count, count, True)
            if window is None
            else Searched(count, window.of, False, window.recall, window.recall_note, window.unindexed)
        )

    @property
    def asked(self) -> Mapping[str, Any]:
        """What asked for the window, with which more can be fetched; nothing where nothing is known, or needed."""
        return {} if self.window is None else self.window.asked

    def suffices(self, weights: Sequence[float]) -> bool:
        """Tells whether this holds what such weights find: where more can be fetched, mixes of the grid's signs alone.

        Args:
            weights: as they were given; a sum below 0 turns them all round.
        """
        return not self.asked or not min(weights) < 0 < max(weights)

    @property
    def fetched(self) -> SomeRows | None:
        """The rows of the gallery that were fetched, None where the whole was looked at."""
        return None if self.window is None else self.window.rows

    def row_of(self, candidate: int) -> int:
        """Returns where a candidate stands in the gallery."""
        return candidate if self.window is None else int(self.window.rows[candidate])

    def candidate_of(self, row: int) -> int:
        """Returns which candidate a row of the gallery is.

        Raises:
            InputError: it is none.
        """
        found = row if self.window is None else self.window.candidate_of(row)
        if found is None or not 0 <= found < len(self.items):
            raise InputError(NOT_FETCHED.format(count=len(self.items)))
        return found

    def candidate_called(self, item: object) -> int | None:
        """Returns which candidate has an id, the first of them; None for none."""
        return next((number for number, (name, _) in enumerate(self.items) if name == item), None)

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
        } | ({} if self.window is None else {"window": self.window.to_json()})


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
        "window": window_from_json(value.get("window")),
    }

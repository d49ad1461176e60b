"""Which rows of a gallery answer a question: all of a small one, else a window that is fetched for the question.

A window holds what a grid of mixes over all kinds of evidence ranks best, and more of what the start weights do. Every
row of it is scored as in a small gallery (see docs/decisions/052-windows-of-a-large-gallery.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Float32

from core.contracts import Proposer, SearchableGallery, SomeRows
from core.errors import ArtifactError
from core.settings import SEARCHED_EXACTLY

WHOLE = SEARCHED_EXACTLY
"""Pictures up to which a gallery is looked at whole, where that is sure to find the best."""
SAID_FROM = 20_000
"""Pictures above which an answer says how it was searched, even where that was exact."""
STEPS = 4
"""The grid of mixes has steps of 1/4: 15 mixes of three kinds."""
AT_WEIGHTS, ON_GRID = 2_000, 13_500
"""Rows that are fetched for each choice of weights that is named, and for the whole grid."""
MOST = 20_000
"""Rows of a window at most; so much evidence a browser takes."""
QUESTIONS = "such questions"
NO_INDEX = (
    " The gallery has no index for {asked}, so all its rows were looked at to fetch these, which takes longer; "
    "\u201cpython -m core index PICTURES --out GALLERY --ann\u201d adds it."
)
LEAST_LENGTH = 1e-3
"""A mix that is shorter has no direction, and nothing is fetched for it."""
NOT_OF_IT = (
    "What finds pictures in this gallery names some that it does not have, for it was made for another one; index the "
    "gallery again."
)


@dataclass(frozen=True, slots=True)
class Searched:
    """How much of a gallery an answer is about.

    Attributes:
        rows: how many pictures were compared.
        of: how many the gallery has.
        exact: whether these are all, so that nothing better can be elsewhere.
        recall: share of an exact search's 12 best that the search for them finds, as measured for this gallery; None
            where nobody measured.
        recall_note: what must be said beside that, "" for nothing.
        unindexed: what asked, in words, where the gallery has no index for that; "" where it has, or needs none.
    """

    rows: int
    of: int
    exact: bool
    recall: float | None = None
    recall_note: str = ""
    unindexed: str = ""

    @property
    def label(self) -> str:
        """Says it as shortly as an instrument can, "" for a small gallery that was searched whole."""
        if not self.exact:
            return f"over {self.rows:,} fetched"
        return "exact" if self.of > SAID_FROM else ""

    @property
    def sentence(self) -> str:
        """Says it in a sentence, likewise; in another one what makes it faster."""
        if not self.exact:
            found = "" if self.recall is None else f"{self.recall:.1%} of the 12 best are found"
            known = ", ".join(filter(None, (found, self.recall_note)))
            measured = f" ({known})" if known else ""
            return (
                f"Searched: over {self.rows:,} fetched of {self.of:,}; a better one may lie among the others"
                f"{measured}.{NO_INDEX.format(asked=self.unindexed) if self.unindexed else ''}"
            )
        return f"Searched: exact, all {self.of:,} compared." if self.label else ""

    def to_json(self) -> dict[str, dict[str, float | bool | str | None]]:
        """Returns what an answer says of it as JSON; nothing where there is nothing to say."""
        if not self.label:
            return {}
        note = {"recall_note": self.recall_note} if self.recall_note else {}
        said = {"rows": self.rows, "of": self.of, "exact": self.exact, "recall": self.recall}
        return {"searched": said | note}


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The rows of a gallery that were fetched for a question; candidate i of its evidence is `rows[i]`.

    Attributes:
        rows: ascending.
        of: how many the gallery has.
        asked: what asked, as the task mixes it, to fetch more with; empty where evidence was read from a file.
        recall: of what proposed the rows, see `Searched`.
        recall_note: likewise.
        unindexed: likewise.
    """

    rows: SomeRows
    of: int
    asked: Mapping[str, Any] = field(default_factory=dict, repr=False)
    recall: float | None = None
    recall_note: str = ""
    unindexed: str = ""

    def candidate_of(self, row: int) -> int | None:
        """Returns which candidate a row of the gallery is, None for one that was not fetched."""
        place = int(np.searchsorted(self.rows, row))
        return place if place < len(self.rows) and self.rows[place] == row else None

    def candidates_of(self, rows: Sequence[int]) -> tuple[int, ...]:
        """Returns which candidates some rows are, of those that were fetched."""
        return tuple(found for row in rows if (found := self.candidate_of(row)) is not None)

    def to_json(self) -> dict[str, Any]:
        """Returns the rows as plain JSON values; what asked is not kept."""
        words = {"recall_note": self.recall_note, "unindexed": self.unindexed}
        said = {name: text for name, text in words.items() if text}
        return {"rows": self.rows.tolist(), "of": self.of, "recall": self.recall, **said}


def window_from_json(value: Mapping[str, Any] | None) -> Window | None:
    """Returns what `Window.to_json` wrote; None for None, as of evidence of a whole gallery."""
    if value is None:
        return None
    rows = np.array(value["rows"], dtype=np.int64)
    note, said = (str(value.get(name, "")) for name in ("recall_note", "unindexed"))
    return Window(rows, int(value["of"]), recall=value.get("recall"), recall_note=note, unindexed=said)


def recall_of(proposer: Proposer) -> float | None:
    """Returns the share of an exact search's 12 best that a proposer finds, None where nobody measured it."""
    return getattr(proposer, "recall", None)


def note_of(proposer: Proposer) -> str:
    """Returns what must be said beside the recall of a proposer, "" for nothing."""
    return str(getattr(proposer, "recall_note", ""))


def seen_whole(gallery: SearchableGallery, proposer: Proposer) -> bool:
    """Tells whether a gallery is looked at whole: small, and its rows at hand.

    Args:
        gallery: what is searched.
        proposer: of the same.
    """
    return proposer.exact and len(gallery.items) <= WHOLE


def fetched(
    gallery: SearchableGallery,
    proposer: Proposer,
    grid: Float32[np.ndarray, "m d"],
    named: Float32[np.ndarray, "w d"],
) -> SomeRows:
    """Returns the rows that a question needs: those of a grid of mixes, and more of the mixes that are named.

    Args:
        gallery: what is searched.
        proposer: of the same.
        grid: what asks for each mix of the grid.
        named: what asks at the weights that matter most, at most two of them.

    Raises:
        ArtifactError: what is proposed are no rows of this gallery.
    """
    of_grid = proposed(gallery, proposer, grid, max(ON_GRID // len(grid), 1))
    return np.union1d(of_grid, proposed(gallery, proposer, named, AT_WEIGHTS))


def enlarged(
    gallery: SearchableGallery, proposer: Proposer, window: Window, queries: Float32[np.ndarray, "m d"]
) -> Window | None:
    """Returns a window with the best rows of further queries; None where that brings none, or too many.

    Args:
        gallery: what is searched.
        proposer: of the same.
        window: that is enlarged.
        queries: what asks, once a pooling or the like.
    """
    rows = np.union1d(window.rows, proposed(gallery, proposer, queries, AT_WEIGHTS // len(queries)))
    if not len(window.rows) < len(rows) <= MOST:
        return None
    return replace(window, rows=rows)


def proposed(
    gallery: SearchableGallery, proposer: Proposer, queries: Float32[np.ndarray, "m d"], count: int
) -> SomeRows:
    """Returns the best rows of some queries, after checking that the gallery has them; errors as of `fetched`."""
    asked = queries[np.linalg.norm(queries, axis=1) > LEAST_LENGTH]
    if not len(asked):
        return np.zeros(0, dtype=np.int64)
    rows = proposer.propose(asked, count)
    # A file of an index that is older than the gallery would put other pictures in the place of those it found.
    if len(rows) and not 0 <= int(rows[0]) <= int(rows[-1]) < len(gallery.items):
        raise ArtifactError(NOT_OF_IT)
    return rows

"""Which pictures come first at some mix of the weights, and where: the polygons of the triangle, or parts of a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.instruments import Blended, Reading
from core.instruments.envelope import Cell, cells, stretches
from core.plurals import counted

MOST_CANDIDATES = 20_000
"""Beyond so many the answer would wait for it."""


@dataclass(frozen=True, slots=True)
class Territory:
    """Where a candidate comes first.

    Attributes:
        index: the candidate.
        share: of all mixes, in (0, 1].
        corners: of the polygon, or the ends of the stretch: each the weights of all kinds of evidence there.
    """

    index: int
    share: float
    corners: tuple[tuple[float, ...], ...]


def atlas_of(blended: Blended) -> tuple[Territory, ...]:
    """Returns where each candidate comes first that does so anywhere, the largest territory first.

    Of copies one is in the ranking. Dividing all scores by a length moves no border.

    Args:
        blended: two or three kinds of evidence.
    """

    def compute() -> tuple[Territory, ...]:
        parts = blended.ranked
        if not np.isfinite(parts).any():
            return ()
        return _triangle(cells(parts)) if len(parts) == 3 else _line(parts)

    return blended.once("winner_atlas", compute)


def _triangle(found: list[Cell]) -> tuple[Territory, ...]:
    return tuple(Territory(cell.index, cell.share, cell.corners) for cell in found)


def _line(parts: np.ndarray) -> tuple[Territory, ...]:
    # From the second kind alone to the first kind alone, so that a place is the first one's weight.
    pieces = [
        Territory(part.index, part.end - part.start, tuple((end, 1 - end) for end in (part.start, part.end)))
        for part in stretches(parts[1], parts[0])
    ]
    return tuple(sorted(pieces, key=lambda piece: -piece.share))


def alone_of(blended: Blended) -> tuple[Territory, ...]:
    """Returns, for each kind of evidence, the territory of the candidate that it alone puts first.

    Args:
        blended: two or three kinds of evidence, with a candidate that is ranked.
    """
    territories = {territory.index: territory for territory in atlas_of(blended)}
    chosen = []
    for row in blended.ranked:
        level = np.flatnonzero(row == row.max()).tolist()
        # Of candidates that are level by one kind, the one that a little of the others puts first.
        owners = [territories.get(index, Territory(index, 0.0, ())) for index in level]
        chosen.append(max(owners, key=lambda owner: owner.share))
    return tuple(chosen)


def audit(blended: Blended) -> str:
    """Says how far one kind of evidence alone explains the first answer; "" where nothing is ranked.

    Args:
        blended: two or three kinds of evidence.
    """
    if not atlas_of(blended):
        return ""
    alone, names = alone_of(blended), blended.names
    if len({owner.index for owner in alone}) == 1:
        always = names[alone[0].index]
        return f"Each kind of evidence alone puts \u201c{always}\u201d first, and so does every mix of them."
    clauses = [
        f"the {kind}{'' if kind.endswith('together') else ' alone'}{'' if place else ' puts'} "
        f"\u201c{names[owner.index]}\u201d{'' if place else ' first'} "
        f"({owner.share:.0%}{'' if place else ' of all mixes'})"
        for place, (kind, owner) in enumerate(zip(blended.kinds, alone, strict=True))
    ]
    rest = 1 - sum({owner.index: owner.share for owner in alone}.values())
    sentence = ", ".join(clauses)
    others = f"; the other {rest:.0%} go to some that no kind alone puts first" if rest >= 0.005 else ""
    return f"{sentence[:1].upper()}{sentence[1:]}{others}."


def read(blended: Blended) -> Reading | None:
    """Returns who comes first over how much of all mixes; None for fewer than two candidates, for another number of
    kinds than two or three, and for a gallery that is too large for an answer to wait for it."""
    count = blended.parts.shape[1]
    if len(blended.parts) not in (2, 3) or not 2 <= count <= MOST_CANDIDATES:
        return None
    territories = atlas_of(blended)
    if not territories:
        return None
    outside = min(blended.weights) < 0
    first, names = territories[0], blended.names
    if len(territories) == 1:
        sentence = f"{names[first.index]} comes first at every mix of the weights."
    else:
        sentence = (
            f"{counted(len(territories), 'candidate')} come first at some mix of the weights; "
            f"{names[first.index]} does at {first.share:.0%} of all mixes."
        )
    if outside:
        sentence += " The weights in use lie outside: one of them is below 0."
    alone = {kind: _plain(owner, names) for kind, owner in zip(blended.kinds, alone_of(blended), strict=True)}
    figures = {"outside": outside, "territories": [_plain(part, names) for part in territories]}
    return Reading(sentence, figures | {"alone": {kind: owner["candidate"] for kind, owner in alone.items()}})


def _plain(territory: Territory, names: Any) -> dict[str, Any]:
    corners = [list(corner) for corner in territory.corners]
    return {"candidate": names[territory.index], "share": territory.share, "corners": corners}

"""The gallery as a map: similar pictures near each other, the first answers with their ranks, the question drawn in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import UInt8

from core.figures.drawable import EVIDENCE, Drawable, ended, number_text
from core.figures.fields import FigureFields
from core.figures.look import FigureLook
from core.figures.sheet import Sheet, measured

MOST_PLACES, MOST_PICTURES, MOST_THREADS, MOST_POINTS = 20_000, 100, 3, 400
SIDE = {"column": 0.26, "two-columns": 0.38, "slide": 0.8}
"""Of a picture, in inches."""
Place = tuple[float, float, float, float]
"""Left, top, right and bottom, in inches."""


@dataclass(frozen=True, slots=True, eq=False)
class MapPicture:
    """A picture of the map.

    Attributes:
        title: its name.
        rank: in the answer, 0 where it is shown for orientation.
        place: (x, y) on the map, both in [-1, 1], y downwards.
        picture: a small copy.
    """

    title: str
    rank: int
    place: tuple[float, ...]
    picture: UInt8[np.ndarray, "height width 3"] | None


@dataclass(frozen=True, slots=True)
class MapThread:
    """The way from one kind of evidence alone to the mix.

    Attributes:
        kind: of the evidence.
        label: what it is called.
        points: (x, y) of each step, the evidence alone first.
    """

    kind: str
    label: str
    points: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class GalleryMapFigure(Drawable):
    """A map.

    Attributes:
        sentence: what it shows.
        note: how it was made, and how well it keeps neighbours.
        places: (x, y) of every picture.
        pictures: those that are shown, the first answers first.
        threads: from each kind of evidence to the mix.
        here: (x, y) of the mix, None where no question lies on the map.
    """

    sentence: str
    note: str
    places: tuple[tuple[float, ...], ...]
    pictures: tuple[MapPicture, ...]
    threads: tuple[MapThread, ...]
    here: tuple[float, ...] | None

    @classmethod
    def read(cls, fields: FigureFields) -> GalleryMapFigure:
        """Returns the evidence; arguments and errors as for `Drawable`."""
        pictures = tuple(
            MapPicture(
                row.text("title", limit=300), row.whole("rank", default=0),
                row.numbers("place", 2, least=2, low=-2.0, high=2.0), row.picture("picture"),
            )
            for row in fields.rows("pictures", MOST_PICTURES)
        )  # fmt: skip
        threads = tuple(
            MapThread(
                row.choice("kind", EVIDENCE), row.text("label", limit=60),
                row.lists("points", 2, MOST_POINTS, least=1),
            )
            for row in fields.rows("threads", MOST_THREADS)
        )  # fmt: skip
        return cls(
            sentence=fields.text("sentence", ""),
            note=fields.text("note", ""),
            places=fields.lists("places", 2, MOST_PLACES, least=1),
            pictures=pictures,
            threads=threads,
            here=fields.numbers("here", 2, least=2, low=-2.0, high=2.0) if fields.has("here") else None,
        )

    def draw(self, look: FigureLook) -> Any:
        """Returns the map."""
        size = SIDE[look.size]
        flat = {"column": 0.95, "two-columns": 0.62, "slide": 1.0}[look.size]
        sheet = Sheet(look, look.width * flat, self.sentence)
        edge = 0.75 * size
        points = np.array(self.places)
        low, high = points.min(axis=0), points.max(axis=0)
        span = np.maximum(high - low, 1e-9)
        left, top = sheet.left + edge, sheet.top + edge
        room = np.array([sheet.right - left - edge, sheet.bottom - top - edge])

        def on_sheet(place: tuple[float, ...]) -> tuple[float, float]:
            x, y = (np.array([left, top]) + (np.array(place) - low) / span * room).tolist()
            return x, y

        for place in self.places:
            x, y = on_sheet(place)
            sheet.box(x - 0.04 * size, y - 0.04 * size, 0.08 * size, 0.08 * size, face="muted", order=1)
        self._pictures(sheet, on_sheet, size)
        self._question(sheet, on_sheet)
        return sheet.figure

    def rows(self) -> list[dict[str, object]]:
        """Returns a row a picture that is shown."""
        return [
            {"rank": each.rank or "", "title": each.title, "x": each.place[0], "y": each.place[1]}
            for each in self.pictures
        ]

    def caption(self) -> str:
        """Returns what lies where."""
        first = ", ".join(
            f"{each.rank} \u201c{each.title}\u201d" for each in self.pictures if 0 < each.rank <= 3
        )
        said = [
            ended(self.sentence),
            f"The {len(self.places):,} pictures of the gallery as a map, on which similar ones lie near each other.",
            self.note,
            f"Numbers are ranks: {first}." if first else "",
        ]
        if self.here is not None and self.threads:
            ends = ", ".join(
                f"{thread.label} ({number_text(thread.points[0][0])}, {number_text(thread.points[0][1])})"
                for thread in self.threads
            )
            said.append(
                f"A thread leads from each kind of evidence alone to the mix: {ends}; the mix lies at "
                f"({number_text(self.here[0])}, {number_text(self.here[1])})."
            )
        return " ".join(filter(None, said))

    def _pictures(self, sheet: Sheet, on_sheet: Any, size: float) -> None:
        """Draws the first answers, the better ones on top, then others where there is room."""
        taken: list[tuple[float, float]] = []
        for each in sorted(self.pictures, key=lambda each: each.rank or 10**9):
            x, y = on_sheet(each.place)
            if any(abs(x - other) < size * 0.98 and abs(y - down) < size * 0.98 for other, down in taken):
                continue
            taken.append((x, y))
            long = size * (1.35 if each.rank == 1 else 1.0)
            left, top, wide, tall = sheet.picture(
                each.picture, x - long / 2, y - long / 2, long, long, order=2.5
            )
            sheet.box(
                left,
                top,
                wide,
                tall,
                edge="ink" if each.rank else "line",
                line=1.6 if each.rank else 0.6,
                order=3,
            )
            if each.rank:
                sheet.badge(str(each.rank), left, top, sheet.look.small * (0.8 if sheet.look.slide else 0.9))

    def _question(self, sheet: Sheet, on_sheet: Any) -> None:
        em = sheet.look.em
        if self.here is None:
            return
        ends = [(on_sheet(self.here), "the mix")]
        for thread in self.threads:
            points = [on_sheet(point) for point in thread.points]
            if len(points) > 1:
                sheet.line(points, colour="ground", line=4.4, order=5.2)
                sheet.line(points, colour=thread.kind, line=2.6, order=5.4)
            sheet.dot(points[0][0], points[0][1], 0.5 * em, face=thread.kind, order=5.6)
            ends.append((points[0], thread.label))
        x, y = ends[0][0]
        sheet.dot(x, y, 0.6 * em, face="ground", edge="ink", line=2.4, order=5.8)
        sheet.dot(x, y, 0.22 * em, face="ink", order=5.9)
        _name_ends(sheet, ends)


def _name_ends(sheet: Sheet, ends: list[tuple[tuple[float, float], str]]) -> None:
    """Writes beside each end what it is, on that side where it covers least of the other ends and of their names."""
    look, em = sheet.look, sheet.look.em
    dots = [(x - 0.6 * em, y - 0.6 * em, x + 0.6 * em, y + 0.6 * em) for (x, y), _ in ends]
    named: list[Place] = []
    for at, ((x, y), words) in enumerate(ends):
        width, tall = measured(words, look.small, bold=True), 1.3 * look.small / 72
        taken = named + dots[:at] + dots[at + 1 :]
        sides = [
            (left, y + down * tall, left + width, y + down * tall + tall)
            for down in (-0.5, -1.3, 0.3, -2.1, 1.1)
            for left in (x + 0.75 * em, x - 0.75 * em - width)
        ]
        inside = [side for side in sides if sheet.left <= side[0] and side[2] <= sheet.right]
        place = min(inside or sides, key=lambda side: sum(_shared(side, other) for other in taken))
        named.append(place)
        sheet.axes.text(
            place[0], (place[1] + place[3]) / 2, words, fontsize=look.small, fontweight=700,
            va="center_baseline", color=look.colour("ink"), zorder=7,
            bbox={"facecolor": look.colour("ground"), "edgecolor": "none", "alpha": 0.82, "pad": 0.12 * look.small},
        )  # fmt: skip


def _shared(one: Place, other: Place) -> float:
    """Returns the area that two places share, in square inches."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(tall, 0.0)

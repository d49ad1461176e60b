"""Where in pictures a number comes from: each picture with what its places add, and pairs of places that match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, UInt8
from matplotlib.patches import Rectangle

from core.errors import InputError
from core.figures.drawable import INKS, Drawable, ended, number_text
from core.figures.fields import FigureFields
from core.figures.look import FigureLook
from core.figures.sheet import LEADING, Sheet

MOST_PANELS, MOST_SIDE, MOST_PAIRS, MOST_WORDS = 6, 64, 20, 40
SHOWN = 12
STRONGEST = 0.8
"""How opaque the strongest place is."""


@dataclass(frozen=True, slots=True, eq=False)
class PlacesPanel:
    """A picture with what its places add.

    Attributes:
        title: its name.
        picture: what the places lie on.
        values: (side, side) what each place adds; empty where only the picture is shown.
        rest: what belongs to no place.
        beyond: by how much of its width and of its height the map reaches beyond the picture on each side.
    """

    title: str
    picture: UInt8[np.ndarray, "height width 3"] | None
    values: Float64[np.ndarray, "side side"]
    rest: float
    beyond: tuple[float, ...]

    @property
    def flat(self) -> float:
        """How high it is over its width, at most 1."""
        return 1.0 if self.picture is None else min(1.0, self.picture.shape[0] / self.picture.shape[1])


@dataclass(frozen=True, slots=True, eq=False)
class PlacesFigure(Drawable):
    """Maps over pictures.

    Attributes:
        sentence: what is taken apart.
        kind: the evidence that is taken apart.
        label: what the page calls it.
        score: the number that is taken apart.
        estimated: whether the places were hidden in turn, so that nothing adds up.
        panels: the pictures.
        pairs: (place of the first picture, place of the second, what both add), the best first.
        words: (word, what it adds).
        note: how such maps are to be read, or what was measured of them.
    """

    sentence: str
    kind: str
    label: str
    score: float
    estimated: bool
    panels: tuple[PlacesPanel, ...]
    pairs: tuple[tuple[float, ...], ...]
    words: tuple[tuple[str, float], ...]
    note: str

    @classmethod
    def read(cls, fields: FigureFields) -> PlacesFigure:
        """Returns the evidence; arguments and errors as for `Drawable`."""
        panels = tuple(map(_panel, fields.rows("panels", MOST_PANELS, least=1)))
        pairs = fields.lists("pairs", 3, MOST_PAIRS)
        for start, end, _ in pairs:
            places = [panel.values.size for panel in panels[:2]]
            if len(places) < 2 or not (0 <= start < places[0] and 0 <= end < places[1]):
                raise InputError(
                    "In this figure file \u201cpairs\u201d name places that its first two pictures do not have."
                )
        words = fields.rows("words", MOST_WORDS)
        return cls(
            sentence=fields.text("sentence", ""),
            kind=fields.choice("kind", INKS, "picture"),
            label=fields.text("label", "", limit=120),
            score=fields.number("score", default=0.0),
            estimated=fields.flag("estimated"),
            panels=panels,
            pairs=pairs,
            words=tuple((row.text("word", limit=80), row.number("adds")) for row in words),
            note=fields.text("note", ""),
        )

    def draw(self, look: FigureLook) -> Any:
        """Returns the pictures with their maps, and the words below."""
        em, count = look.em, len(self.panels)
        gap = 1.6 * em
        width = look.width - (1.1 if look.slide else 0.08)
        most = {"column": 3.0, "two-columns": 2.7, "slide": 4.6}[look.size]
        side = min((width - (count - 1) * gap) / count, most)
        flat = max(panel.flat for panel in self.panels)
        words = len(self.words[:SHOWN]) > 0
        sheet = Sheet(look, side * flat + 3.4 * em + (3.4 * em if words else 0) + 0.1, self.sentence)
        if look.slide:
            side = min(side, (sheet.bottom - sheet.top - 3.4 * em - (3.6 * em if words else 0)) / flat)
        used = count * side + (count - 1) * gap
        x, y = sheet.left + (sheet.right - sheet.left - used) / 2, sheet.top + 1.8 * em
        self._drawn(sheet)
        strongest = max(
            (float(np.abs(panel.values).max()) for panel in self.panels if panel.values.size), default=1.0
        )
        places = [
            self._panel(sheet, panel, (x + at * (side + gap), y), (side, side * flat), strongest or 1.0)
            for at, panel in enumerate(self.panels)
        ]
        self._lines(sheet, places)
        if words:
            self._words(sheet, sheet.left, y + side * flat + 1.9 * em, sheet.right - sheet.left)
        return sheet.figure

    def rows(self) -> list[dict[str, object]]:
        """Returns a row a place, then the words."""
        rows: list[dict[str, object]] = [
            {"of": panel.title, "row": line + 1, "column": column + 1, "adds": float(value)}
            for panel in self.panels
            for line, values in enumerate(panel.values)
            for column, value in enumerate(values)
        ]
        return rows + [{"of": word, "row": "", "column": "", "adds": adds} for word, adds in self.words]

    def caption(self) -> str:
        """Returns what is taken apart, and how the map is to be read."""
        how = (
            "estimated by hiding each place in turn"
            if self.estimated
            else "the sum of its places and the rest"
        )
        said = [ended(self.sentence), f"What is drawn: {self.said}."]
        if any(panel.values.size for panel in self.panels):
            said.append(
                f"What each place adds, {how}: the deeper the colour, the more it adds; hatched places take away."
            )
        if self.pairs:
            best = ", ".join(number_text(adds, 3) for *_, adds in self.pairs)
            said.append(f"Lines join the pairs of places that add most: {best}.")
        if self.words:
            said.append(
                "Words: " + ", ".join(f"{word} {number_text(adds, 3)}" for word, adds in self.words) + "."
            )
        return " ".join(filter(None, [*said, ended(self.note)]))

    def left_out(self, size: str) -> str:
        """Returns how many words are drawn; arguments as for `Drawable`."""
        known = len(self.words)
        return f"Of the words the first {SHOWN} of {known} are drawn." if known > SHOWN else ""

    @property
    def said(self) -> str:
        """Which part is drawn, with its score and sign."""
        shown = self.panels[-1]
        adds = float(shown.values.sum()) + shown.rest
        part = f"{self.label or self.kind}: {_signed(self.score)}"
        if self.estimated or abs(adds - self.score) < 1e-3:
            return part
        return f"{part}; drawn here: {_signed(adds)}"

    def _drawn(self, sheet: Sheet) -> None:
        em = sheet.look.em
        sheet.filled(self.kind, sheet.left, sheet.top + 0.15 * em, 1.4 * em, 0.9 * em)
        x = sheet.left + 1.9 * em
        sheet.text(x, sheet.top, self.said, bold=True, width=sheet.right - x)

    def _panel(
        self,
        sheet: Sheet,
        panel: PlacesPanel,
        at: tuple[float, float],
        size: tuple[float, float],
        strongest: float,
    ) -> tuple[float, float, float, float]:
        x, y, wide, tall = sheet.picture(panel.picture, *at, *size)
        across, down = panel.beyond
        x, wide = x - across * wide, wide * (1 + 2 * across)
        y, tall = y - down * tall, tall * (1 + 2 * down)
        count = panel.values.shape[0]
        colour = sheet.look.colour(self.kind)
        for line in range(count):
            for column in range(count):
                value = float(panel.values[line, column])
                strength = abs(value) / strongest
                if strength < 0.01:
                    continue
                place = (x + column * wide / count, y + line * tall / count)
                takes = value < 0
                sheet.axes.add_patch(
                    Rectangle(
                        place, wide / count, tall / count, linewidth=0, zorder=3,
                        facecolor=(*_rgb("#ffffff" if takes else colour), STRONGEST * strength),
                        edgecolor=(*_rgb("#1a1d22"), strength), hatch=sheet.look.hatch("captions") if takes else None,
                    )
                )  # fmt: skip
        em = sheet.look.em
        sheet.text(
            at[0] + size[0] / 2, at[1] + size[1] + 0.25 * em, panel.title, align="center", width=size[0]
        )
        return x, y, wide, tall

    def _lines(self, sheet: Sheet, places: list[tuple[float, float, float, float]]) -> None:
        em = sheet.look.em

        def middle(panel: int, place: float) -> tuple[float, float]:
            x, y, wide, tall = places[panel]
            count = self.panels[panel].values.shape[0]
            return x + (place % count + 0.5) * wide / count, y + (place // count + 0.5) * tall / count

        for number, (start, end, _) in reversed(list(enumerate(self.pairs, 1))):
            ends = [middle(0, start), middle(1, end)]
            sheet.line(ends, colour="ground", line=4.0, order=3.4)
            sheet.line(ends, colour=self.kind, line=2.0, order=3.5)
            for x, y in ends:
                sheet.dot(x, y, 0.66 * em, face="ground", edge=self.kind, line=1.6, order=5)
                sheet.text(x, y, str(number), size=sheet.look.small, bold=True, align="center", middle=True)

    def _words(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        look = sheet.look
        shown = self.words[:SHOWN]
        strongest = max((abs(adds) for _, adds in shown), default=1.0) or 1.0
        step = width / max(len(shown), 4)
        for at, (word, adds) in enumerate(shown):
            place = x + at * step
            long = 0.85 * step * abs(adds) / strongest
            sheet.text(place, y, word, size=look.small, bold=True, width=0.92 * step)
            kind = self.kind if adds >= 0 else "captions"
            sheet.filled(kind, place, y + look.small / 72 * LEADING, long, 0.45 * look.em)
            below = y + look.small / 72 * (LEADING + 0.9)
            sheet.text(place, below, number_text(adds, 3), size=look.small * 0.92, colour="muted")


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{number_text(value, 3)}"


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _panel(row: FigureFields) -> PlacesPanel:
    side = row.whole("side", 0, MOST_SIDE, default=0)
    values = row.numbers("values", side * side, least=side * side)
    beyond = row.numbers("beyond", 2, least=2, low=0.0, high=10.0) if row.has("beyond") else (0.0, 0.0)
    return PlacesPanel(
        title=row.text("title", "", limit=300),
        picture=row.picture("picture"),
        values=np.array(values).reshape(side, side),
        rest=row.number("rest", default=0.0),
        beyond=beyond,
    )

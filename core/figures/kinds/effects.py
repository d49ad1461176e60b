"""What each word or stroke does to an answer, or how well each sentence fits: bars to both sides of a zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.figures.drawable import INKS, Drawable, Question, ended, number_text, read_question
from core.figures.fields import FigureFields
from core.figures.look import FigureLook
from core.figures.sheet import Sheet, measured

MOST_ROWS, LISTED = 100, 12
SHOWN = {"column": 16, "two-columns": 20, "slide": 10}


@dataclass(frozen=True, slots=True)
class Effect:
    """A bar.

    Attributes:
        label: the word, the stroke or the sentence.
        value: what it does.
        kind: of evidence, or ink.
        note: said behind the number, such as who comes first without it.
        group: heading under which it stands, "" for none.
    """

    label: str
    value: float
    kind: str
    note: str
    group: str


@dataclass(frozen=True, slots=True, eq=False)
class EffectsFigure(Drawable):
    """Bars.

    Attributes:
        question: the drawing or picture, and the words.
        sentence: what the bars say together.
        on: what a bar is an effect on, with its unit.
        effects: the bars in order.
        note: what they are worth.
    """

    question: Question
    sentence: str
    on: str
    effects: tuple[Effect, ...]
    note: str

    @classmethod
    def read(cls, fields: FigureFields) -> EffectsFigure:
        """Returns the evidence; arguments and errors as for `Drawable`."""
        effects = tuple(
            Effect(
                row.text("label", limit=300), row.number("value"), row.choice("kind", INKS, "ink"),
                row.text("note", "", limit=200), row.text("group", "", limit=120),
            )
            for row in fields.rows("effects", MOST_ROWS, least=1)
        )  # fmt: skip
        return cls(
            read_question(fields), fields.text("sentence", ""), fields.text("on", "", limit=300), effects,
            fields.text("note", ""),
        )  # fmt: skip

    def draw(self, look: FigureLook) -> Any:
        """Returns the bars, beside the picture where there is one."""
        em = look.em
        shown = self.effects[: SHOWN[look.size]]
        groups = len({each.group for each in shown if each.group})
        step = (2.3 if look.slide else 1.75) * em
        tall = len(shown) * step + groups * 2.1 * em + (2.8 * em if self.on else 0)
        side = {"column": 0.95, "two-columns": 1.5, "slide": 3.9}[look.size]
        pictured = self.question.picture is not None
        sheet = Sheet(look, max(tall, side if pictured else 0) + 0.1, self.sentence)
        x, y = sheet.left, sheet.top
        if look.slide:
            step = min(step, (sheet.bottom - y - groups * 2.1 * em - 2.8 * em) / len(shown))
        if pictured:
            sheet.picture(self.question.picture, x, y, side, side)
            sheet.box(x, y, side, side, edge="line", line=0.8, order=4)
            x += side + {"column": 0.1, "two-columns": 0.25, "slide": 0.5}[look.size]
        if self.on:
            y = sheet.paragraph(x, y, self.on, sheet.right - x, size=look.small, colour="muted", most=2)
            y += 0.3 * em
        self._bars(sheet, shown, x, y, step)
        return sheet.figure

    def rows(self) -> list[dict[str, object]]:
        """Returns a row a bar."""
        grouped = any(each.group for each in self.effects)
        noted = any(each.note for each in self.effects)
        return [
            {
                **({"group": each.group} if grouped else {}),
                "of": each.label,
                "effect": each.value,
                **({"note": each.note} if noted else {}),
            }
            for each in self.effects
        ]

    def caption(self) -> str:
        """Returns what the bars say, with every number."""
        listed, known = self.effects[:LISTED], len(self.effects)
        named = ", ".join(f"{each.label} {number_text(each.value, 3)}" for each in listed)
        first = f"The first {len(listed)} of {known}: " if len(listed) < known else ""
        said = [
            ended(self.sentence),
            ended(f"{self.on[:1].upper()}{self.on[1:]}"),
            f"Words: {self.question.said}." if self.question.said else "",
            f"{first}{named}.",
            ended(self.note),
        ]
        return " ".join(filter(None, said))

    def left_out(self, size: str) -> str:
        """Returns how many bars are drawn; arguments as for `Drawable`."""
        shown, known = SHOWN[size], len(self.effects)
        return f"Drawn are the first {shown} of {known}." if shown < known else ""

    def _bars(self, sheet: Sheet, shown: tuple[Effect, ...], x: float, y: float, step: float) -> None:
        look, em = sheet.look, sheet.look.em
        width = sheet.right - x
        name = min(max(measured(each.label, look.text) for each in shown) + 0.6 * em, 0.58 * width)
        noted = 0.3 * width if any(each.note for each in shown) and look.size != "column" else 0.0
        room = width - name - noted - 3.9 * em
        low, high = (max([0.0, *(sign * each.value for each in shown)]) for sign in (-1, 1))
        group = ""
        for each in shown:
            if each.group != group:
                group = each.group
                sheet.text(x, y + 0.6 * em, group, bold=True, width=width)
                y += 2.1 * em
            middle = y + step / 2
            sheet.text(x, middle, each.label, width=name - 0.4 * em, middle=True)
            kind = each.kind if each.value >= 0 else "captions"
            kind = each.kind if each.kind in ("picture", "words", "both") else kind
            sheet.bar([kind], [each.value], low, high, x + name, middle - 0.42 * em, room, 0.84 * em)
            sheet.text(
                x + name + room + 3.7 * em,
                middle,
                number_text(each.value, 3),
                bold=True,
                align="right",
                middle=True,
            )
            if noted and each.note:
                at = x + name + room + 4.2 * em
                sheet.text(
                    at,
                    middle,
                    each.note,
                    size=look.small,
                    colour="muted",
                    width=noted - 0.4 * em,
                    middle=True,
                )
            y += step

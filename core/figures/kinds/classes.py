"""What a drawing is taken for: the drawing, and a bar of picture and words for each class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.errors import InputError
from core.figures.drawable import (
    Drawable,
    EvidencePart,
    Question,
    ended,
    number_text,
    read_parts,
    read_question,
    weights_text,
)
from core.figures.fields import FigureFields
from core.figures.look import FigureLook
from core.figures.sheet import Sheet, measured

MOST_CLASSES = 100
SHOWN = {"column": 6, "two-columns": 8, "slide": 6}


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class.

    Attributes:
        label: its name.
        probability: in [0, 1].
        logit: of the blend.
        shares: the parts of the logit.
        right: whether it is known to be right.
    """

    label: str
    probability: float
    logit: float
    shares: tuple[float, ...]
    right: bool


@dataclass(frozen=True, slots=True, eq=False)
class ClassesFigure(Drawable):
    """A drawing and its classes.

    Attributes:
        question: the drawing, and its caption.
        sentence: the answer in one sentence.
        parts: the kinds of evidence with their weights.
        classes: the likeliest first.
        of: how many classes there are; 0 where that is not said.
        note: of what was said of the whole answer.
    """

    question: Question
    sentence: str
    parts: tuple[EvidencePart, ...]
    classes: tuple[ClassRow, ...]
    of: int
    note: str

    @classmethod
    def read(cls, fields: FigureFields) -> ClassesFigure:
        """Returns the evidence; arguments and errors as for `Drawable`."""
        parts = read_parts(fields)
        rows = fields.rows("classes", MOST_CLASSES, least=1)
        return cls(
            question=read_question(fields),
            sentence=fields.text("sentence", ""),
            parts=parts,
            classes=tuple(_class(row, len(parts)) for row in rows),
            of=fields.whole("of", default=0),
            note=fields.text("note", ""),
        )

    def draw(self, look: FigureLook) -> Any:
        """Returns the bars, beside the drawing."""
        shown = self.classes[: SHOWN[look.size]]
        step = look.em * (2.6 if look.slide else 2.0)
        below = look.em * (3.2 if self.question.said else 1.6)
        height = max(0.1 + len(shown) * step + below, 1.15 if look.size == "column" else 1.5)
        sheet = Sheet(look, height, self.sentence)
        x, y = sheet.left, sheet.top
        if self.question.picture is not None:
            side = {"column": 0.95, "two-columns": 1.35, "slide": 3.7}[look.size]
            sheet.picture(self.question.picture, x, y, side, side)
            sheet.box(x, y, side, side, edge="line", line=0.8, order=4)
            x += side + {"column": 0.1, "two-columns": 0.18, "slide": 0.5}[look.size]
        y = self._bars(sheet, shown, x, y, step)
        y += look.em * 0.4
        if self.question.said:
            y = sheet.paragraph(
                x, y, self.question.said, sheet.right - x, size=look.small, colour="muted", most=2
            )
        sheet.legend(self.parts, x, y, sheet.right - x)
        return sheet.figure

    def rows(self) -> list[dict[str, object]]:
        """Returns a row a class."""
        return [
            {
                "class": row.label,
                "probability": row.probability,
                "logit": row.logit,
                **{part.label: share for part, share in zip(self.parts, row.shares, strict=True)},
            }
            for row in self.classes
        ]

    def caption(self) -> str:
        """Returns the first class and what picture and words add to it."""
        first = self.classes[0]
        shares = ", ".join(
            f"{part.label} {number_text(share)}" for part, share in zip(self.parts, first.shares, strict=True)
        )
        among = f" of {self.of:,} classes" if self.of else ""
        said = [
            ended(self.sentence),
            f"The likeliest {len(self.classes)}{among} with the parts of their logits and their probabilities;",
            f"{first.label} has {number_text(first.probability)} (logit {number_text(first.logit)}: {shares}).",
            f"Caption: {self.question.said}." if self.question.said else "",
            f"Weights: {weights_text(self.parts)}.",
            ended(self.note),
        ]
        return " ".join(filter(None, said))

    def left_out(self, size: str) -> str:
        """Returns how many classes are drawn; arguments as for `Drawable`."""
        shown, known = SHOWN[size], len(self.classes)
        return f"Drawn are the first {shown} of {known}." if shown < known else ""

    def _bars(self, sheet: Sheet, shown: tuple[ClassRow, ...], x: float, y: float, step: float) -> float:
        look = sheet.look
        name = min(
            max(measured(row.label, look.text) for row in shown) + 0.6 * look.em, 0.38 * (sheet.right - x)
        )
        room = sheet.right - x - name - 3.2 * look.em
        low, high = (
            max(sum(max(0.0, sign * share) for share in row.shares) for row in shown) for sign in (-1, 1)
        )
        for at, row in enumerate(shown):
            middle = y + (at + 0.5) * step
            bold = at == 0 or row.right
            sheet.text(x, middle, row.label, bold=bold, width=name - 0.4 * look.em, middle=True)
            tall = 0.95 * look.em
            kinds = [part.kind for part in self.parts]
            sheet.bar(kinds, row.shares, low, high, x + name, middle - tall / 2, room, tall)
            sum_at = x + name + (low + row.logit) * room / ((low + high) or 1.0)
            ends = [(sum_at, middle - 0.75 * look.em), (sum_at, middle + 0.75 * look.em)]
            sheet.line(ends, line=2.6, order=5, colour="ink")
            words = number_text(row.probability)
            sheet.text(sheet.right, middle, words, bold=bold, align="right", middle=True)
        return y + len(shown) * step


def _class(row: FigureFields, parts: int) -> ClassRow:
    shares = row.numbers("parts", MOST_CLASSES)
    if len(shares) != parts:
        raise InputError("In this figure file each class must have a part for each kind of evidence.")
    return ClassRow(
        label=row.text("label", limit=200),
        probability=row.number("probability", 0.0, 1.0),
        logit=row.number("logit"),
        shares=shares,
        right=row.flag("right"),
    )

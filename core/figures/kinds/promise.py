"""Whether anything answers: where p lies on its scale, and how far the promise at alpha reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.figures.drawable import Drawable, Question, ended, number_text, read_question
from core.figures.fields import FigureFields
from core.figures.look import FigureLook
from core.figures.sheet import Sheet

SMALLEST = 0.01
"""Below it the number itself says no more, as on the page."""


@dataclass(frozen=True, slots=True, eq=False)
class PromiseFigure(Drawable):
    """A p-value.

    Attributes:
        question: what was asked.
        sentence: what is promised.
        p_value: share of the questions without an answer whose best candidate does as well, in [0, 1].
        alpha: mistakes that are allowed, in [0, 1].
        n: of how many questions without an answer; 0 where that is not said.
        hint: why nothing is promised, "" where it is.
    """

    question: Question
    sentence: str
    p_value: float
    alpha: float
    n: int
    hint: str

    @classmethod
    def read(cls, fields: FigureFields) -> PromiseFigure:
        """Returns the evidence; arguments and errors as for `Drawable`."""
        return cls(
            read_question(fields), fields.text("sentence", ""), fields.number("p_value", 0.0, 1.0),
            fields.number("alpha", 0.0, 1.0), fields.whole("n", default=0), fields.text("hint", ""),
        )  # fmt: skip

    def draw(self, look: FigureLook) -> Any:
        """Returns the scale."""
        em = look.em
        side = {"column": 0.85, "two-columns": 1.1, "slide": 3.4}[look.size]
        pictured = self.question.picture is not None
        sheet = Sheet(look, max(side if pictured else 0.0, 8.6 * em) + 0.1, self.sentence)
        x, y = sheet.left, sheet.top
        if pictured:
            placed = sheet.picture(self.question.picture, x, y, side, side)
            if self.question.box:
                sheet.frame(self.question.box, *placed)
            x += side + 1.2 * em
        y = sheet.paragraph(x, y, self.question.said, sheet.right - x, bold=True, most=1) + 1.7 * em
        left, right, tall = x + 0.5 * em, sheet.right - 1.2 * em, 1.2 * em

        def at(share: float) -> float:
            return left + share * (right - left)

        sheet.box(left, y, right - left, tall, face="faint")
        sheet.box(left, y, at(self.alpha) - left, tall, face="line", order=1.5)
        sheet.line([(at(self.alpha), y - 0.4 * em), (at(self.alpha), y + tall + 0.4 * em)], line=1.6, order=3)
        align = "center" if self.alpha > 0.15 else "left"
        alpha = f"\u03b1 = {number_text(self.alpha)}"
        sheet.text(at(self.alpha), y - 1.7 * em, alpha, size=look.small, align=align)
        sheet.dot(at(self.p_value), y + tall / 2, 0.55 * em)
        shown = f"p = {number_text(self.p_value)}" if self.p_value >= SMALLEST else f"p < {SMALLEST:g}"
        align = "left" if self.p_value < 0.15 else "right" if self.p_value > 0.85 else "center"
        edge = {"left": -0.5 * em, "right": 0.5 * em, "center": 0.0}[align]
        sheet.text(at(self.p_value) + edge, y + tall + 0.45 * em, shown, bold=True, align=align)
        for share in (0.0, 0.5, 1.0):
            sheet.text(
                at(share), y + tall + 1.9 * em, f"{share:g}", size=look.small, colour="muted", align="center"
            )
        return sheet.figure

    def rows(self) -> list[dict[str, object]]:
        """Returns the p-value with alpha and n."""
        return [{"p": self.p_value, "alpha": self.alpha, "n": self.n or "", "hint": self.hint}]

    def caption(self) -> str:
        """Returns what is promised, and of how many questions."""
        of = f" of {self.n:,}" if self.n else " of the"
        said = [
            ended(self.sentence),
            f"p = {self.p_value:.3f} is the share{of} questions without an answer whose best candidate does as well;",
            f"left of \u03b1 = {number_text(self.alpha)} an answer is promised.",
            f"Words: {self.question.told}." if self.question.said else "",
            self.question.box_said,
        ]
        return " ".join(filter(None, said))

"""Field or road: what the trained head and the captions say, on one strip, with the band and the conformal set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.figures.drawable import Drawable, Question, ended, number_text, read_question
from core.figures.fields import FigureFields
from core.figures.look import FigureLook
from core.figures.sheet import LEADING, Sheet

MOST_NEEDLES, MOST_FACTS, SHOWN_FACTS = 8, 8, 6


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a classifier says.

    Attributes:
        name: of the classifier.
        kind: "head" or "captions".
        share: probability of the second class, in [0, 1].
        before: whether it is of an answer that was pinned before.
    """

    name: str
    kind: str
    share: float
    before: bool


@dataclass(frozen=True, slots=True, eq=False)
class VerdictFigure(Drawable):
    """A picture between two classes.

    Attributes:
        question: the picture, and the two captions.
        sentence: the answer in one sentence.
        labels: of the two classes.
        judgements: of the classifiers.
        band: in which the head counts as unsure, None without one.
        verdict: in one word.
        facts: further (name, value, explanation) of the answer, such as the conformal set.
    """

    question: Question
    sentence: str
    labels: tuple[str, ...]
    judgements: tuple[Judgement, ...]
    band: tuple[float, ...] | None
    verdict: str
    facts: tuple[tuple[str, str, str], ...]

    @classmethod
    def read(cls, fields: FigureFields) -> VerdictFigure:
        """Returns the evidence; arguments and errors as for `Drawable`."""
        needles = fields.rows("judgements", MOST_NEEDLES, least=1)
        facts = fields.rows("facts", MOST_FACTS)
        return cls(
            question=read_question(fields),
            sentence=fields.text("sentence", ""),
            labels=fields.texts("labels", 2, least=2),
            judgements=tuple(
                Judgement(
                    row.text("name", limit=80), row.choice("kind", ("head", "captions")), row.number("share", 0.0, 1.0),
                    row.flag("before"),
                )
                for row in needles
            ),
            band=fields.numbers("band", 2, least=2, low=0.0, high=1.0) if fields.has("band") else None,
            verdict=fields.text("verdict", "", limit=60),
            facts=tuple(
                (row.text("name", limit=80), row.text("value", limit=80), row.text("why", "", limit=300))
                for row in facts
            ),
        )  # fmt: skip

    def draw(self, look: FigureLook) -> Any:
        """Returns the strip, beside the picture."""
        rows, em = len(self.judgements), look.em
        step = 2.9 * em
        side = {"column": 1.0, "two-columns": 1.45, "slide": 3.9}[look.size]
        facts = self.facts[:SHOWN_FACTS]
        height = max(side + 0.1, 3.4 * em + rows * step + len(facts) * 1.4 * em + 0.1)
        sheet = Sheet(look, height, self.sentence)
        x, y = sheet.left, sheet.top
        if self.question.picture is not None:
            sheet.picture(self.question.picture, x, y, side, side)
            x += side + {"column": 0.12, "two-columns": 0.25, "slide": 0.6}[look.size]
        y = self._strip(sheet, x, y, step)
        for name, value, _ in facts:
            sheet.text(x, y, f"{name}:", size=look.small, colour="muted")
            sheet.text(
                sheet.right,
                y,
                value,
                size=look.small,
                bold=True,
                align="right",
                width=0.6 * (sheet.right - x),
            )
            y += look.small / 72 * LEADING
        return sheet.figure

    def rows(self) -> list[dict[str, object]]:
        """Returns a row a classifier, then the facts."""
        said: list[dict[str, object]] = [
            {
                "what": f"{each.name}{' (pinned)' if each.before else ''}",
                "value": each.share,
                "meaning": f"probability of {self.labels[1]}",
            }
            for each in self.judgements
        ]
        return said + [{"what": name, "value": value, "meaning": why} for name, value, why in self.facts]

    def caption(self) -> str:
        """Returns what each classifier says, the band and the set."""
        shares = ", ".join(
            f"{each.name}{' (pinned)' if each.before else ''} {number_text(each.share)}"
            for each in self.judgements
        )
        said = [ended(self.sentence), f"Probability of {self.labels[1]}: {shares}."]
        if self.band is not None:
            low, high = map(number_text, self.band)
            said.append(f"Between {low} and {high} the head counts as unsure.")
        if self.question.said:
            said.append(f"Captions: {self.question.said}.")
        said += [f"{name}: {value}{f' ({why})' if why else ''}." for name, value, why in self.facts]
        return " ".join(filter(None, said))

    def _strip(self, sheet: Sheet, x: float, y: float, step: float) -> float:
        look, em = sheet.look, sheet.look.em
        width, rows = sheet.right - x - 0.1 * em, len(self.judgements)
        left, right = x + 0.5 * em, x + width - 0.5 * em
        sheet.text(left - 0.5 * em, y, self.labels[0], bold=True, width=0.45 * width)
        sheet.text(right + 0.5 * em, y, self.labels[1], bold=True, align="right", width=0.45 * width)
        y += 1.6 * em
        tall = rows * step

        def at(share: float) -> float:
            return left + share * (right - left)

        sheet.box(left, y, right - left, tall, face="faint", order=0)
        if self.band is not None:
            low, high = map(at, self.band)
            sheet.box(low, y, high - low, tall, face="line", order=0.5)
            sheet.text(
                (low + high) / 2, y - 1.6 * em, "unsure", size=look.small, colour="muted", align="center"
            )
        for share in (0.0, 0.5, 1.0):
            sheet.line([(at(share), y), (at(share), y + tall)], colour="muted", line=0.7, order=1)
            sheet.text(
                at(share), y + tall + 0.25 * em, f"{share:g}", size=look.small, colour="muted", align="center"
            )
        for number, each in enumerate(self.judgements):
            self._needle(sheet, each, at(each.share), y + number * step, (left, right))
        return y + tall + 1.7 * em

    def _needle(self, sheet: Sheet, each: Judgement, x: float, y: float, ends: tuple[float, float]) -> None:
        look, em = sheet.look, sheet.look.em
        words = f"{each.name}{', pinned' if each.before else ''}"
        room = ends[1] - ends[0] - 3.2 * em
        sheet.text(ends[0] + 0.3 * em, y + 0.25 * em, words, size=look.small, width=room)
        sheet.text(ends[1] - 0.3 * em, y + 0.2 * em, number_text(each.share), bold=True, align="right")
        y += 2.05 * em
        sheet.line([(ends[0], y), (ends[1], y)], colour="muted", line=0.7, order=1.5)
        if each.kind == "head":
            sheet.dot(x, y, 0.5 * em, face="muted" if each.before else "ink")
            return
        size = 0.62 * em
        points = [(x, y - size), (x + size, y), (x, y + size), (x - size, y)]
        sheet.axes.fill(
            *zip(*points, strict=True), facecolor=look.colour("ground"), zorder=5,
            edgecolor=look.colour("muted" if each.before else "ink"), linewidth=1.8 * look.line,
        )  # fmt: skip

"""What happens in the sketch tab, without its layout: drawings and captions become answers, and alpha moves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import gradio as gr

from core.checks import finite_number, whole_number
from core.errors import BlendscopeError, InputError
from core.images.strokes import parse_strokes
from core.instruments import Blended
from core.task_table import find_task
from core.tasks import sketch
from core.text import clean
from core.types import Picture
from demo import copy
from demo.answers import sketch as view
from demo.answers.several import Listed, Several
from demo.doors import asked_picture
from demo.events.several import SeveralEvents, SeveralFields
from demo.events.sketch_places import classes_apart
from demo.events.sketch_sheet import AskedDrawing, SketchFile, ground_of, sheet_of
from demo.events.tab import NOTHING, OWN
from demo.html import notice, remarks, stale
from demo.widgets.ink_strokes import strokes_html
from demo.widgets.pad import as_ground
from demo.widgets.word_chips import FieldWords
from demo.wiring import KEPT

TASK = find_task("sketch")
SLIDER, WORDS = "sketch-alpha", "sketch-caption"


@dataclass(frozen=True, slots=True, kw_only=True)
class SketchFields(SeveralFields):
    """The fields of the tab, beside those for several drawings, and those for the caption, which `use` writes again.

    Attributes:
        pad: what is drawn.
        file: the picture that was uploaded, as a `SketchFile`.
        as_it_is: whether its paper is kept.
        slots: the caption's gaps, and what is to be said about picture and words.
        alpha: weight of the picture.
        scale: under the slider.
        answer: sentence and bars.
        concat: the report's other classifier.
        live: the evidence, with which the browser answers moves of alpha.
        strokes: what each stroke of the drawing does.
    """

    pad: Any = KEPT
    file: Any = KEPT
    as_it_is: Any = KEPT
    slots: Any = KEPT
    alpha: Any = KEPT
    scale: Any = KEPT
    answer: Any = KEPT
    concat: Any = KEPT
    live: Any = KEPT
    strokes: Any = KEPT


@dataclass(frozen=True, slots=True)
class SketchSettings:
    """Where the slider stands; named as its field."""

    alpha: Any


class SketchEvents(SeveralEvents):
    """What happens in this tab; only `drawn`, `uploaded`, `papered`, `worded`, `written` and what shows several
    drawings call an encoder.
    """

    row = TASK

    @cached_property
    def questions(self) -> tuple[sketch.SketchEvidence, ...]:
        """The evidence of the worked examples."""
        return tuple(sketch.SketchEvidence.from_json(example.evidence) for example in self.examples)

    @cached_property
    def details(self) -> Mapping[str, Any]:
        """What the head's manifest tells besides figures."""
        manifest = self.services.manifest(TASK.head)
        return manifest.details if manifest else {}

    @property
    def labels(self) -> Sequence[str]:
        """The classes that the head knows."""
        return self.questions[0].labels if self.questions else tuple(self.details.get("labels", ()))

    def opened(self, number: int = 0) -> SketchFields:
        """Shows a worked example, answered without a model; an empty page when there is none."""
        if not 0 <= number < len(self.examples):
            alpha = self.start_alpha(None)
            return SketchFields(
                words="",
                slots="",
                alpha=alpha,
                scale=view.scale(None, alpha, alpha, SLIDER),
                answer=view.empty(),
                concat="",
                live=None,
                promise=None,
                pad=None,
                showing=NOTHING,
                held=None,
            )
        evidence, example = self.questions[number], self.examples[number]
        alpha = float(example.settings.get("alpha", self.start_alpha(evidence)))
        shown = self._shown(evidence, alpha) | no_paper()
        return replace(shown, alpha=alpha, pad=ground_of(example), showing=f"example {number}", held=None)

    def drawn(self, drawing: AskedDrawing, words: str, alpha: Any, showing: str, held: Any) -> SketchFields:
        """Answers after a stroke; words that a person wrote stay until the pad is emptied."""
        if not drawing.pad:
            empty = SketchFields(
                notice=stale(copy.EMPTY_PAD),
                showing=NOTHING,
                held=None,
                live=None,
                promise=None,
                words="",
                slots="",
            )
            return empty | no_paper()
        picture = drawing.picture()
        nothing = showing == NOTHING or (showing == OWN and held is None)
        before = None if nothing else self.question(showing, held)
        own = before is None or before.caption.author == "person" or words != before.caption.sentence
        return self.ask(picture, words if own else "", alpha, drawing.as_it_is)

    def uploaded(self, upload: Any, alpha: Any) -> SketchFields:
        """Answers for a picture file and shows on the pad what was read of it; its paper can be kept on request."""
        picture = asked_picture(upload)
        return self.ask(picture, "", alpha) | self.on_pad(upload, picture)

    def papered(self, file: SketchFile | None, as_it_is: Any, alpha: Any) -> SketchFields:
        """Answers for the same file with its paper, or without it again."""
        if file is None:
            raise InputError(copy.PUT_AWAY)
        picture = asked_picture(file.path)
        shown = self.ask(picture, "", alpha, as_it_is) | self.on_pad(file.path, picture, bool(as_it_is))
        return replace(shown, as_it_is=KEPT)

    def on_pad(self, path: str, picture: Picture, as_it_is: bool = False) -> SketchFields:
        """Returns the pad that shows a file as it is read, and the choice whether to keep its paper, which is offered
        where it is read without.
        """
        read = self.task.read(picture)
        ground = as_ground(sheet_of(self.task, picture, True) if as_it_is else read)
        choice = gr.Checkbox(as_it_is, visible=read.notes != picture.notes)
        return SketchFields(as_it_is=choice, file=SketchFile(path, ground), pad=ground)

    def worded(self, words: str, drawing: AskedDrawing, alpha: Any, showing: str, held: Any) -> SketchFields:
        """Answers for other words, and only these are encoded; without any the captioner's count."""
        before = self.question(showing, held)
        typed = clean(words, allow_empty=True)
        if not typed:
            return self._unworded(before, drawing, alpha)
        if typed == before.caption.sentence and before.profile == self.services.profile:
            evidence = before
        elif before.models == self.task.models:
            evidence = self.task.with_words(before, typed)
        else:  # a worked example of another profile's
            evidence = self.task.evidence(drawing.picture(), typed, bool(drawing.as_it_is))
        return replace(self._answered(evidence, alpha), words=KEPT)

    def written(self, drawing: AskedDrawing, alpha: Any) -> SketchFields:
        """Lets the captioner write the caption anew."""
        return self.ask(drawing.picture(), "", alpha, drawing.as_it_is)

    def weighed(self, alpha: Any, showing: str, held: Any) -> SketchFields:
        """Answers for another alpha, from the evidence alone."""
        evidence = self.question(showing, held)
        weight = _alpha(alpha)
        scale = view.scale(evidence, self.start_alpha(evidence), weight, SLIDER)
        return SketchFields(answer=view.answer(evidence, weight), scale=scale)

    def looked_at(self, pictures: Sequence[Picture], settings: SketchSettings) -> Sequence[Any]:
        """Runs the encoders on several drawings; the captioner writes about each."""
        evidence: Sequence[Any] = self.task.evidence_many(pictures)
        return evidence

    def listed(self, several: Several, settings: SketchSettings) -> Listed:
        """Returns what is found in several drawings, at an alpha."""
        return view.listed(several, _alpha(settings.alpha))

    def followed(self, rows: Any, settings: SketchSettings) -> SeveralFields:
        """Shows several drawings at another alpha."""
        return self.read_again(rows, settings)

    def read_each(self, alpha: Any, showing: str, held: Any) -> SketchFields:
        """Shows what each word of the caption does, for the answer that the page shows."""

        def read() -> list[FieldWords]:
            evidence = self.question(showing, held)
            return [(sketch.what_if(self.task, evidence, sketch.pair_of(evidence, _alpha(alpha))), WORDS)]

        return SketchFields(chips=self.read_words(read, copy.LOGITS))

    def inked(
        self, drawing: AskedDrawing, alpha: Any, showing: str, held: Any, event: gr.EventData
    ) -> SketchFields:
        """Shows what each stroke on the pad does, for the answer that the page shows."""
        try:
            evidence, sheet = self.question(showing, held), drawing.sheet(self.task)
            orders = whole_number(getattr(event, "orders", 0), name="The number of orders")
            drawn = parse_strokes(getattr(event, "strokes", None))
            strokes = sketch.strokes_on(sheet, drawn)
            pair = sketch.pair_of(evidence, _alpha(alpha))
            reading = sketch.ink(self.task, sheet, evidence, pair, strokes, orders)
        except BlendscopeError as error:
            return SketchFields(strokes=notice(str(error)))
        numbers = as_ground(replace(sheet, pixels=sketch.numbered(strokes[0])))
        note = copy.PIECES if reading.pieces else ""
        return SketchFields(strokes=strokes_html(reading, numbers, copy.LOGITS, note))

    def located(self, drawing: AskedDrawing, alpha: Any, showing: str, held: Any) -> SketchFields:
        """Shows where f and g of the first classes come from, for the answer that the page shows."""

        def look() -> str:
            evidence, sheet = self.question(showing, held), drawing.sheet(self.task)
            pair = sketch.pair_of(evidence, _alpha(alpha))
            classes, gaps = self.task.located(sheet, evidence, pair), self.task.gaps_apart(evidence, sheet)
            return classes_apart(classes, gaps, sheet, self.worth_of_maps)

        return SketchFields(places=self.looked(look))

    def blended_examples(self) -> list[Blended]:
        """Returns what the answers of the worked examples are blended from, with their own alpha."""
        answered = zip(self.questions, self.examples, strict=True)
        return [
            sketch.blended_of(
                evidence, sketch.pair_of(evidence, example.settings.get("alpha", self.start_alpha(evidence)))
            )
            for evidence, example in answered
        ]

    def _unworded(self, before: sketch.SketchEvidence, drawing: AskedDrawing, alpha: Any) -> SketchFields:
        """Answers with the captioner's words, and leaves the field empty: somebody may be about to write there."""
        evidence = before
        if before.caption.author == "person":
            evidence = self.task.evidence(drawing.picture(), "", bool(drawing.as_it_is))
        shown = self._answered(evidence, alpha)
        return replace(shown, words=KEPT, slots=view.unworded(evidence.caption) + shown.slots)

    def ask(self, picture: Picture, words: str, alpha: Any, as_it_is: Any = False) -> SketchFields:
        weight = _alpha(alpha)
        evidence = self.task.evidence(picture, clean(words, allow_empty=True), bool(as_it_is))
        return self._answered(evidence, weight, picture.notes)

    def _answered(
        self, evidence: sketch.SketchEvidence, alpha: Any, notes: Sequence[str] = ()
    ) -> SketchFields:
        return replace(self._shown(evidence, _alpha(alpha), notes), showing=OWN, held=evidence)

    def _shown(
        self, evidence: sketch.SketchEvidence, alpha: float, notes: Sequence[str] = ()
    ) -> SketchFields:
        return SketchFields(
            words=evidence.caption.sentence,
            slots=view.slots(evidence.caption) + remarks((*notes, *evidence.notes)),
            answer=view.answer(evidence, alpha),
            scale=view.scale(evidence, self.start_alpha(evidence), alpha, SLIDER),
            concat=view.concatenation(evidence),
            live=view.question_value(evidence),
            promise=evidence.finding,
        )

    def start_alpha(self, evidence: sketch.SketchEvidence | None) -> float:
        """Returns where the slider starts: the learned alpha / (alpha + beta), within [0, 1]."""
        if evidence is not None:
            return round(sketch.start_alpha(evidence.learned_alpha, evidence.learned_beta), 2)
        alpha, beta = (float(self.details.get(name, 0.5)) for name in ("alpha", "beta"))
        return round(sketch.start_alpha(alpha, beta), 2)


def _alpha(value: Any) -> float:
    return finite_number(value, name="Alpha", low=0.0, high=1.0)


def no_paper(as_it_is: bool = False) -> SketchFields:
    """Returns that choice where no file is left whose paper could be kept or not."""
    return SketchFields(as_it_is=gr.Checkbox(as_it_is, visible=False), file=None)

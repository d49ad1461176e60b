"""What happens in the street-to-shop tab, without its layout: questions, boxes, words and weights become answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from core.images import open_picture
from core.task_table import find_task
from core.tasks.street_to_shop import WITHOUT_BOX, StreetAnswer, StreetEvidence, StreetToShopTask, answer
from core.types import Box, Picture
from demo import copy
from demo.answers.retrieval import RetrievalTab
from demo.answers.street_to_shop import dialogue_html, words_read
from demo.doors import asked_picture
from demo.pieces import NOTHING, OWN, empty, remarks, remembered
from demo.widgets.addresses import data_address
from demo.widgets.box_tool import BoxView
from demo.widgets.results import (
    RESULTS,
)
from demo.widgets.weights import WeightRow, WeightsView

TASK = find_task("street_to_shop")
KINDS = (("picture", "picture", "picture"), ("words", "words", "words"), ("box", "both", "box"))
ROWS = (
    WeightRow("Picture", "w₁", "picture"),
    WeightRow("Words", "w₂", "words"),
    WeightRow("Box", "w₃", "both"),
)
BOX_SHARE = 0.5
"""What a first box takes of the weight."""
NO_BOX = "No box is drawn, so its weight is 0."
EMPTY = "Add a picture of a garment seen in the street, and shop pictures answer here."
DISPLAYED = 960
"""Longest side in pixels of the copy that the page shows; the box stays in pixels of the original."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What was asked: kept on the server, so that sliders need no encoder.

    Attributes:
        source: the picture's file, in the upload folder or among the examples.
        evidence: all that the encoders found.
        right: ids of the items known to be right; for the question of a worked example, none for what a visitor makes
            of it.
        box: what the evidence's box was.
    """

    source: str | bytes | Path
    evidence: StreetEvidence
    right: tuple[str, ...] = ()
    box: Box | None = None


class StreetToShopTab(RetrievalTab):
    """What happens in this tab, without its layout; only `asked`, `boxed` and `worded` call an encoder."""

    row, kinds, unit = TASK, KINDS, copy.SHOP_SCORES
    sign, first_step = copy.DEVIATIONS, copy.PICTURE_FIRST

    @property
    def task(self) -> StreetToShopTask:
        """The task; waits for its models."""
        task: StreetToShopTask = self.services.task(TASK.key)
        return task

    @cached_property
    def start(self) -> Sequence[float]:
        """Where the sliders stand without a box: those chosen on validation queries, if any."""
        return self.services.start_weights(TASK.head, WITHOUT_BOX)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What the worked examples ask."""
        return tuple(
            Question(
                one.picture or "",
                StreetEvidence.from_json(one.evidence),
                tuple(one.settings.get("right") or ()),
                Box(*one.settings["box"]) if one.settings.get("box") else None,
            )
            for one in self.examples
        )

    def opened(self, number: int = 0) -> tuple[Any, ...]:
        """Shows a worked example, answered without a model; an empty page when there is none."""
        if not 0 <= number < len(self.examples):
            start = WeightsView(self.start, (None, None, NO_BOX))
            return empty(EMPTY), "", "", None, "", "", "", start, NOTHING, None
        question, settings = self.questions[number], self.examples[number].settings
        evidence = question.evidence
        weights = settings.get("weights") or _after_box(self.start, False, evidence.has_box)
        found = _ranked(evidence, weights, question.right)
        edges = settings.get("box") if evidence.has_box else None
        picture = open_picture(question.source)
        return (
            *self._shown(found),
            _view(picture, Box(*edges) if edges else None),
            *self._words(evidence),
            _sliders(found, evidence),
            f"example {number}",
            None,
        )

    def asked(self, source: str | bytes | None) -> tuple[Any, ...]:
        """Answers a new picture; the captioner writes the words, and there is no box yet."""
        picture = asked_picture(source)
        evidence = self.task.evidence(picture, None, "")
        found = _ranked(evidence, self.start)
        first, *others = self._shown(found)
        first += remarks((*picture.notes, *self.task.notes(evidence.caption.sentence)))
        words, sliders = self._words(evidence), _sliders(found, evidence)
        return first, *others, _view(picture, None), *words, sliders, OWN, Question(source or "", evidence)

    def proposed(self, weights: Sequence[float], asked: str, held: Any) -> tuple[Any, ...]:
        """Lets the box head draw the box, and answers with it."""
        question = remembered(asked, held, self.questions, self.first_step)
        picture = open_picture(question.source)
        box = self.task.propose(picture)
        *shown, sliders, own, kept = self.boxed(box, weights, asked, held)
        return *shown, _view(picture, box), sliders, own, kept

    def boxed(self, box: Box | None, weights: Sequence[float], asked: str, held: Any) -> tuple[Any, ...]:
        """Answers with another box, or without one; the captioner's words are then about what is in the box."""
        question = self._current(remembered(asked, held, self.questions, self.first_step))
        crop = None if box is None else asked_picture(_text(question.source), box=box)
        had = question.evidence.has_box
        whole = open_picture(question.source)
        evidence = self.task.with_box(question.evidence, whole, crop)
        found = _ranked(evidence, _after_box(weights, had, evidence.has_box))
        kept = Question(question.source, evidence, box=box)
        return *self._shown(found), words_read(evidence.caption), _sliders(found, evidence), OWN, kept

    def worded(self, text: str, weights: Sequence[float], asked: str, held: Any) -> tuple[Any, ...]:
        """Answers with other words; only the words are encoded. No words: the captioner writes them again."""
        question = self._current(remembered(asked, held, self.questions, self.first_step))
        task = self.task
        words = text if text and text.strip() else task.caption(self._looked_at(question))
        evidence = task.with_words(question.evidence, words)
        kept = Question(question.source, evidence, box=question.box)
        first, *others = self._shown(_ranked(evidence, weights))
        first += remarks(task.notes(evidence.caption.sentence))
        return first, *others, words_read(evidence.caption), OWN, kept

    def _looked_at(self, question: Question) -> Picture:
        """Returns what the captioner describes: what is in the box, or the whole picture."""
        box = question.box if question.evidence.has_box else None
        return (
            open_picture(question.source) if box is None else asked_picture(_text(question.source), box=box)
        )

    def _current(self, question: Question) -> Question:
        """Returns the question as the models in use find it; a worked example may be another profile's."""
        task, found = self.task, question.evidence
        if found.models == task.models:
            return question
        box = question.box if found.has_box else None
        crop = None if box is None else asked_picture(_text(question.source), box=box)
        words = found.caption.sentence if found.caption.author == "person" else ""
        evidence = task.evidence(open_picture(question.source), crop, words)
        return Question(question.source, evidence, box=question.box)

    def weighed(self, weights: Sequence[float], asked: str, held: Any) -> tuple[Any, ...]:
        """Answers with other weights: pure arithmetic."""
        question = remembered(asked, held, self.questions, self.first_step)
        return self._shown(_ranked(question.evidence, weights, question.right))

    def _words(self, evidence: StreetEvidence) -> tuple[str, str, str]:
        """Returns a person's words, what is read by whom, and the dialogue."""
        talk = dialogue_html(evidence.dialogue, self.services.manifest(TASK.head))
        own = evidence.caption.sentence if evidence.caption.author == "person" else ""
        return own, words_read(evidence.caption), talk


def _ranked(evidence: StreetEvidence, weights: Sequence[float], right: Sequence[str] = ()) -> StreetAnswer:
    w_picture, w_words, w_box = weights
    return answer(evidence, w_picture, w_words, w_box, RESULTS, right)


def _view(picture: Picture, box: Box | None) -> BoxView:
    return BoxView(data_address(picture, DISPLAYED), *picture.original_size, box)


def _sliders(found: StreetAnswer, evidence: StreetEvidence) -> WeightsView:
    return WeightsView(found.weights, (None, None, None if evidence.has_box else NO_BOX))


def _text(source: str | bytes | Path) -> str | bytes:
    return str(source) if isinstance(source, Path) else source


def _after_box(weights: Sequence[float], had: bool, has: bool) -> Sequence[float]:
    """Returns weights that make room for a first box, or take over what a removed one had."""
    picture, words, box = weights
    if has and not had:
        return picture * (1 - BOX_SHARE), words * (1 - BOX_SHARE), BOX_SHARE
    if had and not has:
        return (picture, words, 0.0) if picture or words else WITHOUT_BOX
    return picture, words, box

"""What happens in the street-to-shop tab, without its layout: questions, boxes, words and weights become answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from core.errors import BlendscopeError, InputError
from core.instruments import Blended
from core.instruments.boxes_tried import boxes_around, boxes_tried
from core.task_table import find_task
from core.tasks.street_to_shop import WITHOUT_BOX, StreetAnswer, StreetEvidence, answer, with_box_share
from core.types import Box, Picture
from demo import copy
from demo.answers.live import MOST_CANDIDATES
from demo.answers.retrieval import RESULTS
from demo.answers.street_to_shop import KINDS, boxes_items, boxes_looked_at, dialogue_html, words_read
from demo.doors import asked_picture, cut_boxes
from demo.events.retrieval import RetrievalEvents, RetrievalFields
from demo.events.tab import NOTHING, OWN
from demo.html import empty, notice, remarks
from demo.recent_pictures import recent_picture
from demo.thumbnails import thumbnail_addresses
from demo.widgets.addresses import data_address
from demo.widgets.box_tool import BoxView
from demo.widgets.weights import WeightsView
from demo.wiring import KEPT

TASK = find_task("street_to_shop")
NO_BOX = "No box is drawn, so its weight is 0."
EMPTY = "Add a picture of a garment seen in the street, and shop pictures answer here."
DISPLAYED = 960
"""Longest side in pixels of the copy that the page shows; the box stays in pixels of the original."""
LOOKED_INTO = 360
"""The same for the copy on which other boxes are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetToShopFields(RetrievalFields):
    """The fields of the tab, beside those of every retrieval tab.

    Attributes:
        box: the picture with the box on it.
        propose: lets the box head draw the box.
        slots: whose words count, and what they are.
        dialogue: what the captioner answers to fixed questions.
        boxes: where a result stands for many boxes around the one that was drawn.
    """

    box: Any = KEPT
    propose: Any = KEPT
    slots: Any = KEPT
    dialogue: Any = KEPT
    boxes: Any = KEPT


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
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


class StreetToShopEvents(RetrievalEvents):
    """What happens in this tab; only `uploaded`, `proposed`, `boxed` and `worded` call an encoder."""

    row, kinds, unit = TASK, KINDS, copy.SHOP_SCORES
    sign, first_step = copy.DEVIATIONS, copy.PICTURE_FIRST

    @cached_property
    def start(self) -> Sequence[float]:
        """Where the sliders stand without a box: those chosen on validation queries, if any."""
        return self.services.start_weights(TASK.head, WITHOUT_BOX)

    @cached_property
    def questions(self) -> tuple[Sighting, ...]:
        """What the worked examples ask."""
        return tuple(
            Sighting(
                example.picture or "",
                StreetEvidence.from_json(example.evidence),
                tuple(example.settings.get("right") or ()),
                Box(*example.settings["box"]) if example.settings.get("box") else None,
            )
            for example in self.examples
        )

    def opened(self, number: int = 0) -> StreetToShopFields:
        """Shows a worked example, answered without a model; an empty page when there is none."""
        if not 0 <= number < len(self.examples):
            return StreetToShopFields(
                sentence=empty(EMPTY),
                gallery="",
                models="",
                live=None,
                box=None,
                words="",
                slots="",
                dialogue="",
                weights=WeightsView(self.start, (None, None, NO_BOX)),
                showing=NOTHING,
                held=None,
            )
        question, settings = self.questions[number], self.examples[number].settings
        evidence = question.evidence
        weights = settings.get("weights") or _after_box(self.start, False, evidence.has_box)
        box = question.box if evidence.has_box else None
        shown = self._shown(evidence, weights, right=question.right)
        return replace(
            shown | self._captioned(evidence),
            box=_view(recent_picture(question.source), box),
            showing=f"example {number}",
            held=None,
        )

    def uploaded(self, upload: str | bytes | None) -> StreetToShopFields:
        """Answers a new picture; the captioner writes the words, and there is no box yet."""
        picture = asked_picture(upload)
        evidence = self.task.evidence(picture, None, "")
        notes = (*picture.notes, *self.task.notes(evidence.caption.sentence))
        shown = self._shown(evidence, self.start, notes) | self._captioned(evidence)
        question = Sighting(upload or "", evidence)
        return replace(shown, box=_view(picture, None), showing=OWN, held=question)

    def proposed(self, weights: Sequence[float], showing: str, held: Any) -> StreetToShopFields:
        """Lets the box head draw the box, and answers with it."""
        picture = recent_picture(self.question(showing, held).source)
        box = self.task.propose(picture)
        return replace(self.boxed(box, weights, showing, held), box=_view(picture, box))

    def boxed(self, box: Box | None, weights: Sequence[float], showing: str, held: Any) -> StreetToShopFields:
        """Answers with another box, or without one; the captioner's words are then about what is in the box."""
        question = self._current(self.question(showing, held))
        had, whole = question.evidence.has_box, recent_picture(question.source)
        evidence = self.task.with_box(question.evidence, whole, _crop(question.source, box))
        shown = self._shown(evidence, _after_box(weights, had, evidence.has_box))
        own = Sighting(question.source, evidence, box=box)
        return replace(shown, slots=words_read(evidence.caption), showing=OWN, held=own)

    def worded(self, words: str, weights: Sequence[float], showing: str, held: Any) -> StreetToShopFields:
        """Answers with other words; only the words are encoded. No words: the captioner writes them again."""
        question = self._current(self.question(showing, held))
        task = self.task
        typed = words if words and words.strip() else task.caption(self._looked_at(question))
        evidence = task.with_words(question.evidence, typed)
        answered = self.ranked(_ranked(evidence, weights), remarks(task.notes(evidence.caption.sentence)))
        own = Sighting(question.source, evidence, box=question.box)
        return StreetToShopFields(**answered, slots=words_read(evidence.caption), showing=OWN, held=own)

    def weighed(self, weights: Sequence[float], showing: str, held: Any) -> StreetToShopFields:
        """Answers with other weights: pure arithmetic."""
        question = self.question(showing, held)
        return StreetToShopFields(**self.ranked(_ranked(question.evidence, weights, question.right)))

    def surveyed(self, weights: Sequence[float], showing: str, held: Any) -> StreetToShopFields:
        """Shows who comes first at which mix, for the question that the page shows."""
        return StreetToShopFields(
            atlas=self.atlas_of(lambda: _ranked(self.question(showing, held).evidence, weights))
        )

    def read_each(self, weights: Sequence[float], showing: str, held: Any) -> StreetToShopFields:
        """Shows what each word does, for the answer that the page shows."""
        try:
            evidence = self.question(showing, held).evidence
        except BlendscopeError as error:
            return StreetToShopFields(chips=notice(str(error)))

        def blended_of(words: str) -> Blended:
            # Words of the captioner's are compared with captions, and so are they when one of them is left out.
            caption = replace(evidence.caption, sentence=words)
            return self.blended(_ranked(self.task.with_words(evidence, caption), weights).ranking)

        return StreetToShopFields(
            chips=self.read_words(evidence.caption.sentence, blended_of, copy.DEVIATIONS)
        )

    def tried(self, weights: Sequence[float], showing: str, held: Any) -> StreetToShopFields:
        """Shows what other boxes than the drawn one find, for the answer that the page shows."""
        try:
            question = self.question(showing, held)
            drawn = question.box if question.evidence.has_box else None
            if drawn is None:
                raise InputError(copy.NO_BOX_TO_MOVE)
            question = self._current(question)
            picture, evidence = recent_picture(question.source), question.evidence
            boxes = boxes_around(drawn, *picture.original_size)

            def seen() -> Any:
                return self.task.score_boxes(cut_boxes(question.source, boxes))

            blended = self.blended(_ranked(evidence, weights, question.right).ranking)
            few = len(evidence.items) <= MOST_CANDIDATES
            rows = blended.once("what boxes see", seen) if few else seen()
            reading = boxes_tried(blended, boxes, rows)
        except BlendscopeError as error:
            return StreetToShopFields(boxes=notice(str(error)))
        addresses = thumbnail_addresses(self.gallery, boxes_items(reading))
        address = data_address(picture, LOOKED_INTO)
        return StreetToShopFields(
            boxes=boxes_looked_at(reading, self.gallery, addresses, address, picture.original_size)
        )

    def _shown(
        self,
        evidence: StreetEvidence,
        weights: Sequence[float],
        notes: Sequence[str] = (),
        right: Sequence[str] = (),
    ) -> StreetToShopFields:
        """Returns the answer, and the sliders as it used them."""
        ranked = _ranked(evidence, weights, right)
        sliders = WeightsView(ranked.weights, (None, None, None if evidence.has_box else NO_BOX))
        return StreetToShopFields(**self.ranked(ranked, remarks(notes)), weights=sliders)

    def _captioned(self, evidence: StreetEvidence) -> StreetToShopFields:
        """Returns a person's words, what is read by whom, and the dialogue."""
        talk = dialogue_html(evidence.dialogue, self.services.manifest(TASK.head))
        own = evidence.caption.sentence if evidence.caption.author == "person" else ""
        return StreetToShopFields(words=own, slots=words_read(evidence.caption), dialogue=talk)

    def _looked_at(self, question: Sighting) -> Picture:
        """Returns what the captioner describes: what is in the box, or the whole picture."""
        box = question.box if question.evidence.has_box else None
        return _crop(question.source, box) or recent_picture(question.source)

    def _current(self, question: Sighting) -> Sighting:
        """Returns the question as the models in use find it; a worked example may be another profile's."""
        task, evidence = self.task, question.evidence
        if evidence.models == task.models:
            return question
        crop = _crop(question.source, question.box if evidence.has_box else None)
        words = evidence.caption.sentence if evidence.caption.author == "person" else ""
        evidence = task.evidence(recent_picture(question.source), crop, words)
        return Sighting(question.source, evidence, box=question.box)


def _ranked(evidence: StreetEvidence, weights: Sequence[float], right: Sequence[str] = ()) -> StreetAnswer:
    w_picture, w_words, w_box = weights
    return answer(evidence, w_picture, w_words, w_box, RESULTS, right)


def _view(picture: Picture, box: Box | None) -> BoxView:
    return BoxView(data_address(picture, DISPLAYED), *picture.original_size, box)


def _crop(source: str | bytes | Path, box: Box | None) -> Picture | None:
    """Returns what is in the box, None without one."""
    if box is None:
        return None
    return asked_picture(str(source) if isinstance(source, Path) else source, box=box)


def _after_box(weights: Sequence[float], had: bool, has: bool) -> Sequence[float]:
    """Returns weights that make room for a first box, or take over what a removed one had."""
    picture, words, box = weights
    if has and not had:
        return with_box_share(weights)
    if had and not has:
        return (picture, words, 0.0) if picture or words else WITHOUT_BOX
    return picture, words, box

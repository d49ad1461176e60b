"""What happens in the street-to-shop tab, without its layout: questions, boxes, words and weights become answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import gradio as gr

from core.errors import BlendscopeError, InputError
from core.instruments import Blended
from core.joining import HARRIS, SUM
from core.task_table import find_task
from core.tasks.street_to_shop import WITHOUT_BOX, StreetAnswer, StreetEvidence, ranking, what_if
from core.tasks.street_to_shop.task import WHOLE
from core.types import Box, Picture
from demo import copy
from demo.answers.street_to_shop import KINDS, dialogue_html, words_read
from demo.doors import asked_picture
from demo.events.atlas import FIRST
from demo.events.retrieval import RetrievalFields
from demo.events.street_to_shop_boxes import Sighting, after_box, crop_of, ranked_of, sliders_of, view_of
from demo.events.street_to_shop_other_boxes import other_boxes_of
from demo.events.street_to_shop_places import StreetToShopPlacesEvents
from demo.events.tab import NOTHING, OWN, begun
from demo.html import empty, fine, notice, remarks
from demo.recent_pictures import recent_picture
from demo.widgets.word_chips import FieldWords
from demo.wiring import KEPT

TASK = find_task("street_to_shop")
WORDS = "street-words"
EMPTY = "Add a picture of a garment seen in the street, and shop pictures answer here."


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


class StreetToShopEvents(StreetToShopPlacesEvents):
    """What happens in this tab; only `uploaded`, `proposed`, `boxed` and `worded` call an encoder."""

    row, kinds, unit = TASK, KINDS, copy.SHOP_SCORES
    calibrated, charts = WHOLE, {"garment": "Garments alike", "words": "Captions alike"}
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
                promise=None,
                box=None,
                words="",
                slots="",
                dialogue="",
                weights=sliders_of(self.start, SUM, has_box=False),
                showing=NOTHING,
                held=None,
                **self.rule_fields(SUM),
            )
        return self.reopened(self.questions[number], self.weights_of(number), f"example {number}", None)

    def reopened(self, question: Sighting, mix: Any, showing: str, held: Any) -> StreetToShopFields:
        """Shows a question that was answered before, at a mix; needs no model."""
        evidence = question.evidence
        shown = self.shown_at(evidence, mix, right=question.right) | self.captioned(evidence)
        box = view_of(recent_picture(question.source), question.box if evidence.has_box else None)
        weights = begun(shown.weights, showing, self.weights_of, after_box(self.start, False, True))
        return replace(shown, box=box, weights=weights, showing=showing, held=held, **self.rule_fields(SUM))

    def noted(self, weights: Sequence[float], showing: str, held: Any, past: Any) -> StreetToShopFields:
        """Adds the question that the page shows to the trail."""
        return StreetToShopFields(**self.noted_fields(weights, showing, held, past))

    def titled(self, question: Sighting) -> str:
        """Returns what the trail calls a question."""
        return question.evidence.caption.sentence + (", with a box" if question.evidence.has_box else "")

    def uploaded(self, upload: str | bytes | None, joining: str = SUM) -> StreetToShopFields:
        """Answers a new picture; the captioner writes the words, and there is no box yet."""
        return self._looked(upload or "", asked_picture(upload), joining)

    def chosen(self, joining: str, event: gr.EventData) -> StreetToShopFields:
        """Asks with a picture of the gallery, as with a new one."""
        _, source = self.picture_named(event)
        return self._looked(source, recent_picture(source), joining, copy.OF_THE_GALLERY)

    def _looked(self, source: Any, picture: Picture, joining: str, *remark: str) -> StreetToShopFields:
        evidence = self.task.evidence(picture, None, "")
        notes = (*remark, *picture.notes, *self.task.notes(evidence.caption.sentence))
        shown = self.shown_at(evidence, self.start, notes, joining=joining) | self.captioned(evidence)
        weights = begun(shown.weights, OWN, self.weights_of, after_box(self.start, False, True))
        own = Sighting(source, evidence)
        return replace(shown, box=view_of(picture, None), weights=weights, showing=OWN, held=own)

    def proposed(
        self, weights: Sequence[float], showing: str, held: Any, joining: str = SUM
    ) -> StreetToShopFields:
        """Lets the box head draw the box, and answers with it."""
        picture = recent_picture(self.question(showing, held).source)
        box = self.task.propose(picture)
        return replace(self.boxed(box, weights, showing, held, joining), box=view_of(picture, box))

    def boxed(
        self, box: Box | None, weights: Sequence[float], showing: str, held: Any, joining: str = SUM
    ) -> StreetToShopFields:
        """Answers with another box, or without one; the captioner's words are then about what is in the box."""
        question = self._current(self.question(showing, held))
        had, whole = question.evidence.has_box, recent_picture(question.source)
        evidence = self.task.with_box(question.evidence, whole, crop_of(question.source, box))
        shown = self.shown_at(evidence, after_box(weights, had, evidence.has_box), joining=joining)
        own = Sighting(question.source, evidence, box=box)
        return replace(shown, slots=words_read(evidence.caption), showing=OWN, held=own)

    def worded(
        self, words: str, weights: Sequence[float], showing: str, held: Any, joining: str = SUM
    ) -> StreetToShopFields:
        """Answers with other words; only the words are encoded. No words: the captioner writes them again."""
        question = self._current(self.question(showing, held))
        task = self.task
        typed = words if words and words.strip() else task.caption(self._looked_at(question))
        evidence = task.with_words(question.evidence, typed)
        ranked = ranked_of(self.reaching(evidence, weights), weights, rule=joining)
        answered = self.ranked(ranked, remarks(task.notes(evidence.caption.sentence)))
        own = Sighting(question.source, evidence, box=question.box)
        return StreetToShopFields(**answered, slots=words_read(evidence.caption), showing=OWN, held=own)

    def weighed(
        self, weights: Sequence[float], showing: str, held: Any, joining: str = SUM
    ) -> StreetToShopFields:
        """Answers with other weights: pure arithmetic."""
        question = self.question(showing, held)
        evidence = self.reaching(question.evidence, weights)
        return StreetToShopFields(**self.ranked(ranked_of(evidence, weights, question.right, joining)))

    def brought(
        self,
        weights: Sequence[float],
        showing: str,
        held: Any,
        event: gr.EventData,
        joining: str = SUM,
    ) -> StreetToShopFields:
        """Moves the sliders as little as brings a picture to the top, where a mix can."""
        question = self.question(showing, held)
        evidence, right = self.reaching(question.evidence, weights), question.right
        change = self.bringing(ranked_of(evidence, weights, right, joining).ranking, event)
        mix = (*(change.weights or weights), 0.0)[:3]
        shown = self.ranked(ranked_of(evidence, mix, right, joining), fine(change.sentence))
        sliders = sliders_of(mix, joining, has_box=evidence.has_box)
        return StreetToShopFields(**shown, weights=sliders)

    def joined(
        self, weights: Sequence[float], showing: str, held: Any, joining: str = SUM
    ) -> StreetToShopFields:
        """Answers by another rule of joining; without a question it is the rule of the next one."""
        if showing == NOTHING:
            return StreetToShopFields(
                **self.rule_fields(joining), weights=sliders_of(weights, joining, has_box=False)
            )
        question = self.question(showing, held)
        evidence = self.reaching(question.evidence, weights)
        fields = self.ranked(ranked_of(evidence, weights, question.right, joining))
        sliders = sliders_of(weights, joining, has_box=question.evidence.has_box)
        return StreetToShopFields(**fields, **self.rule_fields(joining), weights=sliders)

    def surveyed(
        self,
        weights: Sequence[float],
        showing: str,
        held: Any,
        joining: str = SUM,
        layer: str = FIRST,
        looked: Any = None,
    ) -> StreetToShopFields:
        """Shows who comes first at which mix, for the question that the page shows."""

        def answered() -> StreetAnswer:
            question = self.question(showing, held)
            evidence = self.reaching(question.evidence, weights)
            return ranked_of(evidence, weights, question.right, joining)

        return StreetToShopFields(atlas=self.atlas_of(answered, layer, looked))

    def read_each(
        self, weights: Sequence[float], showing: str, held: Any, joining: str = SUM
    ) -> StreetToShopFields:
        """Shows what each word does, for the answer that the page shows."""

        def read() -> list[FieldWords]:
            question = self.question(showing, held)
            own = question.evidence.caption.author == "person"  # a captioner's words stand in no field
            rank = partial(ranking, raw=weights, right=question.right, rule=joining)
            evidence = self.reaching(question.evidence, weights)
            return [(what_if(self.task, evidence, rank), WORDS if own else "")]

        unit = self.unit_by(joining).sign or copy.POINTS
        return StreetToShopFields(chips=self.read_words(read, unit))

    def blended_examples(self) -> list[Blended]:
        """Returns what the answers of the worked examples are blended from, with their own weights."""
        asked = enumerate(self.questions)
        return [ranking(question.evidence, self.weights_of(number)).blended() for number, question in asked]

    def weights_of(self, number: int) -> Sequence[float]:
        """Returns the weights of a worked example."""
        usual = after_box(self.start, False, self.questions[number].evidence.has_box)
        weights: Sequence[float] = self.examples[number].settings.get("weights") or usual
        return weights

    def tried(
        self, weights: Sequence[float], showing: str, held: Any, joining: str = SUM
    ) -> StreetToShopFields:
        """Shows what other boxes than the drawn one find, for the answer that the page shows."""
        try:
            if joining != SUM:
                raise InputError(copy.BY_SUM_ALONE)
            question = self._current(self.question(showing, held))
            ranked = ranking(self.reaching(question.evidence, weights), weights, question.right)
            return StreetToShopFields(boxes=other_boxes_of(self, question.source, question.box, ranked))
        except BlendscopeError as error:
            return StreetToShopFields(boxes=notice(str(error)))

    def shown_at(
        self,
        evidence: StreetEvidence,
        weights: Sequence[float],
        notes: Sequence[str] = (),
        right: Sequence[str] = (),
        joining: str = SUM,
    ) -> StreetToShopFields:
        """Returns the answer, and the sliders as it used them."""
        ranked = ranked_of(self.reaching(evidence, weights), weights, right, joining)
        used = weights if joining == HARRIS else ranked.weights
        sliders = sliders_of(used, joining, has_box=evidence.has_box)
        return StreetToShopFields(**self.ranked(ranked, remarks(notes)), weights=sliders)

    def captioned(self, evidence: StreetEvidence) -> StreetToShopFields:
        """Returns a person's words, what is read by whom, and the dialogue."""
        talk = dialogue_html(evidence.dialogue, self.services.manifest(TASK.head))
        own = evidence.caption.sentence if evidence.caption.author == "person" else ""
        return StreetToShopFields(words=own, slots=words_read(evidence.caption), dialogue=talk)

    def _looked_at(self, question: Sighting) -> Picture:
        """Returns what the captioner describes: what is in the box, or the whole picture."""
        box = question.box if question.evidence.has_box else None
        return crop_of(question.source, box) or recent_picture(question.source)

    def _current(self, question: Sighting) -> Sighting:
        """Returns the question as the models in use find it; a worked example may be another profile's."""
        task, evidence = self.task, question.evidence
        if evidence.models == task.models:
            return question
        crop = crop_of(question.source, question.box if evidence.has_box else None)
        words = evidence.caption.sentence if evidence.caption.author == "person" else ""
        evidence = task.evidence(recent_picture(question.source), crop, words)
        return Sighting(question.source, evidence, box=question.box)

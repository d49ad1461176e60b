"""What happens in the compose tab, without its layout: references, modifications and mixes become answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from typing import Any

import gradio as gr

from core.encoders.pooling import POOLINGS
from core.errors import BlendscopeError, InputError
from core.instruments import Blended
from core.joining import SUM
from core.task_table import find_task
from core.tasks.compose import F_ALONE, REPORTS_BEST, ComposeEvidence, what_if
from core.tasks.compose.task import QUERY
from core.tasks.ranking import RankedAnswer, Ranking
from core.types import Picture
from demo import copy
from demo.answers.compose import KINDS, RECALLS, Maps, Mix
from demo.doors import asked_picture
from demo.events.atlas import FIRST, RANK
from demo.events.compose_maps import read_maps
from demo.events.compose_places import places_of
from demo.events.compose_strip import Composition, StripEvents, sliders
from demo.events.retrieval import RetrievalFields, weights_of_place
from demo.events.tab import NOTHING, OWN, begun
from demo.html import empty, fine, notice, remarks
from demo.recent_pictures import recent_picture
from demo.turns import refuse
from demo.widgets.addresses import data_address
from demo.widgets.atlas_layer import AtlasLayer, recall_layer
from demo.widgets.gallery import gallery_html
from demo.widgets.reference import reference_html
from demo.widgets.word_chips import FieldWords
from demo.wiring import KEPT

TASK = find_task("compose")
WORDS = "compose-text"
DISPLAYED = 320
REPORT_LAYERS = {f"report 4’s {recall}": recall for recall in RECALLS}
EMPTY = "Choose a picture to start from, say what should change, and the answer appears here."
TYPE_MODIFICATION = "Type what should change, and press Enter."


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeFields(RetrievalFields):
    """The fields of the tab, beside those of every retrieval tab; `words` are the modification.

    Attributes:
        reference: the picture to start from.
        strip: pictures of the gallery to choose it from.
        pooling: how tokens become one vector.
        renormalise: whether scores are cosines.
        recall: what the maps show.
        rule: the pooling of the maps.
        maps: recall over all weights.
    """

    reference: Any = KEPT
    strip: Any = KEPT
    pooling: Any = KEPT
    renormalise: Any = KEPT
    recall: Any = KEPT
    rule: Any = KEPT
    maps: Any = KEPT


class ComposeEvents(StripEvents):
    """What happens in this tab; only a reference or a modification calls an encoder."""

    row, kinds, unit, decimals = TASK, KINDS, copy.COMPOSE_SCORES, 3
    calibrated, layers, of_words = QUERY, (FIRST, RANK, *REPORT_LAYERS), (1, 2)
    first_step, charts = copy.REFERENCE_FIRST, {"joint": "how they look"}

    @cached_property
    def start(self) -> tuple[float, ...]:
        """Where the sliders stand at first: the weights chosen on validation queries, where there are any."""
        usual = F_ALONE if self.services.profile == "pocket" else REPORTS_BEST
        return self.services.start_weights(TASK.head, usual)

    @cached_property
    def questions(self) -> tuple[Composition, ...]:
        """What the worked examples ask."""
        evidence = [ComposeEvidence.from_json(example.evidence) for example in self.examples]
        # A picture of the gallery has its row there; copies of it, should there be any, stand behind.
        rows = [answered.row_of(answered.masked[0]) if answered.masked else None for answered in evidence]
        return tuple(
            Composition(example.picture or "", row, answered, tuple(example.settings.get("right") or ()))
            for example, row, answered in zip(self.examples, rows, evidence, strict=True)
        )

    def opened(self, number: int = 0) -> ComposeFields:
        """Shows a worked example, answered without a model; an empty page when there is none."""
        if not 0 <= number < len(self.examples):
            return ComposeFields(
                sentence=empty(EMPTY),
                gallery="",
                models="",
                live=None,
                promise=None,
                reference=reference_html("", None),
                showing=NOTHING,
                held=None,
                words="",
                **sliders(Mix(self.start)),
                **self.rule_fields(SUM),
            )
        return self.reopened(self.questions[number], self.mix_of(number), f"example {number}", None)

    def reopened(self, question: Composition, mix: Mix, showing: str, held: Any) -> ComposeFields:
        """Shows a question that was answered before, at a mix; needs no model."""
        evidence = question.evidence
        assert evidence is not None, "it was answered"
        answer = mix.answer(evidence, question.right)
        shown = sliders(replace(mix, weights=answer.weights))
        return ComposeFields(
            **self.ranked(answer),
            reference=self._reference(
                recent_picture(question.source), tuple(map(evidence.row_of, evidence.masked))
            ),
            showing=showing,
            held=held,
            words=evidence.modification,
            **shown | {"weights": begun(shown["weights"], showing, self.weights_of, self.start)},
            **self.rule_fields(mix.joining),
        )

    def noted(self, mix: Mix, showing: str, held: Any, past: Any) -> ComposeFields:
        """Adds the question that the page shows to the trail."""
        return ComposeFields(**self.noted_fields(mix, showing, held, past))

    def titled(self, question: Composition) -> str:
        """Returns what the trail calls a question, "" for one without an answer."""
        return question.evidence.modification if question.evidence else ""

    def uploaded(self, upload: str | bytes | None, words: str, mix: Mix) -> ComposeFields:
        """Takes a picture of the visitor's own as the reference."""
        asked_picture(upload)
        return self.ask(Composition(upload or ""), words, mix)

    def chosen(self, words: str, mix: Mix, event: gr.EventData) -> ComposeFields:
        """Takes a picture of the gallery as the reference, and asks with it."""
        return self.ask(self._from_gallery(event), words, mix)

    def kept_for_later(self, event: gr.EventData) -> ComposeFields:
        """Takes a result as the reference; the words in the field wait until somebody asks with them."""
        try:
            question = self._from_gallery(event)
        except BlendscopeError as error:
            refuse(str(error))
            return ComposeFields(notice=notice(str(error)))
        gallery = self.gallery
        rows = gallery.find(gallery.items[question.index or 0].digest)
        reference = self._reference(recent_picture(question.source), rows)
        return ComposeFields(
            notice=notice(copy.COMPOSE_PENDING), reference=reference, showing=OWN, held=question
        )

    def worded(self, words: str, mix: Mix, showing: str, held: Any) -> ComposeFields:
        """Answers another modification of the same reference."""
        if not words or not words.strip():
            raise InputError(TYPE_MODIFICATION)
        return self.ask(self.question(showing, held), words, mix)

    def weighed(self, mix: Mix, showing: str, held: Any) -> ComposeFields:
        """Answers with other weights or pooling: pure arithmetic."""
        return ComposeFields(**self.ranked(self._answered(mix, showing, held)))

    def brought(self, mix: Mix, showing: str, held: Any, event: gr.EventData) -> ComposeFields:
        """Moves the sliders as little as brings a picture to the top, where a mix can."""
        change = self.bringing(self._answered(mix, showing, held).ranking, event)
        mix = replace(mix, weights=change.weights or mix.weights)
        shown = self.ranked(self._answered(mix, showing, held), fine(change.sentence))
        return ComposeFields(**shown, weights=sliders(mix)["weights"])

    def joined(self, mix: Mix, showing: str, held: Any) -> ComposeFields:
        """Answers by another rule of joining."""
        shown = {} if showing == NOTHING else self.ranked(self._answered(mix, showing, held))
        fields = shown | self.rule_fields(mix.joining)
        return ComposeFields(**fields, weights=sliders(mix)["weights"])

    def surveyed(
        self, mix: Mix, showing: str, held: Any, layer: str = FIRST, looked: Any = None
    ) -> ComposeFields:
        """Shows who comes first at which mix, for the question that the page shows."""
        return ComposeFields(atlas=self.atlas_of(lambda: self._answered(mix, showing, held), layer, looked))

    def layer_of(self, layer: str, ranking: Ranking, looked: int | None) -> AtlasLayer | None:
        """Returns what lies on the atlas: the report's recall, too."""
        published, recall = self.maps.published, REPORT_LAYERS.get(layer)
        if recall is None or published is None:
            return super().layer_of(layer, ranking, looked)
        return recall_layer(published, POOLINGS[ranking.pooling], RECALLS[recall])

    def _answered(self, mix: Mix, showing: str, held: Any) -> RankedAnswer:
        question = self.question(showing, held)
        if question.evidence is None:
            raise InputError(TYPE_MODIFICATION)
        return mix.answer(self.reaching(question.evidence, mix.weights), question.right)

    def read_each(self, mix: Mix, showing: str, held: Any) -> ComposeFields:
        """Shows what each word of the modification does, for the answer that the page shows."""

        def read() -> list[FieldWords]:
            question = self.question(showing, held)
            if question.evidence is None:
                raise InputError(TYPE_MODIFICATION)
            rank = partial(mix.ranking, right=question.right)
            evidence = self.reaching(question.evidence, mix.weights)
            return [(what_if(self.task, self._picture_of(question), evidence, rank), WORDS)]

        return ComposeFields(chips=self.read_words(read, copy.COSINES if mix.joining == SUM else copy.POINTS))

    def blended_examples(self) -> list[Blended]:
        """Returns what the answers of the worked examples are blended from, with their own weights."""
        answered = [
            (self.mix_of(number), question.evidence) for number, question in enumerate(self.questions)
        ]
        return [mix.ranking(evidence).blended() for mix, evidence in answered if evidence is not None]

    def located(self, mix: Mix, showing: str, held: Any) -> ComposeFields:
        """Shows where the parts of the first results come from, for the answer that the page shows."""

        def look() -> str:
            if mix.joining != SUM:
                raise InputError(copy.BY_SUM_ALONE)
            question, hits = self.question(showing, held), self._answered(mix, showing, held).hits
            evidence = self.reaching(question.evidence, mix.weights)
            assert evidence is not None, "it was answered"
            return places_of(self, recent_picture(question.source), evidence, mix.pooling, hits)

        return ComposeFields(places=self.looked(look))

    def pointed(self, mix: Mix, showing: str, held: Any, event: gr.EventData) -> ComposeFields:
        """Answers with the weights of a point of the map."""
        mix = replace(mix, weights=weights_of_place(event))
        return replace(self.weighed(mix, showing, held), weights=sliders(mix)["weights"])

    @cached_property
    def maps(self) -> Maps:
        """Recall over all weights, here and in the report."""
        services = self.services
        return read_maps(services.manifest(TASK.head), services.weights(TASK.head), services.pictures)

    def mapped(self, recall: str, rule: str) -> ComposeFields:
        """Shows the maps of another measure or pooling."""
        return ComposeFields(maps=self.maps.html(recall, rule))

    def stripped(self) -> ComposeFields:
        """Shows the strip once the gallery is open, or why it cannot be opened."""
        try:
            return ComposeFields(strip=self.strip())
        except BlendscopeError as error:
            return ComposeFields(strip=gallery_html([], empty=str(error)))

    def mix_of(self, number: int) -> Mix:
        """Returns the mix of a worked example."""
        settings = self.examples[number].settings
        named = {field.name: settings[field.name] for field in fields(Mix) if field.name in settings}
        return Mix(**{"weights": self.start} | named)

    def weights_of(self, number: int) -> Sequence[float]:
        """Returns the weights of a worked example."""
        return self.mix_of(number).weights

    def _from_gallery(self, event: gr.EventData) -> Composition:
        index, file = self.picture_named(event)
        return Composition(file, index)

    def ask(self, question: Composition, words: str, mix: Mix) -> ComposeFields:
        """Answers a question; without words it waits for them."""
        picture = self._picture_of(question)
        reference = self._reference(picture, self.gallery.find(picture.digest))
        question = Composition(question.source, question.index)
        if not words or not words.strip():
            nothing: dict[str, Any] = {"gallery": "", "models": "", "live": None, "promise": None}
            nothing["sentence"] = empty(TYPE_MODIFICATION)
            return ComposeFields(**nothing, reference=reference, showing=OWN, held=question)
        evidence = self.task.evidence(picture, words)
        notes = remarks((*picture.notes, *self.task.notes(evidence.modification)))
        shown = self.ranked(mix.answer(self.reaching(evidence, mix.weights)), notes)
        return ComposeFields(
            **shown, reference=reference, showing=OWN, held=replace(question, evidence=evidence)
        )

    def _picture_of(self, question: Composition) -> Picture:
        """Returns what is asked with, under the digest by which the gallery knows it: the original's."""
        picture = recent_picture(question.source)
        original = None if question.index is None else self.gallery.items[question.index].digest
        return replace(picture, digest=original or picture.digest)

    def _reference(self, picture: Picture, masked: tuple[int, ...]) -> str:
        title = None
        if masked:
            item = self.gallery.items[masked[0]]
            title = item.title or item.id
        return reference_html(data_address(picture, DISPLAYED), title, max(len(masked) - 1, 0))

"""What happens in the compose tab, without its layout: references, modifications and mixes become answers."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import gradio as gr

from core.errors import BlendscopeError, InputError
from core.images import open_picture
from core.task_table import find_task
from core.tasks.compose import F_ALONE, REPORTS_BEST, ComposeEvidence, ComposeTask
from core.types import Picture
from demo import copy
from demo.answers.compose import Maps, Mix, Question
from demo.answers.retrieval import RetrievalTab
from demo.doors import asked_picture
from demo.pieces import NOTHING, OWN, empty, notice, remarks, remembered
from demo.widgets.addresses import data_address
from demo.widgets.gallery import gallery_html
from demo.widgets.reference import reference_html
from demo.widgets.results import (
    gallery_index,
    plain_tiles,
    thumbnail,
)
from demo.widgets.weights import WeightRow, WeightsView

TASK = find_task("compose")
KINDS = (("q", "picture", "picture q"), ("t", "words", "words t"), ("f", "both", "both f(q, t)"))
ROWS = (
    WeightRow("Picture q", "w₀", "picture"),
    WeightRow("Words t", "w₁", "words"),
    WeightRow("Both f(q, t)", "w₂", "both"),
)
FREE = (None, None, None)
MIX = ("weights", "pooling", "renormalise")
STRIP = 60
"""Most pictures in the strip to choose a reference from; a larger gallery shows every so-manyth."""
DISPLAYED = 320
EMPTY = "Choose a picture to start from, say what should change, and the answer appears here."
TYPE_MODIFICATION = "Type what should change, and press Enter."
OPENING = "The gallery is being opened."


class ComposeTab(RetrievalTab):
    """What happens in this tab, without its layout; only a reference or a modification calls an encoder."""

    row, kinds, unit, decimals = TASK, KINDS, copy.COMPOSE_SCORES, 3
    first_step = copy.REFERENCE_FIRST

    @cached_property
    def start(self) -> tuple[float, ...]:
        """Where the sliders stand at first: the weights chosen on validation queries, where there are any."""
        usual = F_ALONE if self.services.profile == "pocket" else REPORTS_BEST
        return self.services.start_weights(TASK.head, usual)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What the worked examples ask."""
        evidence = [ComposeEvidence.from_json(one.evidence) for one in self.examples]
        # A picture of the gallery has its row there; copies of it, should there be any, stand behind.
        rows = [found.masked[0] if found.masked else None for found in evidence]
        return tuple(
            Question(one.picture or "", row, found, tuple(one.settings.get("right") or ()))
            for one, row, found in zip(self.examples, rows, evidence, strict=True)
        )

    def opened(self, number: int = 0) -> tuple[Any, ...]:
        """Shows a worked example, answered without a model; an empty page when there is none."""
        if not 0 <= number < len(self.examples):
            mix, view = Mix(self.start), (empty(EMPTY), "", "", reference_html("", None))
            return *view, NOTHING, None, "", WeightsView(mix.weights, FREE), mix.pooling, mix.renormalise
        question, settings = self.questions[number], self.examples[number].settings
        mix = Mix(**{"weights": self.start} | {name: settings[name] for name in MIX if name in settings})
        evidence = question.evidence
        assert evidence is not None, "a worked example is answered"
        found = mix.answer(evidence, question.right)
        return (
            *self._shown(found),
            self._reference(open_picture(question.source), evidence.masked),
            f"example {number}",
            None,
            evidence.modification,
            WeightsView(found.weights, FREE),
            mix.pooling,
            mix.renormalise,
        )

    def referred(self, source: str | bytes | None, modification: str, *mix: Any) -> tuple[Any, ...]:
        """Takes a picture of the visitor's own as the reference."""
        asked_picture(source)
        return self._asked(Question(source or ""), modification, Mix(*mix))

    def chosen(
        self, modification: str, w: Any, pooling: str, cosine: bool, event: gr.EventData
    ) -> tuple[Any, ...]:
        """Takes a picture of the gallery as the reference, and asks with it."""
        return self._asked(self._from_gallery(event), modification, Mix(w, pooling, cosine))

    def kept_for_later(self, event: gr.EventData) -> tuple[Any, ...]:
        """Takes a result as the reference; the words in the field wait until somebody asks with them."""
        try:
            question = self._from_gallery(event)
        except BlendscopeError as error:
            return notice(str(error)), *(gr.skip() for _ in range(3))
        gallery = self.services.gallery()
        rows = gallery.find(gallery.items[question.index or 0].digest)
        shown = self._reference(open_picture(question.source), rows)
        return notice(copy.COMPOSE_PENDING), shown, OWN, question

    def _from_gallery(self, event: gr.EventData) -> Question:
        gallery = self.services.gallery()
        index = gallery_index(gallery, event)
        small = thumbnail(gallery, index)
        if small is None:
            raise InputError(
                f"The picture of \u201c{gallery.items[index].title or gallery.items[index].id}\u201d is missing from "
                "the gallery, so it cannot be asked with; choose another one, or make the gallery again."
            )
        return Question(small, index)

    def worded(
        self, modification: str, w: Any, pooling: str, cosine: bool, asked: str, held: Any
    ) -> tuple[Any, ...]:
        """Answers another modification of the same reference."""
        if not modification or not modification.strip():
            raise InputError(TYPE_MODIFICATION)
        question = remembered(asked, held, self.questions, self.first_step)
        return self._asked(question, modification, Mix(w, pooling, cosine))

    def mixed(self, w: Any, pooling: str, cosine: bool, asked: str, held: Any) -> tuple[Any, ...]:
        """Answers with other weights or another pooling: pure arithmetic."""
        question = remembered(asked, held, self.questions, self.first_step)
        if question.evidence is None:
            raise InputError(TYPE_MODIFICATION)
        return self._shown(Mix(w, pooling, cosine).answer(question.evidence, question.right))

    @cached_property
    def maps(self) -> Maps:
        """Recall over all weights, here and in the report."""
        services = self.services
        return Maps(services.manifest(TASK.head), services.weights(TASK.head), services.pictures)

    def pointed(
        self, w: Any, pooling: str, cosine: bool, asked: str, held: Any, event: gr.EventData
    ) -> tuple[Any, ...]:
        """Answers with the weights of a point of the map."""
        chosen = getattr(event, "weights", None)
        if not isinstance(chosen, list) or len(chosen) != 3:
            raise InputError("There are no weights at this place; click inside the triangle.")
        weights = tuple(float(one) if type(one) in (int, float) else float("nan") for one in chosen)
        return *self.mixed(weights, pooling, cosine, asked, held), WeightsView(weights, FREE)

    def strip(self) -> str:
        """Returns the row of gallery pictures to choose a reference from."""
        gallery = self.services.gallery()
        every = -(-len(gallery.items) // STRIP)
        tiles = plain_tiles(gallery, range(0, len(gallery.items), max(every, 1)))
        return gallery_html(tiles, does="choose", strip=True, label="Pictures to start from")

    def strip_later(self) -> str:
        """Returns the strip once the gallery is open, or why it cannot be opened."""
        try:
            return self.strip()
        except BlendscopeError as error:
            return gallery_html([], empty=str(error))

    def strip_at_first(self) -> str:
        """Returns the strip of the gallery that ships; one's own may take long to open, and comes later."""
        if self.services.settings.gallery is not None:
            return gallery_html([], empty=OPENING)
        try:
            return self.strip()
        except BlendscopeError as error:
            return notice(str(error))

    def _asked(self, question: Question, modification: str, mix: Mix) -> tuple[Any, ...]:
        picture = open_picture(question.source)
        gallery = self.services.gallery()
        if question.index is not None:
            # The gallery knows its pictures by the digest of the original, not of the thumbnail.
            picture = replace(picture, digest=gallery.items[question.index].digest)
        reference = self._reference(picture, gallery.find(picture.digest))
        asked = Question(question.source, question.index)
        if not modification or not modification.strip():
            return empty(TYPE_MODIFICATION), "", "", reference, OWN, asked
        task: ComposeTask = self.services.task(TASK.key)
        evidence = task.evidence(picture, modification)
        first, *others = self._shown(mix.answer(evidence))
        first += remarks((*picture.notes, *task.notes(evidence.modification)))
        return first, *others, reference, OWN, replace(asked, evidence=evidence)

    def _reference(self, picture: Picture, masked: tuple[int, ...]) -> str:
        title = None
        if masked:
            item = self.services.gallery().items[masked[0]]
            title = item.title or item.id
        return reference_html(data_address(picture, DISPLAYED), title, max(len(masked) - 1, 0))

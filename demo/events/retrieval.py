"""What happens in both retrieval tabs: the worked examples of the open gallery, and how a ranking is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import gradio as gr

from core.checks import whole_number
from core.errors import BlendscopeError, InputError
from core.index.qdrant_gallery import AnyGallery as Gallery
from core.instruments.bring_to_top import Brought
from core.joining import SUM
from core.tasks.bringing import brought
from core.tasks.ranking import RankedAnswer, Ranking
from demo.answers.live import MOST_CANDIDATES, catalogue_value, map_value, question_value, to_front
from demo.answers.retrieval import RESULTS, Kinds, gallery_line, ranking, shown
from demo.events.atlas import RANK
from demo.events.marks import MarkEvents, MarkFields
from demo.events.trail import Asked, asked_before, trail_value, with_question
from demo.html import models_line, promise, readings_lines, sentence
from demo.originals import original_address
from demo.recent_pictures import recent_picture
from demo.services import Example
from demo.thumbnails import gallery_picture, thumbnail, thumbnail_addresses
from demo.widgets.addresses import data_address
from demo.widgets.enlarged import EnlargedView
from demo.widgets.live_ranking import Look
from demo.wiring import KEPT

LARGE = 1024
"""Longest side in pixels of an enlarged result."""
MOST_WORDS = 400
DRAWN = ("flips", "winner_atlas")
"""Instruments that these tabs show in a better way: by the ticks of the sliders, and by the atlas to look at closer."""
MISSING = "The picture is missing from the gallery; make the gallery again to see it."


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalFields(MarkFields):
    """The fields that both retrieval tabs have, beside those of every tab with words.

    Attributes:
        weights: the sliders.
        sentence: the answer in one sentence.
        gallery: the results.
        models: which gallery and which models answered.
        enlarged: shows a result large.
        live: the evidence, with which the browser answers moves of the sliders.
        atlas: who comes first at which mix.
        catalogue: what the pictures of the gallery are called, and where they are.
        past: the questions that were asked before, `demo.events.trail.Asked` each.
        trail: a list of them to walk back.
        joining: the rule by which the kinds of evidence are joined.
        joining_note: what it does.
        layer: what lies on the atlas.
        looked: the picture whose rank that is, a row of the gallery.
        chart: the gallery as a map.
    """

    weights: Any = KEPT
    sentence: Any = KEPT
    gallery: Any = KEPT
    models: Any = KEPT
    enlarged: Any = KEPT
    live: Any = KEPT
    atlas: Any = KEPT
    catalogue: Any = KEPT
    past: Any = KEPT
    trail: Any = KEPT
    joining: Any = KEPT
    joining_note: Any = KEPT
    layer: Any = KEPT
    looked: Any = KEPT
    chart: Any = KEPT


class RetrievalEvents(MarkEvents):
    """What happens in a tab that ranks the pictures of the gallery.

    Attributes:
        charts: name of a set of vectors -> what the page calls the map of it.
    """

    kinds: ClassVar[Kinds]
    charts: ClassVar[Mapping[str, str]]
    if TYPE_CHECKING:  # a tab with a trail has its own: shows a question again, and what the trail calls it

        def reopened(self, question: Any, mix: Any, showing: str, held: Any) -> Any: ...
        def titled(self, question: Any) -> str: ...

    @cached_property
    def gallery(self) -> Gallery:
        """The gallery; once it is open it stays so."""
        return self.services.gallery()

    @property
    def look(self) -> Look:
        """How the browser draws a ranking."""
        return Look([(kind, label) for _, kind, label in self.kinds], self.decimals, self.sign, RESULTS)

    def named(self) -> RetrievalFields:
        """Gives the browser the names of the gallery's pictures, once the gallery is open."""
        try:
            gallery = self.gallery
        except BlendscopeError:
            return RetrievalFields(catalogue=None)  # the first question says why
        count = len(gallery.items)
        if count > MOST_CANDIDATES:
            return RetrievalFields(catalogue=None)
        return RetrievalFields(catalogue=catalogue_value(gallery, thumbnail_addresses(gallery, range(count))))

    def named_later(self) -> RetrievalFields:
        """Gives the names in a gallery of one's own, once it is open, and how good each rule of joining is for it."""
        named, note = self.named(), self.rule_fields(SUM)["joining_note"]
        return replace(named, joining=gr.Radio(choices=list(self.rule_choices())), joining_note=note)

    def named_at_first(self) -> Any:
        """Returns the names in the gallery that ships; one's own may take long to open, and comes later."""
        return None if self.services.settings.gallery is not None else self.named().catalogue

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The worked examples that belong to the gallery that is open, none for a gallery of one's own."""
        if self.services.settings.gallery is not None:
            return ()
        try:
            items = [[item.id, item.file] for item in self.gallery.items]
        except BlendscopeError:
            return ()
        worked = self.services.examples(self.row.key)
        return tuple(
            example
            for example in worked
            if example.picture is not None and example.evidence["items"] == items
        )

    def enlarge(self, event: gr.EventData) -> RetrievalFields:
        """Shows a result large, from its original where that lies beside the gallery; needs no model."""
        gallery = self.gallery
        index = gallery_index(gallery, event)
        item = gallery.items[index]
        shown = gallery_picture(self.services, gallery, index)
        source = "" if shown is None else data_address(shown[0], LARGE)
        whole = original_address(index, item.digest) if shown is not None and shown[1] else ""
        words = getattr(event, "words", "")
        details, title = words[:MOST_WORDS] if isinstance(words, str) else "", item.title or item.id
        rank, named, rest = details.partition(f". {title}: ")  # the title stands above them
        details = f"Rank {rank}: {rest}" if named else details
        details = "" if details == title else details
        details = details if source else MISSING
        return RetrievalFields(enlarged=EnlargedView(index, title, source, details, whole))

    def charted(self) -> RetrievalFields:
        """Gives the browser the gallery as a map, as the models that answer describe it."""
        try:
            gallery = self.gallery if self.services.profile == "pocket" else self.task.gallery
            return RetrievalFields(chart=map_value(gallery, self.charts))
        except BlendscopeError as error:
            return RetrievalFields(chart={"charts": [], "reason": str(error)})

    def original(self, index: int) -> Path | None:
        """Returns the file that a picture of the gallery was made from, None where it is gone or another one now."""
        path = self.services.original(index)
        try:
            picture = recent_picture(path) if path is not None and path.is_file() else None
        except BlendscopeError:
            return None
        same = picture is not None and picture.digest == self.gallery.items[index].digest
        return path if same else None

    def picture_named(self, event: Any) -> tuple[int, Path]:
        """Returns the picture of the gallery that an event names, and the file to ask with; errors as below."""
        index = gallery_index(self.gallery, event)
        return index, self.picture_of(index)

    def picture_of(self, index: int) -> Path:
        """Returns the file with which a picture of the gallery is asked: what was indexed, or else its small copy.

        A copy is described a little differently, so the same question would get another answer.

        Raises:
            InputError: neither is there.
        """
        gallery = self.gallery
        file = self.original(index) or thumbnail(gallery, index)
        if file is None:
            raise InputError(
                f"The picture of \u201c{gallery.items[index].title or gallery.items[index].id}\u201d is missing from "
                "the gallery, so it cannot be asked with; choose another one, or make the gallery again."
            )
        return file

    def noted_fields(self, mix: Any, showing: str, held: Any, past: Any) -> dict[str, Any]:
        """Returns the trail with the question that the page shows, by the names of its fields; as it was without one.

        Args:
            mix: where the sliders stand.
            showing: what the page shows.
            held: the question of the visitor's own.
            past: the trail so far.
        """
        try:
            label = self.titled(self.question(showing, held))
        except BlendscopeError:
            return {}
        if not label:
            return {}
        trail = with_question(past, Asked(label, showing, held, mix))
        return {"past": trail, "trail": trail_value(trail, showing, held)}

    def walked(self, past: Any, event: gr.EventData) -> Any:
        """Goes back to a question that was asked before, at its mix; needs no model."""
        entry = asked_before(past, event)
        return self.reopened(self.question(entry.showing, entry.held), entry.mix, entry.showing, entry.held)

    def ranked(self, answer: RankedAnswer, remark: str = "") -> dict[str, Any]:
        """Returns the fields of an answer: the sentence, the gallery of hits, what stands under it, and the evidence.

        Args:
            answer: what was found.
            remark: HTML below the sentence.
        """
        gallery = self.gallery
        addresses = thumbnail_addresses(gallery, shown(answer))
        unit = self.unit_by(answer.rule)
        tiles = ranking(answer, gallery, self.kinds, addresses, unit)
        models = readings_lines(answer.readings, DRAWN)
        models += gallery_line(gallery, unit.sentence, answer.searched)
        models += models_line(answer.models, answer.profile)
        finding = answer.finding
        # Where the right one is known, that something here answers is known too; the instrument still says how likely.
        promised = "" if finding is None or answer.right is not None else promise(finding.sentence())
        return {
            "sentence": sentence(answer.sentence) + promised + remark,
            "gallery": tiles,
            "models": models,
            "live": question_value(
                answer.ranking, unit, thumbnail_addresses(gallery, to_front(answer.ranking))
            ),
            "promise": finding,
        }

    def reaching(self, evidence: Any, weights: Sequence[float]) -> Any:
        """Returns evidence with what weights find that leave the grid for which it was fetched; else as it is."""
        if evidence is None or evidence.suffices(weights):
            return evidence
        return self.task.reaching(evidence, weights)

    def picked(self, event: gr.EventData) -> RetrievalFields:
        """Takes a picture whose rank the atlas is to show."""
        return RetrievalFields(layer=RANK, looked=gallery_index(self.gallery, event))

    def bringing(self, ranking: Ranking | None, event: gr.EventData) -> Brought:
        """Returns what brings the picture of an event among the first k.

        Raises:
            InputError: there is no such picture, or nothing can bring it anywhere.
        """
        return brought(ranking, gallery_index(self.gallery, event), getattr(event, "k", None))


def gallery_index(gallery: Gallery, event: Any) -> int:
    """Returns the picture of the gallery that an event names.

    Raises:
        InputError: there is no such picture.
    """
    index = whole_number(getattr(event, "index", None), name="The chosen picture")
    if not 0 <= index < len(gallery.items):
        raise InputError("There is no such picture in the gallery; choose another one.")
    return index


def weights_of_place(event: Any) -> tuple[float, ...]:
    """Returns the weights of the place of a map that an event names; what is no number becomes NaN.

    Raises:
        InputError: there are none.
    """
    chosen = getattr(event, "weights", None)
    if not isinstance(chosen, list) or len(chosen) != 3:
        raise InputError("There are no weights at this place; click inside the triangle.")
    return tuple(float(number) if type(number) in (int, float) else float("nan") for number in chosen)

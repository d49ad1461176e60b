"""What happens in both retrieval tabs: the worked examples of the open gallery, and how a ranking is shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import gradio as gr

from core.checks import whole_number
from core.errors import BlendscopeError, InputError
from core.index.bundle import Gallery
from core.tasks.ranking import RankedAnswer
from demo.answers.retrieval import Kinds, gallery_line, ranking, shown
from demo.events.tab import TabEvents, WordedFields
from demo.html import fine, models_line, readings_lines, sentence
from demo.recent_pictures import recent_picture
from demo.services import Example
from demo.thumbnails import thumbnail, thumbnail_addresses
from demo.widgets.addresses import data_address
from demo.widgets.enlarged import EnlargedView
from demo.wiring import KEPT

LARGE = 1024
"""Longest side in pixels of an enlarged result."""
MOST_WORDS = 400
MISSING = "The picture is missing from the gallery; make the gallery again to see it."


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalFields(WordedFields):
    """The fields that both retrieval tabs have, beside those of every tab with words.

    Attributes:
        weights: the sliders.
        sentence: the answer in one sentence.
        gallery: the results.
        models: which gallery and which models answered.
        enlarged: shows a result large.
    """

    weights: Any = KEPT
    sentence: Any = KEPT
    gallery: Any = KEPT
    models: Any = KEPT
    enlarged: Any = KEPT


class RetrievalEvents(TabEvents):
    """What happens in a tab that ranks the pictures of the gallery.

    Attributes:
        kinds: the parts of a score.
        unit: the sentence on the unit of scores.
        sign: of this unit, for the scores themselves.
        decimals: of the numbers shown.
    """

    kinds: ClassVar[Kinds]
    unit: ClassVar[str]
    sign: ClassVar[str] = ""
    decimals: ClassVar[int] = 2

    @cached_property
    def gallery(self) -> Gallery:
        """The gallery; once it is open it stays so."""
        return self.services.gallery()

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
        item, small = gallery.items[index], thumbnail(gallery, index)
        source = ""
        for path in (self.services.original(index), small):
            try:
                picture = recent_picture(path) if path is not None and path.is_file() else None
            except BlendscopeError:
                continue
            if picture is not None and (path == small or picture.digest == item.digest):
                source = data_address(picture, LARGE)
                break
        words = getattr(event, "words", "")
        details, title = words[:MOST_WORDS] if isinstance(words, str) else "", item.title or item.id
        rank, named, rest = details.partition(f". {title}: ")  # the title stands above them
        details = f"Rank {rank}: {rest}" if named else details
        return RetrievalFields(enlarged=EnlargedView(index, title, source, details if source else MISSING))

    def ranked(self, answer: RankedAnswer, remark: str = "") -> dict[str, str]:
        """Returns the fields of an answer: the sentence, the gallery of hits, and what stands under it.

        Args:
            answer: what was found.
            remark: HTML below the sentence.
        """
        gallery = self.gallery
        addresses = thumbnail_addresses(gallery, shown(answer))
        tiles = ranking(answer, gallery, self.kinds, addresses, decimals=self.decimals, unit=self.sign)
        models = readings_lines(answer.readings) + gallery_line(gallery, self.unit)
        models += models_line(answer.models, answer.profile)
        promised = "" if answer.finding is None else fine(answer.finding.sentence())
        return {"sentence": sentence(answer.sentence) + promised + remark, "gallery": tiles, "models": models}


def gallery_index(gallery: Gallery, event: Any) -> int:
    """Returns the picture of the gallery that an event names.

    Raises:
        InputError: there is no such picture.
    """
    index = whole_number(getattr(event, "index", None), name="The chosen picture")
    if not 0 <= index < len(gallery.items):
        raise InputError("There is no such picture in the gallery; choose another one.")
    return index

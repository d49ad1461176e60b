"""Where in a street photo, and in which words, the parts of the first results come from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.errors import InputError
from core.joining import SUM
from core.tasks.street_to_shop import StreetAnswer
from core.tasks.street_to_shop.places import located, sentence_of
from demo import copy
from demo.events.retrieval import RetrievalEvents
from demo.events.street_to_shop_boxes import crop_of, ranked_of
from demo.events.tab import TabFields
from demo.recent_pictures import recent_picture
from demo.thumbnails import thumbnail_addresses
from demo.widgets.addresses import data_address
from demo.widgets.places import LONGEST, PictureApart, PlacesTold, places_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.types import Picture
    from demo.events.street_to_shop_boxes import Sighting

DISPLAYED = 480
PHOTO = "Your photo"
SQUARE = (1, 1)
"""These maps lie on the picture as it is, however long it is."""
HINT = (
    "The garment embedding is no sum over places: each place is hidden in turn, and the deeper the colour, the more "
    "the score falls; at dashed places it rises. Point at a result of the answer, or press one here. "
    "All numbers are in σ, before the weights."
)


def _is_whole(picture: Picture) -> bool:
    """Tells whether the captioner looks at a picture without a margin, so that its map lies on all of it."""
    height, width = picture.pixels.shape[:2]
    return bool(max(height, width) <= LONGEST * min(height, width))


class StreetToShopPlacesEvents(RetrievalEvents):
    """Takes the parts of the first results apart."""

    if TYPE_CHECKING:  # the tab's own: the question as the models in use find it

        def _current(self, question: Sighting) -> Sighting: ...

    def located(self, weights: Sequence[float], showing: str, held: Any, joining: str = SUM) -> TabFields:
        """Shows where the parts of the first results come from, for the answer that the page shows."""

        def look() -> str:
            if joining != SUM:
                raise InputError(copy.BY_SUM_ALONE)
            question = self._current(self.question(showing, held))
            question = replace(question, evidence=self.reaching(question.evidence, weights))
            return self._apart(question, ranked_of(question.evidence, weights, question.right))

        return TabFields(places=self.looked(look))

    def _apart(self, question: Sighting, answer: StreetAnswer) -> str:
        evidence, photo = question.evidence, recent_picture(question.source)
        crop = crop_of(question.source, question.box if evidence.has_box else None)
        hits = answer.hits
        found = located(self.task, evidence, photo, crop, [hit.index for hit in hits])
        small = thumbnail_addresses(self.gallery, [hit.index for hit in hits])
        gaps = self.task.gaps_apart(evidence, photo, crop) if _is_whole(crop or photo) else ()
        boxed = () if crop is None else ("box", *(gap.key for gap in gaps))
        own = {} if crop is None else dict.fromkeys(boxed, data_address(crop, DISPLAYED))
        whole = data_address(photo, DISPLAYED)
        shown = [
            PictureApart(
                (*one.parts, *gaps),
                self.gallery.items[hit.index].title or hit.item,
                whole,
                SQUARE,
                rank,
                hit.index,
                lies_on=PHOTO,
                small=small[hit.index] or whole,
                own=own,
            )
            for rank, (one, hit) in enumerate(zip(found, hits, strict=True), start=1)
        ]
        told = PlacesTold(
            sentence_of(found[0], shown[0].title, evidence.caption),
            HINT,
            self.worth_of_maps,
            strip="pictures",
        )
        return places_html(shown, told)

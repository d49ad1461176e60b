"""The strip of gallery pictures from which the compose tab's reference is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.errors import BlendscopeError
from demo.answers.retrieval import plain_tiles
from demo.events.retrieval import RetrievalEvents, RetrievalFields
from demo.html import notice
from demo.thumbnails import thumbnail_addresses
from demo.widgets.gallery import gallery_html
from demo.wiring import KEPT

STRIP = 60
"""Most pictures in the strip; a larger gallery shows every so-manyth."""
OPENING = "The gallery is being opened."


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
        places: where the parts of the first results come from.
    """

    reference: Any = KEPT
    strip: Any = KEPT
    pooling: Any = KEPT
    renormalise: Any = KEPT
    recall: Any = KEPT
    rule: Any = KEPT
    maps: Any = KEPT
    places: Any = KEPT


class StripEvents(RetrievalEvents):
    """What the strip shows."""

    def strip(self) -> str:
        """Returns the row of gallery pictures to choose a reference from."""
        gallery = self.gallery
        every = -(-len(gallery.items) // STRIP)
        indices = range(0, len(gallery.items), max(every, 1))
        tiles = plain_tiles(gallery, indices, thumbnail_addresses(gallery, indices))
        return gallery_html(tiles, does="choose", strip=True, label="Pictures to start from")

    def strip_at_first(self) -> str:
        """Returns the strip of the gallery that ships; one's own may take long to open, and comes later."""
        if self.services.settings.gallery is not None:
            return gallery_html([], empty=OPENING)
        try:
            return self.strip()
        except BlendscopeError as error:
            return notice(str(error))

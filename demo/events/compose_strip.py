"""The strip of gallery pictures from which the compose tab's reference is chosen."""

from __future__ import annotations

from core.errors import BlendscopeError
from demo.answers.retrieval import plain_tiles
from demo.events.retrieval import RetrievalEvents
from demo.html import notice
from demo.thumbnails import thumbnail_addresses
from demo.widgets.gallery import gallery_html

STRIP = 60
"""Most pictures in the strip; a larger gallery shows every so-manyth."""
OPENING = "The gallery is being opened."


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

"""The references of the compose tab: what was asked, and the strip of gallery pictures to choose one from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import BlendscopeError
from core.tasks.compose import ComposeEvidence
from demo.answers.compose import Mix
from demo.answers.joining import reasons_off
from demo.answers.retrieval import plain_tiles
from demo.events.retrieval import RetrievalEvents
from demo.html import notice
from demo.thumbnails import thumbnail_addresses
from demo.widgets.gallery import gallery_html
from demo.widgets.weights import EVIDENCE, WeightsView

STRIP = 60
"""Most pictures in the strip; a larger gallery shows every so-manyth."""
FREE = (None, None, None)
OPENING = "The gallery is being opened."


@dataclass(frozen=True, slots=True, eq=False)
class Composition:
    """What was asked: kept on the server, so that sliders need no encoder.

    Attributes:
        source: the reference's file, or its bytes.
        index: its place in the gallery when it was chosen there.
        evidence: all that the encoders found, None before the modification was typed.
        right: ids of the items known to be right; for worked examples only.
    """

    source: str | bytes | Path
    index: int | None = None
    evidence: ComposeEvidence | None = None
    right: tuple[str, ...] = ()


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


def sliders(mix: Mix) -> dict[str, Any]:
    """Returns a mix as its fields show it, by their names."""
    return {
        "weights": WeightsView(mix.weights, reasons_off(mix.joining, EVIDENCE, FREE)),
        "pooling": mix.pooling,
        "renormalise": mix.renormalise,
    }

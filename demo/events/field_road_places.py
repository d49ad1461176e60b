"""Where in a photo, and in which words, the scores of field or road come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.tasks.field_road import places
from demo.doors import asked_picture
from demo.events.tab import TabEvents, TabFields
from demo.widgets.addresses import data_address
from demo.widgets.places import DEEPER, PictureApart, PlacesTold, places_html

if TYPE_CHECKING:
    from demo.events.field_road import Answering, FieldRoadSettings

DISPLAYED = 480
HINT = (
    f"{DEEPER} The words of a caption add up to its score: press one to see where it looks. All numbers are "
    "logits, logarithms of the odds."
)


class FieldRoadPlacesEvents(TabEvents):
    """Takes the scores of the photo that the page shows apart."""

    if TYPE_CHECKING:  # the tab's own: who answers, and with which captions

        def _read(self, settings: FieldRoadSettings) -> Answering: ...

    def located(self, picture: Any, settings: FieldRoadSettings) -> TabFields:
        """Shows where the scores of captions and head come from."""

        def look() -> str:
            answering, photo = self._read(settings), asked_picture(picture)
            parts = places.located(answering.task, photo, answering.captions)
            shown = PictureApart(parts, "The photo", data_address(photo, DISPLAYED), photo.original_size)
            sentence = places.sentence_of(parts, answering.task.labels)
            worth = {} if answering.task.own else self.worth_of_maps
            return places_html([shown], PlacesTold(sentence, HINT, worth))

        return TabFields(places=self.looked(look))

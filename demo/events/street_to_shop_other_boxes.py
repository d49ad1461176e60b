"""What other boxes than the drawn one find in the shop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.errors import InputError
from core.instruments.boxes_tried import boxes_around, boxes_tried
from core.tasks.ranking import Ranking
from core.types import Box
from demo import copy
from demo.answers.live import MOST_CANDIDATES
from demo.answers.street_to_shop import boxes_items, boxes_looked_at
from demo.doors import cut_boxes
from demo.events.retrieval import RetrievalEvents
from demo.recent_pictures import recent_picture
from demo.thumbnails import thumbnail_addresses
from demo.widgets.addresses import data_address

DISPLAYED = 360
"""Longest side in pixels of the copy on which the boxes are shown."""


def other_boxes_of(
    tab: RetrievalEvents, source: str | bytes | Path, drawn: Box | None, ranking: Ranking
) -> str:
    """Returns a map of where a result stands for many boxes; runs models, once for a question.

    Args:
        tab: knows task and gallery.
        source: the picture that was asked with.
        drawn: the box, None without one.
        ranking: of the question.

    Raises:
        InputError: there is no box, or it or the picture cannot be used.
    """
    if drawn is None:
        raise InputError(copy.NO_BOX_TO_MOVE)
    picture = recent_picture(source)
    boxes = boxes_around(drawn, *picture.original_size)

    blended, evidence = ranking.blended(), ranking.evidence

    def seen() -> Any:
        return tab.task.score_boxes(cut_boxes(source, boxes), evidence.fetched)

    few = len(blended.names) <= MOST_CANDIDATES  # of more the rows would fill the memory of many visitors
    rows = blended.once("what boxes see", seen) if few else seen()
    reading = boxes_tried(blended, boxes, rows)
    shown = {candidate: evidence.row_of(candidate) for candidate in boxes_items(reading)}
    addresses = thumbnail_addresses(tab.gallery, shown.values())
    return boxes_looked_at(
        reading, shown, tab.gallery, addresses, data_address(picture, DISPLAYED), picture.original_size
    )

"""Where in the pictures the first results of compose get their scores from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32

from core.encoders.pooling import POOLINGS
from core.errors import InputError
from core.instruments.places import QueryShares
from core.tasks.compose import ComposeEvidence
from core.tasks.evidence import check_same_models
from core.tasks.hits import Hit
from core.types import Picture
from demo.answers.compose import KINDS
from demo.events.retrieval import RetrievalEvents
from demo.thumbnails import gallery_picture, thumbnail_addresses
from demo.widgets.addresses import data_address
from demo.widgets.places import LocatedResult, places_html

DISPLAYED = 320
MISSING = "The pictures of these results are missing from the gallery; make the gallery again to see them."


def places_of(
    tab: RetrievalEvents, reference: Picture, evidence: ComposeEvidence, pooling: str, hits: Sequence[Hit]
) -> str:
    """Returns maps over the reference and the results; runs models.

    Args:
        tab: knows task and gallery.
        reference: what was asked with.
        evidence: what the encoders found for it.
        pooling: in use.
        hits: the results that are shown, best first.

    Raises:
        InputError: these models' rows are no sums over places, other models found the evidence, or no picture of a
            result is left.
    """
    check_same_models(evidence.models, tab.task.models)
    query = tab.task.query_shares(reference, evidence.modification, pooling)
    scores = evidence.scores[POOLINGS.index(pooling)]
    results = [_located(tab, query, scores, hit, rank) for rank, hit in enumerate(hits, start=1)]
    shown = [result for result in results if result is not None]
    if not shown:
        raise InputError(MISSING)
    return places_html(shown, KINDS, data_address(reference, DISPLAYED), reference.original_size)


def _located(
    tab: RetrievalEvents, query: QueryShares, scores: Float32[np.ndarray, "3 n"], hit: Hit, rank: int
) -> LocatedResult | None:
    """Returns where the parts of one result come from; None where its picture is missing."""
    seen = gallery_picture(tab.services, tab.gallery, hit.index)
    if seen is None:
        return None
    picture, original = seen
    parts = scores[:, hit.index].tolist()
    located = tab.task.located(query, hit.index, parts, picture, original=original)
    address = thumbnail_addresses(tab.gallery, [hit.index])[hit.index] or data_address(picture, DISPLAYED)
    title = tab.gallery.items[hit.index].title or hit.item
    return LocatedResult(located, rank, title, address, picture.original_size)

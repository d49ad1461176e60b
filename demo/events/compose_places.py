"""Where in the pictures the first results of compose get their scores from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float32

from core.encoders.pooling import POOLINGS
from core.errors import InputError
from core.instruments.parts_apart import PartApart
from core.instruments.places import Located, QueryShares
from core.tasks.compose import ComposeEvidence
from core.tasks.evidence import check_same_models
from core.tasks.hits import Hit
from core.types import Picture
from demo.answers.compose import KINDS
from demo.events.retrieval import RetrievalEvents
from demo.thumbnails import gallery_picture, thumbnail_addresses
from demo.widgets.addresses import data_address
from demo.widgets.places import DEEPER, PictureApart, PlacesTold, places_html

DISPLAYED = 320
HINT = (
    f"Point at a result of the answer, or press one here. {DEEPER} Press a place of the reference to see its matches; "
    "the lines join the pairs of places that add most. All numbers are cosines, before the weights."
)
SMALL_COPY = ", estimated from a small copy (up to {:.3f} off)"
MISSING = "The pictures of these results are missing from the gallery; make the gallery again to see them."
NO_RESULT = "The gallery holds nothing but the reference, so there is no result to look into."


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
        InputError: these models' rows are no sums over places, other models found the evidence, nothing is ranked, or
            no picture of a result is left.
    """
    if not hits:
        raise InputError(NO_RESULT)
    check_same_models(evidence.models, tab.task.models)
    query = tab.task.query_shares(reference, evidence.modification, pooling)
    scores = evidence.scores[POOLINGS.index(pooling)]
    results = [
        _located(tab, query, scores[:, evidence.candidate_of(hit.index)], hit, rank)
        for rank, hit in enumerate(hits, start=1)
    ]
    shown = [result for result in results if result is not None]
    if not shown:
        raise InputError(MISSING)
    (first, best), asked = shown[0], (data_address(reference, DISPLAYED), reference.original_size)
    told = PlacesTold(best.sentence(first.title), HINT, tab.worth_of_maps, asked, "pictures")
    return places_html([result for result, _ in shown], told)


def _located(
    tab: RetrievalEvents, query: QueryShares, scores: Float32[np.ndarray, " 3"], hit: Hit, rank: int
) -> tuple[PictureApart, Located] | None:
    """Returns where the parts of one result come from; None where its picture is missing."""
    seen = gallery_picture(tab.services, tab.gallery, hit.index)
    if seen is None:
        return None
    picture, original = seen
    located = tab.task.located(query, hit.index, scores.tolist(), picture, original=original)
    address = thumbnail_addresses(tab.gallery, [hit.index])[hit.index] or data_address(picture, DISPLAYED)
    shown = PictureApart(
        _parts(located),
        tab.gallery.items[hit.index].title or hit.item,
        address,
        picture.original_size,
        rank,
        hit.index,
        "" if original else SMALL_COPY.format(located.difference),
        reference=located.reference,
        pairs=located.pairs,
    )
    return shown, located


def _parts(located: Located) -> tuple[PartApart, ...]:
    """Returns q, t and f of a result; the words stand beside t."""
    rows = zip(KINDS, located.scores, located.places, strict=True)
    parts = [PartApart(key, label, kind, score, places) for (key, kind, label), score, places in rows]
    return tuple(
        replace(part, words=located.words, by_word=located.by_word) if part.key == "t" else part
        for part in parts
    )

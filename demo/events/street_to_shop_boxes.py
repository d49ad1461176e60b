"""What was asked of a street picture: its box, how the tool shows it, and what a box does to the weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.joining import SUM
from core.tasks.street_to_shop import WITHOUT_BOX, StreetAnswer, StreetEvidence, answer, with_box_share
from core.types import Box, Picture
from demo.answers.joining import reasons_off
from demo.answers.retrieval import RESULTS
from demo.doors import asked_picture
from demo.widgets.addresses import data_address
from demo.widgets.box_tool import BoxView
from demo.widgets.weights import EVIDENCE, WeightsView

NO_BOX = "No box is drawn, so its weight is 0."
DISPLAYED = 960
"""Longest side in pixels of the copy that the page shows; the box stays in pixels of the original."""


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """What was asked: kept on the server, so that sliders need no encoder.

    Attributes:
        source: the picture's file, in the upload folder or among the examples.
        evidence: all that the encoders found.
        right: ids of the items known to be right; for the question of a worked example, none for what a visitor makes
            of it.
        box: what the evidence's box was.
    """

    source: str | bytes | Path
    evidence: StreetEvidence
    right: tuple[str, ...] = ()
    box: Box | None = None


def view_of(picture: Picture, box: Box | None) -> BoxView:
    """Returns a picture as the box tool shows it."""
    return BoxView(data_address(picture, DISPLAYED), *picture.original_size, box)


def crop_of(source: str | bytes | Path, box: Box | None) -> Picture | None:
    """Returns what is in the box, None without one."""
    if box is None:
        return None
    return asked_picture(str(source) if isinstance(source, Path) else source, box=box)


def after_box(weights: Sequence[float], had: bool, has: bool) -> Sequence[float]:
    """Returns weights that make room for a first box, or take over what a removed one had."""
    picture, words, box = weights
    if has and not had:
        return with_box_share(weights)
    if had and not has:
        return (picture, words, 0.0) if picture or words else WITHOUT_BOX
    return picture, words, box


def sliders_of(weights: Sequence[float], rule: str, *, has_box: bool) -> WeightsView:
    """Returns the sliders, those off that a rule of joining or a missing box gives nothing to do."""
    usual = (None, None, None if has_box else NO_BOX)
    return WeightsView(weights, reasons_off(rule, EVIDENCE, usual))


def ranked_of(
    evidence: StreetEvidence, weights: Sequence[float], right: Sequence[str] = (), rule: str = SUM
) -> StreetAnswer:
    """Returns the answer of evidence at some weights, with as many results as a tab shows."""
    w_picture, w_words, w_box = weights
    return answer(evidence, w_picture, w_words, w_box, RESULTS, right, rule)

"""What if a stroke were not drawn: the answers to the drawing without each, the words as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, UInt8

from core.errors import InputError
from core.images.strokes import MOST_STROKES, Masks, Stroke, inked, masks_of, pieces, with_ink
from core.instruments import Blended
from core.instruments.strokes_off import Drawn, StrokesOff, strokes_off
from core.tasks.evidence import check_same_models
from core.tasks.sketch.answer import blended_of
from core.tasks.sketch.evidence import SketchEvidence
from core.tasks.sketch.task import SketchTask
from core.types import Picture

MOST_ORDERS = 32
DARK = 128
"""What is darker is ink; the faint edge that a stroke leaves behind is not."""
OF_MANY = 1200
"""So many drawings are looked at for Shapley values, at most."""


def strokes_on(picture: Picture, drawn: Sequence[Stroke]) -> tuple[Masks, bool]:
    """Returns where the strokes of a drawing lie, and whether they are pieces of ink.

    Strokes count as far as their ink can be seen; ink that no stroke accounts for, as that of an uploaded drawing, is
    taken apart into the pieces that hang together. Of more than `MOST_STROKES` the longest are taken.

    Args:
        picture: the drawing on its sheet.
        drawn: as a pad drew them; () for a drawing of which the strokes are not known.
    """
    pixels = picture.pixels
    if drawn:
        longest = sorted(drawn, key=_length, reverse=True)[:MOST_STROKES]
        masks = masks_of([stroke for stroke in drawn if stroke in longest][:MOST_STROKES], len(pixels))
        masks = masks[inked(pixels, masks)]
        if len(masks):
            return masks, False
    masks = pieces(pixels)
    if not len(masks):
        raise InputError("There is no ink on this sheet; draw something first.")
    return masks, True


def ink(
    task: SketchTask,
    sheet: Picture,
    evidence: SketchEvidence,
    pair: tuple[float, float],
    strokes: tuple[Masks, bool],
    orders: int = 0,
) -> StrokesOff:
    """Asks about a drawing without each of its strokes; the caption stays as it is.

    Args:
        task: the encoders that found the evidence.
        sheet: the drawing on its sheet.
        evidence: of the drawing.
        pair: weights of picture and words.
        strokes: of `strokes_on`.
        orders: how many orders of the strokes their Shapley values are sampled from, 0 for none; made even, and so few
            that no more than `OF_MANY` drawings are looked at.

    Raises:
        InputError: other models found the evidence.
    """
    check_same_models(evidence.models, task.models)
    masks, as_pieces = strokes
    count = len(masks)

    def blended_of_each(drawn: Drawn) -> list[Blended]:
        logits = task.picture_logits([_without(sheet, masks, among) for among in drawn])
        return [blended_of(replace(evidence, picture_logits=row), pair) for row in logits]

    affordable = min(max(orders, 0), MOST_ORDERS, max(OF_MANY // (count + 1), 2))
    bare = _without(sheet, masks, np.zeros(count, dtype=bool))
    ground = bool((bare.pixels < DARK).any())
    return strokes_off(count, blended_of_each, 2 * -(-affordable // 2), as_pieces, ground)


def numbered(masks: Masks) -> UInt8[np.ndarray, "side side 3"]:
    """Returns as grey the number of the stroke that alone lies at each place, from 1; 0 for none, 255 for several."""
    count = masks.sum(axis=0)
    alone = np.where(masks.any(axis=0), masks.argmax(axis=0) + 1, 0)
    grey = np.where(count > 1, 255, alone).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def _without(sheet: Picture, masks: Masks, among: Bool[np.ndarray, " strokes"]) -> Picture:
    if among.all():
        return sheet
    pixels = with_ink(sheet.pixels, masks, among)
    return Picture(pixels, sheet.original_size, f"{sheet.digest}-{among.tobytes().hex()}")


def _length(stroke: Stroke) -> float:
    points = np.array(stroke.points)
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())

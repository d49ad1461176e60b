"""Do strokes that are said to matter do so? Taken away in that order, they undo an answer sooner than at random."""

from __future__ import annotations

import numpy as np
import pytest

from core.blend import softmax
from core.images import open_picture
from core.images.strokes import Masks, with_ink
from core.settings import ASSETS
from core.tasks.sketch import SketchTask, ink, strokes_on
from core.types import Picture
from tests.pocket import pocket

DRAWINGS = 12
RANDOM_ORDERS = 4
FEWEST = 4
"""Pieces of ink of a drawing that can be taken apart in an order worth the name."""


def area(task: SketchTask, sheet: Picture, masks: Masks, order: np.ndarray, label: int) -> float:
    """Returns the mean probability of a class by the picture alone, while strokes are taken away one by one."""
    left = np.array(
        [np.isin(np.arange(len(masks)), order[:gone], invert=True) for gone in range(1, len(masks))]
    )
    sheets = [
        Picture(with_ink(sheet.pixels, masks, among), sheet.original_size, str(among)) for among in left
    ]
    return float(softmax(task.picture_logits(sheets).astype(np.float64))[:, label].mean())


@pytest.mark.weights
def test_deletion_in_the_order_of_effects_beats_random_order() -> None:
    task = pocket().sketch()
    random, ordered, chance = np.random.default_rng(0), [], []
    for file in sorted((ASSETS / "examples" / "sketches").glob("*-clean.webp")):
        sheet = task.read(open_picture(file))
        masks, as_pieces = strokes_on(sheet, [])
        if len(masks) < FEWEST:
            continue
        reading = ink(task, sheet, task.evidence(sheet, "a drawing"), (1.0, 0.0), (masks, as_pieces))
        effects = [stroke.effect for stroke in reading.strokes]
        order = np.argsort(-np.array(effects), kind="stable")
        ordered.append(area(task, sheet, masks, order, reading.first))
        orders = [random.permutation(len(masks)) for _ in range(RANDOM_ORDERS)]
        chance.append(np.mean([area(task, sheet, masks, order, reading.first) for order in orders]))
        if len(ordered) == DRAWINGS:
            break
    assert len(ordered) >= DRAWINGS // 2, "too few drawings have several pieces of ink"
    print(f"deletion {np.mean(ordered):.3f}, at random {np.mean(chance):.3f}, drawings {len(ordered)}")
    assert np.mean(ordered) < 0.9 * np.mean(chance)
    assert np.mean(np.array(ordered) < np.array(chance)) > 0.6

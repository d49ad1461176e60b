"""The promise over folds: without its product a question is rarely found, with one that stands out often."""

from __future__ import annotations

import numpy as np

from core.blend import unit
from core.training.garment.measure import Fold, promise_table


def test_products_that_stand_out_are_found_and_others_seldom() -> None:
    draw = np.random.default_rng(0)
    finished, items = [], [f"item {row}" for row in range(180)]
    for fold in range(3):
        products = unit(draw.normal(size=(60, 16))).astype(np.float32)
        asked = unit(products + 0.12 * draw.normal(size=products.shape)).astype(np.float32)
        finished.append(Fold(np.arange(60 * fold, 60 * fold + 60), asked @ products.T, products))
    words = unit(draw.normal(size=(180, 8))).astype(np.float32)
    rows = promise_table(finished, items, (words, words), 0)["rows"]
    for _, without, found, first, bound in rows:
        assert without["low"] <= 0.1 and without["value"] < 0.2
        assert found["value"] > 0.8 and first["value"] > 0.9 and bound == round(0.1 + first["value"], 4)

"""What two answers of one model may differ by, and the comparison that grants it."""

from __future__ import annotations

import numpy as np

ROUNDING = 1e-5
"""Largest difference of a number near 1 that came by two ways through one model.

A BLAS adds in an order that depends on the shape of the batch, on a row's place in it, on the processor and on the
number of threads; float32 rounds each sum to 6e-8 of its size, and a few dozen layers carry that on. Measured: 3e-8
to 5e-7. So equal bits can be promised only of what is computed one row at a time (`core.blend.dot_products`), of
sums in a stated order (`core.blend.blend`), and of what is read back from a memory or a file.
"""


def assert_same_rows(first: np.ndarray, second: np.ndarray, why: str = "") -> None:
    """Asserts that two arrays are the same but for rounding.

    Args:
        first: of numbers near 1, or larger.
        second: of the same shape.
        why: what it means when they are not.
    """
    assert first.shape == second.shape
    np.testing.assert_allclose(first, second, rtol=ROUNDING, atol=ROUNDING, err_msg=why)

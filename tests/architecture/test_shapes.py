"""The suite's own check of arrays: what it refuses, and what it leaves alone."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest
from jaxtyping import Float32, Shaped, TypeCheckError

from core.contracts import PictureEncoder
from core.features.store import FeatureStore
from core.heads.garment import standardised
from core.tasks.compose.answer import ComposeEvidence
from tests.architecture.source import modules, tree
from tests.shapes import KINDS, checked

ROWS = np.zeros((3, 4), dtype=np.float32)


def test_every_room_of_core_has_its_arrays_checked() -> None:
    assert standardised(ROWS, ROWS[0], ROWS[0] + 1).shape == (3, 4)
    with pytest.raises(TypeCheckError):
        standardised(ROWS, ROWS[0, :3], ROWS[0, :3])
    for function in (standardised, ComposeEvidence.__init__, FeatureStore.rows):
        assert hasattr(function, "__wrapped__")


def test_each_shape_that_is_written_can_be_read() -> None:
    """One that cannot would be passed over in silence by most that read annotations."""
    wrong = []
    for name, path in modules().items():
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Subscript)
                and isinstance(node.value, ast.Name)
                and node.value.id in KINDS
            ):
                shape = node.slice.elts[-1] if isinstance(node.slice, ast.Tuple) else node.slice
                if not isinstance(shape, ast.Constant) or not Shaped[np.ndarray, shape.value]:
                    wrong.append(f"{name}:{node.lineno}: {ast.unparse(node)}")
    assert not wrong, wrong


def test_what_is_given_and_what_is_taken_agree_on_each_dimension() -> None:
    @checked
    def twice(rows: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n d"]:
        return np.concatenate([rows, rows])

    with pytest.raises(TypeCheckError):
        twice(ROWS)
    with pytest.raises(TypeCheckError):
        twice(ROWS.astype(np.float64))


def test_a_dataclass_refuses_wrong_arrays() -> None:
    @checked
    @dataclass(frozen=True)
    class Pair:
        first: Float32[np.ndarray, "n d"]
        second: Float32[np.ndarray, "n d"] | None = None

    assert Pair(ROWS).second is None
    with pytest.raises(TypeCheckError):
        Pair(ROWS, ROWS[:2])


def test_a_fake_that_fills_a_part_of_a_seam_is_let_pass() -> None:
    class OnlyPooled:
        def pooled(self, pictures: Sequence[Any]) -> np.ndarray:
            return ROWS

    @checked
    def widths(encoder: PictureEncoder, rows: Float32[np.ndarray, "n d"]) -> int:
        return len(encoder.pooled([])[0]) + rows.shape[1]

    assert widths(cast(PictureEncoder, OnlyPooled()), ROWS) == 8

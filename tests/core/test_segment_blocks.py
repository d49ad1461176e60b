"""Rows of a gallery in segments are read where they lie: in whole blocks once, alone when their blocks are known."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from core.errors import ArtifactError
from core.index.blocks import BlockedFile
from core.index.bundle import open_bundle
from tests.core.bundle_makers import publish_in_segments, unit

COUNT, SIZE, ROW = 45, 19, 4 * 6
"""Pictures, those of a segment, and bytes of a row of the "joint" vectors."""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    publish_in_segments(tmp_path / "shop", COUNT, size=SIZE)
    return tmp_path / "shop"


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Notes the bytes of each reading."""
    noted: list[int] = []
    read = BlockedFile.read

    def noting(file: BlockedFile, start: int, size: int) -> bytes:
        noted.append(size)
        return read(file, start, size)

    monkeypatch.setattr(BlockedFile, "read", noting)
    return noted


def segment_with(bundle: Path, row: bytes) -> Path:
    return next(path for path in (bundle / "segments").glob("rows-*") if row in path.read_bytes())


def test_a_known_block_is_read_no_further_than_the_rows_that_are_wanted(
    bundle: Path, sizes: list[int]
) -> None:
    vectors, truth = open_bundle(bundle).vectors("joint"), unit(COUNT, 6)
    vectors[[0, SIZE, 2 * SIZE]]  # the tables, and the first block of each segment
    for rows, read in (
        ([1, 3], [ROW, ROW]),
        ([1, 2], [2 * ROW]),
        ([3, 4], [8 * ROW]),  # of these blocks one is not known yet
        ([3, 4], [2 * ROW]),
        ([18, SIZE], [ROW, 3 * ROW]),  # what is known comes first; the last block of a segment has three rows
        ([SIZE, 18, SIZE], [ROW, ROW]),
    ):
        sizes.clear()
        np.testing.assert_array_equal(vectors[rows], truth[rows])
        assert sizes == read, rows


def test_a_known_row_is_verified_again_when_its_file_changes_while_it_is_read(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, truth = open_bundle(bundle).vectors("joint"), unit(COUNT, 6)
    vectors[[1, 5]]
    path, read = segment_with(bundle, truth[5].tobytes()), BlockedFile.read
    whole = path.read_bytes()

    def changing(file: BlockedFile, start: int, size: int) -> bytes:
        path.write_bytes(whole.replace(truth[5].tobytes(), np.roll(truth[5], 1).tobytes()))
        os.utime(path, ns=(0, 0))  # whatever the clock of the disk can tell apart
        return read(file, start, size)

    monkeypatch.setattr(BlockedFile, "read", changing)
    for rows in ([1, 5], [1, 5, 40], [5]):
        with pytest.raises(ArtifactError, match="block 1 of its vectors.joint is not what was written"):
            vectors[rows]
    np.testing.assert_array_equal(vectors[[1, 40]], truth[[1, 40]])


def test_the_same_bytes_at_another_time_answer_and_are_verified_each_time(
    bundle: Path, sizes: list[int]
) -> None:
    vectors, truth = open_bundle(bundle).vectors("joint"), unit(COUNT, 6)
    vectors[[1, 5, 20]]
    os.utime(segment_with(bundle, truth[1].tobytes()), ns=(0, 0))
    for _ in range(2):
        sizes.clear()
        np.testing.assert_array_equal(vectors[[1, 5, 20]], truth[[1, 5, 20]])
        assert sizes == [ROW, ROW, ROW, 4 * ROW, 4 * ROW]


def test_a_row_that_is_no_unit_vector_never_answers_whatever_of_its_block_was_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forged(rows: np.ndarray, _: str) -> np.ndarray:
        longer = np.ones((len(rows), 1), np.float32)
        longer[2:3] = 2
        return np.ascontiguousarray(rows * longer)

    with monkeypatch.context() as forging:
        forging.setattr("core.index.segment_file.checked_rows", forged)
        publish_in_segments(tmp_path / "shop", COUNT, size=SIZE)
    vectors, truth = open_bundle(tmp_path / "shop").vectors("joint"), unit(COUNT, 6)
    for _ in range(2):
        np.testing.assert_array_equal(vectors[[1, 3]], truth[[1, 3]])
        for rows in ([2], [1, 2, 3], [2, 30]):
            with pytest.raises(ArtifactError, match="length 2 where 1 is required"):
                vectors[rows]

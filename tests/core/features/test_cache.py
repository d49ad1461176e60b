"""Arrays on disk: they are made once, and made again when somebody damaged their file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.features.cache import cached_arrays


def test_arrays_are_made_once_and_again_when_damaged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[int] = []

    def make() -> dict[str, np.ndarray]:
        calls.append(1)
        return {"scores": np.arange(6.0).reshape(2, 3), "rows": np.array([4, 2])}

    file = tmp_path / "fold-0.npz"
    for _ in range(2):
        arrays = cached_arrays(file, make)
        np.testing.assert_array_equal(arrays["scores"], [[0, 1, 2], [3, 4, 5]])
        assert arrays["rows"].tolist() == [4, 2] and len(calls) == 1
    file.write_bytes(file.read_bytes()[:40])
    assert cached_arrays(file, make)["rows"].tolist() == [4, 2] and len(calls) == 2
    assert "fold-0.npz is damaged" in caplog.text
    assert cached_arrays(file, make)["rows"].tolist() == [4, 2] and len(calls) == 2

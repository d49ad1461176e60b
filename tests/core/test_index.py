"""What single indexes promise beyond the contract, and the constants of a gallery."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.contracts import Index
from core.errors import ArtifactError, SettingsError
from core.index import INDEXES
from core.index.bundle import open_bundle
from core.index.constants import SMALLEST_DEVIATION, cosine_distribution, gallery_constants
from core.index.faiss_index import FaissIndex
from core.index.manifest import CONSTANTS
from core.settings import EXACT, Settings
from tests.core.bundle_makers import publish


def unit_rows(count: int, width: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, width)) + 0.4
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_faiss_searches_on_one_thread_whoever_calls_and_leaves_the_others_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import faiss
    import torch

    index = FaissIndex(unit_rows(50, 6, seed=0))
    flat, seen = index._index, []

    def search(*arguments: Any) -> Any:
        seen.append(faiss.omp_get_max_threads())
        return flat.search(*arguments)

    monkeypatch.setattr(index, "_index", SimpleNamespace(search=search))

    def ask() -> None:
        torch.set_num_threads(2)
        torch.get_num_threads()  # which settles the number for this thread
        index.search(np.ones(6), 3)
        seen.append(torch.get_num_threads())

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert seen == [1, 2], "an encoder that runs next in this thread has its threads"


def test_naming_an_index_does_not_import_faiss() -> None:
    script = "import sys, core.index.bundle, core.index.build; sys.exit('faiss' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_an_unknown_index_is_named_with_those_there_are(tmp_path: Path) -> None:
    publish(tmp_path / "shop")
    environment = {"BLENDSCOPE_INDEX": "annoy"}
    chosen = Settings.from_environment(environment).index
    assert Settings.from_environment({}).index == Settings().index == EXACT == next(iter(INDEXES))
    for use in (lambda: INDEXES.load(chosen), lambda: open_bundle(tmp_path / "shop", engine=chosen)):
        with pytest.raises(SettingsError, match=r"^[^\n]*'annoy'[^\n]*exact, faiss[^\n]*\.$"):
            use()


@pytest.mark.parametrize("engine", list(INDEXES))
def test_a_gallery_builds_one_index_for_each_of_its_vectors(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / "shop")
    gallery = open_bundle(tmp_path / "shop", engine=engine)
    built: list[int] = []
    load, ready = INDEXES.load, threading.Barrier(8)

    def counted(name: str) -> Callable[[np.ndarray], Index]:
        def make(rows: np.ndarray) -> Index:
            built.append(rows.shape[1])
            index: Index = load(name)(rows)
            return index

        return make

    monkeypatch.setattr(INDEXES, "load", counted)

    def ask(_: int) -> Index:
        ready.wait(10)
        return replace(gallery, title="as it is called elsewhere").index("joint")

    with ThreadPoolExecutor(8) as pool:
        indexes = list(pool.map(ask, range(8)))
    assert len(set(map(id, indexes))) == 1 and indexes[0].name == engine
    assert gallery.index("words") is gallery.index("words") and len(built) == 2
    with pytest.raises(ArtifactError, match="no 'clip' vectors"):
        gallery.index("clip")


def test_rows_are_shared_with_the_gallery_not_copied(tmp_path: Path) -> None:
    publish(tmp_path / "shop")
    gallery = open_bundle(tmp_path / "shop")
    assert np.shares_memory(gallery.index("joint")._rows, gallery.vectors("joint"))  # type: ignore[attr-defined]


@settings(deadline=None)
@given(count=st.integers(2, 60), width=st.integers(1, 20), seed=st.integers(0, 10**6))
def test_distribution_is_that_of_all_pairs(count: int, width: int, seed: int) -> None:
    rows = unit_rows(count, width, seed).astype(np.float64)
    cosines = (rows @ rows.T)[~np.eye(count, dtype=bool)]
    mean, deviation = cosine_distribution(rows)
    assert mean == pytest.approx(cosines.mean(), abs=1e-9)
    assert deviation == pytest.approx(cosines.std(), abs=1e-6)


def test_constants_of_one_picture_leave_cosines_alone() -> None:
    values = gallery_constants({"garment": unit_rows(1, 4, 0), "words": unit_rows(1, 4, 1)})
    assert set(values) == set(CONSTANTS)
    assert values["picture_mean"] == 0.0 and values["picture_std"] == 1.0


def test_constants_of_nearly_equal_rows_have_a_floor_and_copies_of_one_count_as_one() -> None:
    copies = np.repeat(unit_rows(1, 4, 0), 9, axis=0)
    near = copies + np.float32(0.01) * unit_rows(9, 4, 1)
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    values = gallery_constants({"garment": copies, "words": near})
    assert values["words_std"] == SMALLEST_DEVIATION and values["words_mean"] == pytest.approx(1.0, abs=1e-3)
    assert values["picture_mean"] == 0.0 and values["picture_std"] == 1.0

"""A gallery in segments answers as one that is read whole."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ArtifactError
from core.index.bundle import Gallery, Item, open_bundle
from core.tasks.candidates import Looks
from core.tasks.windows import Window
from tests.core.bundle_makers import MODELS, publish, publish_in_segments

COUNT = 45
SETS = ("garment", "joint", "words")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Gallery, Gallery]:
    """Opens the same pictures whole, and in segments of 19."""
    folder = tmp_path_factory.mktemp("both")
    publish(folder / "shop", COUNT)
    publish_in_segments(folder / "segments" / "shop", COUNT, size=19)
    return open_bundle(folder / "shop"), open_bundle(folder / "segments" / "shop", models=MODELS)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    out = tmp_path / "shop"
    publish_in_segments(out)
    return out


def bare(item: Item) -> Item:
    """Returns an item without what the format decides."""
    return replace(item, thumbnail=Path(item.thumbnail).name)


def everything(gallery: Gallery) -> list[Any]:
    """Touches all of a gallery."""
    return [
        list(gallery.items),
        *([np.asarray(gallery.vectors(name)).tolist(), gallery.maps[name].places.tolist()] for name in SETS),
        [gallery.find(item.digest) for item in gallery.items],
        [gallery.row_of(item.id) for item in gallery.items],
        dict(gallery.copies),
    ]


PLACES = st.integers(-COUNT, COUNT - 1)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(PLACES, max_size=30),
    st.slices(COUNT),
    st.sampled_from(SETS),
    st.integers(1, COUNT),
)
def test_whatever_is_asked_the_answer_is_that_of_a_whole_gallery(
    both: tuple[Gallery, Gallery], rows: list[int], some: slice, name: str, count: int
) -> None:
    whole, lazy = both
    assert [bare(lazy.items[row]) for row in rows] == [bare(whole.items[row]) for row in rows]
    assert [bare(item) for item in lazy.items[some]] == [bare(item) for item in whole.items[some]]
    expected, found = whole.vectors(name), lazy.vectors(name)
    np.testing.assert_array_equal(found[some], expected[some])
    np.testing.assert_array_equal(found[np.array(rows, np.int64)], expected[np.array(rows, np.int64)])
    query, places = expected[count - 1], np.unique(np.array(rows, np.int64) % COUNT)
    index = lazy.index(name)
    np.testing.assert_array_equal(index.scores(query), whole.index(name).scores(query))
    np.testing.assert_array_equal(index.scores(query, places), whole.index(name).scores(query, places))
    assert index.search(query, count)[0].tolist() == whole.index(name).search(query, count)[0].tolist()
    proposed = [gallery.proposer(name).propose(query[None], count).tolist() for gallery in both]
    assert proposed[0] == proposed[1]


def test_it_reads_as_a_whole_gallery_does(both: tuple[Gallery, Gallery]) -> None:
    whole, lazy = both
    assert [bare(item) for item in lazy.items] == [bare(item) for item in whole.items]
    assert len(lazy) == COUNT == len(lazy.items) == len(lazy.vectors("joint")) and lazy.title == "shop"
    for row, item in enumerate(whole.items):
        assert lazy.find(item.digest) == (row,) and lazy.row_of(item.id) == whole.row_of(item.id) == row
    assert lazy.find("0" * 64) == () and lazy.row_of("nobody") is None is whole.row_of("nobody")
    assert dict(lazy.copies) == dict(whole.copies) == {}
    vectors, mask = lazy.vectors("words"), np.arange(COUNT) % 3 == 0
    assert vectors.shape == (COUNT, 6) and vectors[3].shape == (6,)
    np.testing.assert_array_equal(vectors[mask], whole.vectors("words")[mask])
    np.testing.assert_array_equal(np.asarray(vectors), whole.vectors("words"))
    assert lazy.thumbnail_path(7).read_bytes() == b"thumbnail 0 7"
    with pytest.raises(ValueError):
        vectors[[1, 2]][0] = 0
    for beyond in (COUNT, -COUNT - 1, [0, COUNT]):
        with pytest.raises(IndexError):
            vectors[beyond]
    with pytest.raises(IndexError):
        lazy.items[COUNT]
    with pytest.raises(ArtifactError, match="no 'clip' vectors"):
        lazy.vectors("clip")


def test_opening_reads_nothing_but_the_manifest(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def untouched(*_: object) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr("core.index.blocks.BlockedFile.read", untouched)
    monkeypatch.setattr("core.index.thumbnail_check.sha256_of", untouched)
    assert len(open_bundle(bundle)) == 5


def test_copies_are_found_across_segments(tmp_path: Path) -> None:
    publish_in_segments(tmp_path / "shop")
    items = list(open_bundle(tmp_path / "shop").items)
    for row in (3, 4):
        items[row] = replace(items[row], digest=items[1].digest)
    publish_in_segments(tmp_path / "copies", items=items)
    gallery = open_bundle(tmp_path / "copies")
    assert gallery.find(items[1].digest) == (1, 3, 4) and gallery.find(items[2].digest) == (2,)
    assert dict(gallery.copies) == {1: (3, 4)} and 0 not in gallery.copies and len(gallery.copies) == 1


def test_many_threads_may_touch_it_first(bundle: Path) -> None:
    gallery, truth, wrong = open_bundle(bundle), everything(open_bundle(bundle)), []

    def touch() -> None:
        if everything(gallery) != truth:
            wrong.append(1)

    threads = [threading.Thread(target=touch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_one_id_in_two_segments_is_one_sentence(tmp_path: Path) -> None:
    publish_in_segments(tmp_path / "shop")
    items = list(open_bundle(tmp_path / "shop").items)
    items[4] = replace(items[4], id="item-1")
    publish_in_segments(tmp_path / "doubled", items=items)
    gallery = open_bundle(tmp_path / "doubled")
    assert gallery.row_of("item-2") == 2 and gallery.row_of("nobody") is None
    with pytest.raises(ArtifactError, match="it lists two pictures by the same id; make it again"):
        gallery.row_of("item-1")
    part, both = Window(np.array([0, 4]), 5), Window(np.array([1, 4]), 5)
    assert Looks(gallery, whole=False).of(part)["items"][1][0] == "item-1"
    for asked in (lambda: Looks(gallery, whole=True), lambda: Looks(gallery, whole=False).of(both)):
        with pytest.raises(ArtifactError, match="lists two pictures by the same id, so that neither"):
            asked()

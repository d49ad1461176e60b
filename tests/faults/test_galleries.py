"""A gallery that is rebuilt while it is searched, or changed in its place: whoever searches keeps the one that was
opened, and what is no part of it never answers."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from core.errors import ArtifactError
from core.index.build import build_gallery
from core.index.bundle import open_bundle
from tests.core.bundle_makers import publish_in_segments
from tests.core.gallery_fakes import FakeEncoders, draw, draw_folder

REBUILDS = 5


@pytest.mark.fault_rows(72)
def test_searches_keep_their_gallery_while_it_is_rebuilt_in_place(tmp_path: Path) -> None:
    folder, out = draw_folder(tmp_path / "pictures", 8), tmp_path / "shop"
    build_gallery(folder, out, encoders=FakeEncoders())
    gallery = open_bundle(out)
    index, query = gallery.index("joint"), gallery.vectors("joint")[3]
    expected = index.search(query, 5)[0].tolist()
    over, wrong, searches = threading.Event(), [], []

    def search() -> None:
        while not over.is_set() or not searches:
            searches.append(1)
            if index.search(query, 5)[0].tolist() != expected:
                wrong.append("another ranking")
            fresh = open_bundle(out)
            if (
                len(fresh.items) != len(fresh.vectors("joint"))
                or not np.isfinite(fresh.vectors("joint")).all()
            ):
                wrong.append("a mix of two galleries")

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(REBUILDS):
        draw(folder / f"new_{number}.png", seed=100 + number)
        build_gallery(folder, out, encoders=FakeEncoders())
    over.set()
    for thread in threads:
        thread.join(60)
    assert wrong == [] and len(open_bundle(out)) == 8 + REBUILDS
    assert index.search(query, 5)[0].tolist() == expected


@pytest.mark.fault_rows(96)
def test_a_segment_that_is_changed_after_it_was_verified_never_answers(tmp_path: Path) -> None:
    publish_in_segments(tmp_path / "shop")
    gallery = open_bundle(tmp_path / "shop")
    truth = np.asarray(gallery.vectors("joint"))
    piece, other = truth[1].tobytes(), np.roll(truth[1], 1).tobytes()
    path = next(path for path in (tmp_path / "shop" / "segments").iterdir() if piece in path.read_bytes())
    whole = path.read_bytes()
    path.write_bytes(whole.replace(piece, other))
    os.utime(path, ns=(0, 0))  # whatever the clock of the disk can tell apart
    for _ in range(2):
        with pytest.raises(
            ArtifactError, match="of its vectors.joint is not what was written; make it again"
        ):
            gallery.vectors("joint")[1]
    assert gallery.items[1].id == "item-1"
    path.write_bytes(whole)
    np.testing.assert_array_equal(gallery.vectors("joint")[1], truth[1])

"""The same answers from a server as from the bundle: runs where QDRANT_URL names a Qdrant, `make cluster` for short."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from core.index import qdrant_gallery
from core.index.build import build_gallery
from core.index.bundle import open_bundle
from core.index.qdrant_gallery import open_collection
from core.index.qdrant_server import QdrantServer
from core.index.qdrant_upload import upload
from core.qdrant_place import QdrantPlace
from tests.core.gallery_fakes import FakeEncoders, draw_folder


@pytest.mark.skipif(not os.environ.get("QDRANT_URL"), reason="QDRANT_URL names no Qdrant server")
def test_a_server_answers_as_the_bundle_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qdrant_gallery, "READ_WHOLE", 0)
    url = urlsplit(os.environ["QDRANT_URL"])
    place = QdrantPlace(
        url.hostname or "localhost",
        url.port or 6333,
        f"blendscope-{uuid.uuid4().hex[:8]}",
        url.scheme == "https",
    )
    build_gallery(draw_folder(tmp_path / "pictures", 60), tmp_path / "bundle", encoders=FakeEncoders())
    try:
        assert upload(tmp_path / "bundle", place).sent == 60 and upload(tmp_path / "bundle", place).sent == 0
        here, far = open_bundle(tmp_path / "bundle"), open_collection(place, cache=tmp_path)
        assert tuple(far.items) == tuple(here.items)
        for name in ("joint", "garment", "words"):
            assert np.array_equal(np.asarray(far.vectors(name)), here.vectors(name))
            query = here.vectors(name)[7]
            assert [part.tolist() for part in far.index(name).search(query, 9)] == [
                part.tolist() for part in here.index(name).search(query, 9)
            ]
        assert far.find(here.items[5].digest) == here.find(here.items[5].digest)
    finally:
        QdrantServer(place).client.delete_collection(place.collection)

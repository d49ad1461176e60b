"""The tasks over a gallery on a Qdrant server, with the models as shipped: hits and scores as over the bundle."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.images import open_picture
from core.index import qdrant_gallery
from core.index.bundle import open_bundle
from core.index.qdrant_gallery import open_collection
from core.index.qdrant_upload import upload
from core.profiles import models_of
from core.settings import ASSETS, SHIPPED_GALLERY, Settings
from core.tasks import compose, street_to_shop
from tests.core.qdrant_stand_in import StandIn

pytest.importorskip("qdrant_client", reason="qdrant-client is not installed")


@pytest.mark.weights
def test_compose_and_shop_answer_as_over_the_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with StandIn().running() as server:
        upload(SHIPPED_GALLERY, server.place(), server.local)
        here = open_bundle(SHIPPED_GALLERY)
        whole = open_collection(server.place(), server.local, tmp_path)
        assert whole.vectors("joint").shape == here.vectors("joint").shape
        monkeypatch.setattr(qdrant_gallery, "READ_WHOLE", 0)
        by_rows = open_collection(server.place(), server.local, tmp_path)
        models = models_of(Settings())
        picture = open_picture(min((ASSETS / "galleries" / "shop").glob("*.webp")))
        composed = []
        for gallery in (here, by_rows):
            asked = models.compose(gallery).evidence(picture, "the same in red")
            hits = compose.answer(asked, 0.2, 0.3, 0.5, k=12).hits
            composed.append([(hit.index, hit.item, hit.score) for hit in hits])
        shopped = []
        for shop in map(models.street_to_shop, (here, whole, by_rows)):
            for words in ("", "a red dress"):
                worn = shop.evidence(picture, None, words, talks=False)
                found = street_to_shop.answer(worn, 0.5, 0.5, 0.0, k=12).hits
                shopped.append([(hit.index, hit.item, hit.score) for hit in found])
        assert not worn.searched.exact and worn.searched.recall is None
        assert "among the others (the server's recall was not measured)." in worn.searched.sentence
    assert composed[0] == composed[1] and len(composed[0]) == 12
    assert shopped[:2] == shopped[2:4] == shopped[4:] and len(shopped[0]) == 12

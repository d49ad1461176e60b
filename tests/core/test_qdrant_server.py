"""The same answers from a server as from the bundle, where QDRANT_URL names a Qdrant (`make cluster` for short); and
from one that forges its answers, or does not end them, one sentence."""

from __future__ import annotations

import base64
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest

from core.errors import ArtifactError, CapacityError
from core.images import open_picture
from core.index import qdrant_gallery, qdrant_server
from core.index.build import build_gallery
from core.index.bundle import open_bundle
from core.index.qdrant_gallery import QdrantGallery, open_collection
from core.index.qdrant_server import ABOUT, QdrantServer
from core.index.qdrant_upload import upload
from core.qdrant_place import QdrantPlace
from tests.core.gallery_fakes import FakeEncoders, draw_folder
from tests.core.qdrant_stand_in import StandIn
from tests.faults.pictures import bomb_webp, strip, truncated

QUERY = np.eye(12, dtype=np.float32)[0]


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


class Forger(StandIn):
    """A stand-in that says something else to requests whose path ends on something.

    Attributes:
        forged: end of the path, and what makes another result of the right one; None for honest answers.
    """

    forged: tuple[str, Callable[[Any], Any]] | None = None

    def answer(self, method: str, path: str, request: Any, key: str | None) -> tuple[int, Any]:
        status, value = super().answer(method, path, request, key)
        if self.forged is not None and path.endswith(self.forged[0]) and method != "PUT":
            return status, {**value, "result": self.forged[1](value["result"])}
        return status, value


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forged")
    build_gallery(draw_folder(folder / "pictures", 40), folder / "bundle", encoders=FakeEncoders())
    return folder / "bundle"


@pytest.fixture
def forger(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forger]:
    pytest.importorskip("qdrant_client", reason="qdrant-client is not installed")
    monkeypatch.setattr(qdrant_gallery, "READ_WHOLE", 0)
    with Forger().running() as server:
        upload(bundle, server.place())
        yield server  # type: ignore[misc]


def each(**parts: Any) -> Callable[[Any], Any]:
    """Returns what gives all points of an answer other parts."""
    return lambda points: [{**point, **parts} for point in points]


def ids(name: Any) -> Callable[[Any], Any]:
    """Returns what gives the first point that a search finds another id."""
    return lambda found: [{"points": [{**one["points"][0], "id": name}]} for one in found]


POINTS: dict[str, Callable[[Any], Any]] = {
    "none": lambda points: None,
    "no vector": each(vector=None),
    "unnamed": each(vector=[1.0] * 12),
    "another name": each(vector={"other": [1.0]}),
    "sparse": each(vector={"joint": {"indices": [0], "values": [1.0]}}),
    "too long": each(vector={"joint": [1.0] + [0.0] * 12}),
    "another row": lambda points: [{**point, "id": point["id"] + 100} for point in points],
    "no number": each(id="6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
}
SEARCHES = {f"search {name}": ids(name) for name in (-1, 40, 2**70)} | {
    "unanswered": lambda found: [],
    "nothing found": lambda found: [{"points": []} for _ in found],
}
SCROLLS: dict[str, Callable[[Any], Any]] = {
    "outside": lambda found: {"points": [{"id": 40}]},
    "endless": lambda found: {"points": [{"id": 1}], "next_page_offset": 1},
    "endless and empty": lambda found: {"points": [], "next_page_offset": 1},
    "growing": lambda found: {"points": [{"id": 1}], "next_page_offset": 2},
}


def test_odd_small_pictures_cost_their_tiles_alone(
    forger: Forger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, odd = (
        open_collection(forger.place(), cache=tmp_path),
        [bomb_webp(), truncated("WEBP"), strip(1, 5_000)],
    )
    for row, data in enumerate(odd):
        forger.local.set_payload("shop", {"small": base64.b64encode(data).decode()}, points=[row])

    def out_of_memory(data: bytes) -> Any:
        if data == odd[2]:
            raise CapacityError("The picture needs more memory than is free now; use a smaller one.")
        return open_picture(data)

    monkeypatch.setattr(qdrant_gallery, "open_picture", out_of_memory)
    far.fetch_thumbnails(range(6))
    assert [far.thumbnail(row) is None for row in range(6)] == [True] * 3 + [False] * 3


def test_an_answer_that_does_not_fit_is_a_sentence_and_nothing_of_it_is_kept(
    forger: Forger, tmp_path: Path
) -> None:
    far = open_collection(forger.place(), cache=tmp_path)
    questions: list[tuple[str, dict[str, Any], Callable[[QdrantGallery], Any]]] = [
        ("/points", POINTS, lambda gallery: gallery.vectors("joint")[[3, 4]]),
        ("/query/batch", SEARCHES, lambda gallery: gallery.index("joint").search(QUERY, 3)),
        ("/scroll", SCROLLS, lambda gallery: gallery.find("0" * 64)),
    ]
    for end, forgeries, ask in questions:
        for name, forgery in forgeries.items():
            forger.forged = (end, forgery)
            with pytest.raises(ArtifactError) as said:
                ask(far)
            assert "answers with something that does not fit this gallery; fill it again" in str(
                said.value
            ), name
        forger.forged = None
        ask(far)
    forger.forged = ("/points", each(payload={"small": "\u00e9"}))
    assert far.thumbnail(3) is None
    forger.forged = None
    assert far.thumbnail(3) is not None


ABOUTS: list[dict[str, Any]] = [
    {"models": "abc"},
    {"models": None},
    {"rejected": "x"},
    {"widths": ["joint", "garment", "words"]},
    {"widths": {"joint": "12", "garment": 7, "words": 5}},
    {"constants": {name: 10**400 for name in qdrant_gallery.CONSTANTS}},
    {"fingerprint": None},
]


def test_a_description_of_another_shape_is_no_gallery(forger: Forger) -> None:
    def told(about: dict[str, Any], **params: Any) -> Callable[[Any], Any]:
        def change(information: Any) -> Any:
            config = information["config"]
            metadata = {ABOUT: {**config["metadata"][ABOUT], **about}}
            return {
                **information,
                "config": {**config, "metadata": metadata, "params": {**config["params"], **params}},
            }

        return change

    for about in ABOUTS:
        forger.forged = ("/shop", told(about))
        with pytest.raises(ArtifactError, match="is no gallery of this version"):
            open_collection(forger.place())
    for forgery in (told({}, vectors={"size": 12, "distance": "Dot"}), lambda information: None):
        forger.forged = ("/shop", forgery)
        with pytest.raises(ArtifactError, match="does not fit this gallery"):
            open_collection(forger.place())


def test_what_is_damaged_is_sent_anew_when_it_is_verified(
    forger: Forger, bundle: Path, tmp_path: Path
) -> None:
    from qdrant_client import models

    far = open_collection(forger.place(), cache=tmp_path)
    right = far.vectors("joint")[5]
    vectors = {"joint": np.roll(right, 1).tolist()}
    forger.local.update_vectors("shop", [models.PointVectors(id=5, vector=vectors)])
    forger.local.set_payload("shop", {"sent": "0" * 64}, points=[7])
    assert upload(bundle, forger.place()).sent == 1
    assert upload(bundle, forger.place(), verify=True).sent == 1
    assert upload(bundle, forger.place(), verify=True).sent == 0
    assert np.array_equal(open_collection(forger.place(), cache=tmp_path).vectors("joint")[5], right)


def test_a_picture_that_is_gone_moves_all_behind_it_and_they_are_sent_anew(
    forger: Forger, tmp_path: Path
) -> None:
    pictures, smaller = draw_folder(tmp_path / "pictures", 40), tmp_path / "bundle"
    (pictures / "picture_010.png").unlink()
    build_gallery(pictures, smaller, encoders=FakeEncoders())
    behind = [item.file > "picture_010.png" for item in open_bundle(smaller).items].index(True)
    again = upload(smaller, forger.place())
    assert (again.pictures, again.sent, again.removed) == (39, 39 - behind, 1) and 0 < behind < 39


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n"])
def test_an_answer_that_never_ends_has_a_deadline(head: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("qdrant_client", reason="qdrant-client is not installed")
    monkeypatch.setattr(qdrant_server, "DEADLINE", 1)
    over = threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(head)
            for _ in range(100):
                if over.wait(0.2):
                    break
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,), daemon=True)
        thread.start()
        with pytest.raises(CapacityError, match="did not answer within 1 s"):
            open_collection(QdrantPlace("127.0.0.1", listening.getsockname()[1], "shop"))
        over.set()
        thread.join()

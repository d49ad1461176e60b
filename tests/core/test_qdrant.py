"""A gallery on a Qdrant server: the answers of the bundle, score for score, and a sentence for whatever goes wrong."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import __main__ as cli
from core.blend import dot_products
from core.contracts import Index, Proposer, SearchableGallery
from core.errors import ArtifactError, BlendscopeError, CapacityError, NotReadyError, SettingsError
from core.index import qdrant_gallery, qdrant_rows, qdrant_server, qdrant_upload
from core.index.build import build_gallery
from core.index.bundle import open_bundle
from core.index.gallery import PLACEHOLDER
from core.index.qdrant_gallery import QdrantGallery, open_collection
from core.index.qdrant_server import ABOUT
from core.index.qdrant_upload import upload
from core.qdrant_place import QDRANT_KEY, QdrantPlace
from tests.core.gallery_fakes import FakeEncoders, draw, draw_folder
from tests.core.qdrant_stand_in import StandIn

pytest.importorskip("qdrant_client", reason="qdrant-client is not installed")
PICTURES = 30
RECORDED = Path(__file__).with_name("qdrant_recorded.json")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pictures = draw_folder(tmp_path_factory.mktemp("qdrant") / "pictures", PICTURES - 1)
    (pictures / "copy.png").write_bytes((pictures / "picture_000.png").read_bytes())
    return pictures


@pytest.fixture(scope="module")
def bundle(folder: Path) -> Path:
    out = folder.parent / "bundle"
    build_gallery(folder, out, encoders=FakeEncoders())
    return out


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn().running() as stand_in:
        yield stand_in


@pytest.fixture
def filled(server: StandIn, bundle: Path) -> StandIn:
    upload(bundle, server.place())
    return server


def opened(server: StandIn, cache: Path) -> QdrantGallery:
    return open_collection(server.place(), cache=cache)


@pytest.mark.parametrize("whole", [True, False], ids=["read whole", "row by row"])
@pytest.mark.parametrize("over", ["client", "http"])
def test_it_answers_as_the_bundle_does_score_for_score(
    whole: bool, over: str, server: StandIn, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qdrant_gallery, "READ_WHOLE", PICTURES if whole else 0)
    client = server.local if over == "client" else None
    assert upload(bundle, server.place(), client).sent == PICTURES
    here, far = open_bundle(bundle), open_collection(server.place(), client, tmp_path)
    assert isinstance(far, SearchableGallery) and len(far) == PICTURES
    assert tuple(far.items) == tuple(here.items) and far.items[3:5] == tuple(here.items)[3:5]
    assert (dict(far.constants), dict(far.models)) == (dict(here.constants), dict(here.models))
    for name in ("joint", "garment", "words"):
        same_answers(here.index(name), far.index(name), np.asarray(here.vectors(name)))
        assert np.array_equal(np.asarray(far.vectors(name)), here.vectors(name))
    for names in (("joint",), ("garment", "words"), ("garment", "joint")):
        same_proposals(here.proposer(*names), far.proposer(*names), [here.vectors(name) for name in names])
    for item in (here.items[0], here.items[9]):
        assert far.find(item.digest) == here.find(item.digest) and far.row_of(item.id) == here.row_of(item.id)
    assert far.find("0" * 64) == () and far.row_of("nothing") is None
    with pytest.raises(ArtifactError, match="no 'other' vectors"):
        far.index("other")


def same_answers(here: Index, far: Index, rows: np.ndarray) -> None:
    rng = np.random.default_rng(1)
    for query in rng.normal(size=(3, rows.shape[1])).astype(np.float32):
        for k in (1, 7, PICTURES + 5):
            expected, found = here.search(query, k), far.search(query, k)
            assert [part.tolist() for part in found] == [part.tolist() for part in expected]
        some = np.array([2, 5, 29])
        assert np.array_equal(far.scores(query, some), dot_products(query, rows[some]))
        assert np.array_equal(far.scores(query), here.scores(query))


def same_proposals(here: Proposer, far: Proposer, sides: list[np.ndarray]) -> None:
    width = sum(side.shape[1] for side in sides)
    queries = np.random.default_rng(2).normal(size=(3, width)).astype(np.float32)
    for count in (1, 4, PICTURES):
        assert far.propose(queries, count).tolist() == here.propose(queries, count).tolist()


def test_small_pictures_come_through_the_door_and_are_fetched_once(
    filled: StandIn, bundle: Path, tmp_path: Path
) -> None:
    far = opened(filled, tmp_path)
    filled.local.set_payload("shop", {"small": "aGVsbG8="}, points=[2])
    filled.local.delete_payload("shop", ["small"], points=[3])
    far.fetch_thumbnails(range(6))
    asked = len(filled.recorded)
    paths = [far.thumbnail(row) for row in range(6)]
    assert [path is None for path in paths] == [False, False, True, True, False, False]
    assert far.thumbnail_path(2) == PLACEHOLDER and len(filled.recorded) == asked + 3
    upload(bundle, filled.place(), verify=True)
    assert far.thumbnail(2) is not None and far.thumbnail(3) is not None
    assert (
        paths[0] is not None and paths[0].parent == far.thumbnails and paths[0].read_bytes()[8:12] == b"WEBP"
    )


def test_an_upload_goes_on_where_it_stopped_and_sends_what_changed(
    server: StandIn, folder: Path, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qdrant_upload, "BATCH", 8)

    def stop(done: int, total: int) -> None:
        if done >= 16:
            server.fails = 503

    with pytest.raises(CapacityError, match="cannot answer now .status 503."):
        upload(bundle, server.place(), progress=stop)
    server.fails = 0
    with pytest.raises(ArtifactError, match=f"holds 16 of {PICTURES} pictures; start"):
        opened(server, tmp_path)
    again = upload(bundle, server.place())
    assert (again.pictures, again.sent) == (PICTURES, PICTURES - 16)
    assert "16 were there" in again.sentence(server.place())
    smaller = tmp_path / "smaller"
    pictures = draw_folder(tmp_path / "pictures", 12)
    draw(pictures / "new.png", seed=99)
    build_gallery(pictures, smaller, encoders=FakeEncoders())
    changed = upload(smaller, server.place())
    assert changed.pictures == 13 and changed.removed == PICTURES - 13
    assert tuple(opened(server, tmp_path).items) == tuple(open_bundle(smaller).items)


def test_a_collection_of_something_else_is_left_alone(server: StandIn, bundle: Path) -> None:
    from qdrant_client import models

    server.local.create_collection(
        "shop", vectors_config=models.VectorParams(size=4, distance=models.Distance.DOT)
    )
    with pytest.raises(ArtifactError, match="'shop' is no gallery of this kind; give another name"):
        upload(bundle, server.place())
    with pytest.raises(ArtifactError, match="'shop' is no gallery of this version"):
        open_collection(server.place())


def spoilt(server: StandIn, **about: Any) -> None:
    before = server.local.get_collection("shop").config.metadata[ABOUT]
    server.local.update_collection("shop", metadata={ABOUT: {**before, **about}})


@pytest.mark.fault_rows(93)
def test_what_does_not_fit_is_refused_when_it_is_opened(filled: StandIn, tmp_path: Path) -> None:
    spoilt(filled, widths={"joint": 13, "garment": 7, "words": 5})
    with pytest.raises(ArtifactError, match="other dimensions than its description"):
        opened(filled, tmp_path)
    spoilt(filled, widths={"joint": 12, "garment": 7, "words": 5}, constants={})
    with pytest.raises(ArtifactError, match="no gallery of this version"):
        opened(filled, tmp_path)
    filled.local.delete_collection("shop")
    with pytest.raises(ArtifactError, match="'shop' of the Qdrant server at 127.0.0.1:.* is not there"):
        opened(filled, tmp_path)


FAULTS: dict[str, tuple[int, type[BlendscopeError], str]] = {
    "slow": (1, CapacityError, "did not answer within 1 s; try again"),
    "full": (503, CapacityError, "cannot answer now .status 503."),
    "strict": (400, ArtifactError, "does not take what a gallery asks .status 400."),
    "closed": (403, SettingsError, f"wants a key; start the program with {QDRANT_KEY}"),
}


@pytest.mark.fault_rows(93)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_costs_one_sentence_and_the_next_question_is_answered(
    fault: str, filled: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qdrant_server, "DEADLINE", 1)
    monkeypatch.setattr(qdrant_gallery, "READ_WHOLE", 0)
    far = opened(filled, tmp_path)
    query = np.eye(12, dtype=np.float32)[0]
    filled.fails, kind, sentence = FAULTS[fault]
    with pytest.raises(kind, match=sentence):
        far.index("joint").search(query, 3)
    filled.fails = 0
    filled.late.set()
    assert len(far.index("joint").search(query, 3)[0]) == 3


@pytest.mark.fault_rows(93)
def test_a_server_that_is_away_or_emptied_in_between(
    filled: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qdrant_gallery, "READ_WHOLE", 0)
    far = opened(filled, tmp_path)
    from qdrant_client import models

    filled.local.delete("shop", models.PointIdsList(points=[4, 5]))
    with pytest.raises(ArtifactError, match=f"2 of its {PICTURES} pictures are gone; start the app again"):
        far.vectors("joint")[[3, 4, 5]]
    with pytest.raises(ArtifactError, match=f"holds {PICTURES - 2} of {PICTURES} pictures"):
        opened(filled, tmp_path)
    away = QdrantPlace("127.0.0.1", 9, "shop")
    with pytest.raises(NotReadyError, match="127.0.0.1:9 cannot be reached"):
        open_collection(away)


def test_a_key_goes_with_each_request_and_stands_in_no_address(
    server: StandIn, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.key = "secret"
    with pytest.raises(SettingsError, match="wants a key"):
        upload(bundle, server.place())
    monkeypatch.setenv(QDRANT_KEY, "wrong")
    with pytest.warns(UserWarning), pytest.raises(SettingsError, match="wants a key") as refused:
        upload(bundle, server.place())
    assert refused.value.__cause__ is None and refused.value.__suppress_context__
    monkeypatch.setenv(QDRANT_KEY, "secret\n")
    with pytest.warns(UserWarning, match="insecure"):
        upload(bundle, server.place())


def test_without_the_client_one_sentence_says_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "qdrant_client", None)
    with pytest.raises(SettingsError, match="needs qdrant-client, .* -r requirements-qdrant.txt` brings it"):
        open_collection(QdrantPlace("localhost", 6333, "shop"))


def test_the_command_fills_a_collection_with_a_gallery_that_is_made(
    server: StandIn, bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["index", str(bundle), "--to", str(server.place())]) == 0
    assert (
        f"{PICTURES} pictures at qdrant://127.0.0.1:{server.port}/shop: {PICTURES} sent."
        in capsys.readouterr().out
    )
    assert cli.main(["index", str(bundle), "--to", str(server.place()), "--ann", "--no-links"]) == 2
    assert "nothing for --no-links and --ann to do" in capsys.readouterr().err
    assert cli.main(["index", str(bundle.parent / "pictures")]) == 2
    assert "--out BUNDLE" in capsys.readouterr().err


def wire(server: StandIn) -> list[Any]:
    """Returns what was asked and answered so far, with numbers as the wire has them."""
    value: list[Any] = json.loads(json.dumps(server.recorded))
    return value


def test_requests_are_those_that_were_recorded(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that changes shows here; `REWRITE=1` writes the recording anew."""
    monkeypatch.setattr(qdrant_gallery, "READ_WHOLE", 0)
    monkeypatch.setattr(qdrant_rows, "SPARE", 1)
    build_gallery(draw_folder(tmp_path / "pictures", 4), tmp_path / "bundle", encoders=FakeEncoders())
    upload(tmp_path / "bundle", server.place())
    far = opened(server, tmp_path)
    far.index("joint").search(np.eye(12, dtype=np.float32)[0], 2)
    far.find(far.items[0].digest)
    far.thumbnail(1)
    asked = [[method, path, request] for method, path, request, _ in wire(server)]
    if os.environ.get("REWRITE"):
        RECORDED.write_text(json.dumps(asked, indent=1) + "\n")
    assert without_pixels(asked) == without_pixels(json.loads(RECORDED.read_text()))


def without_pixels(value: Any) -> Any:
    """Returns a request without what an encoder or a picture library of another version makes otherwise."""
    if isinstance(value, dict):
        return {
            key: without_pixels(part)
            for key, part in value.items()
            if key
            not in ("small", "thumbnail", "digest", "caption", "fingerprint", "constants", "value", "sent")
        }
    if isinstance(value, list):
        return (
            len(value)
            if value and all(isinstance(one, float) for one in value)
            else [without_pixels(one) for one in value]
        )
    return value

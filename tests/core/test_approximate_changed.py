"""An approximate index after pictures came and went: it serves what still stands, and the rest is looked at."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.contracts import Proposer
from core.errors import ArtifactError
from core.index import approximate_build, approximate_file, build, segment_plan
from core.index.approximate import ApproximateProposer
from core.index.approximate_build import add_approximate
from core.index.build import build_gallery
from core.index.bundle import Gallery, open_bundle
from core.index.names import shelved
from core.index.segmented_manifest import SegmentedManifest
from core.index.segmented_writer import SegmentedWriter
from core.tasks.windows import Searched, note_of, recall_of
from tests.core.bundle_makers import MODELS, NUMBERS, items_with, unit
from tests.core.gallery_fakes import FakeEncoders, draw, draw_folder
from tests.core.test_approximate import JSON, about, forge, index_of
from tests.core.test_gallery_again import settled

WIDTHS = {"joint": 16, "garment": 8, "words": 16}
POOL = {name: unit(250, width, seed) for seed, (name, width) in enumerate(WIDTHS.items())}
"""Vectors of all pictures that there are; a gallery has some of them."""
OLD = [list(range(start, start + 20)) for start in range(0, 200, 20)]
"""Pictures of the segments that the indexes are made of."""
NEW = list(range(200, 207))
CHANGES: dict[str, list[list[int]]] = {
    "one picture more": [*OLD, [200]],
    "the last segment filled": [*OLD[:-1], [*OLD[-1], *NEW]],
    "one picture gone from the first": [OLD[0][1:], *OLD[1:]],
    "the first segment gone": OLD[1:],
    "a segment gone in the middle": [*OLD[:4], *OLD[5:]],
    "one gone and some new": [*OLD[:3], OLD[3][5:], *OLD[4:], NEW, [220]],
    "in another order": [OLD[7], NEW, *OLD[:7], OLD[9], OLD[8]],
}


def published(out: Path, segments: Sequence[Sequence[int]]) -> Gallery:
    """Makes a gallery of some pictures of the pool, and opens it."""
    writer = SegmentedWriter(out)
    items = items_with([shelved(f"{number:064x}") for number in range(250)])  # which nobody looks at
    entries = [
        writer.add_segment(
            [items[row] for row in rows], {name: POOL[name][list(rows)] for name in WIDTHS}, None
        )
        for rows in segments
    ]
    count, sums = sum(map(len, segments)), writer.add_piece("sums", {})
    writer.publish(SegmentedManifest(count, MODELS, NUMBERS, WIDTHS, tuple(entries), 0, sums))
    return open_bundle(out)


@pytest.fixture(scope="module", autouse=True)
def far() -> Iterator[None]:
    """Small galleries have indexes that look into all of their lists."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"EXACT_TO": 50, "ENOUGH": 2, "QUESTIONS": 5}.items():
            patch.setattr(approximate_build, name, value)
        yield


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, far: None) -> Path:
    out = tmp_path_factory.mktemp("made") / "shop"
    published(out, OLD)
    assert all(each.about.reach == each.about.lists for each in add_approximate(out))
    return out


@pytest.fixture
def shop(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "shop"))


def best(proposer: Proposer, query: np.ndarray, vectors: np.ndarray) -> list[int]:
    """Returns the twelve best of sixty proposed rows, by the vectors of all pictures of the gallery."""
    rows = proposer.propose(query[None], 60)
    assert len(rows) == 60 and (np.diff(rows) > 0).all() and rows[0] >= 0 and rows[-1] < len(vectors)
    scores = vectors[rows].astype(np.float64) @ query
    found: list[int] = rows[np.argsort(-scores, kind="stable")[:12]].tolist()
    return found


@pytest.mark.parametrize("names", [("joint",), ("garment", "words")], ids="+".join)
@pytest.mark.parametrize("change", list(CHANGES))
def test_finds_what_exact_search_and_a_new_index_find(
    shop: Path, tmp_path: Path, change: str, names: tuple[str, ...]
) -> None:
    gallery, pictures = published(shop, CHANGES[change]), sum(CHANGES[change], [])
    proposer = gallery.proposer(*names)
    assert isinstance(proposer, ApproximateProposer) and not proposer.exact and len(proposer) == len(pictures)
    assert note_of(proposer) == "measured before the gallery changed" and recall_of(proposer) is not None
    again = published(tmp_path / "again", CHANGES[change])
    add_approximate(tmp_path / "again")
    fresh = again.proposer(*names)
    assert not fresh.exact and note_of(fresh) == ""
    vectors = np.hstack([POOL[name][pictures] for name in names])
    for query in np.random.default_rng(7).normal(size=(30, vectors.shape[1])).astype(np.float32):
        exact = np.argsort(-(vectors.astype(np.float64) @ query), kind="stable")[:12].tolist()
        assert best(proposer, query, vectors) == exact == best(fresh, query, vectors)
    # Each picture is found first by its own vector, where it stands now: new ones, and all behind one that is gone.
    for row, vector in enumerate(vectors):
        assert best(proposer, vector, vectors)[0] == row
    for count in (len(pictures) - 1, len(pictures), 10**6):
        assert len(proposer.propose(vectors[:1], count)) == min(count, len(pictures))


@pytest.mark.parametrize("seed", range(12))
def test_any_change_of_a_quarter_is_survived(shop: Path, seed: int) -> None:
    chance = np.random.default_rng(seed)
    kept = [OLD[number] for number in chance.permutation(10)[: chance.integers(8, 11)]]
    new = chance.permutation(np.arange(200, 250))[: chance.integers(0, 41)]
    cuts = np.sort(chance.integers(0, len(new) + 1, size=2))
    segments = [*kept, *(part.tolist() for part in np.split(new, cuts) if len(part))]
    segments = [segments[place] for place in chance.permutation(len(segments))]
    gallery, pictures = published(shop, segments), sum(segments, [])
    proposer, vectors = gallery.proposer("joint"), POOL["joint"][pictures]
    assert not proposer.exact
    for query in chance.normal(size=(20, 16)).astype(np.float32):
        exact = np.argsort(-(vectors.astype(np.float64) @ query), kind="stable")[:12]
        assert best(proposer, query, vectors) == exact.tolist()


def test_segments_of_equal_vectors_are_told_apart(shop: Path) -> None:
    """Two of them stand where the index knows one, and one where it knows two."""
    gallery = published(shop, [OLD[2], *OLD])
    assert len(gallery.proposer("joint").propose(POOL["joint"][47:48], 2)) == 2
    assert gallery.proposer("joint").propose(POOL["joint"][47:48], 2).tolist() == [7, 67]
    add_approximate(shop)
    assert published(shop, OLD).proposer("joint").propose(POOL["joint"][47:48], 1).tolist() == [47]


@pytest.mark.fault_rows(95)
@pytest.mark.parametrize(
    "segments",
    [[*OLD[:7], list(range(140, 250))], OLD[:7], [[*rows[1:], rows[0]] for rows in OLD], [OLD[0] + OLD[1]]],
    ids=["too many new", "too few left", "rows in another order", "segments in one"],
)
def test_an_index_of_too_little_is_one_sentence(
    shop: Path, segments: list[list[int]], caplog: pytest.LogCaptureFixture
) -> None:
    gallery = published(shop, segments)
    with caplog.at_level(logging.WARNING):
        proposer = gallery.proposer("joint")
    assert proposer.exact and len(caplog.records) == 1 and recall_of(proposer) is None
    assert "is of other rows than the gallery has" in caplog.text and "searched exactly." in caplog.text


def of_first_version(bundle: Path) -> None:
    body = {name: value for name, value in about(bundle).items() if name not in ("sha256", "segments")}
    (bundle / JSON).write_text(json.dumps(body))
    forge(bundle, version=1)


@pytest.mark.fault_rows(95)
def test_a_file_of_the_first_version_serves_its_own_rows_alone(
    shop: Path, caplog: pytest.LogCaptureFixture
) -> None:
    of_first_version(shop)
    assert open_bundle(shop).proposer("joint").propose(POOL["joint"][47:48], 1).tolist() == [47]
    gallery = published(shop, CHANGES["one picture more"])
    assert gallery.proposer("joint").exact and "is of other rows" in caplog.text
    forge(shop, segments=[["a" * 64, 200]])
    with pytest.raises(ArtifactError, match="its 'segments' cannot be"):
        approximate_file.open_approximate(shop, ("joint",), "", [gallery.vectors("joint")])
    assert [each.kept for each in add_approximate(shop)] == [False, False, False]


def test_the_command_tells_a_file_of_the_first_version_its_segments(shop: Path) -> None:
    before = about(shop)
    of_first_version(shop)
    assert about(shop) != before and all(each.kept for each in add_approximate(shop))
    assert about(shop) == before
    assert not published(shop, CHANGES["one picture more"]).proposer("joint").exact


@pytest.mark.fault_rows(95)
def test_a_changed_gallery_outlives_its_index(shop: Path, caplog: pytest.LogCaptureFixture) -> None:
    gallery = published(shop, CHANGES["one picture more"])
    proposer = gallery.proposer("joint")
    assert 200 in proposer.propose(POOL["joint"][200:201], 2) and not proposer.exact
    index_of(shop).write_bytes(b"")
    assert 200 in proposer.propose(POOL["joint"][200:201], 2) and proposer.exact
    assert recall_of(proposer) is None and note_of(proposer) == ""
    assert caplog.text.count("From now on it is searched exactly.") == 1


@pytest.mark.fault_rows(96)
def test_a_new_segment_that_is_damaged_stops_the_search_in_a_sentence(shop: Path) -> None:
    gallery = published(shop, CHANGES["one picture more"])
    assert gallery.segments is not None
    file = shop / gallery.segments[10].entry.rows
    data = file.read_bytes()
    at = data.index(POOL["joint"][200].tobytes())
    file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    with pytest.raises(ArtifactError, match="is damaged: block 0 of its vectors.joint"):
        gallery.proposer("joint").propose(POOL["joint"][3:4], 2)


def test_what_is_said_of_the_recall_stays_true() -> None:
    seen = Searched(900, 30_000, False, 0.982, "measured before the gallery changed")
    assert "(98.2% of the 12 best are found, measured before the gallery changed)." in seen.sentence
    assert seen.to_json()["searched"]["recall_note"] == "measured before the gallery changed"
    assert "recall_note" not in Searched(900, 30_000, False, 0.982).to_json()["searched"]


def test_a_build_leaves_the_index_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "MOST_WHOLE", 5)
    monkeypatch.setattr(segment_plan, "SEGMENT", 4)
    monkeypatch.setattr(approximate_build, "EXACT_TO", 20)
    folder, out = settled(draw_folder(tmp_path / "pictures", 30)), tmp_path / "shop"

    def built() -> Any:
        build_gallery(folder, out, encoders=FakeEncoders())
        gallery = open_bundle(out)
        return gallery, gallery.proposer("joint")

    assert built()[1].exact
    add_approximate(out)
    before = {path.name: path.read_bytes() for path in out.glob("approximate-*")}
    draw(folder / "added.png", seed=77)
    gone = built()[0].items[1].file
    (folder / gone).unlink()
    gallery, proposer = built()
    assert not proposer.exact and note_of(proposer) and len(proposer) == len(gallery) == 30
    assert {path.name: path.read_bytes() for path in out.glob("approximate-*")} == before
    for row, item in enumerate(gallery.items):
        assert row in proposer.propose(gallery.vectors("joint")[row : row + 1], 1), item.file
    assert [each.kept for each in add_approximate(out)] == [False, False, False]
    assert note_of(open_bundle(out).proposer("joint")) == ""

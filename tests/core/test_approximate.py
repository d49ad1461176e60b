"""An approximate index beside a gallery: made by one command, the same each time, refused when anything is off."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest

from core.contracts import Proposer
from core.errors import ArtifactError, CapacityError
from core.index import approximate_build, approximate_file
from core.index.approximate import IVF, ApproximateProposer
from core.index.approximate_build import add_approximate, approximation
from core.index.approximate_file import open_approximate, write_approximate
from core.index.bundle import open_bundle
from core.index.proposing import ExactProposer
from core.tasks.windows import recall_of
from tests.core.bundle_makers import publish, unit
from tests.core.indexed_galleries import indexed_gallery

JSON = "approximate-joint.json"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return indexed_gallery(tmp_path_factory.mktemp("made") / "shop")


@pytest.fixture
def bundle(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "shop"))


def about(bundle: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((bundle / JSON).read_text())
    return read


def forge(bundle: Path, **changes: Any) -> None:
    """Changes what the JSON says as somebody would who writes its digest, too."""
    body = {name: value for name, value in about(bundle).items() if name != "sha256"} | changes
    body["sha256"] = hashlib.sha256(approximate_file._text(body)).hexdigest()
    (bundle / JSON).write_bytes(approximate_file._text(body))


def index_of(bundle: Path) -> Path:
    return bundle / str(about(bundle)["file"])


def test_the_gallery_asks_the_index_that_fits(bundle: Path) -> None:
    gallery = open_bundle(bundle)
    for names in (("joint",), ("garment", "words")):
        proposer = gallery.proposer(*names)
        assert isinstance(proposer, ApproximateProposer) and isinstance(proposer, Proposer)
        assert not proposer.exact and 0.9 <= proposer.recall <= 1
        assert gallery.proposer(*names) is proposer
    assert gallery.proposer("words").exact
    query = gallery.vectors("joint")[7:8]
    assert 7 in gallery.proposer("joint").propose(query, 3)


def test_the_same_rows_give_the_same_file(tmp_path: Path) -> None:
    rows = unit(700, 24)
    files = set()
    for threads in (1, 1, 2):
        index, said = approximation([rows], ("joint",), "a" * 64, threads=threads)
        files.add(write_approximate(tmp_path, index, said).name)
    assert len(files) == 1 and [path.suffix for path in tmp_path.iterdir()].count(".faiss") == 1
    found = open_approximate(tmp_path, ("joint",), "a" * 64, [rows])
    assert found is not None and found.about == said and said.kind == IVF


def _cut(bundle: Path) -> None:
    index_of(bundle).write_bytes(index_of(bundle).read_bytes()[:-100])


def _flip(bundle: Path) -> None:
    data = bytearray(index_of(bundle).read_bytes())
    data[len(data) // 2] ^= 1
    index_of(bundle).write_bytes(data)


def _other_file(bundle: Path, data: bytes) -> None:
    name = f"approximate-{hashlib.sha256(data).hexdigest()}.faiss"
    (bundle / name).write_bytes(data)
    forge(bundle, file=name)


def _flat(bundle: Path) -> None:
    index = faiss.IndexFlatIP(6)
    index.add(unit(60, 6))
    faiss.write_index(index, str(bundle / "flat"))
    _other_file(bundle, (bundle / "flat").read_bytes())


IMPOSSIBLE: dict[str, tuple[Any, ...]] = {
    "reach": (0, -1, 2**31, 2**63, 10**30, 1.5, True),
    "lists": (0, -1, "many"),
    "seed": (-1, 0.5),
    **{name: (0, -5) for name in ("count", "width", "sample", "best", "proposed", "questions")},
    "recall": (2.0, -0.1, float("nan"), True),
    "names": ([1],),
    "rows": ("",),
    "segments": ([], [["a" * 64, 59]], [["a" * 64, 60, 1]], [["a", 60]], [["a" * 64, 60.0]], "a", {"a": 1}),
    "kind": ("HNSW", [1]),
    "faiss": ("x.y", "", "1", "9" * 5000),
}
"""Field of the JSON -> what it cannot hold."""
FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut short": (_cut, "damaged file"),
    "one bit flipped": (_flip, "damaged file"),
    "gone": (lambda bundle: index_of(bundle).unlink(), "lacks its file"),
    "no index": (lambda bundle: _other_file(bundle, b"not FAISS"), "cannot be read"),
    "another index": (_flat, "does not hold"),
    "other rows": (lambda bundle: publish(bundle, count=60, seed=1), "other rows"),
    "fewer rows": (lambda bundle: publish(bundle, count=55), "other rows"),
    "another count": (lambda bundle: forge(bundle, count=61, segments=[["a" * 64, 61]]), "other rows"),
    "a count that its segments are not": (lambda bundle: forge(bundle, count=61), "contradicts"),
    "another version": (lambda bundle: forge(bundle, version=3), "version 3"),
    "a later FAISS": (lambda bundle: forge(bundle, faiss="99.1"), "newer than"),
    "a file elsewhere": (lambda bundle: forge(bundle, file="../x.faiss"), "contradicts"),
    "an unknown field": (lambda bundle: forge(bundle, more=1), "is damaged"),
    "changed": (lambda bundle: (bundle / JSON).write_text(
        (bundle / JSON).read_text().replace('"seed": 17', '"seed": 18')), "was changed"),
    "no JSON": (lambda bundle: (bundle / JSON).write_bytes(b"\xff{"), "is damaged"),
    **{f"a JSON that is {text[:9]}": (lambda bundle, text=text: (bundle / JSON).write_text(text), "is damaged")
       for text in ("[1]", "{}", "null", "5", '"x"', "true", "[" * 100_000, "1" * 5000)},
    **{f"{name} of {str(value)[:9]}": (
        lambda bundle, name=name, value=value: forge(bundle, **{name: value}), f"contradicts itself: its '{name}'")
       for name, values in IMPOSSIBLE.items() for value in values},
    "a version of FAISS that is a number": (lambda bundle: forge(bundle, faiss=5), "is damaged"),
    "segments that are none": (lambda bundle: forge(bundle, segments=[5]), "is damaged"),
    "no version of FAISS": (lambda bundle: forge(bundle, faiss=None), "is damaged"),
}  # fmt: skip


@pytest.mark.fault_rows(95)
@pytest.mark.parametrize("fault", list(FAULTS))
def test_an_index_that_does_not_fit_is_one_sentence_and_exact_search_goes_on(
    bundle: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    spoil, says = FAULTS[fault]
    spoil(bundle)
    gallery = open_bundle(bundle)
    with pytest.raises(ArtifactError, match=says) as refused:
        open_approximate(bundle, ("joint",), gallery.vectors_digest, [gallery.vectors("joint")])
    assert "--out shop --ann`." in str(refused.value) and str(bundle) not in str(refused.value)
    with caplog.at_level(logging.WARNING):
        proposer = gallery.proposer("joint")
    assert proposer.exact and "Until then it is searched exactly." in caplog.text
    assert gallery.proposer("joint") is proposer and len(caplog.records) == 1
    assert 7 in proposer.propose(gallery.vectors("joint")[7:8], 3)


def _cut_in_its_place(file: Path) -> None:
    os.truncate(file, 10)


def _flipped_in_its_place(file: Path) -> None:
    with file.open("rb+") as stream:
        stream.seek(-200, os.SEEK_END)
        stream.write(bytes(200))
    os.utime(file, ns=(0, 0))  # whatever the clock of the disk can tell apart


@pytest.mark.fault_rows(95)
@pytest.mark.parametrize("change", [_cut_in_its_place, _flipped_in_its_place])
def test_a_file_that_is_changed_while_it_is_mapped_never_answers(
    bundle: Path, change: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    gallery = open_bundle(bundle)
    query, sides = gallery.vectors("joint")[7:8], [gallery.vectors("joint")]
    proposer = gallery.proposer("joint")
    alone = open_approximate(bundle, ("joint",), gallery.vectors_digest, sides)
    assert alone is not None and alone.propose(query, 3).tolist() == proposer.propose(query, 3).tolist()
    assert not proposer.exact and recall_of(proposer) is not None
    change(index_of(bundle))
    for _ in range(2):
        with pytest.raises(ArtifactError, match="was changed while it was open; make the index anew"):
            alone.propose(query, 3)
        exact = ExactProposer([gallery.vectors("joint")]).propose(query, 3)
        assert proposer.propose(query, 3).tolist() == exact.tolist()
    assert proposer.exact and recall_of(proposer) is None
    assert caplog.text.count("From now on it is searched exactly.") == 1


def test_a_change_during_a_search_is_noticed(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gallery = open_bundle(bundle)
    proposer, query = gallery.proposer("joint"), gallery.vectors("joint")[7:8]

    def meanwhile(*_: object) -> np.ndarray:
        index_of(bundle).write_bytes(b"")
        return np.zeros((1, 3), np.int64)

    monkeypatch.setattr("core.index.approximate.nearest", meanwhile)
    assert 7 in proposer.propose(query, 3) and proposer.exact


def test_an_index_outlives_its_file(bundle: Path) -> None:
    gallery = open_bundle(bundle)
    proposer = gallery.proposer("joint")
    index_of(bundle).unlink()
    assert 7 in proposer.propose(gallery.vectors("joint")[7:8], 3) and not proposer.exact


def test_what_cannot_be_written_leaves_nothing(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(index: Any, path: str) -> None:
        Path(path).write_bytes(b"half")
        raise RuntimeError("write error")

    third = bundle / "approximate-garment+joint.json"
    (bundle / json.loads(third.read_text())["file"]).unlink()
    third.unlink()
    before = sorted(path.name for path in bundle.iterdir())
    monkeypatch.setattr(approximate_build, "EXACT_TO", 50)
    monkeypatch.setattr(faiss, "write_index", full)
    with pytest.raises(CapacityError, match="disk full"):
        add_approximate(bundle)
    assert sorted(path.name for path in bundle.iterdir()) == before
    assert not open_bundle(bundle).proposer("joint").exact

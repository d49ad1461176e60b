"""Encoding elsewhere, with workers of this process: what comes back late, twice or never makes the same gallery."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.errors import ArtifactError, CapacityError
from core.index import batches
from core.index.batches import Encode, EncodedBatch, New
from core.index.build import BuildReport, build_gallery
from core.index.partitions import MOST_TRIES, Sent, Workers, encode_sent, encoded_by
from core.index.shards import origin_of
from tests.core.gallery_fakes import FakeEncoders, draw_folder, snapshot

MODELS = FakeEncoders().models


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "SHARD_SIZE", 4)


class WorkersHere(Workers):
    """Workers that end the latest partition first, and die over some as often as is said."""

    def __init__(self, dies: dict[int, int] | None = None, models: dict[str, str] | None = None) -> None:
        self.most = 3
        self.encoders = FakeEncoders(models)
        self.begun: list[int] = []
        self._dies = dict(dies or {})
        self._waiting: list[tuple[int, Sequence[Sent]]] = []

    def begin(self, number: int, partition: Sequence[Sent]) -> None:
        self.begun.append(number)
        self._waiting.append((number, partition))
        assert len(self._waiting) <= self.most

    def next_end(self) -> tuple[int, EncodedBatch | None]:
        number, partition = self._waiting.pop()
        if self._dies.get(number, 0):
            self._dies[number] -= 1
            return number, None
        return number, encode_sent(partition, self.encoders, origin_of(MODELS))


def by(workers: Workers) -> Encode:
    @contextmanager
    def encode(new: Iterator[New]) -> Iterator[Iterator[EncodedBatch]]:
        yield encoded_by(workers, new)

    return encode


def build(folder: Path, out: Path, workers: Workers) -> BuildReport:
    return build_gallery(folder, out, encoders=FakeEncoders(), encode=by(workers))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pictures = draw_folder(tmp_path / "pictures", 18)
    (pictures / "broken.png").write_text("no picture")
    (pictures / "copy.png").write_bytes((pictures / "picture_000.png").read_bytes())
    return pictures


def test_lost_and_late_partitions_make_the_gallery_of_this_machine(folder: Path, tmp_path: Path) -> None:
    build_gallery(folder, tmp_path / "here" / "shop", encoders=FakeEncoders())
    workers = WorkersHere(dies={0: 2, 3: 1})
    report = build(folder, tmp_path / "far" / "shop", workers)
    assert snapshot(tmp_path / "far") == snapshot(tmp_path / "here")
    assert (report.pictures, report.encoded, len(report.rejects)) == (19, 18, 1)
    # Only what a worker had that died is sent again, and no picture is encoded twice.
    assert sorted(workers.begun) == [0, 0, 0, 1, 2, 3, 3, 4]
    assert len(workers.encoders.encoded) == len(set(workers.encoders.encoded)) == 18


@pytest.mark.fault_rows(61, 94)
def test_a_partition_that_kills_its_workers_is_named_and_the_rest_is_kept(
    folder: Path, tmp_path: Path
) -> None:
    workers = WorkersHere(dies={1: MOST_TRIES})
    with pytest.raises(CapacityError, match="died 3 times over 4 pictures from 'more/picture_014.png' to"):
        build(folder, tmp_path / "shop", workers)
    kept = len(workers.encoders.encoded)
    assert 0 < kept < 18
    again = build(folder, tmp_path / "shop", WorkersHere())
    assert (again.pictures, again.taken_over, again.encoded) == (19, kept, 18 - kept)


def test_a_file_that_is_gone_or_changed_on_its_way_is_refused(folder: Path, tmp_path: Path) -> None:
    class Slow(WorkersHere):
        def begin(self, number: int, partition: Sequence[Sent]) -> None:
            if not self.begun:
                time.sleep(0.5)  # threads find the digests of all files ahead of what is sent
                (folder / "picture_017.png").unlink()
                (folder / "picture_016.png").write_bytes((folder / "picture_015.png").read_bytes())
            super().begin(number, partition)

    report = build(folder, tmp_path / "shop", Slow())
    reasons = {reject.file: reject.reason for reject in report.rejects}
    assert set(reasons) == {"broken.png", "picture_016.png", "picture_017.png"}
    assert "changed while it was read" in reasons["picture_016.png"]
    assert "could not be opened" in reasons["picture_017.png"]


@pytest.mark.fault_rows(94)
def test_workers_with_other_models_are_refused(folder: Path, tmp_path: Path) -> None:
    workers = WorkersHere(models={**MODELS, "joint": "another"})
    with pytest.raises(ArtifactError, match="A worker has other models than this machine"):
        build(folder, tmp_path / "shop", workers)

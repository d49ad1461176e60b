"""A gallery of a million pictures, in segments: opening it, and what that costs in memory, beside reading all of it.

    python -m benchmarks million

The rows are semi-synthetic: between two pictures of the gallery that ships, with a little noise; the pictures share a
few thumbnails, and have no maps. Opening and asking are measured in a process of their own, the reader of all on 20,000
of the same pictures.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import large_indexes
from benchmarks.timing import Row
from core.index.bundle import Gallery, open_bundle
from core.index.constants import COMPARED, CosineSums, constants_of
from core.index.encoded import EncodedRows
from core.index.items import Item
from core.index.reader import DescriptionTable, ItemMaker
from core.index.segment_plan import SEGMENT
from core.index.segmented_build import SegmentedBuild
from core.index.segmented_manifest import SegmentedManifest
from core.index.segmented_pieces import sums_to_arrays
from core.index.segmented_writer import SegmentedWriter
from core.index.shards import EncodedRow, Shard, write_shard
from core.index.writer import BundleWriter
from core.settings import SHIPPED_GALLERY

LIMIT = 3.0
"""Seconds in which a million pictures open."""
WHOLE = 20_000
"""Pictures that are read as a whole, to tell what a reader of all needs."""
THUMBNAILS, NOISE, ORIGIN = 8, 0.02, "benchmark"
MODELS = {"joint": "benchmark", "garment": "benchmark", "words": "benchmark"}
TOP, WINDOW = 2_000, 8_000
"""Rows that are proposed where all are scanned, and rows from everywhere that are scored."""
MEGABYTE = 2**20
FRESH = "import sys; from benchmarks import million; million.measured(sys.argv[1])"


def vectors_between(gallery: Gallery, start: int, count: int) -> dict[str, np.ndarray]:
    """Returns name -> (count, d) unit rows between pictures of a gallery; the same ones for the same start."""
    chance = np.random.default_rng(start)
    ends, share = chance.integers(0, len(gallery), (2, count)), chance.random((count, 1), dtype=np.float32)
    made = {}
    for name in MODELS:
        rows = gallery.vectors(name)
        between = (1 - share) * rows[ends[0]] + share * rows[ends[1]]
        between += NOISE * chance.standard_normal(between.shape, dtype=np.float32)
        made[name] = between / np.linalg.norm(between, axis=1, keepdims=True)
    return made


def file_of(number: int) -> str:
    """Returns what a picture of the benchmark is called."""
    return f"{number // 1000:04}/{number:07}.jpg"


def known_of(number: int, small: list[str]) -> EncodedRow:
    """Returns what is known of a picture of the benchmark."""
    digest = hashlib.sha256(f"{number}".encode()).hexdigest()
    return EncodedRow(digest, 300, 400, "a red shirt with stripes", small[number % len(small)])


def items_between(maker: ItemMaker, small: list[str], start: int, count: int) -> list[Item]:
    """Returns the items of some pictures of the benchmark."""
    return [maker.item(file_of(row), known_of(row, small)) for row in range(start, start + count)]


def write_segments(out: Path, count: int) -> list[str]:
    """Writes a gallery of `count` pictures in segments, one after the other, and returns its thumbnails."""
    writer, shipped = SegmentedWriter(out), open_bundle(SHIPPED_GALLERY)
    small = [writer.add_thumbnail(shipped.thumbnail_path(row).read_bytes()) for row in range(THUMBNAILS)]
    maker = ItemMaker([file_of(row) for row in range(count)], DescriptionTable())
    sums: dict[str, CosineSums] = {}
    entries = []
    for start in range(0, count, SEGMENT):
        rows = vectors_between(shipped, start, min(SEGMENT, count - start))
        for name in COMPARED:
            sums.setdefault(name, CosineSums.of_width(rows[name].shape[1])).add(rows[name])
        entries.append(writer.add_segment(items_between(maker, small, start, len(rows["joint"])), rows))
    writer.publish(
        SegmentedManifest(
            count=count,
            models=MODELS,
            constants=constants_of({name: each.distribution() for name, each in sums.items()}),
            widths={name: int(array.shape[1]) for name, array in rows.items()},
            segments=tuple(entries),
            rejected=0,
            sums=writer.add_piece("sums", sums_to_arrays(sums)),
        )
    )
    return small


def write_whole(out: Path, count: int) -> None:
    """Writes the first pictures of the same gallery as one that is read as a whole."""
    writer, shipped = BundleWriter(out), open_bundle(SHIPPED_GALLERY)
    small = [writer.add_thumbnail(shipped.thumbnail_path(row).read_bytes()) for row in range(THUMBNAILS)]
    maker = ItemMaker([file_of(row) for row in range(count)], DescriptionTable())
    writer.publish(
        items=items_between(maker, small, 0, count),
        vectors=vectors_between(shipped, 0, count),
        constants=dict(shipped.constants),
        models=MODELS,
    )


def add_one(out: Path, count: int, small: list[str]) -> tuple[float, int]:
    """Adds a picture to a gallery in segments, encoded already; returns the seconds, and the bytes that are new."""
    before = {path.name for path in (out / "segments").iterdir()}
    new, shipped = known_of(count, small), open_bundle(SHIPPED_GALLERY)
    began = time.perf_counter()
    rows = EncodedRows(out, out / ".work", ORIGIN, in_segments=True)
    rows.take_over(MODELS)
    rows.add(write_shard(out / ".work", ORIGIN, Shard((new,), vectors_between(shipped, count, 1))), [new])
    used = {file_of(row): known_of(row, small).digest for row in range(count + 1)}
    SegmentedBuild(out, rows, used, DescriptionTable(), MODELS).publish([])
    seconds = time.perf_counter() - began
    added = [path for path in (out / "segments").iterdir() if path.name not in before]
    return seconds, sum(path.stat().st_size for path in added)


def resident() -> float:
    """Returns the memory of this process that is in use now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / MEGABYTE


def measured(bundle: str) -> None:
    """Opens a gallery and asks it once, in a fresh process; prints what that took as JSON."""
    told: dict[str, float] = {}
    before, began = resident(), time.perf_counter()

    def note(name: str) -> None:
        nonlocal began
        told[f"{name} s"], told[f"{name} MB"] = time.perf_counter() - began, resident() - before
        began = time.perf_counter()

    gallery = open_bundle(Path(bundle))
    note("open")
    shown = [gallery.items[row] for row in range(0, len(gallery), max(len(gallery) // 60, 1))]
    found = gallery.find(shown[-1].digest)
    note("show")
    query = np.asarray(gallery.vectors("joint")[int(found[0])])
    scattered = np.linspace(0, len(gallery) - 1, min(WINDOW, len(gallery))).astype(np.int64)
    for name in ("window", "window again"):
        gallery.index("joint").scores(query, scattered)
        note(name)
    for name in ("first", "again"):
        rows = gallery.proposer("joint").propose(query[None], TOP)
        best = rows[np.argmax(gallery.index("joint").scores(query, rows))]
        assert best == found[0], "a picture is most like itself"
        note(name)
    sys.stdout.write(json.dumps(told))


def _fresh(bundle: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", FRESH, str(bundle)], check=True, capture_output=True, text=True
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def rows(count: int = 1_000_000, whole: int = WHOLE, asked: int = large_indexes.ROUNDS) -> Iterator[Row]:
    """Yields opening, showing, asking and adding to a gallery in segments, and the memory that stays.

    Args:
        count: n, how many pictures it holds.
        whole: how many of them a gallery holds that is read as a whole; its figures are multiplied by n / whole.
        asked: questions to each approximate index.
    """
    with tempfile.TemporaryDirectory() as folder:
        segments, flat = Path(folder) / "segments", Path(folder) / "whole"
        small = write_segments(segments, count)
        write_whole(flat, whole)
        ours, bare, times = _fresh(segments), _fresh(flat), count / whole
        named = f"{count:,} pictures: "
        all_of_it = f"format 2 x {times:g}"
        yield Row(named + "opening", ours["open s"], bare["open s"] * times, LIMIT, None, all_of_it, "s")
        yield Row(
            named + "memory at rest", ours["open MB"], bare["open MB"] * times, None, None, all_of_it, "MB"
        )
        yield Row(named + "60 tiles and a look-up", ours["show s"], unit="s")
        yield Row(named + "8,000 rows, verified", ours["window s"], unit="s")
        yield Row(
            named + "8,000 rows again",
            ours["window again s"],
            bare["window again s"],
            None,
            None,
            "format 2",
            "s",
        )
        yield Row(named + "all scanned, verified", ours["first s"], unit="s")
        yield Row(
            named + "all scanned again", ours["again s"], bare["again s"] * times, None, None, all_of_it, "s"
        )
        yield Row(
            named + "memory after", ours["again MB"], bare["again MB"] * times, None, None, all_of_it, "MB"
        )
        yield from large_indexes.rows(segments, asked)
        seconds, written = add_one(segments, count, small)
        size = sum(path.stat().st_size for path in (segments / "segments").iterdir()) / MEGABYTE
        yield Row(named + "one more, encoded before", seconds, unit="s")
        yield Row(named + "of that written anew", written / MEGABYTE, size, None, None, "all of it", "MB")

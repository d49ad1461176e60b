"""Fills a collection of a Qdrant server with a gallery, a batch at a time; what is there already is not sent again."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import ArtifactError
from core.index.bundle import open_bundle
from core.index.gallery import Gallery
from core.index.items import Item
from core.index.qdrant_gallery import FORMAT, SETS, SIDE_BY_SIDE, SMALL, side_by_side
from core.index.qdrant_rows import FIELDS
from core.index.qdrant_server import ABOUT, QdrantServer, described
from core.plurals import agreeing, counted
from core.qdrant_place import QdrantPlace

BATCH = 128
"""Points of a request: about 6 MB of JSON, where a server takes 32."""
KEYWORDS = ("digest", "id", "group")
"""Parts of the payload by which points are found."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What an upload did.

    Attributes:
        pictures: how many the collection has now.
        sent: how many of them were sent now.
        removed: points of an earlier gallery that were taken away.
    """

    pictures: int
    sent: int
    removed: int

    def sentence(self, place: QdrantPlace) -> str:
        """Says it."""
        kept = self.pictures - self.sent
        there = f", {kept} {agreeing(kept, 'was', 'were')} there" if kept else ""
        gone = f", {self.removed} of an earlier gallery removed" if self.removed else ""
        return f"{counted(self.pictures, 'picture')} at {place}: {self.sent} sent{there}{gone}."


def upload(
    bundle: Path,
    place: QdrantPlace,
    client: Any = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Uploaded:
    """Makes a collection hold a gallery; until it is whole, no page opens it.

    Args:
        bundle: the gallery.
        place: the collection; made where there is none.
        client: a `qdrant_client.QdrantClient`, None to make one.
        progress: told after every batch how many pictures are done, and of how many.

    Raises:
        ArtifactError: the bundle is damaged, or the collection is something else.
        NotReadyError, CapacityError, SettingsError: see `core.index.qdrant_server.QdrantServer.asked`.
    """
    gallery = open_bundle(bundle)
    server = QdrantServer(place, client)
    about = _description(gallery)
    known = _made(server, about)
    sent, total = 0, len(gallery)
    for start in range(0, total, BATCH):
        sent += _send(server, gallery, range(start, min(start + BATCH, total)), known)
        progress(min(start + BATCH, total), total)
    removed = _remove_from(server, total)
    with server.asked():
        server.client.update_collection(place.collection, metadata={ABOUT: about | {"whole": True}})
    return Uploaded(total, sent, removed)


def _description(gallery: Gallery) -> dict[str, Any]:
    """Returns what the metadata of a collection says of a gallery that is not whole yet."""
    names = sorted(gallery.models.items())
    pictures = hashlib.sha256(repr(names).encode())
    for item in gallery.items:
        pictures.update(repr(asdict(item)).encode())
    return {
        "format": FORMAT,
        "count": len(gallery),
        "models": dict(gallery.models),
        "constants": dict(gallery.constants),
        "widths": {name: int(gallery.vectors(name).shape[1]) for name in SETS},
        "rejected": gallery.rejected,
        "fingerprint": pictures.hexdigest(),
        "whole": False,
    }


def _made(server: QdrantServer, about: dict[str, Any]) -> bool:
    """Makes the collection, or one that is there ready, and tells whether its points may stay.

    Args:
        server: where.
        about: the description.
    """
    name, models, widths = server.place.collection, server.models, about["widths"]
    if server.exists():
        information = server.information()
        before = described(information.config.metadata)
        if not isinstance(before, dict) or before.get("format") != FORMAT or before.get("widths") != widths:
            raise ArtifactError(
                f"The collection {name!r} is no gallery of this kind; give another name, or delete it first."
            )
        with server.asked():
            server.client.update_collection(name, metadata={ABOUT: about})
        return bool(before["models"] == about["models"])
    # The plain sets are fetched by row, and searched only side by side, so they need no graph.
    plain = models.HnswConfigDiff(m=0)
    vectors = {
        one: models.VectorParams(
            size=widths[one],
            distance=models.Distance.DOT,
            on_disk=True,
            hnsw_config=None if one == "joint" else plain,
        )
        for one in SETS
    } | {
        side_by_side(names): models.VectorParams(
            size=sum(widths[one] for one in names), distance=models.Distance.DOT, on_disk=True
        )
        for names in SIDE_BY_SIDE
    }
    with server.asked():
        server.client.create_collection(
            name, vectors_config=vectors, on_disk_payload=True, metadata={ABOUT: about}
        )
        for key in KEYWORDS if server.remote else ():
            server.client.create_payload_index(name, key, field_schema=models.PayloadSchemaType.KEYWORD)
    return True


def _send(server: QdrantServer, gallery: Gallery, rows: range, known: bool) -> int:
    """Sends those of some pictures that the collection does not have yet, and returns how many."""
    there = server.points(rows, payload=FIELDS) if known else {}
    items = gallery.items[rows.start : rows.stop]
    missing = [
        (row, item)
        for row, item in zip(rows, items, strict=True)
        if row not in there or there[row].payload != asdict(item)
    ]
    if missing:
        with server.asked():
            server.client.upsert(server.place.collection, points=_points(server, gallery, missing), wait=True)
    return len(missing)


def _points(server: QdrantServer, gallery: Gallery, missing: Sequence[tuple[int, Item]]) -> list[Any]:
    rows = np.array([row for row, _ in missing], dtype=np.int64)
    vectors = {name: np.asarray(gallery.vectors(name)[rows]) for name in SETS}
    for names in SIDE_BY_SIDE:
        vectors[side_by_side(names)] = np.concatenate([vectors[name] for name in names], axis=1)
    return [
        server.models.PointStruct(
            id=row,
            vector={name: some[place].tolist() for name, some in vectors.items()},
            payload=asdict(item) | {SMALL: _small(gallery, row)},
        )
        for place, (row, item) in enumerate(missing)
    ]


def _small(gallery: Gallery, row: int) -> str:
    path = gallery.thumbnail(row)
    return "" if path is None else base64.b64encode(path.read_bytes()).decode()


def _remove_from(server: QdrantServer, count: int) -> int:
    """Removes the points of a larger gallery that stood there before, and returns how many."""
    removed = 0
    with server.asked():
        while server.count() > count:
            records, _ = server.client.scroll(
                server.place.collection, offset=count, limit=BATCH, with_payload=False
            )
            ids = [record.id for record in records]
            if not ids:
                break
            server.client.delete(
                server.place.collection, points_selector=server.models.PointIdsList(points=ids), wait=True
            )
            removed += len(ids)
    return removed

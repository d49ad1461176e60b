"""Fills a collection of a Qdrant server with a gallery, a batch at a time; what is there already is not sent again."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import ArtifactError
from core.index.bundle import open_bundle
from core.index.gallery import Gallery
from core.index.qdrant_gallery import FORMAT, SETS, SIDE_BY_SIDE, SMALL, all_widths, side_by_side
from core.index.qdrant_rows import FIELDS
from core.index.qdrant_server import ABOUT, MISFITS, QdrantServer, described
from core.plurals import agreeing, counted
from core.qdrant_place import QdrantPlace

BATCH = 128
"""Points of a request: about 6 MB of JSON, where a server takes 32."""
KEYWORDS = ("digest", "id", "group")
"""Parts of the payload by which points are found."""
SENT = "sent"
"""The part of the payload that is the digest of the point's vectors and thumbnail."""


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
    verify: bool = False,
) -> Uploaded:
    """Makes a collection hold a gallery; until it is whole, no page opens it.

    Args:
        bundle: the gallery.
        place: the collection; made where there is none.
        client: a `qdrant_client.QdrantClient`, None to make one.
        progress: told after every batch how many pictures are done, and of how many.
        verify: read what the collection has, too, and send what is damaged anew.

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
        sent += _send(server, gallery, range(start, min(start + BATCH, total)), known, verify)
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
        if (
            not isinstance(before, dict)
            or before.get("format") != FORMAT
            or server.widths(information) != all_widths(widths)
        ):
            raise ArtifactError(
                f"The collection {name!r} is no gallery of this kind; give another name, or delete it first."
            )
        with server.asked():
            server.client.update_collection(name, metadata={ABOUT: about})
        return bool(before.get("models") == about["models"])
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


def _send(server: QdrantServer, gallery: Gallery, rows: range, known: bool, verify: bool) -> int:
    """Sends those of some pictures that the collection does not have as they are, and returns how many."""
    vectors = {name: np.asarray(gallery.vectors(name)[np.arange(rows.start, rows.stop)]) for name in SETS}
    for names in SIDE_BY_SIDE:
        vectors[side_by_side(names)] = np.concatenate([vectors[name] for name in names], axis=1)
    points = []
    for place, (row, item) in enumerate(zip(rows, gallery.items[rows.start : rows.stop], strict=True)):
        own, small = {name: some[place] for name, some in vectors.items()}, _small(gallery, row)
        points.append((row, own, asdict(item) | {SMALL: small, SENT: _digest(own, small)}))
    there = _there(server, rows, sorted(vectors), verify) if known else {}
    missing = [
        server.models.PointStruct(
            id=row, vector={name: vector.tolist() for name, vector in own.items()}, payload=payload
        )
        for row, own, payload in points
        if there.get(row) != {name: part for name, part in payload.items() if name != SMALL}
    ]
    if missing:
        with server.asked():
            server.client.upsert(server.place.collection, points=missing, wait=True)
    return len(missing)


def _there(server: QdrantServer, rows: range, names: Sequence[str], verify: bool) -> dict[int, Any]:
    """Returns row -> what the collection has of a picture but its thumbnail; None for what is damaged.

    Args:
        server: where.
        rows: of the pictures.
        names: of all vectors.
        verify: fetch vectors and thumbnails, too, instead of trusting the digest that was sent with them.
    """
    if not verify:
        return {row: point.payload for row, point in server.points(rows, payload=(*FIELDS, SENT)).items()}
    found: dict[int, Any] = {}
    for row, point in server.points(rows, names, (*FIELDS, SENT, SMALL)).items():
        try:
            own = {name: np.array(point.vector[name], np.float32) for name in names}
            whole = _digest(own, point.payload.pop(SMALL)) == point.payload[SENT]
            found[row] = point.payload if whole else None
        except MISFITS:
            found[row] = None
    return found


def _digest(vectors: Mapping[str, np.ndarray], small: str) -> str:
    """Returns the SHA-256 of what a point holds beside its item."""
    digest = hashlib.sha256(small.encode())
    for name in sorted(vectors):
        digest.update(vectors[name].astype("<f4").tobytes())
    return digest.hexdigest()


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

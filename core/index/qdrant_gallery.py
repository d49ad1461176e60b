"""A gallery on a Qdrant server: the server proposes rows, the product's own products of their vectors decide.

Of a small one vectors and names are read once, so that it answers as a bundle does. Of a larger one only the rows that
a question needs are fetched, and what was fetched last is kept.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from core.contracts import Index, Proposer
from core.errors import ArtifactError, CapacityError, InputError
from core.images import open_picture, thumbnail
from core.index.gallery import PLACEHOLDER, Gallery
from core.index.items import Item
from core.index.manifest import CONSTANTS
from core.index.picture_map import PictureMap
from core.index.qdrant_rows import FetchedItems, FetchedPoints, FetchedRows, QdrantIndex, QdrantProposer
from core.index.qdrant_server import MISFITS, QdrantServer, described
from core.index.vectors import IndexedVectors
from core.qdrant_place import QdrantPlace
from core.settings import cache_folder
from core.store import write_atomically

FORMAT = 1
SETS = ("joint", "garment", "words")
SIDE_BY_SIDE = (("garment", "words"), ("garment", "joint"))
"""What a shop's questions mix, so that one search finds what both rank best."""
SMALL = "small"
"""The part of a point's payload that is its thumbnail, in base64."""
READ_WHOLE = 5_000
"""Pictures up to which a collection is read once, which takes seconds, and then answers without the server."""


def side_by_side(names: Sequence[str]) -> str:
    """Returns what a set of vectors is called that are laid side by side."""
    return "+".join(names)


def all_widths(widths: Mapping[str, int]) -> dict[str, int]:
    """Returns name -> numbers of a vector for all that a point has, those side by side too."""
    sides = {side_by_side(names): sum(widths[name] for name in names) for names in SIDE_BY_SIDE}
    return {**widths, **sides}


class QdrantGallery:
    """An opened collection, as `core.contracts.SearchableGallery` promises; see `core.index.gallery.Gallery`.

    Args:
        server: the collection.
        about: what its metadata says of the gallery, checked.
        cache: the folder in which thumbnails are kept that were shown.
    """

    maps: Mapping[str, PictureMap] = MappingProxyType({})
    version = 3

    def __init__(self, server: QdrantServer, about: Mapping[str, Any], cache: Path) -> None:
        self._server = server
        self._count = int(about["count"])
        self._widths: dict[str, int] = {name: int(width) for name, width in about["widths"].items()}
        self.title = server.place.collection
        self.constants = MappingProxyType({name: float(about["constants"][name]) for name in CONSTANTS})
        self.models: Mapping[str, str] = MappingProxyType(dict(about["models"]))
        self.rejected, self.fingerprint = int(about["rejected"]), str(about["fingerprint"])
        self.path = cache / hashlib.sha256(f"{server.place} {self.fingerprint}".encode()).hexdigest()[:16]
        self._fetched = FetchedPoints(server, self._count, self._widths)
        self.items: Sequence[Item] = FetchedItems(self._fetched, self._count)
        self.segments = self.items
        """Not None: what is shown is looked for picture by picture."""
        self._rows = {
            name: FetchedRows(self._fetched, name, self._count, self._widths[name]) for name in self._widths
        }

    def __len__(self) -> int:
        return self._count

    def vectors(self, name: str) -> Any:
        """Returns the (n, d) unit rows called "joint", "garment" or "words", which read like an array.

        Raises:
            ArtifactError: this gallery has no such vectors.
        """
        if name not in self._rows:
            raise ArtifactError(
                f"The gallery has no {name!r} vectors; it has {', '.join(sorted(self._rows))}."
            )
        return self._whole.vectors(name) if self._whole is not None else self._rows[name]

    def index(self, name: str) -> Index:
        """Returns what searches the vectors of that name; errors as of `vectors`."""
        self.vectors(name)
        return self._whole.index(name) if self._whole is not None else self._indexes[name]

    def proposer(self, *names: str) -> Proposer:
        """Returns what proposes rows by these vectors laid side by side.

        Raises:
            ArtifactError: the collection does not hold these side by side.
        """
        for name in names:
            self.vectors(name)
        if self._whole is not None:
            return self._whole.proposer(*names)
        if len(names) > 1 and names not in SIDE_BY_SIDE:
            raise ArtifactError(f"The gallery cannot be searched by {' and '.join(names)} at once.")
        width = sum(self._widths[name] for name in names)
        return QdrantProposer(self._server, side_by_side(names), width, self._count)

    def find(self, digest: str) -> tuple[int, ...]:
        """Returns every row whose picture's file has this SHA-256, in order."""
        if self._whole is None:
            return self._server.having("digest", digest, self._count)
        return tuple(row for row, item in enumerate(self.items) if item.digest == digest)

    def row_of(self, name: str) -> int | None:
        """Returns the row of the picture with this id, None without one."""
        if self._whole is None:
            return next(iter(self._server.having("id", name, self._count)), None)
        return next((row for row, item in enumerate(self.items) if item.id == name), None)

    @property
    def copies(self) -> Mapping[int, tuple[int, ...]]:
        """Nothing: which pictures have copies takes a look at all of them."""
        return {}

    @property
    def thumbnails(self) -> Path:
        """The folder of the thumbnails that were shown, which may be served as it is."""
        folder = self.path / "thumbnails"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def thumbnail_path(self, index: int) -> Path:
        """Returns the file that shows item `index`; a placeholder when it has none that can be shown."""
        return self.thumbnail(index) or PLACEHOLDER

    def thumbnail(self, index: int) -> Path | None:
        """Returns the small picture of item `index`, None when there is none that can be shown."""
        self.fetch_thumbnails([index])
        path = self._place_of(index)
        return path if path.is_file() and path.stat().st_size else None

    def fetch_thumbnails(self, indices: Iterable[int]) -> None:
        """Fetches the small pictures of some items at once, each through the door for pictures.

        Kept is a picture, or that an item has none; what is missing or no picture is asked for anew the next time.
        """
        wanted = [index for index in dict.fromkeys(indices) if not self._place_of(index).is_file()]
        for row, point in (self._server.points(wanted, payload=(SMALL,)) if wanted else {}).items():
            small = _small_of(point.payload)
            if small is not None:
                write_atomically(self._place_of(row), small)

    def _place_of(self, index: int) -> Path:
        return self.thumbnails / f"{index}.webp"

    @cached_property
    def _whole(self) -> IndexedVectors | None:
        """All vectors of a small gallery, None for a larger one."""
        if self._count > READ_WHOLE:
            return None
        self._fetched.items(range(self._count))
        return IndexedVectors({name: np.asarray(rows) for name, rows in self._rows.items()})

    @cached_property
    def _indexes(self) -> dict[str, QdrantIndex]:
        return {
            name: QdrantIndex(rows, QdrantProposer(self._server, name, self._widths[name], self._count))
            for name, rows in self._rows.items()
        }


AnyGallery = Gallery | QdrantGallery
"""What the page shows."""


def open_collection(place: QdrantPlace, client: Any = None, cache: Path | None = None) -> QdrantGallery:
    """Opens a gallery on a Qdrant server.

    Args:
        place: where it is.
        client: a `qdrant_client.QdrantClient`, None to make one.
        cache: a folder for thumbnails, None for the one of the settings.

    Raises:
        NotReadyError, CapacityError, SettingsError: see `core.index.qdrant_server.QdrantServer.asked`.
        ArtifactError: there is no such collection, it is no gallery, not whole, or its vectors are others than it says.
    """
    server = QdrantServer(place, client)
    information = server.information()
    about = described(information.config.metadata)
    if not _sound(about):
        raise ArtifactError(
            f"The collection {place.collection!r} is no gallery of this version of Blendscope; "
            f"`python -m core index PICTURES --out BUNDLE --to {place}` makes one."
        )
    if server.widths(information) != all_widths(about["widths"]):
        raise ArtifactError(
            f"The vectors of the collection {place.collection!r} have other dimensions than its description says; "
            "fill another, or delete it and fill it anew."
        )
    there = server.count()
    if there != about["count"] or not about["whole"]:
        raise ArtifactError(
            f"The collection {place.collection!r} holds {there} of {about['count']} pictures; start "
            f"`python -m core index BUNDLE --to {place}` again, which goes on where it stopped."
        )
    return QdrantGallery(server, about, (cache or cache_folder()) / "qdrant")


def _sound(about: Any) -> bool:
    """Tells whether a description has all that a gallery needs, each of its kind."""
    try:
        models, constants, widths = about["models"], about["constants"], about["widths"]
        return (
            about["format"] == FORMAT
            and all(type(about[name]) is int for name in ("count", "rejected"))
            and about["count"] > 0
            and about["rejected"] >= 0
            and all(type(constants[name]) in (int, float) for name in CONSTANTS)
            and all(math.isfinite(constants[name]) for name in CONSTANTS)
            and all(constants[name] > 0 for name in CONSTANTS if name.endswith("_std"))
            and set(widths) == set(SETS)
            and all(type(width) is int and width > 0 for width in widths.values())
            and all(isinstance(text, str) for text in (about["fingerprint"], *models, *models.values()))
            and type(about["whole"]) is bool
        )
    except MISFITS:
        return False


def _small_of(payload: Mapping[str, Any] | None) -> bytes | None:
    """Returns a thumbnail made anew of what the server sends, b"" for an item without one, None for anything else."""
    small = (payload or {}).get(SMALL)
    if not isinstance(small, str):
        return None
    if not small:
        return b""
    try:
        return thumbnail(open_picture(base64.b64decode(small, validate=True)))
    except (InputError, CapacityError, ValueError):
        return None

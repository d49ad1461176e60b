"""Rows of a collection on a Qdrant server, fetched as they are needed, with what proposes and what scores them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, overload

import numpy as np
from jaxtyping import Float, Float32, Int64

from core.blend import dot_products
from core.contracts import Hits, SomeRows
from core.errors import ArtifactError
from core.index.base import CheckedProposer, checked_queries, checked_query, checked_rows, rescored
from core.index.items import Item
from core.index.qdrant_server import QdrantServer
from core.index.segmented_rows import SegmentedRows
from core.last_used import LastUsed

FIELDS = tuple(field.name for field in fields(Item))
SPARE = 16
"""How many rows more than asked are proposed, for the server rounds otherwise."""
KEPT_VECTORS, KEPT_ITEMS = 256 * 2**20, 64 * 2**20
"""Bytes of what was fetched last."""
BYTES_OF_ITEM = 1_000
BLOCK = 2_048


class FetchedPoints:
    """Rows of a collection, as they are needed; what was fetched last is kept.

    Args:
        server: the collection.
        count: of its rows.
        widths: name -> numbers of a vector.
    """

    def __init__(self, server: QdrantServer, count: int, widths: Mapping[str, int]) -> None:
        self._server, self._count, self._widths = server, count, widths
        self._vectors = LastUsed[np.ndarray](KEPT_VECTORS, lambda row: row.nbytes)
        self._items = LastUsed[Item](KEPT_ITEMS, lambda item: BYTES_OF_ITEM)

    def vectors(self, name: str, rows: Sequence[int]) -> dict[int, np.ndarray]:
        """Returns row -> vector, and keeps their items, too, for who ranks rows names them."""
        known = {key[1]: row for key, row in self._vectors.among((name, row) for row in rows).items()}  # type: ignore[index]
        missing = [row for row in rows if row not in known]
        points = self._points(missing, (name,))
        new = {row: self._vector(point, name) for row, point in points.items()}
        items: dict[Hashable, Item] = {row: self._item(point) for row, point in points.items()}
        # Only now, so that nothing is kept of a call that failed.
        self._vectors.add({(name, row): vector for row, vector in new.items()})
        self._items.add(items)
        return known | new

    def items(self, rows: Sequence[int]) -> dict[int, Item]:
        """Returns row -> item."""
        known: dict[int, Item] = self._items.among(rows)  # type: ignore[assignment]
        points = self._points([row for row in rows if row not in known])
        new = {row: self._item(point) for row, point in points.items()}
        self._items.add(dict[Hashable, Item](new.items()))
        return known | new

    def _points(self, rows: Sequence[int], vectors: Sequence[str] = ()) -> dict[int, Any]:
        points = self._server.points(rows, vectors, FIELDS) if rows else {}
        if len(points) != len(set(rows)):
            raise ArtifactError(
                f"The collection {self._server.place.collection!r} was changed while it is shown: "
                f"{len(set(rows)) - len(points)} of its {self._count} pictures are gone; start the app again."
            )
        return points

    def _vector(self, point: Any, name: str) -> np.ndarray:
        with self._server.asked():
            vector = np.array([point.vector[name]], np.float32)
            if vector.shape != (1, self._widths[name]):
                raise ValueError("a vector of another length")
        row: np.ndarray = checked_rows(vector, name)[0]
        return row

    def _item(self, point: Any) -> Item:
        try:
            return Item.from_json(point.payload)
        except ValueError as error:
            raise ArtifactError(
                f"Point {point.id} of the collection {self._server.place.collection!r} is no picture of a gallery "
                f"({error}); {self._server.mended}."
            ) from None


class FetchedItems(Sequence[Item]):
    """The items of a collection; each is fetched when it is asked for."""

    def __init__(self, fetched: FetchedPoints, count: int) -> None:
        self._fetched, self._count = fetched, count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Item, ...]: ...
    def __getitem__(self, index: int | slice) -> Item | tuple[Item, ...]:
        places = range(self._count)[index]
        if isinstance(places, int):
            return self._fetched.items([places])[places]
        found = self._fetched.items(list(places))
        return tuple(found[place] for place in places)

    def __iter__(self) -> Iterator[Item]:
        for start in range(0, self._count, BLOCK):
            yield from self[start : min(start + BLOCK, self._count)]


class FetchedRows(SegmentedRows):
    """A set of vectors of a collection; rows are fetched where they are asked for."""

    def __init__(self, fetched: FetchedPoints, name: str, count: int, width: int) -> None:
        self._fetched, self._name = fetched, name
        self.shape = (count, width)

    def _taken(self, rows: Int64[np.ndarray, " r"]) -> Float32[np.ndarray, "r d"]:
        wanted = rows.tolist()
        found = self._fetched.vectors(self._name, list(dict.fromkeys(wanted)))
        whole = np.array([found[row] for row in wanted], np.float32).reshape(len(wanted), self.shape[1])
        whole.setflags(write=False)
        return whole


class QdrantProposer(CheckedProposer):
    """Asks the server which rows are best."""

    exact = False
    recall_note = "the server's recall was not measured"

    def __init__(self, server: QdrantServer, name: str, width: int, count: int) -> None:
        self._server, self._name, self.width, self._count = server, name, width, count

    def __len__(self) -> int:
        return self._count

    def _best(self, queries: Float32[np.ndarray, "m d"], count: int) -> SomeRows:
        return self._server.nearest(self._name, queries, count, self._count)


class QdrantIndex:
    """Scores rows of a collection, as `core.contracts.Index` promises: fetched, then multiplied here."""

    name = "qdrant"
    exact = False

    def __init__(self, rows: FetchedRows, proposer: QdrantProposer) -> None:
        self._rows, self._proposer = rows, proposer
        self.width = int(rows.shape[1])

    def __len__(self) -> int:
        return len(self._rows)

    def scores(self, queries: np.ndarray, rows: SomeRows | None = None) -> Float[np.ndarray, "*queries r"]:
        """Returns the inner product of every row, or of some, with every query."""
        return dot_products(
            checked_queries(queries, self.width), self._rows[slice(None) if rows is None else rows]
        )

    def search(self, query: np.ndarray, k: int) -> Hits:
        """Returns the best of the rows that the server proposes, best first; ties keep the order of the rows."""
        checked = checked_query(query, self.width)
        count = min(max(k, 1), len(self))
        proposed = self._proposer.propose(checked[None].astype(np.float32), count + SPARE)
        places, scores = rescored(np.arange(len(proposed)), checked, self._rows[proposed], count)
        return proposed[places], scores

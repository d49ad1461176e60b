"""A collection of a Qdrant server, asked within a deadline: whatever goes wrong is one sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from jaxtyping import Float32, Int64

from core.errors import ArtifactError, BlendscopeError, CapacityError, NotReadyError, SettingsError
from core.installation import sentence_for_missing
from core.qdrant_place import QDRANT_KEY, QdrantPlace

DEADLINE = 20
"""Seconds for one answer of the server."""
AT_A_TIME = 500
"""Points of a request: with 384 numbers each 4 MB of JSON."""
SHORTEST_LIST = 128
"""Of the candidates that a graph search keeps."""
ABOUT = "blendscope"
"""Under which a collection's metadata describes the gallery."""


class QdrantServer:
    """One collection.

    Args:
        place: where it is.
        client: a `qdrant_client.QdrantClient` without a server, None to make one for the place.

    Raises:
        SettingsError: qdrant-client is not installed.
    """

    def __init__(self, place: QdrantPlace, client: Any = None) -> None:
        with sentence_for_missing("A gallery on a Qdrant server"):
            from qdrant_client import QdrantClient, models
        self.place, self.models, self.remote = place, models, client is None
        self.client = client or QdrantClient(
            url=f"{'https' if place.tls else 'http'}://{place.host}:{place.port}",
            port=place.port,
            api_key=os.environ.get(QDRANT_KEY) or None,
            https=place.tls,
            timeout=DEADLINE,
            check_compatibility=False,
        )

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Turns what the client raises inside into a sentence.

        Raises:
            NotReadyError: the server cannot be reached.
            CapacityError: it did not answer in time, or has no room.
            ArtifactError: there is no such collection, or it does not take what it is asked.
            SettingsError: it wants a key.
        """
        from qdrant_client.common.client_exceptions import QdrantException
        from qdrant_client.http.exceptions import ApiException

        try:
            yield
        except BlendscopeError:
            raise
        except (ApiException, QdrantException, OSError) as error:
            raise self._sentence(error) from error
        except ValueError as error:  # of the client itself
            raise ArtifactError(
                f"{self._named} does not answer as a gallery: {_first_line(error)}"
            ) from error

    def information(self) -> Any:
        """Returns what the server tells of the collection."""
        with self.asked():
            return self.client.get_collection(self.place.collection)

    def exists(self) -> bool:
        """Tells whether there is the collection."""
        with self.asked():
            return bool(self.client.collection_exists(self.place.collection))

    def count(self) -> int:
        """Returns how many points it has."""
        with self.asked():
            return int(self.client.count(self.place.collection, exact=True).count)

    def points(
        self, rows: Sequence[int], vectors: Sequence[str] = (), payload: Sequence[str] = ()
    ) -> dict[int, Any]:
        """Returns row -> point with some of its vectors and payload, of those that are there."""
        found: dict[int, Any] = {}
        with self.asked():
            for start in range(0, len(rows), AT_A_TIME):
                records = self.client.retrieve(
                    self.place.collection,
                    ids=[int(row) for row in rows[start : start + AT_A_TIME]],
                    with_payload=list(payload) or False,
                    with_vectors=list(vectors) or False,
                )
                found |= {int(record.id): record for record in records}
        return found

    def nearest(self, name: str, queries: Float32[np.ndarray, "m d"], count: int) -> Int64[np.ndarray, " r"]:
        """Returns the union of the rows that the server finds best for each query, ascending."""
        models = self.models
        # The list of a graph search must be as long as what is wanted of it.
        params = models.SearchParams(hnsw_ef=max(SHORTEST_LIST, count)) if self.remote else None
        requests = [
            models.QueryRequest(
                query=query.tolist(), using=name, limit=count, with_payload=False, params=params
            )
            for query in queries
        ]
        with self.asked():
            answers = self.client.query_batch_points(self.place.collection, requests=requests)
            rows = [int(point.id) for answer in answers for point in answer.points]
        return np.unique(np.array(rows, dtype=np.int64))

    def having(self, key: str, value: str) -> tuple[int, ...]:
        """Returns the rows whose payload has a value, ascending."""
        models = self.models
        wanted = models.Filter(must=[models.FieldCondition(key=key, match=models.MatchValue(value=value))])
        rows: list[int] = []
        offset: Any = None
        with self.asked():
            while True:
                records, offset = self.client.scroll(
                    self.place.collection,
                    scroll_filter=wanted,
                    limit=AT_A_TIME,
                    offset=offset,
                    with_payload=False,
                )
                rows += [int(record.id) for record in records]
                if offset is None:
                    return tuple(sorted(rows))

    @property
    def _named(self) -> str:
        return f"The collection {self.place.collection!r} of the Qdrant server at {self.place.host}:{self.place.port}"

    def _sentence(self, error: Exception) -> BlendscopeError:
        server = f"The Qdrant server at {self.place.host}:{self.place.port}"
        source, status = getattr(error, "source", error), getattr(error, "status_code", None)
        if "Timeout" in type(source).__name__:
            return CapacityError(f"{server} did not answer within {DEADLINE} s; try again in a moment.")
        if status in (401, 403):
            return SettingsError(
                f"{server} wants a key; start the program with {QDRANT_KEY} set to one it takes."
            )
        if status == 404:
            return ArtifactError(
                f"{self._named} is not there; `python -m core index PICTURES --to {self.place}` makes it."
            )
        if status is None:
            return NotReadyError(f"{server} cannot be reached; see that it runs, and try again.")
        if status == 429 or status >= 500:
            return CapacityError(f"{server} cannot answer now (status {status}); try again in a moment.")
        return ArtifactError(
            f"{self._named} does not take what a gallery asks (status {status}), so it was changed; fill it again."
        )


def described(metadata: Mapping[str, Any] | None) -> Any:
    """Returns what a collection's metadata says of the gallery in it, None without."""
    return None if metadata is None else metadata.get(ABOUT)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".") + "."

"""A collection of a Qdrant server, asked within a deadline: whatever goes wrong is one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
from jaxtyping import Float32, Int64

from core.errors import ArtifactError, BlendscopeError, CapacityError, NotReadyError, SettingsError
from core.installation import sentence_for_missing
from core.qdrant_place import QDRANT_KEY, QdrantPlace, key_of_server

DEADLINE = 20
"""Seconds for one answer of the server."""
AT_A_TIME = 500
"""Points of a request: with 384 numbers each 4 MB of JSON."""
SHORTEST_LIST = 128
"""Of the candidates that a graph search keeps."""
ABOUT = "blendscope"
"""Under which a collection's metadata describes the gallery."""
MISFITS = (
    TypeError,
    KeyError,
    ValueError,
    AttributeError,
    IndexError,
    OverflowError,
    AssertionError,
)
"""What reading an answer raises that has another shape than it should have; the client asserts, too."""


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

            from core.index.qdrant_deadline import DeadlineTransport
        self.place, self.models, self.remote = place, models, client is None
        self._key = key_of_server() if self.remote else None
        scheme = "https" if place.tls else "http"
        self.client = client or QdrantClient(
            url=f"{scheme}://{place.host}:{place.port}",
            port=place.port,
            api_key=self._key,
            https=place.tls,
            timeout=DEADLINE,
            check_compatibility=False,
            transport=DeadlineTransport(place.host, scheme, DEADLINE),
        )

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Turns what the client raises inside into a sentence, and an answer that cannot be read, too.

        Raises:
            NotReadyError: the server cannot be reached.
            CapacityError: it did not answer in time, or has no room.
            ArtifactError: there is no such collection, it does not take what it is asked, or what it says does not fit.
            SettingsError: it wants a key.
        """
        from qdrant_client.common.client_exceptions import QdrantException
        from qdrant_client.http.exceptions import ApiException

        try:
            yield
        except BlendscopeError:
            raise
        except (ApiException, QdrantException, OSError) as error:
            # What a server answers may repeat the key, and a log shows the cause.
            raise self._sentence(error) from (None if self._key else error)
        except MISFITS as error:
            raise self._misfit() from (None if self._key else error)

    def information(self) -> Any:
        """Returns what the server tells of the collection."""
        with self.asked():
            return self.client.get_collection(self.place.collection)

    def widths(self, information: Any) -> dict[str, int]:
        """Returns name -> numbers of a vector, of what `information` returned.

        Raises:
            ArtifactError: its vectors have no names.
        """
        with self.asked():
            return {name: params.size for name, params in (information.config.params.vectors or {}).items()}

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
        """Returns row -> point with some of its vectors and payload, of those that are there.

        Raises:
            ArtifactError: the server sends another point than was asked for; others as of `asked`.
        """
        found: dict[int, Any] = {}
        with self.asked():
            for start in range(0, len(rows), AT_A_TIME):
                places = {int(row): int(row) for row in rows[start : start + AT_A_TIME]}
                records = self.client.retrieve(
                    self.place.collection,
                    ids=list(places),
                    with_payload=list(payload) or False,
                    with_vectors=list(vectors) or False,
                )
                for record in records:
                    found[places[record.id]] = record
        return found

    def nearest(
        self, name: str, queries: Float32[np.ndarray, "m d"], count: int, pictures: int
    ) -> Int64[np.ndarray, " r"]:
        """Returns the union of the rows that the server finds best for each query, ascending.

        Args:
            name: of the vectors.
            queries: (m, d).
            count: how many rows are wanted for each.
            pictures: how many rows there are.
        """
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
            if len(answers) != len(requests) or not all(answer.points for answer in answers):
                raise ValueError("a question without an answer")
            rows = [_row(point.id, pictures) for answer in answers for point in answer.points]
        return np.unique(np.array(rows, dtype=np.int64))

    def having(self, key: str, value: str, pictures: int) -> tuple[int, ...]:
        """Returns the rows, of `pictures` that there are, whose payload has a value, ascending."""
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
                rows += [_row(record.id, pictures) for record in records]
                # Points come in the order of their ids, so a server that repeats itself is found out.
                if any(after <= before for before, after in pairwise(rows)):
                    raise ValueError("a point that was there before")
                if offset is None:
                    return tuple(rows)
                if not records or _row(offset, pictures) <= rows[-1]:
                    raise ValueError("an offset that does not grow")

    @property
    def _named(self) -> str:
        return f"The collection {self.place.collection!r} of the Qdrant server at {self.place.host}:{self.place.port}"

    def _misfit(self) -> ArtifactError:
        return ArtifactError(
            f"{self._named} answers with something that does not fit this gallery; {self.mended}."
        )

    @property
    def mended(self) -> str:
        """Says what makes the collection right again."""
        return f"fill it again with `python -m core index BUNDLE --to {self.place} --verify`"

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
                f"{self._named} is not there; `python -m core index PICTURES --out BUNDLE --to {self.place}` "
                "makes it."
            )
        if isinstance(source, ValueError):  # an answer that the client cannot read
            return self._misfit()
        if status is None:
            return NotReadyError(f"{server} cannot be reached; see that it runs, and try again.")
        if status == 429 or status >= 500:
            return CapacityError(f"{server} cannot answer now (status {status}); try again in a moment.")
        return ArtifactError(
            f"{self._named} does not take what a gallery asks (status {status}), so it was changed; "
            "fill another, or delete it and fill it anew."
        )


def described(metadata: Mapping[str, Any] | None) -> Any:
    """Returns what a collection's metadata says of the gallery in it, None without."""
    return None if metadata is None else metadata.get(ABOUT)


def _row(id_: Any, pictures: int) -> int:
    """Returns the row that a point's id is."""
    if type(id_) is not int or not 0 <= id_ < pictures:
        raise ValueError("an id that is no row")
    return id_

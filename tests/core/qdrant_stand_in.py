"""A stand-in for a Qdrant server: its REST interface, in the client's own models, over the client's local mode.

It answers what the gallery asks and nothing else, so that a request of another kind fails. `recorded` holds what was
asked and what was answered; `fails` lets the next requests fail as a server does.
"""

from __future__ import annotations

import json
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from core.qdrant_place import QdrantPlace

COLLECTION = re.compile(r"/collections/(?P<name>[\w.-]+)(?P<rest>[\w/]*)")


class StandIn:
    """The server.

    Attributes:
        local: where its collections lie.
        recorded: (method, path, request, answer) of each request.
        fails: status with which all requests are answered, 0 for none; 1 for an answer that comes late.
        key: that requests must bring, "" for none.
    """

    def __init__(self) -> None:
        from qdrant_client import QdrantClient

        self.local = QdrantClient(":memory:")
        self.recorded: list[tuple[str, str, Any, Any]] = []
        self.fails, self.key, self.late = 0, "", threading.Event()
        # The local mode is made for one thread.
        self._lock = threading.Lock()
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                status, value = stand_in.answer(
                    self.command,
                    self.path.partition("?")[0],
                    json.loads(body or b"null"),
                    self.headers.get("api-key"),
                )
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_PATCH = answer

            def log_message(self, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])

    def place(self, collection: str = "shop") -> QdrantPlace:
        """Returns where a collection of it lies."""
        return QdrantPlace("127.0.0.1", self.port, collection)

    @contextmanager
    def running(self) -> Iterator[StandIn]:
        """Listens while the block runs."""
        thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        thread.start()
        try:
            yield self
        finally:
            self.late.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()
            self.local.close()

    def answer(self, method: str, path: str, request: Any, key: str | None) -> tuple[int, Any]:
        """Returns status and body of an answer."""
        if self.key and key != self.key:
            return 401, {"status": {"error": "Invalid API key"}}
        if self.fails == 1:
            self.late.wait(30)
        elif self.fails:
            return self.fails, {"status": {"error": "as the test wants"}}
        match = COLLECTION.fullmatch(path)
        assert match is not None, path
        name, what = match["name"], f"{method} {match['rest'] or '/'}"
        with self._lock, warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            exists = self.local.collection_exists(name)
            if not exists and what not in ("GET /exists", "PUT /"):
                return 404, {"status": {"error": f"Not found: Collection `{name}` doesn't exist!"}}
            result = as_json(self._done(what, name, request))
        self.recorded.append((method, path, request, result))
        return 200, {"result": result, "status": "ok", "time": 0.0}

    def _done(self, what: str, name: str, request: Any) -> Any:
        from qdrant_client import models

        local = self.local
        if what == "GET /":
            return local.get_collection(name)
        if what == "GET /exists":
            return {"exists": local.collection_exists(name)}
        if what == "PUT /":
            made = models.CreateCollection.model_validate(request)
            return local.create_collection(name, vectors_config=made.vectors, metadata=made.metadata)
        if what == "PATCH /":
            return local.update_collection(
                name, metadata=models.UpdateCollection.model_validate(request).metadata
            )
        if what == "PUT /index":
            models.CreateFieldIndex.model_validate(request)
            return {"operation_id": 0, "status": "completed"}
        if what == "PUT /points":
            return local.upsert(name, models.PointsList.model_validate(request).points)
        if what == "POST /points/delete":
            return local.delete(name, models.PointIdsList.model_validate(request))
        if what == "POST /points/count":
            return local.count(name)
        if what == "POST /points":
            asked = models.PointRequest.model_validate(request)
            return local.retrieve(name, asked.ids, asked.with_payload, asked.with_vector or False)
        if what == "POST /points/scroll":
            some = models.ScrollRequest.model_validate(request)
            records, offset = local.scroll(
                name,
                some.filter,
                some.limit or 10,
                offset=some.offset,
                with_payload=some.with_payload or False,
            )
            return {"points": as_json(records), "next_page_offset": offset}
        assert what == "POST /points/query/batch", what
        searches = models.QueryRequestBatch.model_validate(request).searches
        return local.query_batch_points(name, searches)


def as_json(value: Any) -> Any:
    """Returns what a model looks like on the wire."""
    if isinstance(value, list):
        return [as_json(one) for one in value]
    return value.model_dump(mode="json", exclude_none=True) if hasattr(value, "model_dump") else value

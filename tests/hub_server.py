"""A Hugging Face Hub on this machine: enough of its HTTP interface for huggingface_hub, with faults to order.

    def test_something(hub_server, tmp_path):                  # the fixture `hub_server` is in tests/conftest.py
        model.save_pretrained(tmp_path / "tiny")               # any folder in the Hub's format
        commit = hub_server.add("owner/name", tmp_path / "tiny")
        pin = dataclasses.replace(PINS["bert-base"], repository="owner/name", revision=commit, sha256={})
        fetch(pin, cache=hub_server.cache, endpoint=hub_server.url)

The fixture also lets HF_ENDPOINT and HF_HUB_CACHE point here, so that code without those arguments finds it.
`hub_server.requests` lists what was asked for; `hub_server.faults` takes `Fault`s, which are used up in order.
Files of weights are served as the Hub serves large files: forwarded to another address, named by their SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

LARGE = (".safetensors", ".bin", ".h5", ".onnx", ".msgpack")
CHUNK = 1024
COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass
class Fault:
    """Something that goes wrong when the bytes of a file are asked for.

    Attributes:
        file: the end of the file's name; "" is the list of files.
        status: answer with this instead.
        cut_after: send so many bytes, then cut the connection.
        wrong: send other bytes than those of the file, as many of them.
        pause: seconds to wait after each kilobyte.
        whole: answer a request for a part with the whole file.
        page: answer the list of files with these bytes instead, and with status 200.
        times: how often, before it is used up.
    """

    file: str
    status: int = 0
    cut_after: int | None = None
    wrong: bool = False
    pause: float = 0.0
    whole: bool = False
    page: bytes | None = None
    times: int = 1


@dataclass
class Asked:
    """One request: the method, the path, the first byte of the part asked for, and the bytes sent for it.

    Each is written down before its answer leaves, so that who has the answer finds the request, too.
    """

    method: str
    path: str
    start: int
    sent: int = 0


@dataclass
class HubServer:
    """The server; a context manager that listens between `__enter__` and `__exit__`.

    Attributes:
        repositories: repository -> commit -> folder.
        cache: an empty folder for the client's cache.
        main: repository -> the commit that its branch main points at.
        faults: what goes wrong next.
        requests: what was asked for so far.
    """

    cache: Path
    repositories: dict[str, dict[str, Path]] = field(default_factory=dict)
    main: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    requests: list[Asked] = field(default_factory=list)

    def add(self, repository: str, folder: Path, commit: str | None = None) -> str:
        """Serves a folder as a commit, to which the branch main moves; returns the commit's 40 digits."""
        commit = commit or hashlib.sha1(f"{repository} {folder}".encode()).hexdigest()
        self.repositories.setdefault(repository, {})[commit] = folder
        self.main[repository] = commit
        return commit

    @property
    def url(self) -> str:
        """The address for HF_ENDPOINT. Large files come from 127.0.0.1, which a client takes for another host."""
        return f"http://localhost:{self._server.server_port}"

    def downloads(self, file: str) -> list[Asked]:
        """Returns the requests for the bytes of a file, in order."""
        return [
            request
            for request in self.requests
            if request.method == "GET" and request.path.endswith(f"/{file}")
        ]

    def take_fault(self, file: str) -> Fault | None:
        """Uses up the next fault of a file."""
        for fault in self.faults:
            if file.endswith(fault.file) and bool(file) == bool(fault.file) and fault.times:
                fault.times -= 1
                return fault
        return None

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(hub: HubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *values: Any) -> None:
            """Says nothing."""

        def do_HEAD(self) -> None:
            self.answer(body=False)

        def do_GET(self) -> None:
            self.answer(body=True)

        def answer(self, *, body: bool) -> None:
            path = self.path.partition("?")[0]
            listing = re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/([^/]+))?", path)
            resolve = re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path)
            large = re.fullmatch(r"/large/([^/]+/[^/]+)/([^/]+)/(.+)", path)
            if listing:
                self.list_files(listing[1], listing[2] or "main")
            elif resolve or large:
                self.send_file(*(resolve or large).groups(), body=body, forwarded=bool(large))  # type: ignore[union-attr]
            else:
                self.refuse(404, "EntryNotFound")

        def find(self, repository: str, revision: str) -> tuple[str, Path] | None:
            commits = hub.repositories.get(repository)
            if commits is None:
                self.refuse(404, "RepoNotFound")
                return None
            commit = hub.main[repository] if revision == "main" else revision
            if commit not in commits:
                self.refuse(404, "RevisionNotFound")
                return None
            return commit, commits[commit]

        def list_files(self, repository: str, revision: str) -> None:
            fault = hub.take_fault("")
            if fault and fault.page is not None:
                return self.send(200, fault.page, {"Content-Type": "text/html"})
            if fault:
                return self.refuse(fault.status)
            located = self.find(repository, revision)
            if not located:
                return None
            commit, folder = located
            files = sorted(path for path in folder.rglob("*") if path.is_file())
            described = [describe(path, path.relative_to(folder).as_posix()) for path in files]
            answer = json.dumps({"id": repository, "sha": commit, "siblings": described}).encode()
            return self.send(200, answer, {"Content-Type": "application/json"})

        def send_file(
            self, repository: str, revision: str, file: str, *, body: bool, forwarded: bool
        ) -> None:
            located = self.find(repository, revision)
            if not located:
                return None
            commit, folder = located
            path = folder / file
            if not path.is_file():
                return self.refuse(404, "EntryNotFound", {"X-Repo-Commit": commit})
            facts = describe(path, file)
            headers = {"X-Repo-Commit": commit, "ETag": f'"{facts["blobId"]}"', "Accept-Ranges": "bytes"}
            fault = hub.take_fault(file) if body and (forwarded or "lfs" not in facts) else None
            if fault and fault.status:
                return self.refuse(fault.status)
            if "lfs" in facts and not forwarded:
                headers |= {
                    "X-Linked-Etag": f'"{facts["lfs"]["sha256"]}"',
                    "X-Linked-Size": str(facts["size"]),
                    "Location": f"http://127.0.0.1:{self.server.server_address[1]}/large/{repository}/{commit}/{file}",
                }
                return self.send(302, b"", headers)
            return self.send_part(path.read_bytes(), headers, fault, body=body)

        def send_part(self, data: bytes, headers: dict[str, str], fault: Fault | None, *, body: bool) -> None:
            range_header = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            start = int(range_header[1]) if range_header and not (fault and fault.whole) else 0
            if start and start >= len(data):
                return self.refuse(416)
            if fault and fault.wrong:
                data = bytes(255 - byte for byte in data)
            if start:
                headers |= {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
            part = data[start:]
            return self.send(206 if start else 200, part, headers, start=start, fault=fault, body=body)

        def refuse(self, status: int, code: str = "", headers: dict[str, str] | None = None) -> None:
            self.send(status, b"", (headers or {}) | ({"X-Error-Code": code} if code else {}))

        def send(
            self,
            status: int,
            data: bytes,
            headers: dict[str, str],
            *,
            start: int = 0,
            fault: Fault | None = None,
            body: bool = True,
        ) -> None:
            request = Asked(self.command, self.path.partition("?")[0], start)
            hub.requests.append(request)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            end = len(data) if not fault or fault.cut_after is None else min(fault.cut_after, len(data))
            try:
                while body and request.sent < end:
                    chunk = data[request.sent : min(request.sent + CHUNK, end)]
                    request.sent += len(chunk)
                    self.wfile.write(chunk)
                    if fault:
                        time.sleep(fault.pause)
            except OSError:  # the client has gone
                self.close_connection = True
            if request.sent < len(data) and body:
                self.close_connection = True

    return Handler


def describe(path: Path, name: str) -> dict[str, Any]:
    """Returns what the Hub tells of a file in its list of files."""
    data = path.read_bytes()
    blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    facts: dict[str, Any] = {"rfilename": name, "size": len(data), "blobId": blob}
    if name.endswith(LARGE):
        facts["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
    return facts

"""A visitor of the page without a browser: what the page sends for them, under a session of their own."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import Any

from tests.running import RunningApp


class Visitor:
    """Sends the events of the page, as its scripts do.

    Args:
        app: whose page.
        session: the secret under which the server keeps what is theirs.
    """

    def __init__(self, app: RunningApp, session: str = "") -> None:
        self.app = app
        self.session = session or secrets.token_hex(8)
        described = app.http.get("/config").raise_for_status().json()
        self.events: dict[str, Any] = {
            dependency["api_name"]: dependency for dependency in described["dependencies"]
        }
        self._values = {part["id"]: part["props"].get("value") for part in described["components"]}

    def send(self, event: str, *inputs: Any) -> list[Any]:
        """Sends an event past the queue and returns what it would change in the page."""
        body = {"data": inputs, "fn_index": self.events[event]["id"], "session_hash": self.session}
        reply = self.app.http.post("/gradio_api/run/predict", json=body)
        assert reply.status_code == 200, reply.text
        return list(reply.json()["data"])

    def press(self, event: str) -> list[Any]:
        """Sends an event with what stands in the page when it is opened."""
        return self.send(event, *(self._values[number] for number in self.events[event]["inputs"]))

    def join(self, event: str, *inputs: Any) -> str:
        """Puts an event into the queue and returns its id."""
        body = {"data": inputs, "fn_index": self.events[event]["id"], "session_hash": self.session}
        return str(
            self.app.http.post("/gradio_api/queue/join", json=body).raise_for_status().json()["event_id"]
        )

    def listen(self) -> list[dict[str, Any]]:
        """Hears everything that the server has to say to its visitor, until it closes the stream."""
        heard = []
        with self.app.http.stream(
            "GET", "/gradio_api/queue/data", params={"session_hash": self.session}
        ) as lines:
            for line in lines.iter_lines():
                if line.startswith("data: "):
                    heard.append(json.loads(line.removeprefix("data: ")))
        return heard


def last_output(heard: Sequence[dict[str, Any]]) -> list[Any]:
    """Returns what the last completed event changed."""
    done = [message for message in heard if message["msg"] == "process_completed"]
    assert done and done[-1]["success"], heard
    return list(done[-1]["output"]["data"])

"""Talks and codes as the page's own events send them, for the fault matrix."""

from __future__ import annotations

import json
import secrets
from typing import Any

from tests.faults.asking import Ask
from tests.running import Reply, RunningApp

NUMBERS: dict[str, dict[str, int]] = {}
"""Address of an app -> name of an event -> its number."""
VIEW = "tab=compose&example=2&w=0.2,0.3,0.5"


def page_event(name: str, **data: Any) -> Ask:
    """Returns an event of the page that needs no model; what it says instead of an answer counts as a refusal."""

    def ask(app: RunningApp) -> Reply:
        if app.url not in NUMBERS:
            described = app.http.get("/config").raise_for_status().json()["dependencies"]
            NUMBERS[app.url] = {each["api_name"]: each["id"] for each in described}
        body = {
            "data": [],
            "fn_index": NUMBERS[app.url][name],
            "event_data": {"number": 1} | data,
            "session_hash": secrets.token_hex(8),
        }
        headers = {"content-type": "application/json"}  # httpx would refuse to send half a character
        answer = app.http.post("/gradio_api/run/predict", content=json.dumps(body), headers=headers)
        if answer.status_code != 200:
            return Reply(answer.status_code, answer.json(), answer.text, answer.elapsed.total_seconds())
        (value,) = answer.json()["data"]
        failed = value.get("failed")
        told = {"error": failed} if failed else {"data": [value]}
        return Reply(422 if failed else 200, told, answer.text, answer.elapsed.total_seconds())

    return ask


def talk(spoilt: str = "", **changes: Any) -> Ask:
    """Returns the opening of a talk of one slide but for these parts, or of this very text."""
    body = {"format": 1, "kind": "blendscope talk", "title": "", "slides": [{"view": VIEW}]}
    return page_event("read", text=spoilt or json.dumps(body | changes))


def slide(view: str, **more: Any) -> Ask:
    """Returns the opening of a talk of this slide."""
    return talk(slides=[{"view": view, **more}])

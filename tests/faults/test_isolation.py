"""Nobody sees or changes what is another visitor's, and nothing but the page is served: tried on the running app."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.faults import pictures
from tests.faults.asking import SKETCH
from tests.faults.visitors import Visitor, last_output
from tests.running import ROOT, RunningApp

pytestmark = [pytest.mark.weights, pytest.mark.fault_rows(73)]
SECRET = "a zebra in my kitchen"
HALF = {"value": 0.5}
"""What the page sends for a slider in the middle."""


@pytest.fixture
def owner(running_app: RunningApp) -> Visitor:
    return Visitor(running_app)


@pytest.fixture
def stranger(running_app: RunningApp) -> Visitor:
    return Visitor(running_app)


def sent_by(visitor: Visitor, seed: int) -> dict[str, Any]:
    return visitor.app.upload(pictures.saved(pictures.photograph(seed=seed)), "mine.png")


def answered(owner: Visitor) -> list[dict[str, Any]]:
    """Lets the owner ask the sketch tab with a caption of their own, and returns what they heard."""
    owner.join("uploaded", sent_by(owner, 1), HALF)
    owner.listen()
    owner.join("worded", SECRET, None, None, False, HALF, "own", None)
    return owner.listen()


def test_the_evidence_of_a_session_is_no_other_s(owner: Visitor, stranger: Visitor) -> None:
    assert "zebra" in str(last_output(answered(owner)))
    mine = owner.send("weighed", HALF, "own", None, "")
    assert "zebra" in str(mine)
    # A state is never taken from the request, and none is there to be found under another session.
    for forged in (None, owner.session, {"session_hash": owner.session}):
        assert "The answer was put away" in str(stranger.send("weighed", HALF, "own", forged, ""))
    assert owner.send("weighed", HALF, "own", None, "") == mine


def test_nothing_that_is_public_says_what_was_asked(owner: Visitor, running_app: RunningApp) -> None:
    answered(owner)
    for path in ("/", "/config", "/gradio_api/info", "/gradio_api/app_id", "/theme.css"):
        text = running_app.http.get(path).text
        assert SECRET not in text and owner.session not in text and "mine.png" not in text, path
    assert SECRET not in running_app.output() and owner.session not in running_app.output()


def test_a_stream_of_messages_is_found_under_its_session_alone(owner: Visitor) -> None:
    owner.join("uploaded", sent_by(owner, 2), HALF)
    printed = len(owner.app.output())
    for guess in ("0", "null", "undefined", "*", "../", "%00", owner.session[:-1], owner.session + "0"):
        (heard,) = Visitor(owner.app, guess).listen()
        assert heard["session_not_found"], guess
    assert "Traceback" not in owner.app.output()[printed:]
    assert last_output(owner.listen())


def test_an_event_is_not_cancelled_by_others(owner: Visitor, stranger: Visitor) -> None:
    event = owner.join("uploaded", sent_by(owner, 3), HALF)
    number = owner.events["uploaded"]["id"]
    for body in (
        {"session_hash": stranger.session, "fn_index": number, "event_id": "x"},
        {"session_hash": "", "fn_index": number, "event_id": event[:-1]},
        {"session_hash": owner.session[:-1], "fn_index": number, "event_id": ""},
    ):
        owner.app.http.post("/gradio_api/cancel", json=body).raise_for_status()
        owner.app.http.post("/gradio_api/reset", json={"event_id": body["event_id"]}).raise_for_status()
    assert "verdict" in str(last_output(owner.listen()))


def test_an_answer_is_given_to_who_knows_its_id_alone(running_app: RunningApp) -> None:
    sent = running_app.upload(pictures.saved(pictures.sketch()))
    event = running_app.post(
        "/gradio_api/call/classify_sketch",
        json.dumps({"data": [sent, SECRET, 0.5, 3]}).encode(),
    ).body["event_id"]
    assert len(event) >= 32
    for guess in (event[:-1], event[:-1] + "g", "*"):
        heard = running_app.http.get(f"/gradio_api/call/classify_sketch/{guess}").text
        assert SECRET not in heard and "error" in heard
    assert SECRET in running_app.http.get(f"/gradio_api/call/classify_sketch/{event}").text


def test_a_head_of_one_s_own_is_no_other_s(owner: Visitor, stranger: Visitor) -> None:
    classes = [[sent_by(owner, 10 * kind + number) for number in range(3)] for kind in (1, 2)]
    owner.join("trained", *classes, "zebra", "kitchen", "text")
    stranger.send("stopped")
    *_, use, download = last_output(owner.listen())
    sliders = ({"value": 0.4}, {"value": 0.6}, False, {"value": 0.9})
    assert "zebra" in str(owner.send("switched", classes[0][0], None, *sliders, True, None))
    for forged in (None, owner.session, {"names": ["zebra", "kitchen"]}):
        reply = stranger.send("switched", sent_by(stranger, 5), None, *sliders, True, forged)
        assert "zebra" not in str(reply)
    archive = Path(download["value"]["path"])
    assert len(archive.parent.name) >= 32 and archive.is_relative_to(owner.app.folder)


def test_an_upload_is_found_under_its_own_name_alone(owner: Visitor, running_app: RunningApp) -> None:
    sent = Path(sent_by(owner, 4)["path"])
    again = Path(sent_by(Visitor(running_app), 4)["path"])
    assert sent.parent != again.parent
    guesses = [
        sent.parent, sent.parent.parent, sent.parent.parent / "mine.png", again.parent / ".." / "mine.png",
        sent.parent / "..", sent.parent / "*", Path(str(sent)[:-1]), again.parent / "other.png",
    ]  # fmt: skip
    for guess in guesses:
        assert running_app.http.get(f"/gradio_api/file={quote(str(guess))}").status_code in (403, 404), guess
    taken = {"path": str(sent.parent.parent), "meta": {"_type": "gradio.FileData"}}
    assert running_app.ask(SKETCH, taken, "", 0.5, 3).status in (403, 422)


INSIDE = (
    "app.py", "demo/page.py", ".git/config", "pyproject.toml", "assets/models/pocket/field_road/manifest.json",
    "assets/galleries/pocket-shop/manifest.json", "assets/examples/sketch.json", "requirements.lock",
)  # fmt: skip
OUTSIDE = (
    "/etc/passwd",
    "/proc/self/environ",
    "/proc/self/cmdline",
    "//etc/passwd",
    "//host/share",
    "~/.bashrc",
)


def read_raw(app: RunningApp, target: str) -> tuple[int, str]:
    """Asks for an address exactly as it is written; clients put dots in order before they send it."""
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=60)
    with closing(connection):
        connection.request("GET", target)
        reply = connection.getresponse()
        return reply.status, reply.read().decode("utf-8", "replace")


@pytest.mark.fault_rows(76)
@pytest.mark.parametrize("name", [*INSIDE, *OUTSIDE])
def test_no_file_is_served_that_is_not_the_page_s(running_app: RunningApp, name: str) -> None:
    thumbnail = next((ROOT / "assets" / "galleries" / "pocket-shop").rglob("*.webp"))
    served = f"/gradio_api/file={quote(str(thumbnail))}"
    assert running_app.http.get(served).status_code == 200
    whole = str(ROOT / name) if name in INSIDE else name
    up = "/.." * len(thumbnail.parts)
    ways = [
        whole, quote(whole), quote(whole, safe=""), whole.replace("/", "%2f"), whole.replace("/", "//"),
        f"{thumbnail.parent}{up}{whole}", f"{thumbnail.parent}{up.replace('.', '%2e')}{whole}",
        f"{running_app.uploads}{up}{whole}", whole + "%00.webp",
    ]  # fmt: skip
    for door in ("file=", "file/", "proxy=", ""):
        for way in ways:
            status, text = read_raw(running_app, f"/gradio_api/{door}{way}")
            assert status in (400, 403, 404), f"{door}{way}"
            assert "root:" not in text and "PATH=" not in text


@pytest.mark.fault_rows(77)
def test_another_site_cannot_ask_in_a_visitor_s_name(running_app: RunningApp) -> None:
    for origin in ("https://evil.example", "null"):
        headers = {"Origin": origin, "Cookie": "access-token=x"}
        reply = running_app.http.post("/gradio_api/run/compose", json={"data": []}, headers=headers)
        assert reply.headers.get("access-control-allow-origin") in (None, ""), origin

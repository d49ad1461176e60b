"""The endpoints as tools: typed from the same docstrings, no private event among them, off without the package."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from demo import tools
from demo.copy import NO_ADDRESS
from demo.endpoints.arguments import description_of, schema_of
from demo.tools import NO_REQUEST
from tests.demo.conftest import Served
from tests.demo.fakes import draw_sketch
from tests.demo.test_endpoints import ENDPOINTS
from tests.faults.tools import ACCEPTED, DOOR, call


def asked(served: Served, method: str, **params: Any) -> Any:
    """Returns the result of one request of the protocol."""
    reply = served.http.post(DOOR, content=call(method, **params), headers=ACCEPTED)
    assert reply.status_code == 200, reply.text
    return reply.json()["result"]


def test_tools_are_the_public_endpoints_each_argument_typed_and_explained(served: Served) -> None:
    listed = {tool["name"]: tool for tool in asked(served, "tools/list")["tools"]}
    assert {f"/{name}" for name in listed} == set(ENDPOINTS)
    described = served.http.get("/gradio_api/info").json()["named_endpoints"]
    for name, tool in listed.items():
        schema = tool["inputSchema"]
        assert list(schema["properties"]) == ENDPOINTS[f"/{name}"]
        assert tool["description"].startswith(described[f"/{name}"]["description"])
        assert tool["annotations"]["readOnlyHint"] and not schema["additionalProperties"]
        for argument, rules in schema["properties"].items():
            assert rules.get("type") or rules.get("enum"), f"{name}: {argument} has no type"
            assert len(rules["description"]) > 4, f"{name}: {argument} is not explained"
        assert "picture" in schema["required"] or "picture" not in schema["properties"]
    alpha = listed["classify_sketch"]["inputSchema"]["properties"]["alpha"]
    assert (alpha["minimum"], alpha["maximum"], alpha["default"]) == (0, 1, None)
    assert alpha["type"] == ["number", "null"] and "learned pair" in alpha["description"]


def test_an_argument_s_words_go_on_in_further_lines() -> None:
    def weigh(caption: str, k: int = 3) -> None:
        """Weighs a caption.

        Args:
            caption: words: of any
                kind, such as a title.
            k: how many.

        Returns:
            the weight
            in grams.
        """

    assert description_of(weigh) == "Weighs a caption. Returns the weight in grams."
    properties = schema_of(weigh)["properties"]
    assert properties["caption"]["description"] == "words: of any kind, such as a title."
    assert properties["k"]["default"] == 3 and schema_of(weigh)["required"] == ["caption"]


def test_a_tool_answers_as_its_endpoint(served: Served) -> None:
    given = {"caption": "a cat", "alpha": None, "top_k": 3}
    result = asked(
        served, "tools/call", name="classify_sketch", arguments={"picture": served.picture["path"]} | given
    )
    direct = served.ask("classify_sketch", served.picture, *given.values()).json()["data"][0]
    assert result["structuredContent"] == direct and not result["isError"]
    assert direct["link"] == f"http://127.0.0.1:7860/?{direct['view']}"


@pytest.mark.fault_rows(45)
def test_a_tool_reads_no_file_of_this_machine(served: Served, tmp_path: Path) -> None:
    private = draw_sketch(tmp_path / "private.png")
    for picture in (str(private), {"path": str(private)}, {"path": str(private), "url": "a.png"}):
        result = asked(served, "tools/call", name="classify_sketch", arguments={"picture": picture})
        assert result["isError"] and "probability" not in str(result), result


@pytest.mark.fault_rows(73)
def test_a_tool_reaches_no_upload_and_no_question_of_somebody_else(served: Served) -> None:
    sent = Path(served.picture["path"])
    for picture in (
        str(sent.parent),
        str(sent.parent / "other.png"),
        sent.name,
        f"{sent.parent.name}/{sent.name}",
    ):
        result = asked(served, "tools/call", name="classify_sketch", arguments={"picture": picture})
        assert result["isError"] and "probability" not in str(result), result
    guessed = asked(
        served, "tools/call", name="answer_view", arguments={"view": f"tab=sketch&upload={'0' * 24}"}
    )
    assert guessed["isError"] and "not kept any more" in guessed["structuredContent"]["error"]
    for name in ("session_hash", "held", "showing"):
        arguments = {"picture": str(sent), name: "theirs"}
        result = asked(served, "tools/call", name="classify_sketch", arguments=arguments)
        assert result["isError"] and "no argument" in result["structuredContent"]["error"], result


def test_what_lies_too_deep_is_one_sentence(served: Served) -> None:
    reply = served.http.post(DOOR, content="[" * 100_000, headers=ACCEPTED)
    assert (reply.status_code, reply.json()["error"]) == (400, NO_REQUEST)


def test_each_request_stands_by_itself_and_is_sent_by_post(served: Served) -> None:
    for method in ("GET", "DELETE", "PUT"):
        reply = served.http.request(method, DOOR, headers={"accept": "text/event-stream"})
        assert (reply.status_code, reply.json()["error"]) == (405, tools.POST_ALONE)
    for path in ("schema", "sse", "messages/", "http"):
        assert served.http.get(f"{DOOR}/{path}").json()["error"] == NO_ADDRESS
    assert (
        served.http.post(DOOR, content=call("tools/list"), headers=ACCEPTED).headers.get("mcp-session-id")
        is None
    )
    plain = served.http.post(DOOR, content=call("tools/list"), headers={"content-type": "text/plain"})
    assert plain.status_code >= 400 and plain.json()["error"] == tools.NO_REQUEST


@pytest.mark.fault_rows(75)
def test_a_failure_has_an_id_that_the_log_explains(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tools, "in_order", lambda *_: 1 / 0)
    result = asked(served, "tools/call", name="map_gallery", arguments={})
    sentence = result["structuredContent"]["error"]
    assert result["structuredContent"]["status"] == 500 and "division" not in str(result)
    code = re.search(r"error id (\w+)", sentence)
    assert code and f"Error {code[1]}" in caplog.text


async def _nothing(*_: Any) -> None:
    raise AssertionError("nobody else answers there")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_the_package_there_is_no_such_address(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "find_spec", lambda _: None)
    reply = TestClient(tools.Tools(_nothing)).request(method, DOOR)
    assert (reply.status_code, reply.json()["error"]) == (404, NO_ADDRESS)


def test_tools_run_the_event_of_their_name(served: Served) -> None:
    events = tools.ToolBox(served.http.app.routes[-1].app.get_blocks()).events  # type: ignore[attr-defined]
    assert all(event.api_name == name == event.fn.__name__ for name, event in events.items())
    assert all(len(inspect.signature(event.fn).parameters) == len(event.inputs) for event in events.values())

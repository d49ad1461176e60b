"""The public endpoints: names, order, documents, answers, and one sentence for whatever is wrong."""

from __future__ import annotations

import importlib
import inspect
import json
from typing import Any

import pytest

from core.blend import simplex_weights
from core.task_table import TASKS
from demo.copy import SIGNS_TURNED
from demo.endpoints.fields import turned_signs
from demo.middleware import MEGABYTE
from tests.demo.conftest import Served

ENDPOINTS = {
    "/classify_sketch": ["picture", "caption", "alpha", "top_k"],
    "/compare_field_road": [
        "picture", "field_caption", "road_caption", "band_low", "band_high", "coverage",
    ],
    "/find_in_shop": ["picture", "box", "caption", "w_picture", "w_words", "w_box", "k", "rule", "bring"],
    "/try_boxes": ["picture", "box", "caption", "w_picture", "w_words", "w_box", "item"],
    "/compose": ["picture", "text", "w0", "w1", "w2", "pooling", "k", "rule", "bring"],
    "/vary_sketch_words": ["picture", "caption", "alpha", "target"],
    "/vary_field_road_words": ["picture", "field_caption", "road_caption"],
    "/vary_shop_words": ["picture", "box", "caption", "w_picture", "w_words", "w_box", "target"],
    "/vary_sketch_strokes": ["picture", "caption", "alpha", "strokes", "orders"],
    "/vary_compose_words": ["picture", "text", "w0", "w1", "w2", "pooling", "target"],
    "/map_gallery": ["of"],
    "/answer_view": ["view", "k"],
    "/where_it_looks": ["picture", "text", "item", "pooling"],
    "/where_sketch_looks": ["picture", "caption", "alpha", "target"],
    "/where_field_road_looks": ["picture", "field_caption", "road_caption"],
    "/where_shop_looks": ["picture", "box", "caption", "item"],
}  # fmt: skip
CAPTIONS = ("this is a photo of a field", "this is a photo of a road.")
JSON = {"content-type": "application/json"}
NO_NUMBERS: list[Any] = ["0.5", True, [0.5], {"a": 1}, 2.0, -0.1]


def refusal(served: Served, endpoint: str, *data: Any) -> str:
    """Returns the one sentence with which a call was refused."""
    reply = served.ask(endpoint, *data)
    sentence = reply.json()["error"]
    assert reply.status_code == 422, reply.text
    assert "Traceback" not in reply.text and "/work" not in reply.text
    assert sentence.endswith(".") and "\n" not in sentence
    return str(sentence)


def test_all_endpoints_are_public_and_documented(served: Served) -> None:
    described = served.http.get("/gradio_api/info").json()["named_endpoints"]
    assert {
        name: [parameter["parameter_name"] for parameter in info["parameters"]]
        for name, info in described.items()
    } == (ENDPOINTS)
    for info in described.values():
        assert len(info["description"]) > 40
        assert len(info["returns"]) == 1 and info["returns"][0]["component"] == "Json"


def test_a_sketch_is_classified_with_parts_that_add_up(served: Served) -> None:
    answer = served.ask("classify_sketch", served.picture, "", 0.6, 4).json()["data"][0]
    assert answer["profile"] == "pocket" and answer["models"]["picture"] == "fake-tower"
    assert answer["caption"] == "a sketch of a guitar"
    assert (answer["alpha"], answer["beta"]) == (0.6, pytest.approx(0.4))
    assert len(answer["classes"]) == 4
    logits = [candidate["logit"] for candidate in answer["classes"]]
    assert logits == sorted(logits, reverse=True)
    for candidate in answer["classes"]:
        assert candidate["picture_part"] + candidate["words_part"] == pytest.approx(
            candidate["logit"], rel=1e-9
        )


def test_null_alpha_is_the_learned_pair(served: Served) -> None:
    answer = served.ask("classify_sketch", served.picture, "a cat", None, 1).json()["data"][0]
    assert (answer["alpha"], answer["beta"]) == (0.9, 0.3)


@pytest.mark.parametrize(("requested", "given"), [(0, 1), (-1, 1), (10**9, 10), (1000, 10), (3.0, 3)])
def test_the_number_of_classes_is_clamped(served: Served, requested: float, given: int) -> None:
    answer = served.ask("classify_sketch", served.picture, "", 0.5, requested).json()["data"][0]
    assert len(answer["classes"]) == given


def test_fields_and_roads_are_compared(served: Served) -> None:
    ask = served.ask("compare_field_road", served.picture, *CAPTIONS, 0.4, 0.6, None)
    answer = ask.json()["data"][0]
    assert answer["conformal_set"] is None
    assert answer["verdict"] in ("field", "road", "unsure")
    assert answer["agree"] == (answer["head"]["label"] == answer["zero_shot"]["label"])
    with_set = served.ask("compare_field_road", served.picture, *CAPTIONS, 0.4, 0.6, 0.9).json()["data"][0]
    assert set(with_set["conformal_set"]) <= {"field", "road"}


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_what_is_no_number_between_0_and_1_is_refused(served: Served, value: Any) -> None:
    assert "alpha must be" in refusal(served, "classify_sketch", served.picture, "", value, 5)
    assert "band" in refusal(served, "compare_field_road", served.picture, *CAPTIONS, value, 1, None)


@pytest.mark.parametrize("coverage", [0, 0.0, 1, 1e-12])
def test_a_coverage_of_nothing_or_everything_is_refused(served: Served, coverage: float) -> None:
    sentence = refusal(served, "compare_field_road", served.picture, *CAPTIONS, 0.4, 0.6, coverage)
    assert "above 0 and below 1" in sentence


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_endless_numbers_are_refused(served: Served, literal: str) -> None:
    body = f'{{"data": [{json.dumps(served.picture)}, "", {literal}, 5]}}'
    headers = {"content-type": "application/json"}
    reply = served.http.post("/gradio_api/run/classify_sketch", content=body, headers=headers)
    assert reply.status_code == 422 and "alpha must be" in reply.json()["error"]


def test_no_picture_is_asked_for_before_any_model_runs(served: Served) -> None:
    before = len(served.models.encoder.calls)
    assert "Add an image" in refusal(served, "classify_sketch", None, "", 0.5, 5)
    assert len(served.models.encoder.calls) == before


@pytest.mark.fault_rows(28, 29)
@pytest.mark.parametrize(
    "picture",
    [
        "words",
        7,
        {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
        {"path": "http://127.0.0.1:1/a.png", "meta": {"_type": "gradio.FileData"}},
        {"url": "data:image/png;base64,AAAA", "path": None, "meta": {"_type": "gradio.FileData"}},
        {"url": "data:image/png,AAAA", "path": None, "meta": {"_type": "gradio.FileData"}},
    ],
    ids=str,
)
def test_what_is_no_uploaded_picture_is_refused(served: Served, picture: Any) -> None:
    sentence = refusal(served, "classify_sketch", picture, "", 0.5, 5)
    assert "passwd" not in sentence and "127.0.0.1" not in sentence


def test_words_that_are_no_words_are_refused(served: Served) -> None:
    assert "must be text" in refusal(served, "classify_sketch", served.picture, {"a": 1}, 0.5, 5)
    assert "must be text" in refusal(served, "classify_sketch", served.picture, 5, 0.5, 5)


@pytest.mark.parametrize("box", ["0,0,9,9", [1, 2], {"x0": 1}, [9, 9, 0, 0], True])
def test_what_is_no_box_is_refused(served: Served, box: Any) -> None:
    assert "box" in refusal(served, "find_in_shop", served.picture, box, "", 1, 0, 0, 5)


def test_an_unknown_pooling_is_refused(served: Served) -> None:
    sentence = refusal(served, "compose", served.picture, "in red", 0, 0, 1, "average", 5)
    assert sentence == "There is no such pooling; choose mean, median or max."


@pytest.mark.parametrize(
    ("requested", "noted"), [((-1.0, -1.0, 0.0), True), ((0.3, 5.0, -3.0), False), ((0.3, 2.0, -3.0), True)]
)
def test_rescaling_that_turns_the_signs_of_weights_is_told(
    requested: tuple[float, float, float], noted: bool
) -> None:
    assert turned_signs(requested, simplex_weights(requested).tolist()) == ([SIGNS_TURNED] if noted else [])


def test_a_task_without_weights_says_so(served: Served) -> None:
    reply = served.ask("compose", served.picture, "in red", 0, 0, 1, "mean", 5)
    assert reply.status_code == 500 and "missing" in reply.json()["error"]


@pytest.mark.parametrize("data", [[], [None, "", 0.5], [None, "", 0.5, 5, 6]])
def test_too_few_and_too_many_inputs_are_refused(served: Served, data: list[Any]) -> None:
    sentence = refusal(served, "classify_sketch", *data)
    assert "takes 4 inputs" in sentence and sentence.endswith(f"; {len(data)} came.")


def test_the_queue_answers_with_the_same_sentence(served: Served) -> None:
    call = served.http.post("/gradio_api/call/classify_sketch", json={"data": [None, "", 0.5, 5]}).json()
    events = served.http.get(f"/gradio_api/call/classify_sketch/{call['event_id']}").text
    assert "event: error" in events and "Add an image" in events and "Traceback" not in events


def test_an_unknown_endpoint_or_body_is_a_client_error(served: Served) -> None:
    assert served.ask("no_such_endpoint", 1).status_code == 404
    post = served.http.post
    for body in (b"{{", b"", b'{"data": 5}', b"{}", b"[]", b"7"):
        for door in ("run", "api", "call"):
            reply = post(f"/gradio_api/{door}/classify_sketch", content=body, headers=JSON)
            assert reply.status_code == 422
            assert list(reply.json()) == ["error"] and '{"data": [...]}' in reply.json()["error"]
    assert post("/gradio_api/run/classify_sketch", json={"data": [], "fn_index": 9999}).status_code == 404


def test_an_unexpected_error_shows_an_id_and_no_detail(
    served: Served, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> None:
        raise RuntimeError("a secret detail in /somewhere/private.py")

    monkeypatch.setattr(served.services, "task", broken)
    reply = served.ask("classify_sketch", served.picture, "", 0.5, 5)
    assert reply.status_code == 500
    sentence = reply.json()["error"]
    assert sentence.startswith("Something went wrong here (error id ") and "secret" not in reply.text
    code = sentence.split("error id ")[1][:6]
    assert f"Error {code}" in caplog.text and "a secret detail" in caplog.text
    monkeypatch.undo()
    assert served.ask("classify_sketch", served.picture, "", 0.5, 5).status_code == 200


def test_bodies_above_the_limit_are_refused(served: Served) -> None:
    heavy = b'{"data": ["' + b"x" * (13 * MEGABYTE) + b'"]}'
    headers = {"content-type": "application/json"}
    address = "/gradio_api/run/classify_sketch"
    declared = served.http.post(address, content=heavy, headers=headers)
    chunks = (heavy[at : at + MEGABYTE] for at in range(0, len(heavy), MEGABYTE))
    undeclared = served.http.post(address, content=chunks, headers=headers)
    for reply in (declared, undeclared):
        assert reply.status_code == 413 and "larger than 12 MB" in reply.json()["error"]
    upload = served.http.post("/gradio_api/upload", files={"files": ("a.png", b"x" * 11 * MEGABYTE)})
    assert upload.status_code == 413
    beyond = served.http.post("/gradio_api/upload", files={"files": ("a.png", b"x" * 13 * MEGABYTE)})
    assert beyond.status_code == 413 and beyond.text.startswith("This request is larger"), (
        "the page shows it as it is"
    )


def test_only_the_endpoints_have_names_that_clients_see(served: Served) -> None:
    dependencies = served.http.get("/config").json()["dependencies"]
    public = {
        dependency["api_name"] for dependency in dependencies if dependency["api_visibility"] == "public"
    }
    assert public == {name.strip("/") for name in ENDPOINTS}


def test_what_other_words_do_to_a_sketch_is_read_by_programs(served: Served) -> None:
    answer = served.ask("vary_sketch_words", served.picture, "a red violin", 0.3, "cat").json()["data"][0]
    assert [word["word"] for word in answer["words"]] == ["a", "red", "violin"]
    assert answer["otherwise"]["target"]["name"] == "cat" and answer["otherwise"]["target"]["rank"] > 1
    kinds = {wording["kind"] for wording in answer["otherwise"]["wordings"]}
    assert kinds == {"paraphrase", "negation", "count", "swap"}
    one = served.ask("vary_sketch_words", served.picture, "violin", 0.3, "").json()["data"][0]
    assert one["words"] == [] and one["sentence"] == "There is one word, and without it nothing is asked."
    assert one["otherwise"]["wordings"]


def test_each_caption_of_fields_and_roads_has_its_words(served: Served) -> None:
    answer = served.ask("vary_field_road_words", served.picture, *CAPTIONS).json()["data"][0]
    assert [len(caption["words"]) for caption in answer["captions"]] == [7, 7]
    first = {caption["first"] for caption in answer["captions"]}
    assert len(first) == 1 and first < {"field", "road"}


def test_a_target_that_does_not_exist_and_words_that_cannot_be_varied_are_refused(served: Served) -> None:
    assert "no class called" in refusal(served, "vary_sketch_words", served.picture, "a cat", 0.5, "unicorn")
    assert "alpha must be" in refusal(served, "vary_sketch_words", served.picture, "a cat", 7, "")
    assert "must be text" in refusal(served, "vary_field_road_words", served.picture, 5, "a road")
    assert "cannot read" in refusal(served, "vary_field_road_words", served.picture, "[x", "a road")


def test_what_each_stroke_does_is_read_by_programs(served: Served) -> None:
    line = {"points": [[0.5, 0.1], [0.5, 0.3], [0.5, 0.55]], "width": 0.012}
    answer = served.ask("vary_sketch_strokes", served.picture, "a cat", 0.9, [line], 0).json()["data"][0]
    assert answer["kind"] == "strokes" and len(answer["strokes"]) == 1
    assert answer["sentence"].startswith("There is one stroke on this ground, and without it")
    pieces = served.ask("vary_sketch_strokes", served.picture, "a cat", 0.9, None, 2).json()["data"][0]
    assert pieces["kind"] == "pieces"


@pytest.mark.parametrize(
    "strokes",
    [7, "x", {}, [1], [{}], [{"points": []}], [{"points": [[0, 0]]}], [{"points": [[0]], "width": 0.1}],
     [{"points": [["0", 0]], "width": 0.1}], [{"points": [[0, 9]], "width": 0.1}], [{"points": [[0, 0]], "width": 3}],
     [{"points": [[0, 0]] * 20_001, "width": 0.1}]],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_what_are_no_strokes_is_refused(served: Served, strokes: Any) -> None:
    sentence = refusal(served, "vary_sketch_strokes", served.picture, "a cat", 0.5, strokes, 0)
    assert "stroke" in sentence


@pytest.mark.parametrize("orders", [-1, 33, 0.5, "2"])
def test_what_is_no_number_of_orders_is_refused(served: Served, orders: Any) -> None:
    assert "orders must be" in refusal(
        served, "vary_sketch_strokes", served.picture, "a cat", 0.5, None, orders
    )


def test_the_documents_name_every_input() -> None:
    for task in TASKS:
        assert "Args:" in inspect.getsource(importlib.import_module(f"demo.endpoints.{task.key}"))

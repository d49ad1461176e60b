"""Views in the endpoints: each answer names the one that the page shows of it, and a view is answered like it."""

from __future__ import annotations

import base64
from pathlib import Path

from core.images.stroke_text import PenLine, stroke_text
from tests.demo.conftest import Served
from tests.demo.test_endpoints import CAPTIONS, refusal

STROKES = stroke_text([PenLine(((0, 0), (900, 900)), 20)])


def test_an_answer_names_its_view_and_a_view_is_answered_like_it(served: Served) -> None:
    asked = (
        ("classify_sketch", served.picture, "a cat", 0.6, 3),
        ("compare_field_road", served.picture, *CAPTIONS, 0.3, 0.7, 0.9),
    )
    for endpoint, *inputs in asked:
        answer = served.ask(endpoint, *inputs).json()["data"][0]
        for view in (answer["view"], answer["link"], f" ?{answer['view']}"):
            again = served.ask("answer_view", view, 3).json()["data"][0]
            assert again | {"notes": []} == answer | {"notes": []}
        as_many = served.ask("answer_view", answer["view"], None)
        assert as_many.json()["data"][0]["view"] == answer["view"]
    long = served.ask("answer_view", "tab=sketch&example=1&words=" + "%C3%A9" * 500, 3).json()["data"][0]
    assert "/s/" in long["link"] and served.ask("answer_view", long["link"], 3).json()["data"][0] == long


def test_a_question_that_no_link_names_is_answered_and_says_so(served: Served) -> None:
    data = base64.b64encode(Path(served.picture["path"]).read_bytes()).decode()
    picture = {"url": f"data:image/png;base64,{data}", "path": None, "meta": {"_type": "gradio.FileData"}}
    answer = served.ask("compare_field_road", picture, *CAPTIONS, 0.4, 0.6, None).json()["data"][0]
    assert answer["view"] is None and answer["link"] is None and "no link" in answer["notes"][-1]
    proxied = {"x-forwarded-host": "evil.example"}
    reply = served.http.post("/gradio_api/run/answer_view", json={"data": ["tab=sketch", 1]}, headers=proxied)
    assert reply.json()["data"][0]["view"] and reply.json()["data"][0]["link"] is None


def test_an_instrument_that_the_tab_does_not_have_is_a_note(served: Served) -> None:
    (note,) = served.ask("answer_view", "tab=sketch&example=1&open=nonsense", 3).json()["data"][0]["notes"]
    assert note == (
        "There is no instrument called 'nonsense'; choose one of sketch-each-word, sketch-each-stroke, sketch-where, "
        "sketch-any-answer, sketch-pin."
    )


def test_a_view_with_strokes_is_drawn_and_answered(served: Served) -> None:
    answer = served.ask("answer_view", "tab=sketch&strokes=" + STROKES, 5).json()["data"][0]
    assert len(answer["classes"]) == 5 and "strokes=" in answer["view"] and "k=5" in answer["view"]
    two = served.ask("answer_view", answer["view"].replace("k=5", "k=2"), None).json()["data"][0]
    assert two["classes"] == answer["classes"][:2]
    assert any("strokes were drawn here" in note for note in answer["notes"])
    assert "damaged" in refusal(served, "answer_view", "tab=sketch&strokes=AAAA", 5)

"""How the fault matrix asks the running app, and what it may expect of the answer."""

from __future__ import annotations

import base64
import math
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import BlendscopeError
from core.scores import open_scores
from tests.core.scores.test_scores import arrays, saved
from tests.faults import pictures
from tests.running import Reply, RunningApp

Ask = Callable[[RunningApp], Reply]
Check = Callable[[RunningApp, Ask], None]
Maker = Callable[[], bytes]

SLOWNESS = float(os.environ.get("SLOWNESS", "4"))
"""By how much slower than promised a machine may be that others share."""
GOOD = cache(lambda: pictures.saved(pictures.sketch()))
SKETCH, FIELD_ROAD, SHOP, COMPOSE = "/classify_sketch", "/compare_field_road", "/find_in_shop", "/compose"
BOXES, PLACES, WORDS_OF_A_SKETCH = "/try_boxes", "/where_it_looks", "/vary_sketch_words"
SKETCH_PLACES, ROAD_PLACES, SHOP_PLACES = (f"/where_{key}_looks" for key in ("sketch", "field_road", "shop"))
ALL = (SKETCH, FIELD_ROAD, SHOP, COMPOSE)
NAMES: dict[str, tuple[str, ...]] = {
    SKETCH: ("caption", "alpha", "top_k"),
    FIELD_ROAD: ("field_caption", "road_caption", "band_low", "band_high", "coverage"),
    SHOP: ("box", "caption", "w_picture", "w_words", "w_box", "k", "rule", "bring"),
    COMPOSE: ("text", "w0", "w1", "w2", "pooling", "k", "rule", "bring"),
    BOXES: ("box", "caption", "w_picture", "w_words", "w_box", "item"),
    PLACES: ("text", "item", "pooling"),
    WORDS_OF_A_SKETCH: ("caption", "alpha", "target"),
    SKETCH_PLACES: ("caption", "alpha", "target"),
    ROAD_PLACES: ("field_caption", "road_caption"),
    SHOP_PLACES: ("box", "caption", "item"),
}
USUAL: dict[str, dict[str, Any]] = {
    SKETCH: {"caption": "a sketch of a house", "alpha": 0.5, "top_k": 100},
    FIELD_ROAD: {"field_caption": "a field", "road_caption": "a road", "band_low": 0.4, "band_high": 0.6,
                 "coverage": None},
    SHOP: {"box": None, "caption": "a red shirt", "w_picture": 0.5, "w_words": 0.5, "w_box": 0, "k": 20,
           "rule": "sum", "bring": None},
    COMPOSE: {"text": "the same in red", "w0": 0.3, "w1": 0.2, "w2": 0.5, "pooling": "mean", "k": 20,
              "rule": "sum", "bring": None},
    BOXES: {"box": [20, 20, 180, 150], "caption": "a red shirt", "w_picture": 0.3, "w_words": 0.2, "w_box": 0.5,
            "item": ""},
    PLACES: {"text": "the same in red", "item": "", "pooling": "mean"},
    WORDS_OF_A_SKETCH: {"caption": "a sketch of a house", "alpha": 0.5, "target": ""},
    SKETCH_PLACES: {"caption": "a sketch of a house", "alpha": 0.5, "target": ""},
    ROAD_PLACES: {"field_caption": "a field", "road_caption": "a road"},
    SHOP_PLACES: {"box": [20, 20, 180, 150], "caption": "", "item": ""},
}  # fmt: skip
LEAKS = ("Traceback", 'File "', "site-packages", "Error:", "/core/", "/demo/", "{'", "object at 0x")


@dataclass(frozen=True)
class Fault:
    """One row: what is sent, and what must come of it.

    Attributes:
        name: the row's number in the list of faults, and what it is.
        ask: sends it; several to say the same of several.
        check: what must be true of each.
    """

    name: str
    ask: Ask | Sequence[Ask]
    check: Check

    @property
    def asks(self) -> tuple[Ask, ...]:
        """What is sent, always as a tuple."""
        return (self.ask,) if callable(self.ask) else tuple(self.ask)


def at(endpoint: str, picture: Maker | None = GOOD, file: str = "picture.png", **inputs: Any) -> Ask:
    """Returns a request with usual inputs but for those given; `picture` None sends none."""

    def ask(app: RunningApp) -> Reply:
        sent = None if picture is None else app.upload(picture(), file)
        return app.ask(endpoint, sent, *((USUAL[endpoint] | inputs)[name] for name in NAMES[endpoint]))

    return ask


def everywhere(picture: Maker | None, file: str = "picture.png") -> tuple[Ask, ...]:
    """Returns a request for each endpoint with this picture."""
    return tuple(at(endpoint, picture, file) for endpoint in ALL)


def as_picture(payload: Any, endpoint: str = SKETCH) -> Ask:
    """Returns a request that has this in the place of an uploaded picture."""
    inputs = [USUAL[endpoint][name] for name in NAMES[endpoint]]
    return lambda app: app.ask(endpoint, payload, *inputs)


def file_data(**fields: Any) -> dict[str, Any]:
    """Returns what names a file to gradio."""
    return {"path": None, "meta": {"_type": "gradio.FileData"}} | fields


def data_url(picture: Maker, kind: str = "png") -> Ask:
    """Returns a request with the picture in the request itself."""
    text = base64.b64encode(picture()).decode()
    return as_picture(file_data(url=f"data:image/{kind};base64,{text}"))


def each(endpoint: str, name: str, values: Sequence[Any]) -> tuple[Ask, ...]:
    """Returns a request for each value of one input."""
    return tuple(at(endpoint, **{name: value}) for value in values)


def raw(path: str, content: bytes) -> Ask:
    """Returns a request with this very body."""
    return lambda app: app.post(path, content)


def upload(content: Maker, file: str) -> Ask:
    """Returns a bare upload."""

    def ask(app: RunningApp) -> Reply:
        answer = app.http.post("/gradio_api/upload", files={"files": (file, content())})
        return Reply(answer.status_code, {}, answer.text, answer.elapsed.total_seconds())

    return ask


def scores(spoil: Callable[[dict[str, Any]], Any]) -> Ask:
    """Returns the opening of scores in which something is wrong, as `app.py --scores` opens them at its start."""

    def ask(_: RunningApp) -> Reply:
        content = arrays()
        spoil(content)
        with tempfile.TemporaryDirectory() as folder:
            try:
                open_scores(saved(Path(folder), content))
            except BlendscopeError as error:
                return Reply(422, {"error": str(error)}, str(error), 0.0)
        return Reply(200, {}, "", 0.0)

    return ask


def saying(words: str) -> Check:
    """Returns a check for an answer whose sentence holds these words."""

    def check(app: RunningApp, ask: Ask) -> None:
        reply = ask(app)
        assert_tidy(reply)
        assert words in reply.answer["sentence"]

    return check


def assert_tidy(reply: Reply) -> None:
    """Asserts that an answer, good or bad, shows nothing of the inside."""
    for leak in LEAKS:
        assert leak not in reply.sentence, reply.sentence
    assert "NaN" not in reply.text.replace("NaN was given", ""), reply.text[:500]
    assert "Infinity" not in reply.text, reply.text[:500]


def refused(*words: str, status: Sequence[int] = (422,), within: float = math.inf) -> Check:
    """Returns a check for one plain sentence that holds one of the words, and a status that is no success."""

    def check(app: RunningApp, ask: Ask) -> None:
        reply = ask(app)
        assert_tidy(reply)
        assert reply.status in status, f"{reply.status}: {reply.text[:500]}"
        assert not words or any(word.lower() in reply.sentence.lower() for word in words), reply.sentence
        if words:
            assert 10 < len(reply.sentence) < 300, reply.sentence
            assert "\n" not in reply.sentence
        assert reply.seconds < within * SLOWNESS

    return check


def noting(*words: str) -> Callable[[dict[str, Any]], None]:
    """Returns a check that one of an answer's notes holds all of these words."""

    def check(answer: dict[str, Any]) -> None:
        assert any(all(word in note for word in words) for note in answer["notes"]), answer["notes"]

    return check


def small(inner: Check, megabytes: int = 50) -> Check:
    """Returns the check, and that the app never needed more than this for it."""

    def check(app: RunningApp, ask: Ask) -> None:
        before = app.memory(reset=True)
        inner(app, ask)
        assert app.memory() - before < megabytes * 2**20

    return check


def accepted(more: Callable[[dict[str, Any]], None] = lambda _: None, within: float = math.inf) -> Check:
    """Returns a check for an answer in which everything is finite and in order."""

    def check(app: RunningApp, ask: Ask) -> None:
        reply = ask(app)
        assert_tidy(reply)
        assert reply.status == 200, reply.text[:500]
        assert_sound(reply.answer)
        more(reply.answer)
        assert reply.seconds < within * SLOWNESS

    return check


def assert_sound(answer: dict[str, Any]) -> None:
    """Asserts what holds for every answer: who answered, finite numbers, best first, parts that add up."""
    assert answer["profile"] == "pocket"
    assert answer["models"]
    assert_finite(answer)
    hits = answer.get("hits", [])
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({hit["item"] for hit in hits}) == len(hits)
    for hit in hits if answer.get("rule") != "harris" else []:
        assert math.isclose(sum(hit["parts"].values()), hit["score"], rel_tol=1e-6, abs_tol=1e-6)
    classes = answer.get("classes", [])
    logits = [candidate["logit"] for candidate in classes]
    assert logits == sorted(logits, reverse=True)
    for candidate in classes:
        parts = candidate["picture_part"] + candidate["words_part"]
        assert math.isclose(parts, candidate["logit"], rel_tol=1e-6, abs_tol=1e-6)


def assert_finite(value: Any) -> None:
    """Asserts that no number anywhere in a JSON value is NaN or infinite."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            assert_finite(part)
    assert not isinstance(value, float) or math.isfinite(value)


def like(other: Ask, cosine: float = 1.0) -> Check:
    """Returns a check that the answer is that of another request: the very same, or one as near as asked."""

    def check(app: RunningApp, ask: Ask) -> None:
        ours, theirs = ask(app), other(app)
        assert_tidy(ours)
        assert_sound(ours.answer)
        if cosine == 1.0:
            assert found(ours) == found(theirs)
        else:
            assert alike(ours.answer, theirs.answer) > cosine

    return check


def found(reply: Reply) -> dict[str, Any]:
    """Returns what was found, without what names the question, for each upload has a name of its own."""
    return reply.answer | {"notes": [], "view": "", "link": ""}


def alike(expected: dict[str, Any], other: dict[str, Any]) -> float:
    """Returns the cosine of two answers of `/classify_sketch`, over what the picture says of every class."""
    first, second = (
        {row["label"]: row["picture_part"] for row in answer["classes"]} for answer in (expected, other)
    )
    shared = sorted(first.keys() & second.keys())
    a, b = [first[label] for label in shared], [second[label] for label in shared]
    return sum(x * y for x, y in zip(a, b, strict=True)) / (math.hypot(*a) * math.hypot(*b))

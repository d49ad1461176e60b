"""A talk survives its file; whatever else a file holds is one sentence."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import InputError
from core.talk import LARGEST, LONGEST_TITLE, NO_TALK, Slide, Talk, talk_json, talk_of_json
from core.text import clean
from tests.core.test_state import views


def picture(colour: str = "red", kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (3, 4), colour).save(file, kind)
    return file.getvalue()


PICTURES = [picture(), picture("blue", "JPEG"), picture("green", "WEBP")]
lines = st.text(max_size=40).map(lambda text: clean(text, allow_empty=True))
notes = st.lists(lines, max_size=3).map("\n".join).map(lambda text: text.strip("\n"))
slides = st.builds(Slide, views, lines, notes, st.none() | st.sampled_from(PICTURES))


@settings(max_examples=20)
@given(st.builds(Talk, lines, st.lists(slides, min_size=1, max_size=5).map(tuple)))
def test_a_file_gives_the_same_talk_back(talk: Talk) -> None:
    text = talk_json(talk)
    assert talk_of_json(text) == talk
    assert talk_of_json(b"\xef\xbb\xbf" + text.encode()) == talk, "as some editors save it"


def test_a_picture_of_several_slides_is_written_once() -> None:
    slide = talk_of_json(body({})).slides[0]
    talk = Talk("", tuple(Slide(slide.view, picture=picture()) for _ in range(3)))
    text = talk_json(talk)
    assert text.count("base64") == 1
    assert talk_of_json(text) == talk


def test_titles_and_notes_come_through_the_door_for_words() -> None:
    talk = talk_of_json(body({"title": "a\u202e <b>\x00 title", "notes": "one\r\ntwo\u200b\x07\n"}))
    assert (talk.slides[0].title, talk.slides[0].notes) == ("a <b> title", "one\ntwo")


def body(slide: dict[str, Any], **changes: Any) -> str:
    rows = [{"view": "tab=compose&example=2&w=0.2,0.3,0.5"} | slide]
    return json.dumps({"format": 1, "kind": "blendscope talk", "title": "", "slides": rows} | changes)


FAULTS: dict[str, tuple[str | bytes, str]] = {
    "not JSON": ("# my talk", NO_TALK),
    "cut short": (body({})[:-20], NO_TALK),
    "not text": (b"\xff\xfe\x00\x80", NO_TALK),
    "brackets without end": ("[" * 100_000, NO_TALK),
    "digits without end": ('{"format": ' + "9" * 5000 + "}", NO_TALK),
    "a list": ("[]", NO_TALK),
    "another kind": (body({}, kind="blendscope figure"), NO_TALK),
    "another version": (body({}, format=2), "another form than 1"),
    "NaN as version": (body({}, format=float("nan")), "another form than 1"),
    "true as version": (body({}, format=True), "another form than 1"),
    "no title": (json.dumps({"format": 1, "kind": "blendscope talk", "slides": []}), "lacks its “title”"),
    "no slides": (body({}, slides=[]), "no slides"),
    "slides are a text": (body({}, slides="tab=sketch"), "no slides"),
    "a thousand slides": (body({}, slides=[{"view": "tab=sketch"}] * 1000), "1,000 slides; at most 100"),
    "a title of another kind": (body({}, title=[1]), "must be text"),
    "a title without end": (body({"title": "x" * (LONGEST_TITLE + 1)}), "longer than 200"),
    "notes without end": (body({"notes": "x" * 6000}), "longer than 5,000"),
    "notes of another kind": (body({"notes": 3}), "notes of a slide must be text"),
    "a strange part": (body({"script": "x"}), "not known here: “script”"),
    "a strange part of all": (body({}, theme="dark"), "not known here: “theme”"),
    "no view": (body({}, slides=[{"title": "x"}]), "Slide 1 of this talk cannot be shown: it has no view"),
    "a slide that is none": (body({}, slides=[7]), "it has no view"),
    "a view of another kind": (body({"view": 7}), "must be text"),
    "a view that names no tab": (body({"view": "tab=everything"}), "Slide 1 of this talk cannot be shown"),
    "a weight that is NaN": (body({"view": "tab=compose&w=nan,0,1"}), "NaN"),
    "a view from a newer version": (body({"view": "v=2&tab=compose"}), "form 2"),
    "a picture from elsewhere": (body({"picture": "https://example.org/x.png"}), "begins with data:image/"),
    "a picture cut short": (body({"picture": "data:image/png;base64,iVBOR!"}), "cut short or damaged"),
    "a picture that is none": (body({"picture": "data:image/png;base64,PGI+"}), "not a picture"),
    "a picture of no slide": (body({"picture": 9}), "takes its picture from a slide that has none"),
    "a picture that is true": (body({"picture": True}), "takes its picture from a slide that has none"),
    "too large": ("x" * (LARGEST + 1), "larger than 64 MB"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_no_talk_is_one_sentence(name: str) -> None:
    data, part = FAULTS[name]
    with pytest.raises(InputError) as caught:
        talk_of_json(data)
    sentence = str(caught.value)
    assert part in sentence
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 300


def test_markup_in_the_words_of_a_view_stays_words() -> None:
    talk = talk_of_json(body({"view": "tab=compose&words=%3Cscript%3Ealert(1)%3C%2Fscript%3E"}))
    assert talk.slides[0].view.words == ("<script>alert(1)</script>",)

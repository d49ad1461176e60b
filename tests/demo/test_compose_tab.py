"""The compose tab: it opens answered without a model, and weights and pooling never call an encoder."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.errors import InputError
from core.tasks.compose import F_ALONE, ComposeEvidence
from core.types import Picture
from demo.answers.compose import Mix
from demo.events.compose import EMPTY, TYPE_MODIFICATION, ComposeEvents
from demo.events.compose_link import ComposeLink
from demo.events.tab import NOTHING, OWN
from demo.widgets.weights import WeightsView
from demo.wiring import answered
from tests.demo.retrieval_fakes import FakeEncoders, FakeServices, draw_garment

MIX = Mix((0.1, 0.2, 0.7))


@pytest.fixture
def reference(tmp_path: Path) -> str:
    path = tmp_path / "asked.png"
    draw_garment("green", "shirt", ground=(190, 190, 180)).save(path)
    return str(path)


def _event(index: object) -> Any:
    return SimpleNamespace(index=index)


def test_it_opens_on_an_answered_example_without_a_model(services: FakeServices) -> None:
    services.ready = False
    page = ComposeEvents(services).opened()
    assert "\u201cred dress\u201d, the right one" in page.sentence
    assert "The reference itself is left out." in page.sentence
    assert "blue dress" not in page.gallery, "the reference must not answer itself"
    assert "the right one" in page.gallery
    assert "fake-joint" in page.models
    assert "blue dress" in page.reference and "left out of the ranking" in page.reference
    assert (page.showing, page.held, page.words) == ("example 0", None, "the same dress in red")
    assert page.weights == WeightsView((0.1, 0.2, 0.7), (None, None, None))
    assert (page.pooling, page.renormalise) == ("mean", False)
    assert services.encoders.calls == []


class SummedFakes(FakeEncoders):
    """Fakes whose rows are sums over four places and over words, as a joint encoder's that takes them apart."""

    id, width, scale = "fake-joint", 13, 1.0

    def encode_pictures(self, pictures: Sequence[Picture]) -> np.ndarray:
        return np.stack([self.picture_shares(picture).sum(axis=0) for picture in pictures]).astype(np.float32)

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self.text_shares(text).sum(axis=0) for text in texts]).astype(np.float32)

    def picture_shares(self, picture: Picture) -> np.ndarray:
        rows = self.picture_tokens(picture)
        return np.vstack([rows, np.zeros_like(rows[:1])]).astype(np.float64) / 4

    def pooled_shares(self, picture: Picture) -> np.ndarray:
        return self.picture_shares(picture)[:-1]

    def text_shares(self, text: str) -> np.ndarray:
        rows = self.text_tokens(text)
        return np.asarray(rows / len(rows), dtype=np.float64)

    def sentence_shares(self, text: str) -> np.ndarray:
        return self.text_shares(text)

    def text_pieces(self, text: str) -> tuple[str, ...]:
        return tuple(text.split())


def numbers(packed: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed), "<f4").reshape(-1, 5)


def located(services: FakeServices) -> list[dict[str, Any]]:
    """Returns what the page gets to draw of the worked example's results."""
    shown = ComposeEvents(services).located(MIX, "example 0", None).places
    data = re.search(r'data-reading="([^"]*)"', shown)
    assert data, shown
    results: list[dict[str, Any]] = json.loads(unescape(data[1]))
    return results


def test_the_parts_of_the_first_results_are_taken_apart(services: FakeServices) -> None:
    services.encoders = SummedFakes()
    results = located(services)
    assert [result["caption"].split(".")[0] for result in results] == list(map(str, range(1, 13)))
    assert [(part["label"], part["kind"]) for part in results[0]["parts"]] == [
        ("picture q", "picture"), ("words t", "words"), ("both f(q, t)", "both"),
    ]  # fmt: skip
    q, t, _ = results[0]["parts"]
    assert t["words"] == ["the", "same", "dress", "in", "red", "start and end"]
    rows = numbers(t["rows"])
    assert len(rows) == 1 + 6 and rows[1:].sum() == pytest.approx(rows[0].sum(), abs=1e-5)
    steps = np.frombuffer(base64.b64decode(results[0]["pairs"]["rows"]), "<i2").reshape(4, 5)
    assert steps.sum() * results[0]["pairs"]["step"] == pytest.approx(numbers(q["rows"]).sum(), abs=1e-3)
    assert "estimated from a small copy" in results[0]["note"], "the fake gallery has small copies alone"


def test_places_follow_the_pooling_and_know_nothing_of_other_questions(
    services: FakeServices, reference: str
) -> None:
    services.encoders = SummedFakes()
    tab, before = ComposeEvents(services), located(services)
    own = tab.uploaded(reference, "the same in black", MIX)
    mine = tab.located(replace(MIX, pooling="max"), own.showing, own.held).places
    assert "places-strip" in mine and located(services) == before


def test_models_whose_rows_are_no_sums_say_so(services: FakeServices) -> None:
    shown = ComposeEvents(services).located(MIX, "example 0", None).places
    assert "no sum over its places" in shown


def test_it_says_what_to_do_while_there_is_no_example() -> None:
    tab = ComposeEvents(FakeServices(examples=False))
    page = tab.opened()
    assert EMPTY in page.sentence and "<li>" not in page.gallery and page.words == ""
    assert (page.showing, page.weights.weights) == (NOTHING, F_ALONE) and 'class="empty"' in page.sentence
    assert tab.strip().count("<li>") == 24


def test_the_first_step_is_named_while_there_is_no_reference() -> None:
    tab = ComposeEvents(FakeServices(examples=False))
    page = tab.opened()
    for event in (
        lambda: tab.worded("in red", MIX, page.showing, page.held),
        lambda: tab.weighed(MIX, page.showing, page.held),
    ):
        with pytest.raises(InputError, match="^Choose a picture to start from first"):
            event()


def test_a_mix_keeps_what_waits_for_ask(services: FakeServices) -> None:
    tab = ComposeEvents(services)
    page = tab.kept_for_later(_event(4))
    mixed = answered(lambda: tab.weighed(MIX, page.showing, page.held), page.notice, follows=True)
    assert mixed.given() == {}


def test_weights_pooling_and_renormalising_never_call_an_encoder(services: FakeServices) -> None:
    tab = ComposeEvents(services)
    page = tab.chosen("the same in red", MIX, _event(4))
    services.encoders.calls.clear()
    seen = {
        tab.weighed(Mix(weights, pooling, cosine), page.showing, page.held).gallery
        for weights in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (-0.5, 0.5, 1.0))
        for pooling in ("mean", "median", "max")
        for cosine in (False, True)
    }
    assert len(seen) > 6
    assert services.encoders.calls == []


def test_a_gallery_picture_as_reference_is_left_out(services: FakeServices) -> None:
    tab = ComposeEvents(services)
    page = tab.chosen("the same in red", MIX, _event(4))
    title = services.gallery().items[4].title
    assert title in page.reference and f">{title}<" not in page.gallery
    assert "left out" in page.sentence
    assert (page.showing, page.held.index) == (OWN, 4)
    again = tab.worded("in blue", MIX, page.showing, page.held).held
    assert again.index == 4 and again.evidence.modification == "in blue"


def test_words_that_the_model_does_not_know_are_named_wherever_they_count(services: FakeServices) -> None:
    tab, unknown = ComposeEvents(services), "knows none of these words: \u201casdf\u201d"
    page = tab.chosen("asdf", MIX, _event(4))

    def sentence_of(mix: Mix) -> str:
        sentence: str = tab.weighed(mix, page.showing, page.held).sentence
        return sentence

    assert unknown in page.sentence and unknown in sentence_of(Mix((0.5, 0.5, 0.0), "max", True))
    assert unknown not in sentence_of(Mix((1.0, 0.0, 0.0))), "the picture alone asks"
    again = ComposeEvidence.from_json(page.held.evidence.to_json())
    assert again.in_scraps == ("asdf",)
    assert unknown not in tab.worded("in red", MIX, page.showing, page.held).sentence


def test_a_picture_of_ones_own_leaves_nothing_out(services: FakeServices, reference: str) -> None:
    page = ComposeEvents(services).uploaded(reference, "the same in red", MIX)
    assert "not in the gallery" in page.reference and "left out" not in page.sentence
    assert page.showing == OWN and page.held.evidence.masked == ()


def test_a_reference_without_words_asks_for_them(services: FakeServices, reference: str) -> None:
    tab = ComposeEvents(services)
    page = tab.uploaded(reference, "  ", MIX)
    assert TYPE_MODIFICATION in page.sentence and "<li>" not in page.gallery and "img" in page.reference
    assert services.encoders.calls == [], "an empty prompt is never encoded"
    with pytest.raises(InputError, match="Type what should change"):
        tab.weighed(MIX, page.showing, page.held)
    with pytest.raises(InputError, match="Type what should change"):
        tab.worded("\n", MIX, page.showing, page.held)
    sentence = tab.worded("in red", MIX, page.showing, page.held).sentence
    assert "comes first" in sentence or "find" in sentence


def test_a_result_becomes_the_reference_and_the_words_wait(services: FakeServices) -> None:
    tab = ComposeEvents(services)
    page = tab.kept_for_later(_event(4))
    assert services.encoders.calls == [], "nothing is asked until somebody asks"
    assert "press Ask" in page.notice and 'class="notice"' in page.notice
    assert services.gallery().items[4].title in page.reference
    assert (page.showing, page.held.index) == (OWN, 4)
    page = tab.worded("in blue", MIX, page.showing, page.held)
    assert "The reference itself is left out." in page.sentence


def test_a_picture_of_the_gallery_is_asked_with_as_it_was_indexed(
    services: FakeServices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small copy is described a little differently: the same question would get another answer than an upload."""
    tab, item = ComposeEvents(services), services.gallery().items[4]
    title = item.title.split()
    original = tmp_path / "original.png"
    draw_garment(*title).save(original)
    assert hashlib.sha256(original.read_bytes()).hexdigest() == item.digest
    monkeypatch.setattr(services, "original", {4: original}.get)
    sent = tab.uploaded(str(original), "in blue", MIX).held.evidence.scores
    link = SimpleNamespace(query=f"tab=compose&item={item.id}&words=in+blue", turn=1)
    for page in (tab.chosen("in blue", MIX, _event(4)), ComposeLink(tab).linked(link)):
        assert np.array_equal(page.held.evidence.scores, sent) and page.held.index == 4
    assert not np.array_equal(tab.chosen("in blue", MIX, _event(5)).held.evidence.scores, sent)


def test_a_missing_picture_is_refused_and_not_a_placeholder_encoded(
    services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab, gallery = ComposeEvents(services), services.gallery()
    gone = replace(gallery.items[4], thumbnail=f"thumbnails/{'0' * 64}.webp")
    items = (*gallery.items[:4], gone, *gallery.items[5:])
    monkeypatch.setattr(services, "_gallery", replace(gallery, items=items))
    with pytest.raises(InputError, match="is missing from the gallery"):
        tab.chosen("in red", MIX, _event(4))
    assert services.encoders.calls == []
    assert "is missing from the gallery" in tab.kept_for_later(_event(4)).notice
    enlarged = tab.enlarge(_event(4)).enlarged
    assert enlarged.source == "" and "missing" in enlarged.details


@pytest.mark.parametrize("index", [-1, 24, "x", None, 1.5, True])
def test_a_picture_that_is_not_in_the_gallery_is_refused(services: FakeServices, index: object) -> None:
    with pytest.raises(InputError):
        ComposeEvents(services).chosen("in red", MIX, _event(index))


def test_an_unknown_pooling_is_refused(services: FakeServices) -> None:
    with pytest.raises(InputError, match="pooling"):
        ComposeEvents(services).weighed(Mix(F_ALONE, "sum"), "example 0", None)

"""What an answer over a window says of the indexes that found it: which one is missing, and what each finds."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from core.tasks import compose, street_to_shop, windows
from core.tasks.street_to_shop import StreetEvidence, StreetToShopTask, typed_words
from core.tasks.street_to_shop.typed_words import TypedWords
from tests.core.window_fakes import ClusteredGallery, SeededEncoders, composing_of, picture_of, shop_of


def typed_shop(gallery: Any, monkeypatch: pytest.MonkeyPatch) -> StreetToShopTask:
    """Returns a shop that compares typed words, of three kinds of things and cloths that are quickly drawn."""
    monkeypatch.setattr(typed_words, "KINDS", 3)
    monkeypatch.setattr(typed_words, "cloth", lambda name: [picture_of(sum(name.encode()))])
    fake: Any = SeededEncoders(gallery)
    typed = TypedWords(gallery.index("joint"), fake, garment=gallery.vectors("garment"), head=fake)
    return shop_of(gallery, typed=typed)


def test_says_which_index_a_gallery_lacks_and_what_adds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class HalfIndexed(ClusteredGallery):
        """As a gallery whose indexes were made before there was one for typed words."""

        def proposer(self, *names: str) -> Any:
            found = super().proposer(*names)
            return (
                found
                if names == ("garment", "joint")
                else SimpleNamespace(exact=False, propose=found.propose)
            )

    monkeypatch.setattr(windows, "WHOLE", 500)
    gallery = HalfIndexed(600)
    shop = typed_shop(gallery, monkeypatch)
    worn = shop.evidence(picture_of(4), None)
    read = StreetEvidence.from_json(json.loads(json.dumps(shop.with_words(worn, "red").to_json())))
    for evidence in (shop.evidence(picture_of(4), None, "red"), shop.with_words(worn, "red"), read):
        said = street_to_shop.answer(evidence, 0.5, 0.5, 0.0).searched.sentence
        assert said.endswith(
            "The gallery has no index for typed words, so all its rows were looked at to fetch these, which "
            "takes longer; \u201cpython -m core index PICTURES --out GALLERY --ann\u201d adds it."
        )
    for answer in (
        street_to_shop.answer(worn, 0.5, 0.5, 0.0),
        compose.answer(composing_of(gallery).evidence(picture_of(4), "red"), 0.3, 0.3, 0.4),
    ):
        assert answer.searched.label and "no index" not in answer.searched.sentence


@pytest.mark.parametrize("before", ["", "measured before the gallery changed"])
def test_says_what_each_index_finds_and_by_what_it_was_measured(
    before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {("joint",): 0.991, ("garment", "words"): 0.982, ("garment", "joint"): 0.973}

    class Indexed(ClusteredGallery):
        """As a gallery that has all of its indexes, some of which may be older than it."""

        def proposer(self, *names: str) -> Any:
            propose = super().proposer(*names).propose
            return SimpleNamespace(exact=False, propose=propose, recall=known[names], recall_note=before)

    gallery = Indexed(600)
    shop = typed_shop(gallery, monkeypatch)
    worn = shop.evidence(picture_of(4), None)
    said = {
        "97.3%": shop.with_words(worn, "red"),
        "98.2%": worn,
        "99.1%": composing_of(gallery).evidence(picture_of(4), "red"),
    }
    captions = "measured with mixes of pictures and captions, not with typed words"
    for share, evidence in said.items():
        notes = ", ".join(note for note in (captions if share == "97.3%" else "", before) if note)
        expected = f" ({share} of the 12 best are found{f', {notes}' if notes else ''})."
        for each in (evidence, type(evidence).from_json(json.loads(json.dumps(evidence.to_json())))):
            assert each.searched.sentence.endswith(expected)
            assert each.searched.to_json()["searched"].get("recall_note", "") == notes

"""Scores of all tabs over places and words: they add up, or say that they are an estimate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.heads.layers import Linear, relu, summands_through
from core.images import open_picture
from core.index.bundle import open_bundle
from core.settings import ASSETS, SHIPPED_GALLERY
from core.tasks import sketch, street_to_shop
from core.tasks.field_road import FIELD_CAPTION, ROAD_CAPTION, FieldRoadTask, places
from core.tasks.hidden_places import hidden_ink, hidden_parts, hidden_squares
from core.tasks.sketch.apart import sentence_of
from core.tasks.street_to_shop import places as shop_places
from tests.pocket import drawn, painted, pocket

PHOTO = ASSETS / "examples" / "field_road" / "both-04-track-in-maize.webp"
CAPTIONS = (FIELD_CAPTION, ROAD_CAPTION)


def test_a_hidden_layer_is_linear_while_its_units_stay() -> None:
    chance = np.random.default_rng(0)
    first, last = (
        Linear(chance.normal(size=shape).astype(np.float32), chance.normal(size=shape[0]).astype(np.float32))
        for shape in ((8, 5), (3, 8))
    )
    rows = chance.normal(size=(4, 5))
    whole = last(relu(first(rows.sum(axis=0)[None].astype(np.float32))))[0]
    shares = summands_through(first, last, rows)
    assert shares.shape == (5, 3)
    np.testing.assert_allclose(shares.sum(axis=0), whole, atol=1e-5)
    nothing = summands_through(first, last, np.zeros((1, 5)))
    np.testing.assert_allclose(nothing[0], 0.0)


def test_captions_and_head_add_up_over_places_and_words() -> None:
    task = pocket().field_road()
    parts = {part.key: part for part in places.located(task, open_picture(PHOTO), CAPTIONS)}
    assert list(parts) == ["captions", "first", "second", "head"]
    evidence = task.evidence(open_picture(PHOTO), *CAPTIONS)
    for key, road in (
        ("captions", evidence.zero_shot_road_probability),
        ("head", evidence.head_road_probability),
    ):
        assert road is not None and 1 / (1 + np.exp(-parts[key].score)) == pytest.approx(road, abs=1e-6)
    for part in parts.values():
        assert part.grid == 9 and part.difference < 1e-5
    for key in ("first", "second"):
        assert parts[key].by_word.sum(axis=0) == pytest.approx(parts[key].places, abs=1e-9)
    assert parts["second"].words[6] == "road" and "for this picture alone" in parts["head"].holds
    odds = places.odds(task, [open_picture(PHOTO)], CAPTIONS)
    assert odds[:, 0] == pytest.approx([parts["captions"].score, parts["head"].score], abs=1e-4)
    assert f"from {parts['captions'].half} of 81 places" in places.sentence_of(
        tuple(parts.values()), task.labels
    )


def test_without_a_head_the_captions_are_taken_apart_alone() -> None:
    task = pocket().field_road()
    alone = FieldRoadTask("pocket", {"joint": task.joint.id}, task.joint, None)
    parts = places.located(alone, open_picture(PHOTO), CAPTIONS)
    assert [part.key for part in parts] == ["captions", "first", "second"]
    assert "by the head" not in places.sentence_of(parts, alone.labels)


def test_a_drawing_adds_up_over_both_sides_and_a_caption_over_its_words() -> None:
    task = pocket().sketch()
    picture = drawn(3)
    evidence = task.evidence(picture, "a drawing of a shark")
    pair = sketch.pair_of(evidence, 0.7)
    answer = sketch.answer(evidence, 0.7)
    found = task.located(task.read(picture), evidence, pair)
    assert [one.label for one in found] == [one.label for one in answer.classes]
    for one, scored in zip(found, answer.classes, strict=True):
        assert one.picture.grid == 4 and one.picture.words == ("as drawn", "mirror image")
        assert one.picture.places.sum() == pytest.approx(scored.picture_part, abs=1e-5)
        assert one.picture.by_word.sum(axis=0)[:-1] == pytest.approx(one.picture.places[:-1], abs=1e-9)
        assert one.words.by_word.sum() == pytest.approx(scored.words_part, abs=1e-5)
        assert "shark" in one.words.words and one.words.grid == 0
        assert "for this drawing" in one.picture.holds
    assert sentence_of(found).startswith("For this drawing half of what speaks for")
    last = len(task.labels) - 1
    assert task.located(task.read(picture), evidence, pair, last)[0].label == task.labels[last]


def test_drawings_of_models_without_sums_are_not_taken_apart() -> None:
    task = pocket().sketch()
    other = sketch.SketchTask("paper", task.models, task, task, task, task.head)  # type: ignore[arg-type]
    evidence = task.evidence(drawn(3), "a shark")
    with pytest.raises(InputError, match="no sum over its places"):
        other.located(drawn(3), evidence, (0.5, 0.5))
    with pytest.raises(InputError, match="Other models"):
        task.located(drawn(3), replace(evidence, models={"picture": "other"}), (0.5, 0.5))


def test_a_captioners_words_add_up_and_everything_else_in_the_shop_is_an_estimate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shop_places, "GRID", 2)
    task = pocket().street_to_shop(open_bundle(SHIPPED_GALLERY, models=None))
    photo = painted(5, (120, 90))
    evidence = task.evidence(photo, photo, "", talks=False)
    rows = street_to_shop.answer(evidence, 1, 0, 0, 2).hits
    found = shop_places.located(task, evidence, photo, photo, [hit.index for hit in rows])
    for one in found:
        picture, words, box = one.parts
        assert (picture.estimated, words.estimated, box.estimated) == (True, False, True)
        assert picture.grid == 2 and picture.score == pytest.approx(float(evidence.parts[0, one.index]))
        assert words.by_word.sum() == pytest.approx(float(evidence.parts[1, one.index]), abs=1e-3)
        assert words.words[-1] == shop_places.USUAL
    chosen = {word for slot in evidence.caption.slots for word in slot.choice.split()}
    said = shop_places.sentence_of(found[0], "a shirt", evidence.caption)
    assert said.startswith("For “a shirt” row ") and any(f"of the words “{word}”" in said for word in chosen)
    typed = task.with_words(evidence, "red dress")
    words = shop_places.located(task, typed, photo, None, [rows[0].index])[0].parts[1]
    without = task.with_words(evidence, "dress").parts[1, rows[0].index]
    assert words.estimated and words.words == ("red", "dress")
    assert words.by_word[0, 0] == pytest.approx(float(typed.parts[1, rows[0].index] - without), abs=1e-5)


def test_why_a_caption_has_its_words_adds_up_over_places() -> None:
    task, photo = pocket().street_to_shop(open_bundle(SHIPPED_GALLERY, models=None)), painted(5, (120, 90))
    evidence = task.evidence(photo, None, "", talks=False)
    gaps = task.gaps_apart(evidence, photo, None)
    assert [gap.key for gap in gaps] == [f"gap_{slot.name}" for slot in evidence.caption.slots]
    for gap, slot in zip(gaps, evidence.caption.slots, strict=True):
        odds = np.log(slot.probability / slot.runner_up_probability)
        assert gap.grid == 9 and gap.score == pytest.approx(odds, abs=1e-9) and gap.difference < 1e-5
        assert gap.label == f"{slot.name}: {slot.choice}, not {slot.runner_up}"
    assert task.gaps_apart(task.with_words(evidence, "red dress"), photo, None) == ()
    sketches = pocket().sketch()
    drawing = sketches.read(drawn(3))
    (gap,) = sketches.gaps_apart(sketches.evidence(drawn(3)), drawing)
    assert gap.key == "gap_thing" and gap.difference < 1e-5


def test_places_are_hidden_where_they_lie() -> None:
    picture = painted(2, (60, 90))
    shown = np.ones((2, 9), dtype=bool)
    shown[1, 5] = False  # second row, third column
    whole, without = hidden_parts(picture, shown)
    changed = (whole.pixels != without.pixels).any(axis=2)
    assert not changed[:20].any() and not changed[40:].any() and not changed[:, :60].any()
    assert len(np.unique(without.pixels[20:40, 60:].reshape(-1, 3), axis=0)) == 1
    assert whole.digest != without.digest
    square, _ = hidden_squares(picture, shown)
    assert square.pixels.shape == (260, 260, 3)
    ink = hidden_ink(np.full((30, 30), 255, dtype=np.uint8), shown)
    assert ink[0].all() and not ink[1, 10:20, 20:].any() and ink[1].sum() == ink[0].sum() * 8 // 9

"""Whose words count in the two captions of Field or road, while one of them is empty."""

from __future__ import annotations

from core.tasks.field_road import FIELD_CAPTION, ROAD_CAPTION
from demo.widgets.caption_pair import read_captions


def test_an_empty_caption_counts_as_the_reports_and_is_said() -> None:
    captions, notes = read_captions(("  ", "a lane"), None)
    assert captions == (FIELD_CAPTION, "a lane")
    assert len(notes) == 1 and "a field" in notes[0] and FIELD_CAPTION in notes[0]
    assert read_captions((FIELD_CAPTION, ROAD_CAPTION), None) == ((FIELD_CAPTION, ROAD_CAPTION), ())


def test_an_empty_caption_of_an_own_head_names_its_class() -> None:
    captions, notes = read_captions(("", ""), ("cats", "dogs"))
    assert "cats" in captions[0] and "dogs" in captions[1]
    assert [("cats" in note, "dogs" in note) for note in notes] == [(True, False), (False, True)]


def test_an_own_head_for_field_and_road_is_asked_with_the_same_captions_as_the_shipped_one() -> None:
    captions, _ = read_captions(("", ""), ("field", "road"))
    assert captions == (FIELD_CAPTION, ROAD_CAPTION), "so that of two pinned verdicts the heads alone differ"

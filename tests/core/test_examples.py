"""The worked examples are true: what is stored is what the models answer now, and it tells the story it should."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core import blend
from core.evaluation.examples import evidence_of, read_plan
from core.index.bundle import Gallery, open_bundle
from core.profiles.pocket import PocketModels
from core.settings import ASSETS, SHIPPED_GALLERY
from core.task_table import TASKS
from core.tasks import field_road, sketch
from core.tasks.compose import ComposeEvidence
from core.tasks.field_road import FieldRoadEvidence
from core.tasks.sketch import SketchEvidence
from core.tasks.street_to_shop import StreetEvidence
from tests.pocket import pocket

FOLDER = ASSETS / "examples"
PLANNED = [(tab, number) for tab, rows in read_plan(FOLDER).items() for number in range(len(rows))]


def stored(tab: str) -> list[dict[str, object]]:
    return list(json.loads((FOLDER / f"{tab}.json").read_bytes())["examples"])


def assert_alike(stored_value: object, live: object, name: str) -> None:
    """Numbers may differ a little: processors add in another order."""
    if isinstance(live, dict):
        assert isinstance(stored_value, dict) and stored_value.keys() == live.keys(), name
        for key, value in live.items():
            assert_alike(stored_value[key], value, f"{name}.{key}")
    elif isinstance(live, (list, tuple)) and np.asarray(live, dtype=object).size and not numeric(live):
        assert isinstance(stored_value, (list, tuple)) and len(stored_value) == len(live), name
        for item, value in zip(stored_value, live, strict=True):
            assert_alike(item, value, name)
    elif numeric(live):
        np.testing.assert_allclose(np.asarray(stored_value), np.asarray(live), atol=0.02, err_msg=name)
    else:
        assert stored_value == live, name


def numeric(value: object) -> bool:
    try:
        return np.asarray(value).dtype.kind == "f"
    except ValueError:
        return False


@pytest.fixture(scope="module")
def models() -> PocketModels:
    return pocket()


@pytest.fixture(scope="module")
def gallery() -> Gallery:
    return open_bundle(SHIPPED_GALLERY)


@pytest.mark.weights
@pytest.mark.parametrize(("tab", "number"), PLANNED)
def test_a_stored_example_is_what_the_models_answer(
    tab: str, number: int, models: PocketModels, gallery: Gallery
) -> None:
    row = read_plan(FOLDER)[tab][number]
    stored_evidence, live = stored(tab)[number], evidence_of(tab, row, models, gallery, FOLDER).to_json()
    assert stored_evidence["title"] == row["title"]
    evidence = stored_evidence["evidence"]
    assert isinstance(evidence, dict)
    for name, value in live.items():
        assert_alike(evidence[name], value, name)


@pytest.mark.parametrize("tab", [task.key for task in TASKS])
def test_every_planned_example_is_stored(tab: str) -> None:
    assert [row["title"] for row in stored(tab)] == [row["title"] for row in read_plan(FOLDER)[tab]]


def story(number: int) -> tuple[str, str]:
    """Returns what the picture alone finds for a sketch, and what is found where its slider opens."""
    row = stored("sketch")[number]
    evidence = SketchEvidence.from_json(row["evidence"])  # type: ignore[arg-type]
    opened = read_plan(FOLDER)["sketch"][number]["settings"]["alpha"]
    return sketch.answer(evidence, 1.0).classes[0].label, sketch.answer(evidence, opened).classes[0].label


def test_each_sketch_opens_where_its_words_do_what_its_name_says() -> None:
    assert story(0) == ("cat", "shark"), "words mislead"
    assert story(1) == ("alarm clock", "pineapple"), "words help"
    assert story(2) == ("mushroom", "tree"), "your words help"


def test_the_first_two_scenes_divide_the_classifiers() -> None:
    for row in stored("field_road")[:2]:
        evidence = FieldRoadEvidence.from_json(row["evidence"])  # type: ignore[arg-type]
        assert not field_road.answer(evidence, 0.4, 0.6).agree


def test_only_the_box_finds_the_first_street_picture() -> None:
    evidence = StreetEvidence.from_json(stored("street_to_shop")[0]["evidence"])  # type: ignore[arg-type]
    right = [item for item, _ in evidence.items].index("frill-blouse-white-floral-pink")
    whole, _, box = (int(blend.ranks(part)[right]) for part in evidence.parts)
    assert box == 1 < 10 < whole
    weights = read_plan(FOLDER)["street_to_shop"][0]["settings"]["weights"]
    assert int(blend.ranks(np.array(weights) @ np.stack(evidence.parts))[right]) == 1


def test_the_first_composed_query_needs_both() -> None:
    evidence = ComposeEvidence.from_json(stored("compose")[0]["evidence"])  # type: ignore[arg-type]
    right = [item for item, _ in evidence.items].index("zip-hoodie-green")
    q, t, f = (int(blend.ranks(part, evidence.masked)[right]) for part in evidence.scores[0])
    assert f == 1 < min(q, t)


def test_the_words_do_the_second_composed_query_and_only_the_mix_the_third() -> None:
    evidence = [ComposeEvidence.from_json(row["evidence"]) for row in stored("compose")]  # type: ignore[arg-type]
    for number, item in ((1, "crew-tee-navy-striped-white"), (2, "shirt-dress-beige")):
        example = evidence[number]
        right = [name for name, _ in example.items].index(item)
        q, t, f = (int(blend.ranks(part, example.masked)[right]) for part in example.scores[0])
        weights = read_plan(FOLDER)["compose"][number]["settings"]["weights"]
        mixed = int(blend.ranks(np.array(weights) @ example.scores[0], example.masked)[right])
        assert mixed <= 3 and (t <= 3 < q if number == 1 else mixed == 1 < min(q, t, f))

"""What describes the classes: whole, in balance, kept by an artefact as it was, and the page's captions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from torchmetrics.functional.classification import binary_auroc

from core.heads.described import TENSORS, DescribedClasses
from core.heads.descriptions import descriptions, things
from core.heads.labels import LABELS
from core.metrics import area_under_roc
from core.tasks.field_road import FIELD_CAPTION, ROAD_CAPTION
from core.training.field_road.described import CAPTIONS, PAIRS
from tests.pocket import pocket


@pytest.mark.weights
def test_an_artefact_gives_back_what_describes_its_classes() -> None:
    described = DescribedClasses.encoded(pocket().joint.encode_texts, LABELS)
    assert len(described.sentences) == len(described.labels) == len(described.rows)
    assert {described.labels.count(label) for label in LABELS} == {len(described.sentences) // 2}
    usual = {"captions": list(CAPTIONS), "conflict": 0.5, "ignorance": 0.25}
    whole = replace(described, usual=usual)
    again = DescribedClasses.of(whole.tensors, {"described": whole.to_json()})
    assert again is not None and again.sentences == whole.sentences and again.things == whole.things
    assert np.array_equal(again.rows, whole.rows) and np.array_equal(again.thing_rows, whole.thing_rows)
    assert again.usual_of(CAPTIONS) == (0.5, 0.25) and again.usual_of(("a field", "a road")) is None
    assert (
        DescribedClasses.of({}, {"described": whole.to_json()}) is None
        and DescribedClasses.of(whole.tensors, {}) is None
    )
    cut = whole.tensors | {TENSORS[0]: whole.rows[:-1]}
    with pytest.raises(ValueError, match="not as many"):
        DescribedClasses.of(cut, {"described": whole.to_json()})


def test_classes_are_described_by_as_many_sentences_as_their_like() -> None:
    counts = {label: len(says) for label, says in descriptions().items()}
    assert counts["field"] == counts["road"] and {
        n for label, n in counts.items() if label not in LABELS
    } == {3}
    assert all(len(set(says)) == len(says) for says in descriptions().values())
    assert len(set(things())) == len(things()) == 64
    assert len({side for pair in PAIRS for side in pair}) == 2 * len(PAIRS)


def test_the_captions_measured_are_those_of_the_page() -> None:
    assert CAPTIONS == (FIELD_CAPTION, ROAD_CAPTION)


@pytest.mark.parametrize("seed", range(5))
def test_the_area_under_the_curve_is_that_of_torchmetrics(seed: int) -> None:
    torch = pytest.importorskip("torch")
    draw = np.random.default_rng(seed)
    scores = draw.integers(0, 6, 40) / 6
    positive = draw.random(40) < 0.3
    expected = binary_auroc(torch.tensor(scores), torch.tensor(positive.astype(int)))
    assert area_under_roc(scores, positive) == pytest.approx(float(expected), abs=1e-6)
    assert area_under_roc(scores, np.zeros(40, dtype=bool)) == 0.5

"""The shipped heads load and answer; the conformal part of field or road keeps its promises."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.encoders.sketch_tower import tower_id
from core.encoders.towers import TOWERS_ID
from core.errors import ArtifactError
from core.heads.field_road import NEIGHBOURS, FieldRoadHead, strangeness
from core.heads.fusion import FusionHead
from core.settings import ASSETS
from core.store import Manifest, load_artifact, read_manifest, save_artifact
from core.tasks.field_road import FieldRoadEvidence, answer
from core.training.sketch.network import Standardise, build_classifier, penalty
from tests.pocket import pocket
from tests.rounding import assert_same_rows

POCKET = ASSETS / "models" / "pocket"


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), dtype=np.float32)


@pytest.fixture(scope="module")
def fusion() -> FusionHead:
    tower = tower_id(read_manifest(POCKET / "sketch_tower"))
    return FusionHead(POCKET / "sketch", {"towers": TOWERS_ID, "sketch_tower": tower})


@pytest.fixture(scope="module")
def roads() -> FieldRoadHead:
    return FieldRoadHead(POCKET / "field_road", {"joint": pocket().joint.id})


@pytest.mark.weights
def test_the_sketch_head_knows_125_classes_by_readable_names(fusion: FusionHead) -> None:
    assert len(fusion.labels) == len(set(fusion.labels)) == 125
    assert not any("_" in label or label != label.strip() for label in fusion.labels)
    assert fusion.alpha > 0 and fusion.beta > 0 and fusion.alpha + fusion.beta < 2
    assert 1 / 125 < fusion.none_threshold < 1


@pytest.mark.numeric
@pytest.mark.weights
def test_both_sides_of_the_sketch_head_give_one_row_for_each_input(fusion: FusionHead) -> None:
    rows = np.random.default_rng(0).normal(size=(3, 1280)).astype(np.float32)
    words = np.random.default_rng(1).normal(size=(3, 384)).astype(np.float32)
    for logits_of, features in ((fusion.picture_logits, rows), (fusion.words_logits, words)):
        logits = logits_of(features)
        assert logits.shape == (3, 125) and np.isfinite(logits).all()
        assert_same_rows(logits, logits_of(features), "dropout when it answers")
        np.testing.assert_allclose(logits[1:2], logits_of(features[1:2]), atol=1e-4)


@pytest.mark.weights
def test_parts_of_the_concatenation_are_exact_shapley_values(fusion: FusionHead) -> None:
    tensors, _ = load_artifact(POCKET / "sketch", kind="sketch", models=None)
    network = build_classifier(1280 + 384, 125).double().eval()
    network.load_state_dict(
        {
            name[7:]: torch.from_numpy(array).double()
            for name, array in tensors.items()
            if name.startswith("concat.")
        }
    )
    random = np.random.default_rng(2)
    picture = random.normal(size=(3, 1280)).astype(np.float32)
    words = random.normal(size=(3, 384)).astype(np.float32)
    no_picture, no_words = (
        np.broadcast_to(tensors[f"absent.{side}"], rows.shape)
        for side, rows in (("picture", picture), ("words", words))
    )

    def value(seen: np.ndarray, read: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return network(torch.from_numpy(np.concatenate([seen, read], axis=1)).double()).numpy()

    both, neither = value(picture, words), value(no_picture, no_words)
    alone, spoken = value(picture, no_words), value(no_picture, words)
    inside = fusion.concat_picture(picture)
    assert inside is not None
    parts = fusion.concat_parts(inside, words)
    np.testing.assert_allclose(parts.sum(axis=1), both, atol=1e-2)
    np.testing.assert_allclose(parts[:, 0], (alone - neither + both - spoken) / 2, atol=1e-2)
    np.testing.assert_allclose(parts[:, 1], (spoken - neither + both - alone) / 2, atol=1e-2)
    np.testing.assert_allclose(parts[:, 2], neither, atol=1e-2)
    absent = fusion.concat_picture(np.ascontiguousarray(no_picture))
    assert absent is not None
    np.testing.assert_allclose(fusion.concat_parts(absent, words)[:, 0], 0, atol=1e-2)


@pytest.mark.weights
def test_heads_for_other_encoders_are_refused() -> None:
    with pytest.raises(ArtifactError, match="train them again"):
        FusionHead(POCKET / "sketch", {"towers": "others"})
    with pytest.raises(ArtifactError, match="train them again"):
        FieldRoadHead(POCKET / "field_road", {"joint": "others"})
    with pytest.raises(ArtifactError, match="are for 'sketch', not for 'field_road'"):
        FieldRoadHead(POCKET / "sketch", {})


def test_a_classifier_is_the_one_of_the_report() -> None:
    network = build_classifier(7, 3)
    kinds = [type(layer).__name__ for layer in network]
    assert kinds == ["Standardise", "Linear", "ReLU", "Dropout", "Linear"]
    assert network[1].out_features == network[4].in_features == 512
    assert network[3].p == 0.2


def test_standardising_takes_mean_and_scale_away_and_survives_a_constant() -> None:
    rows = torch.tensor([[1.0, 5.0], [3.0, 5.0], [5.0, 5.0]])
    layer = Standardise(2)
    layer.fit(rows)
    out = layer(rows)
    assert torch.allclose(out.mean(0), torch.zeros(2), atol=1e-6)
    assert float(out[:, 0].std()) == pytest.approx(1.0)
    assert torch.isfinite(out).all()


@pytest.mark.parametrize(
    ("alpha", "beta", "expected"), [(0.4, 0.6, 0.0), (1.0, 1.0, 1.0), (-0.5, 0.5, 1.5), (0.0, 0.0, 1.0)]
)
def test_the_penalty_is_the_reports(alpha: float, beta: float, expected: float) -> None:
    assert float(penalty(torch.tensor(alpha), torch.tensor(beta))) == pytest.approx(expected)


@given(st.integers(0, 10**6), st.integers(1, 12), st.booleans())
def test_strangeness_is_the_distance_to_the_nearest_members(seed: int, members: int, itself: bool) -> None:
    generator = np.random.default_rng(seed)
    member_rows = unit(generator.normal(size=(members + 1, 4)))
    new = member_rows if itself else unit(generator.normal(size=(5, 4)))
    expected = []
    for i, row in enumerate(new):
        cosines = [
            float(row.astype(float) @ member.astype(float))
            for j, member in enumerate(member_rows)
            if not (itself and i == j)
        ]
        nearest = sorted(cosines, reverse=True)[:NEIGHBOURS]
        expected.append(1 - sum(nearest) / len(nearest))
    np.testing.assert_allclose(strangeness(new, member_rows, itself=itself), expected, atol=1e-9)


def arc(first: float, last: float, count: int, width: int = 4) -> np.ndarray:
    """Returns unit rows at equal steps on the circle of the first two axes, from one angle to another."""
    rows = np.zeros((count, width), dtype=np.float32)
    angles = np.deg2rad(np.linspace(first, last, count))
    rows[:, 0], rows[:, 1] = np.cos(angles), np.sin(angles)
    return rows


def made_head(folder: Path, temperature: float = 1.0) -> FieldRoadHead:
    """Returns a head whose fields lie at 0 to 60 degrees and whose roads lie at 40 to 100."""
    generator = np.random.default_rng(4)
    tensors = {
        "0.weight": generator.normal(size=(256, 4)).astype(np.float32),
        "0.bias": generator.normal(size=256).astype(np.float32),
        "2.weight": generator.normal(size=(1, 256)).astype(np.float32) / 16,
        "2.bias": np.zeros(1, dtype=np.float32),
        "members.field": arc(0, 60, 31),
        "members.road": arc(40, 100, 25),
    }
    details = {"temperature": temperature, "labels": ["field", "road"]}
    manifest = Manifest("field_road", {}, [], "", 0, {}, {}, 0.0, details)
    save_artifact(folder, tensors, manifest)
    return FieldRoadHead(folder, {})


def set_of(ps: Sequence[float], coverage: float) -> tuple[str, ...]:
    evidence = FieldRoadEvidence("toy", {}, 0.5, 0.5, float(ps[0]), float(ps[1]), 0.1, ("a", "b"))
    conformal_set = answer(evidence, 0.4, 0.6, coverage).conformal_set
    assert conformal_set is not None
    return conformal_set


def test_both_and_neither_occur_at_one_coverage(tmp_path: Path) -> None:
    head = made_head(tmp_path)
    shared, field, road, far = arc(50, 50, 1), arc(20, 20, 1), arc(80, 80, 1), unit(np.array([[0, 0, 1, 0]]))
    sets = [set_of(ps, 0.9) for ps in head.p_values(np.concatenate([shared, field, road, far]))]
    assert sets == [("field", "road"), ("field",), ("road",), ()]
    assert head.smallest_error == pytest.approx(1 / 26)


@settings(max_examples=50)
@given(st.integers(0, 10**6), st.floats(0, 1), st.floats(0, 1))
def test_p_values_stay_in_range_and_sets_grow_with_coverage(
    shipped_or_made: FieldRoadHead, seed: int, first_coverage: float, second_coverage: float
) -> None:
    embeddings = unit(np.random.default_rng(seed).normal(size=(4, 4)))
    ps = shipped_or_made.p_values(embeddings)
    assert ps.shape == (4, 2) and (ps > 0).all() and (ps <= 1).all()
    assert (ps >= shipped_or_made.smallest_error - 0.01).all()
    low, high = sorted((first_coverage, second_coverage))
    for row in ps:
        assert set(set_of(row, low)) <= set(set_of(row, high))
        assert set_of(row, 1.0) == ("field", "road"), "certainty promises nothing"
        assert set_of(row, 0.0) == (), "p-values are at most 1"


@pytest.fixture(scope="module")
def shipped_or_made(tmp_path_factory: pytest.TempPathFactory) -> FieldRoadHead:
    return made_head(tmp_path_factory.mktemp("head"))


def test_the_p_value_is_the_share_that_is_at_least_as_strange(tmp_path: Path) -> None:
    head = made_head(tmp_path)
    new = unit(np.random.default_rng(9).normal(size=(6, 4)) + arc(50, 50, 1))
    for column, members in enumerate((arc(0, 60, 31), arc(40, 100, 25))):
        among_themselves = strangeness(members, members, itself=True)
        for row, p in zip(new, head.p_values(new)[:, column], strict=True):
            own = strangeness(row[None], members)[0]
            assert p == pytest.approx((1 + (among_themselves >= own).sum()) / (1 + len(members)))


def test_a_member_seen_again_is_not_strange(tmp_path: Path) -> None:
    head = made_head(tmp_path)
    assert head.p_values(arc(30, 30, 1))[0, 0] > 0.5


def test_temperature_moves_the_probability_and_keeps_the_label(tmp_path: Path) -> None:
    rows = unit(np.random.default_rng(2).normal(size=(40, 4)))
    sharp, plain, soft = (made_head(tmp_path / str(t), t).road_probability(rows) for t in (0.25, 1.0, 8.0))
    for other in (sharp, soft):
        np.testing.assert_array_equal(other >= 0.5, plain >= 0.5)
    assert (np.abs(sharp - 0.5) >= np.abs(plain - 0.5) - 1e-7).all()
    assert (np.abs(soft - 0.5) < np.abs(plain - 0.5)).all()
    logit = np.log(soft / (1 - soft))
    np.testing.assert_allclose(1 / (1 + np.exp(-8.0 * logit)), plain, atol=1e-5)


@pytest.mark.weights
def test_the_shipped_field_road_head_answers_in_range(roads: FieldRoadHead) -> None:
    rows = unit(np.random.default_rng(0).normal(size=(5, 384)))
    probability, ps = roads.road_probability(rows), roads.p_values(rows)
    assert probability.shape == (5,) and ps.shape == (5, 2)
    assert ((probability > 0) & (probability < 1)).all()
    assert ((ps > 0) & (ps <= 1)).all()
    assert (ps == ps.min(axis=0)).all(), "random directions are strange to both classes"
    assert 1 / 153 < roads.smallest_error < 0.05
    assert roads.labels == ("field", "road")

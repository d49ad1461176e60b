"""Evaluation of the two retrieval tasks on tiny folders whose right figures are known by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import blend
from core.errors import ArtifactError, DataError
from core.joining import CORNERS
from core.metrics import wilson
from core.store import Manifest
from tests.core.evaluation_data import (
    BLUE,
    GREEN,
    RED,
    any_data,
    compose_data,
    digest,
    measure,
    paired,
    value,
)
from tests.core.evaluation_fakes import FakeModels


def test_street_to_shop_ranks_all_products(tmp_path: Path) -> None:
    orange = (1.0, 0.4, 0.0)
    rows = [("1", RED, RED), ("2", GREEN, GREEN), ("3", RED, orange), ("3", orange, (0.2, 0.0, 1.0))]
    report = measure("street-to-shop", paired(tmp_path, rows))
    assert (report.n, report.extras["gallery"], report.extras["weights"]) == (4, 4, [1.0, 0.0, 0.0])
    # item 3: red finds orange second and blue third; orange finds orange first and blue last
    assert value(report, "recall_at_1") == 3 / 4
    assert value(report, "recall_at_5") == value(report, "recall_at_20") == 1
    expected = [1.0, 1.0, (1 / 2 + 2 / 3) / 2, (1 + 2 / 4) / 2]
    assert value(report, "mean_average_precision") == pytest.approx(np.mean(expected))


def test_a_given_box_is_asked_with_too(tmp_path: Path) -> None:
    data = paired(tmp_path, [("1", RED, RED), ("2", GREEN, GREEN), ("3", BLUE, BLUE)])
    assert "box_recall_at_1" not in measure("street-to-shop", data).metrics
    lines = (data / "labels.csv").read_text().splitlines()
    boxes = ["x0,y0,x1,y1", "4,4,20,20", "4,4,20,20", ",,,"]
    table = "\n".join(f"{line},{box}" for line, box in zip(lines, boxes, strict=True))
    (data / "labels.csv").write_text(table + "\n")
    report = measure("street-to-shop", data)
    assert value(report, "box_recall_at_1") == 1
    assert report.metrics["box_recall_at_1"][1:3] == wilson(2, 2)
    (data / "labels.csv").write_text(table.replace("4,4,20,20", "20,4,4,20", 1) + "\n")
    with pytest.raises(DataError, match="The box of 'w/0.png' cannot be used"):
        measure("street-to-shop", data)


def test_street_to_shop_leaves_out_a_pair_when_training_saw_one_of_its_photos(tmp_path: Path) -> None:
    data = any_data("street-to-shop", tmp_path)
    report = measure("street-to-shop", data, FakeModels({"garment": {digest(data / "p" / "0.png")}}))
    assert (report.n, report.extras["gallery"], report.extras["seen_in_training"]) == (2, 2, 1)


def test_compose_measures_every_corner(tmp_path: Path) -> None:
    # 12 reds hide what is not found at once; the answer mixes the reference and the words
    gallery = [(1.0, 0.01 * number, 0.0) for number in range(12)] + [(1.0, 1.0, 0.0)] + [GREEN] * 11
    report = measure("compose", compose_data(tmp_path, gallery, [(0, "and green", [12])]))
    assert report.n == 1
    assert value(report, "picture_recall_at_10") == 0, "eleven reds are nearer"
    assert value(report, "words_recall_at_10") == value(report, "composed_recall_at_10") == 0, (
        "greens are nearer"
    )
    assert value(report, "sum_recall_at_10") == 1
    assert value(report, "hindsight_best_recall_at_10") == 1
    best = report.extras["hindsight_best_weights"]
    assert sum(best) == pytest.approx(1)
    assert best[0] > 0
    assert report.extras["weights"] == pytest.approx([0.2, 0.2, 0.6])
    audit = report.extras["solved_alone"]["top_10"]
    assert (audit["picture"], audit["words"], audit["neither"], audit["only_composed"]) == (0, 0, 1, 0)


def test_compose_leaves_the_reference_out(tmp_path: Path) -> None:
    report = measure("compose", compose_data(tmp_path, [RED, (0.9, 0.1, 0.0), GREEN], [(0, "red", [1])]))
    assert value(report, "recall_at_1") == 1


def test_compose_leaves_copies_of_the_reference_out_unless_they_are_asked_for(tmp_path: Path) -> None:
    data = compose_data(tmp_path, [RED, RED, (0.9, 0.1, 0.0), GREEN], [(0, "red", [2])])
    (data / "1.png").write_bytes((data / "0.png").read_bytes())
    assert value(measure("compose", data), "recall_at_1") == 1
    (data / "triplets.json").write_text(
        json.dumps(
            {
                "gallery": [f"{number}.png" for number in range(4)],
                "triplets": [{"reference": "0.png", "caption": "red", "targets": ["1.png"]}],
            }
        )
    )
    assert value(measure("compose", data), "recall_at_1") == 1


def test_pictures_that_training_saw_may_answer_in_the_whole_gallery_but_never_ask(tmp_path: Path) -> None:
    data = compose_data(tmp_path, [RED, GREEN, BLUE, (0.9, 0.1, 0.0)], [(0, "green", [1]), (3, "red", [0])])
    models = FakeModels({"combiner": {digest(data / "1.png"), digest(data / "3.png")}})
    with pytest.raises(DataError, match="nothing is left to judge"):
        measure("compose", data, models)
    report = measure("compose", data, models, whole_gallery=True)
    assert (report.n, report.extras["gallery"], report.extras["seen_in_training"]) == (1, 4, 2)


def test_captioned_photos_are_asked_for_by_edits(tmp_path: Path) -> None:
    data = compose_data(tmp_path, [RED, GREEN, BLUE], [(0, "green", [1])])
    (data / "triplets.json").unlink()
    captions = [
        {"file": f"{i}.png", "captions": [colour]} for i, colour in enumerate(("red", "green", "blue"))
    ]
    (data / "captions.json").write_text(json.dumps(captions))
    report = measure("compose", data)
    assert report.n == 3 and value(report, "words_recall_at_10") == 1
    seen = FakeModels({"joint": {digest(data / f"{i}.png") for i in (0, 1)}})
    with pytest.raises(
        DataError, match="An edit leads from one photo to another, and only 1 photo can be used"
    ):
        measure("compose", data, seen)


def test_compose_says_why_nothing_can_be_judged(tmp_path: Path) -> None:
    data = compose_data(tmp_path, [RED, GREEN], [(0, "green", [1])])
    (data / "triplets.json").write_text(
        json.dumps(
            {"gallery": ["0.png"], "triplets": [{"reference": "0.png", "caption": "x", "targets": ["1.png"]}]}
        )
    )
    with pytest.raises(DataError, match="1 has no target among 1 usable picture of the gallery"):
        measure("compose", data)


def test_compose_counts_triplets_without_a_target_that_may_be_judged(tmp_path: Path) -> None:
    data = compose_data(tmp_path, [RED, GREEN, BLUE], [(0, "green", [1]), (1, "blue", [2]), (2, "red", [0])])
    report = measure("compose", data, FakeModels({"combiner": {digest(data / "2.png")}}))
    assert (report.n, report.extras["gallery"]) == (1, 2), "neither asked about, nor found, nor in the way"
    assert (report.extras["seen_in_training"], report.extras["triplets_left_out"]) == (1, 2)


@pytest.mark.parametrize(
    "details",
    [{}, {"weights": None}, {"weights": [1, 2]}, {"weights": ["a", 0, 1]}, {"weights": [0, 0, 0]},
     {"weights": [float("nan"), 0, 1]}],
)  # fmt: skip
def test_compose_refuses_damaged_weights_of_the_mix(tmp_path: Path, details: dict[str, object]) -> None:
    class Damaged(FakeModels):
        def manifest(self, head: str) -> Manifest:
            return replace(super().manifest(head), details=details)

    with pytest.raises(ArtifactError, match="'combiner' holds no three usable weights"):
        measure("compose", any_data("compose", tmp_path), Damaged())


COLOUR = st.tuples(*[st.integers(1, 20).map(lambda level: level / 20)] * 3)


@settings(deadline=None, max_examples=15)
@given(st.lists(COLOUR, min_size=4, max_size=25), st.data())
def test_compose_agrees_with_one_query_at_a_time(
    tmp_path_factory: pytest.TempPathFactory, gallery: list[tuple[float, ...]], data: st.DataObject
) -> None:
    triplet = st.tuples(
        st.integers(0, len(gallery) - 1),
        st.sampled_from(["is red", "is green", "no idea"]),
        st.lists(st.integers(0, len(gallery) - 1), min_size=1, max_size=3, unique=True),
    ).filter(lambda row: set(row[2]) != {row[0]})
    triplets = data.draw(st.lists(triplet, min_size=1, max_size=6))
    report = measure("compose", compose_data(tmp_path_factory.mktemp("world"), gallery, triplets))
    joint = FakeModels().joint

    def slowly(weights: Sequence[float], k: int) -> float:
        rows = np.array([unit_mean(colour, number) for number, colour in enumerate(gallery)])
        hits = []
        for reference, text, targets in triplets:
            words = joint.encode_texts([text])[0]
            scores = blend.blend(weights, np.stack([rows @ rows[reference], rows @ words, rows @ words]))
            places = blend.ranks(scores, (reference,))
            hits.append(min(places[target] for target in targets if target != reference) <= k)
        return float(np.mean(hits))

    for name, weights in CORNERS.items():
        assert value(report, f"{name}_recall_at_10") == pytest.approx(slowly(weights, 10), abs=1e-9)
    best = max(slowly(weights, 10) for weights in blend.simplex_grid())
    assert value(report, "hindsight_best_recall_at_10") == pytest.approx(best)


def unit_mean(colour: Sequence[float], stain: int) -> np.ndarray:
    pixels = np.full((24, 24, 3), np.round(255 * np.array(colour)))
    pixels[:2, :2] = 0
    pixels[0, 0] = (stain, 0, 0)
    mean = pixels.mean(axis=(0, 1))
    return np.asarray((mean / np.linalg.norm(mean)).astype(np.float32))

"""The sample world is whole: tables and pictures agree, answers follow from attributes, drawing repeats itself."""

from __future__ import annotations

import ast
import csv
import json
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assets.make import garment_queries, toy_queries, versions
from assets.make.designs_skirts import BOTTOMS
from assets.make.noise import generator
from assets.make.queries import AttributeChange, answers, triplets
from assets.make.shots import all_shots
from assets.make.sketches import DRAWINGS
from assets.make.street import occlusion_level
from assets.make.strokes import HANDS, drawn, longest
from assets.make.tracer import FAR, Solid, blocked, first_hit
from assets.make.wardrobe import garments
from core.datasets.pairs import read_pairs
from core.datasets.triplets import read_triplets
from core.settings import ASSETS
from tests.architecture.source import tree

SHOP, EXAMPLES = ASSETS / "galleries" / "shop", ASSETS / "examples"
FOLDERS = {
    "shop": SHOP,
    "street": EXAMPLES / "street",
    "field_road": EXAMPLES / "field_road",
    "sketches": EXAMPLES / "sketches",
    "toys": EXAMPLES / "toys",
}
FEWEST = {"shop": 240, "street": 240, "field_road": 40, "sketches": 40, "toys": 90}
WORLDS = {"shop": garment_queries.proposals, "toys": toy_queries.proposals}


def table(name: str) -> list[dict[str, str]]:
    with (FOLDERS[name] / "labels.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", FOLDERS)
def test_a_table_names_every_picture_once(name: str) -> None:
    files = [row["file"] for row in table(name)]
    assert sorted(files) == sorted(path.name for path in FOLDERS[name].glob("*.webp"))
    assert len(set(files)) == len(files) >= FEWEST[name]


def test_the_pictures_are_small() -> None:
    sizes = [path.stat().st_size for folder in FOLDERS.values() for path in folder.glob("*.webp")]
    assert max(sizes) < 1_000_000
    assert sum(sizes) < 25_000_000


def test_the_wardrobe_is_broad() -> None:
    rows = table("shop")
    assert rows == [garment.row() for garment in garments()]
    assert len({row["label"] for row in rows}) >= 12
    for name in ("colour", "pattern", "sleeve", "length", "neckline", "material"):
        assert len({row[name] for row in rows}) >= 5
        assert all(row[name] for row in rows)


def test_every_garment_has_one_to_three_street_pictures() -> None:
    shown = Counter(row["item"] for row in table("street"))
    assert shown.keys() == {row["file"] for row in table("shop")}
    assert max(shown.values()) <= 3
    assert len(all_shots(list(garments()))) == len(table("street"))


def test_street_boxes_and_levels_are_possible() -> None:
    for row in table("street"):
        x0, y0, x1, y1 = (int(row[edge]) for edge in ("x0", "y0", "x1", "y1"))
        assert 0 <= x0 < x1 <= 432 and 0 <= y0 < y1 <= 576
        assert {row[level] for level in ("occlusion", "viewpoint", "scale", "zoom")} <= {"1", "2", "3"}
        assert int(row["occlusion"]) == occlusion_level(float(row["hidden"]))


def test_the_pairs_name_files_that_are_there() -> None:
    pairs = read_pairs(ASSETS)
    assert len(pairs) == len(table("street"))
    assert all(pair.worn.is_file() and pair.product.is_file() for pair in pairs)
    assert all(pair.product.stem == pair.item_id for pair in pairs)


@pytest.mark.parametrize("name", WORLDS)
def test_right_answers_follow_from_the_attributes(name: str) -> None:
    rows = table(name)
    by_file = {row["file"]: row for row in rows}
    queries = read_triplets(FOLDERS[name])
    assert set(queries.gallery) == set(by_file)
    for triplet in queries.triplets:
        reference = by_file[triplet.reference]
        named = [change for change in WORLDS[name](reference) if triplet.caption in change.phrasings]
        right = [set(answers(rows, reference, change)) for change in named]
        assert set(triplet.targets) in right, triplet


def test_there_are_many_queries_of_many_kinds() -> None:
    entries = [entry for name in WORLDS for entry in read_triplets(FOLDERS[name]).triplets]
    kinds = Counter(entry.details["kind"] for entry in entries)
    assert len(entries) >= 300
    assert {"count", "taken away", "denied colour", "denied pattern", "two changes"} <= kinds.keys()
    assert min(kinds.values()) >= 5
    assert len({entry.caption for entry in entries}) > len(entries) / 2


def test_a_query_keeps_every_right_answer_and_drops_what_is_too_easy() -> None:
    rows = [{"file": f"{n}", "colour": "red" if n < 2 else "blue"} for n in range(6)]
    change = AttributeChange("colour", ("blue",), {"colour": ["blue"]})
    assert answers(rows, rows[2], change) == ["3", "4", "5"]
    entries = triplets(rows, lambda row: [change], 1, 3, generator("test"))
    assert [entry["reference"] for entry in entries] == ["2", "3", "4", "5"], "the reds have four answers"


def test_scenes_go_from_no_road_to_much_road() -> None:
    share = {label: [] for label in ("field", "both", "road")}
    for row in table("field_road"):
        share[row["label"]].append(float(row["road_share"]))
    assert max(share["field"]) == 0
    assert 0 < np.median(share["both"]) < np.median(share["road"])


def test_sketches_are_drawn_in_four_hands() -> None:
    hands = Counter(row["hand"] for row in table("sketches"))
    assert hands.keys() == HANDS.keys() == {"clean", "shaky", "sparse", "dense"}
    assert len(set(hands.values())) == 1
    drawing = DRAWINGS["cat"]()
    assert 3 <= len(longest(drawing, 0.8)) < len(drawing)


@pytest.mark.parametrize("hand", HANDS)
def test_a_sketch_is_drawn_again_as_it_was_shipped(hand: str, tmp_path: Path) -> None:
    if versions.differences(versions.tools(), versions.shipped()):
        pytest.skip("; ".join(versions.differences(versions.tools(), versions.shipped())))
    picture = drawn(DRAWINGS["owl"](), HANDS[hand], generator("sketch", "owl", hand))
    picture.save(tmp_path / "owl.webp", "WEBP", quality=90, method=6)
    assert (tmp_path / "owl.webp").read_bytes() == (FOLDERS["sketches"] / f"owl-{hand}.webp").read_bytes()


def test_another_version_of_a_tool_is_named() -> None:
    assert versions.differences({"numpy": "2", "scipy": "1"}, {"numpy": "2", "scipy": "1"}) == []
    (sentence,) = versions.differences({"numpy": "3"}, {"numpy": "2"})
    assert "numpy is 3" in sentence and "with 2" in sentence
    assert json.loads(versions.DREW.read_text()).keys() == versions.tools().keys()


@pytest.mark.parametrize("kind", ["ball", "box", "can", "cone"])
def test_a_ray_meets_a_solid_from_outside_and_its_shadow_falls_away_from_the_sun(kind: str) -> None:
    solid = Solid(kind, 0.0, 3.0, 0.4, 0.3, (1.0, 0.0, 0.0))
    start = np.zeros((2, 3), np.float32) + np.array([0.0, 0.15, 0.0], np.float32)
    way = np.array([[0.0, 0.0, 1.0], [0.6, -0.01, 0.8]], np.float32)
    distance, normal, which = first_hit([solid], start, way)
    assert which.tolist() == [0, -1]
    assert 2.6 < distance[0] < 3.0 and distance[1] < FAR
    assert (normal[0] * way[0]).sum() < 0
    np.testing.assert_allclose(np.linalg.norm(normal, axis=1), 1, atol=1e-4)
    spots = np.array([[0.0, 0.001, 3.35], [0.0, 0.001, 2.4]], np.float32)
    towards = np.array([0.0, 0.35, -1.0]) / np.linalg.norm([0.0, 0.35, -1.0])
    assert blocked([solid], spots, towards, 8.0).tolist() == [1.0, 0.0]


def test_a_toy_picture_shows_its_colour() -> None:
    row = next(row for row in table("toys") if (row["colour"], row["place"]) == ("purple", "snow"))
    pixels = np.asarray(Image.open(FOLDERS["toys"] / row["file"]).convert("RGB"), np.float32)
    purple = (pixels[..., 0] > 1.3 * pixels[..., 1]) & (pixels[..., 2] > 1.3 * pixels[..., 1])
    assert 0.005 < purple.mean() < 0.4


def test_long_trousers_are_long_and_shirts_narrow_while_the_rest_keeps_its_measures() -> None:
    cut = {garment.design.name: garment.design for garment in garments()}
    legs, shirt = cut["chinos"].legs, cut["oxford"].cut
    assert legs and legs.inseam / (2 * legs.hip) > 1.8
    assert shirt and shirt.chest < 23.5
    for design in BOTTOMS:
        if design.name in ("chino-shorts", "wrap-dress", "pencil-skirt"):
            assert cut[design.name] == design


def test_no_module_that_draws_imports_itself_by_way_of_others() -> None:
    imported: dict[str, set[str]] = {}
    for path in sorted((ASSETS / "make").glob("*.py")):
        froms = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom)]
        names = {str(node.module) for node in froms}
        names |= {
            f"assets.make.{alias.name}"
            for node in froms
            if node.module == "assets.make"
            for alias in node.names
        }
        imported[f"assets.make.{path.stem}"] = {name for name in names if name.startswith("assets.make.")}
    order = list(TopologicalSorter(imported).static_order())
    assert order.index("assets.make.wardrobe") > order.index("assets.make.designs_tops")

"""The recipes from end to end on tiny packs: they learn, keep their eighth back, resume and repeat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import reporting
from core.augmentation.crops import VIEWS
from core.captioners import nouns as nouns_list
from core.datasets import packs
from core.datasets.sketch_names import noun_of
from core.datasets.split import kept_back, split_by_group
from core.encoders.pocket import PocketJoint, joint_id
from core.encoders.sketch_tower import SketchTower
from core.encoders.towers import TOWERS_ID
from core.errors import DataError
from core.features.store import FeatureStore
from core.heads.field_road import FieldRoadHead
from core.heads.fusion import FusionHead
from core.images import open_picture
from core.store import SEEN_DIGITS, load_artifact, read_manifest, sha256_of
from core.training.captioner import recipe as captioner
from core.training.field_road import recipe as field_road
from core.training.field_road import schedules
from core.training.joint import recipe as joint
from core.training.sketch import fit as sketch_blend
from core.training.sketch import recipe as sketch
from core.training.sketch import stages as sketch_stages
from core.training.sketch.tower import TuningPlan
from core.types import Picture
from tests.core.training.packs import (
    CLASSES,
    captions_pack,
    larger_sketches_pack,
    named,
    quickdraw_pack,
    roads_pack,
    save,
    sketches_pack,
)
from tests.pocket import Counted, painted, pocket

LARGEST = 10 * 1024 * 1024


@pytest.fixture(scope="module")
def towers() -> Counted:
    return Counted(pocket().joint)


@pytest.fixture(scope="module", autouse=True)
def shared_models(towers: Counted, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The recipes take the models that are loaded already, and a cache of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BLENDSCOPE_CACHE", str(tmp_path_factory.mktemp("cache")))
        for module in (joint, captioner):
            patch.setattr(module, "Towers", lambda: towers)
        for module in (sketch, field_road):
            patch.setattr(module, "PocketJoint", lambda _folder: towers)
        yield


def start(path: Path) -> str:
    """Returns the digits by which seen.txt knows a file."""
    return sha256_of(path)[:SEEN_DIGITS]


def checked(out: Path, files: set[str]) -> None:
    """What every artefact holds, and that it is small enough for the repository."""
    manifest = read_manifest(out)
    assert {path.name for path in out.iterdir()} == {
        "manifest.json",
        f"seen-{manifest.seen_sha256}.txt",
        f"weights-{manifest.tensors_sha256}.safetensors",
        "README.md",
    }
    assert all(path.stat().st_size < LARGEST for path in out.iterdir())
    assert manifest.seen == files
    assert manifest.versions.keys() == set(reporting.LIBRARIES) and manifest.minutes >= 0
    for name, metric in manifest.metrics.items():
        assert 0 <= metric["low"] <= metric["value"] <= metric["high"] <= 1, name
        assert f"| {name} |" in (out / "README.md").read_text()


@pytest.mark.weights
def test_joint_learns_captions_keeps_an_eighth_back_and_repeats_itself(
    tmp_path: Path, towers: Counted
) -> None:
    trained, back = captions_pack(tmp_path / "photos")
    assert trained and back
    joint.run(tmp_path / "photos", tmp_path / "one", seed=3)
    assert towers.taken().count("pooled") == (len(trained) + len(back)) * (1 + len(VIEWS))
    checked(tmp_path / "one", {start(tmp_path / "photos" / file) for file in trained})
    manifest = read_manifest(tmp_path / "one")
    assert not any(manifest.has_seen(sha256_of(tmp_path / "photos" / file)) for file in back)
    assert (manifest.seed, manifest.data, manifest.models) == (3, ["photos"], {"towers": TOWERS_ID})

    joint.run(tmp_path / "photos", tmp_path / "two", seed=3)
    assert "pooled" not in towers.taken(), "the features were kept"
    tensors, _ = load_artifact(tmp_path / "one", kind="joint", models={"towers": TOWERS_ID})
    again, _ = load_artifact(tmp_path / "two", kind="joint", models=None)
    for name, array in tensors.items():
        np.testing.assert_allclose(again[name], array, rtol=1e-3, atol=1e-5)

    encoder = PocketJoint(tmp_path / "one")
    assert encoder.id == joint_id(manifest) != pocket().joint.id
    rows = encoder.encode_pictures([open_picture(tmp_path / "photos" / file) for file in trained])
    kinds = [f"a {colour} {shape} on a pale ground" for colour in ("red", "green", "blue", "yellow")
             for shape in ("square", "stripe", "corner")]  # fmt: skip
    nearest = (rows @ encoder.encode_texts(kinds).T).argmax(axis=1)
    assert (nearest == np.arange(len(kinds))).mean() > 0.8


@pytest.mark.weights
def test_joint_without_captions_or_with_a_broken_photo_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no pack flickr8k with a captions.json"):
        joint.run(tmp_path, tmp_path / "out", seed=0)
    trained, _ = captions_pack(tmp_path / "photos")
    (tmp_path / "photos" / trained[-1]).write_bytes(b"no picture")
    with pytest.raises(DataError, match=trained[-1].rpartition("/")[2]):
        joint.run(tmp_path / "photos", tmp_path / "out", seed=0)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("trained", "back"), [(6, 0), (0, 3), (1, 1)])
def test_too_few_groups_are_refused_before_anything_is_trained(trained: int, back: int) -> None:
    groups = named("group", trained, back)
    with pytest.raises(DataError, match=f"has {trained + back} groups of pictures, too few"):
        split_by_group([*groups, *groups])
    assert [rows.tolist() for rows in split_by_group(named("group", 2, 1))] == [[0, 1], [2]]


@pytest.mark.weights
def test_field_road_learns_from_the_training_pictures_only(
    tmp_path: Path, towers: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = tmp_path / "fields_roads"
    roads_pack(pack)
    shorter = {name: replace(schedules.CANDIDATES[name], epochs=7) for name in schedules.PUBLISHED}
    monkeypatch.setattr(schedules, "CANDIDATES", shorter)
    field_road.run(tmp_path, tmp_path / "out", seed=1)
    assert "pooled" in towers.taken()
    field_road.run(tmp_path, tmp_path / "again", seed=1)
    assert "pooled" not in towers.taken(), "what was encoded once is read from the disk"
    assert read_manifest(tmp_path / "again").tensors_sha256 == read_manifest(tmp_path / "out").tensors_sha256
    checked(tmp_path / "out", {start(pack / f"{i}.png") for i in range(14)})
    manifest = read_manifest(tmp_path / "out")
    assert manifest.metrics["leave_one_out_accuracy"]["n"] == 14
    (doubts,) = (table for table in manifest.details["tables"] if table["title"] == "Labels to look at again")
    assert len(doubts["rows"]) == 4 and [row[-1] for row in doubts["rows"]] == ["1"] * 4
    head = FieldRoadHead(tmp_path / "out", {"joint": pocket().joint.id})
    assert head.smallest_error == pytest.approx(1 / 8)
    new = [open_picture(pack / f"{i}.png") for i in (15, 16)]
    probability = head.road_probability(pocket().joint.encode_pictures(new))
    assert probability[0] < 0.5 < probability[1]
    with pytest.raises(DataError, match="has no pack fields_roads"):
        field_road.run(tmp_path / "out", tmp_path / "other", seed=1)


@pytest.mark.weights
@pytest.mark.slow
def test_training_again_gives_the_same_bytes(
    tmp_path: Path, towers: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second run has a cache of its own, so that it encodes its pictures and trains its heads from the start."""
    roads_pack(tmp_path / "fields_roads", each=3)
    few = {name: replace(schedules.CANDIDATES[name], epochs=3) for name in schedules.PUBLISHED}
    monkeypatch.setattr(schedules, "CANDIDATES", few)
    weights = {}
    for name, seed, cache in (("first", 1, "one"), ("again", 1, "two"), ("other", 2, "one")):
        monkeypatch.setenv("BLENDSCOPE_CACHE", str(tmp_path / cache))
        field_road.run(tmp_path, tmp_path / name, seed=seed)
        (file,) = (tmp_path / name).glob("*.safetensors")
        weights[name] = file.read_bytes()
        assert ("pooled" in towers.taken()) == (name != "other"), "the pictures are encoded for each cache"
    assert weights["again"] == weights["first"]
    assert weights["other"] != weights["first"], "the seed decides"


@pytest.mark.weights
def test_captioner_and_sketch_keep_the_same_photos_back(
    tmp_path: Path, towers: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = tmp_path / "sketchy125"
    drawings = sketches_pack(pack)
    trained = {start(pack / file) for file, photo in drawings if not kept_back(photo)}
    assert 0 < len(trained) < len(drawings)
    nouns = [noun_of(label) for label in CLASSES]
    monkeypatch.setattr(captioner, "read_nouns", lambda: [*nouns, "sea", "tree"])
    captioner.run(tmp_path, tmp_path / "captioner", seed=0)
    assert towers.taken().count("pooled") == len(drawings)
    checked(tmp_path / "captioner", trained)
    assert read_manifest(tmp_path / "captioner").details["nouns"][:2] == ["cat", "apple"]

    monkeypatch.setattr(sketch_blend, "EPOCHS", 4)
    monkeypatch.setattr(sketch_stages, "FIRST", TuningPlan("first", size=32, epochs=1, batch=16))
    monkeypatch.setattr(
        sketch_stages, "SECOND", TuningPlan("second", size=32, epochs=2, batch=16, rehearsed=0.25)
    )
    quickdraw_pack(tmp_path, ("cat", "violin", "sea"))
    larger = tmp_path / "sketchy125_256"
    larger_sketches_pack(pack, larger)
    trained |= {start(larger / file) for file, photo in drawings if not kept_back(photo)}
    sketch.run(tmp_path, tmp_path / "sketch", seed=0)
    assert "pooled" not in towers.taken(), "the captioner's features serve here too"
    checked(tmp_path / "sketch", trained)
    checked(tmp_path / "sketch_tower", trained)
    assert {"picture_top_1", "picture_256_top_1"} < read_manifest(tmp_path / "sketch_tower").metrics.keys()
    tower = SketchTower(tmp_path / "sketch_tower")
    assert tower.pooled([painted(0), painted(1)]).shape == (2, 1280)
    head = FusionHead(tmp_path / "sketch", {"towers": TOWERS_ID, "sketch_tower": tower.id})
    assert [table["columns"][0] for table in head.manifest.details["tables"]] == ["model", "model"]
    assert all(len(curve["series"]["alpha"]) == 11 for curve in head.manifest.details["curves"])
    assert head.labels == ("apple", "car (sedan)", "cat", "hot-air balloon", "owl", "violin")
    rows = pocket().joint.sentences(["a drawing of a violin", "a sketch of an owl"])
    assert head.words_logits(rows).argmax(axis=1).tolist() == [5, 4]
    assert 0 < head.none_threshold < 1


def test_the_shipped_nouns_are_refused_when_too_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nouns.txt").write_text("cat\ndog\n")
    monkeypatch.setattr(nouns_list, "NOUNS", tmp_path / "nouns.txt")
    with pytest.raises(DataError, match="has 2 entries; it needs at least 1,000"):
        nouns_list.read_nouns()


class Encoder:
    """Turns a picture into its mean colour, notes each one, and can be stopped.

    Args:
        stop_at: the call that is interrupted.
    """

    def __init__(self, stop_at: int = -1) -> None:
        self.count, self.stop_at = 0, stop_at

    def __call__(self, pictures: Sequence[Picture]) -> np.ndarray:
        self.count += 1
        if self.count == self.stop_at:
            raise KeyboardInterrupt
        return np.stack([picture.pixels.mean(axis=(0, 1)) for picture in pictures]).astype(np.float32)


def photos(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"{i}.png" for i in range(count)]
    for i, path in enumerate(paths):
        save(path, painted(i, (20, 30)).pixels)
    return paths


def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    paths, store = photos(tmp_path / "photos", 6), FeatureStore(tmp_path / "store")
    with pytest.raises(KeyboardInterrupt):
        store.rows("toy", paths, Encoder(stop_at=4))
    rest = Encoder()
    rows, digests = store.rows("toy", paths, rest)
    assert rest.count == 3, "the three that were lost, not one more"
    np.testing.assert_array_equal(rows, Encoder()([open_picture(path) for path in paths]))
    assert rows.dtype == np.float32 and digests == [sha256_of(path) for path in paths]
    nobody = Encoder(stop_at=1)
    np.testing.assert_array_equal(store.rows("toy", paths[::-1], nobody)[0], rows[::-1])
    assert nobody.count == 0


def test_features_of_other_models_or_other_bytes_never_mix(tmp_path: Path) -> None:
    paths, store = photos(tmp_path / "photos", 2), FeatureStore(tmp_path / "store")
    store.rows("one", paths, Encoder())
    other = Encoder()
    store.rows("two", paths, other)
    assert other.count == 2
    save(paths[0], painted(99, (20, 30)).pixels)
    changed = Encoder()
    store.rows("one", paths, changed)
    assert changed.count == 1


def test_a_picture_that_cannot_be_read_is_named_without_its_folder(tmp_path: Path) -> None:
    paths = photos(tmp_path / "photos", 2)
    paths[1].write_bytes(b"GIF89a but not really")
    with pytest.raises(DataError, match=r"^1\.png: ") as error:
        FeatureStore(tmp_path / "store").rows("toy", paths, Encoder())
    assert str(tmp_path) not in str(error.value)


def test_a_pack_is_found_inside_the_data_folder_or_is_it(tmp_path: Path) -> None:
    save(tmp_path / "fields" / "0.png", painted(0).pixels)
    assert packs.find_pack(tmp_path, "fields") is None
    (tmp_path / "fields" / "labels.csv").write_text("file,label\n0.png,a\n")
    assert packs.find_pack(tmp_path, "fields") == tmp_path / "fields"
    assert packs.find_pack(tmp_path / "fields", "fields") == tmp_path / "fields"
    assert packs.find_pack(tmp_path / "fields", "roads") is None
    with pytest.raises(DataError, match="has no pack roads with a labels.csv"):
        packs.require_pack(tmp_path, "roads")

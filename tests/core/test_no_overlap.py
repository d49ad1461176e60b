"""Nothing that the shipped weights learned from stands on the side that measures them: the real packs, by group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from core.datasets.captions import read_captions
from core.datasets.fields_roads import copies
from core.datasets.folder import read_folder
from core.datasets.pairs import read_pairs
from core.datasets.split import folds_by_group, joined_groups, kept_back
from core.settings import ASSETS
from core.store import read_manifest, sha256_of

MODELS = ASSETS / "models" / "pocket"
ARTEFACTS = sorted(path.parent.name for path in MODELS.glob("*/manifest.json"))
Rows = tuple[list[Path], Sequence[str]]


def sketches(pack: Path) -> Rows:
    rows = read_folder(pack, "label")
    return [row.path for row in rows], [row.columns["photo_id"] for row in rows]


def photos(pack: Path) -> Rows:
    rows = read_captions(pack)
    return [row.path for row in rows], [row.file for row in rows]


def products(pack: Path) -> Rows:
    rows = read_folder(pack, "articleType")
    names = [row.columns["productDisplayName"] for row in rows]
    return [row.path for row in rows], joined_groups(names, [sha256_of(row.path) for row in rows])


def garments(pack: Path) -> Rows:
    rows = read_pairs(pack)
    paths = [path for row in rows for path in (row.worn, row.product)]
    return paths, [row.item_id for row in rows for _ in range(2)]


READERS: dict[str, Callable[[Path], Rows]] = {
    "sketchy125": sketches,
    "flickr8k": photos,
    "fashion_products_224": products,
    "clothes_viton_pairs": garments,
}


@pytest.fixture(scope="module", params=READERS)
def pack(request: pytest.FixtureRequest, data_folder: Path) -> tuple[str, list[str], Sequence[str]]:
    paths, groups = READERS[request.param](data_folder / request.param)
    return request.param, [sha256_of(path) for path in paths], groups


@pytest.mark.data
def test_no_weights_saw_a_picture_of_a_group_that_is_kept_back(
    pack: tuple[str, list[str], Sequence[str]],
) -> None:
    name, digests, groups = pack
    learned = 0
    for artefact in ARTEFACTS:
        manifest = read_manifest(MODELS / artefact)
        seen = {group for digest, group in zip(digests, groups, strict=True) if manifest.has_seen(digest)}
        assert not {group for group in seen if kept_back(group)}, f"{artefact} saw kept-back groups of {name}"
        learned += bool(seen)
    assert learned, f"no weights learned from {name}: its reader or this test is wrong"


@pytest.mark.data
def test_no_group_stands_in_two_folds(pack: tuple[str, list[str], Sequence[str]]) -> None:
    _, _, groups = pack
    home: dict[str, int] = {}
    for group, fold in zip(groups, folds_by_group(groups, 5), strict=True):
        assert home.setdefault(group, int(fold)) == fold


@pytest.mark.data
def test_a_picture_never_stands_in_two_groups_of_its_pack(
    pack: tuple[str, list[str], Sequence[str]],
) -> None:
    name, digests, groups = pack
    sides: dict[str, set[bool]] = {}
    for digest, group in zip(digests, groups, strict=True):
        sides.setdefault(digest, set()).add(kept_back(group))
    both = [digest for digest, seen_sides in sides.items() if len(seen_sides) > 1]
    assert not both, f"{len(both)} pictures of {name} are trained on and kept back"


@pytest.mark.data
def test_photos_that_are_in_two_packs_count_as_seen_in_both(data_folder: Path) -> None:
    trained = [row.path.name for row in read_captions(data_folder / "flickr8k") if not kept_back(row.file)]
    twice = copies(data_folder, trained)
    assert len(twice) == 33
    joint = read_manifest(MODELS / "joint")
    assert all(joint.has_seen(digest) for digest in twice)

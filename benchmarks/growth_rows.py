"""The rows that search is measured on as galleries grow: real crops, and more interpolated between them.

The crops are of the packs of pictures that BLENDSCOPE_DATA names, one a picture, described by the pocket models; where
it names none, the pictures of the shipped shop stand in. What is described is kept in the cache, outside the project.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.augmentation.crops import cropped
from core.blend import unit
from core.features.cache import cached_rows
from core.images import open_picture
from core.index.bundle import open_bundle
from core.profiles import profile
from core.profiles.pocket import PocketModels
from core.settings import ASSETS, SHIPPED_GALLERY, cache_folder, data_folder
from core.types import Picture

REAL, ASKED = 10_000, 200
FASHION = ("fashion_products_224", "mango_products", "clothes_viton_pairs")
SCENES = ("coco_captions", "flickr8k", "imagenet_samples", "pacs", "street_unlabelled")
EDITS = {FASHION: "fashioniq_cap.*.val.json.gz", SCENES: "cirr_cap.rc2.val.json.gz"}
"""Packs -> whose sentences, that people wrote about other pictures of that kind, ask for changes of theirs."""
NEIGHBOURS = 10
NOISE = 0.3
"""Of the difference between two neighbouring rows."""
BLOCK = 4096


@dataclass(frozen=True, slots=True, eq=False)
class RealRows:
    """Rows of real pictures.

    Attributes:
        rows: (n, d) unit, in the joint space.
        parts: (m, 3, 3, d) of questions in the joint space: pooling, part (q, t, f).
        texts: (q, d) unit rows of sentences that describe other pictures; no question holds one.
        source: what they are of, for people.
    """

    rows: Float32[np.ndarray, "n d"]
    parts: Float32[np.ndarray, "m 3 3 d"]
    texts: Float32[np.ndarray, "q d"]
    source: str


def real_rows(count: int = REAL, asked: int = ASKED) -> RealRows:
    """Returns the rows of real crops, and real questions about pictures that are not among them.

    Args:
        count: crops, at most.
        asked: questions.
    """
    folder = data_folder()
    if folder is None:
        return _shipped(asked)
    models = PocketModels(profile("pocket"))
    kept = (
        cache_folder()
        / "growth"
        / hashlib.sha256(repr(models.gallery_models("compose")).encode()).hexdigest()[:16]
    )
    names = _drawn(folder, [*FASHION, *SCENES], 0)
    some, others = names[:count], names[count:]

    def described(places: Sequence[int]) -> np.ndarray:
        return models.joint.encode_pictures([cropped(folder / some[place], number=1) for place in places])

    rows = np.stack(cached_rows(kept / "rows", some, described, batch=32, name="crops"))
    pairs = [
        (name, words)
        for packs, file in EDITS.items()
        for name, words in zip(
            [name for name in others if name.split("/")[0] in packs], _edits(folder, file), strict=False
        )
    ]
    pairs = [pairs[place] for place in np.random.default_rng(1).permutation(len(pairs))[:asked]]
    keys = [f"{name} {words}" for name, words in pairs]

    def parts(places: Sequence[int]) -> np.ndarray:
        chosen = [pairs[place] for place in places]
        return _parts(
            models, [cropped(folder / name, number=2) for name, _ in chosen], [words for _, words in chosen]
        )

    asked_rows = np.stack(cached_rows(kept / "questions", keys, parts, batch=32, name="questions"))
    captions = [
        entry["captions"][0] for entry in json.loads((folder / "coco_captions" / "captions.json").read_text())
    ]
    texts = np.stack(
        cached_rows(
            kept / "texts",
            captions[:asked],
            lambda places: models.joint.encode_texts([captions[place] for place in places]),
            batch=64,
            name="sentences",
        )
    )
    return RealRows(rows, asked_rows, texts, f"{len(rows):,} real crops")


def _shipped(asked: int) -> RealRows:
    gallery, models = open_bundle(SHIPPED_GALLERY), PocketModels(profile("pocket"))
    items = gallery.items[:: max(len(gallery) // asked, 1)][:asked]
    pictures = [open_picture(ASSETS / "galleries" / "shop" / item.file) for item in items]
    texts = [item.caption for item in items[::-1]]
    parts = _parts(models, pictures, texts)
    sentences = models.joint.encode_texts([item.caption for item in gallery.items[:asked]])
    return RealRows(
        gallery.vectors("joint"), parts, sentences, f"{len(gallery):,} pictures of the shipped shop"
    )


def _drawn(folder: Path, packs: Sequence[str], seed: int) -> list[str]:
    """Returns the pictures of packs, mixed, relative to the folder."""
    found = sorted(
        path.relative_to(folder).as_posix()
        for pack in packs
        for path in (folder / pack).rglob("*")
        if path.suffix.lower() in (".jpg", ".jpeg", ".png")
    )
    return [found[place] for place in np.random.default_rng(seed).permutation(len(found)).tolist()]


def _edits(folder: Path, pattern: str) -> list[str]:
    """Returns what people wrote should change, from files of FashionIQ or CIRR, mixed."""
    words: list[str] = []
    for file in sorted((folder / "cir_annotations").glob(pattern)):
        for entry in json.loads(gzip.decompress(file.read_bytes())):
            words += entry["captions"][:1] if "captions" in entry else [entry["caption"]]
    return [words[place] for place in np.random.default_rng(2).permutation(len(words)).tolist()]


def _parts(
    models: PocketModels, pictures: Sequence[Picture], texts: Sequence[str]
) -> Float32[np.ndarray, "m 3 3 d"]:
    """Returns q, t and f of each question, in each pooling, as `core.tasks.compose` asks."""
    task = models.compose(open_bundle(SHIPPED_GALLERY))
    rows = []
    for picture, text in zip(pictures, texts, strict=True):
        query = [task.query_shares(picture, text, pooling).rows for pooling in ("mean", "median", "max")]
        rows.append(np.stack(query))
    return np.stack(rows).astype(np.float32)


def grown(real: Float32[np.ndarray, "n d"], count: int, seed: int = 3) -> Float32[np.ndarray, "count d"]:
    """Returns the real rows and, after them, semi-synthetic ones: interpolated between them on the sphere.

    Each is a weighted sum of a real row and two of its ten nearest, at weights drawn evenly from the simplex, plus 0.3
    of the difference of two neighbours elsewhere, made unit: noise as real rows differ, so that none is a duplicate.

    Args:
        real: (n, d) unit rows.
        count: how many in all, at least n.
        seed: of all that is drawn.
    """
    near = _nearest(real)
    chance = np.random.default_rng(seed)
    rows = np.empty((count, real.shape[1]), dtype=np.float32)
    rows[: len(real)] = real[:count]
    for start in range(len(real), count, BLOCK):
        size = min(BLOCK, count - start)
        first, elsewhere = chance.integers(len(real), size=(2, size))
        second, third, other = (
            near[place, chance.integers(near.shape[1], size=size)] for place in (first, first, elsewhere)
        )
        w = chance.dirichlet(np.ones(3), size).astype(np.float32).T[:, :, None]
        mixed = w[0] * real[first] + w[1] * real[second] + w[2] * real[third]
        rows[start : start + size] = unit(mixed + NOISE * (real[elsewhere] - real[other]))
    return rows


def _nearest(real: Float32[np.ndarray, "n d"]) -> np.ndarray:
    """Returns the places of the ten nearest other rows of each."""
    count = min(NEIGHBOURS, len(real) - 1)
    near = []
    for start in range(0, len(real), 1024):
        cosines = real[start : start + 1024] @ real.T
        cosines[np.arange(len(cosines)), start + np.arange(len(cosines))] = -np.inf
        near.append(np.argpartition(-cosines, count - 1, axis=1)[:, :count])
    return np.concatenate(near)

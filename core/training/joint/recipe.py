"""Recipe `joint`: projections of the frozen towers, trained on photos and captions as LiT (Zhai et al. 2022).

Three kinds of pairs share open_clip's symmetric loss: Flickr8k photos with their captions; one photo of each
ImageNet class, and the direction that the tower's own ImageNet classifier learned for it, with the class's name;
catalogue photos with sentences made of their attributes. Beside them each catalogue photo, and three views of each
piece of clothing, learn which of the catalogue's kinds they show.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import Float32
from tqdm import tqdm

from core.datasets.captions import read_captions
from core.datasets.folder import read_folder
from core.encoders.towers import TOWERS_ID, Towers, imagenet_classifier
from core.metrics import first_right_rank, proportion
from core.store import Manifest, read_manifest, save_artifact, sha256_of
from core.training.joint.data import CATALOGUE, Products
from core.training.joint.fit import BATCH, EPOCHS, RATE, Kinds, Pairs, Projections, fit
from core.training.shared.common import (
    FeatureStore,
    Stopwatch,
    feature_store,
    find_pack,
    interval,
    kept_back_rows,
    require_pack,
    versions,
    write_model_card,
)
from core.training.shared.scenes import painters

KIND = "joint"
CLASSES = "imagenet_samples"
CLASS_STEP = 6.0  # how far along a class's direction its made-up picture lies from the mean photo


def caption_recall(
    pictures: Float32[np.ndarray, "n d"], sentences: Float32[np.ndarray, "m d"], owners: np.ndarray, k: int
) -> np.ndarray:
    """Tells for each picture whether one of its own sentences is among the first k of all."""
    scores = pictures @ sentences.T
    rows = range(len(pictures))
    ranks = [first_right_rank(scores[i : i + 1], np.flatnonzero(owners == i))[0] for i in rows]
    return np.asarray(ranks) <= k


def run(data: Path, out: Path, seed: int) -> None:
    """Trains the projections on the packs in `data`.

    Args:
        data: a folder of packs with `flickr8k`, and with `imagenet_samples` and `fashion_products_224` if they
            are there; or any folder of the captions layout.
        out: the artefact's folder.
        seed: of every random choice.

    Raises:
        DataError: no captions, or a picture cannot be read.
    """
    watch, store, towers = Stopwatch.started(), feature_store(), Towers()
    pack = data if (data / "captions.json").is_file() else require_pack(data, "flickr8k", "captions.json")
    photos = read_captions(pack)
    back = kept_back_rows([photo.file for photo in photos])
    features, digests = store.rows(f"pooled {TOWERS_ID}", [photo.path for photo in photos], towers.pooled)
    count = min(len(photo.captions) for photo in photos)
    sentences = np.stack(
        [towers.sentences(photo.captions[:count]) for photo in tqdm(photos, desc="captions")]
    )
    main = Pairs(torch.from_numpy(features[~back]), torch.from_numpy(sentences[~back]))
    seen = [digest for digest, kept in zip(digests, back, strict=True) if not kept]
    seen += copies(data, [photo.path.name for photo, kept in zip(photos, back, strict=True) if not kept])
    sides: list[Pairs] = []
    kinds: list[Kinds] = []
    used = [pack.name]
    if (found := find_pack(data, CLASSES)) is not None:
        made, more = _class_pairs(found, towers, store)
        sides, seen, used = sides + made, seen + more, [*used, CLASSES]
    if (found := find_pack(data, CATALOGUE)) is not None:
        products = Products.read(found, towers, store)
        sides, seen, used = [*sides, products.pairs(towers)], seen + products.digests, [*used, CATALOGUE]
        kinds = products.kinds(towers, store, painters(data)[0])
    model = fit(main, sides, kinds, seed)
    manifest = Manifest(
        kind=KIND,
        models={"towers": TOWERS_ID},
        data=used,
        split="an eighth of the photos, chosen by a hash of the file name, trained nothing; of the catalogue an "
        "eighth of the products.",
        seed=seed,
        versions=versions(),
        metrics=_measured(model, features[back], sentences[back]),
        minutes=watch.minutes(),
        details={"epochs": EPOCHS, "batch": BATCH, "rate": RATE},
    )
    save_artifact(out, model.tensors(), manifest, seen=seen)
    write_model_card(out, "Pocket joint encoder: projections", read_manifest(out), _CARD)


def copies(data: Path, names: Sequence[str]) -> list[str]:
    """Returns the SHA-256 of the road pictures that show a trained photo in other bytes: their names end with its name.

    Args:
        data: a folder of packs, with or without `fields_roads`.
        names: file names of the trained photos.
    """
    found = find_pack(data, "fields_roads")
    rows = read_folder(found, "label") if found is not None else []
    ends = tuple(f"_{name}" for name in names)
    return [sha256_of(row.path) for row in rows if row.path.name.endswith(ends)]


def _measured(model: Projections, features: np.ndarray, sentences: np.ndarray) -> dict[str, dict[str, float]]:
    with torch.no_grad():
        flat = torch.from_numpy(sentences).flatten(0, 1)
        pictures, words, _ = model(torch.from_numpy(features), flat)
    owners = np.repeat(np.arange(len(features)), sentences.shape[1])
    metrics: dict[str, dict[str, float]] = {}
    for k in (1, 10):
        right = caption_recall(pictures.numpy(), words.numpy(), owners, k)
        estimate = proportion(right)
        name = f"photo_to_caption_recall_at_{k}"
        metrics |= interval(name, estimate.value, estimate.low, estimate.high, len(right))
    return metrics


def _class_pairs(pack: Path, towers: Towers, store: FeatureStore) -> tuple[list[Pairs], list[str]]:
    """Returns one photo of each ImageNet class, and the classifier's direction for it, with the class's name."""
    rows = read_folder(pack)
    features, digests = store.rows(f"pooled {TOWERS_ID}", [row.path for row in rows], towers.pooled)
    names = [row.label.replace("_", " ") for row in rows]
    sentences = torch.from_numpy(towers.sentences([f"a photo of a {name}." for name in names]))[:, None]
    photos = torch.from_numpy(features)
    weight, _ = imagenet_classifier()
    places = torch.tensor([int(row.columns["imagenet1k_idx"]) for row in rows])
    directions = functional.normalize(weight[places], dim=-1)
    made = photos.mean(0) + CLASS_STEP * directions
    return [Pairs(photos, sentences), Pairs(made, sentences)], digests


_CARD = (
    "Two linear projections and a scale that bring the frozen features of EfficientNet-Lite2 (ImageNet weights, "
    "Apache-2.0) and all-MiniLM-L6-v2 (Apache-2.0) into one space of 384 dimensions, as an open_clip model.",
    "It has seen under 8,000 pictures. It knows everyday photos, ImageNet's classes and catalogue clothes; it cannot "
    "read text in pictures, count, or tell left from right, and it carries the biases of its data.",
)

"""Recipe `joint`: projections of the frozen towers, trained on photos and captions as LiT (Zhai et al. 2022).

Three kinds of pairs share open_clip's symmetric loss: Flickr8k photos with their captions; one photo of each
ImageNet class, and the direction that the tower's own ImageNet classifier learned for it, with the class's name;
catalogue photos with sentences made of their attributes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import Float32
from open_clip.loss import ClipLoss
from torch import Tensor, nn
from tqdm import tqdm

from core.datasets.captions import read_captions
from core.datasets.folder import read_folder
from core.datasets.split import joined_groups, kept_back
from core.encoders.towers import POOLED_WIDTH, TOWERS_ID, WIDTH, Towers, imagenet_classifier
from core.metrics import first_right_rank, proportion
from core.store import Manifest, read_manifest, save_artifact, sha256_of
from core.training.common import (
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

KIND = "joint"
EPOCHS = 60
BATCH = 256
RATE = 1e-3
DECAY = 0.1
PICTURE_DROPOUT, WORDS_DROPOUT = 0.5, 0.25
START_SCALE = 14.0
SIDE_LOSS = 0.3
CLASS_STEP = 6.0  # how far along a class's direction its made-up picture lies from the mean photo


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pictures and sentences that belong together.

    Attributes:
        pictures: (n, 1280) pooled features.
        sentences: (n, k, 384) embeddings of the k sentences of each picture.
    """

    pictures: Tensor
    sentences: Tensor

    def drawn(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Returns `count` pictures, none twice, each with one of its sentences."""
        rows = torch.randperm(len(self.pictures), generator=generator)[:count]
        which = torch.randint(self.sentences.shape[1], (len(rows),), generator=generator)
        return self.pictures[rows], self.sentences[rows, which]


class Projections(nn.Module):
    """Both projections while they are trained, on standardised picture features.

    Args:
        pictures: (n, 1280) features that give mean and deviation.
    """

    def __init__(self, pictures: Tensor) -> None:
        super().__init__()
        self.mean, self.deviation = pictures.mean(0), pictures.std(0) + 1e-3
        self.picture = nn.Linear(POOLED_WIDTH, WIDTH, bias=False)
        self.words = nn.Linear(WIDTH, WIDTH, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(START_SCALE).log())

    def forward(self, pictures: Tensor, sentences: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Returns unit rows of both sides and the scale, as `open_clip.loss.ClipLoss` takes them."""
        standard = (pictures - self.mean) / self.deviation
        x = functional.dropout(standard, PICTURE_DROPOUT, self.training)
        y = functional.dropout(sentences, WORDS_DROPOUT, self.training)
        return (
            functional.normalize(self.picture(x), dim=-1),
            functional.normalize(self.words(y), dim=-1),
            self.logit_scale.exp().clamp(max=100.0),
        )

    def tensors(self) -> dict[str, np.ndarray]:
        """Returns the parameters under open_clip's names, the standardisation folded in."""
        with torch.no_grad():
            weight = self.picture.weight / self.deviation
            values = {
                "visual.head.proj.weight": weight,
                "visual.head.proj.bias": -(weight @ self.mean),
                "text.proj.weight": self.words.weight,
                "logit_scale": self.logit_scale,
            }
            return {name: value.detach().numpy() for name, value in values.items()}


def fit(main: Pairs, sides: Sequence[Pairs], seed: int, epochs: int = EPOCHS) -> Projections:
    """Trains the projections.

    Args:
        main: photos with captions; an epoch is one pass over them.
        sides: further pairs; each adds its own loss, weighted 0.3, from a batch of its own.
        seed: of first weights, batches and dropout.
        epochs: passes over the photos.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model, loss_of = Projections(main.pictures), ClipLoss()
    decayed = [model.picture.weight, model.words.weight]
    groups = [
        {"params": decayed, "weight_decay": DECAY},
        {"params": [model.logit_scale], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=RATE)
    steps = epochs * max(1, len(main.pictures) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps, pct_start=0.1)
    for _ in tqdm(range(steps), desc="projections", unit="step", mininterval=1.0):
        loss = loss_of(*model(*main.drawn(BATCH, generator)))
        for side in sides:
            loss = loss + SIDE_LOSS * loss_of(*model(*side.drawn(BATCH, generator)))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return model.eval()


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
    used = [pack.name]
    for name, make in (("imagenet_samples", _class_pairs), ("fashion_products_224", _catalogue_pairs)):
        found = find_pack(data, name)
        if found is not None:
            made, more = make(found, towers, store)
            sides, seen, used = sides + made, seen + more, [*used, name]
    model = fit(main, sides, seed)
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


def _catalogue_pairs(pack: Path, towers: Towers, store: FeatureStore) -> tuple[list[Pairs], list[str]]:
    """Returns catalogue photos with two sentences each: the product's name, and its attributes."""
    rows = read_folder(pack, "articleType")
    features, digests = store.rows(f"pooled {TOWERS_ID}", [row.path for row in rows], towers.pooled)
    groups = joined_groups([row.columns["productDisplayName"] for row in rows], digests)
    keep = np.array([not kept_back(group) for group in groups])
    texts = [[row.columns["productDisplayName"], _attributes(row.columns)] for row in rows]
    flat = towers.sentences([sentence for pair in texts for sentence in pair])
    sentences = torch.from_numpy(flat.reshape(len(rows), 2, WIDTH))
    kept = torch.from_numpy(keep)
    seen = [digest for digest, trains in zip(digests, keep, strict=True) if trains]
    return [Pairs(torch.from_numpy(features)[kept], sentences[kept])], seen


def _attributes(columns: Mapping[str, str]) -> str:
    colour, kind, whom = (columns[name].lower() for name in ("baseColour", "articleType", "gender"))
    return f"a photo of {colour} {kind} for {whom}"


_CARD = (
    "Two linear projections and a scale that bring the frozen features of EfficientNet-Lite2 (ImageNet weights, "
    "Apache-2.0) and all-MiniLM-L6-v2 (Apache-2.0) into one space of 384 dimensions, as an open_clip model.",
    "It has seen under 8,000 pictures. It knows everyday photos, ImageNet's classes and catalogue clothes; it cannot "
    "read text in pictures, count, or tell left from right, and it carries the biases of its data.",
)

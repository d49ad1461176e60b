"""Recipe `joint`: projections of the frozen towers, trained on photos and captions as LiT (Zhai et al. 2022).

Three kinds of pairs share open_clip's symmetric loss: Flickr8k photos with their captions; one photo of each
ImageNet class, and the direction that the tower's own ImageNet classifier learned for it, with the class's name;
catalogue photos with sentences made of their attributes. Beside them each catalogue photo, and three views of each
piece of clothing, learn which of the catalogue's kinds they show.
"""

from __future__ import annotations

from pathlib import Path

from core.encoders.towers import TOWERS_ID, Towers
from core.features.store import feature_store
from core.training.joint.data import read_lessons
from core.training.joint.fit import BATCH, EPOCHS, RATE, fit
from core.training.joint.measure import measured
from core.training.shared.reporting import RunRecord, publish

KIND = "joint"


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
    record = RunRecord(seed)
    lessons = read_lessons(data, Towers(), feature_store())
    model = fit(lessons.photos, lessons.sides, lessons.kinds, seed)
    manifest = record.manifest(
        KIND,
        {"towers": TOWERS_ID},
        data=lessons.packs,
        split="an eighth of the photos, chosen by a hash of the file name, trained nothing; of the catalogue an "
        "eighth of the products.",
        metrics=measured(model, lessons.back_features, lessons.back_sentences),
        details={"epochs": EPOCHS, "batch": BATCH, "rate": RATE},
    )
    title = "Pocket joint encoder: projections"
    publish(out, model.tensors(), manifest, seen=lessons.seen, title=title, card=_CARD)


_CARD = (
    "Two linear projections and a scale that bring the frozen features of EfficientNet-Lite2 (ImageNet weights, "
    "Apache-2.0) and all-MiniLM-L6-v2 (Apache-2.0) into one space of 384 dimensions, as an open_clip model.",
    "It has seen under 8,000 pictures. It knows everyday photos, ImageNet's classes and catalogue clothes; it cannot "
    "read text in pictures, count, or tell left from right, and it carries the biases of its data.",
)

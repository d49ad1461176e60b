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
from core.reporting import RunRecord, card_text, publish
from core.training.joint.data import read_lessons
from core.training.joint.fit import BATCH, EPOCHS, RATE, fit
from core.training.joint.measure import measured

KIND = "joint"


def run(data: Path, out: Path, seed: int) -> None:
    """Trains the projections on `flickr8k`, or any folder of the captions layout.

    `imagenet_samples` and `fashion_products_224` take part if they are there.
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
        metrics=measured(model, lessons.back),
        details={"epochs": EPOCHS, "batch": BATCH, "rate": RATE},
    )
    publish(out, model.tensors(), manifest, seen=lessons.seen, card=card_text(__file__))

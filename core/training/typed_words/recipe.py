"""Recipe `typed-words`: maps that bring what people type of clothes, and a gallery's pictures, into one space."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.encoders import garment_features
from core.encoders.pocket import PocketJoint
from core.encoders.towers import TOWERS_ID
from core.features.store import feature_store
from core.heads.garment import GarmentHead
from core.heads.typed_words import KIND, TypedWordsHead
from core.reporting import RunRecord, card_text, publish
from core.training.shared.weights import weights_beside
from core.training.typed_words.data import read_wares
from core.training.typed_words.fit import BATCH, RATE, STEPS, WIDTH, fit
from core.training.typed_words.measure import measured


def run(data: Path, out: Path, seed: int) -> None:
    """Trains the maps on `fashion_products_224` and `mango_products`, those that are there.

    They stand on the joint encoder and the garment head beside `out`, or on those that ship.
    """
    record, store = RunRecord(seed), feature_store()
    joint = PocketJoint(weights_beside(out, "joint"))
    features = {"towers": TOWERS_ID, "features": garment_features.ID}
    garment = GarmentHead(weights_beside(out, "garment"), features)
    training, back, packs = read_wares(data, joint, garment, store)
    tensors = fit(training, seed).tensors()
    manifest = record.manifest(
        KIND,
        {"joint": joint.id, "garment": garment.id},
        data=packs,
        split="an eighth of the products, by name or model and picture hash, trained nothing.",
        metrics={},
        details={"width": WIDTH, "steps": STEPS, "batch": BATCH, "rate": RATE},
    )
    # It is measured as it is shipped, in half precision, so it is saved before and after.
    publish(out, tensors, manifest, card_text(__file__), training.digests)
    metrics = measured(TypedWordsHead(out, manifest.models), joint, back, seed)
    figures = record.manifest(
        KIND, manifest.models, data=packs, split=manifest.split, metrics=metrics, details=manifest.details
    )
    publish(out, tensors, replace(figures, minutes=record.minutes()), card_text(__file__), training.digests)

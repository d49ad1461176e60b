"""Recipe `typed-words`: maps that bring what people type of clothes, and a gallery's pictures, into one space."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from core.features.store import feature_store
from core.heads.typed_words import KIND, TypedWordsHead
from core.reporting import RunRecord, card_text, publish
from core.training.shared.weights import garment_beside, joint_beside
from core.training.typed_words.data import read_wares
from core.training.typed_words.fit import BATCH, RATE, STEPS, WIDTH, fit
from core.training.typed_words.measure import measured


def run(data: Path, out: Path, seed: int) -> None:
    """Trains the maps on `fashion_products_224` and `mango_products`, those that are there.

    They stand on the joint encoder and the garment head beside `out`, or on those that ship.
    """
    record, store = RunRecord(seed), feature_store()
    joint, garment = joint_beside(out), garment_beside(out)
    training, back, packs = read_wares(data, joint, garment, store)
    tensors = fit(training, seed).tensors()
    models = {"joint": joint.id, "garment": garment.id}
    manifest_of = partial(
        record.manifest,
        KIND,
        models,
        data=packs,
        split="an eighth of the products, by name or model and picture hash, trained nothing.",
        details={"width": WIDTH, "steps": STEPS, "batch": BATCH, "rate": RATE},
    )
    # It is measured as it is shipped, in half precision, so it is saved before and after.
    publish(out, tensors, manifest_of(metrics={}), card_text(__file__), training.digests)
    metrics = measured(TypedWordsHead(out, models), joint, back, seed)
    publish(out, tensors, manifest_of(metrics=metrics), card_text(__file__), training.digests)

"""Report 3's fine-tuning, on a linear map over a frozen encoder: one epoch on 1,000 pairs of pictures.

ITC + ITM + (L1 + IoU) + ArcFace, margin 0.15 rad and scale 30, as in the report. It gives neither batch nor rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.heads.garment import KIND
from core.training.garment.embedding import Embedding, GarmentPairs
from core.training.garment.fit import Way, fit
from core.training.garment.losses import MARGIN, REPORTS, SCALE
from core.training.shared.reporting import RunRecord, publish

SAMPLES, EPOCHS = 1000, 1
WAY = Way(batch=16, rate=1e-4, square=True)


def fine_tuned(pairs: GarmentPairs, seed: int) -> Embedding:
    """Returns the map after one epoch; before it, it is the identity.

    Args:
        pairs: features of whole pictures, with captions and with the boxes of the street pictures.
        seed: of the batches and of the first weights of what the losses add.
    """
    return fit(pairs, seed, EPOCHS, REPORTS, WAY)


def save(
    out: Path,
    model: Embedding,
    record: RunRecord,
    about: dict[str, Any],
    details: dict[str, Any],
    seen: Sequence[str],
) -> None:
    """Writes the artefact "garment" with its model card.

    Args:
        out: the artefact's folder.
        model: the trained map.
        record: of the run.
        about: the manifest's models, data, split and metrics.
        details: whatever else the manifest should hold, such as tables.
        seen: SHA-256 of each picture that was trained on.
    """
    how = {
        "dimensions": model.linear.out_features,
        "epochs": EPOCHS,
        "batch": WAY.batch,
        "rate": WAY.rate,
        "losses": asdict(REPORTS),
        "arcface": {"margin_radians": MARGIN, "scale": SCALE},
    }
    manifest = record.manifest(KIND, **about, details=how | details)
    # Half precision has steps of a thousandth near 1, as large as what one epoch changes.
    tensors = model.tensors() | {"weight": model.linear.weight.detach().numpy()}
    publish(out, tensors, manifest, seen=seen, title="Garment embedding of report 3", card=[
        f"A square linear map over {manifest.models['features']}, which stays frozen; it starts as the identity and is "
        "trained for one epoch with report 3's losses, ITC + ITM + (L1 + IoU) + ArcFace, on captions from the true "
        "properties of DeepFashion2. The report fine-tuned X2-VLM itself.",
        "DeepFashion2 is for non-commercial research; so is what was trained on it.",
    ])  # fmt: skip

"""Recipe `captioner`: sentence embeddings of every word a caption may use, and an eye for sketches.

The joint space has seen photos only and names next to no sketch right. So the noun of a sketch is chosen through a
ridge regression from picture features to the sentence embedding of the sketch's class, over all nouns.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.captioners.nouns import read_nouns
from core.captioners.slots import KIND, directions
from core.captioners.templates import GARMENT, prompts_of, sketch_template
from core.datasets.split import split_by_group
from core.encoders.towers import TOWERS_ID, Towers
from core.features.store import feature_store
from core.reporting import RunRecord, card_text, publish
from core.training.captioner.data import PACK, read_sketches
from core.training.captioner.fit import fit_scaled
from core.training.captioner.measure import measured


def run(data: Path, out: Path, seed: int) -> None:
    """Encodes the candidates of both templates and fits the adapter for sketches, on `sketchy125`."""
    record, towers, nouns = RunRecord(seed), Towers(), read_nouns()
    sketches = read_sketches(data, nouns, towers, feature_store())
    tensors = {
        f"{template.name}.{gap}": towers.sentences(prompts_of(template, gap)).astype(np.float16)
        for template in (sketch_template(nouns), GARMENT)
        for gap in template.candidates
    }
    rows = directions(tensors["sketch.thing"].astype(np.float32))
    training, back = map(sketches.part, split_by_group(sketches.photos))
    adapter = fit_scaled(training, rows, seed)
    tensors["sketch.thing.adapter.weight"] = adapter.weight.astype(np.float16)
    tensors["sketch.thing.adapter.bias"] = adapter.bias
    manifest = record.manifest(
        KIND,
        {"towers": TOWERS_ID},
        data=[PACK, "nouns.txt, a list of ours"],
        split="an eighth of the photos, with all their sketches, trained nothing.",
        metrics=measured(adapter, back, rows),
        details={"nouns": nouns, "adapters": {"sketch": {"thing": adapter.scale}}},
    )
    publish(out, tensors, manifest, card_text(__file__, count=len(nouns)), training.digests)

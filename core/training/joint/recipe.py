"""Recipe `joint`: projections of the frozen towers, trained on photos and captions as LiT (Zhai et al. 2022).

Three kinds of pairs share open_clip's symmetric loss: photos of Flickr8k and of COCO, in several views, with their
captions; one photo of each ImageNet class, and the direction that the tower's own ImageNet classifier learned for it,
with the class's name; catalogue photos with what people may call the product. Beside them each catalogue photo, and
three views of each piece of clothing, learn which of the catalogue's kinds they show.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from core.encoders.towers import TOWERS_ID, Towers
from core.features.store import feature_store
from core.reporting import Metrics, RunRecord, Table, card_text, cells, publish, table
from core.training.joint.data import FurtherLessons, Lessons
from core.training.joint.fit import BATCH, RATE, RUNS, STEPS, fit
from core.training.joint.measure import measured, measured_elsewhere
from core.training.joint.network import Projections
from core.training.joint.pairs import SentencePairs

KIND = "joint"


def run(data: Path, out: Path, seed: int) -> None:
    """Trains the projections on `flickr8k` and `coco_captions`, or on any folder of the captions layout.

    `imagenet_samples`, `fashion_products_224` and `mango_products` take part if they are there.
    """
    record = RunRecord(seed)
    lessons = Lessons.read(data, Towers(), feature_store())
    model = trained(lessons.sides, lessons.training, seed)
    metrics: Metrics = {}
    for collection in lessons.collections:
        figures = measured(model, collection.photos.part(collection.parted[1]))
        metrics |= {f"{collection.name}_{name}": figure for name, figure in figures.items()}
    tables = [_elsewhere(lessons, seed)] if len(lessons.collections) > 1 else []
    manifest = record.manifest(
        KIND,
        {"towers": TOWERS_ID},
        data=lessons.packs,
        split="an eighth of the photos of each collection, chosen by a hash of the file name, trained nothing; of the "
        "catalogues an eighth of the products.",
        metrics=metrics,
        details={"runs": RUNS, "steps": STEPS, "batch": BATCH, "rate": RATE, "tables": tables},
    )
    publish(out, model.tensors(), manifest, seen=lessons.seen, card=card_text(__file__))


def trained(
    sides: FurtherLessons, photos: Sequence[SentencePairs], seed: int, runs: int = RUNS
) -> Projections:
    """Trains on photos with captions, and on what is learned beside them."""
    return fit(photos, sides.pairs, sides.kinds, seed, runs)


def _elsewhere(lessons: Lessons, seed: int) -> Table:
    """Measures each collection by a training that read no picture of it."""
    figures = measured_elsewhere(lessons.collections, partial(trained, lessons.sides, runs=1), seed)
    sizes = (len(collection.files) for collection in lessons.collections)
    rows = [[name, size, *cells(row)] for (name, row), size in zip(figures.items(), sizes, strict=True)]
    return table(
        "On a collection that training never read",
        "A photo finds one of its own captions among those of about 200 photos, Flickr8k's five each and COCO's one; "
        "trained like the weights that ship, but on the other collection, and in one run.",
        ["left out", "photos", "R@1", "R@10"],
        rows,
    )

"""A gallery built and asked by the pocket models in a process of its own: started by test_same_everywhere.

    python -m tests.core.gallery_answers FOLDER OUT [--clock SECONDS]

Prints one JSON object: the digest of the bundle's bytes, its vectors, and the rankings of a few questions.
With `--clock` the process believes that it is so many seconds later.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from pathlib import Path

from core.images import open_picture
from core.index.build import build_gallery
from core.index.bundle import open_bundle
from core.profiles import profile
from core.profiles.pocket import PocketModels
from core.tasks import compose, sketch, street_to_shop
from tests.core.gallery_fakes import snapshot


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--clock", type=float, default=0.0)
    options = parser.parse_args()
    if options.clock:
        now = time.time
        time.time = lambda: now() + options.clock  # type: ignore[assignment]
    models = PocketModels(profile("pocket"))
    build_gallery(options.folder, options.out, encoders=models.gallery_encoders())
    digest = hashlib.sha256()
    for name, data in sorted(snapshot(options.out).items()):
        digest.update(f"{name} {len(data)} ".encode() + data)
    gallery = open_bundle(options.out)
    picture = open_picture(options.folder / gallery.items[0].file)
    mixed = models.compose(gallery).evidence(picture, "the same in red")
    street = models.street_to_shop(gallery).evidence(picture, None, "a red shirt")
    drawn = models.sketch().evidence(picture, "a sketch of a shirt")
    answers = {
        "bundle": digest.hexdigest(),
        "captions": [item.caption for item in gallery.items],
        "vectors": {name: gallery.vectors(name).tolist() for name in ("joint", "garment", "words")},
        "rankings": [
            [hit.item for hit in compose.answer(mixed, 0.2, 0.3, 0.5).hits],
            [hit.item for hit in street_to_shop.answer(street, 0.85, 0.15, 0.0).hits],
            [verdict.label for verdict in sketch.answer(drawn, 0.6, 5).classes],
        ],
    }
    print(json.dumps(answers))


if __name__ == "__main__":
    main()

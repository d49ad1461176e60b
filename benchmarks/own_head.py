"""How long a visitor waits for a head of their own: reading the pictures, training, and judging each by fifths."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.pictures import photo, sketch
from benchmarks.timing import Row
from core.own_head.trainer import OwnTrainer
from core.profiles import models_of
from core.settings import Settings

EACH = 75
LIMIT = 10.0
KINDS = ("photos", "drawings")
SCHEDULE = "code"
"""The longer of the two."""


def rows(each: int = EACH) -> list[Row]:
    """Measures one head on photos of two kinds.

    Args:
        each: how many of either kind.
    """
    joint = models_of(Settings()).joint
    with tempfile.TemporaryDirectory(prefix="blendscope-own-") as folder:
        photos, drawings = ([Path(folder, f"{kind}-{seed}") for seed in range(each)] for kind in KINDS)
        for seed in range(each):
            photos[seed].write_bytes(photo(seed))
            drawings[seed].write_bytes(sketch(seed, coloured=True))
        began = time.perf_counter()
        *_, last = OwnTrainer(joint).train(photos, drawings, KINDS, SCHEDULE, lambda: False)
        seconds = time.perf_counter() - began
    parts = {
        "reading": last.encoding_seconds,
        "training": last.training_seconds,
        "judging": seconds - last.encoding_seconds - last.training_seconds,
    }
    return [
        Row(f"own head, {2 * each} pictures", seconds, None, LIMIT, unit="s"),
        *(Row(f"  of it {name}", took, unit="s") for name, took in parts.items()),
    ]

"""Measures ways to train the joint space on folds: `python -m benchmarks.joint_folds DATA [WAY ...]`.

DATA holds the packs flickr8k (four folds of about 200 photos) and coco_captions (seven of about 245). Features are
computed once, minutes on a laptop; a way then takes seconds to a minute. Each figure with its 95 % interval.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from core.encoders.towers import Towers
from core.features.store import feature_store
from core.training.joint.fit import Projections, SentencePairs, fit, joined
from core.training.joint.folds import Collection, Trainer, measured_on_folds
from core.training.joint.start import closed_form

FOLDS = {"flickr8k": 4, "coco_captions": 7}


def _descent(training: Sequence[SentencePairs], seed: int) -> Projections:
    return fit(joined(training), [], [], seed)


def _closed_form(training: Sequence[SentencePairs], _: int) -> Projections:
    return closed_form(Projections(joined(training).pictures), [(pairs, 1.0) for pairs in training]).eval()


WAYS: dict[str, Trainer] = {"descent": _descent, "closed-form": _closed_form}


def main(arguments: Sequence[str]) -> int:
    """Prints a row for each way and collection."""
    data, ways = Path(arguments[0]), list(arguments[1:]) or list(WAYS)
    towers, store = Towers(), feature_store()
    collections = [Collection.read(data / name, folds, towers, store) for name, folds in FOLDS.items()]
    for way in ways:
        for name, figures in measured_on_folds(collections, WAYS[way]).items():
            shown = "   ".join(
                f"{metric} {figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"
                for metric, figure in figures.items()
            )
            print(f"{way:14}{name:16}{shown}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

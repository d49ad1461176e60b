"""What sentences that describe the classes are worth, and what two captions tell when neither has to win.

Beside the describing sentences stand as many random things, and prompts that separate just these two classes; beside
the captions' conflict and ignorance stand the conformal sets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from core.blend import unit
from core.contracts import JointEncoder
from core.datasets.fields_roads import Unseen
from core.heads.described import DescribedClasses, Encode
from core.heads.field_road import LABELS, distances_of, p_values_of
from core.heads.zero_shot import captions_say
from core.instruments.evidential import conflict_and_ignorance, fits_of
from core.metrics import area_under_roc, bootstrap, bootstrap_of, proportion
from core.reporting import Cell, Metrics, Table, cell
from core.reporting.field_road import unusual_table, ways_table
from core.small_heads.samples import Rows, Samples

CAPTIONS = ("this is a photo of a field.", "this is a photo of a road.")
"""The two of the page."""
PAIRS = (
    ("open land with grass, crops or sand and no road in it", "a road or street that vehicles drive on"),
    ("a landscape without any road", "a road that leads through the picture"),
    ("a field, not a road", "a road, not a field"),
    ("natural ground that nobody drives on", "paved ground that cars drive on"),
)
"""Prompts that separate just the two classes, written once and never tuned."""
DRAWS = 20
USUAL_SHARE = 0.95
"""Share of the training pictures that are neither called both nor, by the other limit, neither."""


def described_of(encode: Encode, samples: Samples) -> DescribedClasses:
    """Returns the describing sentences as `encode` reads them, with what is usual for the training pictures."""
    described = DescribedClasses.encoded(encode, LABELS)
    fits = _fits(encode, described, samples.plain)
    conflict, ignorance = np.quantile(conflict_and_ignorance(fits), USUAL_SHARE, axis=0).tolist()
    usual = {"captions": list(CAPTIONS), "conflict": conflict, "ignorance": ignorance}
    return replace(described, usual=usual)


def _fits(encode: Encode, described: DescribedClasses, pictures: Rows) -> np.ndarray:
    texts = encode(list(CAPTIONS)).astype(np.float64)
    return fits_of(pictures.astype(np.float64) @ texts.T, described.cosines(pictures))


def sentences(
    joint: JointEncoder, described: DescribedClasses, unseen: Unseen, seed: int
) -> tuple[Table, Metrics]:
    """Returns how often each way to put the two classes into words is right on unseen pictures, without training."""
    pictures, truth = unseen.embeddings.astype(np.float64), unseen.is_road
    says = described.said(pictures)
    road = np.array([label == LABELS[1] for label in described.labels])
    background, draw = described.cosines(pictures), np.random.default_rng(seed)
    control = []
    for _ in range(DRAWS):
        drawn = draw.permutation(background.shape[1])[: len(road)]
        control.append(background[:, drawn[road]].mean(axis=1) - background[:, drawn[~road]].mean(axis=1))
    logits = {name: [row] for name, row in captions_say(joint, unseen.embeddings).items()}
    for field, other in PAIRS:
        pair = joint.encode_texts([field, other]).astype(np.float64)
        logits[f"“{field}” against “{other}”"] = [pictures @ (pair[1] - pair[0])]
    sides = (joint.encode_texts(list(side)).mean(axis=0, keepdims=True) for side in zip(*PAIRS, strict=True))
    means = [unit(side)[0] for side in sides]
    logits["the four pairs together"] = [pictures @ (means[1] - means[0]).astype(np.float64)]
    each = road.sum()
    own = says[:, road].mean(axis=1) - says[:, ~road].mean(axis=1)
    logits[f"{each} describing sentences each"] = [own]
    logits[f"{each} random things each, {DRAWS} draws"] = control
    by_chance = np.mean([(row >= 0) == truth for row in control], axis=0)
    metrics = {
        "described_accuracy": proportion((own >= 0) == truth),
        "random_things_accuracy": bootstrap(by_chance, list(range(len(truth))), seed),
    }
    sources = list(dict.fromkeys(unseen.sources))
    rows: list[list[Any]] = []
    for name, some in logits.items():
        hits = np.mean([(row >= 0) == truth for row in some], axis=0)
        means_of = (hits[np.array(unseen.sources) == source].mean() for source in sources)
        rows.append([name, _interval(hits, np.mean, seed), *(round(float(mean), 3) for mean in means_of)])
    return ways_table(rows, sources), metrics


def unusual(
    joint: JointEncoder, described: DescribedClasses, samples: Samples, unseen: Unseen, seed: int
) -> Table:
    """Returns how well each measure tells odd pictures, that show both or neither, from all other unseen ones."""
    shows = unseen.shows
    members = [samples.plain[samples.classes == label] for label in (0, 1)]
    p_values = p_values_of(members, unseen.embeddings)
    readings = conflict_and_ignorance(_fits(joint.encode_texts, described, unseen.embeddings))
    measures: Mapping[str, dict[str, np.ndarray]] = {
        "both": {
            "conflict of the two captions": readings[:, 0],
            "conformal: the smaller p-value": p_values.min(axis=1),
            "distance to the nearer class, small": -distances_of(members, unseen.embeddings),
        },
        "neither": {
            "ignorance of the two captions": readings[:, 1],
            "conformal: the larger p-value, small": -p_values.max(axis=1),
            "distance to the nearer class": distances_of(members, unseen.embeddings),
        },
    }
    rows: list[list[Any]] = []
    for number, (kind, scores) in enumerate(measures.items()):
        assert described.usual is not None
        beyond = readings[:, number] > float(described.usual[("conflict", "ignorance")[number]])
        odd = shows == kind
        shares = [round(float(beyond[some].mean()), 3) if some.any() else None for some in (odd, shows == "")]
        for name, values in scores.items():
            area = _interval(np.stack([values, odd]), lambda both: area_under_roc(both[0], both[1] > 0), seed)
            rows.append([kind, name, int(odd.sum()), area, *shares])
            shares = [None, None]
    return unusual_table(rows, USUAL_SHARE)


def _interval(values: np.ndarray, statistic: Callable[[np.ndarray], Any], seed: int) -> Cell:
    """Returns a statistic of (..., n) values with its bootstrap interval over the last axis."""
    rows = list(range(values.shape[-1]))
    return cell(bootstrap_of(lambda some: float(statistic(values[..., some])), rows, seed))

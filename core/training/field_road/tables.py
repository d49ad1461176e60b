"""What the recipe of field or road reports: the two sets and five proposals, unseen pictures, sets on odd pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Float32, Int

from core.contracts import JointEncoder
from core.tables import read_table
from core.training.field_road.measure import LeftOut, calibration, right
from core.training.field_road.samples import CODE, TEXT, Schedule
from core.training.shared.reporting import Table, cell, table

HERE = Path(__file__).parent
LABELS_OF_OURS, ODD_PICTURES = HERE / "labels.csv", HERE / "odd.csv"
"""Which training pictures show a road and a field, and which other pictures show both or neither, by looking."""
CANDIDATES: dict[str, Schedule] = {
    "text: 3e-3, batch 3, 7 epochs": TEXT,
    "text, augmentation by class": replace(TEXT, balanced=True),
    "text, 30 epochs, rate halved every 10": replace(TEXT, epochs=30, decay_every=10),
    "text, early stopping (50 epochs, patience 15)": replace(TEXT, epochs=50, patience=15),
    "code: 3e-4, 50 epochs, halved every 10, patience 15, clip 0.5": CODE,
    "code, augmentation by class": replace(CODE, balanced=True),
}
"""Report 2's two sets, alone and with its proposals; which one ships is chosen by leave-one-out."""
PUBLISHED = tuple(name for name, schedule in CANDIDATES.items() if schedule in (TEXT, CODE))
FIELD_CAPTIONS = ("this is a photo of a field", "this is a photo of a road.")
TEMPLATES = (
    "this is a photo of a {}", "a photo of a {}", "a black and white photo of a {}", "a blurred photo of a {}",
    "people in a {}", "a {} with trees and hills",
)  # fmt: skip
WORDS = (
    ("field", "meadow", "pasture", "grassland", "prairie", "farmland"),
    ("road", "street", "highway", "motorway", "lane", "paved road"),
)
"""A prompt ensemble (Radford et al. 2021) of a dictionary's synonyms, written down once and never tuned."""
BAND = (0.4, 0.6)
COVERAGES = (0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Unseen:
    """The pictures of the pack that train nothing, neither the head nor the encoder.

    Attributes:
        embeddings: (n, d) unit rows.
        classes: (n,) 1 for road.
        sources: (n,) where each comes from.
        files: (n,) their names.
    """

    embeddings: Float32[np.ndarray, "n d"]
    classes: Int[np.ndarray, " n"]
    sources: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScheduleOutcome:
    """One schedule, trained and measured.

    Attributes:
        name: of the schedule, for people.
        tenths: left out a tenth at a time.
        left_out: left out one at a time; None where that was not done.
        training: accuracy in the last epoch of training on all pictures.
        epochs: how many epochs that took.
        temperature: by which its logits are divided.
        unseen: (m,) probabilities of a road for the unseen pictures.
    """

    name: str
    tenths: LeftOut
    left_out: LeftOut | None
    training: float
    epochs: int
    temperature: float
    unseen: Float[np.ndarray, " m"]

    def robust(self, classes: Int[np.ndarray, " n"]) -> float:
        """Returns the mean accuracy over the left-out pictures and all kinds of their copies."""
        return float(np.mean([right(logits, classes).mean() for logits in self.tenths.logits.values()]))


def schedules(
    outcomes: Sequence[ScheduleOutcome],
    chosen: ScheduleOutcome,
    classes: Int[np.ndarray, " n"],
    unseen: Unseen,
) -> Table:
    """Returns the table of both sets and the proposals beside the report's own figures."""
    kinds = [kind for kind in chosen.tenths.logits if kind != "plain"]
    rows: list[list[Any]] = [["the report", None, 0.987, *[None] * (4 + len(kinds))]]
    for outcome in outcomes:
        hits = {kind: right(logits, classes) for kind, logits in outcome.tenths.logits.items()}
        left = outcome.left_out
        alone = None if left is None else cell(right(left.logits["plain"], classes))
        name, road = outcome.name + (" (shipped)" if outcome.name == chosen.name else ""), outcome.unseen
        rows.append([
            name, outcome.epochs, round(outcome.training, 4), alone,
            cell(hits["plain"]), *[round(float(hits[kind].mean()), 4) for kind in kinds],
            cell((road >= 0.5) == (unseen.classes == 1)),
            round(calibration(road, unseen.classes).value, 4) if len(road) else None,
        ])  # fmt: skip
    return table(
        "Two sets of hyper-parameters and the report’s proposals",
        "Every schedule with a tenth of the training pictures left out at a time, judged on those and on one copy of "
        "each (grey; blurred; grey and square; the other class’s sky over its ground): what ships is chosen by the "
        "mean of these, never by unseen pictures. One at a time for the report’s two sets and for what ships.",
        [
            "schedule",
            "epochs",
            "in training",
            "one left out",
            "tenth left out",
            *kinds,
            "unseen",
            "unseen ECE",
        ],
        rows,
    )


def captions_say(joint: JointEncoder, rows: Float32[np.ndarray, "n d"]) -> dict[str, Float[np.ndarray, " n"]]:
    """Returns the logit of a road by the report's two captions, and by the prompt ensemble."""
    pair = joint.encode_texts(FIELD_CAPTIONS).astype(np.float64)
    means = []
    for words in WORDS:
        mean = joint.encode_texts([form.format(word) for word in words for form in TEMPLATES]).mean(axis=0)
        means.append(mean / np.linalg.norm(mean))
    return {
        "report’s captions": joint.scale * rows @ (pair[1] - pair[0]),
        "prompt ensemble": joint.scale * rows @ (means[1] - means[0]),
    }


def by_source(unseen: Unseen, says: Mapping[str, Float[np.ndarray, " n"]]) -> Table:
    """Returns the accuracy of each classifier on each source of unseen pictures, and on all of them.

    Args:
        unseen: the pictures.
        says: classifier -> (n,) logits, or anything of their sign.
    """
    rows: list[list[Any]] = []
    for source in [*dict.fromkeys(unseen.sources), "all"]:
        here = np.array([source in ("all", other) for other in unseen.sources], dtype=bool)
        hits = [(logits >= 0)[here] == (unseen.classes == 1)[here] for logits in says.values()]
        rows.append([source, int(here.sum()), *map(cell, hits)])
    return table(
        "Unseen pictures, by where they come from",
        "The labels of weak_… are those of other collections: OpenCountry counts deserts, lakes and mountains as "
        "“field”, and no training picture shows such a field. “Both together” adds the two logits.",
        ["source", "n", *says],
        rows,
    )


def band_of(
    left: Float[np.ndarray, " n"],
    classes: Int[np.ndarray, " n"],
    unseen: Unseen,
    road: Float[np.ndarray, " m"],
) -> Table:
    """Returns what setting the pictures near 0.5 apart is worth."""
    rows = []
    for name, probability, truth in (("left out", left, classes), ("unseen pictures", road, unseen.classes)):
        if len(probability):
            apart = (probability >= BAND[0]) & (probability <= BAND[1])
            hits = (probability >= 0.5) == (truth == 1)
            rows.append([name, len(probability), int(apart.sum()), cell(hits), cell(hits[~apart])])
    return table(
        f"The band {BAND[0]:.2f} to {BAND[1]:.2f}",
        "The report found 0.54 and 0.60 for the two pictures on which head and captions disagree.",
        ["pictures", "n", "set apart", "accuracy, all", "accuracy, the others"],
        rows,
    )


def three_classes(left_out: LeftOut, classes: Int[np.ndarray, " n"], names: Sequence[str]) -> Table:
    """Returns how often each of the three classes is found by leave-one-out, and what it is taken for."""
    says = left_out.logits["plain"].argmax(axis=1)
    rows = []
    for number, name in enumerate(names):
        here = classes == number
        rows.append([name, int(here.sum()), cell(says[here] == number),
                     *[int((says[here] == other).sum()) for other in range(len(names))]])  # fmt: skip
    rows.append(
        ["all", len(classes), cell(says == classes), *[int((says == k).sum()) for k in range(len(names))]]
    )
    return table(
        "Third class “road and field”",
        "Labels of ours, made by looking at each training picture; leave-one-out. The report proposes the class and "
        "gives no figure.",
        ["class", "n", "found", *[f"said: {name}" for name in names]],
        rows,
    )


def odd_sets(
    p_values: Float[np.ndarray, "m 2"],
    unseen: Unseen,
    left: Float[np.ndarray, "n 2"],
    classes: Int[np.ndarray, " n"],
) -> Table:
    """Returns what the conformal sets say of pictures that show a field, a road, both or neither.

    Args:
        p_values: (m, 2) of the unseen pictures.
        unseen: the pictures.
        left: (n, 2) p-values of the training pictures, each left out.
        classes: (n,) their classes.
    """
    odd = {row.columns["file"]: row.columns["shows"] for row in read_table(ODD_PICTURES, ("file", "shows"))}
    shows = np.array([odd.get(file, "") for file in unseen.files])
    groups = [
        ("training fields, left out", left[classes == 0]),
        ("training roads, left out", left[classes == 1]),
    ]
    groups += [(f"unseen, {kind}", p_values[shows == kind]) for kind in ("both", "neither")]
    rows: list[list[Any]] = []
    for coverage in COVERAGES:
        for name, ps in groups:
            if len(ps):
                fits = ps > 1 - coverage
                kinds = (
                    fits[:, 0] & ~fits[:, 1],
                    fits[:, 1] & ~fits[:, 0],
                    fits.all(axis=1),
                    ~fits.any(axis=1),
                )
                rows.append([coverage, name, len(ps), *[int(kind.sum()) for kind in kinds]])
    sizes = [int((classes == label).sum()) for label in (0, 1)]
    return table(
        "Conformal sets, and pictures that show both or neither",
        f"Calibrated on {sizes[0]} fields and {sizes[1]} roads, so that no error below "
        f"{1 / (sizes[0] + 1):.3f} can be promised for a field and {1 / (sizes[1] + 1):.3f} for a road.",
        ["coverage", "pictures", "n", "{field}", "{road}", "{both}", "{neither}"],
        rows,
    )


def chosen_of(outcomes: Sequence[ScheduleOutcome], classes: Int[np.ndarray, " n"]) -> ScheduleOutcome:
    """Returns the schedule that is right most often over the left-out pictures and their copies; ties: the first."""
    return max(outcomes, key=lambda outcome: round(outcome.robust(classes), 6))

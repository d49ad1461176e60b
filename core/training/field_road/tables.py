"""What the recipe of field or road reports: the two sets and five proposals, unseen pictures, sets on odd pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from core.calibration import calibration_error
from core.contracts import JointEncoder
from core.heads.field_road import RoadNetwork, left_out_p_values, p_values_of
from core.reporting import Table, cell, curve, share, table
from core.tables import read_table
from core.training.field_road.fit import Epoch
from core.training.field_road.measure import LeftOut, probabilities, right
from core.training.field_road.samples import CODE, TEXT, Classes, Rows, Schedule

HERE = Path(__file__).parent
LABELS_OF_OURS, ODD_PICTURES = HERE / "labels.csv", HERE / "odd.csv"
"""Which training pictures show a road and a field, and which other pictures show both or neither, by looking."""
WITH_PHOTOS = "code, augmentation by class, captioned photos"
"""Trains beside report 2's pictures on everyday photos whose captions speak of open country or of a road, in steps of
more pictures, for there are more."""
THRICE = f"{WITH_PHOTOS}, the report’s pictures three times"
BESIDE_PHOTOS = {WITH_PHOTOS: 1, THRICE: 3}
"""How often an epoch draws each of the report's pictures, which are outnumbered by the photos."""
CANDIDATES: dict[str, Schedule] = {
    "text: 3e-3, batch 3, 7 epochs": TEXT,
    "text, augmentation by class": replace(TEXT, balanced=True),
    "text, 30 epochs, rate halved every 10": replace(TEXT, epochs=30, decay_every=10),
    "text, early stopping (50 epochs, patience 15)": replace(TEXT, epochs=50, patience=15),
    "code: 3e-4, 50 epochs, halved every 10, patience 15, clip 0.5": CODE,
    "code, augmentation by class": replace(CODE, balanced=True),
    WITH_PHOTOS: replace(CODE, balanced=True, batch=12),
    THRICE: replace(CODE, balanced=True, batch=12),
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
    """The pictures of the pack that train nothing, neither the head nor the encoder; class 1 is road."""

    embeddings: Rows
    classes: Classes
    sources: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def is_road(self) -> Bool[np.ndarray, " n"]:
        """(n,) whether each shows a road."""
        return np.asarray(self.classes == 1)

    @property
    def shows(self) -> np.ndarray:
        """(n,) "both" or "neither" for odd pictures, "" for all others."""
        odd = column_of(ODD_PICTURES, "shows")
        return np.array([odd.get(file, "") for file in self.files])


@dataclass(frozen=True, slots=True)
class Trained:
    """One schedule, trained on everything, and measured.

    Attributes:
        name: of the schedule, for people.
        network: the head.
        epochs: how each epoch of its training went.
        tenths: what heads say when a tenth is left out at a time.
        temperature: by which its logits are divided.
        elsewhere: whether each captioned photo is right, by heads that trained on no such photo or not on this one.
        left_out: what heads say when one picture is left out at a time; None where that was not done.
    """

    name: str
    network: RoadNetwork
    epochs: list[Epoch]
    tenths: LeftOut
    temperature: float
    elsewhere: Bool[np.ndarray, " m"] | None = None
    left_out: LeftOut | None = None

    @property
    def training(self) -> float:
        """Accuracy in the last epoch of training."""
        return self.epochs[-1].accuracy

    def logits(self, rows: Rows) -> Float[np.ndarray, " n"]:
        """Returns the logit of a road for each embedding."""
        return self.network(rows)[:, 0].astype(np.float64)

    def road(self, rows: Rows) -> Float[np.ndarray, " n"]:
        """Returns the probability of a road for each embedding."""
        return probabilities(self.logits(rows), self.temperature)

    def left_out_road(self) -> Float[np.ndarray, " n"]:
        """Returns the probability of a road for each training picture, by a head that never saw it."""
        assert self.left_out is not None
        return probabilities(self.left_out.logits["plain"][:, 0], self.temperature)

    def robust(self, classes: Classes) -> float:
        """Returns the mean accuracy over the left-out pictures, all kinds of their copies, and captioned photos."""
        kinds = [right(logits, classes) for logits in self.tenths.logits.values()]
        return float(np.mean([hits.mean() for hits in (*kinds, self.elsewhere) if hits is not None]))


def column_of(file: Path, column: str) -> dict[str, str]:
    """Returns a column of one of our tables, by the name of the picture."""
    return {row.columns["file"]: row.columns[column] for row in read_table(file, ("file", column))}


def candidates(photos: bool) -> list[str]:
    """Returns the names of the schedules to try, without those that need captioned photos where there are none."""
    return [name for name in CANDIDATES if photos or name not in BESIDE_PHOTOS]


def chosen_of(runs: Sequence[Trained], classes: Classes) -> Trained:
    """Returns the schedule that is right most often over the left-out pictures and their copies; ties: the first."""
    return max(runs, key=lambda run: round(run.robust(classes), 6))


def schedules(runs: Sequence[Trained], shipped: Trained, classes: Classes, unseen: Unseen) -> Table:
    """Returns the table of both sets and the proposals beside the report's own figures."""
    kinds = [kind for kind in shipped.tenths.logits if kind != "plain"]
    rows: list[list[Any]] = [["the report", None, 0.987, *[None] * (5 + len(kinds))]]
    for run in runs:
        hits = {kind: right(logits, classes) for kind, logits in run.tenths.logits.items()}
        alone = None if run.left_out is None else share(right(run.left_out.logits["plain"], classes))
        road = run.road(unseen.embeddings)
        rows.append([
            run.name + (" (shipped)" if run.name == shipped.name else ""), len(run.epochs), round(run.training, 4),
            alone, share(hits["plain"]), *[round(float(hits[kind].mean()), 4) for kind in kinds],
            None if run.elsewhere is None else share(run.elsewhere),
            share((road >= 0.5) == unseen.is_road),
            cell(calibration_error(road, unseen.is_road))["value"] if len(road) else None,
        ])  # fmt: skip
    return table(
        "Two sets of hyper-parameters and the report’s proposals",
        "Every schedule with a tenth of the training pictures left out at a time, judged on those and on one copy of "
        "each (grey; blurred; grey and square; the other class’s sky over its ground), and on everyday photos whose "
        "captions speak of open country or a road: what ships is chosen by the mean of these, never by unseen "
        "pictures. One at a time for the report’s two sets and for what ships.",
        ["schedule", "epochs", "in training", "one left out", "tenth left out", *kinds, "captioned photos", "unseen",
         "unseen ECE"],
        rows,
    )  # fmt: skip


def captions_say(joint: JointEncoder, rows: Rows) -> dict[str, Float[np.ndarray, " n"]]:
    """Returns the logit of a road by the report's two captions, and by the prompt ensemble."""
    pair = joint.encode_texts(FIELD_CAPTIONS).astype(np.float64)
    prompts = ([form.format(word) for word in words for form in TEMPLATES] for words in WORDS)
    means = [joint.encode_texts(texts).mean(axis=0) for texts in prompts]
    field, road = (mean / np.linalg.norm(mean) for mean in means)
    return {
        "report’s captions": joint.scale * rows @ (pair[1] - pair[0]),
        "prompt ensemble": joint.scale * rows @ (road - field),
    }


def by_source(unseen: Unseen, says: Mapping[str, Float[np.ndarray, " n"]]) -> Table:
    """Returns the accuracy of each classifier, given its logits, on each source of unseen pictures, and on all."""
    rows: list[list[Any]] = []
    for source in [*dict.fromkeys(unseen.sources), "all"]:
        here = np.array([source in ("all", other) for other in unseen.sources], dtype=bool)
        hits = [((logits >= 0) == unseen.is_road)[here] for logits in says.values()]
        rows.append([source, int(here.sum()), *map(share, hits)])
    return table(
        "Unseen pictures, by where they come from",
        "The labels of weak_… are those of other collections: OpenCountry counts deserts, lakes and mountains as "
        "“field”, and no training picture shows such a field. “Both together” adds the two logits.",
        ["source", "n", *says],
        rows,
    )


def band_of(shipped: Trained, classes: Classes, unseen: Unseen) -> Table:
    """Returns what setting the pictures near 0.5 apart is worth."""
    rows, left, road = [], shipped.left_out_road(), shipped.road(unseen.embeddings)
    for name, probability, truth in (("left out", left, classes), ("unseen pictures", road, unseen.classes)):
        if len(probability):
            apart = (probability >= BAND[0]) & (probability <= BAND[1])
            hits = (probability >= 0.5) == (truth == 1)
            rows.append([name, len(probability), int(apart.sum()), share(hits), share(hits[~apart])])
    return table(
        f"The band {BAND[0]:.2f} to {BAND[1]:.2f}",
        "The report found 0.54 and 0.60 for the two pictures on which head and captions disagree.",
        ["pictures", "n", "set apart", "accuracy, all", "accuracy, the others"],
        rows,
    )


def three_classes(left_out: LeftOut, classes: Classes, names: Sequence[str]) -> Table:
    """Returns how often each of the three classes is found by leave-one-out, and what it is taken for."""
    says = left_out.logits["plain"].argmax(axis=1)
    everyone = np.ones(len(classes), dtype=bool)
    rows = []
    for name, here in [*((name, classes == number) for number, name in enumerate(names)), ("all", everyone)]:
        taken = np.bincount(says[here], minlength=len(names)).tolist()
        rows.append([name, int(here.sum()), share((says == classes)[here]), *taken])
    return table(
        "Third class “road and field”",
        "Labels of ours, made by looking at each training picture; leave-one-out. The report proposes the class and "
        "gives no figure.",
        ["class", "n", "found", *[f"said: {name}" for name in names]],
        rows,
    )


def odd_sets(members: Rows, classes: Classes, unseen: Unseen) -> Table:
    """Returns what the conformal sets of training pictures say of those that show a field, a road, both or neither."""
    left = left_out_p_values(members, classes)
    p_values = p_values_of([members[classes == label] for label in (0, 1)], unseen.embeddings)
    groups = {
        "training fields, left out": left[classes == 0],
        "training roads, left out": left[classes == 1],
        **{f"unseen, {kind}": p_values[unseen.shows == kind] for kind in ("both", "neither")},
    }
    rows: list[list[Any]] = []
    for coverage in COVERAGES:
        for name, ps in groups.items():
            if len(ps):
                field, road = (ps > 1 - coverage).T
                sets = (field & ~road, road & ~field, field & road, ~field & ~road)
                rows.append([coverage, name, len(ps), *[int(some.sum()) for some in sets]])
    sizes = [int((classes == label).sum()) for label in (0, 1)]
    return table(
        "Conformal sets, and pictures that show both or neither",
        f"Calibrated on {sizes[0]} fields and {sizes[1]} roads, so that no error below "
        f"{1 / (sizes[0] + 1):.3f} can be promised for a field and {1 / (sizes[1] + 1):.3f} for a road.",
        ["coverage", "pictures", "n", "{field}", "{road}", "{both}", "{neither}"],
        rows,
    )


def curves(runs: Sequence[Trained], shipped: Trained) -> list[dict[str, Any]]:
    """Returns the report's two figures, accuracy and loss in training, for both sets and for what ships."""
    by_name = {run.name: run for run in runs}
    chosen = {kind: by_name[name] for kind, name in zip(("text", "code"), PUBLISHED, strict=True)}
    chosen |= {} if shipped.name in PUBLISHED else {"shipped": shipped}
    accuracy, loss = dict[str, Any](), dict[str, Any]()
    for name, run in chosen.items():
        accuracy[f"{name}, in training"] = [epoch.accuracy for epoch in run.epochs]
        accuracy[f"{name}, left out"] = run.tenths.accuracy
        loss[f"{name}, in training"] = [epoch.loss for epoch in run.epochs]
        if run.epochs[0].validation_loss is not None:
            loss[f"{name}, validation"] = [epoch.validation_loss for epoch in run.epochs]
    return [
        curve("Field or road: accuracy over the epochs (report’s figure 2)", "epoch", "accuracy", accuracy),
        curve("Field or road: loss over the epochs (report’s figure 3)", "epoch", "cross-entropy", loss),
    ]

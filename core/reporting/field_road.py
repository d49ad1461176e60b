"""The tables and curves of field or road: the two sets and five proposals, unseen pictures, sets on odd pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from core.calibration import calibration_error
from core.datasets.fields_roads import Unseen
from core.heads.field_road import left_out_p_values, p_values_of
from core.reporting import Table, cell, curve, share, table
from core.small_heads.leave_out import LeftOut
from core.small_heads.network import right
from core.small_heads.samples import Classes, Rows
from core.small_heads.trained import Trained

BAND = (0.4, 0.6)
COVERAGES = (0.8, 0.9, 0.95)


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


def curves(published: Mapping[str, Trained], shipped: Trained) -> list[dict[str, Any]]:
    """Returns the report's two figures, accuracy and loss in training, for its sets by name and for what ships."""
    names = {run.name for run in published.values()}
    chosen = {**published, **({} if shipped.name in names else {"shipped": shipped})}
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


def ways_table(rows: Sequence[Sequence[Any]], sources: Sequence[str]) -> Table:
    """Returns the table of how often each way to put the classes into words is right, on all and by source."""
    return table(
        "Ways to put the two classes into words",
        "Unseen pictures, no training, 95 % intervals over pictures. Describing sentences count by the mean of their "
        "cosines; random things, as many, are the control. The sentences and pairs were written once, by people who "
        "knew which collections judge them but had not tried them on any.",
        ["words", "all", *[source.removeprefix("weak_").removeprefix("scene15_") for source in sources]],
        rows,
    )


def unusual_table(rows: Sequence[Sequence[Any]], usual: float) -> Table:
    """Returns the table of how well each measure tells odd pictures; such a share of training pictures is usual."""
    return table(
        "Both or neither: two captions as evidence, against conformal sets",
        "Area under the ROC curve with 95 % bootstrap intervals, odd pictures against all other unseen ones. Conflict "
        f"and ignorance need no training; a picture counts as unusual beyond {usual:.0%} of the training "
        "pictures, and the last two columns are the share of odd and of plain pictures beyond that.",
        ["pictures show", "measure", "n", "AUROC", "odd pictures beyond", "plain pictures beyond"],
        rows,
    )

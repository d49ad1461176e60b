"""The tables of the box head: how well boxes overlap, and what finds a garment in a street picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float32, Int

from core.metrics import recalls
from core.reporting import Table, cells, table
from core.reporting.garment import PLACES

WHOLE, BOX, PROPOSED = EVIDENCE = ("whole picture", "box", "proposed box")
SLICES = (
    ("scale: small, box below 10 % of the picture", "scale", 0.0, 0.1),
    ("scale: moderate, 10 to 40 %", "scale", 0.1, 0.4),
    ("scale: large, above 40 %", "scale", 0.4, 1.01),
    ("occlusion: none", "hidden", 0.0, 1e-6),
    ("occlusion: slight, up to 20 % covered", "hidden", 1e-6, 0.2),
    ("occlusion: medium, 20 to 50 %", "hidden", 0.2, 0.51),
    ("zoom-in: none, all of it in the picture", "outside", 0.0, 0.01),
    ("zoom-in: medium, up to 25 % outside", "outside", 0.01, 0.25),
    ("zoom-in: large, 25 to 45 %", "outside", 0.25, 0.46),
)
COLUMN = {"scale": 4, "hidden": 5, "outside": 6}
Ranks = Mapping[str, Int[np.ndarray, " n"]]
"""Evidence -> rank of each query's own product."""


def overlap_table(rows: Sequence[Sequence[Any]]) -> Table:
    """Returns the table of how well boxes overlap: what is pasted, mean, share above a half, and how many."""
    return table(
        "Proposed box",
        "Synthetic: studio photos cut out and pasted on photos of other things at random scale, half of them partly "
        "covered or cut by the edge. Kept-back items on kept-back backgrounds. No pack has garment boxes, and what a "
        "worn photo shows is boxed as a whole person. The report trained a box head with L1 + IoU and gives no figure "
        "for it.",
        ["what is pasted", "mean IoU", "share above .5", "n"],
        rows,
    )


def street_table(ranks: Ranks, gallery: int, words: float) -> Table:
    """Returns the table of what finds a garment among so many products; `words` is the caption's weight."""
    rows: list[list[Any]] = [[name, *cells(recalls(places, PLACES))] for name, places in ranks.items()]
    rows.append(["report 3's reference: DeepFashion2, consumer to shop, detected box", 0.192, 0.345, 0.524])
    count = len(next(iter(ranks.values())))
    return table(
        "Whole picture, box, box and caption",
        f"Synthetic street pictures: {count} kept-back worn photos, cut out and pasted on kept-back "
        f"backgrounds; {gallery} products answer. The box is that of the pasted person, for no pack has boxes. The "
        f"caption is the slot captioner's, of the whole picture or of the crop, weighted {words}. The report "
        "doubted global features and planned this comparison; the reference figures are of other data.",
        ["evidence", "R@1", "R@5", "R@20"],
        rows,
    )


def slices_table(ranks: Ranks, truth: Float32[np.ndarray, "n 7"]) -> Table:
    """Returns the same by scale, occlusion and zoom-in, given as an album tells what is true of its scenes."""
    rows: list[list[Any]] = []
    for name, attribute, low, high in SLICES:
        values = truth[:, COLUMN[attribute]]
        inside = (values >= low) & (values < high)
        if inside.any():
            selected = (ranks[evidence][inside] for evidence in EVIDENCE)
            figures = [figure for places in selected for figure in cells(recalls(places, PLACES[:2]))]
            rows.append([name, int(inside.sum()), *figures])
    rows.append(["viewpoint: not measurable here, no pack says it", 0, *[None] * 6])
    return table(
        "By scale, occlusion and zoom-in",
        "The same synthetic pictures. The three attributes are measured on the pasted pixels; the bounds are "
        "ours. The report lists the four attributes and gives no figure for any.",
        ["slice", "n", "whole R@1", "whole R@5", "box R@1", "box R@5", "proposed R@1", "proposed R@5"],
        rows,
    )

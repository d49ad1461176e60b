"""What lies on the atlas of first answers in place of its pictures: one number at every mix, as ink and in words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from jaxtyping import Float

from core.instruments.rank_map import FURTHEST, RankMap
from core.instruments.recall_map import RecallMap
from core.shares import told_together
from demo.html import isolated
from demo.widgets.simplex import CONTRAST, CORNERS, LEFT, SIDE, TOP, ink_cells

DERIVED = "derived: three times the published average, less R@1 and R@5"


@dataclass(frozen=True, slots=True, eq=False)
class AtlasLayer:
    """One number at every mix.

    Attributes:
        ink: (points,) how dark each point is, in [0, 1].
        steps: the grid has step 1/steps.
        texts: (points,) the number as it is read out, such as "rank 7".
        sentence: what the map shows, for those who cannot see it, too.
        scale: what no ink and full ink mean.
    """

    ink: Float[np.ndarray, " points"]
    steps: int
    texts: Sequence[str]
    sentence: str
    scale: tuple[str, str]


def rank_layer(ranks: RankMap) -> AtlasLayer:
    """Returns the rank of a picture as ink: full for the first place, none beyond the last rank that counts."""
    ink = 1 - np.log(ranks.ranks) / np.log(FURTHEST + 1)
    texts = [
        f"rank {rank}" if rank <= FURTHEST else f"beyond rank {FURTHEST}" for rank in ranks.ranks.tolist()
    ]
    return AtlasLayer(ink, ranks.steps, texts, ranks.sentence, (f"beyond rank {FURTHEST}", "first"))


def recall_layer(published: RecallMap, pooling: str, k: int) -> AtlasLayer:
    """Returns recall that report 4 published: of its queries, data and models, not of this question.

    Args:
        published: its 55 points.
        pooling: "mean", "median" or "max".
        k: 1, 5 or 10.
    """
    values = published.at(pooling, k)
    low, high = float(values.min()), float(values.max())
    best, value = published.best(pooling, k)
    where = ", ".join(told_together(best))
    how = f" ({DERIVED})" if k == 10 else ""
    sentence = (
        f"Report 4, R@{k}{how}: the darker a mix, the more of the report’s queries found a right picture among the "
        f"first {k} there; best at {where}, {value:.1%}. Its queries were CIRR’s, its model BLIP-Large, {pooling} "
        "pooling: not this question."
    )
    ink = ((values - low) / ((high - low) or 1.0)) ** CONTRAST
    texts = [f"R@{k} {share:.1%}" for share in values.tolist()]
    return AtlasLayer(ink, published.steps, texts, sentence, (f"{low:.1%}", f"{high:.1%}"))


def layer_html(layer: AtlasLayer, *, line: bool, tall: float) -> str:
    """Returns the layer as a group of SVG, to lie under the cells.

    Args:
        layer: what is shown.
        line: whether there are two kinds of evidence.
        tall: height of the line.
    """
    if line:
        wide = SIDE / layer.steps
        cells = "".join(
            f'<rect style="--shade:{100 * ink:.0f}%" x="{LEFT + wide * (at - 0.5):.2f}" y="{TOP}" width="{wide:.2f}" '
            f'height="{tall:.0f}"/>'
            for at, ink in enumerate(layer.ink.tolist())
        )
        outline = f'<rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{tall:.0f}"/>'
    else:
        cells = ink_cells(layer.ink, layer.steps)
        outline = f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in CORNERS.tolist())}"/>'
    return (
        f'<clipPath id="atlas-layer-clip">{outline}</clipPath>'
        f'<g class="atlas-layer" clip-path="url(#atlas-layer-clip)">{cells}</g>'
    )


def layer_words(layer: AtlasLayer) -> str:
    """Returns what the layer shows, and what its ink means."""
    none, full = (isolated(end) for end in layer.scale)
    return (
        f'<p class="atlas-layer-said" role="status">{isolated(layer.sentence)}</p>'
        f'<p class="simplex-hint atlas-ink tabular">{none}<i></i>{full}</p>'
    )


def layer_data(layer: AtlasLayer) -> str:
    """Returns what the script reads out, as attributes."""
    return f' data-steps="{layer.steps}" data-texts="{escape(json.dumps(list(layer.texts)))}"'

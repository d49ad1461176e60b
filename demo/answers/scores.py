"""The answers about scores of one's own as HTML: how often the right answers are found."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from core.instruments.recall_map import RecallMap
from core.metrics import wilson
from core.scores.score_set import ScoreSet
from core.shares import told_together
from demo.html import fine, isolated
from demo.widgets.simplex import Mark, simplex_html

NO_MAP = "A map needs three kinds of evidence and queries whose right answers are known."


def query_html(address: str, words: str) -> str:
    """Returns what a query asks: its picture and its words; "" without a picture, for its words stand in the list.

    Args:
        address: of the picture, "" without one.
        words: any text, escaped here.
    """
    if not address:
        return ""
    return f'<img alt="" src="{escape(address)}"><figcaption><b>Query</b>: {isolated(words)}</figcaption>'


def recall_sentence(
    ranks: Sequence[int], places: Sequence[int], queries: int, weights: Sequence[float]
) -> str:
    """Returns how many queries find a right answer among the first k, with 95 % intervals.

    Args:
        ranks: of the best right answer of each query that has one.
        places: the k.
        queries: how many there are.
        weights: at which they were ranked.
    """
    if not ranks:
        return fine("The file names no right answers, so nothing can be counted over its queries.")
    count = len(ranks)
    shares = []
    for k in places:
        hits = sum(rank <= k for rank in ranks)
        low, high = wilson(hits, count)
        shares.append(f"R@{k} {100 * hits / count:.1f} % ({100 * low:.1f} to {100 * high:.1f})")
    which = "all" if count == queries else f"the {count:,} of"
    mix = " / ".join(told_together(weights))
    text = f"At {mix}, over {which} {queries:,} queries: {', '.join(shares)}."
    return f'<p class="simplex-said">{isolated(text)}</p>'


def map_html(recall_map: RecallMap | None, scores: ScoreSet) -> str:
    """Returns recall over all weights, for the first place and the first five.

    Args:
        recall_map: None where there is none.
        scores: whose it is.
    """
    if recall_map is None:
        return fine(NO_MAP)
    drawn = []
    for k in (1, 5):
        best, value = recall_map.best("mean", k)
        values = recall_map.at("mean", k)
        marks = [Mark("★", f"best with hindsight, {100 * value:.1f} %", best)]
        note = f"{recall_map.queries:,} queries, {len(values):,} weights"
        drawn.append(
            simplex_html(
                values, recall_map.steps, title=f"R@{k}", note=note, marks=marks,
                corners=tuple(zip(scores.kinds, scores.labels, strict=True)),
            )
        )  # fmt: skip
    return f'<div class="simplex-pair">{"".join(drawn)}</div>'

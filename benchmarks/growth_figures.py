"""Growth curves of `benchmarks.growth`: latency and memory against the number of rows, in black, grey and dashes.

The page's colours mean kinds of evidence, and none is shown here, so none is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

if TYPE_CHECKING:
    from benchmarks.growth import Grown

INK, GREY = "#222222", "#777777"
LOOKS = {
    "ours, 200 proposed": (INK, "-", "o"),
    "ours, 2,000 proposed": (INK, "--", "o"),
    "ours, all rows": (INK, ":", "o"),
    "NumPy": (GREY, ":", "s"),
    "FAISS flat": (GREY, ":", "^"),
    "FAISS IVF-SQ8": (GREY, "-", "v"),
    "FAISS HNSW": (GREY, "--", "D"),
    "usearch": (GREY, "-.", "x"),
    "autofaiss": (GREY, "-.", "+"),
}
"""Colour, line and mark of each; ours are black, what looks at all rows is dotted."""


def draw(results: Sequence[Grown], folder: Path) -> None:
    """Writes latency.svg and recall.svg.

    Args:
        results: what was measured.
        folder: for the figures.
    """
    _curves(
        results, folder / "latency.svg", "milliseconds a question, one core", lambda each: each.core, log=True
    )
    _curves(
        results, folder / "recall.svg", "recall@12 against exact search", lambda each: each.recall, log=False
    )


def _curves(
    results: Sequence[Grown], file: Path, what: str, value: Callable[[Grown], float], *, log: bool
) -> None:
    with plt.rc_context({"svg.hashsalt": "growth", "svg.fonttype": "none", "font.size": 12}):
        figure, axes = plt.subplots(figsize=(9, 5.2), layout="constrained")
        for name, (colour, line, mark) in LOOKS.items():
            some = [each for each in results if each.name == name]
            if some:
                axes.plot([each.rows for each in some], [value(each) for each in some], color=colour, linestyle=line,
                          marker=mark, markersize=6, label=name)  # fmt: skip
        axes.set_xscale("log")
        if log:
            axes.set_yscale("log")
        axes.set_xlabel("rows (10,000 real; more are semi-synthetic)")
        axes.set_ylabel(what)
        axes.grid(visible=True, which="major", color="#dddddd", linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5))
        figure.savefig(file, metadata={"Date": None})
        plt.close(figure)

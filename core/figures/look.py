"""How figures look: three sizes, two grounds, one typeface that comes with matplotlib, the colours of the evidence."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib
from matplotlib import font_manager

from core.figures.letters import families, standing_in

DOTS = 300
"""Of a PNG, an inch."""
SLIDE_HEIGHT = 7.5
_LOCK = threading.Lock()
LIGHT = {
    "ground": "#ffffff", "ink": "#1a1d22", "muted": "#545b67", "line": "#c2c7ce", "faint": "#eceef0", "deep": "#3a4049",
    "picture": "#0072B2", "words": "#E69F00", "both": "#009E73", "paper": "#ffffff", "plate": "#1a1d22",
}  # fmt: skip
DARK = {
    "ground": "#121417", "ink": "#f6f7f8", "muted": "#a9b0bc", "line": "#545b67", "faint": "#262a31", "deep": "#dcdfe3",
    "picture": "#2b8fd0", "words": "#E69F00", "both": "#12b386", "paper": "#ffffff", "plate": "#1a1d22",
}  # fmt: skip
"""As on the page's dark ground, where blue and green are a little lighter."""
HATCHES = {"words": "/", "both": ".", "captions": "/"}
"""The pattern on each kind of evidence, as on the page; the picture's is plain."""
DENSE, WIDE = 6, 2
"""How often a pattern is written, for a small figure and for a slide."""


@dataclass(frozen=True, slots=True)
class FigureLook:
    """How a figure is to look.

    Attributes:
        size: of `SIZES`.
        dark: whether it stands on a dark ground.
        width: of the figure, in inches.
        text: size of its words, in points.
        small: size of its smallest words, in points.
        line: width of a line, in points.
        colours: name -> colour.
    """

    size: str
    dark: bool
    width: float
    text: float
    small: float
    line: float
    colours: dict[str, str]

    @property
    def slide(self) -> bool:
        """Whether it is as high as a slide, whatever it shows."""
        return self.size == "slide"

    @property
    def em(self) -> float:
        """Size of its words, in inches."""
        return self.text / 72

    def hatch(self, kind: str) -> str | None:
        """Returns the pattern of a kind of evidence, as matplotlib takes it."""
        return HATCHES.get(kind, "") * (WIDE if self.slide else DENSE) or None

    def colour(self, name: str) -> str:
        """Returns a colour: of a kind of evidence, of the ground, or ink for all else."""
        return self.colours.get(name, self.colours["ink"])


SIZES = {
    "column": (3.35, 7.5, 6.5, 0.8),
    "two-columns": (7.0, 8.0, 7.0, 0.9),
    "slide": (13.333, 22.0, 18.0, 2.4),
}
"""Name -> width in inches, points of the words, of the smallest ones, and of lines."""


def look_of(size: str, dark: bool) -> FigureLook:
    """Returns a look.

    Args:
        size: of `SIZES`.
        dark: whether it stands on a dark ground.
    """
    width, text, small, line = SIZES[size]
    return FigureLook(size, dark, width, text, small, line, DARK if dark else LIGHT)


def face(bold: bool = False) -> Any:
    """Returns the typeface, as matplotlib takes it."""
    return font_manager.FontProperties(family=families(), weight=700 if bold else 400)


@contextmanager
def drawing(look: FigureLook, words: Iterable[str] = ()) -> Iterator[None]:
    """Lets what is drawn inside have a look, and be the same bytes whenever it is drawn; one figure at a time.

    Args:
        look: of the figure.
        words: all that it may write.
    """
    ink, muted = look.colours["ink"], look.colours["muted"]
    rules = {
        "font.size": look.text,
        "text.parse_math": False,  # words of people may hold dollars
        "text.color": ink,
        "pdf.fonttype": 42,
        "ps.fonttype": 42,
        "svg.fonttype": "path",
        "svg.hashsalt": "blendscope",
        "figure.facecolor": look.colours["ground"],
        "savefig.facecolor": look.colours["ground"],
        "axes.facecolor": look.colours["ground"],
        "axes.edgecolor": muted,
        "axes.labelcolor": ink,
        "axes.linewidth": look.line,
        "axes.unicode_minus": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.labelsize": look.text,
        "xtick.color": muted,
        "ytick.color": muted,
        "xtick.labelcolor": ink,
        "ytick.labelcolor": ink,
        "xtick.labelsize": look.small,
        "ytick.labelsize": look.small,
        "xtick.major.width": look.line,
        "ytick.major.width": look.line,
        "legend.frameon": False,
        "legend.fontsize": look.small,
        "lines.linewidth": 2 * look.line,
        "hatch.linewidth": 0.9 * look.line,
        "path.simplify": False,
    }
    with _LOCK, matplotlib.rc_context(), standing_in(words):
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(rules | {"font.family": families()})
        yield

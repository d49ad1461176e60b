"""Figures that leave the page: a figure file, its evidence checked by a door, is drawn for papers and slides.

`core.figures.file` reads a figure file, `core.figures.saving` draws it. matplotlib is imported where something is
drawn, by the modules in `core.figures.kinds`, one for each kind: a frozen dataclass of what is drawn, with the
functions of `core.figures.drawable.Drawable`. A further kind is a file there and a row here.
"""

from __future__ import annotations

from core.registry import Registry

KINDS = Registry(
    "kind of figure",
    {
        "ranking": "core.figures.kinds.ranking:RankingFigure",
        "classes": "core.figures.kinds.classes:ClassesFigure",
        "verdict": "core.figures.kinds.verdict:VerdictFigure",
        "atlas": "core.figures.kinds.atlas:AtlasFigure",
        "simplex": "core.figures.kinds.simplex:SimplexFigure",
        "slopes": "core.figures.kinds.slopes:SlopesFigure",
        "curves": "core.figures.kinds.curves:CurvesFigure",
        "places": "core.figures.kinds.places:PlacesFigure",
        "gallery-map": "core.figures.kinds.gallery_map:GalleryMapFigure",
        "effects": "core.figures.kinds.effects:EffectsFigure",
        "promise": "core.figures.kinds.promise:PromiseFigure",
        "boxes": "core.figures.kinds.boxes:BoxesFigure",
    },
)
"""What can be drawn, by the name that a figure file gives it."""

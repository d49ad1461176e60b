"""Where in a drawing, and in which words of its caption, the parts of the first classes come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from core import images
from core.instruments.parts_apart import PartApart
from core.tasks.sketch.apart import ClassApart, sentence_of
from core.types import Picture
from demo.widgets.addresses import data_address
from demo.widgets.places import DEEPER, PictureApart, PlacesTold, places_html

DISPLAYED = 384
HINT = (
    f"{DEEPER} The drawing is shown as the tower sees it, filling the square; its mirror image counts as much and is "
    "laid back onto it. All numbers are logits. Press a class to see its own map."
)


def classes_apart(
    classes: Sequence[ClassApart], gaps: Sequence[PartApart], sheet: Picture, worth: Mapping[str, str]
) -> str:
    """Returns the first classes, and where the parts of each, and the caption's words, come from.

    Args:
        classes: best first.
        gaps: of the caption, which lie on the sheet as it is.
        sheet: the drawing as the encoders see it.
        worth: kind of map -> how faithful it is.
    """
    ink = 255 - images.ink(sheet.pixels, DISPLAYED)
    pixels = np.repeat(ink[:, :, None], 3, axis=2)
    seen = replace(sheet, pixels=pixels, original_size=(DISPLAYED, DISPLAYED))
    address = data_address(seen, DISPLAYED)
    own = {gap.key: data_address(sheet, DISPLAYED) for gap in gaps}
    shown = [
        PictureApart(
            (one.picture, one.words, *gaps), one.label, address, seen.original_size, one.rank, own=own
        )
        for one in classes
    ]
    return places_html(shown, PlacesTold(sentence_of(classes), HINT, worth, strip="names"))

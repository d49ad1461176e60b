"""Why a captioner's sentence has the words that it has: its gaps, taken apart over the places of the picture."""

from __future__ import annotations

from core.captioners.slots import SlotCaptioner
from core.contracts import Captioner
from core.instruments.parts_apart import PartApart
from core.types import Caption, Picture


def gaps_apart(captioner: Captioner, caption: Caption, picture: Picture) -> tuple[PartApart, ...]:
    """Takes apart why each gap of a caption took its words and not the next best ones.

    Args:
        captioner: who wrote it.
        caption: in use; of one that a person wrote, or a captioner without gaps, there is nothing to say.
        picture: what it is about.
    """
    if caption.author == "person" or not isinstance(captioner, SlotCaptioner):
        return ()
    return captioner.apart(picture)

"""Street to shop: a worn garment asks, shop pictures answer; picture, words and box each have a weight.

The parts live in different spaces, so each is a cosine standardised by two constants of the gallery.
"""

from core.tasks.street_to_shop.answer import (
    BOX_SHARE,
    WITHOUT_BOX,
    StreetAnswer,
    answer,
    ranking,
    with_box_share,
)
from core.tasks.street_to_shop.evidence import StreetEvidence
from core.tasks.street_to_shop.task import StreetToShopTask
from core.tasks.street_to_shop.what_if import what_if

__all__ = [
    "BOX_SHARE",
    "WITHOUT_BOX",
    "StreetAnswer",
    "StreetEvidence",
    "StreetToShopTask",
    "answer",
    "ranking",
    "with_box_share",
    "what_if",
]

"""The wardrobe: every design in each of its colourways."""

from collections.abc import Iterator

from assets.make.colourways import COLOURWAYS
from assets.make.design import ShopItem, material
from assets.make.designs_by_cloth import DESIGNS
from assets.make.designs_skirts import BOTTOMS
from assets.make.designs_tops import TOPS
from assets.make.fit import fitted


def garments() -> Iterator[ShopItem]:
    """Every item of the shop, in a fixed order."""
    for design in TOPS + BOTTOMS + DESIGNS:
        for colourway in design.colours + COLOURWAYS.get(design.name, ()):
            yield ShopItem(fitted(design), material(colourway, design.fabric))

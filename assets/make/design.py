"""What a design is, in its measures, and a garment: a design in one colourway, whose attributes are known."""

from dataclasses import dataclass, replace

import numpy as np

from assets.make.cloth import Material
from assets.make.noise import generator
from assets.make.outfits import BUILDERS
from assets.make.panel import ClothPanel
from assets.make.shapes import Cut
from assets.make.skirts import Skirt, build_dress, build_skirt
from assets.make.trousers import Legs, build_trousers

CLASSES = {"pinstriped": "striped", "gingham": "checked", "tartan": "checked", "windowpane": "checked"}
SHOWN = {"denim": "blue", "dark denim": "navy", "light denim": "light blue"}
MATERIALS = {"knit": "wool", "fine knit": "wool", "fleece": "fleece"}
KINDS = {
    "T-shirt": "T-shirts",
    "polo shirt": "T-shirts",
    "shirt": "shirts",
    "blouse": "tops",
    "tank top": "tops",
    "sweater": "sweaters",
    "cardigan": "cardigans",
    "vest": "sweaters",
    "hoodie": "sweatshirts",
    "sweatshirt": "sweatshirts",
    "jacket": "jackets",
    "coat": "coats",
    "dress": "dresses",
    "gown": "dresses",
    "skirt": "skirts",
}
"""What a catalogue of thirteen kinds files each type under; jeans, trousers and shorts are their own."""
NECKS = {"high": "turtleneck", "polo": "polo collar", "strap": "straps", "lapel": "V"}


@dataclass(frozen=True)
class Design:
    """One cut in its fabric.

    Attributes:
        name: a short name, unique.
        type: the garment's type as the catalogue says it.
        build: a key of `BUILDERS`, or "dress", "skirt", "trousers".
        fabric: a key of `cloth.FABRICS`.
        colours: colourways, each "colour" or "colour pattern second [third] period".
        length: the length as the catalogue says it.
        cut: measures of the top part.
        skirt: measures of the skirt part.
        legs: measures of trousers.
        detail: what the builder adds.
        words: what the title says besides colour, pattern and type.
    """

    name: str
    type: str
    build: str
    fabric: str
    colours: tuple[str, ...]
    length: str
    cut: Cut | None = None
    skirt: Skirt | None = None
    legs: Legs | None = None
    detail: str = ""
    words: str = ""


@dataclass(frozen=True)
class ShopItem:
    """One item of the shop: a design in one colourway, its attributes known exactly."""

    design: Design
    material: Material

    @property
    def colour(self) -> str:
        """The ground colour's name."""
        return SHOWN.get(self.material.colour, self.material.colour)

    @property
    def pattern(self) -> str:
        """plain, striped, checked, dotted or floral."""
        return CLASSES.get(self.material.pattern, self.material.pattern)

    @property
    def sleeve(self) -> str:
        """long, three-quarter, short, sleeveless, or none for what has no upper part."""
        return self.design.cut.sleeve if self.design.cut else "none"

    @property
    def neckline(self) -> str:
        """The neckline, or none for what has no upper part."""
        if self.design.cut is None:
            return "none"
        return NECKS.get(self.design.cut.neckline, self.design.cut.neckline)

    @property
    def kind(self) -> str:
        """The broader kind, a word that clothes catalogues file it under."""
        if self.design.name == "padded-vest":
            return "jackets"
        return KINDS.get(self.design.type, self.design.type)

    @property
    def made_of(self) -> str:
        """The material: cotton, denim, fleece, leather, satin, wool and so on."""
        return MATERIALS.get(self.material.fabric, self.material.fabric)

    @property
    def identifier(self) -> str:
        """A stable name made of the design and the colourway."""
        parts = [self.design.name, self.material.colour]
        if self.material.pattern != "plain":
            parts += [self.material.pattern, self.material.second]
        return "-".join(parts).replace(" ", "-")

    @property
    def title(self) -> str:
        """What the shop calls it."""
        pattern = "" if self.pattern == "plain" else f"{self.pattern} "
        words = f" {self.design.words}" if self.design.words else ""
        return f"{self.colour.capitalize()} {pattern}{self.design.type}{words}"

    def row(self) -> dict[str, str]:
        """The item's line in labels.csv."""
        return {
            "file": f"{self.identifier}.webp",
            "label": self.design.type,
            "kind": self.kind,
            "title": self.title,
            "colour": self.colour,
            "pattern": self.pattern,
            "sleeve": self.sleeve,
            "length": self.design.length,
            "neckline": self.neckline,
            "material": self.made_of,
            "group": self.design.name,
        }

    def panels(self) -> list[ClothPanel]:
        """The garment cut out and laid in order, seeded by its name."""
        return build(self.design, self.material, generator("garment", self.identifier))


def build(design: Design, material: Material, random: np.random.Generator) -> list[ClothPanel]:
    """Hand a design to the builder that it names."""
    if design.build == "skirt" and design.skirt:
        return build_skirt(design.skirt, material, design.detail, random)
    if design.build == "trousers" and design.legs:
        return build_trousers(design.legs, material, design.detail, random)
    if design.build == "dress" and design.cut and design.skirt:
        return build_dress(design.cut, design.skirt, material, design.detail, random)
    if design.cut is None:
        raise ValueError(f"design {design.name!r} has no cut")
    return BUILDERS[design.build](design.cut, material, design.detail, random)


def material(colourway: str, fabric: str) -> Material:
    """A colourway's words as a material.

    Args:
        colourway: "navy", "light blue", or "navy|striped|white|4" with an optional third colour
            before the period: "red|tartan|navy|yellow|9".
        fabric: a key of `cloth.FABRICS`.

    Returns:
        The material; denim gets its wash.
    """
    colour, *rest = colourway.split("|")
    washed = {"denim": 0.45, "light denim": 0.6, "dark denim": 0.16}.get(colour, 0.0)
    cloth = Material(colour, fabric, washed=washed)
    if not rest:
        return cloth
    third = rest[2] if len(rest) == 4 else ""
    return replace(cloth, pattern=rest[0], second=rest[1], third=third, period=float(rest[-1]))

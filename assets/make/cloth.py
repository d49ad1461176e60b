"""What garments are made of: colours by name, fabrics with their relief, shine and speckle."""

from dataclasses import dataclass, replace

import numpy as np

from assets.make.noise import Field, fractal_noise, value_noise

COLOURS: dict[str, tuple[int, int, int]] = {
    "black": (45, 45, 49),
    "white": (241, 240, 236),
    "grey": (146, 148, 152),
    "navy": (36, 46, 82),
    "blue": (52, 98, 176),
    "light blue": (158, 192, 224),
    "red": (190, 36, 42),
    "burgundy": (110, 28, 46),
    "pink": (236, 160, 178),
    "green": (44, 122, 78),
    "olive": (106, 108, 62),
    "mint": (166, 214, 190),
    "yellow": (238, 198, 62),
    "orange": (226, 118, 44),
    "purple": (112, 70, 142),
    "lavender": (190, 174, 218),
    "beige": (214, 194, 162),
    "brown": (112, 76, 52),
    "teal": (30, 118, 124),
    "cream": (240, 228, 202),
    "denim": (62, 88, 132),
    "dark denim": (38, 48, 76),
    "light denim": (128, 156, 192),
    "skin": (214, 178, 152),
    "silver": (186, 188, 194),
    "gold": (196, 152, 70),
}


@dataclass(frozen=True)
class Fabric:
    """How a fabric takes light and how it falls.

    Attributes:
        relief: name of the small-scale relief (see `weave_relief`).
        bump: height of that relief in cm.
        speckle: brightness noise from thread to thread, as a fraction.
        shine: strength of the highlight, 0 for cotton, 1 for patent leather.
        gloss: how narrow the highlight is.
        fuzz: soft brightening where the cloth turns away (wool, velvet).
        stiffness: 0 flows in many small folds, 1 holds its shape.
    """

    relief: str
    bump: float
    speckle: float
    shine: float
    gloss: float
    fuzz: float
    stiffness: float


FABRICS: dict[str, Fabric] = {
    "jersey": Fabric("jersey", 0.004, 0.020, 0.03, 8, 0.05, 0.35),
    "cotton": Fabric("weave", 0.005, 0.022, 0.04, 10, 0.03, 0.55),
    "linen": Fabric("slub", 0.010, 0.045, 0.03, 8, 0.03, 0.60),
    "knit": Fabric("knit", 0.050, 0.220, 0.00, 8, 0.10, 0.60),
    "fine knit": Fabric("rib", 0.018, 0.220, 0.00, 8, 0.08, 0.45),
    "rib": Fabric("cuff", 0.045, 0.020, 0.00, 8, 0.06, 0.60),
    "knitted rib": Fabric("cuff", 0.045, 0.120, 0.00, 8, 0.06, 0.60),
    "fleece": Fabric("fuzz", 0.012, 0.030, 0.00, 8, 0.10, 0.55),
    "denim": Fabric("twill", 0.012, 0.260, 0.03, 10, 0.03, 0.75),
    "twill": Fabric("twill", 0.006, 0.022, 0.03, 10, 0.03, 0.65),
    "wool": Fabric("fuzz", 0.012, 0.045, 0.00, 8, 0.09, 0.75),
    "satin": Fabric("none", 0.0, 0.004, 0.42, 14, 0.06, 0.15),
    "chiffon": Fabric("weave", 0.002, 0.010, 0.08, 10, 0.12, 0.15),
    "leather": Fabric("grain", 0.012, 0.012, 0.50, 26, 0.02, 0.70),
    "nylon": Fabric("none", 0.0, 0.006, 0.34, 18, 0.03, 0.45),
    "corduroy": Fabric("cord", 0.045, 0.020, 0.02, 8, 0.12, 0.65),
    "plain": Fabric("none", 0.0, 0.004, 0.10, 12, 0.02, 1.0),
    "metal": Fabric("none", 0.0, 0.010, 0.90, 20, 0.0, 1.0),
}


@dataclass(frozen=True)
class Material:
    """A fabric in its colours.

    Attributes:
        colour: name of the ground colour, a key of `COLOURS`.
        fabric: a key of `FABRICS`.
        pattern: a key of `patterns.DRAW`, "plain" for none.
        second: name of the pattern's colour.
        third: name of the pattern's other colour (tartan, leaves), or "".
        period: how many cm the pattern takes to repeat.
        turn: degrees by which the pattern is turned against the cloth.
        washed: 0 for even dye, towards 1 for a faded wash (denim).
        tone: brightness factor on all colours (the inside of a garment is darker).
    """

    colour: str
    fabric: str = "cotton"
    pattern: str = "plain"
    second: str = "white"
    third: str = ""
    period: float = 6.0
    turn: float = 0.0
    washed: float = 0.0
    tone: float = 1.0

    def inside(self, tone: float) -> "Material":
        """The wrong side of the cloth at `tone` times its brightness: the pattern does not show there."""
        return replace(self, tone=self.tone * tone, pattern="plain")

    def unpatterned(self, fabric: str = "") -> "Material":
        """The ground colour alone, in another fabric when one is named."""
        return replace(self, pattern="plain", fabric=fabric or self.fabric)

    def ribbed(self) -> "Material":
        """The ground colour in the ribs of collars, cuffs and hems, of the same yarn if the cloth is knitted."""
        return self.unpatterned("knitted rib" if "knit" in self.fabric else "rib")


def linear(colour: str) -> Field:
    """A named colour in linear light, (3,), 0..1."""
    return np.asarray((np.array(COLOURS[colour]) / 255.0) ** 2.2, np.float32)


def weave_relief(fabric: Fabric, u: Field, v: Field, random: np.random.Generator) -> Field:
    """The thread-scale height of a fabric, in cm.

    Args:
        fabric: what kind of cloth.
        u: coordinate across the cloth in cm, any shape.
        v: coordinate along the cloth in cm, same shape.
        random: seeds the irregularities.

    Returns:
        Heights of u's shape.
    """
    kind = fabric.relief
    if kind == "knit":
        column = u / 0.95
        slant = np.abs((column % 1) - 0.5) * 2
        stitch = np.sin(2 * np.pi * (v / 0.75 + slant * 0.55))
        height = 0.55 * np.cos(2 * np.pi * column) + 0.6 * stitch
    elif kind == "rib":
        height = np.cos(2 * np.pi * u / 0.7) + 0.4 * value_noise(u / 0.5, v / 0.5, random)
    elif kind == "cuff":
        height = np.cos(2 * np.pi * u / 0.85)
    elif kind == "cord":
        height = np.cos(2 * np.pi * u / 0.75) + 0.2 * value_noise(u, v / 3, random)
    elif kind == "twill":
        height = np.cos(2 * np.pi * (u + v) / 0.5) + 0.8 * value_noise(u / 0.3, v / 1.6, random)
    elif kind == "slub":
        height = value_noise(u / 0.25, v / 2.2, random) + value_noise(u / 2.2, v / 0.25, random)
    elif kind == "none":
        return np.zeros_like(u)
    else:
        size = {"fuzz": 0.45, "grain": 0.55, "jersey": 0.25}.get(kind, 0.3)
        height = fractal_noise(u / size, v / size, random, octaves=2)
    return np.asarray(height * fabric.bump, np.float32)


def thread_tone(material: Material, u: Field, v: Field, random: np.random.Generator) -> Field:
    """Brightness factor from thread to thread and, where washed, from worn to unworn (around 1)."""
    fabric = FABRICS[material.fabric]
    fine = value_noise(u / 0.16, v / 0.16, random)
    if fabric.relief == "twill":
        fine = 0.6 * fine + 0.4 * value_noise(u / 0.4, v / 0.4, random)
        fine = fine + 0.6 * value_noise(u / 0.14, v / 1.4, random)
    tone = 1 + fabric.speckle * fine + 0.02 * fractal_noise(u / 9, v / 9, random, 3)
    return np.asarray(np.clip(tone, 0.4, 1.6), np.float32)

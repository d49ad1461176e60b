"""Designs known by their cloth: fleece, knit, padding, leather, linen and cord."""

from dataclasses import replace

from assets.make.design import Design
from assets.make.shapes import Cut
from assets.make.skirts import Skirt
from assets.make.trousers import Legs

_SWEAT = Cut("crew", "long", length=66, hem=23.6, waist=24.0, wrist=9.0)
_VEST = Cut("V", "sleeveless", shoulder=20.0, chest=23.5, waist=22.4, hem=22.6, length=62)
_PADDED = Cut("high", "sleeveless", shoulder=20.5, chest=25.5, waist=24.6, hem=24.6, length=65)

DESIGNS: tuple[Design, ...] = (
    Design(
        "sweatshirt",
        "sweatshirt",
        "sweater",
        "fleece",
        ("grey", "navy", "red", "cream", "olive|striped|cream|10"),
        "regular",
        _SWEAT,
    ),
    Design(
        "knit-vest",
        "vest",
        "sweater",
        "knit",
        ("beige", "burgundy", "navy|striped|white|8"),
        "regular",
        _VEST,
        words="of wool",
    ),
    Design(
        "padded-vest",
        "vest",
        "bomber",
        "nylon",
        ("black", "blue", "orange"),
        "regular",
        _PADDED,
        detail="padded",
        words="with padding",
    ),
    Design(
        "leather-jacket",
        "jacket",
        "bomber",
        "leather",
        ("black", "brown", "red"),
        "regular",
        Cut("crew", "long", shoulder=20, chest=24.5, waist=23, hem=22.4, length=61, wrist=9.5, bicep=17.5),
        words="of leather",
    ),
    Design(
        "linen-shirt",
        "shirt",
        "shirt",
        "linen",
        ("beige", "light blue", "white|striped|green|3.0"),
        "regular",
        Cut("collar", "short", length=70, drop=3.0, hem=24.2, chest=25.5, waist=23.8, bicep=18.5),
        detail="no pocket",
        words="of linen",
    ),
    Design(
        "cord-skirt",
        "skirt",
        "skirt",
        "corduroy",
        ("brown", "burgundy", "olive"),
        "mini",
        skirt=Skirt("a-line", waist=17, hip=22, hem=26, length=84),
        words="of corduroy",
    ),
    Design(
        "cord-trousers",
        "trousers",
        "trousers",
        "corduroy",
        ("beige", "teal"),
        "full",
        legs=Legs(hem=19, knee=20),
        words="of corduroy",
    ),
    Design(
        "square-top",
        "tank top",
        "tank top",
        "linen",
        ("pink", "green|gingham|white|3.2"),
        "regular",
        replace(Cut("square", "sleeveless", shoulder=17.5, chest=21.5), waist=20.5, hem=23.5, length=58),
        words="with square neck",
    ),
)

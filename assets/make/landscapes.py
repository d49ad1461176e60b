"""The list of landscapes: clear fields, paths in fields, roads beside fields, clear roads."""

from assets.make.ground import Blades
from assets.make.landscape import Land, Landscape, Roadway
from assets.make.sky import Weather

_GRASS = Blades((58, 92, 30), (138, 170, 66), 0.16, 1.0)
_TALL = Blades((64, 96, 32), (150, 172, 74), 0.42, 1.1)
_WHEAT = Blades((140, 104, 46), (226, 188, 104), 0.75, 1.2, (224, 184, 98), 0.022, 0.8)
_RAPE = Blades((78, 104, 34), (120, 148, 48), 0.62, 1.1, (246, 216, 38), 0.045, 0.95)
_POPPY = Blades((70, 98, 38), (140, 160, 72), 0.40, 0.5, (214, 44, 34), 0.040, 0.5)
_LAVENDER = Blades((76, 92, 60), (112, 124, 84), 0.40, 1.0, (128, 92, 176), 0.042, 0.95)
_CORN = Blades((52, 84, 28), (116, 156, 52), 0.9, 0.8)
_STRAW = Blades((150, 124, 70), (222, 196, 128), 0.10, 1.0)
_DRY = Blades((128, 112, 66), (196, 178, 112), 0.28, 0.7)

_GREEN = Land((62, 94, 34), (142, 166, 74), growth=(_GRASS,))
_MEADOW = Land((62, 92, 34), (140, 160, 74), growth=(_TALL,))
_FLOWERS = Land((62, 92, 34), (140, 160, 74), growth=(_TALL, _POPPY))
_GOLD = Land((168, 132, 66), (222, 188, 108), (150, 120, 84), growth=(_WHEAT,))
_YELLOW = Land((150, 152, 36), (232, 208, 46), growth=(_RAPE,))
_VIOLET = Land((96, 72, 132), (150, 118, 190), (140, 116, 96), 1.5, 0.10, (_LAVENDER,))
_SPROUTS = Land((58, 104, 34), (134, 176, 66), (112, 84, 60), 0.75, 0.16)
_FURROWS = Land((96, 72, 52), (146, 116, 88), (78, 58, 44), 0.9, -0.12)
_STUBBLE = Land((176, 146, 84), (224, 198, 130), (150, 122, 82), 0.8, 0.05, (_STRAW,))
_MAIZE = Land((52, 84, 28), (116, 152, 54), (108, 84, 62), growth=(_CORN,))
_STEPPE = Land((150, 128, 84), (196, 172, 118), (158, 130, 96), growth=(_DRY,))
_SAND = Land((196, 160, 112), (222, 190, 142), (196, 160, 116))

_CLEAR = Weather(clouds=0.16)
_FAIR = Weather(clouds=0.42)
_GREY = Weather((150, 160, 172), (206, 210, 214), 0.75, (214, 216, 220), light=(0.86, 0.88, 0.90))
_DUSK = Weather((92, 110, 160), (250, 190, 128), 0.45, (246, 196, 160), 0.72, 1.1, (1.08, 0.90, 0.70))
_STORM = Weather((74, 84, 98), (150, 158, 166), 0.85, (128, 134, 142), light=(0.92, 0.92, 0.88))
_MORNING = Weather((140, 176, 214), (244, 226, 202), 0.3, (252, 240, 226), 0.22, 0.7, (1.04, 0.96, 0.84))

_ROCKS = ((0.20, (112, 116, 132)), (0.10, (108, 104, 96)), (0.04, (92, 104, 70)))
_MESA = ((0.10, (168, 112, 84)), (0.05, (176, 128, 92)))
_WOODED = ((0.10, (70, 92, 84)), (0.06, (60, 84, 52)))

SCENES: tuple[Landscape, ...] = (
    Landscape(
        "field-01-meadow", "field", _MEADOW, weather=_FAIR, woods=((0.0, 0.35, 0.05), (0.7, 1.0, 0.04))
    ),
    Landscape("field-02-wheat", "field", _GOLD, weather=_CLEAR, horizon=0.44, woods=((0.55, 1.0, 0.035),)),
    Landscape("field-03-rape", "field", _YELLOW, weather=_STORM, horizon=0.46, trees=((0.64, 0.50, 0.30),)),
    Landscape(
        "field-04-sprouts",
        "field",
        _SPROUTS,
        weather=_FAIR,
        horizon=0.30,
        eye=2.2,
        woods=((0.0, 1.0, 0.035),),
    ),
    Landscape(
        "field-05-lavender",
        "field",
        _VIOLET,
        weather=_CLEAR,
        horizon=0.36,
        eye=1.9,
        trees=((0.3, 0.39, 0.22),),
    ),
    Landscape(
        "field-06-furrows", "field", _FURROWS, weather=_GREY, horizon=0.32, eye=2.0, woods=((0.1, 0.8, 0.05),)
    ),
    Landscape(
        "field-07-poppies", "field", _FLOWERS, weather=_MORNING, horizon=0.38, woods=((0.0, 1.0, 0.03),)
    ),
    Landscape("field-08-stubble", "field", _STUBBLE, weather=_DUSK, horizon=0.42, woods=((0.2, 0.6, 0.045),)),
    Landscape(
        "both-01-trodden-path",
        "both",
        _MEADOW,
        Roadway("path", 0.55, 0.1, -0.04, 1.0),
        _FAIR,
        0.38,
        woods=((0.0, 0.3, 0.10), (0.6, 1.0, 0.07)),
        trees=((0.13, 0.42, 0.34),),
    ),
    Landscape("both-02-wheat-path", "both", _GOLD, Roadway("path", 0.45, -0.2, 0.05, -1.5), _DUSK, 0.40),
    Landscape(
        "both-03-track-in-green",
        "both",
        _GREEN,
        Roadway("track", 1.15, 0.3, -0.03, 1.6),
        _FAIR,
        0.36,
        woods=((0.5, 1.0, 0.06),),
    ),
    Landscape("both-04-track-in-maize", "both", _MAIZE, Roadway("track", 1.3, 0.0, 0.02, 0.0), _CLEAR, 0.40),
    Landscape(
        "both-05-road-beside-rape",
        "both",
        _YELLOW,
        Roadway("asphalt", 2.8, 3.6, -0.02, 1.2, 0.13),
        _FAIR,
        0.42,
        woods=((0.0, 0.4, 0.04),),
    ),
    Landscape(
        "both-06-road-beside-green",
        "both",
        _GREEN,
        Roadway("asphalt", 2.6, -3.2, 0.03, -1.0, 0.16, "none"),
        _FAIR,
        0.40,
        trees=((0.82, 0.44, 0.26),),
        woods=((0.3, 0.8, 0.03),),
    ),
    Landscape(
        "both-07-road-beside-wheat",
        "both",
        _GOLD,
        Roadway("asphalt", 2.5, 3.8, -0.06, 0.0, 0.11),
        _CLEAR,
        0.44,
    ),
    Landscape(
        "both-08-gravel-in-stubble",
        "both",
        _STUBBLE,
        Roadway("gravel", 1.6, 1.2, -0.10, 3.0),
        _MORNING,
        0.38,
        woods=((0.0, 1.0, 0.04),),
    ),
    Landscape(
        "road-01-straight",
        "road",
        _GREEN,
        Roadway("asphalt", 4.2, 0.4, -0.01, tone=0.085),
        _FAIR,
        0.42,
        verge=1.2,
    ),
    Landscape(
        "road-02-curve",
        "road",
        _GREEN,
        Roadway("asphalt", 4.4, 0.0, -0.06, 5.2, 0.075, "solid"),
        _CLEAR,
        0.38,
        far=_WOODED,
        woods=((0.0, 0.5, 0.10), (0.8, 1.0, 0.12)),
    ),
    Landscape(
        "road-03-desert",
        "road",
        _SAND,
        Roadway("asphalt", 4.4, -0.3, 0.0, tone=0.10, centre="double", yellow=True),
        _CLEAR,
        0.40,
        far=_MESA,
        verge=2.5,
    ),
    Landscape(
        "road-04-mountain",
        "road",
        _STEPPE,
        Roadway("asphalt", 4.0, 0.6, 0.03, -3.5, 0.09, "double", True),
        _FAIR,
        0.42,
        far=_ROCKS,
    ),
    Landscape(
        "road-05-forest",
        "road",
        _GREEN,
        Roadway("asphalt", 4.6, 0.0, 0.0, tone=0.085, centre="double", yellow=True),
        _FAIR,
        0.40,
        far=_WOODED,
        woods=((0.0, 0.40, 0.24), (0.60, 1.0, 0.26)),
    ),
    Landscape(
        "road-06-dusk",
        "road",
        _GREEN,
        Roadway("asphalt", 4.4, 0.2, 0.02, -2.0, 0.12, "double", True),
        _DUSK,
        0.38,
        far=((0.05, (110, 96, 96)),),
        woods=((0.0, 0.4, 0.06),),
    ),
    Landscape(
        "road-07-close",
        "road",
        _GREEN,
        Roadway("asphalt", 5.0, 1.0, -0.04, 0.0, 0.10, "solid", True),
        _GREY,
        0.28,
        eye=1.1,
        woods=((0.0, 1.0, 0.06),),
    ),
    Landscape(
        "road-08-lane",
        "road",
        _MEADOW,
        Roadway("asphalt", 3.6, 0.0, 0.02, -2.2, 0.12, "dashed"),
        _MORNING,
        0.36,
        woods=((0.0, 0.4, 0.12), (0.62, 1.0, 0.14)),
    ),
)

"""Further landscapes, in steps from clear field through path, track and lane to clear road."""

from assets.make.ground import Blades
from assets.make.landscape import Land, Landscape, Roadway
from assets.make.sky import Weather

_GRASS = Blades((58, 92, 30), (138, 170, 66), 0.16, 1.0)
_TALL = Blades((64, 96, 32), (150, 172, 74), 0.42, 1.1)
_BARLEY = Blades((150, 136, 70), (222, 206, 128), 0.62, 1.2, (226, 208, 136), 0.020, 0.8)
_CLOVER = Blades((58, 92, 34), (128, 160, 72), 0.26, 0.9, (206, 120, 160), 0.030, 0.5)
_DAISIES = Blades((62, 96, 34), (140, 164, 74), 0.28, 0.9, (244, 244, 236), 0.026, 0.35)
_HAY = Blades((146, 130, 74), (210, 194, 122), 0.12, 1.0)

_GREEN = Land((62, 94, 34), (142, 166, 74), growth=(_GRASS,))
_MEADOW = Land((62, 92, 34), (140, 160, 74), growth=(_TALL,))
_GOLD = Land((166, 146, 82), (220, 202, 128), (150, 124, 88), growth=(_BARLEY,))
_PINK = Land((62, 92, 36), (136, 156, 76), growth=(_CLOVER,))
_WHITE = Land((64, 94, 36), (142, 164, 78), growth=(_DAISIES,))
_MOWN = Land((150, 138, 80), (204, 190, 124), (150, 128, 92), growth=(_HAY,))
_CABBAGE = Land((62, 104, 70), (140, 172, 120), (104, 82, 60), 0.9, 0.22)
_LETTUCE = Land((84, 128, 40), (164, 196, 84), (96, 74, 54), 0.7, -0.06)

_CLEAR = Weather(clouds=0.16)
_FAIR = Weather(clouds=0.42)
_GREY = Weather((150, 160, 172), (206, 210, 214), 0.75, (214, 216, 220), light=(0.86, 0.88, 0.90))
_DUSK = Weather((92, 110, 160), (250, 190, 128), 0.45, (246, 196, 160), 0.72, 1.1, (1.08, 0.90, 0.70))
_MORNING = Weather((140, 176, 214), (244, 226, 202), 0.3, (252, 240, 226), 0.22, 0.7, (1.04, 0.96, 0.84))
_WOODED = ((0.10, (70, 92, 84)), (0.06, (60, 84, 52)))
_ALPS = ((0.26, (120, 130, 150)), (0.12, (88, 104, 100)), (0.05, (74, 98, 60)))

_TREES = ((0.0, 0.4, 0.07), (0.62, 1.0, 0.09))

STEPS: tuple[Landscape, ...] = (
    Landscape("field-09-barley", "field", _GOLD, weather=_FAIR, horizon=0.40, woods=((0.0, 0.5, 0.04),)),
    Landscape("field-10-clover", "field", _PINK, weather=_CLEAR, horizon=0.38, trees=((0.72, 0.42, 0.30),)),
    Landscape("field-11-daisies", "field", _WHITE, weather=_GREY, horizon=0.42, woods=((0.3, 1.0, 0.05),)),
    Landscape("field-12-cabbage", "field", _CABBAGE, weather=_MORNING, horizon=0.32, eye=2.1, far=_WOODED),
    Landscape("field-13-alpine", "field", _MEADOW, weather=_CLEAR, horizon=0.46, far=_ALPS),
    Landscape("field-14-mown", "field", _MOWN, weather=_DUSK, horizon=0.36, woods=((0.5, 1.0, 0.05),)),
    Landscape("field-15-lettuce", "field", _LETTUCE, weather=_FAIR, horizon=0.30, eye=2.2, woods=_TREES),
    Landscape(
        "both-09-path-in-daisies", "both", _WHITE, Roadway("path", 0.35, 0.4, -0.06, 1.8), _CLEAR, 0.40
    ),
    Landscape(
        "both-10-path-to-trees",
        "both",
        _GREEN,
        Roadway("path", 0.7, -0.4, 0.05, 0.8),
        _FAIR,
        0.38,
        woods=_TREES,
    ),
    Landscape("both-11-track-in-barley", "both", _GOLD, Roadway("track", 1.2, 0.2, 0.0, -1.2), _GREY, 0.40),
    Landscape(
        "both-12-track-over-mown",
        "both",
        _MOWN,
        Roadway("track", 1.4, -0.3, 0.04, 2.2),
        _FAIR,
        0.36,
        woods=_TREES,
    ),
    Landscape(
        "both-13-gravel-in-green", "both", _GREEN, Roadway("gravel", 1.3, 0.2, -0.03, 1.6), _CLEAR, 0.40
    ),
    Landscape(
        "both-14-farm-lane",
        "both",
        _MEADOW,
        Roadway("gravel", 1.8, 0.0, 0.02, -1.4),
        _MORNING,
        0.38,
        woods=_TREES,
    ),
    Landscape(
        "both-15-narrow-tarmac",
        "both",
        _GOLD,
        Roadway("asphalt", 1.5, 0.3, 0.0, 1.2, 0.15, "none", edges=False),
        _FAIR,
        0.40,
    ),
    Landscape(
        "both-16-road-beside-clover",
        "both",
        _PINK,
        Roadway("asphalt", 2.7, 3.9, -0.05, 0.8, 0.13, "none"),
        _FAIR,
        0.40,
        woods=((0.2, 0.7, 0.04),),
    ),
    Landscape(
        "both-17-road-far-left", "both", _GREEN, Roadway("asphalt", 2.4, -5.2, 0.02, 0.0, 0.12), _CLEAR, 0.42
    ),
    Landscape(
        "road-09-hedged",
        "road",
        _GREEN,
        Roadway("asphalt", 3.4, 0.2, 0.0, 1.0, 0.10),
        _GREY,
        0.40,
        woods=_TREES,
    ),
    Landscape(
        "road-10-alpine",
        "road",
        _MEADOW,
        Roadway("asphalt", 4.0, -0.4, 0.03, 2.6, 0.095, "double"),
        _CLEAR,
        0.44,
        far=_ALPS,
    ),
    Landscape(
        "road-11-morning",
        "road",
        _MOWN,
        Roadway("asphalt", 4.4, 0.3, -0.02, 0.0, 0.11, "dashed"),
        _MORNING,
        0.40,
    ),
    Landscape(
        "road-12-rain",
        "road",
        _GREEN,
        Roadway("asphalt", 4.6, 0.5, -0.03, -1.6, 0.065, "solid"),
        _GREY,
        0.36,
        far=_WOODED,
        woods=_TREES,
    ),
    Landscape(
        "road-13-dusk-bend",
        "road",
        _GOLD,
        Roadway("asphalt", 4.2, 0.0, 0.04, -4.2, 0.10, "double", True),
        _DUSK,
        0.40,
    ),
    Landscape(
        "road-14-wide",
        "road",
        _MEADOW,
        Roadway("asphalt", 6.0, 1.4, -0.02, 0.0, 0.09, "dashed"),
        _FAIR,
        0.34,
        woods=((0.0, 1.0, 0.08),),
    ),
)

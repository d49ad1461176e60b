"""What a landscape is made of: what grows on the ground, a way across it, and the scene with its weather."""

from dataclasses import dataclass, field

from assets.make.ground import Blades
from assets.make.sky import Colour, Weather


@dataclass(frozen=True)
class Land:
    """What grows on the ground.

    Attributes:
        low: the darker colour of the ground.
        high: the lighter colour.
        soil: colour of bare earth.
        rows: spacing of crop rows in metres, 0 for none.
        turn: direction of the rows in radians.
        growth: what stands on it, blade by blade.
    """

    low: Colour
    high: Colour
    soil: Colour = (162, 138, 106)
    rows: float = 0.0
    turn: float = 0.0
    growth: tuple[Blades, ...] = ()


@dataclass(frozen=True)
class Roadway:
    """A road, track or path.

    Attributes:
        kind: "asphalt", "track" (two ruts), "path" (trodden) or "gravel".
        half: half its width in metres.
        start: metres to the right of the camera where it begins.
        turn: direction in radians.
        bend: how strongly it curves, in metres of shift per (100 m)^2, times 1000.
        tone: brightness of the surface.
        centre: "dashed", "solid", "double", "none".
        yellow: centre lines are yellow.
        edges: white lines at the edges.
    """

    kind: str = "asphalt"
    half: float = 3.4
    start: float = 0.0
    turn: float = 0.0
    bend: float = 0.0
    tone: float = 0.10
    centre: str = "dashed"
    yellow: bool = False
    edges: bool = True


@dataclass(frozen=True)
class Landscape:
    """One landscape."""

    name: str
    label: str
    land: Land
    way: Roadway | None = None
    weather: Weather = field(default_factory=Weather)
    horizon: float = 0.40
    eye: float = 1.6
    focal: float = 0.85
    far: tuple[tuple[float, Colour], ...] = ((0.06, (92, 112, 120)), (0.03, (84, 108, 70)))
    woods: tuple[tuple[float, float, float], ...] = ()
    trees: tuple[tuple[float, float, float], ...] = ()
    verge: float = 1.0

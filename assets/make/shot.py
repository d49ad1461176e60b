"""One street picture as it is planned."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shot:
    """One street picture as it is planned.

    Attributes:
        item: identifier of the shop garment.
        place: a key of `PLACES`.
        zoom: 1 shows the whole figure, 2 the garment and some more, 3 a part of the garment.
        occlusion: 1 slight, 2 medium, 3 heavy, as planned; the table tells what came of it.
        obstacle: a key of `OBSTACLES`, or "".
        hung: on a hanger instead of a wearer.
        turn: degrees by which the camera is tilted.
        side: how far the view is turned sideways, -1..1.
        warmth: colour of the light, below 0 cold, above 0 warm.
        exposure: factor on the light.
        fine: how many times finer than the picture it is drawn, before it is reduced.
    """

    item: str
    place: str
    zoom: int = 2
    occlusion: int = 1
    obstacle: str = ""
    hung: bool = False
    turn: float = 0.0
    side: float = 0.0
    warmth: float = 0.0
    exposure: float = 1.0
    fine: int = 2

    @property
    def viewpoint(self) -> int:
        """1 not worn, 2 from the front, 3 from the side (as in DeepFashion2)."""
        return 1 if self.hung else 3 if abs(self.side) > 0.6 else 2

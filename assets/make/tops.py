"""Tops laid out panel by panel: inside, sleeves, front, with the folds that each cloth makes."""

from collections.abc import Sequence

import numpy as np

from assets.make import shapes
from assets.make.cloth import FABRICS, Material
from assets.make.curves import Points, flipped, resampled, strip
from assets.make.noise import Field, smoothstep
from assets.make.panel import ClothPanel, Thread
from assets.make.relief import Crease, Grid, Relief, creases, drape, seam, wrinkles
from assets.make.shapes import Cut


def torso_folds(cut: Cut, fabric: str, random: np.random.Generator) -> list[Relief]:
    """Folds on the front of a top: from the armpits, at the waist, and down to the hem."""
    soft = 1.15 - FABRICS[fabric].stiffness
    lines: list[Crease] = []
    for mirror in (1.0, -1.0):
        pit = np.array(cut.armpit)
        for number in range(4):
            spread = float(random.uniform(-0.15, 0.15))
            end = pit + [-(9 + 4 * random.random()), 5.0 + 9 * number + 4 * random.random()]
            middle = (pit + end) / 2 + [1.5 - 6 * spread, -1.5]
            path = np.array([pit + [-0.5, 1.0 + 2.2 * number], middle, end]) * [mirror, 1]
            depth = (0.75 - 0.1 * number) * soft * float(random.uniform(0.6, 1.3))
            lines.append(Crease(path, 1.3 + random.random(), depth))
        if cut.length > 55:
            for number in range(3):
                y = 36 + 7 * number + float(random.uniform(-2, 2))
                start = np.array([cut.waist - 0.5, y])
                end = start + [-(8 + 6 * random.random()), 4 + 3 * random.random()]
                path = np.array([start, (start + end) / 2 + [0, 1.0], end]) * [mirror, 1]
                lines.append(
                    Crease(path, 1.2 + random.random(), 0.55 * soft * float(random.uniform(0.5, 1.2)))
                )

    def low(grid: Grid) -> Field:
        return smoothstep(20, cut.length, grid.y)

    hang = drape(0.85 * soft, 8.5, 34.0, lean=2)
    return [
        creases(lines),
        lambda grid: hang(grid) * (0.25 + 0.75 * low(grid)),
        wrinkles(
            0.5 * soft, 3.6, lambda grid: np.exp(-(((grid.y - 44) / 10) ** 2)) * np.abs(grid.across) ** 1.5
        ),
    ]


def sleeve_folds(cut: Cut, centre: Points, fabric: str, random: np.random.Generator) -> list[Relief]:
    """Folds on the right sleeve: across the elbow and above the cuff, and from the armpit."""
    soft = 1.2 - FABRICS[fabric].stiffness
    path = resampled(centre, 60)
    across = np.stack([-(path[-1] - path[0])[1:], (path[-1] - path[0])[:1]], 1)[0]
    across = across / np.linalg.norm(across)
    long = cut.sleeve in ("long", "three-quarter")
    places = [0.12, 0.25, 0.46, 0.52, 0.60, 0.72, 0.84, 0.92] if long else [0.2, 0.45, 0.7]
    lines = []
    for place in places:
        middle = path[int(place * 59)]
        half = cut.bicep * (0.52 - 0.2 * place * long) * float(random.uniform(0.5, 1.0))
        lean = np.array([0, float(random.uniform(-3.5, 3.5))])
        offset = across * float(random.uniform(-2, 2))
        start, end = middle + across * half + lean + offset, middle - across * half - lean + offset
        bow = (start + end) / 2 + [0, float(random.uniform(0.6, 1.8))]
        depth = soft * float(random.uniform(0.35, 0.85)) * (1.0 if long else 0.6)
        lines.append(Crease(np.array([start, bow, end]), 1.1 + random.random(), depth))
    return [creases(lines), drape(0.45 * soft, 5.0, 16.0)]


def back(cut: Cut, material: Material, label: bool = True) -> list[ClothPanel]:
    """The inside of the back that shows through the neck opening, with its label."""
    upper, lower = shapes.back_neckline(cut), shapes.neckline(cut)
    outline = np.vstack([upper, lower[::-1] + [0, 1.5]])
    inside = material.inside(0.42 if material.colour != "black" else 0.6)
    panels = [ClothPanel(outline, inside, round_depth=1.0, shadow=0.0, reliefs=[drape(0.2, 5, 9)])]
    if label and cut.neckline not in ("boat", "high", "sweetheart", "strap"):
        y = float(upper[:, 1].max()) + 0.7
        tag = np.array([[-2.1, y], [2.1, y], [2.0, y + 2.0], [-2.0, y + 2.0]])
        name = "cream" if material.colour in ("black", "navy") else "white"
        panels.append(ClothPanel(tag, Material(name, "satin", tone=0.62), round_depth=0.1, shadow=0.2))
    return panels


def sleeves(
    cut: Cut, material: Material, random: np.random.Generator, extra: Sequence[Relief] = ()
) -> list[ClothPanel]:
    """Both sleeves, each with its own folds; none when sleeveless."""
    if cut.sleeve == "sleeveless":
        return []
    right, centre = shapes.sleeve(cut)
    panels = []
    direction = centre[-1] - centre[0]
    turn = float(-np.rad2deg(np.arctan2(direction[0], direction[1])))
    hem = shapes.cuff_line(cut, 2.0)
    for mirror in (False, True):
        folds = sleeve_folds(cut, centre, material.fabric, random)
        where = (float(centre[0][0]), float(centre[0][1]))
        reliefs: list[Relief] = [*folds, *extra]
        stitched = material.fabric in ("jersey", "cotton", "linen", "denim", "twill")
        line = flipped(hem) if mirror else hem
        if stitched and cut.sleeve in ("short", "cap", "three-quarter"):
            reliefs.append(seam(line, 0.3, 0.07))
        if mirror:
            reliefs = [_mirrored(relief) for relief in folds] + [*extra, *reliefs[len(folds) + len(extra) :]]
        panels.append(
            ClothPanel(
                flipped(right) if mirror else right,
                material,
                round_depth=4.6,
                axis=-turn if not mirror else turn,
                origin=(-where[0], where[1]) if mirror else where,
                reliefs=reliefs,
                shadow=0.30,
            )
        )
    return panels


def _mirrored(relief: Relief) -> Relief:
    """A relief made for the right side, seen in a mirror."""

    def turned(grid: Grid) -> Field:
        flat = Grid(-grid.x[:, ::-1], grid.y, -grid.u[:, ::-1], grid.v, grid.across, grid.scale, grid.random)
        return relief(flat)[:, ::-1]

    return turned


def front(
    cut: Cut,
    material: Material,
    random: np.random.Generator,
    extra: Sequence[Relief] = (),
    stitched: bool = True,
) -> ClothPanel:
    """The front of a top with folds, armhole seams and a stitched hem."""
    reliefs = [*torso_folds(cut, material.fabric, random), *extra]
    threads: list[Thread] = []
    if stitched:
        bottom = cut.length - 2.0
        line = resampled(np.array([[-cut.hem, bottom], [0.0, bottom + cut.drop], [cut.hem, bottom]]), 60)
        curve = np.stack([line[:, 0], bottom + cut.drop * (1 - (line[:, 0] / cut.hem) ** 2)], 1)
        reliefs.append(seam(curve, 0.3, 0.07))
    if cut.sleeve != "sleeveless":
        for hole in shapes.both(shapes.armhole(cut)):
            reliefs.append(seam(hole, 0.35, 0.10))
    return ClothPanel(
        shapes.torso(cut),
        material,
        volume=shapes.torso_volume(cut),
        round_depth=7.0,
        round_reach=cut.chest * 0.95,
        reliefs=reliefs,
        threads=threads,
        shadow=0.34,
    )


def neckband(cut: Cut, material: Material, width: float = 2.2, ribbed: bool = True) -> list[ClothPanel]:
    """A band along the front neckline (laid last) in the garment's own colour."""
    cloth = material.ribbed() if ribbed else material.unpatterned()
    line = resampled(shapes.neckline(cut), 90)
    panel = ClothPanel(strip(line, width, side=-0.1), cloth, round_depth=0.35, edge=0.12, shadow=0.28)
    return [panel]


def back_band(cut: Cut, material: Material, width: float = 2.0, ribbed: bool = True) -> list[ClothPanel]:
    """The band along the back neckline, seen from inside (laid before the front)."""
    cloth = (material.ribbed() if ribbed else material.unpatterned()).inside(0.6)
    line = resampled(shapes.back_neckline(cut), 80)
    return [ClothPanel(strip(line, width, side=0.2), cloth, round_depth=0.3, edge=0.1, shadow=0.25)]


def hem_band(cut: Cut, material: Material, height: float, tuck: float = 1.2) -> list[ClothPanel]:
    """A ribbed band below the front of a sweater or bomber, drawn in a little."""
    across = np.linspace(-1, 1, 60)
    bow = cut.drop * (1 - across**2)
    upper = np.stack([across * (cut.hem + 0.05), cut.length - 0.5 + bow], 1)
    bulge = np.stack([across * (cut.hem - 0.2), cut.length + height * 0.4 + bow], 1)
    lower = np.stack([across * (cut.hem - tuck), cut.length + height + bow], 1)
    outline = np.vstack([upper, bulge[-1:], lower[::-1], bulge[:1]])
    rib = material.ribbed()
    return [ClothPanel(outline, rib, round_depth=1.3, edge=0.25, reliefs=[drape(0.2, 9, 30)], shadow=0.25)]


def cuffs(
    cut: Cut, material: Material, height: float, ribbed: bool = True, grow: float = 0.4
) -> list[ClothPanel]:
    """Bands at both sleeve ends."""
    if cut.sleeve == "sleeveless":
        return []
    near, far = shapes.cuff_line(cut, height - 0.6), shapes.cuff_line(cut, -0.6)
    if ribbed:
        centre = far.mean(0)
        far = centre + (far - centre) * 0.86
    near = near.mean(0) + (near - near.mean(0)) * (1 + 0.05 * grow)
    outline = np.vstack([near, far[::-1]])
    direction = far.mean(0) - near.mean(0)
    turn = float(np.rad2deg(np.arctan2(direction[0], direction[1])))
    cloth = material.ribbed() if ribbed else material
    panels = []
    for mirror in (False, True):
        shape = flipped(outline) if mirror else outline
        middle = shape.mean(0)
        panels.append(
            ClothPanel(
                shape,
                cloth,
                round_depth=2.2,
                edge=0.3,
                axis=turn if mirror else -turn,
                origin=(float(middle[0]), float(middle[1])),
                shadow=0.35,
            )
        )
    return panels

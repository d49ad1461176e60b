"""Trousers, jeans and shorts: one front over two legs, waistband, fly, pockets, creases."""

from dataclasses import dataclass

import numpy as np

from assets.make.closures import belt, button, drawstrings
from assets.make.cloth import FABRICS, Material
from assets.make.curves import Points, flipped, resampled, spline, strip
from assets.make.panel import ClothPanel, Thread
from assets.make.relief import Crease, Relief, creases, drape, seam, wrinkles
from assets.make.skirts import inner_back

TOP = 40.0


@dataclass(frozen=True)
class Legs:
    """Measures of trousers in cm, the waist at y = 40.

    Attributes:
        waist: half width at the top.
        hip: half width 19 cm below.
        inseam: length from crotch to hem.
        knee: width of a leg at the knee.
        hem: width of a leg at the hem.
        stance: x of the middle of a leg at the hem.
        cuff: height of a turned or elastic cuff, 0 for a plain hem.
    """

    waist: float = 18.6
    hip: float = 23.4
    inseam: float = 76.0
    knee: float = 19.0
    hem: float = 17.0
    stance: float = 13.5
    cuff: float = 0.0

    @property
    def crotch(self) -> float:
        """y of the crotch."""
        return TOP + 28.0

    @property
    def length(self) -> float:
        """y of the hem."""
        return self.crotch + self.inseam


def _leg_edges(legs: Legs) -> tuple[Points, Points]:
    """The right leg's outer edge (waist to hem) and inner edge (hem to crotch)."""
    outer = [[legs.waist, TOP], [legs.hip - 0.6, TOP + 12], [legs.hip, TOP + 20]]
    inner = [[legs.stance - legs.hem / 2, legs.length]]
    if legs.inseam > 40:
        knee_y, middle = legs.crotch + 34, legs.stance * 0.93
        outer.append([middle + legs.knee / 2, knee_y])
        inner.append([middle - legs.knee / 2, knee_y])
    inner += [[1.6, legs.crotch + 6], [0.0, legs.crotch]]
    outer.append([legs.stance + legs.hem / 2, legs.length])
    return spline(outer), spline(inner)


def outline(legs: Legs) -> Points:
    """The closed front of both legs."""
    outer, inner = _leg_edges(legs)
    hem = spline([outer[-1], (outer[-1] + inner[0]) / 2 + [0, 1.0], inner[0]])
    right = np.vstack([outer, hem, inner])
    bow = spline([[-legs.waist, TOP], [0, TOP + 1.0], [legs.waist, TOP]])
    return np.vstack([bow, right, flipped(right)[::-1]])


def _folds(legs: Legs, material: Material, random: np.random.Generator) -> list[Relief]:
    """Whiskers from the crotch, folds at knee and ankle, a pressed crease for fine cloth."""
    soft = 1.25 - FABRICS[material.fabric].stiffness
    lines = []
    for sign in (-1.0, 1.0):
        for number in range(5):
            start = np.array([1.5 + 1.2 * number, legs.crotch - 1.5 - 3.0 * number])
            reach = 10 + 7 * float(random.random())
            end = start + [reach, -(2.0 + 2.2 * number) + 4 * float(random.random())]
            path = np.array([start, (start + end) / 2 + [0, 1.2], end]) * [sign, 1]
            lines.append(Crease(path, 1.2 + random.random(), soft * float(random.uniform(0.35, 0.9))))
        if legs.inseam > 40:
            lines += _knee_and_ankle(legs, sign, soft, random)
    centre = legs.crotch + legs.inseam * 0.45
    folds = [creases(lines), drape(0.55 * soft, 6.0, 46.0)]
    folds.append(wrinkles(0.35 * soft, 3.2, lambda grid: np.exp(-(((grid.y - centre) / 9) ** 2))))
    if material.fabric in ("wool", "twill", "linen", "satin") and not legs.cuff:
        for sign in (-1.0, 1.0):
            press = [[sign * legs.waist * 0.52, TOP + 12], [sign * legs.stance * 0.86, legs.crotch + 10]]
            press.append([sign * legs.stance, legs.length])
            path = resampled(spline(press), 24)
            folds.append(creases([Crease(path, 1.0, 0.75)]))
    return folds


def _knee_and_ankle(legs: Legs, sign: float, soft: float, random: np.random.Generator) -> list[Crease]:
    """Folds across one leg at the knee and where the hem breaks on the shoe."""
    lines = []
    knee_y = legs.crotch + legs.inseam * 0.45
    for y in [*(knee_y + random.uniform(-8, 9, 4)), *(legs.length - random.uniform(3, 15, 4))]:
        width = legs.knee if y < legs.length - 20 else legs.hem
        edge = float(random.choice([-1.0, 1.0]))
        start = np.array([legs.stance * 0.95 + edge * width * 0.5, float(y)])
        end = start + [-edge * width * float(random.uniform(0.4, 0.85)), float(random.uniform(-2, 5))]
        path = np.array([start, (start + end) / 2 + [0, 1.0], end]) * [sign, 1]
        lines.append(Crease(path, 1.1 + random.random(), soft * float(random.uniform(0.4, 0.95))))
    return lines


def _pockets(
    legs: Legs, material: Material, thread: str
) -> tuple[list[Relief], list[Thread], list[ClothPanel]]:
    """Front pockets: rounded with a coin pocket on jeans, slanted elsewhere."""
    jeans = material.fabric == "denim"
    if jeans:
        curve = spline([[legs.waist * 0.42, TOP], [legs.waist * 0.6, TOP + 6.5], [legs.hip - 1.2, TOP + 9]])
    else:
        curve = spline([[legs.waist * 0.66, TOP], [legs.hip * 0.82, TOP + 9], [legs.hip - 0.6, TOP + 16]])
    reliefs: list[Relief] = []
    threads: list[Thread] = []
    for line in (curve, flipped(curve)):
        reliefs.append(seam(line, 0.5, 0.30))
        if thread:
            threads += [Thread(line + [0, 0.8], thread, 0.2, 0.5), Thread(line + [0, 1.5], thread, 0.2, 0.5)]
    panels: list[ClothPanel] = []
    if jeans:
        for mark in (curve[0] + [0.2, 0.8], curve[-1] + [-0.7, 0.5]):
            for sign in (-1, 1):
                angle = np.linspace(0, 6.28, 16)
                rivet = np.stack([mark[0] * sign + 0.4 * np.cos(angle), mark[1] + 0.4 * np.sin(angle)], 1)
                panels.append(
                    ClothPanel(
                        rivet, Material("gold", "metal"), round_depth=0.2, shadow=0.3, shadow_reach=0.3
                    )
                )
    return reliefs, threads, panels


def _waistband(legs: Legs, material: Material, detail: str, thread: str) -> list[ClothPanel]:
    """The band with loops and a button, or an elastic one with a cord."""
    t = np.linspace(-1, 1, 60)
    bow = 1.0 * (1 - t**2)
    upper = np.stack([t * legs.waist * 0.985, TOP - 4.0 + bow], 1)
    lower = np.stack([t * legs.waist * 1.004, TOP + 0.3 + bow], 1)
    shape = np.vstack([upper, lower[::-1]])
    if detail == "cord":
        band = ClothPanel(shape, material.ribbed(), round_depth=0.8, edge=0.3, shadow=0.35)
        return [band, *drawstrings(1.2, 10.0, TOP - 0.6, "white" if material.colour != "white" else "grey")]
    threads = (
        [Thread(lower - [0, 0.7], thread, 0.2, 0.5), Thread(upper + [0, 0.6], thread, 0.2, 0.5)]
        if thread
        else []
    )
    panels = [ClothPanel(shape, material, round_depth=0.5, edge=0.25, threads=threads, shadow=0.4)]
    for x in (-0.72, -0.36, 0.36, 0.72):
        y = TOP - 4.5 + 1.0 * (1 - x * x)
        loop = np.array([[0, 0], [1.3, 0], [1.3, 5.3], [0, 5.3]]) + [x * legs.waist - 0.65, y]
        panels.append(ClothPanel(loop, material, round_depth=0.35, edge=0.12, shadow=0.45, shadow_reach=0.4))
    if detail == "belt":
        return panels + belt(Material("brown", "leather"), TOP - 3.8, legs.waist + 0.1, 3.4, "silver")
    return panels + button(0.6, TOP - 1.0, 0.85, "gold" if thread else "brown")


def build_trousers(
    legs: Legs, material: Material, detail: str, random: np.random.Generator
) -> list[ClothPanel]:
    """Trousers, jeans or shorts."""
    thread = "gold" if material.fabric == "denim" and material.colour != "black" else ""
    reliefs, threads, extra = _pockets(legs, material, thread)
    reliefs = [*_folds(legs, material, random), *reliefs]
    fly = spline([[0.0, TOP], [0.0, TOP + 12], [0.2, legs.crotch]])
    reliefs.append(seam(fly, 0.5, 0.22))
    if detail != "cord":
        bend = spline([[4.2, TOP], [4.2, TOP + 11], [3.2, TOP + 15], [0.3, TOP + 17]])
        threads.append(Thread(bend, thread or material.colour, 0.2, 0.5, 1.0 if thread else 1.3))
        reliefs.append(seam(bend, 0.3, 0.08))
    outer, inner = _leg_edges(legs)
    for sign in (1, -1):
        hem = np.array([outer[-1] - [0, 2.2], (outer[-1] + inner[0]) / 2 - [0, 1.3], inner[0] - [0, 2.2]]) * [
            sign,
            1,
        ]
        reliefs.append(seam(hem, 0.3, 0.09))
        if thread:
            threads.append(Thread(resampled(hem, 30), thread, 0.2, 0.5))
            threads.append(
                Thread(resampled(outer[6:34] * [sign, 1] - [sign * 0.8, 0], 80), thread, 0.16, 0.5, 0.8)
            )
    front = ClothPanel(
        outline(legs),
        material,
        round_depth=6.0,
        round_reach=11.0,
        reliefs=reliefs,
        threads=threads,
        shadow=0.25,
    )
    body = [*inner_back(legs.waist * 0.98, TOP - 4.0, material), front, *extra]
    if legs.cuff:
        body += _leg_cuffs(legs, material, detail == "cord")
    return body + _waistband(legs, material, detail, thread)


def _leg_cuffs(legs: Legs, material: Material, ribbed: bool) -> list[ClothPanel]:
    """Turned-up or ribbed ends of the legs."""
    panels = []
    for sign in (-1.0, 1.0):
        half = legs.hem / 2 + 0.35
        line = np.array([[legs.stance + half, 0.0], [legs.stance, 1.0], [legs.stance - half, 0.0]])
        upper = resampled(spline(line), 30) + [0, legs.length - legs.cuff + 0.6]
        pull = 0.82 if ribbed else 1.0
        lower = (upper - [legs.stance, 0]) * [pull, 1] + [legs.stance, legs.cuff]
        shape = np.vstack([upper, lower[::-1]]) * [sign, 1]
        cloth = material.ribbed() if ribbed else material
        panels.append(ClothPanel(shape, cloth, round_depth=2.6, edge=0.3, shadow=0.4))
    return panels


__all__ = ["Legs", "build_trousers", "outline", "strip"]

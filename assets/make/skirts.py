"""Skirts, dresses and gowns: a bodice when there is one, and a skirt that opens downwards."""

from dataclasses import dataclass, replace

import numpy as np

from assets.make import closures, collars, shapes, tops
from assets.make.cloth import Material
from assets.make.curves import Points, resampled, spline, strip
from assets.make.panel import ClothPanel
from assets.make.relief import Relief, box_pleats, drape, gathers, pleats, seam
from assets.make.shapes import Cut


@dataclass(frozen=True)
class Skirt:
    """Measures of a skirt in cm.

    Attributes:
        style: "a-line", "gathered", "pleated", "pencil", "tiered" or "flowing".
        top: y of the waist.
        waist: half width at the waist.
        hip: half width 18 cm below the waist.
        hem: half width at the hem.
        length: y of the hem.
    """

    style: str = "a-line"
    top: float = 40.0
    waist: float = 17.0
    hip: float = 21.0
    hem: float = 31.0
    length: float = 96.0


def _hem_line(skirt: Skirt, random: np.random.Generator) -> Points:
    """The hem from right to left, wavy where the skirt falls in folds."""
    t = np.linspace(1, -1, 160)
    wave = {"gathered": 1.3, "flowing": 1.8, "a-line": 0.7, "tiered": 1.3, "pleated": 0.5}.get(
        skirt.style, 0.0
    )
    phases = random.uniform(0, 6.28, 3)
    swing = np.sin(t * 9.5 + phases[0]) + 0.6 * np.sin(t * 15.5 + phases[1]) + 0.4 * np.sin(t * 5 + phases[2])
    fade = np.clip((1 - np.abs(t)) * 6, 0, 1)
    drop = 0.07 * skirt.hem if skirt.style == "pencil" else 0.11 * skirt.hem
    return np.stack([t * skirt.hem, skirt.length + drop * (1 - t**2) + 0.55 * wave * swing * fade], 1)


def skirt_outline(skirt: Skirt, random: np.random.Generator) -> Points:
    """The closed outline of a skirt from the waist down."""
    hip_y = skirt.top + min(18.0, (skirt.length - skirt.top) * 0.45)
    points = [[skirt.waist, skirt.top], [skirt.hip, hip_y]]
    if skirt.length - skirt.top > 45:
        sag = 0.5 if skirt.style != "flowing" else 0.42
        points.append([skirt.hip + (skirt.hem - skirt.hip) * sag, hip_y + (skirt.length - hip_y) * 0.55])
    points.append([skirt.hem, skirt.length])
    right = spline(points)
    bow = spline([[-skirt.waist, skirt.top], [0, skirt.top + 1.0], [skirt.waist, skirt.top]])
    return np.vstack([bow, right, _hem_line(skirt, random), (right * [-1, 1])[::-1]])


def skirt_reliefs(skirt: Skirt, material: Material, random: np.random.Generator) -> list[Relief]:
    """The folds that the style asks for."""
    top, length = skirt.top, skirt.length
    gathered = [gathers(0.8, top, 20.0, 1.4)]
    folds: dict[str, list[Relief]] = {
        "a-line": [pleats(4.0, 2.6, top + 6, length, 0.2), drape(0.35, 9, 40)],
        "gathered": [pleats(8.0, 2.4, top - 4, top + 40, 0.35), *gathered],
        "pleated": [box_pleats(22, 1.5, top)],
        "pencil": [drape(0.45, 10, 14)],
        "tiered": [pleats(8.0, 2.2, top - 4, top + 40, 0.3), *gathered],
        "flowing": [pleats(6.5, 4.2, top + 2, length * 0.8, 0.35), pleats(14.0, 1.0, top + 20, length, 0.3)],
    }
    reliefs = list(folds[skirt.style])
    if skirt.style == "tiered":
        for level in (0.36, 0.68):
            y = top + (length - top) * level
            line = np.array([[-skirt.hem, y], [0, y + 2.4], [skirt.hem, y]])
            reliefs += [seam(spline(line), 0.6, 0.35), gathers(0.8, y + 1.2, 16.0, 1.5)]
    if skirt.style not in ("pleated", "flowing"):
        hem = _hem_line(skirt, np.random.default_rng(1))
        flat = np.stack(
            [hem[:, 0] * 0.995, skirt.length - 2.2 + 0.1 * skirt.hem * (1 - (hem[:, 0] / skirt.hem) ** 2)], 1
        )
        reliefs.append(seam(resampled(flat, 60), 0.3, 0.06))
    return reliefs


def skirt_panel(skirt: Skirt, material: Material, random: np.random.Generator) -> ClothPanel:
    """The skirt itself."""
    reach = skirt.hip * 1.2
    return ClothPanel(
        skirt_outline(skirt, random),
        material,
        round_depth=7.0,
        round_reach=reach,
        reliefs=skirt_reliefs(skirt, material, random),
        shadow=0.2,
    )


def waistband(skirt: Skirt, material: Material, height: float = 3.6) -> list[ClothPanel]:
    """A band at the top of a skirt, with the inside of its back."""
    t = np.linspace(-1, 1, 50)
    bow = 1.0 * (1 - t**2)
    upper = np.stack([t * skirt.waist * 0.985, skirt.top - height + bow], 1)
    lower = np.stack([t * skirt.waist * 1.005, skirt.top + 0.4 + bow], 1)
    shape = np.vstack([upper, lower[::-1]])
    return [ClothPanel(shape, material, round_depth=0.5, edge=0.25, reliefs=[drape(0.1, 5, 9)], shadow=0.35)]


def inner_back(half: float, y: float, material: Material) -> list[ClothPanel]:
    """The inside of the back of a waist, seen over the front edge."""
    shape = spline([[-half, y + 0.2], [0, y - 1.5], [half, y + 0.2], [0, y + 2.0], [-half, y + 0.2]])
    tag = np.array([[-2.2, y - 0.9], [2.2, y - 0.9], [2.2, y + 0.5], [-2.2, y + 0.5]])
    return [
        ClothPanel(shape, material.inside(0.42), round_depth=0.3, shadow=0.0),
        ClothPanel(tag, Material("white", "satin", tone=0.6), round_depth=0.1, shadow=0.2),
    ]


def build_skirt(
    skirt: Skirt, material: Material, detail: str, random: np.random.Generator
) -> list[ClothPanel]:
    """A skirt on its own, waist at y = 40."""
    body = inner_back(skirt.waist * 0.98, skirt.top - 3.6, material)
    body += [skirt_panel(skirt, material, random), *waistband(skirt, material)]
    if detail == "buttons":
        low = skirt.length + 0.1 * skirt.hem
        body += closures.placket(
            material, skirt.top - 3, low, 3.4, "gold" if material.fabric == "denim" else ""
        )
        body += closures.button_row(0.0, skirt.top - 1.0, skirt.length - 8, 6, 0.75, "brown")
    if detail == "belt":
        body += closures.belt(Material("brown", "leather"), skirt.top - 3.8, skirt.waist + 0.2, 3.4, "gold")
    if detail == "pockets":
        for sign in (-1, 1):
            start, end = (
                [sign * skirt.waist * 0.62, skirt.top + 1.5],
                [sign * skirt.hip * 0.95, skirt.top + 13],
            )
            body += closures.slit_pocket(material, start, end, 1.3)
    return body


def build_dress(
    cut: Cut, skirt: Skirt, material: Material, detail: str, random: np.random.Generator
) -> list[ClothPanel]:
    """A dress: bodice and skirt in one cloth, with what its detail names at waist or neck."""
    bodice = replace(cut, length=skirt.top + 0.6, waist=skirt.waist, hem=skirt.waist, drop=1.0)
    body = tops.back(bodice, material)
    if cut.neckline == "collar":
        body += collars.stand(cut, material)
    elif cut.neckline not in ("strap", "sweetheart"):
        body += tops.back_band(cut, material, 1.2, False)
    body += [*tops.sleeves(bodice, material, random), skirt_panel(skirt, material, random)]
    body.append(replace(tops.front(bodice, material, random, stitched=False), shadow=0.15))
    body += _edges(cut, bodice, material)
    if "buttons" in detail:
        body += closures.placket(material, cut.neck[1] - 0.5, skirt.length + 0.1 * skirt.hem, 3.2)
        body += closures.button_row(0.0, cut.neck[1] + 4, skirt.length - 8, 8, 0.62, "white")
    if cut.neckline == "collar":
        body += collars.shirt_collar(cut, material)
    if "belt" in detail:
        body += closures.belt(Material("brown", "leather"), skirt.top - 1.6, skirt.waist + 0.3, 3.4, "gold")
    elif "sash" in detail:
        plain = material.unpatterned()
        body += closures.belt(plain, skirt.top - 2.4, skirt.waist + 0.4, 4.4, tie="bow" in detail)
    return body


def _edges(cut: Cut, bodice: Cut, material: Material) -> list[ClothPanel]:
    """Bindings along the neckline and the armholes."""
    edges = [] if cut.neckline == "collar" else tops.neckband(cut, material, 1.1, False)
    if cut.sleeve == "sleeveless":
        for hole in shapes.both(resampled(shapes.armhole(bodice), 60)):
            edges.append(
                ClothPanel(strip(hole, 0.9), material.unpatterned(), round_depth=0.3, edge=0.1, shadow=0.2)
            )
    elif cut.sleeve in ("long", "three-quarter"):
        edges += tops.cuffs(cut, material, 4.0, ribbed=False)
    return edges

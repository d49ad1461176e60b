"""The tops of the wardrobe, each type assembled from its panels."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from assets.make import closures, collars, shapes, tops
from assets.make.cloth import Material
from assets.make.curves import flipped, resampled, strip
from assets.make.panel import ClothPanel, Thread
from assets.make.relief import Relief, drape, quilting, seam
from assets.make.shapes import Cut

Builder = Callable[[Cut, Material, str, np.random.Generator], list[ClothPanel]]


def _plain(cut: Cut, material: Material, detail: str, random: np.random.Generator) -> list[ClothPanel]:
    """T-shirt, tank top, jersey blouse: a neckband and nothing else."""
    ribbed = material.fabric in ("jersey", "knit", "fine knit")
    body = [*tops.back(cut, material), *tops.back_band(cut, material, 1.6, ribbed)]
    body += [*tops.sleeves(cut, material, random), tops.front(cut, material, random)]
    width = 1.4 if cut.neckline in ("scoop", "boat", "strap", "square") else 2.2
    body += tops.neckband(cut, material, width, ribbed and cut.neckline == "crew")
    if cut.sleeve == "sleeveless":
        for hole in shapes.both(resampled(shapes.armhole(cut), 60)):
            body.append(
                ClothPanel(strip(hole, 1.1), material.unpatterned(), round_depth=0.3, edge=0.1, shadow=0.2)
            )
    if detail == "pocket":
        body += closures.patch_pocket(material, 10.5, 19.0, 10.0, 11.0)
    return body


def _polo(cut: Cut, material: Material, detail: str, random: np.random.Generator) -> list[ClothPanel]:
    """Polo shirt: knitted collar, short placket with buttons, ribbed sleeve ends."""
    collar = material.ribbed()
    body = [*tops.back(cut, material), *collars.stand(cut, collar)]
    body += [*tops.sleeves(cut, material, random), tops.front(cut, material, random)]
    body += closures.placket(material.unpatterned(), cut.neck[1] - 1, 22.0, 3.4)
    body += closures.button_row(0.0, 9.5, 20.0, 3, 0.6, "white")
    return body + tops.cuffs(cut, material, 2.6) + collars.shirt_collar(cut, collar, 8.8, 8.2)


def _shirt(cut: Cut, material: Material, detail: str, random: np.random.Generator) -> list[ClothPanel]:
    """Shirt: collar, full placket with buttons, cuffs, chest pocket, curved tails."""
    body = [*tops.back(cut, material), *collars.stand(cut, material)]
    body += [*tops.sleeves(cut, material, random), tops.front(cut, material, random)]
    end = cut.length + cut.drop - 0.3
    body += closures.placket(material, cut.neck[1] - 1, end, 3.3)
    buttons = "white" if detail != "dark buttons" else "brown"
    body += closures.button_row(0.0, cut.neck[1] + 7.5, cut.length - 8, 6, 0.55, buttons)
    pockets = (-10.5, 10.5) if detail == "two pockets" else (10.5,)
    if detail != "no pocket":
        for x in pockets:
            body += closures.patch_pocket(material, x, 20.0, 10.5, 11.5, flap=detail == "two pockets")
    if cut.sleeve == "long":
        body += tops.cuffs(cut, material, 6.0, ribbed=False)
    return body + collars.shirt_collar(cut, material)


def _blouse(cut: Cut, material: Material, detail: str, random: np.random.Generator) -> list[ClothPanel]:
    """Blouse: flowing cloth with a bow, a frill or a plain bound neck, and small cuffs."""
    flow: list[Relief] = [drape(0.7, 6.0, 40.0)]
    body = [*tops.back(cut, material), *tops.back_band(cut, material, 1.2, False)]
    body += tops.sleeves(cut, material, random, [drape(0.6, 3.2, 22.0)])
    body.append(tops.front(cut, material, random, flow))
    if cut.sleeve in ("long", "three-quarter"):
        body += tops.cuffs(cut, material, 4.0, ribbed=False)
    if detail == "ruffle":
        return body + collars.ruffle(cut, material)
    body += tops.neckband(cut, material, 1.3, False)
    if detail == "bow":
        body += closures.bow(material, 0.0, cut.neck[1] + 0.6, 8.5, 19.0)
    if detail == "buttons":
        body += closures.placket(material, cut.neck[1] + 0.4, cut.length + cut.drop - 0.2, 2.8)
        body += closures.button_row(0.0, cut.neck[1] + 4, cut.length - 6, 6, 0.55, "cream")
    return body


def _sweater(cut: Cut, material: Material, detail: str, random: np.random.Generator) -> list[ClothPanel]:
    """Sweater: ribbed neck, cuffs and hem."""
    inner = replace(cut, length=cut.length - 6.0)
    body = [*tops.back(cut, material), *tops.back_band(cut, material, 2.6)]
    body += tops.sleeves(cut, material, random)
    body += [tops.front(inner, material, random, stitched=False), *tops.hem_band(inner, material, 6.0)]
    body += tops.cuffs(cut, material, 6.5)
    if cut.neckline == "high":
        return body + collars.turtleneck(cut, material)
    return body + tops.neckband(cut, material, 3.0)


def _hoodie(cut: Cut, material: Material, detail: str, random: np.random.Generator) -> list[ClothPanel]:
    """Hoodie: hood, pouch, cords, ribbed ends; with a zip when the detail says so."""
    inner = replace(cut, length=cut.length - 6.0)
    body = collars.hood_back(cut, material) + tops.sleeves(cut, material, random)
    body += [tops.front(inner, material, random, stitched=False), *tops.hem_band(inner, material, 6.0)]
    body += tops.cuffs(cut, material, 6.5)
    body += closures.kangaroo_pocket(material, cut.length - 27, cut.length - 6.2)
    if detail == "zip":
        body += closures.zipper(cut.neck[1] + 1, cut.length, tape=material.colour)
    cord = "white" if material.colour not in ("white", "cream", "yellow") else "grey"
    return body + collars.hood_front(cut, material) + closures.drawstrings(3.0, 15.0, cut.neck[1] + 0.8, cord)


def _cardigan(cut: Cut, material: Material, detail: str, random: np.random.Generator) -> list[ClothPanel]:
    """Cardigan: a deep V, one ribbed band all along the opening, buttons below it."""
    inner = replace(cut, length=cut.length - 6.0)
    body = [*tops.back(cut, material), *tops.sleeves(cut, material, random)]
    body += [tops.front(inner, material, random, stitched=False), *tops.hem_band(inner, material, 6.0)]
    body += tops.cuffs(cut, material, 6.5)
    rib = material.ribbed()
    right = shapes.neckline(cut)[len(shapes.neckline(cut)) // 2 :]
    down = np.array([[0.3, cut.length - 0.5], [0.3, cut.neck[1] + 3.0]])
    line = resampled(np.vstack([down, right[2:] + [0.4, 0], [[right[-1][0] - 2.4, -2.4]]]), 140)
    wide = np.interp(
        np.linspace(0, 1, 140), [0, 0.86, 1], [3.4, 3.4, 1.2]
    )  # it goes out of sight round the neck
    for path in (flipped(line), line):
        body.append(ClothPanel(strip(path, wide), rib, round_depth=0.5, edge=0.25, axis=0.0, shadow=0.35))
    dark = "brown" if material.colour in ("beige", "cream", "olive", "orange", "yellow") else "black"
    buttons = "cream" if material.colour in ("black", "navy", "burgundy", "green", "grey") else dark
    body += closures.button_row(0.2, cut.neck[1] + 4.5, cut.length - 3.2, 5, 0.85, buttons)
    if detail == "pockets":
        for x in (-13.0, 13.0):
            body += closures.patch_pocket(material, x, cut.length - 24, 11.5, 13.0)
    return body


def _bomber(cut: Cut, material: Material, detail: str, random: np.random.Generator) -> list[ClothPanel]:
    """Zipped jacket with ribbed ends; padded in rows when the detail says so."""
    padded = detail == "padded"
    extra: list[Relief] = [quilting(8.5, 1.5)] if padded else [drape(0.5, 9.0, 16.0)]
    inner = replace(cut, length=cut.length - (4.0 if padded else 6.0))
    body = [*tops.back(cut, material)]
    body += tops.sleeves(cut, material, random, [quilting(8.5, 1.3)] if padded else [drape(0.5, 6, 8)])
    body += [tops.front(inner, material, random, extra, stitched=False)]
    rib = material.unpatterned("nylon" if padded else "rib")
    body += tops.hem_band(inner, rib, cut.length - inner.length) if not padded else []
    body += tops.cuffs(cut, material, 4.0 if padded else 6.0)
    for sign in (-1, 1):
        start, end = [sign * 11.5, cut.length - 24.0], [sign * 17.0, cut.length - 10.0]
        body += closures.slit_pocket(material, start, end)
    body += closures.zipper(
        -3.5 if padded else cut.neck[1] - 1.8, cut.length + 0.6, metal="silver" if not padded else "black"
    )
    if padded:
        return body + collars.turtleneck(
            replace(cut, neckline="high"), replace(material, fabric="nylon"), 5.0
        )
    return body + tops.neckband(cut, material, 4.2)


def _denim_jacket(cut: Cut, material: Material, detail: str, random: np.random.Generator) -> list[ClothPanel]:
    """Denim jacket: collar, metal buttons, flap pockets, gold stitching."""
    body = [*tops.back(cut, material), *collars.stand(cut, material)]
    body += [*tops.sleeves(cut, material, random), tops.front(cut, material, random, stitched=False)]
    body += closures.placket(material, cut.neck[1] - 1, cut.length - 3.0, 3.8, "gold")
    for x in (-11.5, 11.5):
        body += closures.patch_pocket(material, x, 18.5, 11.0, 12.0, "gold", flap=True)
    band = replace(cut, length=cut.length - 4.5)
    across = np.linspace(-1, 1, 50)
    edge = np.stack([across * (cut.hem - 0.2), band.length + 1.2 * (1 - across**2)], 1)
    hem = np.vstack([edge, (edge + [0, 4.8])[::-1]])
    threads = [Thread(edge + [0, 0.6], "gold", 0.2, 0.5), Thread(edge + [0, 4.0], "gold", 0.2, 0.5)]
    body.append(ClothPanel(hem, material, round_depth=2.4, edge=0.25, threads=threads, shadow=0.4))
    body += tops.cuffs(cut, material, 5.5, ribbed=False)
    body += closures.button_row(0.0, cut.neck[1] + 4, cut.length - 2.0, 6, 0.75, "silver")
    return body + collars.shirt_collar(cut, material, 10.0, 10.0)


def _tailored(cut: Cut, material: Material, detail: str, random: np.random.Generator) -> list[ClothPanel]:
    """Blazer or coat: lapels, flap pockets, one or two rows of buttons, a belt for a trench."""
    body = [*tops.back(cut, replace(material, fabric="satin"), label=True)]
    body += tops.sleeves(cut, material, random)
    body.append(tops.front(cut, material, random, [drape(0.5, 12, 60)], stitched=False))
    shift = 5.0 if "double" in detail else 1.6
    line = resampled(
        np.array([[0.5, cut.neck[1] + 2.0], [shift, cut.neck[1] + 8], [shift, cut.length + cut.drop]]), 60
    )
    front = body[-1]
    body[-1] = replace(front, reliefs=[*front.reliefs, seam(line, 0.45, 0.30)])
    colour = {"camel": "brown", "beige": "brown", "navy": "gold", "white": "gold"}.get(
        material.colour, "black"
    )
    low = min(cut.length - 24, cut.neck[1] + 30)
    count = 2 if cut.length < 80 else 4
    body += closures.button_row(0.0 if shift < 2 else 3.0, cut.neck[1] + 4, low, count, 1.0, colour)
    if "double" in detail:
        body += closures.button_row(-7.5, cut.neck[1] + 4, low, count, 1.0, colour)
    for x in (-14.0, 14.0):
        y = min(cut.length - 20, 56.0)
        body += closures.flap_pocket(material, x, y, 12.5)
    if "belt" in detail:
        body += closures.belt(material, 43.0, cut.waist + 0.6, 4.2, buckle="brown")
    return body + collars.lapels(cut, material)


BUILDERS: dict[str, Builder] = {
    "T-shirt": _plain,
    "tank top": _plain,
    "polo shirt": _polo,
    "shirt": _shirt,
    "blouse": _blouse,
    "sweater": _sweater,
    "hoodie": _hoodie,
    "cardigan": _cardigan,
    "bomber": _bomber,
    "denim jacket": _denim_jacket,
    "tailored": _tailored,
}

"""A garment on its wearer or hanger, in the order in which things lie over one another."""

from dataclasses import dataclass, replace

import numpy as np

from assets.make import figure
from assets.make.design import Design, ShopItem, build
from assets.make.figure import Wearer
from assets.make.noise import generator
from assets.make.panel import ClothPanel
from assets.make.shapes import Cut
from assets.make.trousers import Legs, build_trousers

_TROUSERS = Legs(waist=15.6, hip=18.8, knee=14.5, hem=12.6, stance=11.6, inseam=82)
_TUCKED = Cut(
    "crew", "short", shoulder=19.5, chest=22.5, waist=19.5, hem=18.6, length=46, bicep=16.5, splay=6.0
)


@dataclass(frozen=True)
class Dressed:
    """Panels from back to front, and which of them are the garment itself."""

    panels: tuple[ClothPanel, ...]
    garment: tuple[ClothPanel, ...]
    bare: tuple[ClothPanel, ...]


def slim(design: Design) -> Design:
    """The same garment as it sits on a body: a little narrower than on the ghost of the catalogue."""
    if design.cut is None:
        return design
    cut = design.cut
    thin = {"shoulder": 0.96, "chest": 0.94, "waist": 0.92, "hem": 0.94, "bicep": 0.95}
    if design.build == "dress":
        thin = {"waist": 0.96}
    narrow = {name: getattr(cut, name) * factor for name, factor in thin.items()}
    return replace(design, cut=replace(cut, splay=cut.splay - 2.0, **narrow))


def dressed(garment: ShopItem, wearer: Wearer, seed: str) -> Dressed:
    """The garment on a figure.

    Args:
        garment: the shop item.
        wearer: the figure.
        seed: folds differ from the catalogue's picture: they are seeded by this.

    Returns:
        What lies over what, and the garment's own panels.
    """
    design = slim(garment.design)
    random = generator("street", seed)
    own = build(design, garment.material, random)
    long_hair = bool(wearer.hair) and random.random() < 0.6
    behind, before = figure.head(wearer, long_hair)
    if design.build in ("skirt", "trousers"):
        return _with_bottom(design, own, wearer, behind, before)
    cut = design.cut or Cut()
    arms = figure.arm(wearer, cut) + figure.arm(wearer, cut, left=True)
    inside, outside = _split(own, cut)
    neck, face = before[:1], before[1:]
    lower = [] if design.build == "dress" else build_trousers(_TROUSERS, wearer.bottom, "", random)
    feet = figure.legs(wearer)
    if design.build != "dress":
        feet = figure.shoes(wearer, _TROUSERS.stance, _TROUSERS.length)
    if design.length == "floor":
        feet = []
    skin = [*figure.chest(wearer), *arms, *neck]
    first = [*behind, *inside, *feet, *lower]
    panels = [*first, *skin, *outside, *face]
    return Dressed(tuple(panels), tuple(outside), tuple(skin))


def _split(own: list[ClothPanel], cut: Cut) -> tuple[list[ClothPanel], list[ClothPanel]]:
    """What of a garment lies behind the neck (inside of the back, hood) and what before it."""
    count = 0
    for panel in own:
        if np.abs(panel.outline[:, 0]).max() > 16 or panel.outline[:, 1].max() > 30:
            break
        count += 1
    return [panel for panel in own[:count] if not _is_label(panel)], own[count:]


def _is_label(panel: ClothPanel) -> bool:
    """True of the small sewn-in label, which a neck hides."""
    return len(panel.outline) == 4 and panel.material.fabric == "satin"


def _with_bottom(
    design: Design, own: list[ClothPanel], wearer: Wearer, behind: list[ClothPanel], before: list[ClothPanel]
) -> Dressed:
    """Trousers or a skirt with a plain tucked-in T-shirt above."""
    cut, feet = _TUCKED, figure.legs(wearer)
    if design.legs and design.length == "full":
        waist = design.legs.waist
        cut = replace(cut, shoulder=18.5, chest=20.5, waist=waist + 2.4, hem=waist + 1.2)
        feet = figure.shoes(wearer, design.legs.stance, design.legs.length)
    shirt = Design("plain", "T-shirt", "T-shirt", "jersey", ("white",), "regular", cut)
    inside, outside = _split(build(shirt, wearer.top, generator("tucked", wearer.top.colour)), cut)
    arms = figure.arm(wearer, cut) + figure.arm(wearer, cut, left=True)
    own = [panel for panel in own if not _is_label(panel)]
    panels = [*behind, *inside, *feet, *before[:1], *arms, *outside, *own, *before[1:]]
    return Dressed(tuple(panels), tuple(own), tuple(arms))


def hung(garment: ShopItem, seed: str) -> Dressed:
    """The garment on a hanger, sleeves straight down."""
    design = garment.design
    if design.cut is not None:
        design = replace(design, cut=replace(design.cut, splay=max(design.cut.splay - 9.0, 4.0)))
    own = build(design, garment.material, generator("hung", seed))
    held = figure.hanger(design.cut if design.build not in ("skirt", "trousers") else None)
    if design.cut is None:
        return Dressed((*own, *held), tuple(own), ())
    inside, outside = _split(own, design.cut)
    return Dressed((*inside, *held, *outside), tuple(own), ())

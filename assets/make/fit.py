"""How a design's measures become the garment that a catalogue shows: shirts narrower, trousers longer in the leg."""

from dataclasses import replace

from assets.make.design import Design

_SHIRT = {"shoulder": 0.94, "chest": 0.88, "waist": 0.88, "hem": 0.88, "bicep": 0.94}
_LEG = {"waist": 0.80, "hip": 0.80, "knee": 0.80, "hem": 0.80, "stance": 1.12, "inseam": 1.16}


def fitted(design: Design) -> Design:
    """The design as it is cut.

    Shirts stand off the body by a few centimetres, not by a hand, and their sleeves hang free of it; long
    trousers are three times as long as the seat is wide, and stand a little apart. Other designs are cut as they are
    measured.
    """
    if design.type == "shirt" and design.cut:
        cut = design.cut
        away = cut.splay + (7 if cut.sleeve == "long" else 4)
        narrow = {name: getattr(cut, name) * factor for name, factor in _SHIRT.items()}
        return replace(design, cut=replace(cut, splay=away, **narrow))
    if design.build == "trousers" and design.length == "full" and design.legs:
        long = {name: getattr(design.legs, name) * factor for name, factor in _LEG.items()}
        return replace(design, legs=replace(design.legs, **long))
    return design

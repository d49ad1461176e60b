"""The list of street pictures: which garment, where, how near, how much of it is hidden.

A few are set by hand; every other garment gets one that chance, seeded by the garment's name, has set, and every
tenth garment one more, somewhere else.
"""

from collections.abc import Sequence

from assets.make.design import ShopItem
from assets.make.noise import generator
from assets.make.shot import Shot

SHOTS: tuple[Shot, ...] = (
    Shot("crew-tee-navy-striped-white", "street", 2),
    Shot("crew-tee-red", "park", 2, 2, "bag", turn=3),
    Shot("lumber-red-tartan-black", "street", 2, 1, turn=-4, warmth=0.8),
    Shot("wrap-dress-red-floral-white", "park", 1, 1, warmth=0.5),
    Shot("hoodie-grey", "wall", 2, 1, side=0.5),
    Shot("puffer-yellow", "street", 2, 2, "post"),
    Shot("trucker-denim", "street", 2, 1, side=-0.7, warmth=-0.6),
    Shot("trench-beige", "street", 1, 2, "bag", warmth=0.3),
    Shot("cardigan-pink", "room", 2, 1, turn=4),
    Shot("evening-burgundy", "room", 1, 1, warmth=0.9, exposure=0.92),
    Shot("straight-jeans-denim", "street", 2, 1),
    Shot("chinos-beige", "park", 2, 2, "leaves"),
    Shot("full-skirt-pink-gingham-red", "wall", 2, 1, warmth=0.4),
    Shot("pleated-skirt-green", "street", 1, 1),
    Shot("holiday-teal-floral-cream", "room", 2, 1, hung=True, turn=-3),
    Shot("oxford-light-blue", "wall", 2, 1, hung=True, warmth=0.6),
    Shot("bow-blouse-navy-dotted-white", "shop", 2, 1),
    Shot("tank-orange", "park", 2, 3, "shopping bag"),
    Shot("polo-red-striped-navy", "street", 1, 1, turn=-3),
    Shot("wool-coat-red", "night", 1, 1, warmth=0.5),
    Shot("crew-knit-navy-striped-cream", "room", 3, 1),
    Shot("sun-dress-yellow-dotted-white", "street", 1, 3, "passer-by", warmth=0.7),
    Shot("bomber-olive", "night", 2, 2, "post", side=0.7),
    Shot("chino-shorts-navy", "park", 2, 1, turn=2),
    Shot("fine-cardigan-mint", "shop", 2, 1, hung=True),
    Shot("breton-cream-striped-navy", "room", 2, 2, "bag", side=-0.4),
    Shot("roll-neck-orange", "wall", 2, 1, side=0.8, warmth=-0.5),
    Shot("ball-teal", "shop", 1, 1, exposure=1.05),
)

_PLACES = ("street", "street", "park", "wall", "room", "shop", "night")
_OBSTACLES = {2: ("bag", "post", "leaves"), 3: ("shopping bag", "passer-by", "leaves")}


def by_chance(garment: ShopItem, taken: Sequence[str] = ()) -> Shot:
    """A shot that depends on the garment's name alone, in none of the places taken."""
    random = generator("chance", garment.identifier, len(taken))
    places = [place for place in _PLACES if place not in taken]
    place = places[int(random.integers(len(places)))]
    hung = bool(random.random() < 0.16) and place in ("wall", "room", "shop")
    level = 1 if hung else int(random.choice([1, 2, 3], p=[0.72, 0.18, 0.10]))
    zoom = int(random.choice([1, 2, 3], p=[0.22, 0.68, 0.10] if level == 1 else [0.2, 0.8, 0.0]))
    if garment.pattern == "plain":
        zoom = min(zoom, 2)  # a part of a plain garment shows nothing but its colour
    obstacle = "" if level == 1 else str(random.choice(_OBSTACLES[level]))
    turn, side, warmth = (round(float(value), 2) for value in random.normal(0, [2.0, 0.45, 0.4]))
    side = max(-0.9, min(0.9, side)) if not hung else 0.0
    exposure = round(float(random.uniform(0.9, 1.1)), 2)
    return Shot(garment.identifier, place, zoom, level, obstacle, hung, turn, side, warmth, exposure, 1)


def all_shots(wardrobe: Sequence[ShopItem]) -> list[Shot]:
    """Every street picture: those set by hand, then those set by chance, at least one of each garment."""
    shots = list(SHOTS)
    places = {shot.item: shot.place for shot in SHOTS}
    shots += [by_chance(garment) for garment in wardrobe if garment.identifier not in places]
    places |= {shot.item: shot.place for shot in shots}
    return shots + [by_chance(garment, (places[garment.identifier],)) for garment in wardrobe[::10]]

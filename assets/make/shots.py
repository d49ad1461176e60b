"""The list of street pictures: which garment, where, how near, how much of it is hidden."""

from assets.make.street import Shot

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

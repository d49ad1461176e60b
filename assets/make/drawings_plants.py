"""Line drawings of plants and fruit, as strokes of our own in a square of 100 by 100 units."""

import numpy as np

from assets.make.strokes import Drawing, closed, curve, lines, oval


def apple() -> Drawing:
    """An apple with a leaf."""
    skin = closed(
        (50, 30),
        (62, 24),
        (78, 28),
        (87, 44),
        (84, 66),
        (72, 86),
        (60, 91),
        (50, 87),
        (40, 91),
        (28, 86),
        (16, 66),
        (13, 44),
        (22, 28),
        (38, 24),
    )
    return [
        skin,
        curve((50, 32), (49, 20), (54, 10)),
        curve((52, 18), (62, 6), (78, 8), (70, 19), (52, 18)),
        curve((52, 18), (64, 13), (76, 9)),
        curve((24, 42), (20, 54), (26, 66)),
    ]


def banana() -> Drawing:
    """A single banana."""
    return [
        curve((20, 12), (24, 40), (40, 66), (64, 80), (90, 82)),
        curve((26, 10), (40, 32), (56, 52), (72, 64), (92, 74)),
        lines((20, 12), (18, 5), (24, 4), (26, 10)),
        curve((92, 74), (95, 78), (90, 82)),
        curve((23, 13), (34, 42), (52, 63), (90, 79)),
    ]


def pineapple() -> Drawing:
    """A pineapple with its crown."""
    body = closed(
        (50, 36), (64, 40), (72, 54), (72, 74), (64, 90), (50, 95), (36, 90), (28, 74), (28, 54), (36, 40)
    )
    across = [
        curve((30, 50), (46, 66), (66, 86)),
        curve((36, 41), (56, 60), (71, 75)),
        curve((28, 64), (40, 78), (54, 94)),
        curve((46, 37), (60, 48), (72, 60)),
        curve((70, 50), (54, 66), (34, 86)),
        curve((64, 41), (44, 60), (29, 75)),
        curve((72, 64), (60, 78), (46, 94)),
        curve((54, 37), (40, 48), (28, 60)),
    ]
    leaves = [
        curve((46, 37), (30, 26), (22, 12), (38, 22), (48, 36)),
        curve((54, 37), (70, 26), (78, 12), (62, 22), (52, 36)),
        curve((46, 34), (40, 16), (50, 1), (60, 16), (54, 34)),
        curve((43, 28), (32, 14), (33, 4), (42, 12)),
        curve((57, 28), (68, 14), (67, 4), (58, 12)),
    ]
    return [body, *across, *leaves]


def mushroom() -> Drawing:
    """A spotted mushroom."""
    cap = [
        curve((8, 52), (14, 28), (34, 12), (54, 11), (76, 20), (90, 38), (93, 52)),
        curve((8, 52), (30, 59), (50, 60), (72, 59), (93, 52)),
    ]
    stem = [
        curve((38, 60), (40, 76), (35, 91)),
        curve((63, 60), (62, 76), (67, 91)),
        curve((35, 91), (50, 95), (67, 91)),
        curve((37, 67), (50, 73), (64, 67)),
    ]
    return [
        *cap,
        *stem,
        oval(36, 32, 6, 5),
        oval(60, 25, 5, 4),
        oval(75, 40, 6, 5),
        oval(52, 44, 5, 4),
        oval(24, 46, 4, 3),
    ]


def flower() -> Drawing:
    """A daisy on its stalk."""
    petals = []
    for number in range(9):
        turn = number * 40
        petal = oval(0, 0, 11, 5)
        angle = np.deg2rad(turn)
        matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        petals.append((petal + [18, 0]) @ matrix + [50, 32])
    return [
        *petals,
        oval(50, 32, 7.5),
        curve((50, 54), (52, 72), (49, 97)),
        curve((51, 78), (62, 66), (76, 66), (68, 78), (51, 80)),
        curve((50, 86), (38, 76), (27, 77), (35, 87), (50, 90)),
    ]


def tree() -> Drawing:
    """A broad tree with a round crown."""
    crown = closed(
        (50, 6),
        (64, 8),
        (72, 16),
        (84, 22),
        (88, 36),
        (84, 48),
        (74, 58),
        (60, 58),
        (50, 62),
        (38, 58),
        (24, 58),
        (14, 48),
        (12, 34),
        (18, 22),
        (30, 16),
        (37, 8),
    )
    return [
        crown,
        curve((43, 60), (44, 78), (36, 94)),
        curve((58, 59), (57, 78), (65, 94)),
        curve((36, 94), (50, 91), (65, 94)),
        lines((50, 62), (50, 48)),
        lines((50, 56), (58, 46)),
        lines((50, 60), (41, 48)),
        curve((26, 32), (31, 37), (36, 32)),
        curve((60, 24), (65, 29), (70, 24)),
        curve((64, 44), (69, 48), (74, 43)),
        curve((40, 22), (45, 27), (50, 22)),
    ]


PLANTS = {
    "apple": apple,
    "banana": banana,
    "pineapple": pineapple,
    "mushroom": mushroom,
    "flower": flower,
    "tree": tree,
}

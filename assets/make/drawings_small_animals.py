"""Line drawings of small animals, as strokes of our own in a square of 100 by 100 units."""

from assets.make.strokes import Drawing, closed, curve, hatching, lines, oval


def snail() -> Drawing:
    """A snail with a spiral shell."""
    shell = oval(58, 48, 26, 24)
    spiral = curve(
        (82, 54),
        (72, 68),
        (54, 68),
        (42, 56),
        (43, 42),
        (55, 33),
        (68, 37),
        (72, 48),
        (66, 58),
        (55, 57),
        (52, 49),
        (57, 43),
        (62, 47),
        (60, 51),
    )
    foot = curve(
        (88, 78),
        (60, 74),
        (36, 76),
        (26, 66),
        (22, 50),
        (16, 44),
        (8, 48),
        (7, 58),
        (14, 70),
        (24, 82),
        (50, 86),
        (80, 85),
        (96, 84),
        (88, 78),
    )
    horns = [
        curve((13, 44), (10, 34), (6, 26)),
        curve((18, 45), (19, 34), (22, 27)),
        oval(5.5, 24, 1.8),
        oval(22.6, 25, 1.8),
    ]
    return [shell, spiral, foot, *horns, curve((8, 57), (12, 59), (15, 57))]


def butterfly() -> Drawing:
    """A butterfly with open wings."""
    right = [
        curve((52, 42), (62, 22), (80, 10), (94, 14), (94, 32), (80, 48), (53, 52)),
        curve((53, 54), (76, 54), (86, 66), (78, 82), (64, 86), (55, 72), (52, 62)),
    ]
    left = [stroke * [-1, 1] + [100, 0] for stroke in right]
    spots = [oval(80, 27, 6, 5), oval(70, 68, 5), oval(20, 27, 6, 5), oval(30, 68, 5)]
    body = [closed((50, 36), (53, 46), (52, 66), (50, 80), (48, 66), (47, 46)), oval(50, 33, 3)]
    return [
        *right,
        *left,
        *spots,
        *body,
        curve((51, 31), (56, 20), (62, 15)),
        curve((49, 31), (44, 20), (38, 15)),
        *hatching([(48, 52), (52, 52)], (0, 6), 4),
    ]


def starfish() -> Drawing:
    """A starfish with dots."""
    star = closed(
        (50, 6),
        (57, 26),
        (61, 36),
        (78, 37),
        (95, 39),
        (80, 53),
        (69, 60),
        (74, 78),
        (78, 94),
        (62, 84),
        (50, 76),
        (38, 84),
        (22, 94),
        (26, 78),
        (31, 60),
        (20, 53),
        (5, 39),
        (22, 37),
        (39, 36),
        (43, 26),
    )
    dots = [
        oval(x, y, 1.3)
        for x, y in (
            (50, 18),
            (50, 30),
            (50, 44),
            (60, 47),
            (72, 44),
            (84, 42),
            (40, 47),
            (28, 44),
            (16, 42),
            (57, 60),
            (63, 72),
            (70, 84),
            (43, 60),
            (37, 72),
            (30, 84),
        )
    ]
    return [star, *dots]


def spider() -> Drawing:
    """A spider from above."""
    legs = [
        curve((44, 44), (28, 30), (16, 34), (6, 22)),
        curve((43, 48), (26, 44), (14, 48), (3, 42)),
        curve((43, 52), (26, 56), (16, 64), (5, 66)),
        curve((45, 55), (32, 66), (24, 80), (14, 88)),
    ]
    return [
        oval(50, 66, 14, 18),
        oval(50, 43, 8, 8),
        *legs,
        *[leg * [-1, 1] + [100, 0] for leg in legs],
        oval(47, 39, 1.2),
        oval(53, 39, 1.2),
        curve((47, 36), (45, 31), (47, 28)),
        curve((53, 36), (55, 31), (53, 28)),
        lines((50, 56), (50, 76)),
        curve((44, 62), (50, 66), (56, 62)),
        curve((43, 70), (50, 74), (57, 70)),
    ]


SMALL_ANIMALS = {
    "snail": snail,
    "butterfly": butterfly,
    "starfish": starfish,
    "spider": spider,
}

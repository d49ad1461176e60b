"""Line drawings of things found outdoors, as strokes of our own in a square of 100 by 100 units."""

from assets.make.strokes import Drawing, closed, curve, hatching, lines, oval


def umbrella() -> Drawing:
    """An open umbrella."""
    dome = curve((8, 48), (14, 28), (30, 15), (50, 11), (70, 15), (86, 28), (92, 48))
    rim = [
        curve((8, 48), (15, 42), (22, 48)),
        curve((22, 48), (29, 42), (36, 48)),
        curve((36, 48), (43, 42), (50, 48)),
        curve((50, 48), (57, 42), (64, 48)),
        curve((64, 48), (71, 42), (78, 48)),
        curve((78, 48), (85, 42), (92, 48)),
    ]
    ribs = [
        curve((50, 11), (34, 24), (22, 48)),
        curve((50, 11), (43, 26), (36, 48)),
        curve((50, 11), (57, 26), (64, 48)),
        curve((50, 11), (66, 24), (78, 48)),
    ]
    return [
        dome,
        *rim,
        *ribs,
        lines((50, 5), (50, 11)),
        curve((50, 46), (50, 84), (47, 91), (41, 90), (39, 84)),
    ]


def sailboat() -> Drawing:
    """A sailing boat on waves."""
    hull = [curve((14, 72), (22, 84), (32, 87), (68, 87), (78, 83), (88, 71)), lines((14, 72), (88, 71))]
    sails = [
        curve((47, 10), (38, 34), (18, 64)),
        lines((18, 64), (47, 64)),
        curve((53, 14), (66, 38), (82, 63)),
        lines((82, 63), (53, 64)),
        lines((53, 14), (53, 64)),
    ]
    waves = [
        curve((2, 92), (9, 88), (16, 92), (23, 95), (30, 92)),
        curve((52, 95), (60, 91), (68, 95), (76, 97), (84, 94), (96, 92)),
    ]
    return [*hull, lines((50, 5), (50, 71)), *sails, *waves, curve((50, 5), (58, 7), (50, 11))]


def hot_air_balloon() -> Drawing:
    """A hot-air balloon with its basket."""
    skin = curve(
        (40, 68),
        (26, 56),
        (17, 38),
        (22, 18),
        (38, 7),
        (50, 5),
        (62, 7),
        (78, 18),
        (83, 38),
        (74, 56),
        (60, 68),
        (40, 68),
    )
    seams = [
        curve((50, 5), (34, 30), (44, 68)),
        curve((50, 5), (66, 30), (56, 68)),
        curve((38, 7), (22, 32), (40, 68)),
        curve((62, 7), (78, 32), (60, 68)),
    ]
    ropes = [lines((41, 68), (44, 82)), lines((59, 68), (56, 82))]
    basket = [
        lines((43, 82), (57, 82), (55, 94), (45, 94), (43, 82)),
        lines((44, 86), (56, 86)),
        lines((44.5, 90), (55.5, 90)),
    ]
    return [skin, *seams, *ropes, *basket]


def bicycle() -> Drawing:
    """A bicycle from the side."""
    wheels = [oval(23, 66, 18), oval(77, 66, 18), oval(23, 66, 16.4), oval(77, 66, 16.4)]
    spokes = [
        lines((x - a, 66 - b), (x + a, 66 + b))
        for x in (23, 77)
        for a, b in ((16, 0), (0, 16), (11, 11), (11, -11))
    ]
    frame = [
        lines((23, 66), (36, 38), (68, 38), (48, 66), (23, 66)),
        lines((48, 66), (34, 33)),
        lines((77, 66), (66, 30)),
    ]
    rest = [
        curve((29, 32), (34, 31), (41, 33)),
        curve((66, 30), (60, 27), (56, 30)),
        lines((66, 30), (72, 28)),
        oval(48, 66, 4.5),
        lines((48, 66), (52, 74), (56, 74)),
    ]
    return [*wheels, *spokes, *frame, *rest]


def windmill() -> Drawing:
    """A windmill with four lattice sails."""
    tower = [
        lines((38, 94), (43, 40)),
        lines((62, 94), (57, 40)),
        curve((41, 40), (44, 31), (50, 28), (56, 31), (59, 40), (41, 40)),
        lines((34, 94), (66, 94)),
    ]
    sails: Drawing = []
    for a, b in ((0.71, -0.71), (0.71, 0.71), (-0.71, 0.71), (-0.71, -0.71)):
        tip, side = (50 + 44 * a, 37 + 44 * b), (-b * 9, a * 9)
        near = (50 + 10 * a, 37 + 10 * b)
        sails += [
            lines(
                (50, 37),
                tip,
                (tip[0] + side[0], tip[1] + side[1]),
                (near[0] + side[0], near[1] + side[1]),
                near,
            )
        ]
        sails += hatching([near, (near[0] + side[0], near[1] + side[1])], (8.5 * a, 8.5 * b), 4)
    return [
        *tower,
        *sails,
        oval(50, 37, 2),
        lines((46, 94), (46, 82), (54, 82), (54, 94)),
        lines((48, 56), (52, 56), (52, 62), (48, 62), (48, 56)),
    ]


def airplane() -> Drawing:
    """An airliner from the side."""
    body = closed(
        (6, 50), (12, 43), (26, 41), (70, 41), (86, 43), (94, 47), (84, 52), (60, 57), (24, 58), (10, 56)
    )
    tail = [lines((78, 42), (88, 22), (95, 22), (91, 45)), lines((82, 49), (96, 52), (97, 55), (84, 52))]
    wings = [
        lines((42, 50), (62, 78), (69, 78), (60, 51)),
        lines((46, 41), (56, 26), (61, 26), (57, 41)),
        oval(51, 66, 4.5, 2.4),
    ]
    windows = [oval(22 + 5.6 * number, 47, 1.2, 1.5) for number in range(9)]
    return [body, *tail, *wings, *windows, curve((11, 46), (15, 45), (17, 48), (10, 49.5))]


def church() -> Drawing:
    """A small church with a steeple."""
    return [
        lines((14, 92), (14, 58), (40, 58)),
        lines((14, 58), (24, 40), (40, 40)),
        lines((14, 92), (86, 92)),
        lines((40, 92), (40, 34), (66, 34), (66, 92)),
        lines((37, 34), (53, 10), (69, 34)),
        lines((53, 10), (53, 1)),
        lines((50, 4), (56, 4)),
        lines((66, 58), (86, 58), (86, 92)),
        lines((66, 44), (80, 44), (86, 58)),
        curve((47, 92), (47, 80), (53, 74), (59, 80), (59, 92)),
        oval(53, 48, 5),
        curve((22, 80), (22, 70), (26, 66), (30, 70), (30, 80), (22, 80)),
        curve((73, 80), (73, 70), (76.5, 66), (80, 70), (80, 80), (73, 80)),
    ]


OUTDOORS = {
    "umbrella": umbrella,
    "sailboat": sailboat,
    "hot-air_balloon": hot_air_balloon,
    "bicycle": bicycle,
    "windmill": windmill,
    "airplane": airplane,
    "church": church,
}

"""Line drawings of things found indoors, as strokes of our own in a square of 100 by 100 units."""

from assets.make.strokes import Drawing, closed, curve, lines, oval


def guitar() -> Drawing:
    """A guitar, upright."""
    body = closed(
        (50, 92),
        (36, 90),
        (28, 79),
        (34, 66),
        (38, 60),
        (35, 52),
        (42, 45),
        (50, 44),
        (58, 45),
        (65, 52),
        (62, 60),
        (66, 66),
        (72, 79),
        (64, 90),
    )
    neck = [lines((47, 44), (47, 14)), lines((53, 44), (53, 14))]
    head = lines((47, 14), (45, 3), (55, 3), (53, 14))
    pegs = [lines((45, y), (41, y)) for y in (5, 8, 11)] + [lines((55, y), (59, y)) for y in (5, 8, 11)]
    strings = [lines((x, 8), (x, 80)) for x in (48.6, 50.0, 51.4)]
    return [
        body,
        *neck,
        head,
        *pegs,
        oval(50, 62, 6.5),
        lines((43, 80), (57, 80), (57, 83), (43, 83), (43, 80)),
        *strings,
    ]


def violin() -> Drawing:
    """A violin with its bow."""
    body = closed(
        (45, 92),
        (33, 89),
        (27, 79),
        (31, 70),
        (37, 66),
        (36, 59),
        (31, 54),
        (32, 45),
        (39, 40),
        (45, 39),
        (51, 40),
        (58, 45),
        (59, 54),
        (54, 59),
        (53, 66),
        (59, 70),
        (63, 79),
        (57, 89),
    )
    neck = [lines((43, 39), (43.5, 14)), lines((47, 39), (46.5, 14))]
    scroll = curve((43.5, 14), (41, 8), (45, 4), (49, 8), (45.5, 10), (44.5, 8))
    holes = [curve((38, 58), (40, 60), (37, 66), (39.5, 68)), curve((52, 58), (50, 60), (53, 66), (50.5, 68))]
    bow = [curve((76, 6), (79, 50), (78, 95)), lines((74, 10), (76, 92)), lines((74, 90), (79, 92))]
    inside = [lines((41, 71), (49, 71)), lines((42, 75), (48, 75), (46.5, 89), (43.5, 89), (42, 75))]
    strings = [lines((44, 16), (43.6, 75)), lines((46, 16), (46.4, 75))]
    return [body, *neck, scroll, *holes, *inside, *strings, *bow]


def teapot() -> Drawing:
    """A round teapot."""
    belly = closed((30, 42), (23, 58), (30, 76), (48, 82), (66, 76), (73, 58), (66, 42), (48, 38))
    spout = [
        curve((26, 66), (14, 60), (12, 46), (5, 36)),
        curve((25, 50), (19, 46), (17, 38), (12, 33)),
        lines((5, 36), (12, 33)),
    ]
    handle = [
        curve((70, 46), (82, 38), (92, 46), (88, 62), (71, 70)),
        curve((72, 51), (80, 45), (86, 50), (82, 60), (73, 64)),
    ]
    lid = [curve((34, 40), (40, 31), (48, 29), (56, 31), (62, 40)), oval(48, 25, 3.6)]
    return [belly, *spout, *handle, *lid, curve((32, 78), (34, 84), (62, 84), (64, 78))]


def cup() -> Drawing:
    """A cup on a saucer, with steam."""
    sides = [
        curve((24, 36), (26, 56), (34, 72)),
        curve((72, 36), (70, 56), (62, 72)),
        curve((34, 72), (48, 75), (62, 72)),
    ]
    handle = [
        curve((72, 42), (84, 40), (86, 52), (78, 60), (68, 60)),
        curve((72, 47), (79, 46), (80, 52), (75, 55), (70, 55)),
    ]
    saucer = [oval(48, 76, 34, 6, -160, 320), curve((22, 80), (48, 88), (74, 80))]
    steam = [curve((38, 26), (35, 20), (40, 15), (37, 8)), curve((50, 26), (47, 20), (52, 15), (49, 8))]
    return [oval(48, 36, 24, 6), *sides, *handle, *saucer, *steam]


def hourglass() -> Drawing:
    """An hourglass in its frame."""
    frame = [
        lines((26, 8), (74, 8), (74, 14), (26, 14), (26, 8)),
        lines((26, 86), (74, 86), (74, 92), (26, 92), (26, 86)),
    ]
    posts = [lines((29, 14), (29, 86)), lines((71, 14), (71, 86))]
    glass = [
        curve((35, 14), (36, 32), (44, 44), (48, 50), (44, 56), (36, 68), (35, 86)),
        curve((65, 14), (64, 32), (56, 44), (52, 50), (56, 56), (64, 68), (65, 86)),
    ]
    sand = [
        curve((38, 32), (50, 35), (62, 32)),
        lines((50, 36), (50, 76)),
        curve((37, 84), (44, 76), (50, 72), (56, 76), (63, 84)),
    ]
    return [*frame, *posts, *glass, *sand]


def eyeglasses() -> Drawing:
    """A pair of glasses from the front."""
    lenses = [
        closed((10, 44), (18, 38), (34, 38), (44, 44), (42, 56), (34, 63), (18, 63), (11, 56)),
        closed((90, 44), (82, 38), (66, 38), (56, 44), (58, 56), (66, 63), (82, 63), (89, 56)),
    ]
    return [
        *lenses,
        curve((44, 46), (50, 42), (56, 46)),
        curve((10, 45), (4, 42), (2, 36)),
        curve((90, 45), (96, 42), (98, 36)),
        lines((20, 46), (26, 41)),
        lines((70, 46), (76, 41)),
    ]


def scissors() -> Drawing:
    """Open scissors."""
    return [
        oval(26, 80, 11, 10),
        oval(26, 80, 7, 6.4),
        oval(74, 80, 11, 10),
        oval(74, 80, 7, 6.4),
        lines((33, 72), (66, 8), (56, 48)),
        lines((67, 72), (34, 8), (44, 48)),
        curve((33, 72), (46, 60), (53, 55)),
        curve((67, 72), (54, 60), (47, 55)),
        oval(50, 52, 1.8),
    ]


def alarm_clock() -> Drawing:
    """An alarm clock with two bells."""
    ticks = [
        lines((50 + 25 * a, 54 + 25 * b), (50 + 29 * a, 54 + 29 * b))
        for a, b in (
            (0, -1),
            (0.5, -0.87),
            (0.87, -0.5),
            (1, 0),
            (0.87, 0.5),
            (0.5, 0.87),
            (0, 1),
            (-0.5, 0.87),
            (-0.87, 0.5),
            (-1, 0),
            (-0.87, -0.5),
            (-0.5, -0.87),
        )
    ]
    bells = [
        curve((22, 33), (18, 20), (30, 13), (40, 21), (22, 33)),
        curve((78, 33), (82, 20), (70, 13), (60, 21), (78, 33)),
    ]
    feet = [lines((31, 80), (24, 91)), lines((69, 80), (76, 91))]
    hands = [lines((50, 54), (50, 35)), lines((50, 54), (62, 60)), oval(50, 54, 1.5)]
    return [
        oval(50, 54, 34),
        oval(50, 54, 30),
        *ticks,
        *bells,
        *feet,
        *hands,
        lines((50, 20), (50, 12)),
        lines((46, 12), (54, 12)),
    ]


def chair() -> Drawing:
    """A kitchen chair seen from one side."""
    return [
        lines((30, 8), (30, 92)),
        lines((34, 10), (34, 56)),
        lines((30, 8), (62, 14)),
        lines((34, 14), (60, 18)),
        lines((62, 14), (62, 50)),
        lines((30, 54), (58, 60), (82, 52), (60, 48), (34, 52)),
        lines((58, 60), (58, 96)),
        lines((82, 52), (82, 86)),
        lines((58, 64), (82, 56)),
        lines((30, 58), (58, 64)),
        lines((60, 61), (60, 66)),
        lines((38, 16), (38, 52)),
        lines((46, 16), (46, 50)),
        lines((54, 17), (54, 49)),
        lines((34, 92), (34, 60)),
        lines((30, 92), (34, 92)),
    ]


def candle() -> Drawing:
    """A burning candle in a holder."""
    wax = [
        lines((42, 36), (42, 78)),
        lines((58, 36), (58, 78)),
        curve((42, 36), (46, 40), (48, 47), (50, 39), (54, 38), (58, 36)),
        oval(50, 36, 8, 2.2, 180, 180),
    ]
    flame = closed((50, 30), (45, 24), (47, 16), (51, 7), (54, 16), (55, 24))
    holder = [
        curve((26, 80), (32, 88), (68, 88), (74, 80)),
        oval(50, 80, 24, 4, 0, 360),
        curve((73, 82), (84, 76), (88, 84), (80, 90), (71, 86)),
    ]
    return [*wax, flame, lines((50, 35), (50, 27)), *holder]


def wine_bottle() -> Drawing:
    """A bottle with a label."""
    right = [(55, 6), (55, 30), (57, 36), (64, 46), (65, 54), (65, 92)]
    left = [(100 - x, y) for x, y in right]
    return [
        curve(*right),
        curve(*left),
        curve((35, 92), (50, 95), (65, 92)),
        oval(50, 6, 5, 1.5),
        lines((44.6, 12), (55.4, 12)),
        lines((35.4, 58), (64.6, 58)),
        lines((35.4, 80), (64.6, 80)),
        curve((42, 70), (46, 66), (50, 71), (54, 66), (58, 70)),
    ]


def pizza() -> Drawing:
    """A slice of pizza."""
    return [
        curve((12, 22), (32, 12), (52, 10), (72, 13), (90, 22)),
        curve((12, 22), (14, 29), (34, 21), (52, 19), (72, 21), (88, 29), (90, 22)),
        curve((16, 29), (32, 62), (50, 94)),
        curve((87, 29), (70, 62), (50, 94)),
        oval(38, 38, 6.5),
        oval(62, 36, 6.5),
        oval(51, 58, 6.5),
        oval(50, 29, 2),
        oval(45, 76, 1.8),
        oval(58, 74, 1.6),
        curve((30, 33), (33, 31), (32, 28)),
        curve((72, 44), (75, 46), (73, 49)),
    ]


INDOORS = {
    "guitar": guitar,
    "violin": violin,
    "teapot": teapot,
    "cup": cup,
    "hourglass": hourglass,
    "eyeglasses": eyeglasses,
    "scissors": scissors,
    "alarm_clock": alarm_clock,
    "chair": chair,
    "candle": candle,
    "wine_bottle": wine_bottle,
    "pizza": pizza,
}

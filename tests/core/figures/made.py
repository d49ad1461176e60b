"""Figure files of every kind, made for tests; their pictures are those that ship."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

import numpy as np

from core.images import open_picture, thumbnail
from core.settings import ASSETS

SHOP = (
    "cami-teal-dotted-white",
    "denim-skirt-denim",
    "hoodie-pink",
    "polo-green",
    "trench-beige",
    "ball-red",
)
PARTS = [
    {"kind": "picture", "label": "picture q", "weight": 0.2},
    {"kind": "words", "label": "words t", "weight": 0.3},
    {"kind": "both", "label": "both f(q, t)", "weight": 0.5},
]


@cache
def picture(name: str = "polo-green", folder: str = "galleries/shop") -> str:
    """Returns a picture that ships as a figure file has it."""
    path = next((ASSETS / folder).glob(f"{name}.*"))
    return base64.b64encode(thumbnail(open_picture(path), 240)).decode()


def shop(number: int) -> str:
    """Returns one of some pictures of the gallery."""
    return picture(SHOP[number % len(SHOP)])


def figure_value(kind: str, **changed: Any) -> dict[str, Any]:
    """Returns a whole figure file of a kind."""
    return {
        "blendscope_figure": 1,
        "kind": kind,
        "title": "A title",
        "view": "tab=compose&example=1&w=0.2,0.3,0.5",
        "profile": "pocket",
        "models": {"joint": "blendscope-pocket-joint", "composing": "combiner_1"},
        "measured": [
            {"name": "Recall@10", "value": 0.6123, "low": 0.59, "high": 0.63, "n": 2100, "share": True}
        ],
        "licence": "Pictures: of the sample gallery that comes with Blendscope, Apache-2.0.",
        "evidence": EVIDENCE[kind]() | changed,
    }


def ranking() -> dict[str, Any]:
    shares = [[0.16 - 0.008 * at, 0.12 - 0.02 * at, 0.35 - 0.01 * at] for at in range(12)]
    return {
        "question": {"picture": shop(3), "words": ["the same in red with $5 & 100% cotton_"]},
        "sentence": "Of 244 pictures the polo in red comes first; picture and words agree.",
        "parts": PARTS,
        "results": [
            {"rank": at + 1, "title": f"{SHOP[at % 6].replace('-', ' ')} {at}", "score": sum(parts), "parts": parts,
             "right": at == 2, "picture": shop(at)}
            for at, parts in enumerate(shares)
        ],
        "of": 244,
    }  # fmt: skip


def classes() -> dict[str, Any]:
    rows = [("violin", 0.71, 2.1, -0.4), ("guitar", 0.2, 1.0, 0.6), ("cello", 0.05, 0.6, 0.1),
            ("banjo", 0.02, -0.2, 0.5), ("wooden spoon with a very long name", 0.01, 0.1, -0.4)]  # fmt: skip
    return {
        "question": {"picture": picture("bicycle-clean", "examples/sketches"), "words": ["a sketch of a violin"]},
        "sentence": "The picture says violin (0.71); the words pull towards guitar.",
        "parts": [
            {"kind": "picture", "label": "picture", "weight": 0.6}, {"kind": "words", "label": "words", "weight": 0.4},
        ],
        "classes": [
            {"label": label, "probability": p, "logit": q + t, "parts": [q, t], "right": at == 0}
            for at, (label, p, q, t) in enumerate(rows)
        ],
        "of": 125,
    }  # fmt: skip


def verdict() -> dict[str, Any]:
    return {
        "question": {"picture": shop(1), "words": ["a photo of a field", "a photo of a road"]},
        "sentence": "The head says road (0.82); the captions say field (0.31).",
        "labels": ["field", "road"],
        "judgements": [
            {"name": "Head, trained on photos", "kind": "head", "share": 0.82},
            {"name": "Two captions, no training", "kind": "captions", "share": 0.31},
        ],
        "band": [0.4, 0.6],
        "verdict": "road",
        "facts": [
            {"name": "Verdict", "value": "road", "why": "the head’s, unless it falls in the band"},
            {"name": "Set at 0.90", "value": "both", "why": "p(field) = 0.12, p(road) = 0.74"},
        ],
    }


def atlas() -> dict[str, Any]:
    a, b, c, m = [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.4, 0.3, 0.3]
    return {
        "sentence": "Three pictures come first somewhere; the picture alone explains 46 % of all mixes.",
        "parts": PARTS,
        "cells": [
            {"title": "a teal cami", "share": 0.3, "corners": [a, b, m], "picture": shop(0)},
            {"title": "a denim skirt", "share": 0.3, "corners": [b, c, m], "picture": shop(1)},
            {"title": "a pink hoodie", "share": 0.4, "corners": [c, a, m], "picture": shop(2)},
        ],
        "words": "the same in red",
    }


def line() -> dict[str, Any]:
    return atlas() | {
        "parts": PARTS[:2],
        "cells": [
            {
                "title": "a teal cami",
                "share": 0.35,
                "corners": [[1.0, 0.0], [0.65, 0.35]],
                "picture": shop(0),
            },
            {
                "title": "a denim skirt",
                "share": 0.65,
                "corners": [[0.65, 0.35], [0.0, 1.0]],
                "picture": shop(1),
            },
        ],
    }


def simplex() -> dict[str, Any]:
    n = 9
    grid = [(i / n, j / n, (n - i - j) / n) for i in range(n + 1) for j in range(n + 1 - i)]
    values = [50 * (1 - (q - 0.2) ** 2 - (t - 0.25) ** 2 - (f - 0.55) ** 2) for q, t, f in grid]
    ranks = [float(1 + int(60 * abs(q - 0.2))) for q, *_ in grid]
    marks = [{"symbol": "R", "label": "the report’s best", "weights": [0.5, 0.3, 0.2]}]
    return {
        "sentence": "Recall over all weights.",
        "parts": PARTS,
        "maps": [
            {
                "title": "Recall at 10, measured here",
                "values": values,
                "steps": n,
                "unit": "%",
                "marks": marks,
            },
            {"title": "Rank of “polo green”", "values": ranks, "steps": n, "ranks": True},
        ],
    }


def slopes() -> dict[str, Any]:
    moves = [
        (9, 1),
        (1, 5),
        (3, 12),
        (2, 2),
        (4, 3),
        (5, 4),
        (0, 7),
        (14, 6),
        (6, 8),
        (7, 9),
        (8, 10),
        (10, 40),
    ]
    return {
        "sentence": "7 of the first 10 stay; “polo” moves most, from rank 9 to 1.",
        "pinned": "“the same in red”, 0.20 / 0.30 / 0.50, pocket",
        "now": "“the same in red”, 0.80 / 0.10 / 0.10, pocket",
        "moves": [
            {"title": f"{SHOP[at % 6].replace('-', ' ')} {at}", "before": before, "after": after, "picture": shop(at),
             "right": at == 0}
            for at, (before, after) in enumerate(moves)
        ],
        "agreement": 0.83,
        "of": 244,
    }  # fmt: skip


def curves() -> dict[str, Any]:
    bins = [(0.55, 0.5, 0.3, 0.7), (0.65, 0.72, 0.5, 0.86), (0.8, 0.75, 0.6, 0.9), (0.97, 0.95, 0.85, 0.99)]
    words = [(0.5, 0.42), (0.7, 0.6), (0.9, 0.7)]
    return {
        "charts": [
            {
                "title": "Reliability, n = 80 in 4 bins", "x": "how sure it is", "y": "share right",
                "diagonal": True, "n": 80,
                "curves": [
                    {"name": "picture alone", "kind": "picture", "points": [bin[:2] for bin in map(list, bins)],
                     "intervals": [list(bin[2:]) for bin in bins], "counts": [20, 20, 20, 20]},
                    {"name": "words alone", "kind": "words", "points": [list(point) for point in words]},
                    {"name": "words alone, as you judge", "kind": "words", "light": True,
                     "points": [[0.5, 0.5], [0.9, 0.9]]},
                ],
            },
            {
                "title": "Risk against coverage", "x": "share answered, the surest first", "y": "share wrong of these",
                "curves": [
                    {"name": "picture alone", "kind": "picture",
                     "points": [[k / 80, 0.2 * (k / 80) ** 2] for k in range(1, 81)]},
                    {"name": "both", "kind": "both", "points": [[k / 80, 0.1 * (k / 80) ** 2] for k in range(1, 81)]},
                ],
            },
        ],
    }  # fmt: skip


def places() -> dict[str, Any]:
    side = 7
    bump = lambda x, y: [  # noqa: E731
        float(np.exp(-((i % side - x) ** 2 + (i // side - y) ** 2) / 3) - (0.4 if i == 3 else 0))
        for i in range(side * side)
    ]
    return {
        "sentence": "What is in common, place by place.",
        "kind": "picture", "label": "picture q", "score": sum(bump(4, 2)) + 0.05,
        "panels": [
            {"title": "Reference", "picture": shop(3), "side": side, "values": bump(2, 3)},
            {"title": "1. a teal cami", "picture": shop(0), "side": side, "values": bump(4, 2), "rest": 0.05},
        ],
        "pairs": [[23, 18, 0.05], [24, 25, 0.03]],
        "words": [{"word": "the", "adds": 0.01}, {"word": "same", "adds": 0.05}, {"word": "red", "adds": -0.03}],
        "note": "Estimated on 50 pictures.",
    }  # fmt: skip


def gallery_map() -> dict[str, Any]:
    spread = np.random.default_rng(7).uniform(-1, 1, (120, 2)).round(3).tolist()
    return {
        "sentence": "First by picture “polo”, by words “red tee”; by the mix “red polo”.",
        "note": "By UMAP; 6.2 of a picture’s ten nearest are among the ten nearest.",
        "places": spread,
        "pictures": [
            {"title": f"picture {at}", "rank": at + 1 if at < 6 else 0, "place": spread[at], "picture": shop(at)}
            for at in range(10)
        ],
        "threads": [
            {"kind": "picture", "label": "picture q", "points": [[-0.7, -0.4], [-0.3, -0.2], [0.1, 0.2]]},
            {"kind": "words", "label": "words t", "points": [[0.8, -0.5], [0.4, 0.0], [0.1, 0.2]]},
        ],
        "here": [0.1, 0.2],
    }  # fmt: skip


def effects() -> dict[str, Any]:
    words = [("the", 0.001), ("same", 0.061), ("in", -0.012), ("red", 0.203), ("\u8349 \U0001f600", 0.02)]
    return {
        "question": {"words": ["the same in red"]},
        "sentence": "“red” adds most.",
        "on": "what each word adds to “polo red”, in the score",
        "effects": [
            {"label": word, "value": value, "kind": "words", "note": "else polo green" if at == 3 else ""}
            for at, (word, value) in enumerate(words)
        ],
    }


def promise() -> dict[str, Any]:
    return {
        "question": {"picture": shop(2), "words": ["the same in red"]},
        "sentence": "Something here answers (p = 0.04).",
        "p_value": 0.04, "alpha": 0.1, "n": 244,
    }  # fmt: skip


def boxes() -> dict[str, Any]:
    return {
        "question": {"picture": shop(3)},
        "sentence": "The result stays first for 12 of 25 boxes.",
        "moves": ["here", "left", "right", "up", "down"],
        "sizes": ["0.6 ×", "0.8 ×", "1 ×", "1.25 ×", "1.5 ×"],
        "ranks": [1, 3, 8, 2, 1, 1, 1, 2, 5, 1, 1, 2, 1, 1, 9, 1, 40, 1, 2, 1, 4, 6, 1, 1, 3],
        "drawn": 10,
        "box": [0.2, 0.1, 0.8, 0.9],
    }


EVIDENCE = {
    "ranking": ranking, "classes": classes, "verdict": verdict, "atlas": atlas, "simplex": simplex, "slopes": slopes,
    "curves": curves, "places": places, "gallery-map": gallery_map, "effects": effects, "promise": promise,
    "boxes": boxes,
}  # fmt: skip

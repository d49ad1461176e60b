"""What an endpoint's first answer about a picture costs, beside the passes of the bare image tower that it needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.pictures import photo, sketch
from benchmarks.timing import Row, side_by_side
from core.encoders.compiled.runtime import CompiledRuntime
from core.encoders.towers import IMAGE_SIZE
from core.images import open_parts, open_picture
from core.index.bundle import open_bundle
from core.profiles import models_of
from core.settings import SHIPPED_GALLERY, Settings
from core.types import Box

ROUNDS = 15
LIMIT, SHOP_LIMIT = 60.0, 150.0
BOX = Box(200, 300, 700, 1000)


def rows(rounds: int = ROUNDS) -> list[Row]:
    """Measures all four tasks, each round with a picture that nobody has asked about.

    Args:
        rounds: how often each is asked.
    """
    tower = CompiledRuntime().image(IMAGE_SIZE)
    squares = np.random.default_rng(0).uniform(-1, 1, (6, 3, IMAGE_SIZE, IMAGE_SIZE)).astype(np.float32)

    def bare(passes: int, _: int) -> object:
        return tower.maps(squares[:passes])

    table = []
    for name, (ask, passes, limit) in _questions(rounds).items():
        took = side_by_side({"ours": ask, "bare": partial(bare, passes)}, rounds)
        table.append(
            Row(f"question, {name}", took["ours"], took["bare"], limit, beside=f"{passes} x ONNX Runtime")
        )
    return table


def _questions(rounds: int) -> dict[str, tuple[Callable[[int], Any], int, float]]:
    """Returns name -> what asks about the picture of a number, the views that the image tower sees, the promise."""
    models, gallery = models_of(Settings()), open_bundle(SHIPPED_GALLERY)
    sketches, roads = models.sketch(), models.field_road()
    shop, composed = models.street_to_shop(gallery), models.compose(gallery)

    # Drawn here, so that what is measured is the question alone.
    drawings = [sketch(number) for number in range(rounds + 1)]
    first, second, third, fourth = (
        [photo(start + number) for number in range(rounds + 1)] for start in (0, 1000, 2000, 3000)
    )

    def sketched(number: int) -> Any:
        return sketches.evidence(open_picture(drawings[number]))

    def compared(number: int) -> Any:
        return roads.evidence(open_picture(first[number]))

    def changed(number: int) -> Any:
        return composed.evidence(open_picture(second[number]), f"the same in red, size {number}")

    def searched(number: int) -> Any:
        return shop.evidence(open_picture(third[number]), None, talks=False)

    def boxed(number: int) -> Any:
        photo, crop = open_parts(fourth[number], [None, BOX])
        return shop.evidence(photo, crop, talks=False)

    return {
        "sketch": (sketched, 1, LIMIT),
        "field or road": (compared, 1, LIMIT),
        "compose": (changed, 1, LIMIT),
        "street to shop": (searched, 3, SHOP_LIMIT),
        "street to shop, with a box": (boxed, 5, SHOP_LIMIT),
    }

"""The calibrations that ship were made with the weights, the gallery and the classes that ship, and keep their word."""

from __future__ import annotations

from typing import Any

import pytest

from core.conformal.calibrations import read_calibrations
from core.conformal.p_values import fewest_for
from core.index.bundle import open_bundle
from core.settings import ASSETS, SHIPPED_GALLERY
from core.tasks.promise import Promise
from tests.pocket import pocket

AGAIN = "run `python -m core calibrate --data PACKS` again, and then `python -m core examples`"


@pytest.mark.weights
@pytest.mark.parametrize("key", ["street_to_shop", "compose", "sketch"])
def test_what_ships_is_promised_of_what_ships(key: str) -> None:
    models, gallery = pocket(), open_bundle(SHIPPED_GALLERY)
    task: Any = getattr(models, key)(*([] if key == "sketch" else [gallery]))
    promise: Promise | None = task._promise
    assert promise is not None and promise.hint == "", AGAIN


def test_the_promises_that_ship_are_kept() -> None:
    shipped = read_calibrations(SHIPPED_GALLERY) | read_calibrations(ASSETS / "models" / "pocket" / "sketch")
    kinds = {(key, kind) for key, some in shipped.items() for kind in some.null}
    assert kinds == {
        ("street_to_shop", "picture"), ("street_to_shop", "box"), ("compose", "query"), ("sketch", "drawing"),
    }  # fmt: skip
    for some in shipped.values():
        for kind, null in some.null.items():
            measured = some.measured[kind]
            assert len(null) >= 20 * fewest_for(some.alpha) and list(null) == sorted(null)
            assert measured["false_found"]["low"] <= some.alpha, "within its interval"
            assert measured["found"]["value"] > measured["false_found"]["value"]

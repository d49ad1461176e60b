"""Where a program names no weights, the endpoints take those where the sliders of the page start."""

from __future__ import annotations

from typing import Any

import pytest

from core.manifest import Manifest
from core.settings import Settings
from core.tasks.compose import REPORTS_BEST
from core.tasks.street_to_shop import WITHOUT_BOX
from demo.page import build
from demo.services import Services
from tests.demo.fakes import FakeModels


def test_weights_that_nobody_names_are_those_of_the_page(assets: tuple[Services, FakeModels]) -> None:
    services = assets[0]
    services._manifests |= {"combiner": mixed(0.5, 0.5, 0.0), "garment": mixed(0.6, 0.3, 0.1)}
    described = {name: default_weights(info) for name, info in page_info(services).items()}
    assert described["/compose"] == described["/vary_compose_words"] == [0.5, 0.5, 0.0]
    assert described["/find_in_shop"] == described["/vary_shop_words"] == pytest.approx([0.6, 0.3, 0.1])
    plain = {
        name: default_weights(info) for name, info in page_info(Services(Settings(profile="paper"))).items()
    }
    assert plain["/compose"] == list(REPORTS_BEST) and plain["/find_in_shop"] == list(WITHOUT_BOX)


def mixed(*weights: float) -> Manifest:
    """Returns a manifest whose weights were chosen with a head."""
    return Manifest("head", {}, [], "", 0, {}, {}, 0.0, {"weights": list(weights)})


def page_info(services: Services) -> dict[str, Any]:
    described: dict[str, Any] = build(services).get_api_info()["named_endpoints"]
    return described


def default_weights(info: dict[str, Any]) -> list[float]:
    """Returns the weights that an endpoint takes where a program names none."""
    named = {one["parameter_name"]: one.get("parameter_default") for one in info["parameters"]}
    return [value for name, value in named.items() if name.startswith("w")]

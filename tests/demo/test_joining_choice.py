"""The choice of a rule of joining: its figures, what Harris’s corner switches off, and that programs may omit it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.conformal.calibrations import FILE, Calibration, write_calibrations
from core.errors import InputError
from core.joining import JOINED_BY, RULES
from core.tasks.promise import candidates_of
from demo.answers.compose import Mix
from demo.answers.joining import BRIEFLY, NO_ATLAS, NOT_MEASURED, OFF, rule_note
from demo.events.compose import ComposeEvents
from demo.events.street_to_shop import StreetToShopEvents
from demo.events.tab import NOTHING
from tests.demo.conftest import Served
from tests.demo.retrieval_fakes import MODELS, FakeServices, drawn_gallery

FIGURES = {
    JOINED_BY + rule: {"value": share, "more": share - 0.7, "more_low": -0.2, "more_high": 0.1, "n": 50}
    for rule, share in zip(RULES, (0.7, 0.6, 0.75, 0.4), strict=True)
}


@pytest.fixture
def measured() -> Any:
    """The figures of the drawn gallery's own questions."""
    gallery = drawn_gallery()
    kinds: dict[str, Any] = {"street_to_shop": "picture", "compose": "query"}
    write_calibrations(
        gallery.path,
        {
            key: Calibration(
                MODELS, candidates_of(gallery), {kind: (1, 0, 0)}, {kind: (0.5,) * 9}, {kind: FIGURES}
            )
            for key, kind in kinds.items()
        },
    )
    yield
    (gallery.path / FILE).unlink()


def shop_by(tab: StreetToShopEvents, rule: str) -> Any:
    return tab.joined((0.3, 0.2, 0.5), "example 0", None, rule)


def compose_by(tab: ComposeEvents, rule: str) -> Any:
    return tab.joined(Mix((0.1, 0.2, 0.7), joining=rule), "example 0", None)


@pytest.mark.parametrize(("events", "by"), [(StreetToShopEvents, shop_by), (ComposeEvents, compose_by)])
def test_harris_switches_sliders_and_atlas_off_and_the_sum_on_again(events: Any, by: Any) -> None:
    tab = events(FakeServices())
    page = by(tab, "harris")
    assert page.weights.reasons == tuple(OFF[kind] for kind in ("picture", "words", "both"))
    assert page.live is None and "tile-bar" not in page.gallery and "tile-score" in page.gallery
    assert "no parts" in page.models and "map are off" in page.joining_note
    again = by(tab, "sum")
    assert again.weights.reasons == (None,) * 3 and again.weights.weights == page.weights.weights
    assert again.gallery == tab.opened().gallery or events is ComposeEvents
    assert again.live is not None and "tile-bar" in again.gallery


@pytest.mark.parametrize("events", [StreetToShopEvents, ComposeEvents])
def test_a_rule_that_is_chosen_before_any_question_is_that_of_the_next(events: Any) -> None:
    tab = events(FakeServices(examples=False))
    mix = (0.3, 0.7, 0.0)
    page = tab.joined(
        *(
            [Mix(mix, joining="harris"), NOTHING, None]
            if events is ComposeEvents
            else [mix, NOTHING, None, "harris"]
        )
    )
    assert page.weights.reasons[0] == OFF["picture"] and "corner" in page.joining_note


def test_there_is_no_map_of_mixes_without_weights() -> None:
    tab = ComposeEvents(FakeServices())  # type: ignore[arg-type]
    assert NO_ATLAS in tab.surveyed(Mix((0.1, 0.2, 0.7), joining="harris"), "example 0", None).atlas
    by_product = tab.surveyed(Mix((0.1, 0.2, 0.7), joining="product"), "example 0", None).atlas
    assert "atlas-cell" in by_product and by_product != tab.surveyed(Mix(), "example 0", None).atlas


@pytest.mark.parametrize("events", [StreetToShopEvents, ComposeEvents])
def test_each_rule_has_its_figure_beside_it_where_that_was_measured(events: Any, measured: None) -> None:
    tab = events(FakeServices())
    shares = {"sum": "70.0", "normal": "60.0", "product": "75.0", "harris": "40.0"}
    assert tab.rule_choices() == [
        (f"{'Harris' if rule == 'harris' else rule}: {BRIEFLY[rule]} (R@10\u00a0{share}\u00a0%)", rule)
        for rule, share in shares.items()
    ]
    note = rule_note("product", tab.rule_figures)
    assert "50 questions that trained nothing" in note and "+5.0 points" in note and "−20.0 to 10.0" in note
    for example in tab.examples:
        example.evidence["models"] = {"joint": "another"}
    assert tab.rule_figures == {}, "other models answer"


def test_without_a_measurement_it_says_so() -> None:
    tab = ComposeEvents(FakeServices())  # type: ignore[arg-type]
    names = [label.split(":")[0] for label, _ in tab.rule_choices()]
    assert names == ["sum", "normal", "product", "Harris"] and set(BRIEFLY) == set(RULES)
    assert NOT_MEASURED in tab.opened().joining_note


def test_a_product_of_a_negative_weight_is_refused() -> None:
    with pytest.raises(InputError, match="below 0"):
        ComposeEvents(FakeServices()).weighed(Mix((-0.5, 0.5, 1), joining="product"), "example 0", None)  # type: ignore[arg-type]


def test_a_program_may_leave_the_rule_out(served: Served, tmp_path: Path) -> None:
    body = {"data": [served.picture, "in red", 0, 0, 1, "mean"]}
    reply = served.http.post(
        "/gradio_api/run/compose", content=json.dumps(body), headers={"content-type": "application/json"}
    )
    assert reply.status_code == 422 and "takes 9 inputs" in reply.json()["error"], "k may not be left out"
    reply = served.ask("compose", served.picture, "in red", 0, 0, 1, "mean", 5)
    assert reply.status_code == 500 and "missing" in reply.json()["error"], "it came as far as the models"
    assert (
        "no rule of joining"
        in served.ask("compose", served.picture, "in red", 0, 0, 1, "mean", 5, "mean").json()["error"]
    )

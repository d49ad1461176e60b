"""What strokes, places and hidden layers are given, against Captum (Kokhlikyan et al. 2020)."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch
from captum.attr import FeatureAblation, InputXGradient, ShapleyValues
from torch import Tensor, nn

from core.heads.layers import Linear, summands_through
from core.index.bundle import open_bundle
from core.instruments import Blended
from core.instruments.strokes_off import Drawn, strokes_off
from core.settings import SHIPPED_GALLERY
from core.tasks import street_to_shop
from core.tasks.hidden_places import hidden_parts, spread
from core.tasks.street_to_shop import places as shop_places
from core.types import Picture
from tests.pocket import painted, pocket

STROKES = 5
ORDERS = 400
FIRST = 0


def worth(drawn: Drawn) -> np.ndarray:
    """A game of (drawings, 2) scores in which strokes help, hinder and need each other."""
    chance = np.random.default_rng(3)
    alone, pairs = chance.normal(size=STROKES), chance.normal(size=(STROKES, STROKES))
    first = 5 + drawn @ alone + np.einsum("ni,ij,nj->n", drawn.astype(float), pairs, drawn.astype(float))
    return np.stack([np.tanh(first) + first, np.full(len(drawn), -99.0)], axis=1)


def game(drawn: Drawn) -> list[Blended]:
    return [Blended(row[None], (1.0,), ("picture",), ("cat", "dog")) for row in worth(drawn)]


def forward(drawn: Tensor) -> Tensor:
    return torch.from_numpy(worth(drawn.numpy() > 0.5))


def test_a_stroke_left_out_is_captums_ablation_and_its_sampled_value_captums_shapley_value() -> None:
    strokes = strokes_off(STROKES, game, orders=ORDERS).strokes
    whole = torch.ones((1, STROKES), dtype=torch.float64)
    ablated = FeatureAblation(forward).attribute(whole, baselines=0.0, target=FIRST)[0]
    assert [stroke.effect for stroke in strokes] == pytest.approx(ablated.tolist(), abs=1e-9)
    exact = ShapleyValues(forward).attribute(whole, baselines=0.0, target=FIRST)[0].tolist()
    for stroke, value in zip(strokes, exact, strict=True):
        assert stroke.shapley is not None and stroke.error is not None
        assert abs(stroke.shapley - value) <= 4 * stroke.error + 1e-9, stroke.number
    assert sum(stroke.shapley or 0.0 for stroke in strokes) == pytest.approx(sum(exact), rel=1e-5)


def test_a_hidden_layers_summands_are_captums_input_times_gradient() -> None:
    chance = np.random.default_rng(0)
    first, last = nn.Linear(5, 16, dtype=torch.float64), nn.Linear(16, 3, dtype=torch.float64)
    layers = [
        Linear(*(part.detach().numpy().astype(np.float32) for part in (one.weight, one.bias)))
        for one in (first, last)
    ]
    for one, layer in zip((first, last), layers, strict=True):
        one.weight.data, one.bias.data = (
            torch.from_numpy(layer.weight).double(),
            torch.from_numpy(layer.bias).double(),
        )
    rows = torch.from_numpy(chance.normal(size=(1, 7, 5)))
    shares = summands_through(*layers, rows[0].numpy())
    for label in range(3):
        judge = InputXGradient(lambda places: last(torch.relu(first(places.sum(dim=1)))))
        theirs = judge.attribute(rows.clone().requires_grad_(), target=label)[0].sum(dim=1)
        np.testing.assert_allclose(shares[:-1, label], theirs.detach().numpy(), atol=1e-9)


def test_hiding_a_place_of_a_street_photo_is_captums_ablation_of_its_pixels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shop_places, "GRID", 2)
    task = pocket().street_to_shop(open_bundle(SHIPPED_GALLERY, models=None))
    photo = painted(5, (120, 90))
    row = street_to_shop.answer(task.evidence(photo, None, "", talks=False), 1, 0, 0, 1).hits[0].index
    ours, _ = shop_places.map_of(task, photo, row)

    def score(pixels: Tensor) -> Tensor:
        seen = [
            Picture(one.numpy().astype(np.uint8), photo.original_size, f"captum {one.sum()}")
            for one in pixels
        ]
        return torch.from_numpy(task.score_garments(seen, np.array([row]))[:, 0])

    (hidden,) = hidden_parts(photo, np.zeros((1, 4), dtype=bool))
    height, width = photo.pixels.shape[:2]
    places = sum(number * spread(np.arange(4) == number, height, width) for number in range(4))
    theirs = FeatureAblation(score).attribute(
        torch.from_numpy(photo.pixels.astype(np.float32))[None],
        baselines=torch.from_numpy(hidden.pixels.astype(np.float32))[None],
        feature_mask=torch.from_numpy(np.asarray(places))[None, :, :, None].expand(1, height, width, 3),
    )[0]
    corners = [theirs[y, x, 0].item() for y, x in product((0, height - 1), (0, width - 1))]
    assert ours == pytest.approx(corners, abs=1e-5) and max(map(abs, corners)) > 1e-3

"""The typed details of a manifest: weights of a mix are three finite numbers, or none, or refused."""

from __future__ import annotations

import pytest

from core.errors import ArtifactError
from core.manifest import Manifest
from core.tasks.start_weights import start_weights


def manifest(**details: object) -> Manifest:
    return Manifest("mix", {}, [], "", 0, {}, {}, 1.0, details)


def test_weights_are_read_as_three_numbers_or_none() -> None:
    details = manifest(weights=[0, 1, 2], learned_weights=(-0.5, 0.25, 1.5))
    assert details.start_weights == (0.0, 1.0, 2.0) and details.learned_weights == (-0.5, 0.25, 1.5)
    assert manifest().start_weights is None and manifest(width=3).learned_weights is None


@pytest.mark.parametrize("weights", [None, 3, [1, 2], [1, 2, 3, 4], ["a", 0, 1], [float("nan"), 0, 1], {}])
def test_what_are_no_weights_is_refused(weights: object) -> None:
    for read in (lambda details: details.start_weights, lambda details: start_weights(details, (0, 0, 1))):
        with pytest.raises(ArtifactError, match="'mix' holds no three usable weights"):
            read(manifest(weights=weights))


def test_sliders_start_at_the_chosen_weights_rescaled_else_at_the_usual_ones() -> None:
    assert start_weights(manifest(weights=[1, 1, 2]), (0, 0, 1)) == (0.25, 0.25, 0.5)
    assert start_weights(manifest(), (1, 3, 0)) == start_weights(None, (1, 3, 0)) == (0.25, 0.75, 0.0)
    with pytest.raises(ArtifactError, match="'mix' holds no three usable weights"):
        start_weights(manifest(weights=[0, 0, 0]), (0, 0, 1))

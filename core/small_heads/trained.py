"""A head as one schedule trained it, with what heads that never saw a picture say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from core.heads.field_road import RoadNetwork
from core.heads.layers import sigmoid
from core.small_heads.fit import Epoch
from core.small_heads.leave_out import LeftOut
from core.small_heads.network import right
from core.small_heads.samples import Classes, Rows


@dataclass(frozen=True, slots=True)
class Trained:
    """One schedule, trained on everything, and measured.

    Attributes:
        name: of the schedule, for people.
        network: the head.
        epochs: how each epoch of its training went.
        tenths: what heads say when a tenth is left out at a time.
        temperature: by which its logits are divided.
        elsewhere: whether each captioned photo is right, by heads that trained on no such photo or not on this one.
        left_out: what heads say when one picture is left out at a time; None where that was not done.
    """

    name: str
    network: RoadNetwork
    epochs: list[Epoch]
    tenths: LeftOut
    temperature: float
    elsewhere: Bool[np.ndarray, " m"] | None = None
    left_out: LeftOut | None = None

    @property
    def training(self) -> float:
        """Accuracy in the last epoch of training."""
        return self.epochs[-1].accuracy

    def logits(self, rows: Rows) -> Float[np.ndarray, " n"]:
        """Returns the logit of a road for each embedding."""
        return self.network(rows)[:, 0].astype(np.float64)

    def road(self, rows: Rows) -> Float[np.ndarray, " n"]:
        """Returns the probability of a road for each embedding."""
        return sigmoid(self.logits(rows) / self.temperature)

    def left_out_road(self) -> Float[np.ndarray, " n"]:
        """Returns the probability of a road for each training picture, by a head that never saw it."""
        assert self.left_out is not None
        return sigmoid(self.left_out.logits["plain"][:, 0] / self.temperature)

    def robust(self, classes: Classes) -> float:
        """Returns the mean accuracy over the left-out pictures, all kinds of their copies, and captioned photos."""
        kinds = [right(logits, classes) for logits in self.tenths.logits.values()]
        return float(np.mean([hits.mean() for hits in (*kinds, self.elsewhere) if hits is not None]))


def chosen_of(runs: Sequence[Trained], classes: Classes) -> Trained:
    """Returns the schedule that is right most often over the left-out pictures and their copies; ties: the first."""
    return max(runs, key=lambda run: round(run.robust(classes), 6))

"""Report 2's head: embedding -> Linear(256) -> ReLU -> Linear(1) -> sigmoid, with conformal p-values beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Float32, Float64, Int

from core.blend import softmax
from core.fitting import fitting
from core.heads.described import DescribedClasses
from core.heads.labels import LABELS, THREE
from core.heads.layers import Linear, relu, sigmoid, summands_through
from core.store import load_artifact

__all__ = [
    "FEWEST_TO_SAY",
    "HIDDEN",
    "KIND",
    "KNOWN_SHARE",
    "LABELS",
    "NEIGHBOURS",
    "THREE",
    "FieldRoadHead",
    "RoadNetwork",
    "distances_of",
    "left_out_p_values",
    "p_values_of",
    "strangeness",
    "usual_distance",
]

KIND = "field_road"
HIDDEN = 256
NEIGHBOURS = 5
KNOWN_SHARE = 0.97
"""Share of the training pictures that count as like their classes; docs/decisions/016 has what it does elsewhere."""
FEWEST_TO_SAY = 40
"""With fewer training pictures nobody can tell how far is too far."""


@dataclass(frozen=True, slots=True, eq=False)
class RoadNetwork:
    """A trained network: Linear(256) -> ReLU -> Linear.

    Attributes:
        first: the hidden layer.
        last: gives one logit, that of "road", or the three of `THREE`.
    """

    first: Linear
    last: Linear

    @classmethod
    def of(cls, tensors: Mapping[str, np.ndarray], prefix: str = "", outputs: int = 1) -> RoadNetwork:
        """Returns the network that an artefact holds.

        Args:
            tensors: of the artefact.
            prefix: of the network's names among them.
            outputs: 1 for the logit of "road", 3 for the logits of `THREE`.

        Raises:
            KeyError: a tensor is missing.
            ValueError: a tensor has another shape.
        """
        first = Linear.of(tensors, f"{prefix}0", size=HIDDEN)
        return cls(first, Linear.of(tensors, f"{prefix}2", fed=HIDDEN, size=outputs))

    @property
    def tensors(self) -> dict[str, Float32[np.ndarray, "..."]]:
        """Its tensors under the names that `of` reads."""
        layers = {"0": self.first, "2": self.last}
        return {
            f"{name}.{part}": getattr(layer, part)
            for name, layer in layers.items()
            for part in ("weight", "bias")
        }

    def __call__(self, embeddings: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n outputs"]:
        """Returns the logits."""
        return self.last(relu(self.first(embeddings)))


def strangeness(
    embeddings: Float32[np.ndarray, "n d"], members: Float32[np.ndarray, "m d"], *, itself: bool = False
) -> Float[np.ndarray, " n"]:
    """Returns how far each picture is from a class: 1 less its mean cosine to the 5 nearest members.

    It looks at one class only, so that a picture can be near both classes or far from both.

    Args:
        embeddings: (n, d) unit rows.
        members: (m, d) unit rows, the training pictures of the class.
        itself: whether the rows are the members, so that each must be left out of its own neighbours.
    """
    cosines = embeddings.astype(np.float64) @ members.T.astype(np.float64)
    if itself:
        np.fill_diagonal(cosines, -np.inf)
    count = min(NEIGHBOURS, len(members) - itself)
    nearest = np.partition(cosines, cosines.shape[1] - count, axis=1)[:, -count:]
    return np.asarray(1.0 - nearest.mean(axis=1))


def calibrations_of(
    members: Sequence[Float32[np.ndarray, "_ d"]],
) -> list[Float[np.ndarray, " _"]]:
    """Returns for each class how strange its training pictures are to the others of it, the least strange first."""
    return [np.sort(strangeness(rows, rows, itself=True)) for rows in members]


def p_values_of(
    members: Sequence[Float32[np.ndarray, "_ d"]],
    embeddings: Float32[np.ndarray, "n d"],
    calibrations: Sequence[Float[np.ndarray, " _"]] | None = None,
) -> Float[np.ndarray, "n classes"]:
    """Returns the conformal p-value of each class (Vovk et al. 2005), calibrated on each class by itself.

    The p-value is the share of the class's training pictures, the new one counted in, that are at least as
    strange to their class as the new one is.

    Args:
        members: for each class the unit rows of its training pictures.
        embeddings: (n, d) unit rows.
        calibrations: what `calibrations_of` returns for the members; None lets it be found here.
    """
    columns = []
    for rows, calibration in zip(members, calibrations or calibrations_of(members), strict=True):
        new = strangeness(embeddings, rows)
        at_least = len(calibration) - np.searchsorted(calibration, new, side="left")
        columns.append((1 + at_least) / (1 + len(calibration)))
    return np.stack(columns, axis=1)


def distances_of(
    members: Sequence[Float32[np.ndarray, "_ d"]], embeddings: Float32[np.ndarray, "n d"]
) -> Float[np.ndarray, " n"]:
    """Returns how far each picture is from the class that is nearer to it; see `strangeness`.

    Args:
        members: for each class the unit rows of its training pictures.
        embeddings: (n, d) unit rows.
    """
    return np.asarray(np.min([strangeness(embeddings, rows) for rows in members], axis=0))


def usual_distance(members: Sequence[Float32[np.ndarray, "_ d"]]) -> float | None:
    """Returns the distance beyond which a picture fits neither class: `KNOWN_SHARE` of those of training are nearer.

    Each training picture is measured without itself. None where there are too few to say.

    Args:
        members: for each class the unit rows of its training pictures.
    """
    if sum(map(len, members)) < FEWEST_TO_SAY:
        return None
    left_out = []
    for number, rows in enumerate(members):
        others = [strangeness(rows, other) for i, other in enumerate(members) if i != number]
        left_out.append(np.min([strangeness(rows, rows, itself=True), *others], axis=0))
    return float(np.quantile(np.concatenate(left_out), KNOWN_SHARE))


def left_out_p_values(
    embeddings: Float32[np.ndarray, "n d"], classes: Int[np.ndarray, " n"]
) -> Float[np.ndarray, "n 2"]:
    """Returns the p-values of each training picture when it is no member of its class.

    Args:
        embeddings: (n, d) unit rows.
        classes: (n,) 0 for field, 1 for road.
    """
    p_values = []
    for i in range(len(classes)):
        others = np.arange(len(classes)) != i
        members = [embeddings[others & (classes == label)] for label in (0, 1)]
        p_values.append(p_values_of(members, embeddings[i : i + 1])[0])
    return np.stack(p_values)


class FieldRoadHead:
    """The trained head.

    Args:
        folder: the artefact "field_road".
        models: role -> id of the models in use.

    Raises:
        ArtifactError: missing, damaged, or trained for another encoder.
    """

    labels = LABELS

    def __init__(self, folder: Path, models: Mapping[str, str]) -> None:
        tensors, self.manifest = load_artifact(folder, kind=KIND, models=models)
        with fitting(folder, tensors):
            self._network = RoadNetwork.of(tensors)
            third = self.manifest.details.get("three")
            self._three = None if third is None else RoadNetwork.of(tensors, "three.", len(THREE))
            self._three_temperature = 1.0 if third is None else float(third["temperature"])
            self._temperature = float(self.manifest.details["temperature"])
            self._members = [tensors[f"members.{label}"].astype(np.float32) for label in LABELS]
            self.smallest_error = 1.0 / (min(len(rows) for rows in self._members) + 1)
            width = tensors["0.weight"].shape[1]
            if any(rows.shape[1] != width for rows in self._members):
                raise ValueError(f"its members are no rows of {width} numbers")
            self.usual_distance = usual_distance(self._members)
            self._calibrations = calibrations_of(self._members)
            self.described = DescribedClasses.of(tensors, self.manifest.details)

    def road_probability(self, embeddings: Float32[np.ndarray, "n d"]) -> Float[np.ndarray, " n"]:
        """Returns the probability of "road", in [0, 1], calibrated by one temperature (Guo et al. 2017)."""
        return sigmoid(self._network(embeddings)[:, 0].astype(np.float64) / self._temperature)

    def road_summands(
        self, rows: Float64[np.ndarray, "summands d"]
    ) -> Float64[np.ndarray, " summands_and_bias"]:
        """Returns what each of several rows that sum to an embedding adds to the calibrated logit of "road".

        Args:
            rows: (summands, d).

        Returns:
            (summands + 1,), last what the biases add; see `core.heads.layers.summands_through`.
        """
        network = self._network
        return np.asarray(summands_through(network.first, network.last, rows)[:, 0] / self._temperature)

    def p_values(self, embeddings: Float32[np.ndarray, "n d"]) -> Float[np.ndarray, "n 2"]:
        """Returns the conformal p-values of "field" and "road"; see `p_values_of`."""
        return p_values_of(self._members, embeddings, self._calibrations)

    def distances(self, embeddings: Float32[np.ndarray, "n d"]) -> Float[np.ndarray, " n"]:
        """Returns how far each picture is from the nearer class; see `distances_of`."""
        return distances_of(self._members, embeddings)

    def three_way(self, embeddings: Float32[np.ndarray, "n d"]) -> Float[np.ndarray, "n 3"] | None:
        """Returns the probabilities of `THREE`, calibrated; None when the head has no third class."""
        if self._three is None:
            return None
        return softmax(self._three(embeddings) / self._three_temperature)

"""Report 2's head: embedding -> Linear(256) -> ReLU -> Linear(1) -> sigmoid, with conformal p-values beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Float32, Int
from torch import nn

from core.fitting import fitting
from core.heads.labels import LABELS, THREE
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
    "build_network",
    "distances_of",
    "left_out_p_values",
    "network_of",
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


def build_network(width: int, outputs: int = 1) -> nn.Sequential:
    """Returns the untrained network.

    Args:
        width: numbers in an embedding.
        outputs: 1 for the logit of "road", 3 for the logits of `THREE`.
    """
    return nn.Sequential(nn.Linear(width, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, outputs))


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


def p_values_of(
    members: Sequence[Float32[np.ndarray, "_ d"]], embeddings: Float32[np.ndarray, "n d"]
) -> Float[np.ndarray, "n classes"]:
    """Returns the conformal p-value of each class (Vovk et al. 2005), calibrated on each class by itself.

    The p-value is the share of the class's training pictures, the new one counted in, that are at least as
    strange to their class as the new one is.

    Args:
        members: for each class the unit rows of its training pictures.
        embeddings: (n, d) unit rows.
    """
    columns = []
    for rows in members:
        calibration, new = np.sort(strangeness(rows, rows, itself=True)), strangeness(embeddings, rows)
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


def network_of(tensors: Mapping[str, np.ndarray], prefix: str = "", outputs: int = 1) -> nn.Sequential:
    """Returns a trained network, ready to answer.

    Args:
        tensors: of an artefact.
        prefix: of the network's names among them.
        outputs: see `build_network`.
    """
    network = build_network(tensors[f"{prefix}0.weight"].shape[1], outputs)
    values = {
        name: torch.from_numpy(tensors[prefix + name].astype(np.float32)) for name in network.state_dict()
    }
    network.load_state_dict(values)
    return network.eval().requires_grad_(False)


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
            self._network = network_of(tensors)
            third = self.manifest.details.get("three")
            self._three = None if third is None else network_of(tensors, "three.", len(THREE))
            self._three_temperature = 1.0 if third is None else float(third["temperature"])
            self._temperature = float(self.manifest.details["temperature"])
            self._members = [tensors[f"members.{label}"].astype(np.float32) for label in LABELS]
            self.smallest_error = 1.0 / (min(len(rows) for rows in self._members) + 1)
            width = tensors["0.weight"].shape[1]
            if any(rows.shape[1] != width for rows in self._members):
                raise ValueError(f"its members are no rows of {width} numbers")
            self.usual_distance = usual_distance(self._members)

    def road_probability(self, embeddings: Float32[np.ndarray, "n d"]) -> Float[np.ndarray, " n"]:
        """Returns the probability of "road", in [0, 1], calibrated by one temperature (Guo et al. 2017)."""
        with torch.inference_mode():
            logits = self._network(torch.from_numpy(embeddings))[:, 0] / self._temperature
            return np.asarray(torch.sigmoid(logits).double().numpy())

    def p_values(self, embeddings: Float32[np.ndarray, "n d"]) -> Float[np.ndarray, "n 2"]:
        """Returns the conformal p-values of "field" and "road"; see `p_values_of`."""
        return p_values_of(self._members, embeddings)

    def distances(self, embeddings: Float32[np.ndarray, "n d"]) -> Float[np.ndarray, " n"]:
        """Returns how far each picture is from the nearer class; see `distances_of`."""
        return distances_of(self._members, embeddings)

    def three_way(self, embeddings: Float32[np.ndarray, "n d"]) -> Float[np.ndarray, "n 3"] | None:
        """Returns the probabilities of `THREE`, calibrated; None when the head has no third class."""
        if self._three is None:
            return None
        with torch.inference_mode():
            logits = self._three(torch.from_numpy(embeddings)) / self._three_temperature
            return np.asarray(torch.softmax(logits.double(), dim=1).numpy())

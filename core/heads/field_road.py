"""Report 2's head: embedding -> Linear(256) -> ReLU -> Linear(1) -> sigmoid, with conformal p-values beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import nn

from core.store import load_artifact

KIND = "field_road"
HIDDEN = 256
NEIGHBOURS = 5
LABELS = ("field", "road")


def build_network(width: int) -> nn.Sequential:
    """Returns the untrained network; its output is the logit of "road"."""
    return nn.Sequential(nn.Linear(width, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))


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
        self._network = build_network(tensors["0.weight"].shape[1])
        names = self._network.state_dict()
        self._network.load_state_dict(
            {name: torch.from_numpy(tensors[name].astype(np.float32)) for name in names}
        )
        self._network.eval().requires_grad_(False)
        self._temperature = float(self.manifest.details["temperature"])
        self._members = [tensors[f"members.{label}"].astype(np.float32) for label in LABELS]
        self._strangeness = [np.sort(strangeness(rows, rows, itself=True)) for rows in self._members]
        self.smallest_error = 1.0 / (min(len(rows) for rows in self._members) + 1)

    def road_probability(self, embeddings: Float32[np.ndarray, "n d"]) -> Float[np.ndarray, " n"]:
        """Returns the probability of "road", in [0, 1], calibrated by one temperature (Guo et al. 2017)."""
        with torch.inference_mode():
            logits = self._network(torch.from_numpy(embeddings))[:, 0] / self._temperature
            return np.asarray(torch.sigmoid(logits).double().numpy())

    def p_values(self, embeddings: Float32[np.ndarray, "n d"]) -> Float[np.ndarray, "n 2"]:
        """Returns the conformal p-value of each class (Vovk et al. 2005), calibrated on each class by itself.

        The p-value is the share of the class's training pictures, the new one counted in, that are at least
        as strange to their class as the new one is.
        """
        columns = []
        for members, known in zip(self._members, self._strangeness, strict=True):
            new = strangeness(embeddings, members)
            at_least = len(known) - np.searchsorted(known, new, side="left")
            columns.append((1 + at_least) / (1 + len(known)))
        return np.stack(columns, axis=1)

"""DINOv2 (Oquab et al. 2023): what a picture shows, without words; report 1's picture embedding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from jaxtyping import Float32
from torch import Tensor
from transformers import Dinov2Model

from core import images
from core.devices import Place
from core.encoders.base import checked
from core.encoders.checkpoint import (
    Network,
    image_processor,
    in_batches,
    load_model,
    processed,
    read_config,
    resident,
    setting,
)
from core.types import Picture

BATCH = 8
SQUARE = 224


class Dinov2:
    """One vector a picture, not normalised; safe to call from several threads. Loaded when it is first used.

    Args:
        folder: a folder in the Hub's format.
        id: names the model and its revision.
        tokens: which of the last layer's tokens are averaged: "all", the class token among them; "patches" only;
            or "cls" alone. "squared" averages all, too, of pictures that are first resized to 224 x 224, as report
            1's published embeddings were made.

    Raises:
        ArtifactError: the folder is incomplete.
    """

    def __init__(
        self, folder: Path, *, id: str, tokens: Literal["all", "patches", "cls", "squared"] = "all"
    ) -> None:
        self.id = id
        self.width = setting(read_config(folder, id, "dinov2"), int, "hidden_size", id=id)
        self._folder, self._squared = folder, tokens == "squared"
        self._taken = {"patches": slice(1, None), "cls": slice(1)}.get(tokens, slice(None))
        self._resident = resident("dinov2", folder, id, self._load)

    def pooled(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n width"]:
        """Returns the mean of each picture's tokens."""
        rows = [np.zeros((0, self.width), dtype=np.float32)]
        for batch in in_batches(pictures, BATCH):
            with torch.inference_mode():
                parts = self._resident.run_rows(_states, self._prepared(batch))
            rows += [states[:, self._taken].mean(dim=1).numpy() for states in parts]
        return checked(np.concatenate(rows), unit=False, by=self.id)

    def _prepared(self, pictures: Sequence[Picture]) -> Sequence[Picture]:
        if not self._squared:
            return pictures
        return [replace(picture, pixels=images.fitted(picture.pixels, SQUARE)) for picture in pictures]

    def _load(self, place: Place) -> Network:
        processor = image_processor(self._folder, self.id)
        model = load_model(Dinov2Model, self._folder, self.id, place)
        return Network(model, lambda pictures: processed(processor, pictures, place))


def _states(network: Network, pictures: Sequence[Picture]) -> Tensor:
    """Returns the last layer's tokens (n, tokens, width), the class token first."""
    states: Tensor = network.model(network.pixels(pictures)).last_hidden_state
    return states.float().cpu()

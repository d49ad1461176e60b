"""Projections of frozen picture and sentence features into one space, while they are trained."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from core.encoders.towers import POOLED_WIDTH, WIDTH

PICTURE_DROPOUT, WORDS_DROPOUT = 0.5, 0.25
START_SCALE = 14.0


class Projections(nn.Module):
    """Both projections, on standardised picture features.

    Args:
        pictures: (n, 1280) features that give mean and deviation.
    """

    def __init__(self, pictures: Tensor) -> None:
        super().__init__()
        self.mean, self.deviation = pictures.mean(0), pictures.std(0) + 1e-3
        self.picture = nn.Linear(POOLED_WIDTH, WIDTH, bias=False)
        self.words = nn.Linear(WIDTH, WIDTH, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(START_SCALE).log())

    def forward(self, pictures: Tensor, sentences: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Returns unit rows of both sides and the scale, as `open_clip.loss.ClipLoss` takes them."""
        standard = (pictures - self.mean) / self.deviation
        x = functional.dropout(standard, PICTURE_DROPOUT, self.training)
        y = functional.dropout(sentences, WORDS_DROPOUT, self.training)
        rows, names = (functional.normalize(side, dim=-1) for side in (self.picture(x), self.words(y)))
        return rows, names, self.logit_scale.exp().clamp(max=100.0)

    def tensors(self) -> dict[str, np.ndarray]:
        """Returns the parameters under open_clip's names, the standardisation folded in."""
        with torch.no_grad():
            weight = self.picture.weight / self.deviation
            values = {
                "visual.head.proj.weight": weight,
                "visual.head.proj.bias": -(weight @ self.mean),
                "text.proj.weight": self.words.weight,
                "logit_scale": self.logit_scale,
            }
            return {name: value.detach().numpy() for name, value in values.items()}

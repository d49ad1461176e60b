"""f(q, t) while it is trained; `core.heads.combiner` answers with the same weights in NumPy."""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor, nn


class CombinerNetwork(nn.Module):
    """Two gates mix linear views of q and t; a hidden layer over [q, t, q * t] adds what neither says alone.

    After the Combiner of CLIP4CIR (Baldrati et al. 2022), with linear maps that start as the identity.

    Args:
        width: d, the size of the joint space.
        hidden: size of the hidden layer.
        dropout: share of inputs and hidden values that training leaves out, in [0, 1).
    """

    def __init__(self, width: int, hidden: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.picture = nn.Linear(width, width, bias=False)
        self.words = nn.Linear(width, width, bias=False)
        self.mix = nn.Linear(3 * width, hidden)
        self.gates = nn.Linear(hidden, 2)
        self.out = nn.Linear(hidden, width)
        self.drop = nn.Dropout(dropout)
        with torch.no_grad():
            self.picture.weight.copy_(torch.eye(width))
            self.words.weight.copy_(torch.eye(width))
            self.out.weight.mul_(0.1)

    def forward(self, pictures: Tensor, words: Tensor) -> Tensor:
        """Returns (n, d) unit rows for (n, d) mean-pooled tokens of pictures and of words, of any length."""
        q, t = functional.normalize(pictures, dim=-1), functional.normalize(words, dim=-1)
        # Unit rows of width d have entries near d ** -0.5; the hidden layer wants entries near 1.
        scale = q.shape[-1] ** 0.5
        features = torch.cat([scale * q, scale * t, scale * scale * q * t], dim=-1)
        hidden = self.drop(functional.gelu(self.mix(self.drop(features))))
        gates = torch.sigmoid(self.gates(hidden))
        mixed = gates[:, :1] * self.picture(q) + gates[:, 1:] * self.words(t) + self.out(hidden)
        return functional.normalize(mixed, dim=-1)

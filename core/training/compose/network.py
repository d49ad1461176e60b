"""f(q, t) while it is trained; `core.heads.combiner` answers with the same weights in NumPy."""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

FIRST_GATES = (0.0, 0.0, -1.0)
"""Before training, of q, of t and of what a hidden layer adds: f begins as q + t, and the rest must earn its place."""


class CombinerNetwork(nn.Module):
    """Three gates weigh linear views of q and of t, and what a hidden layer over [q, t, q * t] adds.

    After the Combiner of CLIP4CIR (Baldrati et al. 2022). The linear maps start as the identity and the gates of q and
    t as equals, so that f begins near q + t and falls back on it where the third gate closes.

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
        self.gates = nn.Linear(hidden, 3)
        self.out = nn.Linear(hidden, width)
        self.drop = nn.Dropout(dropout)
        with torch.no_grad():
            self.picture.weight.copy_(torch.eye(width))
            self.words.weight.copy_(torch.eye(width))
            self.gates.weight.mul_(0.1)
            self.gates.bias.copy_(torch.tensor(FIRST_GATES))
            self.out.weight.mul_(0.1)

    def forward(self, pictures: Tensor, words: Tensor) -> Tensor:
        """Returns (n, d) unit rows for (n, d) rows of pictures and of words, of any length."""
        q, t = functional.normalize(pictures, dim=-1), functional.normalize(words, dim=-1)
        # Unit rows of width d have entries near d ** -0.5; the hidden layer wants entries near 1.
        scale = q.shape[-1] ** 0.5
        features = torch.cat([scale * q, scale * t, scale * scale * q * t], dim=-1)
        hidden = self.drop(functional.gelu(self.mix(self.drop(features))))
        of_q, of_t, of_rest = torch.sigmoid(self.gates(hidden)).split(1, dim=-1)
        mixed = of_q * self.picture(q) + of_t * self.words(t) + of_rest * self.out(hidden)
        return functional.normalize(mixed, dim=-1)

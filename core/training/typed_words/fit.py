"""Trains the maps of typed words: products and what people may call them meet, those of one kind and colour alike."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from tqdm import tqdm

from core.training.shared.fitting import Descent
from core.training.typed_words.data import Wares

WIDTH = 128
STEPS, BATCH = 400, 512
RATE, DECAY = 2e-3, 0.05
PICTURE_DROPOUT, WORDS_DROPOUT = 0.3, 0.1
START_SCALE, MOST_SCALE = 14.0, 60.0


class ClothesMaps(nn.Module):
    """Both maps while they are trained, on what a gallery holds of pictures and on sentences, both standardised."""

    def __init__(self, rows: Tensor, sentences: Tensor) -> None:
        super().__init__()
        self.mean, self.deviation = rows.mean(0), rows.std(0) + 1e-4
        self.words_mean, self.words_deviation = sentences.mean(0), sentences.std()
        self.picture = nn.Linear(rows.shape[1], WIDTH)
        self.words = nn.Linear(sentences.shape[1], WIDTH)
        self.scale = nn.Parameter(torch.tensor(START_SCALE).log())

    def forward(self, rows: Tensor, sentences: Tensor) -> Tensor:
        """Returns the logit of every row with every sentence."""
        x = functional.dropout((rows - self.mean) / self.deviation, PICTURE_DROPOUT, self.training)
        y = (sentences - self.words_mean) / self.words_deviation
        y = functional.dropout(y, WORDS_DROPOUT, self.training)
        pictures, words = (functional.normalize(side, dim=-1) for side in (self.picture(x), self.words(y)))
        return self.scale.exp().clamp(max=MOST_SCALE) * pictures @ words.T

    def tensors(self) -> dict[str, np.ndarray]:
        """Returns the parameters, the standardisation folded in; weights in half precision."""
        with torch.no_grad():
            picture, words = self.picture.weight / self.deviation, self.words.weight / self.words_deviation
            values = {
                "picture.weight": picture.half(),
                "picture.bias": self.picture.bias - picture @ self.mean,
                "words.weight": words.half(),
                "words.bias": self.words.bias - words @ self.words_mean,
                "scale": self.scale.exp().clamp(max=MOST_SCALE).log(),
            }
            return {name: value.detach().numpy() for name, value in values.items()}


def fit(wares: Wares, seed: int, steps: int = STEPS) -> ClothesMaps:
    """Trains the maps; all products of one kind and colour fit each other's sentences (Khosla et al. 2020)."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    rows = torch.from_numpy(np.concatenate([wares.garment, wares.joint], axis=1))
    sentences, labels = torch.from_numpy(wares.sentences), torch.from_numpy(wares.labels)
    model = ClothesMaps(rows, sentences.flatten(0, 1))
    descent = Descent.one_cycle(model.parameters(), RATE, steps, warm_up=0.1, decay=DECAY)
    for _ in tqdm(range(steps), desc="typed words", unit="step", mininterval=1.0):
        some = torch.randperm(len(rows), generator=generator)[:BATCH]
        which = torch.randint(sentences.shape[1], (len(some),), generator=generator)
        logits = model(rows[some], sentences[some, which])
        alike = (labels[some][:, None] == labels[some][None]).float()
        descent.step(_contrast(logits, alike) + _contrast(logits.T, alike))
    return model.eval()


def _contrast(logits: Tensor, alike: Tensor) -> Tensor:
    """Returns the cross-entropy of each row's logits with its right columns, all alike, by half."""
    wanted = alike / alike.sum(1, keepdim=True)
    return -(wanted * functional.log_softmax(logits, 1)).sum(1).mean() / 2

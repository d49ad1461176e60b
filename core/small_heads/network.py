"""Report 2's networks while they are trained, many side by side, and what their logits come to. No framework is loaded.

People train such a head on the page, so that it must not need PyTorch: docs/decisions/028-pocket-heads-in-numpy.md.
"""

from __future__ import annotations

import math
from copy import copy

import numpy as np
from jaxtyping import Bool, Float, Float32, Int

from core.blend import softmax
from core.heads.field_road import HIDDEN, RoadNetwork
from core.heads.layers import Linear, relu, sigmoid


class Heads:
    """Several of report 2's networks side by side, which start alike and are trained together.

    Attributes:
        values: (heads, numbers) all that is trained, changed in place.
        layers: the same as weights and biases, see `parts`.
        outputs: numbers in an answer.

    Args:
        count: how many.
        width: numbers in an embedding.
        seed: of the first weights.
    """

    def __init__(self, count: int, width: int, outputs: int, seed: int) -> None:
        chance, self.outputs = np.random.default_rng(seed), outputs
        self._shapes = ((HIDDEN, width), (HIDDEN,), (outputs, HIDDEN), (outputs,))
        # Uniform up to 1 / sqrt(inputs), as `torch.nn.Linear` starts.
        fed = (width, width, HIDDEN, HIDDEN)
        parts = [
            (2 * chance.random(math.prod(shape)) - 1) * inputs**-0.5
            for shape, inputs in zip(self._shapes, fed, strict=True)
        ]
        self.values = np.tile(np.concatenate(parts).astype(np.float32), (count, 1))
        self.layers = self.parts(self.values)

    def some(self, which: slice) -> Heads:
        """Returns some of these networks; what changes there changes here."""
        heads = copy(self)
        heads.values = self.values[which]
        heads.layers = heads.parts(heads.values)
        return heads

    def parts(self, values: Float32[np.ndarray, "heads numbers"]) -> tuple[np.ndarray, ...]:
        """Returns numbers of all heads as weights and biases, (heads, ...) views: first hidden, then last layer."""
        ends = np.cumsum([math.prod(shape) for shape in self._shapes])
        pieces = np.split(values, ends[:-1], axis=1)
        return tuple(piece.reshape(-1, *shape) for piece, shape in zip(pieces, self._shapes, strict=True))

    def hidden(self, rows: Float32[np.ndarray, "_ n width"]) -> Float32[np.ndarray, "heads n hidden"]:
        """Returns what the hidden layer of each head makes of rows: each head's own, or one set for all."""
        weight, bias, *_ = self.layers
        return relu(np.vecdot(rows[:, :, None], weight[:, None]) + bias[:, None])

    def logits(self, hidden: Float32[np.ndarray, "heads n hidden"]) -> Float32[np.ndarray, "heads n outputs"]:
        """Returns the logits of what `hidden` returns."""
        *_, weight, bias = self.layers
        return np.asarray(np.vecdot(hidden[:, :, None], weight[:, None]) + bias[:, None])

    def __call__(self, rows: Float32[np.ndarray, "_ n width"]) -> Float32[np.ndarray, "heads n outputs"]:
        """Returns the logits of embeddings: each head's own, or one set for all."""
        return self.logits(self.hidden(rows))

    def network(self, number: int = 0) -> RoadNetwork:
        """Returns one of the networks by itself, ready to answer."""
        weight, bias, last_weight, last_bias = (part[number].copy() for part in self.layers)
        return RoadNetwork(Linear(weight, bias), Linear(last_weight, last_bias))


def wanted_of(
    targets: Int[np.ndarray, "heads n"], logits: Float32[np.ndarray, "heads n outputs"]
) -> Float32[np.ndarray, "heads n outputs"]:
    """Returns the probabilities that logits should give."""
    classes = np.array([1]) if logits.shape[-1] == 1 else np.arange(logits.shape[-1])
    return np.asarray(targets[..., None] == classes, dtype=np.float32)


def probabilities_of(logits: Float[np.ndarray, "*n outputs"]) -> Float32[np.ndarray, "*n outputs"]:
    """Returns the probabilities of logits: of the second class for one output, else of each."""
    return np.asarray(sigmoid(logits) if logits.shape[-1] == 1 else softmax(logits), dtype=np.float32)


def cross_entropy(
    logits: Float[np.ndarray, "*n outputs"], targets: Int[np.ndarray, "*n"]
) -> Float[np.ndarray, "*n"]:
    """Returns the cross-entropy of each row: binary for one output, else over the classes."""
    if logits.shape[-1] == 1:
        return np.asarray(np.logaddexp(0, logits[..., 0]) - targets.astype(logits.dtype) * logits[..., 0])
    right = np.take_along_axis(logits, targets[..., None], axis=-1)[..., 0]
    return np.asarray(np.logaddexp.reduce(logits, axis=-1) - right)


def decided(logits: Float[np.ndarray, "*n outputs"]) -> Int[np.ndarray, "*n"]:
    """Returns the class that each row of logits gives; with one output a logit of 0 counts as 1."""
    binary = logits.shape[-1] == 1
    return np.asarray((logits[..., 0] >= 0).astype(np.int64) if binary else logits.argmax(axis=-1))


def right(logits: Float[np.ndarray, "n outputs"], classes: Int[np.ndarray, " n"]) -> Bool[np.ndarray, " n"]:
    """Returns whether each row of logits gives its class; with one output a logit of 0 counts as 1."""
    return np.asarray(decided(logits) == classes)


def best_temperature(logits: Float[np.ndarray, "n outputs"], classes: Int[np.ndarray, " n"]) -> float:
    """Returns the temperature in [0.25, 16] at which the logits have the smallest cross-entropy."""
    grid = np.geomspace(0.25, 16.0, 145)
    return float(grid[int(np.argmin([mean_loss(logits / temperature, classes) for temperature in grid]))])


def mean_loss(logits: Float[np.ndarray, "n outputs"], classes: Int[np.ndarray, " n"]) -> float:
    """Returns the mean cross-entropy: binary for one output, else over the classes."""
    return float(cross_entropy(logits.astype(np.float64), classes).mean())

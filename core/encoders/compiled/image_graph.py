"""The image tower as a graph: EfficientNet-Lite2 (Tan and Le 2019), its batch norms folded into its convolutions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from math import ceil

import numpy as np
from onnx import TensorProto

from core.encoders.compiled.graph import GraphWriter

STAGES = ((1, 1), (3, 2), (3, 2), (4, 2), (4, 1), (5, 2), (1, 1))
"""Of each stage how many blocks it has, and how far apart the places lie that its first block looks at."""
EPSILON = 1e-3
FROM_BLOCK = 1
"""The first stage whose output is given out; the one before sees edges alone."""
_NORM = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
_DEEP = (("conv_pw", "bn1"), ("conv_dw", "bn2"), ("conv_pwl", "bn3"))
_SEPARABLE = (("conv_dw", "bn1"), ("conv_pw", "bn2"))


def tower_names() -> list[str]:
    """Returns timm's names of the tower's tensors, in the order in which the package's file has them."""
    names = list(_names_of("", "conv_stem", "bn1"))
    for prefix, stage, _ in _blocks():
        for convolution, norm in _SEPARABLE if stage == 0 else _DEEP:
            names += _names_of(prefix, convolution, norm)
    return [*names, *_names_of("", "conv_head", "bn2")]


def image_graph(tensors: Mapping[str, np.ndarray], size: int, planes: int = 3) -> bytes:
    """Returns the tower as an ONNX model.

    It takes "pixels" (n, planes, size, size) in [-1, 1], and gives "pooled" (n, 1280), the mean over all places of
    "last" (n, 1280, g, g), and the outputs of its stages from the second on, "block1" and so on.

    Args:
        tensors: by timm's names.
        size: side of the pictures in pixels.
        planes: 3 for colours; 1 for greys, whose three equal planes the first layer then takes as one. Its weights
            for red, green and blue reach 558 and cancel each other on greys: summed here, in float64, none is lost.

    Raises:
        KeyError: a tensor is missing.
        ValueError: one has a shape that no convolution of the tower has.
    """
    graph = GraphWriter("tf_efficientnet_lite2")
    tower = _ImageGraph(graph, tensors, size, planes)
    x = graph.input("pixels", TensorProto.FLOAT, ("n", planes, size, size))
    x = tower.convolution(x, "", "conv_stem", "bn1", stride=2)
    stages = list(_blocks())
    for place, (prefix, stage, stride) in enumerate(stages):
        x = tower.block(x, prefix, stage, stride)
        ends = place + 1 == len(stages) or stages[place + 1][1] != stage
        if ends and stage >= FROM_BLOCK:
            graph.output(f"block{stage}", x, ("n", tower.channels, tower.side, tower.side))
    x = tower.convolution(x, "", "conv_head", "bn2")
    graph.output("last", x, ("n", tower.channels, tower.side, tower.side))
    pooled = graph.node("Flatten", graph.node("GlobalAveragePool", x), axis=1)
    graph.output("pooled", pooled, ("n", tower.channels))
    return bytes(graph.finished({"size": str(size)}).SerializeToString())


class _ImageGraph:
    """Adds the tower's layers one after the other, and follows the size of what they give.

    Attributes:
        side: places along each side of the last layer's output.
        channels: of the last layer's output.
    """

    def __init__(self, graph: GraphWriter, tensors: Mapping[str, np.ndarray], size: int, planes: int) -> None:
        self._graph, self._tensors = graph, tensors
        self.side, self.channels = size, planes

    def block(self, x: str, prefix: str, stage: int, stride: int) -> str:
        """Adds a block: it widens, looks around, narrows, and keeps what it was given where sizes agree."""
        entered, channels = x, self.channels
        layers = _SEPARABLE if stage == 0 else _DEEP
        for convolution, norm in layers:
            around = convolution == "conv_dw"
            narrows = (convolution, norm) == layers[-1]
            x = self.convolution(x, prefix, convolution, norm, stride if around else 1, active=not narrows)
        if stride == 1 and channels == self.channels:
            x = self._graph.node("Add", x, entered)
        return x

    def convolution(
        self, x: str, prefix: str, convolution: str, norm: str, stride: int = 1, *, active: bool = True
    ) -> str:
        """Adds a convolution with its folded batch norm, and ReLU6 where it is active."""
        weight, bias = _folded(self._tensors, prefix + convolution, prefix + norm)
        if self.channels == 1:
            weight = weight.sum(axis=1, keepdims=True)
        weight, bias = weight.astype(np.float32), bias.astype(np.float32)
        outside, inside, kernel, across = weight.shape
        groups = self.channels // inside
        if kernel != across or inside * groups != self.channels:
            raise ValueError(f"{prefix}{convolution} has the shape {weight.shape}")
        given, self.side, self.channels = self.side, ceil(self.side / stride), outside
        # TensorFlow's "same": what is missing on both sides, one more after than before where it is odd.
        missing = max((self.side - 1) * stride + kernel - given, 0)
        before, after = missing // 2, missing - missing // 2
        x = self._graph.node(
            "Conv", x, self._graph.weight(weight), self._graph.weight(bias),
            kernel_shape=[kernel, kernel], strides=[stride, stride], group=groups,
            pads=[before, before, after, after],
        )  # fmt: skip
        if not active:
            return x
        low, high = (self._graph.weight(np.array(bound, np.float32)) for bound in (0, 6))
        return self._graph.node("Clip", x, low, high)


def _folded(tensors: Mapping[str, np.ndarray], convolution: str, norm: str) -> tuple[np.ndarray, np.ndarray]:
    """Returns weight and bias, in float64, of a convolution that does what it and the norm after it did."""
    scale, shift, mean, variance = (tensors[f"{norm}.{name}"].astype(np.float64) for name in _NORM[:4])
    factor = scale / np.sqrt(variance + EPSILON)
    weight = tensors[f"{convolution}.weight"].astype(np.float64) * factor[:, None, None, None]
    return weight, shift - mean * factor


def _blocks() -> Iterator[tuple[str, int, int]]:
    """Yields of each block how its tensors' names begin, its stage, and its stride."""
    for stage, (blocks, stride) in zip(count(), STAGES, strict=False):
        for block in range(blocks):
            yield f"blocks.{stage}.{block}.", stage, stride if block == 0 else 1


def _names_of(prefix: str, convolution: str, norm: str) -> Iterator[str]:
    yield f"{prefix}{convolution}.weight"
    yield from (f"{prefix}{norm}.{name}" for name in _NORM)

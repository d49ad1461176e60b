"""The layers that trained heads are made of, in NumPy.

What a layer makes of a row depends on that row alone, to the last bit, and on no other row of its batch: sums over a
row's numbers are those of `core.blend.dot_products`, never of a matrix product.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, Float64

from core.blend import dot_products

_erf = np.frompyfunc(math.erf, 1, 1)


def tensor_of(tensors: Mapping[str, np.ndarray], name: str, *shape: int | None) -> Float32[np.ndarray, "..."]:
    """Returns a tensor of an artefact.

    Args:
        tensors: all of them.
        name: of the one that is wanted.
        shape: the size of each dimension; None where any will do.

    Raises:
        KeyError: there is none of this name.
        ValueError: it has another shape.
    """
    array = tensors[name]
    fits = array.ndim == len(shape) and all(
        wanted in (None, size) for wanted, size in zip(shape, array.shape, strict=True)
    )
    if not fits:
        sizes = ", ".join("any" if wanted is None else str(wanted) for wanted in shape)
        raise ValueError(f"the tensor {name!r} has shape {array.shape}, not ({sizes})")
    return np.ascontiguousarray(array, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A linear map with a bias.

    Attributes:
        weight: (out, in).
        bias: (out,).
    """

    weight: Float32[np.ndarray, "out in"]
    bias: Float32[np.ndarray, " out"]

    @classmethod
    def of(
        cls, tensors: Mapping[str, np.ndarray], name: str, *, fed: int | None = None, size: int | None = None
    ) -> Linear:
        """Returns the layer that an artefact holds as `NAME.weight` and `NAME.bias`.

        Args:
            tensors: of the artefact.
            name: of the layer.
            fed: numbers that go in; None for any.
            size: numbers that come out; None for any.

        Raises:
            KeyError: a tensor is missing.
            ValueError: a tensor has another shape.
        """
        weight = tensor_of(tensors, f"{name}.weight", size, fed)
        return cls(weight, tensor_of(tensors, f"{name}.bias", len(weight)))

    def __call__(self, rows: Float32[np.ndarray, "n in"]) -> Float32[np.ndarray, "n out"]:
        """Returns what it makes of each row."""
        return np.asarray(dot_products(rows, self.weight) + self.bias)


def relu(values: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """Returns the values, 0 for those below it."""
    return np.asarray(np.maximum(values, 0))


def sigmoid(values: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """Returns 1 / (1 + exp(-x)), without overflow."""
    return np.asarray(np.exp(-np.logaddexp(0, -values)))


def gelu(values: Float32[np.ndarray, "*shape"]) -> Float32[np.ndarray, "*shape"]:
    """Returns x times the normal distribution up to x, by the exact error function (Hendrycks and Gimpel 2016)."""
    wide = values.astype(np.float64)
    share = np.asarray(_erf(wide / math.sqrt(2)), dtype=np.float64)
    return np.asarray(0.5 * wide * (1 + share), dtype=np.float32)


def summands_through(
    first: Linear, last: Linear, rows: Float[np.ndarray, "summands in"]
) -> Float64[np.ndarray, "summands_and_bias out"]:
    """Returns what each of several summands adds to `last(relu(first(their sum)))`, and last what the biases add.

    The hidden units that the sum makes active are held fixed; with these the network is linear, so that the rows add up
    to its output, but what they say holds for this sum alone.

    Args:
        first: the hidden layer.
        last: gives the logits.
        rows: (summands, in).
    """
    inside = rows.astype(np.float64) @ first.weight.T.astype(np.float64)
    active = inside.sum(axis=0) + first.bias > 0
    weight = last.weight.astype(np.float64) * active
    return np.vstack([inside @ weight.T, weight @ first.bias.astype(np.float64) + last.bias])

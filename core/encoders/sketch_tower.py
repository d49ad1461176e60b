"""The sketch tower: EfficientNet-Lite2 whose later blocks were tuned on line drawings, by us.

The stem and the first two blocks keep the ImageNet weights of the pinned package; what changed comes from the
artefact, in half precision. It sees ink alone, on a square that the drawing fills, and its mirror image.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import timm
import torch
from jaxtyping import Float32, UInt8
from torch import Tensor, nn

from core import images
from core.encoders.base import checked
from core.encoders.fused import fuse
from core.fitting import fitting
from core.hub.wheels import LITE2
from core.store import Manifest, load_artifact
from core.types import Picture

KIND = "sketch_tower"
ARCHITECTURE = "tf_efficientnet_lite2"
IMAGE_SIZE = 128
FROZEN_BLOCKS = 2
WIDTH = 1280
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
    return trunk.to(memory_format=torch.channels_last)


def frozen(name: str) -> bool:
    """Tells whether a parameter of the tower keeps its ImageNet value."""
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


def tower_input(ink: Tensor) -> Tensor:
    """Returns (n, 3, size, size) in [-1, 1], ink dark on light paper, from (n, 1, size, size) ink in [0, 1]."""
    return (1 - 2 * ink).expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)


class SketchTower:
    """Turns sketches into features; safe to call from several threads.

    Attributes:
        id: name under which heads record it.
        width: the number of features.

    Args:
        folder: the artefact "sketch_tower".

    Raises:
        ArtifactError: missing or damaged, or the package with the ImageNet weights is.
    """

    def __init__(self, folder: Path) -> None:
        tensors, self.manifest = load_artifact(folder, kind=KIND, models={"tower": ARCHITECTURE})
        self.id, self.width = tower_id(self.manifest), WIDTH
        with fitting(folder, tensors):
            self._trunk = fuse(restored(tensors)).to(memory_format=torch.channels_last)
        self._lock = threading.Lock()

    def pooled(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 1280"]:
        """Returns the mean feature of each sketch and its mirror image, not normalised."""
        inks = [images.ink(picture.pixels, IMAGE_SIZE) for picture in pictures]
        rows = np.zeros((0, WIDTH), dtype=np.float32)
        if inks:
            with self._lock:
                rows = features(self._trunk, np.stack(inks))
        return checked(rows, unit=False, by=self.id)


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


def restored(tensors: Mapping[str, np.ndarray]) -> nn.Module:
    """Returns the tower with the tuned tensors in their places."""
    trunk = build_trunk()
    state = {name: torch.from_numpy(array.astype(np.float32)) for name, array in tensors.items()}
    trunk.load_state_dict(trunk.state_dict() | state)
    return trunk.eval().requires_grad_(False)


def tower_id(manifest: Manifest) -> str:
    """Returns the name under which heads record the tower."""
    return f"sketch-tower-{manifest.tensors_sha256[:12]}"

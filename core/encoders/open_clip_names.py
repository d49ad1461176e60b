"""Which repository of the Hub a name of open_clip stands for, and how its model is built."""

from __future__ import annotations

import open_clip


def listed(model: str, tag: str) -> tuple[str, bool] | None:
    """Returns what open_clip lists of a model on the Hub, None when it lists no such model there.

    Args:
        model: open_clip's name of the architecture, such as "ViT-L-14".
        tag: its name of the weights, such as "laion2b_s32b_b82k".

    Returns:
        Where the weights lie, "owner/name" or "owner/name/file", and whether they were trained with OpenAI's
        QuickGELU: the list of weights says so for many tags whose architecture does not.
    """
    weights = open_clip.get_pretrained_cfg(model, tag) or {}
    place = str(weights.get("hf_hub", "")).strip("/")
    architecture = open_clip.get_model_config(model) or {}
    return (place, bool(weights.get("quick_gelu") or architecture.get("quick_gelu"))) if place else None

"""Which repository of the Hub a name of open_clip stands for."""

from __future__ import annotations

import open_clip


def repository_of(model: str, tag: str) -> str | None:
    """Returns the repository of a model that open_clip lists, None when it lists no such model on the Hub.

    Args:
        model: open_clip's name of the architecture, such as "ViT-L-14".
        tag: its name of the weights, such as "laion2b_s32b_b82k".
    """
    found = open_clip.get_pretrained_cfg(model, tag) or {}
    return str(found.get("hf_hub", "")).strip("/") or None

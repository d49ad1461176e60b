"""The paper profile with tiny checkpoints in the real formats, served by a Hub on this machine."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from core import hub
from core.hub import Pin, choice, pins
from core.profiles import paper
from core.settings import PROFILES, Settings
from tests import checkpoints
from tests.hub_server import HubServer

USUAL: dict[str, Callable[[Path], Path]] = {
    "dinov2-base": checkpoints.tiny_dinov2,
    "bert-base": checkpoints.tiny_bert,
    "blip-caption-base": checkpoints.tiny_blip_caption,
    "blip-itm-large": checkpoints.tiny_blip_itm,
    "clip-vit-b-32": checkpoints.tiny_open_clip,
    "fashion-siglip": checkpoints.tiny_siglip,
}
"""Pin of a model that plays a role when nobody chose -> what writes a tiny model of its kind."""


def tiny_blip2_opt(folder: Path) -> Path:
    """Writes a BLIP-2 with OPT in two safetensors shards, as published."""
    return sharded(
        checkpoints.tiny_blip2_opt(folder), load_file, partial(save_file, metadata={"format": "pt"})
    )


def tiny_blip2_t5(folder: Path) -> Path:
    """Writes a BLIP-2 with Flan-T5 in two .bin shards, as it is known to be published."""
    return sharded(checkpoints.tiny_blip2_t5(folder), partial(torch.load, weights_only=True), torch.save)


OTHERS: dict[str, Callable[[Path], Path]] = {
    "blip2-opt": tiny_blip2_opt,
    "blip2-flan-t5": tiny_blip2_t5,
    "blip-vqa": checkpoints.tiny_blip_vqa,
    "smollm2": checkpoints.tiny_smollm,
    "blip-itm-base": checkpoints.tiny_blip_itm,
    "dinov2-giant": checkpoints.tiny_dinov2,
}
"""The same for the pins that offer a choice."""


def serve_tiny(
    server: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch, others: Sequence[str] = ()
) -> dict[str, Pin]:
    """Lets the Hub serve a tiny model for each usual pin, at the commit and under the name that the pin has.

    Args:
        server: the Hub.
        folder: for the checkpoints; those that are there are served as they are.
        monkeypatch: takes the digests of the true files out of the pins.
        others: pins that offer a choice, to be served, too.
    """
    tiny, makers = {}, USUAL | {name: OTHERS[name] for name in others}
    for name, pin in hub.PINS.items():
        if name in makers:
            checkpoint = folder / name if (folder / name).is_dir() else makers[name](folder / name)
            server.add(pin.repository, checkpoint, pin.revision)
            there = {path.name for path in checkpoint.iterdir()}
            tiny[name] = dataclasses.replace(
                pin, sha256=MappingProxyType({}), files=tuple(file for file in pin.files if file in there)
            )
        else:
            tiny[name] = pin
    for module in (hub, pins, choice):
        monkeypatch.setattr(module, "PINS", MappingProxyType(tiny))
    return tiny


def sharded(folder: Path, load: Callable[[Path], dict[str, Any]], save: Callable[..., Any]) -> Path:
    """Cuts the one file of weights of a folder in two, with an index, as large models are published."""
    (whole,) = (path for path in folder.iterdir() if path.name in (pins.SAFETENSORS, pins.BIN))
    tensors = load(whole)
    names, place = list(tensors), dict[str, str]()
    half = len(names) // 2
    for number, part in enumerate((names[:half], names[half:]), 1):
        file = f"{whole.stem}-{number:05}-of-00002{whole.suffix}"
        save({name: tensors[name].clone() for name in part}, folder / file)
        place |= dict.fromkeys(part, file)
    size = sum(tensor.nbytes for tensor in tensors.values())
    index = {"metadata": {"total_size": size}, "weight_map": place}
    (folder / f"{whole.name}.index.json").write_text(json.dumps(index))
    whole.unlink()
    return folder


def paper_models(cache: Path) -> paper.PaperModels:
    """Returns the models of the paper profile, with heads under `cache`."""
    return paper.PaperModels(PROFILES["paper"], Settings("paper", cache=cache))

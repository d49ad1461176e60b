"""Captions by BLIP (Li et al. 2022)."""

from __future__ import annotations

import torch
from transformers import BlipForConditionalGeneration

from core.captioners.free import GREEDY, FreeCaptioner, while_listened_to
from core.devices import Place
from core.encoders.checkpoint import Network, image_processor, load_model, processed


class BlipCaptioner(FreeCaptioner):
    """Writes a sentence about a picture; see `FreeCaptioner`."""

    family, kind = "blip-caption", "blip"

    def _load(self, place: Place) -> Network:
        processor = image_processor(self._folder, self.id)
        model = load_model(BlipForConditionalGeneration, self._folder, self.id, place)
        return Network(model, lambda pictures: processed(processor, pictures, place))

    def _write(self, network: Network, pixels: torch.Tensor, within: float | None) -> torch.Tensor:
        ids: torch.Tensor = network.model.generate(
            pixel_values=pixels, max_time=within, stopping_criteria=while_listened_to(), **GREEDY
        )
        return ids

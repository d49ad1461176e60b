"""BERT (Devlin et al. 2019): a sentence as the mean of its token states; report 1's caption embedding."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from jaxtyping import Float32
from torch import Tensor
from transformers import BertModel

from core.devices import Place
from core.encoders.base import checked
from core.encoders.checkpoint import Network, in_batches, load_model, read_config, resident, setting
from core.encoders.reading import HubTokenizer
from core.types import Unread

BATCH = 16
"""Texts at a time, as in the script of report 1; the published embeddings depend on it."""


class Bert:
    """One vector a sentence, not normalised; safe to call from several threads. Loaded when it is first used.

    Args:
        folder: a folder in the Hub's format.
        id: names the model and its revision.
        padding: "masked" leaves padding out of the mean. "counted" takes the mean over every position of a batch
            of 16, as report 1's published embeddings were made: there a vector depends on its neighbours.

    Raises:
        ArtifactError: the folder is incomplete.
    """

    def __init__(self, folder: Path, *, id: str, padding: Literal["masked", "counted"] = "masked") -> None:
        self.id = id
        config = read_config(folder, id, "bert")
        self.width = setting(config, int, "hidden_size", id=id)
        self._folder, self._counted = folder, padding == "counted"
        self._reader = HubTokenizer(folder, id, setting(config, int, "max_position_embeddings", id=id))
        self._resident = resident("bert", folder, id, self._load)

    def sentences(self, texts: Sequence[str]) -> Float32[np.ndarray, "n width"]:
        """Returns the mean token state of each text, [CLS] and [SEP] counted."""
        rows = [np.zeros((0, self.width), dtype=np.float32)]
        for batch in in_batches(texts, BATCH):
            ids, mask = self._reader.tokens(batch)
            with torch.inference_mode():
                states = torch.cat(self._resident.run_rows(_states, ids, mask))
            weights = (torch.ones_like(mask) if self._counted else mask).unsqueeze(-1).float()
            rows.append(((states * weights).sum(1) / weights.sum(1)).numpy())
        return checked(np.concatenate(rows), unit=False, by=self.id)

    def shortened_after(self, text: str) -> str | None:
        """Returns the last words that are read of a text that is too long, None when all of it is read."""
        return self._reader.shortened_after(text)

    def unread(self, text: str) -> Unread:
        """Returns which parts of a text are unknown to the tokenizer."""
        return self._reader.unread(text)

    def _load(self, place: Place) -> Network:
        model = load_model(BertModel, self._folder, self.id, place, add_pooling_layer=False)
        return Network(model)


def _states(network: Network, ids: Tensor, mask: Tensor) -> Tensor:
    device = network.model.device
    states: Tensor = network.model(input_ids=ids.to(device), attention_mask=mask.to(device)).last_hidden_state
    return states.float().cpu()

"""The reports' models by their roles, each a tiny checkpoint with random weights that counts what it encodes."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from core.captioners.blip import BlipCaptioner
from core.encoders.bert import Bert
from core.encoders.blip_itm import BlipItm
from core.encoders.dinov2 import Dinov2
from core.encoders.open_clip_joint import OpenClipJoint
from tests import checkpoints


class Counting:
    """Passes everything on to a model and counts the pictures and texts that it is given.

    Args:
        model: what answers.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self.encoded = 0

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._model, name)
        if not callable(value):
            return value

        def counted(*given: Any) -> Any:
            self.encoded += len(given[0]) if isinstance(given[0], list | tuple) else 1
            return value(*given)

        return counted


class TinyModels:
    """All roles of `core.evaluation.reproduce.base.ReportModels`.

    Args:
        folder: where the checkpoints are written, each when it is first asked for.
    """

    profile = "tiny"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def encoded(self) -> int:
        """How many pictures and texts all models were given so far."""
        return sum(encoder.encoded for encoder in vars(self).values() if isinstance(encoder, Counting))

    @cached_property
    def sketch_picture(self) -> Counting:
        return Counting(Dinov2(checkpoints.tiny_dinov2(self._folder / "dinov2"), id="tiny-dinov2"))

    @cached_property
    def sketch_words(self) -> Counting:
        return Counting(Bert(checkpoints.tiny_bert(self._folder / "bert"), id="tiny-bert"))

    @cached_property
    def captioner(self) -> Counting:
        return Counting(
            BlipCaptioner(checkpoints.tiny_blip_caption(self._folder / "caption"), id="tiny-blip")
        )

    @cached_property
    def joint(self) -> Counting:
        return Counting(OpenClipJoint(checkpoints.tiny_open_clip(self._folder / "clip"), id="tiny-clip"))

    @property
    def garment(self) -> Counting:
        return self.joint

    @cached_property
    def composing(self) -> Counting:
        return Counting(BlipItm(checkpoints.tiny_blip_itm(self._folder / "itm"), id="tiny-itm"))

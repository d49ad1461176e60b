"""The pocket profile's joint encoder: frozen towers, and projections of ours trained as LiT (Zhai et al. 2022)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from jaxtyping import Float32

from core.encoders.base import checked
from core.encoders.towers import TOWERS_ID, WIDTH, Towers
from core.fitting import fitting
from core.store import Manifest, load_artifact
from core.types import Picture

_PARAMETERS = ("visual.head.proj.weight", "visual.head.proj.bias", "text.proj.weight", "logit_scale")


class PocketJoint(Towers):
    """Pictures and words in one space of 384 dimensions; safe to call from several threads.

    Args:
        folder: the projections' artefact ("joint").

    Raises:
        ArtifactError: the projections or a tower are missing, damaged, or do not belong together.
    """

    width = WIDTH

    def __init__(self, folder: Path) -> None:
        super().__init__()
        tensors, self.manifest = load_artifact(folder, kind="joint", models={"towers": TOWERS_ID})
        with fitting(folder, tensors):
            self._load(tensors)
        self.id = joint_id(self.manifest)

    def _load(self, tensors: dict[str, np.ndarray]) -> None:
        with torch.no_grad():
            for name in _PARAMETERS:
                parameter = self.model.get_parameter(name)
                parameter.copy_(torch.from_numpy(tensors[name].astype(np.float32)).view_as(parameter))
        self.scale = float(self.model.logit_scale.exp())
        self._picture_projection = self.model.visual.head.proj
        self._words_projection = self.model.text.proj.weight

    def encode_pictures(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 384"]:
        """Returns one unit row for each picture."""
        return self.project_pictures(self.pooled(pictures))

    def project_pictures(self, pooled: Float32[np.ndarray, "n 1280"]) -> Float32[np.ndarray, "n 384"]:
        """Returns the joint embedding of pictures whose pooled features are known."""
        return self._unit(self._picture_projection(torch.from_numpy(pooled)))

    def encode_texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "n 384"]:
        """Returns one unit row for each text."""
        return self.project_sentences(self.sentences(texts))

    def project_sentences(self, sentences: Float32[np.ndarray, "n 384"]) -> Float32[np.ndarray, "n 384"]:
        """Returns the joint embedding of texts whose mean token states are known."""
        return self._unit(torch.from_numpy(sentences) @ self._words_projection.T)

    def picture_tokens(self, picture: Picture) -> Float32[np.ndarray, "places 384"]:
        """Returns one unit row for each place of the 9 x 9 grid, projected into the joint space."""
        return self._unit(self._picture_projection(self.feature_map(picture)))

    def text_tokens(self, text: str) -> Float32[np.ndarray, "tokens 384"]:
        """Returns one unit row for each token, [CLS] and [SEP] among them, projected into the joint space."""
        states, _ = self.states([text])
        return self._unit(states[0] @ self._words_projection.T)

    def _unit(self, rows: torch.Tensor) -> Float32[np.ndarray, "n d"]:
        return checked(functional.normalize(rows, dim=-1).numpy(), unit=True, by="pocket-joint")


def joint_id(manifest: Manifest) -> str:
    """Returns the name under which galleries and heads record these projections."""
    return f"pocket-joint-{manifest.tensors_sha256[:12]}"

"""The pocket profile's joint encoder: frozen towers, and projections of ours trained as LiT (Zhai et al. 2022)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Float64

from core.blend import unit
from core.encoders.base import checked
from core.encoders.runtimes import TowerRuntime
from core.encoders.towers import POOLED_WIDTH, TOWERS_ID, WIDTH, Towers
from core.fitting import fitting
from core.store import Manifest, load_artifact
from core.types import Picture


class PocketJoint(Towers):
    """Pictures and words in one space of 384 dimensions; safe to call from several threads.

    Args:
        folder: the projections' artefact ("joint").
        runtime: what runs the towers; the one of the settings unless another is given.

    Raises:
        ArtifactError: the projections or a tower are missing, damaged, or do not belong together.
    """

    width = WIDTH
    mean_by_tokens = False

    def __init__(self, folder: Path, runtime: TowerRuntime | None = None) -> None:
        super().__init__(runtime)
        tensors, self.manifest = load_artifact(folder, kind="joint", models={"towers": TOWERS_ID})
        with fitting(folder, tensors):
            self._load({name: array.astype(np.float32) for name, array in tensors.items()})
        self.id = joint_id(self.manifest)

    def _load(self, tensors: dict[str, np.ndarray]) -> None:
        self.scale = float(np.exp(tensors["logit_scale"].item()))
        self._picture_weight = tensors["visual.head.proj.weight"].reshape(WIDTH, POOLED_WIDTH).T
        self._picture_bias = tensors["visual.head.proj.bias"].reshape(WIDTH)
        self._words_weight = tensors["text.proj.weight"].reshape(WIDTH, WIDTH).T

    def encode_pictures(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n 384"]:
        """Returns one unit row for each picture."""
        return self.project_pictures(self.pooled(pictures))

    def project_pictures(self, pooled: Float32[np.ndarray, "n 1280"]) -> Float32[np.ndarray, "n 384"]:
        """Returns the joint embedding of pictures whose pooled features are known."""
        return self._unit(pooled @ self._picture_weight + self._picture_bias)

    def encode_texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "n 384"]:
        """Returns one unit row for each text."""
        return self.project_sentences(self.sentences(texts))

    def project_sentences(self, sentences: Float32[np.ndarray, "n 384"]) -> Float32[np.ndarray, "n 384"]:
        """Returns the joint embedding of texts whose mean token states are known."""
        return self._unit(sentences @ self._words_weight)

    def picture_tokens(self, picture: Picture) -> Float32[np.ndarray, "places 384"]:
        """Returns one unit row for each place of the 9 x 9 grid, projected into the joint space."""
        return self.project_pictures(self.feature_map(picture))

    def text_tokens(self, text: str) -> Float32[np.ndarray, "tokens 384"]:
        """Returns one unit row for each token, [CLS] and [SEP] among them, projected into the joint space."""
        return self.project_sentences(self.token_states(text))

    def picture_shares(self, picture: Picture) -> Float64[np.ndarray, "places_and_bias 384"]:
        """Returns rows that sum to the picture's: one for each place of the 9 x 9 grid, and last that of the bias."""
        shares = np.vstack([self.pooled_shares(picture) @ self._picture_weight, self._picture_bias])
        return _of_length_one(shares)

    def text_shares(self, text: str) -> Float64[np.ndarray, "tokens 384"]:
        """Returns rows that sum to the text's: one for each token, [CLS] and [SEP] among them."""
        return _of_length_one(self.sentence_shares(text) @ self._words_weight)

    def _unit(self, rows: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n d"]:
        return checked(unit(rows), unit=True, by="pocket-joint")


def _of_length_one(shares: Float64[np.ndarray, "n d"]) -> Float64[np.ndarray, "n d"]:
    """Returns shares divided by the length of their sum, as the sum is."""
    return np.asarray(shares / max(float(np.linalg.norm(shares.sum(axis=0))), 1e-12))


def joint_id(manifest: Manifest) -> str:
    """Returns the name under which galleries and heads record these projections."""
    return f"pocket-joint-{manifest.tensors_sha256[:12]}"

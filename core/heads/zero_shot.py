"""Classes by their names alone: what a joint encoder says of a picture before any head is trained."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Float32

from core.blend import dot_products
from core.contracts import JointEncoder
from core.errors import ArtifactError

PROMPT = "a sketch of a {}"
EVEN = 0.5
FIELD_CAPTIONS = ("this is a photo of a field", "this is a photo of a road.")
FIELD_ROAD_PROMPTS = (
    "this is a photo of a {}", "a photo of a {}", "a black and white photo of a {}", "a blurred photo of a {}",
    "people in a {}", "a {} with trees and hills",
)  # fmt: skip
FIELD_ROAD_WORDS = (
    ("field", "meadow", "pasture", "grassland", "prairie", "farmland"),
    ("road", "street", "highway", "motorway", "lane", "paved road"),
)
"""A prompt ensemble (Radford et al. 2021) of a dictionary's synonyms, written down once and never tuned."""


class ZeroShotHead:
    """Stands in for f and g of report 1 until somebody trains them: scaled cosines (Radford et al. 2021).

    Its f looks at the picture's embedding, its g at the caption's; both are compared with the sentence "a sketch of
    a {class}". Nothing is learned, so the two weigh the same, and no threshold tells when nothing fits.

    Attributes:
        labels: names of the classes.
        alpha: weight of the picture.
        beta: weight of the words.
        none_threshold: 0, so that some class always fits.

    Args:
        joint: encodes pictures, captions and the sentences of the classes.
        labels: names of the classes.
    """

    alpha = beta = EVEN
    none_threshold = 0.0

    def __init__(self, joint: JointEncoder, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        self.id = f"zero-shot, {joint.id}"
        self._scale = np.float32(joint.scale)
        self._classes = joint.encode_texts([PROMPT.format(label.replace("_", " ")) for label in self.labels])

    def picture_logits(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n classes"]:
        """Returns the scaled cosines of pictures with the classes.

        Args:
            features: (n, d) unit rows of the joint encoder.
        """
        return np.asarray(self._scale * dot_products(features, self._classes))

    def words_logits(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n classes"]:
        """Returns the scaled cosines of captions with the classes.

        Args:
            features: (n, d) unit rows of the joint encoder.
        """
        return np.asarray(self._scale * dot_products(features, self._classes))

    def concat_picture(self, features: Float32[np.ndarray, "n d"]) -> None:
        """Returns None: there is no network on both embeddings."""
        return

    def concat_parts(
        self, inside: Float32[np.ndarray, "n hidden"], words: Float32[np.ndarray, "n e"]
    ) -> Float32[np.ndarray, "n 3 classes"]:
        """Is never asked, see `concat_picture`.

        Raises:
            ArtifactError: always.
        """
        raise ArtifactError("Without a trained head there is no classifier on both embeddings.")


def captions_say(joint: JointEncoder, rows: Float32[np.ndarray, "n d"]) -> dict[str, Float[np.ndarray, " n"]]:
    """Returns the logit of a road by the report's two captions, and by the prompt ensemble."""
    pair = joint.encode_texts(FIELD_CAPTIONS).astype(np.float64)
    prompts = (
        [form.format(word) for word in words for form in FIELD_ROAD_PROMPTS] for words in FIELD_ROAD_WORDS
    )
    means = [joint.encode_texts(texts).mean(axis=0) for texts in prompts]
    field, road = (mean / np.linalg.norm(mean) for mean in means)
    return {
        "report’s captions": joint.scale * rows @ (pair[1] - pair[0]),
        "prompt ensemble": joint.scale * rows @ (road - field),
    }

"""Models small enough to follow by hand: a picture is its mean colour, a text the colours that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from core.contracts import SearchableGallery
from core.store import Manifest
from core.tasks.compose import F_ALONE, ComposeTask
from core.tasks.field_road import FieldRoadTask
from core.tasks.sketch import SketchTask
from core.tasks.start_weights import start_weights
from core.tasks.street_to_shop import StreetToShopTask
from core.types import Caption, EncodedPictures, Picture, Unread

COLOURS = {"red": (1.0, 0.0, 0.0), "green": (0.0, 1.0, 0.0), "blue": (0.0, 0.0, 1.0)}
LABELS = tuple(COLOURS)


def paint(path: Path, colour: Sequence[float], stain: int = 0) -> str:
    """Writes a picture of one colour with a black corner, so that it is not blank; a stain changes its bytes.

    Returns:
        The file's name.
    """
    pixels = np.zeros((24, 24, 3), dtype=np.uint8)
    pixels[:] = np.round(255 * np.array(colour)).astype(np.uint8)
    pixels[:2, :2] = 0
    pixels[0, 0] = (stain % 256, stain // 256, 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path.name


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)).astype(np.float32)


class ColourJoint:
    """A joint encoder of three dimensions: red, green and blue."""

    id = "colours"
    width = 3
    scale = 10.0
    mean_by_tokens = True

    def encode_pictures(self, pictures: Sequence[Picture]) -> np.ndarray:
        return unit(np.stack([picture.pixels.mean(axis=(0, 1)) for picture in pictures]))

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        named = [
            [colour for word, colour in COLOURS.items() if word in text] or [(1, 1, 1)] for text in texts
        ]
        return unit(np.array([np.sum(colours, axis=0) for colours in named]))

    def picture_tokens(self, picture: Picture) -> np.ndarray:
        return self.encode_pictures([picture])

    def text_tokens(self, text: str) -> np.ndarray:
        return self.encode_texts([text])

    def shortened_after(self, text: str) -> str | None:
        return None

    def unread(self, text: str) -> Unread:
        return Unread()

    pooled = encode_pictures
    garment_features = encode_pictures
    sentences = encode_texts


class SketchHead:
    """f and g are the colours themselves."""

    labels = LABELS
    alpha, beta, none_threshold = 0.9, 0.1, 0.0

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest

    def shortened_after(self, text: str) -> str | None:
        """Reads 77 words."""
        words = text.split()
        return " ".join(words[74:77]) if len(words) > 77 else None

    def picture_logits(self, features: np.ndarray) -> np.ndarray:
        return features

    def words_logits(self, features: np.ndarray) -> np.ndarray:
        return features

    def concat_picture(self, features: np.ndarray) -> None:
        """Knows no concatenation."""


class RoadHead:
    """Green is a field."""

    smallest_error = 0.1

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest

    def road_probability(self, embeddings: np.ndarray) -> np.ndarray:
        return np.where(embeddings[:, 1] > 0.5, 0.1, 0.9)

    usual_distance = 0.5

    def distances(self, embeddings: np.ndarray) -> np.ndarray:
        """Returns a distance for each picture."""
        return np.clip(np.abs(embeddings[:, -1].astype(np.float64)), 0.0, 1.0)

    def p_values(self, embeddings: np.ndarray) -> np.ndarray:
        return np.full((len(embeddings), 2), 0.5)

    def three_way(self, embeddings: np.ndarray) -> None:
        """Knows no third class."""


class Garment:
    """Nothing to learn: worn and shop pictures lie in one space."""

    def street(self, features: np.ndarray) -> np.ndarray:
        return features


class Combiner:
    """f(q, t) is the colour of the words."""

    def fuse(self, reference: Picture, modification: str, q: np.ndarray, t: np.ndarray) -> np.ndarray:
        return self.combine(q, t)

    def combine(self, pictures: np.ndarray, words: np.ndarray) -> np.ndarray:
        return words


class AlwaysRed:
    """A captioner with one idea."""

    def caption_many(self, pictures: Sequence[Picture]) -> list[Caption]:
        return [self.caption(picture) for picture in pictures]

    def caption(self, picture: Picture) -> Caption:
        return Caption("a sketch of a red thing", "captioner")


class GalleryColours:
    """What a gallery holds of each picture."""

    models: Mapping[str, str] = {"joint": "colours"}

    def encode(self, pictures: Sequence[Picture]) -> EncodedPictures:
        rows = ColourJoint().encode_pictures(pictures)
        return EncodedPictures(["a thing"] * len(pictures), {"joint": rows, "garment": rows, "words": rows})


class FakeModels:
    """The models of a profile, made of colours.

    Args:
        seen: first 16 digits of the SHA-256 of each picture that each head's training saw.
        weights: head -> weights in its manifest.
    """

    profile = "colours"

    def __init__(
        self, seen: Mapping[str, set[str]] | None = None, weights: Mapping[str, Sequence[float]] | None = None
    ) -> None:
        self._seen = seen or {}
        self._weights = {"combiner": (0.2, 0.2, 0.6), "garment": (1.0, 0.0, 0.0), **(weights or {})}
        self.joint = self.composing = ColourJoint()
        self.ids = {"joint": "colours"}

    def manifest(self, head: str) -> Manifest:
        details = {"weights": list(self._weights[head])} if head in self._weights else {}
        seen = frozenset(self._seen.get(head, ()))
        return Manifest(head, self.ids, [], "", 0, {}, {}, 0.0, details, seen=seen)

    def sketch(self) -> SketchTask:
        head = SketchHead(self.manifest("sketch"))
        return SketchTask(self.profile, self.ids, self.joint, self.joint, AlwaysRed(), head)

    def field_road(self) -> FieldRoadTask:
        return FieldRoadTask(self.profile, self.ids, self.joint, RoadHead(self.manifest("field_road")))

    def street_to_shop(self, gallery: SearchableGallery) -> StreetToShopTask:
        return StreetToShopTask(
            gallery,
            joint=self.joint,
            garment=Garment(),
            captioner=AlwaysRed(),
            profile=self.profile,
            models=self.ids,
        )

    def compose(self, gallery: SearchableGallery) -> ComposeTask:
        return ComposeTask(
            gallery,
            joint=self.joint,
            combiner=Combiner(),
            profile=self.profile,
            models=self.ids,
            start_weights=start_weights(self.manifest("combiner"), F_ALONE),
        )

    def gallery_models(self, task: str) -> Mapping[str, str]:
        return self.ids

    def gallery_encoders(self) -> GalleryColours:
        return GalleryColours()

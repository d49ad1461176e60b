"""What two classes look like, as a head keeps it: rows of describing sentences and of things of any kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from core.blend import dot_products
from core.heads.descriptions import THING, descriptions, things

Encode = Callable[[list[str]], Float32[np.ndarray, "n d"]]
TENSORS = ("described.sentences", "described.things")


@dataclass(frozen=True, slots=True, eq=False)
class DescribedClasses:
    """Sentences on two classes beside things of any kind.

    Attributes:
        labels: of each sentence.
        sentences: what a picture of that class shows, as many for each class.
        things: of any kind; the first as many as there are sentences are the control.
        rows: (sentences, d) unit rows of the sentences.
        thing_rows: (things, d) those of the things.
        usual: conflict and ignorance of the two captions beyond which a picture is unusual, and the captions they
            were measured with; None where they were not.
    """

    labels: tuple[str, ...]
    sentences: tuple[str, ...]
    things: tuple[str, ...]
    rows: Float32[np.ndarray, "s d"]
    thing_rows: Float32[np.ndarray, "k d"]
    usual: Mapping[str, Any] | None = None

    @classmethod
    def encoded(cls, encode: Encode, labels: tuple[str, ...]) -> DescribedClasses:
        """Returns what we say of some classes, read by an encoder.

        Args:
            encode: reads sentences: a joint encoder's `encode_texts`.
            labels: classes that `core.heads.descriptions` describes.
        """
        pairs = [(label, says) for label in labels for says in descriptions()[label]]
        owners, sentences = zip(*pairs, strict=True)
        rows = encode(list(sentences))
        return cls(owners, sentences, things(), rows, encode(list(map(THING.format, things()))))

    @classmethod
    def of(cls, tensors: Mapping[str, np.ndarray], details: Mapping[str, Any]) -> DescribedClasses | None:
        """Returns what an artefact holds; None where it holds none.

        Args:
            tensors: of the artefact.
            details: of its manifest.

        Raises:
            ValueError: rows and sentences are not as many.
        """
        kept = details.get("described")
        if kept is None or any(name not in tensors for name in TENSORS):
            return None
        rows, thing_rows = (tensors[name].astype(np.float32) for name in TENSORS)
        if len(rows) != len(kept["sentences"]) or len(thing_rows) != len(kept["things"]):
            raise ValueError("its describing sentences are not as many as their rows")
        labels, sentences, compared = (
            tuple(map(str, kept[name])) for name in ("labels", "sentences", "things")
        )
        return cls(labels, sentences, compared, rows, thing_rows, kept.get("usual"))

    @property
    def tensors(self) -> dict[str, Float32[np.ndarray, "..."]]:
        """Its rows under the names that `of` reads."""
        return dict(zip(TENSORS, (self.rows, self.thing_rows), strict=True))

    def to_json(self) -> dict[str, Any]:
        """Returns its texts as a manifest keeps them."""
        texts = {name: list(getattr(self, name)) for name in ("labels", "sentences", "things")}
        return texts | ({} if self.usual is None else {"usual": dict(self.usual)})

    def cosines(self, pictures: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n k"]:
        """Returns (n, things) how near each picture is to each thing of any kind."""
        return dot_products(pictures.astype(np.float64), self.thing_rows.astype(np.float64))

    def said(self, pictures: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n s"]:
        """Returns (n, sentences) how near each picture is to each sentence."""
        return dot_products(pictures.astype(np.float64), self.rows.astype(np.float64))

    def usual_of(self, captions: tuple[str, str]) -> tuple[float, float] | None:
        """Returns conflict and ignorance beyond which a picture is unusual under these captions, None if unknown."""
        if self.usual is None or tuple(self.usual["captions"]) != captions:
            return None
        return float(self.usual["conflict"]), float(self.usual["ignorance"])

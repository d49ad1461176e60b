"""Comparing worn garments and words with the pictures of one shop: standardised cosines, with all rows or some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float32

from core import blend
from core.contracts import GarmentEmbedding, SearchableGallery, SomeRows, TwoTowerEncoder
from core.tasks.headline import Fit
from core.tasks.street_to_shop.typed_words import TypedWords
from core.tasks.street_to_shop.window import Row, ShopWindows
from core.types import Caption, Picture


class ShopComparisons:
    """Compares with the pictures of one gallery; safe to call from several threads.

    Args:
        gallery: with vectors "garment" and "words", and the constants by which cosines are standardised.
        joint: reads pictures and words.
        garment: takes its garment features to the space of "garment".
        typed: compares a person's words with the pictures; None compares them with the pictures' captions.
        calibrated: kind of question -> the weights at which a promise was calibrated.
    """

    def __init__(
        self,
        gallery: SearchableGallery,
        joint: TwoTowerEncoder,
        garment: GarmentEmbedding,
        typed: TypedWords | None,
        calibrated: Mapping[str, Sequence[float]],
    ) -> None:
        self.gallery = gallery
        self._garments, self._captions = gallery.index("garment"), gallery.index("words")
        self._joint, self._garment, self._typed = joint, garment, typed
        spreads = {part: self.usual(part)[1] for part in ("picture", "words", "box")}
        self._windows = ShopWindows(gallery, spreads, typed, calibrated)

    def score_garments(
        self, pictures: Sequence[Picture], rows: SomeRows | None = None
    ) -> Float32[np.ndarray, "n r"]:
        """Compares many worn garments, or crops of them, with shop pictures by the garment embedding alone.

        Args:
            pictures: n of them.
            rows: of the gallery, None for all.

        Returns:
            Standardised cosines: the picture's part of `score_parts`.
        """
        return self._seen(pictures, "picture", rows)

    def score_boxes(
        self, crops: Sequence[Picture], rows: SomeRows | None = None
    ) -> Float32[np.ndarray, "n r"]:
        """Compares what is in many boxes with shop pictures, as the box's part of the evidence does for one.

        Args:
            crops: what n boxes cut from a picture; one that stands there several times is encoded once.
            rows: of the gallery, None for all.
        """
        different = list({id(crop): crop for crop in crops}.values())
        scores = dict(zip(map(id, different), self._seen(different, "box", rows), strict=True))
        return np.stack([scores[id(crop)] for crop in crops])

    def score_words(self, captions: Sequence[str]) -> Float32[np.ndarray, "n gallery"]:
        """Compares a person's words, at least one sentence, with every shop picture, in deviations over the gallery."""
        return np.stack(
            [rows for rows, _ in self._read([Caption(caption, "person") for caption in captions])]
        )

    def _read(
        self, captions: Sequence[Caption], rows: SomeRows | None = None
    ) -> list[tuple[Float32[np.ndarray, " gallery"], dict[str, Fit]]]:
        """Returns how well captions of one author fit: a person's the pictures, a captioner's their captions."""
        sentences = [words.sentence for words in captions]
        if captions[0].author == "person" and self._typed is not None:
            typed = self._typed if rows is None else self._windows.among(rows)
            return [(scores, {"words": fit}) for scores, fit in typed.compare_each(sentences)]
        return [(scores, {}) for scores in self._captioned(sentences, rows)]

    def _worn(self, pictures: Sequence[Picture]) -> Float32[np.ndarray, "n g"]:
        return self._garment.street(self._joint.garment_features(pictures))

    def _seen(
        self, pictures: Sequence[Picture], part: str, rows: SomeRows | None = None
    ) -> Float32[np.ndarray, "n r"]:
        return self._standardised(self._garments.scores(self._worn(pictures), rows), part)

    def _captioned(self, captions: Sequence[str], rows: SomeRows | None = None) -> Float32[np.ndarray, "n r"]:
        asked = blend.unit(self._joint.sentences(captions))
        return self._standardised(self._captions.scores(asked, rows), "words")

    def _boxed(self, crop: Picture | None, rows: SomeRows | None = None) -> Float32[np.ndarray, " r"]:
        if crop is None:
            return np.zeros(len(self.gallery.items if rows is None else rows), dtype=np.float32)
        return np.asarray(self._seen([crop], "box", rows)[0])

    def _near(self, worn: Row | None, part: str, rows: SomeRows) -> Float32[np.ndarray, " r"]:
        """Returns what a row of the garment space says of some shop pictures, 0 for None."""
        if worn is None:
            return np.zeros(len(rows), dtype=np.float32)
        return self._standardised(self._garments.scores(worn, rows), part)

    def _standardised(self, cosines: np.ndarray, part: str) -> Float32[np.ndarray, "*n r"]:
        mean, spread = self.usual(part)
        return np.asarray((cosines - mean) / spread, dtype=np.float32)

    def usual(self, part: str) -> tuple[float, float]:
        """Returns mean and deviation, above 0, by which the cosines of a part are standardised."""
        mean, spread = self.gallery.constants[f"{part}_mean"], self.gallery.constants[f"{part}_std"]
        return mean, max(spread, 1e-6)

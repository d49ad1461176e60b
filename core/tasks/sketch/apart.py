"""Where f and g of a drawing come from: its places and those of its mirror image, and the words of the caption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Float64

from core import blend, images
from core.instruments.faithful import Scores
from core.instruments.parts_apart import PartApart
from core.instruments.places import words_of
from core.tasks.hidden_places import hidden_ink
from core.tasks.sketch.answer import blended_of
from core.tasks.sketch.evidence import SketchEvidence
from core.types import Picture

if TYPE_CHECKING:
    from core.encoders.sketch_tower import SketchTower
    from core.encoders.towers import Towers
    from core.heads.fusion import FusionHead

CLASSES = 5
HOLDS = "for this drawing: f’s active units are held fixed"
OF_WORDS = "for this caption: g’s active units are held fixed"
SIDES = ("as drawn", "mirror image")
BIASES = "biases"


@dataclass(frozen=True, slots=True, eq=False)
class ClassApart:
    """A class of the answer, and where its parts come from.

    Attributes:
        index: of the class.
        label: of the class.
        rank: in the answer, from 1.
        picture: alpha f, centred over the classes, over the places of the ink that the tower sees.
        words: beta g, centred over the classes, over the words of the caption.
    """

    index: int
    label: str
    rank: int
    picture: PartApart
    words: PartApart


@dataclass(frozen=True, slots=True, eq=False)
class SketchPlaces:
    """What can take f and g apart: a tower whose rows are means over places, mean words, and heads without curves.

    Attributes:
        tower: of the drawings.
        words: of the captions.
        head: f and g.
    """

    tower: SketchTower
    words: Towers
    head: FusionHead

    def located(
        self, sheet: Picture, evidence: SketchEvidence, pair: tuple[float, float], wanted: int | None = None
    ) -> tuple[ClassApart, ...]:
        """Takes the parts of the first classes apart.

        Args:
            sheet: the drawing as the encoders see it.
            evidence: of the drawing and its caption.
            pair: weights of picture and words.
            wanted: index of the one class to look at; None for the first ones.
        """
        blended = blended_of(evidence, pair)
        order = blend.order(blended.scores, len(evidence.labels)).tolist()
        seen = self.tower.place_shares(images.ink(sheet.pixels, self.tower.size))
        f = self._centred("picture", seen.reshape(-1, seen.shape[-1]))
        caption = evidence.caption.sentence
        words, rows = words_of(self.words.text_pieces(caption), self.words.sentence_shares(caption))
        g = self._centred("words", rows)
        chosen = order[:CLASSES] if wanted is None else [wanted]
        return tuple(
            ClassApart(
                index,
                evidence.labels[index],
                order.index(index) + 1,
                _picture(pair[0] * f[:, index], pair[0] * float(blended.parts[0, index])),
                _words(pair[1] * g[:, index], pair[1] * float(blended.parts[1, index]), words),
            )
            for index in chosen
        )

    def map_of(self, sheet: Picture) -> tuple[Float64[np.ndarray, " places"], Scores]:
        """Returns what each place adds to f of its first class, and what scores the drawing with some places alone.

        Args:
            sheet: the drawing as the encoders see it.
        """
        ink = images.ink(sheet.pixels, self.tower.size)
        first = int(self.head.picture_logits(self.tower.pooled_inks(ink[None]))[0].argmax())
        seen = self.tower.place_shares(ink)
        shares = self._centred("picture", seen.reshape(-1, seen.shape[-1]))[:-1, first]

        def score_of(shown: Bool[np.ndarray, "pictures places"]) -> Float[np.ndarray, "1 pictures"]:
            logits = self.head.picture_logits(self.tower.pooled_inks(hidden_ink(ink, shown)))
            return np.asarray(blend.centred(logits)[None, :, first])

        return shares.reshape(2, -1).sum(axis=0), score_of

    def _centred(
        self, side: str, rows: Float64[np.ndarray, "summands d"]
    ) -> Float64[np.ndarray, "summands_and_bias classes"]:
        return np.asarray(blend.centred(self.head.summands(side, rows)))


def sentence_of(classes: Sequence[ClassApart]) -> str:
    """Says where the first of some classes has its parts from, one plain sentence.

    Args:
        classes: as `SketchPlaces.located` gives them, at least one.
    """
    first = classes[0]
    adds = first.words.by_word[:-1, 0]
    strongest = int(np.abs(adds[: max(len(adds) - 1, 1)]).argmax())
    return (
        f"For this drawing half of what speaks for “{first.label}” comes from {first.picture.half} of "
        f"{first.picture.grid**2} places; of the words “{first.words.words[strongest]}” weighs most "
        f"({adds[strongest]:+.2f})."
    )


def _picture(shares: Float64[np.ndarray, " summands_and_bias"], score: float) -> PartApart:
    """Returns f of one class; both sides lie at the places of the drawing."""
    sides = shares[:-1].reshape(2, -1)
    by_side = np.hstack([sides, np.zeros((2, 1))])
    places = np.append(sides.sum(axis=0), shares[-1])
    return PartApart("picture", "picture", "picture", score, places, SIDES, by_side, HOLDS)


def _words(
    shares: Float64[np.ndarray, " summands_and_bias"], score: float, words: tuple[str, ...]
) -> PartApart:
    """Returns g of one class; a caption has no places."""
    return PartApart(
        "words",
        "words",
        "words",
        score,
        np.array([shares.sum()]),
        (*words, BIASES),
        shares[:, None],
        OF_WORDS,
    )

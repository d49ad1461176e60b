"""The rows of a shop that one question about a garment needs: all, or those that picture, words and box find together.

Garment and words lie side by side, each divided by the deviation of its cosines, so that one inner product is the
blended score. Typed words are compared in ways that are no inner product; what they say of a few thousand pictures is
fitted by one, which looks for rows and scores none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Float32, Float64

from core.blend import simplex_grid, simplex_weights
from core.contracts import Proposer, SearchableGallery, SomeRows
from core.tasks.street_to_shop.answer import WITHOUT_BOX, with_box_share
from core.tasks.street_to_shop.typed_words import TypedWords
from core.tasks.windows import (
    QUESTIONS,
    STEPS,
    Window,
    enlarged,
    fetched,
    note_of,
    proposed,
    recall_of,
    seen_whole,
)

SAMPLE = 4_096
"""Pictures, evenly spread over the gallery, by which typed words are standardised and fitted."""
RIDGE = 1e-3
"""Of the fit, as a share of the mean variance."""
BEST_FITTING = 12
"""Rows that are fetched by typed words alone as the joint space has them, to tell whether they fit anything."""
WITH_CAPTIONS = "measured with mixes of pictures and captions, not with typed words"
"""What is said of the recall of their index: their queries are fitted, and their scores are no inner products."""
Row = Float32[np.ndarray, " _"]


@dataclass(frozen=True, slots=True, eq=False)
class ShopAsked:
    """What asks.

    Attributes:
        picture: (g,) the whole picture in the garment space.
        box: (g,) likewise what is in the box, None without one.
        sentence: a person's words.
        words: (w,) a captioner's words in the space of captions; None where `sentence` is compared with pictures.
    """

    picture: Row
    box: Row | None
    sentence: str
    words: Row | None


class ShopWindows:
    """Says which rows of one gallery questions need.

    Args:
        gallery: with vectors "garment" and "words", and "joint" where typed words are compared with pictures.
        spreads: part -> by what its cosines are divided.
        typed: compares a person's words with pictures; None compares them as a captioner's.
        calibrated: kind of question -> the weights at which the promise was calibrated.

    Attributes:
        whole: whether all rows are looked at.
    """

    def __init__(
        self,
        gallery: SearchableGallery,
        spreads: Mapping[str, float],
        typed: TypedWords | None,
        calibrated: Mapping[str, Sequence[float]],
    ) -> None:
        self._gallery, self._spreads, self._typed = gallery, spreads, typed
        self._calibrated = calibrated
        self.whole = seen_whole(gallery, gallery.proposer("garment", "words"))

    def window(self, asked: ShopAsked, kind: str) -> Window:
        """Returns what a question needs at any weights.

        Args:
            asked: what asks.
            kind: of question, as it was calibrated.

        Raises:
            ArtifactError: what is proposed are no rows of this gallery.
        """
        grid = simplex_grid(STEPS)
        if asked.box is None:
            grid = grid[grid[:, 2] == 0]
        start = WITHOUT_BOX if asked.box is None else with_box_share(WITHOUT_BOX)
        # The best blended score at the calibration's weights is what the promise is about, so it is fetched, too.
        named = np.unique(np.array([start, self._calibrated.get(kind, start)], dtype=np.float64), axis=0)
        proposer = self._proposer(asked)
        rows = fetched(self._gallery, proposer, self._mixed(asked, grid), self._mixed(asked, named))
        if asked.words is None:
            rows = np.union1d(rows, self._fitting(asked))
        return self._of(rows, asked)

    def reaching(self, window: Window, asked: ShopAsked, weights: Sequence[float]) -> Window | None:
        """Returns a window with what some weights of any sign rank best, too; None where nothing more can be fetched.

        Args:
            window: of a question.
            asked: what asked it.
            weights: (3,) of picture, words and box, as they were given; a sum below 0 turns them all round.
        """
        counted = weights if asked.box is not None else weights[:2]
        queries = self._mixed(asked, np.array([[*simplex_weights(counted), 0.0][:3]]))
        return enlarged(self._gallery, self._proposer(asked), window, queries)

    def among(self, rows: SomeRows) -> TypedWords:
        """Returns what compares a person's words with some rows, on the scale of the sample."""
        assert self._typed is not None, "typed words are compared with pictures"
        return self._typed.among(rows, self._sample[1].standard)

    def _of(self, rows: SomeRows, asked: ShopAsked) -> Window:
        known = {"picture": asked.picture, "box": asked.box}
        proposer, typed = self._proposer(asked), asked.words is None
        recall, note = recall_of(proposer), note_of(proposer)
        if typed and recall is not None:
            note = ", ".join(filter(None, (WITH_CAPTIONS, note)))
        unindexed = "" if not proposer.exact else "typed words" if typed else QUESTIONS
        return Window(rows, len(self._gallery.items), known, recall, note, unindexed)

    def _proposer(self, asked: ShopAsked) -> Proposer:
        return self._gallery.proposer("garment", "joint" if asked.words is None else "words")

    def _mixed(self, asked: ShopAsked, weights: Float[np.ndarray, "m 3"]) -> Float32[np.ndarray, "m width"]:
        """Returns garment and words of each mix, side by side."""
        seen = np.outer(weights[:, 0], asked.picture / self._spreads["picture"])
        if asked.box is not None:
            seen += np.outer(weights[:, 2], asked.box / self._spreads["box"])
        if asked.words is not None:
            said = np.outer(weights[:, 1], asked.words / self._spreads["words"])
            return np.hstack([seen, said]).astype(np.float32)
        nothing = np.zeros((len(weights), self._gallery.vectors("joint").shape[1]))
        said = np.outer(weights[:, 1], self._fitted(asked.sentence))
        return np.asarray(np.hstack([seen, nothing]) + said, dtype=np.float32)

    def _fitting(self, asked: ShopAsked) -> SomeRows:
        """Returns what fits the words alone, of what proposes by them alone."""
        assert self._typed is not None, "typed words are compared with pictures"
        alone = self._typed.row_of(asked.sentence)[None]
        return proposed(self._gallery, self._gallery.proposer("joint"), alone, BEST_FITTING)

    @cached_property
    def _sample(self) -> tuple[Float64[np.ndarray, "width s"], TypedWords]:
        """What fits numbers of the sample by an inner product, and what compares words with the sample."""
        assert self._typed is not None, "typed words are compared with pictures"
        count = len(self._gallery.items)
        rows = np.unique(np.linspace(0, count - 1, min(count, SAMPLE)).astype(np.int64))
        sides = [self._gallery.vectors(name)[rows].astype(np.float64) for name in ("garment", "joint")]
        apart = np.hstack(sides)
        apart -= apart.mean(axis=0)
        square = apart.T @ apart
        square += RIDGE * np.trace(square) / len(square) * np.eye(len(square))
        return np.linalg.solve(square, apart.T), self._typed.among(rows)

    def _fitted(self, sentence: str) -> Float64[np.ndarray, " width"]:
        """Returns garment and joint side by side, whose inner product with a picture is about what words say of it."""
        fit, typed = self._sample
        return np.asarray(fit @ typed.compare(sentence)[0].astype(np.float64))

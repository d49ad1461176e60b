"""The encoders of compose: a picture and words become what q, t and f(q, t) say of a gallery."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from jaxtyping import Float32

from core import blend
from core import text as words_door
from core.contracts import Combiner, JointEncoder, SearchableGallery, SomeRows, SummedEncoder
from core.encoders.pooling import (
    POOLINGS,
    picture_shares,
    pooled_picture,
    pooled_text,
    pooled_texts,
    text_shares,
)
from core.errors import InputError
from core.instruments.places import Located, QueryShares, located, words_of
from core.lookahead import each_of
from core.tasks.candidates import Looks
from core.tasks.compose.evidence import ComposeEvidence
from core.tasks.compose.window import POOLED, ComposeWindows
from core.tasks.promise import Finding, Promise
from core.tasks.unread_words import can_ask, check_readable, notes_on
from core.tasks.windows import Window
from core.types import Picture

QUERY = "query"
"""The kind of question that is calibrated."""
NO_SUM = (
    "With these models a picture is no sum over its places, so where a part comes from is not shown; the pocket models "
    "show it."
)
F_ALONE = (0.0, 0.0, 1.0)
REPORTS_BEST = (0.0, 1 / 3, 2 / 3)
"""Where report 4 found the best recall at 1 with mean pooling."""


class ComposeTask:
    """Runs the encoders for one gallery; safe to call from several threads.

    Args:
        gallery: with vectors "joint" (unit).
        joint: the encoder whose space that is.
        combiner: makes f(q, t).
        profile: name of the set of models.
        models: role -> id.
        promise: how good the best pictures are where none is right, by which an answer says whether there is one.
        start_weights: (w0, w1, w2) where the sliders start when nobody has measured better ones.
        remark: said with every answer, such as that f was not fine-tuned.
        prepare: makes what the joint encoder will ask the reference for, while the words are read.
    """

    def __init__(
        self,
        gallery: SearchableGallery,
        *,
        joint: JointEncoder,
        combiner: Combiner,
        profile: str,
        models: Mapping[str, str],
        promise: Promise | None = None,
        start_weights: tuple[float, float, float] = F_ALONE,
        remark: str = "",
        prepare: Callable[[Picture], None] | None = None,
    ) -> None:
        self.gallery = gallery
        self._joint = joint
        self._combiner = combiner
        self.profile = profile
        self.models = dict(models)
        self._promise = promise
        self.start_weights = start_weights
        self._index = gallery.index("joint")
        # The best blended score at the calibration's weights is what the promise is about, so it is fetched, too.
        calibrated = [] if promise is None else [promise.calibration.weights[QUERY]]
        self._windows = ComposeWindows(gallery, [start_weights, *calibrated])
        self._looks = Looks(gallery, whole=self._windows.whole)
        self._remarks = (remark,) if remark else ()
        self._prepare = prepare

    def can_ask(self, text: str) -> bool:
        """Tells whether words can be asked with, see `core.tasks.unread_words.can_ask`."""
        return can_ask(self._joint, text)

    def notes(self, modification: str) -> tuple[str, ...]:
        """Returns what the page must say about a modification, such as that it was shortened."""
        return (*self._remarks, *notes_on(self._joint, modification, scraps=False))

    def evidence(self, reference: Picture, modification: str) -> ComposeEvidence:
        """Compares q, t and f(q, t) with every picture of the gallery.

        Args:
            reference: the picture to start from; left out of the ranking when the gallery holds it.
            modification: what should change, in words.

        Raises:
            InputError: the words are empty or cannot be used.
        """
        return self.evidence_of_each(reference, [modification])[0]

    def evidence_of_each(
        self, reference: Picture, modifications: Sequence[str], rows: SomeRows | None = None
    ) -> list[ComposeEvidence]:
        """Compares the same picture with each of several modifications; arguments and errors as for `evidence`.

        Args:
            rows: that are compared where the gallery is not looked at whole; None fetches what each question needs.
        """
        cleaned = [words_door.clean(words, what="modification") for words in modifications]
        check_readable(self._joint, *cleaned)
        read = self._read(reference, cleaned)
        picture = self.picture_rows(reference)
        parts = np.stack(
            [self._parts(reference, words, picture, rows) for words, rows in zip(cleaned, read, strict=True)]
        )
        scores = self._index.scores(parts) if self._windows.whole else [None] * len(parts)
        masked = self.gallery.find(reference.digest)
        return [
            self._of(words, asked, masked, self._windows.window(asked, rows), some)
            for words, asked, some in zip(cleaned, parts, scores, strict=True)
        ]

    def _of(
        self,
        words: str,
        asked: Float32[np.ndarray, "3 3 d"],
        masked: tuple[int, ...],
        window: Window | None,
        scores: Float32[np.ndarray, "3 3 n"] | None = None,
    ) -> ComposeEvidence:
        """Returns what one question says of the rows of a window, or of all.

        Args:
            words: the modification.
            asked: (pooling, part, d) what asks.
            masked: rows of the reference in the gallery.
            window: the rows, None for all.
            scores: of all, where they are known.
        """
        if scores is None:
            scores = self._index.scores(asked, None if window is None else window.rows)
        wide = asked[None].astype(np.float64)
        hidden = masked if window is None else window.candidates_of(masked)
        return ComposeEvidence(
            words,
            scores,
            np.einsum("npid,npjd->npij", wide, wide)[0],
            hidden,
            self._joint.unread(words).in_scraps,
            profile=self.profile,
            models=self.models,
            finding=self._finding(scores[POOLINGS.index(POOLED)], hidden),
            **self._looks.of(window),
        )

    def reaching(self, evidence: ComposeEvidence, weights: Sequence[float]) -> ComposeEvidence:
        """Returns the evidence with what these weights rank best, too; as it is where it suffices, or cannot have more.

        Args:
            evidence: of a question.
            weights: (3,) of any sign, such as those that leave the grid.
        """
        if evidence.suffices(weights) or evidence.models != self.models:
            return evidence
        window = self._windows.reaching(evidence.window, weights)
        if window is None:
            return evidence
        masked = tuple(evidence.row_of(candidate) for candidate in evidence.masked)
        return self._of(evidence.modification, window.asked["parts"], masked, window)

    def _read(self, reference: Picture, words: Sequence[str]) -> Float32[np.ndarray, "n 3 d"]:
        """Returns what stands for each text; a core that the words leave idle prepares the picture."""
        both: list[Callable[[], Any]] = [partial(pooled_texts, self._joint, words)]
        if self._prepare is not None:
            both.append(partial(self._prepare, reference))
        return np.asarray(each_of(lambda work: work(), both)[0])

    def _finding(self, scores: Float32[np.ndarray, "3 n"], masked: tuple[int, ...]) -> Finding | None:
        """Returns whether something answers: by the best blended score at the calibration's weights."""
        if self._promise is None or len(set(masked)) == scores.shape[1]:
            return None
        blended = blend.blend(self._promise.calibration.weights[QUERY], scores)
        blended[list(masked)] = -np.inf
        return self._promise.finding(QUERY, float(blended.max()))

    def part_scores(
        self,
        references: Sequence[Picture],
        modifications: Sequence[str],
        pooling: str = "mean",
        rows: Mapping[str, Float32[np.ndarray, "3 d"]] | None = None,
        words: Mapping[str, Float32[np.ndarray, "3 d"]] | None = None,
    ) -> Float32[np.ndarray, "3 n gallery"]:
        """Compares many queries with the gallery; the references are not masked here.

        Args:
            references: n pictures; one that occurs several times is encoded once.
            modifications: n texts; likewise.
            pooling: "mean", "median" or "max".
            rows: digest of a reference -> its `picture_rows`, of those that are known already.
            words: text -> what `words_rows` says of it, likewise.

        Returns:
            (3, n, gallery) dot products of q, t and f(q, t).
        """
        if not references:
            return np.zeros((3, 0, len(self.gallery.items)), dtype=np.float32)
        pictures = dict(rows or {})
        new = {reference.digest: reference for reference in references if reference.digest not in pictures}
        pictures |= zip(new, each_of(self.picture_rows, list(new.values())), strict=True)
        cleaned = [words_door.clean(text, what="modification") for text in modifications]
        texts = dict(words or {})
        texts |= self.words_rows(set(cleaned) - texts.keys())
        place = POOLINGS.index(pooling)

        def parts(query: tuple[Picture, str]) -> Float32[np.ndarray, "3 d"]:
            reference, text = query
            return np.asarray(self._parts(reference, text, pictures[reference.digest], texts[text])[place])

        queries = each_of(parts, list(zip(references, cleaned, strict=True)))
        return self._index.scores(np.stack(queries, axis=1))

    def query_shares(self, reference: Picture, modification: str, pooling: str = "mean") -> QueryShares:
        """Returns q, t and f(q, t), and what q and t are the sums of: places of the reference, and words.

        Args:
            reference: the picture to start from.
            modification: what should change, in words.
            pooling: "mean", "median" or "max".

        Raises:
            InputError: the words cannot be used, or these models' rows are no sums over places.
        """
        joint, modification = self._summed(), words_door.clean(modification, what="modification")
        check_readable(joint, modification)
        words = pooled_text(joint, modification)
        rows = self._parts(reference, modification, self.picture_rows(reference), words)
        pieces, tokens = joint.text_pieces(modification), text_shares(joint, modification, pooling)
        return QueryShares(
            rows[POOLINGS.index(pooling)],
            picture_shares(joint, reference, pooling),
            *words_of(pieces, tokens),
        )

    def located(
        self, query: QueryShares, index: int, scores: Sequence[float], picture: Picture, *, original: bool
    ) -> Located:
        """Returns where the parts of one candidate's score come from.

        Args:
            query: as `query_shares` gives it.
            index: its place in the gallery.
            scores: its three parts, as they rank it.
            picture: the candidate's.
            original: whether that is the file that was indexed, and no small copy.

        Raises:
            InputError: these models' rows are no sums over places.
        """
        return located(query, index, scores, self._summed().picture_shares(picture), original=original)

    def _summed(self) -> SummedEncoder:
        if not isinstance(self._joint, SummedEncoder):
            raise InputError(NO_SUM)
        return self._joint

    def picture_rows(self, reference: Picture) -> Float32[np.ndarray, "3 d"]:
        """Returns what stands for a picture in all three poolings, see `part_scores`."""
        return pooled_picture(self._joint, reference)

    def words_rows(self, texts: Collection[str]) -> dict[str, Float32[np.ndarray, "3 d"]]:
        """Returns text -> what stands for it in all three poolings, of texts that the door for words has passed."""
        each = list(texts)
        return dict(zip(each, each_of(partial(pooled_text, self._joint), each), strict=True))

    def _parts(
        self,
        reference: Picture,
        modification: str,
        picture: Float32[np.ndarray, "3 d"],
        words: Float32[np.ndarray, "3 d"],
    ) -> Float32[np.ndarray, "3 3 d"]:
        """Returns (pooling, part, d)."""
        both = np.broadcast_to(
            self._combiner.fuse(reference, modification, picture[:1], words[:1]), picture.shape
        )
        return np.stack([picture, words, both], axis=1)

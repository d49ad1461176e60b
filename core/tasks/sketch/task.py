"""The encoders of sketch: a picture and a caption become the two rows of logits that an answer blends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float32

from core import blend, images
from core import text as words_door
from core.contracts import Captioner, PictureEncoder, SentenceEncoder, SketchClassifier
from core.errors import InputError
from core.instruments.parts_apart import PartApart
from core.lookahead import each_of
from core.tasks.caption_gaps import gaps_apart
from core.tasks.evidence import check_same_models
from core.tasks.promise import TYPED, Finding, Promise
from core.tasks.sketch.answer import start_alpha
from core.tasks.sketch.apart import ClassApart, SketchPlaces
from core.tasks.sketch.evidence import SketchEvidence
from core.tasks.unread_words import can_ask, check_readable, notes_on
from core.types import Caption, Picture

DRAWING = "drawing"
"""The kind of question that is calibrated."""
NO_SUM = (
    "With these models a drawing is no sum over its places, so where a part comes from is not shown; the pocket models "
    "show it."
)


def surest(
    pair: Sequence[float], picture: Float32[np.ndarray, " classes"], words: Float32[np.ndarray, " classes"]
) -> float:
    """Returns the highest probability of a class at a pair of alpha and beta."""
    return float(blend.softmax(blend.blend(pair, np.stack([picture, words]))).max())


class SketchTask:
    """Classifies sketches with the models it is given.

    Args:
        profile: name of the set of models.
        models: role -> id, shown with every answer.
        pictures: encoder of the sketches.
        words: encoder of the captions.
        captioner: writes a caption when none is given.
        head: f, g and the learned pair.
        remark: said with every answer, such as that nothing was trained.
        promise: how sure the best class is where none is right, by which an answer says whether there is one.
        places: takes f and g apart; None where these models' rows are no sums.
        prepare: makes, by as many threads as may compute, what the encoders will ask a drawing for.
        clean_ink: whether f was trained on dark ink on white alone, so that what a drawing lies on is taken out.
    """

    def __init__(
        self,
        profile: str,
        models: Mapping[str, str],
        pictures: PictureEncoder,
        words: SentenceEncoder,
        captioner: Captioner,
        head: SketchClassifier,
        remark: str = "",
        clean_ink: bool = False,
        promise: Promise | None = None,
        places: SketchPlaces | None = None,
        prepare: Sequence[Callable[[Picture], None]] = (),
    ) -> None:
        self.profile, self.models = profile, dict(models)
        self._pictures, self._words, self.captioner, self.head = pictures, words, captioner, head
        self.labels = head.labels
        self._remarks = (remark,) if remark else ()
        self._clean_ink, self._promise, self.places = clean_ink, promise, places
        self._prepare = tuple(prepare)
        self.start_alpha = start_alpha(head.alpha, head.beta)

    def can_ask(self, text: str) -> bool:
        """Tells whether words can be asked with, see `core.tasks.unread_words.can_ask`."""
        return can_ask(self._words, text)

    def caption(self, picture: Picture) -> Caption:
        """Returns the captioner's sentence."""
        return self.captioner.caption(picture)

    def read(self, picture: Picture) -> Picture:
        """Returns a drawing as the encoders see it: on a square sheet, and dark on white if they know nothing else."""
        return images.on_sheet(images.as_drawing(picture) if self._clean_ink else picture)

    def evidence(self, picture: Picture, caption: str = "", as_it_is: bool = False) -> SketchEvidence:
        """Runs the encoders.

        Args:
            picture: the sketch.
            caption: what a person says it is; "" lets the captioner write it.
            as_it_is: let the encoders see the drawing with its paper and shadows.

        Raises:
            InputError: the picture is blank, or the caption cannot be used.
        """
        sheet, notes = self._sheet(picture, as_it_is)
        words = words_door.clean(caption, what="caption", allow_empty=True)
        check_readable(self._words, words)
        each_of(lambda prepare: prepare(sheet), self._prepare)
        used = Caption(words, "person") if words else self.caption(sheet)
        return self._evidence([used], [notes], self._pictures.pooled([sheet]))[0]

    def evidence_many(self, pictures: Sequence[Picture]) -> list[SketchEvidence]:
        """Runs the encoders on many sketches; the captioner writes about each.

        Raises:
            InputError: a picture is blank.
        """
        sheets = each_of(self._sheet, pictures)
        alone = [sheet for sheet, _ in sheets]
        captions = self.captioner.caption_many(alone)
        return self._evidence(captions, [notes for _, notes in sheets], self._pictures.pooled(alone))

    def picture_logits(self, sheets: Sequence[Picture]) -> Float32[np.ndarray, "n classes"]:
        """Returns f of drawings as the encoders see them, even of bare paper; see `read`."""
        return self.head.picture_logits(self._pictures.pooled(sheets))

    def located(
        self, sheet: Picture, evidence: SketchEvidence, pair: tuple[float, float], wanted: int | None = None
    ) -> tuple[ClassApart, ...]:
        """Takes the parts of the first classes apart; see `core.tasks.sketch.apart.SketchPlaces.located`.

        Raises:
            InputError: these models' rows are no sums over places, or other models found the evidence.
        """
        check_same_models(evidence.models, self.models)
        if self.places is None:
            raise InputError(NO_SUM)
        return self.places.located(sheet, evidence, pair, wanted)

    def gaps_apart(self, evidence: SketchEvidence, sheet: Picture) -> tuple[PartApart, ...]:
        """Takes apart why the captioner's sentence says what it says; see `core.tasks.caption_gaps`."""
        return gaps_apart(self.captioner, evidence.caption, sheet)

    def _sheet(self, picture: Picture, as_it_is: bool = False) -> tuple[Picture, tuple[str, ...]]:
        """Returns a drawing as the encoders see it, and what is to be said of that."""
        if images.is_blank(picture.pixels):
            raise InputError("The picture is blank; draw something first.")
        sheet = images.on_sheet(picture) if as_it_is else self.read(picture)
        return sheet, sheet.notes[len(picture.notes) :]

    def _evidence(
        self,
        captions: Sequence[Caption],
        notes: Sequence[tuple[str, ...]],
        seen: Float32[np.ndarray, "n d"],
    ) -> list[SketchEvidence]:
        read = self._words.sentences([caption.sentence for caption in captions])
        pictures, words = self.head.picture_logits(seen), self.head.words_logits(read)
        inside = self.head.concat_picture(seen)
        parts = None if inside is None else self.head.concat_parts(inside, read)
        return [
            SketchEvidence(
                self.profile,
                self.models,
                caption,
                self.labels,
                pictures[row],
                words[row],
                self.head.alpha,
                self.head.beta,
                self.head.none_threshold,
                (*self._remarks, *notes[row], *notes_on(self._words, caption.sentence)),
                None if parts is None else parts[row],
                None if inside is None else inside[row],
                self._finding(pictures[row], words[row], caption),
            )
            for row, caption in enumerate(captions)
        ]

    def _finding(
        self,
        picture: Float32[np.ndarray, " classes"],
        words: Float32[np.ndarray, " classes"],
        caption: Caption,
    ) -> Finding | None:
        """Returns whether any class answers: by the highest probability at the learned pair."""
        if self._promise is None:
            return None
        best = surest(self._promise.calibration.weights[DRAWING], picture, words)
        return self._promise.finding(DRAWING, best, TYPED if caption.author == "person" else "")

    def with_words(self, evidence: SketchEvidence, caption: str) -> SketchEvidence:
        """Returns the evidence with another caption; only the words are encoded.

        Raises:
            InputError: the caption cannot be used, or other models found the evidence.
        """
        return self.with_each(evidence, [caption])[0]

    def with_each(self, evidence: SketchEvidence, captions: Sequence[str]) -> list[SketchEvidence]:
        """Returns the evidence with each of several captions; errors as of `with_words`."""
        cleaned = [words_door.clean(caption, what="caption") for caption in captions]
        check_same_models(evidence.models, self.models)
        check_readable(self._words, *cleaned)
        read, inside = self._words.sentences(cleaned), evidence.concat_picture
        logits = self.head.words_logits(read)
        concat = (
            None
            if inside is None
            else self.head.concat_parts(np.repeat(inside[None], len(read), axis=0), read)
        )
        return [
            replace(
                evidence,
                caption=caption,
                words_logits=logits[row],
                finding=self._finding(evidence.picture_logits, logits[row], caption),
                notes=(*self._remarks, *notes_on(self._words, caption.sentence)),
                concat=None if concat is None else concat[row],
            )
            for row, caption in enumerate(Caption(words, "person") for words in cleaned)
        ]

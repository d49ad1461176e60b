"""The encoders of street to shop: a worn garment, its box and words become similarities to a gallery."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float32

from core import blend
from core import text as words_door
from core.contracts import (
    Captioner,
    GarmentEmbedding,
    Interviewer,
    SearchableGallery,
    TwoTowerEncoder,
)
from core.errors import ArtifactError
from core.instruments.parts_apart import PartApart
from core.tasks.candidates import Looks
from core.tasks.caption_gaps import gaps_apart
from core.tasks.evidence import check_same_models
from core.tasks.headline import Fit
from core.tasks.promise import TYPED, Finding, Promise
from core.tasks.street_to_shop.comparing import ShopComparisons
from core.tasks.street_to_shop.evidence import StreetEvidence
from core.tasks.street_to_shop.typed_words import TypedWords
from core.tasks.street_to_shop.window import Row, ShopAsked
from core.tasks.unread_words import can_ask, check_readable, notes_on
from core.tasks.windows import Window
from core.types import Box, Caption, Conversation, Picture

WHOLE, BOXED = "picture", "box"
"""Kinds of questions, which are calibrated apart."""


class StreetToShopTask(ShopComparisons):
    """Runs the encoders for one gallery of shop pictures; safe to call from several threads.

    Args:
        gallery: with vectors "garment" (unit, shop side) and "words" (unit), and the six constants
            `{picture,words,box}_{mean,std}`.
        joint: its sentence vectors live in the space of "words".
        garment: takes the joint encoder's garment features to the space of "garment".
        captioner: writes the caption when a person gives none.
        interviewer: asks further questions about the picture, None for none.
        boxes: proposes a box in each picture, in pixels of its upright original; None when there are no weights for it.
        typed: compares a person's words with the pictures; None compares them with the pictures' captions.
        promise: how good the best pictures are where none is right, by which an answer says whether there is one.
        look: passes through the encoders, ahead of the questions about them, the pictures that are to be described
            in words and those whose garments are to be embedded.
        profile: name of the set of models.
        models: role -> id.
        remark: said with every answer, such as that nothing was trained.
    """

    def __init__(
        self,
        gallery: SearchableGallery,
        *,
        joint: TwoTowerEncoder,
        garment: GarmentEmbedding,
        captioner: Captioner,
        interviewer: Interviewer | None = None,
        boxes: Callable[[Sequence[Picture]], list[Box]] | None = None,
        typed: TypedWords | None = None,
        promise: Promise | None = None,
        look: Callable[[Sequence[Picture], Sequence[Picture]], None] = lambda described, worn: None,
        profile: str,
        models: Mapping[str, str],
        remark: str = "",
    ) -> None:
        super().__init__(
            gallery, joint, garment, typed, {} if promise is None else promise.calibration.weights
        )
        self.captioner = captioner
        self._interviewer = interviewer
        self._boxes = boxes
        self._promise, self._look = promise, look
        self.profile = profile
        self.models = dict(models)
        self._looks = Looks(gallery, whole=self._windows.whole)
        self._remarks = (remark,) if remark else ()

    @property
    def joint(self) -> TwoTowerEncoder:
        """What reads the words."""
        return self._joint

    def caption(self, picture: Picture) -> Caption:
        """Returns the captioner's sentence about a picture."""
        return self.captioner.caption(picture)

    def gaps_apart(
        self, evidence: StreetEvidence, picture: Picture, crop: Picture | None
    ) -> tuple[PartApart, ...]:
        """Takes apart why the captioner's sentence says what it says; see `core.tasks.caption_gaps`."""
        return gaps_apart(self.captioner, evidence.caption, crop or picture)

    def evidence(
        self, picture: Picture, crop: Picture | None, caption: str = "", *, talks: bool = True
    ) -> StreetEvidence:
        """Compares a worn garment with every shop picture.

        Args:
            picture: the whole picture.
            crop: what the box cuts from it, None without a box.
            caption: a person's words; "" lets the captioner write them, about the crop where there is one.
            talks: whether the dialogue about the picture is held, which moves no score.

        Raises:
            InputError: the words cannot be used.
        """
        clean = words_door.clean(caption, allow_empty=True)
        check_readable(self._joint, clean)
        interviewer = self._interviewer if talks else None
        described = [] if clean else [crop or picture]
        if interviewer is not None and (clean or crop is not None):
            described.append(picture)
        self._look(described, [picture] if crop is None else [picture, crop])
        words = Caption(clean, "person") if clean else self.caption(crop or picture)
        if self._windows.whole:
            rows, fits = self._read([words])[0]
            seen, boxed = self._seen([picture], "picture")[0], self._boxed(crop)
            parts = np.stack([seen, rows, boxed])
            talk = None if interviewer is None else interviewer.about(picture)
            return self._evidence(words, parts, fits, has_box=crop is not None, talk=talk)
        box = None if crop is None else self._worn([crop])[0]
        talk = None if interviewer is None else interviewer.about(picture)
        return self._fetched(words, self._worn([picture])[0], box, talk)

    def _evidence(
        self,
        words: Caption,
        parts: Float32[np.ndarray, "3 n"],
        fits: Mapping[str, Fit],
        *,
        has_box: bool,
        talk: Conversation | None,
        window: Window | None = None,
    ) -> StreetEvidence:
        return StreetEvidence(
            words,
            parts,
            has_box,
            talk,
            profile=self.profile,
            models=self.models,
            fits=fits,
            finding=self._finding(parts, has_box, words),
            **self._looks.of(window),
        )

    def _fetched(
        self,
        words: Caption,
        picture: Row,
        box: Row | None,
        talk: Conversation | None,
        at: Sequence[float] | None = None,
    ) -> StreetEvidence:
        """Returns the evidence of a window that is fetched for a question, and for some weights beside the usual."""
        typed = self._typed is not None and words.author == "person"
        said = None if typed else blend.unit(self._joint.sentences([words.sentence]))[0]
        asked = ShopAsked(picture, box, words.sentence, said)
        window = self._windows.window(asked, WHOLE if box is None else BOXED)
        if at is not None:
            window = self._windows.reaching(window, asked, at) or window
        (rows, fits), some = self._read([words], window.rows)[0], window.rows
        parts = np.stack([self._near(picture, "picture", some), rows, self._near(box, "box", some)])
        return self._evidence(words, parts, fits, has_box=box is not None, talk=talk, window=window)

    def reaching(self, evidence: StreetEvidence, weights: Sequence[float]) -> StreetEvidence:
        """Returns the evidence with what these weights rank best, too; as it is where it suffices, or cannot have more.

        Args:
            evidence: of a question.
            weights: (3,) of picture, words and box, of any sign.
        """
        at, asked = (weights[0], weights[1], weights[2] if evidence.has_box else 0.0), evidence.asked
        if evidence.suffices(at) or evidence.models != self.models:
            return evidence
        return self._fetched(evidence.caption, asked["picture"], asked["box"], evidence.dialogue, at)

    def propose(self, picture: Picture) -> Box:
        """Returns where the box head sees the garment, in pixels of the upright original.

        Args:
            picture: the whole picture.

        Raises:
            ArtifactError: these models have no box head.
        """
        if self._boxes is None:
            raise ArtifactError("These models propose no box; draw one over the garment.")
        return self._boxes([picture])[0]

    def can_ask(self, text: str) -> bool:
        """Tells whether words can be asked with, see `core.tasks.unread_words.can_ask`."""
        return can_ask(self._joint, text)

    def notes(self, text: str) -> tuple[str, ...]:
        """Returns what the page must say about a text, such as that it was shortened."""
        return (*self._remarks, *notes_on(self._joint, text))

    def with_words(self, evidence: StreetEvidence, caption: str | Caption) -> StreetEvidence:
        """Returns the evidence with other words; only the words are encoded again.

        Raises:
            InputError: the words are empty or cannot be used, or other models found the evidence.
        """
        words = caption if isinstance(caption, Caption) else Caption(words_door.clean(caption), "person")
        if not (asked := evidence.asked):
            return self.with_each(evidence, [words])[0]
        check_same_models(evidence.models, self.models)
        check_readable(self._joint, words.sentence)
        return self._fetched(words, asked["picture"], asked["box"], evidence.dialogue)

    def with_each(self, evidence: StreetEvidence, captions: Sequence[Caption]) -> list[StreetEvidence]:
        """Returns the evidence with each of several captions of one author, about the same pictures of the gallery.

        Errors as of `with_words`.
        """
        check_same_models(evidence.models, self.models)
        check_readable(self._joint, *(words.sentence for words in captions))
        changed = []
        some = evidence.fetched
        for words, (rows, fits) in zip(captions, self._read(captions, some), strict=True):
            parts = np.stack([evidence.parts[0], rows, evidence.parts[2]])
            finding = self._finding(parts, evidence.has_box, words)
            changed.append(replace(evidence, caption=words, parts=parts, fits=fits, finding=finding))
        return changed

    def with_box(self, evidence: StreetEvidence, picture: Picture, crop: Picture | None) -> StreetEvidence:
        """Returns the evidence with another box, or without one.

        Only the crop is encoded; a caption that a person did not write is written anew, about what is in the box.

        Args:
            evidence: the evidence so far.
            picture: the whole picture.
            crop: what the box cuts from it, None to go on without a box.

        Raises:
            InputError: other models found the evidence.
        """
        check_same_models(evidence.models, self.models)
        if crop is not None:
            self._look([] if evidence.caption.author == "person" else [crop], [crop])
        if asked := evidence.asked:
            own = evidence.caption.author == "person"
            words = evidence.caption if own else self.caption(crop or picture)
            box = None if crop is None else self._worn([crop])[0]
            return self._fetched(words, asked["picture"], box, evidence.dialogue)
        boxed = self._boxed(crop, evidence.fetched)
        parts = np.stack([evidence.parts[0], evidence.parts[1], boxed])
        finding = self._finding(parts, crop is not None, evidence.caption)
        changed = replace(evidence, parts=parts, has_box=crop is not None, finding=finding)
        if evidence.caption.author == "person":
            return changed
        return self.with_words(changed, self.caption(crop or picture))

    def score_parts(self, pictures: Sequence[Picture], captions: Sequence[str] | None = None) -> np.ndarray:
        """Compares many worn garments with every shop picture, without boxes.

        Args:
            pictures: n whole pictures.
            captions: a person's words about each; None lets the captioner write them.

        Returns:
            (3, n, gallery) standardised cosines of picture, words and box; the last is 0.
        """
        seen = self._seen(pictures, "picture")
        if captions is None:
            written = self.captioner.caption_many(pictures)
            caption_rows = self._captioned([caption.sentence for caption in written])
        else:
            caption_rows = self.score_words(captions) if captions else np.zeros_like(seen)
        return np.stack([seen, caption_rows, np.zeros_like(seen)])

    def _finding(self, parts: np.ndarray, has_box: bool, words: Caption) -> Finding | None:
        """Returns whether something answers: by the best blended score at the calibration's weights."""
        kind = BOXED if has_box else WHOLE
        if self._promise is None or kind not in self._promise.calibration.weights or not parts.shape[1]:
            return None
        scores = blend.blend(self._promise.calibration.weights[kind], parts)
        typed = words.author == "person" and self._typed is not None
        return self._promise.finding(kind, float(scores.max()), TYPED if typed else "")

"""The encoders of field or road: pictures and two captions become what an answer compares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float32, Float64

from core import blend, images
from core import text as words_door
from core.contracts import JointEncoder
from core.errors import InputError
from core.heads.labels import LABELS
from core.instruments.evidential import fits_of
from core.tasks.field_road.evidence import FieldRoadEvidence
from core.tasks.unread_words import can_ask, check_readable, notes_on
from core.types import Picture

if TYPE_CHECKING:
    from core.heads.described import DescribedClasses
    from core.heads.field_road import FieldRoadHead

FIELD_CAPTION = "this is a photo of a field."

ROAD_CAPTION = "this is a photo of a road."

SAME_CAPTIONS = (
    "Both captions are the same, so they tie at 0.5 and choose nothing; "
    "whether the head agrees with them says nothing."
)


class FieldRoadTask:
    """Compares the trained head and zero-shot classification on pictures.

    Args:
        profile: name of the set of models.
        models: role -> id, shown with every answer.
        joint: encodes pictures and captions.
        head: the trained head on the joint embedding; None while there is none, so that the captions answer alone.
        remark: said with every answer, such as how to train a head.
        labels: of the two classes; the head gives the probability of the second.
        own: whether the head is a visitor's own.
        described: what two classes look like, beside things of any kind; None where nobody described them.
    """

    def __init__(
        self,
        profile: str,
        models: Mapping[str, str],
        joint: JointEncoder,
        head: FieldRoadHead | None,
        remark: str = "",
        labels: tuple[str, str] = LABELS,
        own: bool = False,
        described: DescribedClasses | None = None,
    ) -> None:
        self.profile, self.models = profile, dict(models)
        self.joint, self.head = joint, head
        self._remarks = (remark,) if remark else ()
        self.labels, self.own, self.described = labels, own, described

    def with_head(self, head: FieldRoadHead, labels: tuple[str, str], name: str) -> FieldRoadTask:
        """Returns the same comparison with a visitor's own head, between two classes of theirs.

        Args:
            head: trained on the same joint embedding.
            labels: of its classes.
            name: shown with every answer in place of the head's.
        """
        models = self.models | {"head": name}
        return FieldRoadTask(
            self.profile, models, self.joint, head, labels=labels, own=True, described=self.described
        )

    def can_ask(self, caption: str) -> bool:
        """Tells whether a caption can be asked with, see `core.tasks.unread_words.can_ask`."""
        return can_ask(self.joint, caption)

    def notes(self, captions: tuple[str, str]) -> tuple[str, ...]:
        """Returns what the page must say about two cleaned captions, such as that one was shortened."""
        return (*self._remarks, *notes_on(self.joint, *captions), *_same(captions))

    def caption_logits(self, picture: Picture, captions: Sequence[str]) -> Float64[np.ndarray, " captions"]:
        """Returns how near each of several captions is to a picture: the softmax of two is the zero-shot answer.

        Args:
            picture: that is not blank.
            captions: cleaned.

        Raises:
            InputError: the model cannot read a caption.
        """
        check_readable(self.joint, *captions)
        row = self.joint.encode_pictures([picture]).astype(np.float64)
        texts = self.joint.encode_texts(captions).astype(np.float64)
        return np.asarray(self.joint.scale * blend.dot_products(row, texts)[0])

    def evidence(
        self, picture: Picture, field_caption: str = FIELD_CAPTION, road_caption: str = ROAD_CAPTION
    ) -> FieldRoadEvidence:
        """Runs the encoders on one picture; see `evidence_many`."""
        return self.evidence_many([picture], field_caption, road_caption)[0]

    def evidence_many(
        self,
        pictures: Sequence[Picture],
        field_caption: str = FIELD_CAPTION,
        road_caption: str = ROAD_CAPTION,
    ) -> list[FieldRoadEvidence]:
        """Runs the encoders.

        Args:
            pictures: at least one.
            field_caption: the caption that stands for a field.
            road_caption: the caption that stands for a road.

        Raises:
            InputError: a picture is blank, or a caption cannot be used.
        """
        captions = (
            words_door.clean(field_caption, what="field caption"),
            words_door.clean(road_caption, what="road caption"),
        )
        if any(images.is_blank(picture.pixels) for picture in pictures):
            raise InputError("The picture is blank; choose one that shows something.")
        check_readable(self.joint, *captions)
        embeddings = self.joint.encode_pictures(pictures)
        texts = self.joint.encode_texts(captions).astype(np.float64)
        cosines = blend.dot_products(embeddings.astype(np.float64), texts)
        zero_shot = blend.softmax(self.joint.scale * cosines)[:, 1]
        described = self._described(embeddings, texts, captions)
        notes = self.notes(captions)
        return [
            FieldRoadEvidence(
                self.profile,
                self.models,
                judged.road,
                float(zero_shot[i]),
                *judged.p_values,
                None if self.head is None else self.head.smallest_error,
                captions,
                notes,
                judged.three_way,
                self.labels,
                judged.distance,
                None if self.head is None else self.head.usual_distance,
                self.own,
                described[i].fits,
                described[i].usual,
                described[i].sentences,
            )
            for i, judged in enumerate(_judgements(self.head, embeddings))
        ]

    def _described(
        self,
        pictures: Float32[np.ndarray, "n d"],
        texts: Float64[np.ndarray, "2 d"],
        captions: tuple[str, str],
    ) -> list[_Described]:
        """Returns for each picture how its captions fit, what is usual, and how what describes the classes fits."""
        if self.described is None:
            return [_Described()] * len(pictures)
        background = self.described.cosines(pictures)
        fits = fits_of(blend.dot_products(pictures.astype(np.float64), texts), background).tolist()
        if self.own:
            return [_Described((first, second)) for first, second in fits]
        says = fits_of(self.described.said(pictures), background)
        control = fits_of(background[:, : says.shape[1]], background)
        names = [*zip(self.described.labels, self.described.sentences, strict=True)]
        names += [("", thing) for thing in self.described.things[: says.shape[1]]]
        each = np.round(np.concatenate([says, control], axis=1), 4).tolist()
        usual = self.described.usual_of(captions)
        return [
            _Described(
                (first, second), usual, tuple((*name, fit) for name, fit in zip(names, line, strict=True))
            )
            for (first, second), line in zip(fits, each, strict=True)
        ]


def _same(captions: tuple[str, str]) -> tuple[str, ...]:
    return (SAME_CAPTIONS,) if captions[0] == captions[1] else ()


@dataclass(frozen=True, slots=True)
class _Described:
    """How captions and describing sentences fit one picture; its defaults are those of nobody having described."""

    fits: tuple[float, float] | None = None
    usual: tuple[float, float] | None = None
    sentences: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class _Judgement:
    """What a head says about one picture; its defaults are those of no head."""

    road: float | None = None
    p_values: tuple[float | None, float | None] = (None, None)
    three_way: tuple[float, ...] = ()
    distance: float | None = None


def _judgements(head: FieldRoadHead | None, embeddings: Float32[np.ndarray, "n d"]) -> list[_Judgement]:
    if head is None:
        return [_Judgement()] * len(embeddings)
    roads, ps, three = (
        head.road_probability(embeddings),
        head.p_values(embeddings),
        head.three_way(embeddings),
    )
    distances = head.distances(embeddings)
    return [
        _Judgement(
            float(roads[i]),
            (float(ps[i, 0]), float(ps[i, 1])),
            () if three is None else tuple(float(share) for share in three[i]),
            float(distances[i]),
        )
        for i in range(len(embeddings))
    ]

"""Field or road: a small trained head beside zero-shot CLIP with two captions, as report 2 compares them.

The encoders run in `FieldRoadTask.evidence`; `answer` is pure arithmetic on what they found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from jaxtyping import Float, Float32

from core import blend, images
from core import text as words_door
from core.checks import finite_number
from core.encoders.base import JointEncoder
from core.errors import InputError
from core.store import Manifest
from core.tasks.results import notes_on
from core.types import Picture

FIELD_CAPTION = "this is a photo of a field"
ROAD_CAPTION = "this is a photo of a road."
THREE_CLASSES = ("field", "road and field", "road")
"""With the third class that report 2 proposes."""


class Head(Protocol):
    """The trained head: a probability, and how strange a picture would be in either class."""

    manifest: Manifest
    smallest_error: float

    def road_probability(self, embeddings: Float32[np.ndarray, "n d"]) -> Float[np.ndarray, " n"]:
        """Returns the calibrated probability of "road", in [0, 1]."""
        ...

    def p_values(self, embeddings: Float32[np.ndarray, "n d"]) -> Float[np.ndarray, "n 2"]:
        """Returns the conformal p-values of "field" and "road", each in (0, 1]."""
        ...

    def three_way(self, embeddings: Float32[np.ndarray, "n d"]) -> Float[np.ndarray, "n 3"] | None:
        """Returns the probabilities of `THREE_CLASSES`; None without a third class."""
        ...


@dataclass(frozen=True, slots=True)
class FieldRoadEvidence:
    """All that the encoders found for one picture; band and coverage work on this alone.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        head_road_probability: of the trained head, in [0, 1].
        zero_shot_road_probability: softmax over the two captions, in [0, 1].
        p_field: conformal p-value of "field": the share of training fields at least as far from the others.
        p_road: the same for "road".
        smallest_error: 1 / (n + 1) for the smaller class: no smaller error can be promised.
        captions: the two captions in use, field first.
        notes: sentences for the page, such as that a caption was shortened.
        three_way: probabilities of `THREE_CLASSES` by a head of its own; () when the head has no third class.
    """

    profile: str
    models: dict[str, str]
    head_road_probability: float
    zero_shot_road_probability: float
    p_field: float
    p_road: float
    smallest_error: float
    captions: tuple[str, str]
    notes: tuple[str, ...] = ()
    three_way: tuple[float, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Returns the evidence as plain JSON values."""
        rows = {name: list(getattr(self, name)) for name in ("captions", "notes", "three_way")}
        return asdict(self) | rows

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> FieldRoadEvidence:
        """Returns the evidence that `to_json` wrote."""
        field, road = value["captions"]
        known = {"captions": (str(field), str(road)), "notes": tuple(value.get("notes", ()))}
        known["three_way"] = tuple(value.get("three_way", ()))
        return cls(**{**value, **known, "models": dict(value["models"])})


@dataclass(frozen=True, slots=True)
class Reading:
    """What one classifier says.

    Attributes:
        label: "field" or "road"; a probability of 0.5 counts as road.
        road_probability: in [0, 1].
    """

    label: str
    road_probability: float


@dataclass(frozen=True, slots=True)
class FieldRoadAnswer:
    """Both classifiers side by side.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        head: the trained head.
        zero_shot: the two captions.
        agree: whether both give the same label.
        verdict: the head's label, or "unsure" inside the band.
        conformal_set: labels that fit at the coverage asked for; () = neither; None when none was asked for.
        smallest_error: see `FieldRoadEvidence`.
        third_class: the likeliest of `THREE_CLASSES` and its probability; None without a third class.
        sentence: one plain sentence made from the numbers.
    """

    profile: str
    models: dict[str, str]
    head: Reading
    zero_shot: Reading
    agree: bool
    verdict: str
    conformal_set: tuple[str, ...] | None
    smallest_error: float
    third_class: tuple[str, float] | None
    sentence: str

    def to_json(self) -> dict[str, Any]:
        """Returns the object that the endpoint `/compare_field_road` gives."""
        return {
            "profile": self.profile,
            "models": dict(self.models),
            "head": asdict(self.head),
            "zero_shot": asdict(self.zero_shot),
            "agree": self.agree,
            "verdict": self.verdict,
            "conformal_set": None if self.conformal_set is None else list(self.conformal_set),
            "smallest_error": self.smallest_error,
            "third_class": None
            if self.third_class is None
            else {"label": self.third_class[0], "probability": self.third_class[1]},
            "sentence": self.sentence,
        }


def _reading(probability: float) -> Reading:
    return Reading("road" if probability >= 0.5 else "field", probability)


def answer(
    evidence: FieldRoadEvidence, band_low: float, band_high: float, coverage: float | None = None
) -> FieldRoadAnswer:
    """Compares the two classifiers. Runs no encoder.

    Args:
        evidence: what the encoders found.
        band_low: lower end of the band in which the head counts as unsure, in [0, 1].
        band_high: its upper end, not below the lower one.
        coverage: share of pictures whose set should hold the right label, in [0, 1]; None for no set.

    Raises:
        InputError: a number is out of range, or the band is upside down.
    """
    low = finite_number(band_low, name="The band's lower end", low=0.0, high=1.0)
    high = finite_number(band_high, name="The band's upper end", low=0.0, high=1.0)
    if low > high:
        raise InputError(f"The band's lower end ({low:g}) is above its upper end ({high:g}); swap them.")
    head, zero_shot = _reading(evidence.head_road_probability), _reading(evidence.zero_shot_road_probability)
    verdict = "unsure" if low < high and low <= head.road_probability <= high else head.label
    fitting: tuple[str, ...] | None = None
    if coverage is not None:
        error = 1.0 - finite_number(coverage, name="The coverage", low=0.0, high=1.0)
        pairs = (("field", evidence.p_field), ("road", evidence.p_road))
        fitting = tuple(label for label, p in pairs if p > error)
    return FieldRoadAnswer(
        evidence.profile,
        evidence.models,
        head,
        zero_shot,
        head.label == zero_shot.label,
        verdict,
        fitting,
        evidence.smallest_error,
        _third(evidence.three_way),
        _sentence(head, zero_shot, verdict, (low, high), fitting),
    )


def _third(shares: Sequence[float]) -> tuple[str, float] | None:
    if not shares:
        return None
    best = max(range(len(shares)), key=lambda i: shares[i])
    return THREE_CLASSES[best], shares[best]


def _sentence(
    head: Reading,
    zero_shot: Reading,
    verdict: str,
    band: tuple[float, float],
    fitting: tuple[str, ...] | None,
) -> str:
    readings = f"({head.road_probability:.2f}) and the captions ({zero_shot.road_probability:.2f})"
    if head.label == zero_shot.label:
        text = f"The head {readings} both say {head.label}"
    else:
        text = (
            f"They disagree: the head says {head.label} ({head.road_probability:.2f} for road), "
            f"the captions say {zero_shot.label} ({zero_shot.road_probability:.2f} for road)"
        )
    if verdict == "unsure":
        text += f"; inside the band {band[0]:.2f} to {band[1]:.2f} the head counts as unsure"
    if fitting is not None:
        words = {0: "neither class", 1: f"{fitting[0] if fitting else ''} only", 2: "both classes"}
        text += f"; {words[len(fitting)]} would fit its training pictures"
    return text + "."


class FieldRoadTask:
    """Compares the trained head and zero-shot classification on pictures.

    Args:
        profile: name of the set of models.
        models: role -> id, shown with every answer.
        joint: encodes pictures and captions.
        head: the trained head on the joint embedding.
    """

    def __init__(self, profile: str, models: Mapping[str, str], joint: JointEncoder, head: Head) -> None:
        self.profile, self.models = profile, dict(models)
        self.joint, self.head = joint, head
        self.manifest = head.manifest

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
        embeddings = self.joint.encode_pictures(pictures)
        cosines = embeddings.astype(np.float64) @ self.joint.encode_texts(captions).T
        zero_shot = blend.softmax(self.joint.scale * cosines)[:, 1]
        notes = notes_on(self.joint, *captions)
        roads, ps = self.head.road_probability(embeddings), self.head.p_values(embeddings)
        three = self.head.three_way(embeddings)
        return [
            FieldRoadEvidence(
                self.profile,
                self.models,
                float(roads[i]),
                float(zero_shot[i]),
                float(ps[i, 0]),
                float(ps[i, 1]),
                self.head.smallest_error,
                captions,
                notes,
                () if three is None else tuple(float(share) for share in three[i]),
            )
            for i in range(len(pictures))
        ]

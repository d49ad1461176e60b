"""The answer of field or road: both classifiers side by side, pure arithmetic on what the encoders found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.checks import finite_number
from core.errors import InputError
from core.heads.labels import LABELS, THREE


@dataclass(frozen=True, slots=True)
class FieldRoadEvidence:
    """All that the encoders found for one picture; band and coverage work on this alone.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        head_road_probability: of the trained head, in [0, 1]; None while these models have no head.
        zero_shot_road_probability: softmax over the two captions, in [0, 1].
        p_field: conformal p-value of "field": the share of training fields at least as far from the others; None
            without a head.
        p_road: the same for "road".
        smallest_error: 1 / (n + 1) for the smaller class: no smaller error can be promised; None without a head.
        captions: the two captions in use, field first.
        notes: sentences for the page, such as that a caption was shortened.
        three_way: probabilities of `THREE` by a head of its own; () when the head has no third class.
        labels: of the two classes; every probability is of the second.
        distance: from the nearer class, 1 less the mean cosine to its 5 nearest training pictures; None without a head.
        usual_distance: beyond it a picture fits neither class; None where nobody can tell.
        own: whether a visitor's own head judged, whatever its classes are called.
    """

    profile: str
    models: dict[str, str]
    head_road_probability: float | None
    zero_shot_road_probability: float
    p_field: float | None
    p_road: float | None
    smallest_error: float | None
    captions: tuple[str, str]
    notes: tuple[str, ...] = ()
    three_way: tuple[float, ...] = ()
    labels: tuple[str, str] = LABELS
    distance: float | None = None
    usual_distance: float | None = None
    own: bool = False

    def to_json(self) -> dict[str, Any]:
        """Returns the evidence as plain JSON values."""
        rows = {name: list(getattr(self, name)) for name in ("captions", "notes", "three_way", "labels")}
        values = asdict(self) | rows
        if not self.own:  # stored examples are the shipped head's, and say nothing of it
            del values["own"]
        return values

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> FieldRoadEvidence:
        """Returns the evidence that `to_json` wrote."""
        field, road = value["captions"]
        known = {"captions": (str(field), str(road)), "notes": tuple(value.get("notes", ()))}
        known["three_way"] = tuple(value.get("three_way", ()))
        known["labels"] = tuple(value.get("labels", LABELS))
        return cls(**{**value, **known, "models": dict(value["models"])})


@dataclass(frozen=True, slots=True)
class Reading:
    """What one classifier says.

    Attributes:
        label: "field" or "road", or a visitor's own; a probability of 0.5 counts as the second.
        road_probability: of the second, in [0, 1].
    """

    label: str
    road_probability: float


@dataclass(frozen=True, slots=True)
class FieldRoadAnswer:
    """Both classifiers side by side.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        head: the trained head; None while these models have none.
        zero_shot: the two captions.
        agree: whether both give the same label; None without a head.
        verdict: the head's label, or "unsure" inside the band; the captions' without a head.
        conformal_set: labels that fit at the coverage asked for; () = neither; None when none was asked for, or
            without a head.
        smallest_error: see `FieldRoadEvidence`.
        neither: whether the picture is farther from both classes than nearly all pictures of either are; None where
            nobody can tell.
        third_class: the likeliest of `THREE` and its probability; None without a third class.
        sentence: one plain sentence made from the numbers.
        own: see `FieldRoadEvidence`.
    """

    profile: str
    models: dict[str, str]
    head: Reading | None
    zero_shot: Reading
    agree: bool | None
    verdict: str
    conformal_set: tuple[str, ...] | None
    smallest_error: float | None
    third_class: tuple[str, float] | None
    sentence: str
    neither: bool | None = None
    labels: tuple[str, str] = LABELS
    own: bool = False

    def to_json(self) -> dict[str, Any]:
        """Returns the object that the endpoint `/compare_field_road` gives."""
        return {
            "profile": self.profile,
            "models": dict(self.models),
            "head": None if self.head is None else asdict(self.head),
            "zero_shot": asdict(self.zero_shot),
            "agree": self.agree,
            "verdict": self.verdict,
            "conformal_set": None if self.conformal_set is None else list(self.conformal_set),
            "smallest_error": self.smallest_error,
            "third_class": None
            if self.third_class is None
            else {"label": self.third_class[0], "probability": self.third_class[1]},
            "sentence": self.sentence,
            "neither": self.neither,
        }


def _reading(probability: float, labels: tuple[str, str]) -> Reading:
    return Reading(labels[int(probability >= 0.5)], probability)


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
    labels, road = evidence.labels, evidence.head_road_probability
    zero_shot = _reading(evidence.zero_shot_road_probability, labels)
    head = None if road is None else _reading(road, labels)
    judge = zero_shot if head is None else head
    verdict = "unsure" if low < high and low <= judge.road_probability <= high else judge.label
    fitting: tuple[str, ...] | None = None
    if coverage is not None:
        error = 1.0 - finite_number(coverage, name="The coverage", low=0.0, high=1.0)
        if evidence.p_field is not None and evidence.p_road is not None:
            pairs = zip(labels, (evidence.p_field, evidence.p_road), strict=True)
            fitting = tuple(label for label, p in pairs if p > error)
    return FieldRoadAnswer(
        evidence.profile,
        evidence.models,
        head,
        zero_shot,
        None if head is None else head.label == zero_shot.label,
        verdict,
        fitting,
        evidence.smallest_error,
        _third(evidence.three_way),
        _sentence(evidence, head, zero_shot, verdict, (low, high), fitting),
        _neither(evidence),
        labels,
        evidence.own,
    )


def _neither(evidence: FieldRoadEvidence) -> bool | None:
    if evidence.distance is None or evidence.usual_distance is None:
        return None
    return evidence.distance > evidence.usual_distance


def _third(shares: Sequence[float]) -> tuple[str, float] | None:
    if not shares:
        return None
    best = max(range(len(shares)), key=lambda i: shares[i])
    return THREE[best], shares[best]


def _sentence(
    evidence: FieldRoadEvidence,
    head: Reading | None,
    zero_shot: Reading,
    verdict: str,
    band: tuple[float, float],
    fitting: tuple[str, ...] | None,
) -> str:
    second = evidence.labels[1]
    unsure = f"inside the band {band[0]:.2f} to {band[1]:.2f}"
    if head is None:
        text = f"The captions say {zero_shot.label} ({zero_shot.road_probability:.2f} for {second})"
        text += f"; that counts as unsure {unsure}" if verdict == "unsure" else ""
        return text + "; there is no trained head to compare with."
    if _neither(evidence):
        return _sentence_of_neither(evidence, head, zero_shot)
    readings = f"({head.road_probability:.2f}) and the captions ({zero_shot.road_probability:.2f})"
    if head.label == zero_shot.label:
        text = f"The head {readings} both say {head.label}"
    else:
        text = (
            f"They disagree: the head says {head.label} ({head.road_probability:.2f} for {second}), "
            f"the captions say {zero_shot.label} ({zero_shot.road_probability:.2f} for {second})"
        )
    if verdict == "unsure":
        text += f"; {unsure} the head counts as unsure"
    if fitting is not None:
        words = {0: "neither class", 1: f"{fitting[0] if fitting else ''} only", 2: "both classes"}
        text += f"; {words[len(fitting)]} would fit its training pictures"
    return text + "."


def _sentence_of_neither(evidence: FieldRoadEvidence, head: Reading, zero_shot: Reading) -> str:
    first, second = evidence.labels
    return (
        f"This looks like neither {first} nor {second}: its distance to the nearer class, {evidence.distance:.2f}, is "
        f"above {evidence.usual_distance:.2f}, within which nearly all of training lie. Made to choose, the head says "
        f"{head.label} ({head.road_probability:.2f} for {second}), the captions {zero_shot.label} "
        f"({zero_shot.road_probability:.2f})."
    )

"""The answer of field or road: both classifiers side by side, pure arithmetic on what the encoders found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.checks import finite_number
from core.errors import InputError
from core.heads.labels import LABELS, THREE
from core.instruments.evidential import EvidentialReading, read
from core.tasks.field_road.evidence import FieldRoadEvidence


@dataclass(frozen=True, slots=True)
class Classification:
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
        evidential: what the two captions say when neither has to win; None where nobody compared.
        described: see `FieldRoadEvidence`.
    """

    profile: str
    models: dict[str, str]
    head: Classification | None
    zero_shot: Classification
    agree: bool | None
    verdict: str
    conformal_set: tuple[str, ...] | None
    smallest_error: float | None
    third_class: tuple[str, float] | None
    sentence: str
    neither: bool | None = None
    labels: tuple[str, str] = LABELS
    own: bool = False
    evidential: EvidentialReading | None = None
    described: tuple[tuple[str, str, float], ...] = ()

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
            "evidential": None if self.evidential is None else asdict(self.evidential),
            "described": [dict(zip(("label", "says", "fit"), row, strict=True)) for row in self.described],
        }


def _reading(probability: float, labels: tuple[str, str]) -> Classification:
    return Classification(labels[int(probability >= 0.5)], probability)


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
        None if evidence.fits is None else read(evidence.fits, labels, evidence.usual),
        evidence.described,
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
    head: Classification | None,
    zero_shot: Classification,
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


def _sentence_of_neither(evidence: FieldRoadEvidence, head: Classification, zero_shot: Classification) -> str:
    first, second = evidence.labels
    return (
        f"This looks like neither {first} nor {second}: its distance to the nearer class, {evidence.distance:.2f}, is "
        f"above {evidence.usual_distance:.2f}, within which nearly all of training lie. Made to choose, the head says "
        f"{head.label} ({head.road_probability:.2f} for {second}), the captions {zero_shot.label} "
        f"({zero_shot.road_probability:.2f})."
    )

"""What the encoders find for one picture of a field or a road."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.heads.labels import LABELS


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
        fits: of the two captions, in standard deviations above things of any kind; None where nobody compared.
        usual: conflict and ignorance of the captions beyond which a picture is unusual; None where nobody knows.
        described: (label, sentence, fit) of sentences that say what the classes look like, then of as many things of
            any kind, whose label is ""; () where there are none.
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
    fits: tuple[float, float] | None = None
    usual: tuple[float, float] | None = None
    described: tuple[tuple[str, str, float], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Returns the evidence as plain JSON values."""
        rows = {
            name: list(getattr(self, name))
            for name in ("captions", "notes", "three_way", "labels", "described")
        }
        values = asdict(self) | rows
        if not self.own:  # stored examples are the shipped head's, and say nothing of it
            del values["own"]
        return values

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> FieldRoadEvidence:
        """Returns the evidence that `to_json` wrote."""
        field, road = value["captions"]
        words = {"captions": (str(field), str(road)), "notes": tuple(value.get("notes", ()))}
        words["three_way"] = tuple(value.get("three_way", ()))
        words["labels"] = tuple(value.get("labels", LABELS))
        words |= {name: tuple(value[name]) for name in ("fits", "usual") if value.get(name) is not None}
        words["described"] = tuple(map(tuple, value.get("described", ())))
        return cls(**{**value, **words, "models": dict(value["models"])})

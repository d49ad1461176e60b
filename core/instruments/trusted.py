"""How far a judge can be trusted where labels are known, before and after a person judged its errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from core.calibration import expected_calibration_error
from core.instruments.disagreements import Opinion
from core.metrics import wilson

WRONG, ALSO_RIGHT, UNCLEAR = "wrong", "also right", "unclear"
JUDGEMENTS = (WRONG, ALSO_RIGHT, UNCLEAR)
"""What a person may say of an error: it is one, what the judge said is right as well, or nobody can tell."""
MOST_BINS, FEWEST_IN_BIN = 5, 5


@dataclass(frozen=True, slots=True)
class Bin:
    """Pictures of which a judge is about equally sure.

    Attributes:
        confidence: its mean, in [0, 1].
        right: how many of them are right.
        n: how many they are.
        low: lower end of the 95 % interval of their share, Wilson's.
        high: its upper end.
    """

    confidence: float
    right: int
    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a judge can be trusted.

    Attributes:
        right: how often it is right.
        n: how many pictures.
        low: lower end of the 95 % interval of the share that is right, Wilson's.
        high: its upper end.
        calibration_error: expected, over as many bins as there are here.
        bins: of equal size, the least sure first.
        curve: (share that is answered, share of these that is wrong), the surest alone first, to all.
        risk: mean of that share of errors over all coverages: what it costs to answer by confidence alone.
    """

    right: int
    n: int
    low: float
    high: float
    calibration_error: float
    bins: tuple[Bin, ...]
    curve: tuple[tuple[float, float], ...]
    risk: float


@dataclass(frozen=True, slots=True)
class Trusted:
    """A judge before and after a person judged its errors.

    Attributes:
        judge: who.
        plain: by the labels.
        judged: what is also right counts as right, what is unclear is left out; None where all of it is.
        changed: whether a person's judgements change anything.
    """

    judge: str
    plain: Trust
    judged: Trust | None
    changed: bool


def trusted(
    opinions: Mapping[int, Opinion], judgements: Mapping[tuple[int, str], str], judges: Sequence[str]
) -> tuple[Trusted, ...]:
    """Returns how far each judge can be trusted on the pictures whose label is known; judges of none are left out.

    Args:
        opinions: picture -> what the judges say of it, and how sure each is.
        judgements: (picture, label that was said) -> one of `JUDGEMENTS`; only errors are looked up.
        judges: in order.
    """
    found = []
    for judge in judges:
        said = [
            (opinion.confidences[judge], label == opinion.truth, judgements.get((picture, label), WRONG))
            for picture, opinion in opinions.items()
            if opinion.truth is not None and (label := opinion.labels.get(judge)) is not None
        ]
        if not said:
            continue
        fair = [(sure, right or word == ALSO_RIGHT) for sure, right, word in said if right or word != UNCLEAR]
        plain = [(sure, right) for sure, right, _ in said]
        found.append(Trusted(judge, trust(plain), trust(fair) if fair else None, fair != plain))
    return tuple(found)


def trust(said: Sequence[tuple[float, bool]]) -> Trust:
    """Returns how far a judge can be trusted.

    Risk against coverage: El-Yaniv and Wiener 2010; its mean over coverages: Geifman, Uziel and El-Yaniv 2019. Of equal
    confidence none is answered before the others.

    Args:
        said: (how sure, in [0, 1]; whether it was right) for each picture, at least one.

    Raises:
        ValueError: there is no picture.
    """
    if not said:
        raise ValueError("trust needs at least one picture")
    sure = np.array([confidence for confidence, _ in said], dtype=np.float64)
    right = np.array([answer for _, answer in said], dtype=bool)
    order = np.argsort(-sure, kind="stable")
    sure, right = sure[order], right[order]
    ends = np.append(np.flatnonzero(np.diff(sure)) + 1, len(sure))
    wrong = np.cumsum(~right)[ends - 1] / ends
    bins = _bins(sure[::-1], right[::-1])
    count = int(right.sum())
    return Trust(
        count,
        len(right),
        *wilson(count, len(right)),
        expected_calibration_error(sure, right, len(bins)),
        bins,
        tuple(zip((ends / len(sure)).tolist(), wrong.tolist(), strict=True)),
        float(np.average(wrong, weights=np.diff(ends, prepend=0))),
    )


def _bins(sure: Float[np.ndarray, " n"], right: Bool[np.ndarray, " n"]) -> tuple[Bin, ...]:
    """Returns bins of about equal size, the least sure first; equal confidences share one."""
    count = max(1, min(MOST_BINS, len(sure) // FEWEST_IN_BIN))
    first: Int[np.ndarray, " bins"] = np.linspace(0, len(sure), count, endpoint=False).astype(np.int64)
    # A bin begins where the confidence differs from the one before.
    starts = np.unique(np.searchsorted(sure, sure[first], side="left"))
    return tuple(
        _bin(ours, some)
        for ours, some in zip(np.split(sure, starts[1:]), np.split(right, starts[1:]), strict=True)
    )


def _bin(sure: Float[np.ndarray, " some"], right: Bool[np.ndarray, " some"]) -> Bin:
    hits = int(right.sum())
    return Bin(float(sure.mean()), hits, len(right), *wilson(hits, len(right)))

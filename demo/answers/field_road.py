"""The field-or-road tab's answers as HTML: two classifiers on one strip, and a table of several pictures."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from core.instruments.disagreements import Opinion
from core.instruments.evidential import EvidentialReading
from core.plurals import counted
from core.tasks import field_road
from demo import copy, html
from demo.answers.several import Listed, Several
from demo.html import headline, isolated, models_line, sentence
from demo.widgets.bars import Needle, probability_strip
from demo.widgets.picture_table import Heading
from demo.widgets.sentence_bars import sentence_bars
from demo.widgets.verdict_pin import verdict_data

FACETS = (("judges", "Head and captions"), ("verdict", "Verdict"), ("set", "Conformal set"))
"""(name, words) of the counts above the table."""


SENTENCES_SAY = (
    "By {each} sentences on each class it looks more like a {better} ({high} against {low}, in standard deviations "
    "above things of any kind)."
)
SENTENCES_WORTH = (
    "On {n} unseen pictures such sentences alone are right for {described:.1%}, two captions for {captions:.1%}, and "
    "as many random things for {control:.1%}: they prove nothing unless they do better than these."
)
CAPTIONS_ALONE = html.fine(
    "This is about the two captions’ answer alone: the trained head looks at the picture and reads no words."
)
NOT_DESCRIBED = "Nobody wrote down what these two classes look like."


def empty() -> str:
    """Returns what stands in place of an answer before the first question."""
    return html.empty(copy.NO_PICTURE)


def answer(evidence: field_road.FieldRoadEvidence, band: tuple[float, float], coverage: float | None) -> str:
    """Returns the sentence, both classifiers on a strip, and the verdict.

    Args:
        evidence: what the encoders found.
        band: (low, high), both in [0, 1].
        coverage: share of right labels that sets must hold, None for no sets.
    """
    result = field_road.answer(evidence, *band, coverage)
    second = result.labels[1]
    needles = [
        Needle(
            "Two captions, no training", "captions", result.zero_shot.road_probability, result.zero_shot.label
        )
    ]
    judge, short = (
        "the captions’",
        f"captions {result.zero_shot.label} {result.zero_shot.road_probability:.2f}",
    )
    if result.head is not None:
        judge = "your head’s" if result.own else "the head’s"
        name = "Your head, trained on your photos" if result.own else "Head, trained on photos"
        needles.insert(0, Needle(name, "head", result.head.road_probability, result.head.label))
        short = f"head {result.head.label} {result.head.road_probability:.2f}, {short}"
    facts = [("Verdict", result.verdict, f"{judge}, unless it falls in the band")]
    if result.neither:
        facts[0] = ("Verdict", "neither", f"too far from both; made to choose: {result.verdict}")
    if result.agree is not None:
        facts.append(("They", _they(result), "head and captions"))
    if result.third_class is not None:
        shares = zip(field_road.THREE, evidence.three_way, strict=True)
        why = ", ".join(f"{name} {share:.2f}" for name, share in shares)
        facts.append(("With a third class", result.third_class[0], why))
    if result.evidential is not None and result.evidential.says is not None:
        facts.append(_evidential(result.evidential, result.labels))
    if result.conformal_set is not None and coverage is not None:
        facts.append(_conformal(evidence, result, coverage))
    cards = "".join(_fact(*fact) for fact in facts)
    line = headline(f"{'neither? ' if result.neither else ''}{second}: {short}")
    shown = f'{probability_strip(needles, band, result.labels)}<div class="facts">{cards}</div>'
    shown += models_line(result.models, result.profile) + _data(result, evidence.captions)
    return sentence(result.sentence) + line + shown


def _data(result: field_road.FieldRoadAnswer, captions: tuple[str, str]) -> str:
    """Returns what whoever compares this answer with another one needs of it."""
    shares = {"captions": result.zero_shot.road_probability}
    if result.head is not None:
        shares["head"] = result.head.road_probability
    head = ["your own head" if result.own else "the shipped head"] if result.head else []
    models = [result.profile, *head, *(f"{role} {model}" for role, model in result.models.items())]
    verdict = "neither" if result.neither else result.verdict
    words = {"verdict": verdict, "labels": result.labels, "captions": captions, "models": models}
    return verdict_data({"shares": shares, **words})


def headline_of(
    evidence: field_road.FieldRoadEvidence, band: tuple[float, float], coverage: float | None
) -> str:
    """Returns the answer's sentence alone; arguments as for `answer`."""
    return sentence(field_road.answer(evidence, *band, coverage).sentence)


def described(evidence: field_road.FieldRoadEvidence, metrics: Mapping[str, Mapping[str, float]]) -> str:
    """Returns how well sentences on each class fit the picture, beside random things.

    Args:
        evidence: what the encoders found.
        metrics: of the head's manifest.
    """
    rows = evidence.described
    if not rows:
        return sentence_bars((), NOT_DESCRIBED, "")
    means = {
        label: sum(fit for owner, _, fit in rows if owner == label)
        / sum(owner == label for owner, _, _ in rows)
        for label in evidence.labels
    }
    worse, better = sorted(means, key=lambda label: means[label])
    says = SENTENCES_SAY.format(
        each=sum(owner == better for owner, _, _ in rows),
        better=better,
        high=html.signed(means[better]),
        low=html.signed(means[worse]),
    )
    figures = {
        name: metrics[f"{key}_accuracy"]
        for name, key in (("described", "described"), ("captions", "zero_shot"), ("control", "random_things"))
        if f"{key}_accuracy" in metrics
    }
    worth = ""
    if len(figures) == len(("described", "captions", "control")):
        shares = {name: figure["value"] for name, figure in figures.items()}
        worth = SENTENCES_WORTH.format(n=int(figures["described"]["n"]), **shares)
    return sentence_bars(rows, says, worth)


def how_sure(details: Mapping[str, Any]) -> str:
    """Returns how often "neither" is right and wrong, as it was measured; "" where it was not.

    Args:
        details: of the head's manifest.
    """
    figures = details.get("neither")
    return f'<p class="fine">{isolated(copy.HOW_SURE_OF_NEITHER.format(**figures))}</p>' if figures else ""


def listed(several: Several, band: tuple[float, float], coverage: float | None) -> Listed:
    """Returns what is said of several pictures, those first on which the two classifiers disagree.

    Args:
        several: the pictures.
        band: (low, high), both in [0, 1].
        coverage: share of right labels that sets must hold, None for no sets.
    """
    read = {
        number: field_road.answer(row.evidence, *band, coverage)
        for number, row in enumerate(several.rows)
        if row.evidence is not None
    }
    order = sorted(read, key=lambda number: (read[number].agree is not False, _distance(read[number])))
    results = {number: read[number] for number in order}
    part = sum(result.agree is False for result in results.values())
    unsure = sum(result.verdict == "unsure" for result in results.values())
    labels = next(iter(results.values())).labels if results else field_road.LABELS
    opinions = {number: _opinion(several, number, result) for number, result in results.items()}
    return Listed(
        summary=copy.SEVERAL.format(part=part, pictures=counted(len(read), "picture"), unsure=unsure),
        headings=(
            Heading(f"head: {labels[1]}", "head"),
            Heading(f"captions: {labels[1]}", "captions"),
            Heading("they"),
            Heading("verdict"),
        ),
        cells={number: _cells(result) for number, result in results.items()},
        opinions=opinions,
        facets={number: _facets(opinions[number], result) for number, result in results.items()},
        names=FACETS,
        judges=(("head", "head"), ("captions", "captions")),
        labels=labels,
        kinds={number: "parted" for number, result in results.items() if result.agree is False},
    )


def _opinion(several: Several, number: int, result: field_road.FieldRoadAnswer) -> Opinion:
    judges = {"head": result.head, "captions": result.zero_shot}
    said = {judge: some for judge, some in judges.items() if some is not None}
    labels = {judge: some.label for judge, some in said.items()}
    sure = {judge: max(some.road_probability, 1 - some.road_probability) for judge, some in said.items()}
    return Opinion(labels, several.truth(number, result.labels), sure)


def _they(result: field_road.FieldRoadAnswer) -> str:
    return {True: "agree", False: "disagree", None: "–"}[result.agree]


def _distance(result: field_road.FieldRoadAnswer) -> float:
    """Returns how far the judge is from not knowing."""
    return abs((result.head or result.zero_shot).road_probability - 0.5)


def _reading(result: field_road.Classification | None) -> str | tuple[str, float]:
    return (
        "–" if result is None else (f"{result.road_probability:.2f} {result.label}", result.road_probability)
    )


def _fact(name: str, value: str, why: str) -> str:
    shown = f"<span>{escape(name)}</span><b>{escape(value)}</b><small>{escape(why)}</small>"
    return f'<div class="fact">{shown}</div>'


def _evidential(reading: EvidentialReading, labels: tuple[str, str]) -> tuple[str, str, str]:
    fits = ", ".join(
        f"{label} {html.signed(fit, 1)}" for label, fit in zip(labels, reading.fits, strict=True)
    )
    return "The captions as evidence", reading.says or "", f"fit in σ above things of any kind: {fits}"


def _conformal(
    evidence: field_road.FieldRoadEvidence, result: field_road.FieldRoadAnswer, coverage: float
) -> tuple[str, str, str]:
    labels, (first, second) = result.conformal_set or (), result.labels
    why = f"p({first}) = {evidence.p_field:.2f}, p({second}) = {evidence.p_road:.2f}"
    why += f"; smallest error that can be promised: {result.smallest_error:.3f}"
    name = {0: "neither", 1: labels[0] if labels else ""}.get(len(labels), "both")
    return f"Set at {coverage:.2f}", name, why


def _verdict(result: field_road.FieldRoadAnswer) -> str:
    return "neither" if result.neither else result.verdict


def _cells(result: field_road.FieldRoadAnswer) -> tuple[str | tuple[str, float], ...]:
    members = "" if result.conformal_set is None else f" {{{', '.join(result.conformal_set)}}}"
    return (
        _reading(result.head),
        _reading(result.zero_shot),
        _they(result),
        f"{_verdict(result)}{members}",
    )


def _facets(opinion: Opinion, result: field_road.FieldRoadAnswer) -> dict[str, str]:
    facets = {"judges": opinion.words, "verdict": _verdict(result)}
    if result.conformal_set is not None:
        facets["set"] = " or ".join(result.conformal_set) or "none"
    return facets

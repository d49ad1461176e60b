"""The rule by which the kinds of evidence are joined, as the page offers it: what it does, and how good it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.joining import HARRIS, JOINED_BY, PRODUCT, RULES, SUM
from demo.html import fine, signed

Figures = Mapping[str, Mapping[str, float]]
"""Name of a figure -> its numbers, as a calibration keeps them."""
JOINING = "How the kinds of evidence are joined"
RULE = "Rule of joining"
NO_ATLAS = "Harris’s corner takes no weights, so there is no map of mixes; choose another rule to see one."
NOT_MEASURED = "How good the rules are has not been measured for this gallery and these models."
SHARE = "R@10: how often a right picture is among the first ten, of {n:,.0f} questions that trained nothing."
BESIDE = " That is {more} points beside the sum (95 % interval {low} to {high})."
WHAT = {
    SUM: "The sum adds what each kind of evidence says, times its weight.",
    "normal": "Normal, after the bell curve: each kind of evidence grades every picture, by the share of such a curve "
    "below its score among this question’s pictures, and the grades are added: no kind wins by its scale alone.",
    PRODUCT: "The product multiplies: a picture that one kind of evidence puts last can hardly come first. Shown is "
    "its logarithm, whose parts add up.",
    HARRIS: "Harris’s corner is high only where picture and words both speak for a picture: much of one makes up for "
    "nothing of the other. It takes no weights: sliders and map are off.",
}
BRIEFLY = {
    SUM: "adds the scores",
    "normal": "adds places on a bell curve",
    PRODUCT: "multiplies, so the kinds must agree",
    HARRIS: "high only where both speak for it; no weights",
}
SCORES = {
    "normal": "Scores are weighted shares of a bell curve: 0.5 is an average picture of this gallery, 1 the best. The "
    "coloured parts add up to the score.",
    PRODUCT: "Scores are logarithms of a weighted product: the larger, the better. The coloured parts add up to the "
    "score.",
    HARRIS: "Scores are Harris’s corner of picture and words; it is no sum, so there are no parts.",
}
OFF = {
    "picture": "Not in use: Harris counts picture and words alike.",
    "words": "Not in use.",
    "both": "Not in use.",
}


@dataclass(frozen=True, slots=True)
class ScoreUnit:
    """How scores are written.

    Attributes:
        sentence: what they are.
        sign: of their unit, "" for plain numbers.
        decimals: of the numbers shown.
    """

    sentence: str
    sign: str
    decimals: int

    def by(self, rule: str) -> ScoreUnit:
        """Returns the unit of another rule than the sum, whose unit this is."""
        if rule == SUM:
            return self
        return ScoreUnit(SCORES[rule], "", 4 if rule == HARRIS else max(self.decimals, 3))


def rule_choices(figures: Figures) -> list[tuple[str, str]]:
    """Returns what is shown for each rule, in a few plain words and with its share, and its name."""
    return [(_shown(rule, figures.get(JOINED_BY + rule)), rule) for rule in RULES]


def _shown(rule: str, figure: Mapping[str, float] | None) -> str:
    name = f"{rule.capitalize() if rule == HARRIS else rule}: {BRIEFLY[rule]}"
    return name if figure is None else f"{name} (R@10\u00a0{100 * figure['value']:.1f}\u00a0%)"


def rule_note(rule: str, figures: Figures) -> str:
    """Returns what a rule does, and how it does beside the sum."""
    words, figure = WHAT[rule], figures.get(JOINED_BY + rule)
    if figure is None:
        return fine(f"{words} {NOT_MEASURED}")
    beside = ""
    if rule != SUM:
        more, low, high = (signed(100 * figure[name], 1) for name in ("more", "more_low", "more_high"))
        beside = BESIDE.format(more=more if more.startswith("−") else f"+{more}", low=low, high=high)
    return fine(f"{words} {SHARE.format(n=figure['n'])}{beside}")


def reasons_off(rule: str, evidence: Sequence[str], usual: Sequence[str | None]) -> tuple[str | None, ...]:
    """Returns why each slider cannot be moved, None where it can.

    Args:
        rule: how the kinds of evidence are joined.
        evidence: of each slider: "picture", "words" or "both".
        usual: the same under the sum.
    """
    return tuple(OFF[kind] for kind in evidence) if rule == HARRIS else tuple(usual)

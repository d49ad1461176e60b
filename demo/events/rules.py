"""The rule of joining in a retrieval tab: what is offered, how good it is here, and in which unit scores are then."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, ClassVar

from core.conformal.calibrations import read_calibrations
from core.errors import BlendscopeError
from core.tasks.joined_rows import check_rule
from core.tasks.promise import candidates_of
from demo.answers.joining import Figures, ScoreUnit, rule_choices, rule_note
from demo.events.tab import TabEvents


class RuleEvents(TabEvents):
    """What a tab whose kinds of evidence can be joined by several rules says of them.

    Attributes:
        gallery: the open one, opened when it is first asked for.
        unit: the sentence on the unit of scores.
        sign: of this unit, for the scores themselves.
        decimals: of the numbers shown.
        calibrated: the kind of question whose calibration says how good each rule is.
    """

    gallery: Any
    unit: ClassVar[str]
    sign: ClassVar[str] = ""
    decimals: ClassVar[int] = 2
    calibrated: ClassVar[str]

    def unit_by(self, rule: str) -> ScoreUnit:
        """Returns the unit of scores by a rule of joining."""
        return ScoreUnit(self.unit, self.sign, self.decimals).by(check_rule(rule))

    @property
    def rule_figures(self) -> Figures:
        """How good each rule is for the gallery's own questions; nothing unmeasured, nor before it is open."""
        own_gallery = self.services.settings.gallery is not None
        if own_gallery and "gallery" not in vars(self):
            return {}
        try:
            own = read_calibrations(self.gallery.path).get(self.row.key)
        except BlendscopeError:
            return {}
        if own is None or own.candidates != _candidates(self.gallery):
            return {}
        # Where other models answer, the figures would be another one's.
        others = any(example.evidence["models"] != dict(own.models) for example in self.examples)
        return {} if others or self.services.profile != "pocket" else own.measured.get(self.calibrated, {})

    def rule_choices(self) -> Sequence[tuple[str, str]]:
        """Returns what is shown for each rule, and its name."""
        return rule_choices(self.rule_figures)

    def rule_fields(self, rule: str) -> dict[str, Any]:
        """Returns the fields that say which rule is chosen, and what it does."""
        return {"joining": rule, "joining_note": rule_note(rule, self.rule_figures)}


@lru_cache(maxsize=4)
def _candidates(gallery: Any) -> str:
    """Returns what `candidates_of` does, which looks at every picture, once for a gallery."""
    return candidates_of(gallery)

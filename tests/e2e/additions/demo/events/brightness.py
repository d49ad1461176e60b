"""What happens in the tab, without its layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from demo.answers.brightness import shown

from core.task_table import find_task
from demo.doors import asked_picture
from demo.events.tab import TabEvents, TabFields
from demo.html import empty
from demo.wiring import KEPT

TASK = find_task("brightness")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrightnessFields(TabFields):
    """The fields of the tab, beside those of every tab.

    Attributes:
        answer: the sentence.
    """

    answer: Any = KEPT


class BrightnessEvents(TabEvents):
    """What happens in this tab."""

    row = TASK

    def opened(self) -> BrightnessFields:
        """Shows an empty page."""
        return BrightnessFields(answer=empty("Upload a picture."))

    def uploaded(self, upload: str | bytes | None) -> BrightnessFields:
        """Answers a picture."""
        return BrightnessFields(answer=shown(self.task.evidence(asked_picture(upload))))

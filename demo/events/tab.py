"""What the events of all tabs share: the services, the worked examples, and the question that the page shows."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from core.task_table import Task
from demo import copy
from demo.pieces import remembered
from demo.services import Example, Services


class TabEvents:
    """What happens in a tab. Each tab's class has `opened`, which shows a worked example without any model.

    Attributes:
        row: the task that answers.
        first_step: what to do before anything can be answered.

    Args:
        services: what answers.
    """

    row: ClassVar[Task]
    first_step: ClassVar[str] = copy.NOTHING_ASKED

    def __init__(self, services: Services) -> None:
        self.services = services

    @property
    def task(self) -> Any:
        """The task; waits for its models."""
        return self.services.task(self.row.key)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The worked examples."""
        return self.services.examples(self.row.key)

    @property
    def questions(self) -> tuple[Any, ...]:
        """What the worked examples ask, as `held` keeps a visitor's own question."""
        raise NotImplementedError

    def question(self, asked: str, held: Any) -> Any:
        """Returns the question that the page shows; arguments and errors as for `remembered`."""
        return remembered(asked, held, self.questions, self.first_step)

"""What the events of all tabs share: the services, the worked examples, and the question that the page shows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from core.datasets.map_figures import map_figures_of
from core.errors import ArtifactError, BlendscopeError, InputError
from core.instruments import Blended
from core.instruments.override import overridden
from core.task_table import Task
from demo import copy
from demo.answers.places import worth
from demo.html import notice
from demo.services import Example, Services
from demo.widgets.weights import WeightsView
from demo.widgets.word_chips import FieldWords, words_html
from demo.wiring import KEPT, Fields

log = logging.getLogger(__name__)
OWN, NOTHING = "own", "nothing"
"""What the page shows: an answer to a question of its visitor's; none yet, or an old one whose picture is gone."""
Evidence = TypeVar("Evidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class TabFields(Fields):
    """The fields that the tabs have in common.

    Attributes:
        upload: a button that takes a picture of the visitor's own.
        buttons: one a worked example.
        address: what the browser's bar says of the tab.
        places: where in the pictures, and in which words, the scores come from.
    """

    upload: Any = KEPT
    buttons: Any = KEPT
    address: Any = KEPT
    places: Any = KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class WordedFields(TabFields):
    """The fields of a tab in which a visitor types words.

    Attributes:
        words: what the visitor types.
        use: a button beside them, that asks now.
        pause: asks with them when typing has paused.
        chips: what each word does.
        promise: whether anything answers, and at which alpha.
    """

    words: Any = KEPT
    use: Any = KEPT
    pause: Any = KEPT
    chips: Any = KEPT
    promise: Any = KEPT


class TabEvents:
    """What happens in a tab. Each tab's class has `opened`, which shows a worked example without any model.

    Attributes:
        row: the task that answers.
        first_step: what to do before anything can be answered.
        of_words: numbers of the parts of a score in which words speak, the words alone first.

    Args:
        services: what answers.
    """

    row: ClassVar[Task]
    first_step: ClassVar[str] = copy.NOTHING_ASKED
    of_words: ClassVar[Sequence[int]] = (1,)

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
        """What the worked examples ask, as `held` keeps a visitor's own question; a tab without examples has none."""
        return ()

    @cached_property
    def overridden(self) -> str:
        """Says in how many of the worked examples the words override the picture; "" without any."""
        return overridden(self.blended_examples(), self.of_words).sentence(copy.WORKED_EXAMPLES)

    def blended_examples(self) -> list[Blended]:
        """Returns what the answers of the worked examples are blended from, with their own weights."""
        return []

    def read_words(self, read: Callable[[], Sequence[FieldWords]], unit: str) -> str:
        """Returns what the words of a question do and what others would do, or why nobody can say; runs models.

        Args:
            read: asks with other words, for each text of the question.
            unit: what the answer's scores are.
        """
        try:
            return words_html(read(), unit, self.overridden)
        except BlendscopeError as error:
            return notice(str(error))

    def looked(self, look: Callable[[], str]) -> str:
        """Returns the HTML of maps over places, or why nobody can draw them; runs models."""
        try:
            return look()
        except BlendscopeError as error:
            return notice(str(error))

    @cached_property
    def worth_of_maps(self) -> Mapping[str, str]:
        """Kind of map -> how faithful it is, where the maps of these models were measured."""
        try:
            figures = map_figures_of(self.services.profile).get(self.row.key)
        except ArtifactError as error:
            log.warning("%s", error)
            return {}
        known = figures is not None and figures.models.items() <= dict(self.task.models).items()
        return worth(figures) if figures is not None and known else {}

    def question(self, showing: str, held: Any) -> Any:
        """Returns the question that the page shows; arguments and errors as for `remembered`."""
        return remembered(showing, held, self.questions, self.first_step)


def begun(
    sliders: WeightsView, showing: str, of_example: Callable[[int], Sequence[float]], usual: Sequence[float]
) -> WeightsView:
    """Returns sliders that know where the question that the page shows began.

    Args:
        sliders: as they stand.
        showing: what the page shows.
        of_example: returns the weights of a worked example by its number.
        usual: the weights at which every other question begins.
    """
    kind, _, number = showing.partition(" ")
    return replace(sliders, start=of_example(int(number)) if kind == "example" else usual)


def remembered(
    showing: str, held: Evidence | None, examples: Sequence[Evidence], nothing: str = copy.NOTHING_ASKED
) -> Evidence:
    """Returns the evidence that the page shows.

    The page says whether it shows a worked example ("example 0") or a question of its own; so evidence
    that was put away is never mistaken for an example.

    Args:
        showing: what the page shows.
        held: the session's evidence, None before the first question and after it was put away.
        examples: the evidence of the worked examples.
        nothing: what to do first, where nothing is asked about.

    Raises:
        InputError: there is nothing to show yet, or not any more.
    """
    if showing == NOTHING:
        raise InputError(nothing)
    kind, _, number = str(showing).partition(" ")
    if kind == "example" and number.isdecimal() and int(number) < len(examples):
        return examples[int(number)]
    if held is None:
        raise InputError(copy.ANSWER_PUT_AWAY)
    return held

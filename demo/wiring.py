"""How the events of a tab are connected: inputs and outputs are its fields, mistakes go to its notice.

A tab has one class of `Fields`. Its layout makes one that holds the components; each of its events answers with another
that holds new values under the same names, and what an event leaves out stays as it is. An event takes the fields that
its function's parameters name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from inspect import Parameter, Signature, isgeneratorfunction, signature
from typing import Any, Self

import gradio as gr

from core.errors import BlendscopeError
from core.listening import everybody_left
from demo.html import is_of_a_question, slip, stale
from demo.turns import MARK, Turn, refuse

MODEL: dict[str, Any] = {
    "concurrency_id": "model",
    "concurrency_limit": 1,
    "trigger_mode": "always_last",
    "show_progress": "hidden",
    "api_visibility": "private",
}
"""For events that run models: one at a time; while one runs, only the last of those that follow is kept.

What is shown stays as it is until the new answer is there, for a page that fades and comes back after every stroke
flickers; a tab with a mark says by it that an answer is on its way.
"""

FOLLOW: dict[str, Any] = {
    "queue": False,
    "trigger_mode": "always_last",
    "show_progress": "hidden",
    "api_visibility": "private",
}
"""For events that follow a slider: outside the queue, without any model."""

KEPT: Any = object()
"""Stands for a field that an event leaves as it is."""
GIVEN_BY_GRADIO: dict[str, type] = {"event": gr.EventData, "request": gr.Request}
"""Names of parameters that are no fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The fields of a tab: components in its layout, new values in an event's answer.

    Attributes:
        mark: says that an answer is on its way.
        notice: above the answer: why it is not one to what was asked last.
        showing: what the page shows, see `demo.events.tab.remembered`.
        held: the question of the visitor's own, or its evidence.
    """

    mark: Any = KEPT
    notice: Any = KEPT
    showing: Any = KEPT
    held: Any = KEPT

    def given(self) -> dict[str, Any]:
        """Returns the fields that hold something, by name."""
        every = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {name: value for name, value in every.items() if value is not KEPT}

    def __or__(self, other: Self) -> Self:
        """Returns both; where both hold something, what the other one holds."""
        return dataclasses.replace(self, **other.given())


UNTOUCHED = Fields()
"""The answer of an event after which all stays as it is, its notice as well."""


def answered(
    event: Callable[[], Fields], standing: object = "", *, follows: bool = False, speaks: bool = False
) -> Fields:
    """Returns what an event answers, with the notice; a person's mistake is said there, and all the rest is kept.

    While the notice holds something, the rest of the column `.answer` is dimmed: it is not what was asked last. An
    event that leaves an answer without its question, such as an emptied pad, gives its own notice, `stale(...)`.

    An event that changes an answer and asks no question cannot make it fit words or a picture that were refused: while
    the notice says why these have no answer, it stays, and with it the dimming, until a question was answered. Where no
    reason stands, nothing is sent: one that comes meanwhile, from a question under way, is not wiped out.

    Args:
        event: answers.
        standing: what the notice holds, for an event that follows.
        follows: whether the event changes an answer; else it asks a question.
        speaks: a mistake is said even while such a reason stands, and takes its place.
    """
    refused = follows and is_of_a_question(standing)
    try:
        answer = event()
    except BlendscopeError as error:
        refuse(str(error))
        if refused and not speaks:
            return Fields()
        as_slip = follows and not refused
        return Fields(notice=slip(str(error)) if as_slip else stale(str(error), mistake=True))
    if answer is UNTOUCHED or answer.notice is not KEPT or (follows and (refused or not standing)):
        return answer
    return dataclasses.replace(answer, notice="")


def asked(event: Callable[[], Fields], standing: object = "") -> Fields:
    """Returns what a question answers, see `answered`; nothing where something was chosen meanwhile."""
    answer = answered(event, standing)
    return Fields() if everybody_left() else answer


class Wiring:
    """Connects the events of one tab.

    Args:
        page: the components.
        **groups: name of a parameter -> the dataclass that is made of the fields of its names, such as a mix.
    """

    def __init__(self, page: Fields, **groups: type) -> None:
        self._page, self._groups = page, groups
        self._names = {id(component): name for name, component in page.given().items()}

    def asks(
        self,
        triggers: Any,
        handler: Callable[..., Fields],
        shows: Sequence[Any],
        *,
        encodes: bool = True,
        given_up: Callable[[Any], Fields] = lambda _brought: UNTOUCHED,
    ) -> None:
        """Connects an event that asks a question; one that needs no model overtakes those under way.

        Args:
            triggers: an event of a component, several in a list, or None for the opening of the page.
            handler: answers; its parameters name its inputs.
            shows: the fields that it may change, but for the notice.
            encodes: whether it may run models.
            given_up: what is told where it is overtaken itself, of what the event brought.
        """
        notice = asked if encodes else answered
        shown = [self._page.notice, *shows]
        self._connect(triggers, handler, shown, encodes, notice, given_up=given_up)

    def follows(
        self,
        triggers: Any,
        handler: Callable[..., Fields],
        shows: Sequence[Any],
        *,
        encodes: bool = False,
        speaks: bool = False,
    ) -> None:
        """Connects an event that changes an answer and asks no question; arguments as for `asks` and `answered`."""
        notice = partial(answered, follows=True, speaks=speaks)
        shown = [self._page.notice, *shows]
        self._connect(triggers, handler, shown, encodes, notice, standing=True)

    def opens(self, buttons: Sequence[Any], opened: Callable[..., Fields], shows: Sequence[Any]) -> None:
        """Connects the buttons of the worked examples, which need no model.

        Args:
            buttons: one an example.
            opened: shows the example of a number.
            shows: the fields that it may change, but for the notice.
        """
        for number, button in enumerate(buttons):
            self.asks(button.click, partial(opened, number), shows, encodes=False)

    def does(
        self,
        triggers: Any,
        handler: Callable[..., Any],
        shows: Sequence[Any] = (),
        *,
        encodes: bool = False,
        **options: Any,
    ) -> Any:
        """Connects an event that has nothing to do with the answer and gives its own notice if any.

        Returns:
            What gradio calls a dependency: further events may follow it.
        """
        return self._connect(triggers, handler, shows, encodes, None, **options)

    def _connect(
        self,
        triggers: Any,
        handler: Callable[..., Any],
        shows: Sequence[Any],
        encodes: bool,
        notice: Callable[..., Fields] | None,
        *,
        standing: bool = False,
        given_up: Callable[[Any], Fields] | None = None,
        **options: Any,
    ) -> Any:
        outputs = [self._name(component) for component in shows]
        call = _Call(handler, self._groups, outputs, notice, standing=standing)
        waits = {"show_progress": "minimal", "show_progress_on": self._page.mark}
        lane = MODEL | waits if encodes else FOLLOW
        if call.brings:
            # What gradio keeps back it sends with the inputs of later, but with what the first event brought.
            options = {"trigger_mode": "multiple"} | options
        inputs = [getattr(self._page, name) for name in call.inputs]
        connect = triggers if callable(triggers) else partial(gr.on, triggers)
        function = call.function()
        if given_up is not None:
            turn = Turn(self, lambda brought: call.told(given_up(brought)), chooses=not encodes)
            setattr(function, MARK, turn)
        return connect(function, inputs, list(shows), **lane | options)

    def _name(self, component: Any) -> str:
        if id(component) not in self._names:
            raise LookupError(
                f"An event may change only fields that its tab lays out, which {component!r} is not."
            )
        return self._names[id(component)]


class _Call:
    """A handler as gradio calls it: values in the order of its inputs, and back in the order of its outputs."""

    def __init__(
        self,
        handler: Callable[..., Any],
        groups: Mapping[str, type],
        outputs: list[str],
        notice: Callable[..., Fields] | None,
        *,
        standing: bool,
    ) -> None:
        self._handler, self._groups, self._outputs, self._notice = handler, groups, outputs, notice
        parameters = signature(handler).parameters
        self._special = [name for name in parameters if name in GIVEN_BY_GRADIO]
        self.brings = "event" in self._special
        self._taken = {
            name: [field.name for field in dataclasses.fields(groups[name])] if name in groups else [name]
            for name in parameters
            if name not in GIVEN_BY_GRADIO
        }
        self.inputs = [name for names in self._taken.values() for name in names]
        self._standing = standing
        if standing:
            self.inputs.append("notice")

    def function(self) -> Callable[..., Any]:
        """Returns what gradio calls; it reads the signature for how many inputs there are, and what it has to add."""
        if isgeneratorfunction(self._handler):

            def call(*values: Any) -> Any:
                with closing(self._answers(values)) as answers:
                    yield from map(self._in_order, answers)
        else:

            def call(*values: Any) -> Any:
                return self._in_order(self._answers(values))

        given = [*self.inputs, *self._special]
        named = self._handler.func if isinstance(self._handler, partial) else self._handler
        call.__name__ = named.__name__
        call.__annotations__ = {name: GIVEN_BY_GRADIO[name] for name in self._special}
        places = [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in given]
        call.__signature__ = Signature(places)  # type: ignore[attr-defined]
        return call

    def _answers(self, values: tuple[Any, ...]) -> Any:
        given = dict(zip([*self.inputs, *self._special], values, strict=True))
        standing = given["notice"] if self._standing else ""
        wanted = {name: given[name] for name in self._special}
        for name, fields in self._taken.items():
            group = self._groups.get(name)
            wanted[name] = group(**{field: given[field] for field in fields}) if group else given[name]
        event = partial(self._handler, **wanted)
        return event() if self._notice is None else self._notice(event, standing)

    def told(self, answer: Fields) -> tuple[Any, ...]:
        """Returns an answer in the order of the outputs, a value each."""
        values = self._in_order(answer)
        return values if isinstance(values, tuple) else (values,)

    def _in_order(self, answer: Fields | None) -> Any:
        given = {} if answer is None else answer.given()
        hidden = given.keys() - set(self._outputs)
        if hidden:
            raise LookupError(f"An event gives {sorted(hidden)}, which it is not connected to.")
        values = [given.get(name, gr.skip()) for name in self._outputs]
        return values[0] if len(values) == 1 else tuple(values) or None

"""The stage of a tab: which components of the page stand on it, and what they show for a view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import Parameter, signature
from types import SimpleNamespace
from typing import Any

import gradio as gr

from core.images.stroke_text import GRID, strokes_of_text
from core.state import PageView
from demo.pieces import shown_html
from demo.wiring import KEPT, Fields

QUESTION, ANSWER, INSTRUMENT = "question", "answer", "instrument"
"""Where on a stage a component stands."""
Reads = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Mounted:
    """A component of the page on a stage.

    Attributes:
        place: one of the three above.
        component: that the page itself has.
        shows: returns its new value, given the fields of an answer; None for an instrument's.
    """

    place: str
    component: gr.HTML
    shows: Reads | None = None

    @property
    def name(self) -> str:
        """By which it is found; every component of a stage has an `elem_id`."""
        return str(self.component.elem_id)

    def to_json(self) -> dict[str, Any]:
        """Returns what the browser needs to set it up, but for its script."""
        component = self.component
        return {"id": self.name, "place": self.place, "template": component.html_template or "${value}"}


@dataclass(frozen=True, slots=True)
class Instrument:
    """What a view may have open beside its answer.

    Attributes:
        title: what it shows.
        component: that the page itself has.
        event: of the tab, by name: computes it; "" where every answer brings it along.
        field: of that answer.
    """

    title: str
    component: gr.HTML
    event: str
    field: str


class Stage:
    """Answers views of one tab as the tab itself does, before the talk.

    Args:
        name: begins the ids of its components.
        tab: what happens in the tab.
        linked: shows the view of an event, see `demo.events.links`.
        mounted: the components, in the order in which their scripts begin.
        instruments: id of a fold -> what opens there.
        groups: name of a parameter -> what makes it of the fields, such as a mix.
    """

    def __init__(
        self,
        name: str,
        tab: Any,
        linked: Callable[[Any], Fields],
        mounted: Sequence[Mounted],
        instruments: Mapping[str, Instrument],
        groups: Mapping[str, Reads],
    ) -> None:
        self.name, self.tab, self.instruments = name, tab, instruments
        self.mounted = [*mounted, *(Mounted(INSTRUMENT, each.component) for each in instruments.values())]
        self._linked, self._groups = linked, groups

    def answered(self, view: PageView, drawing: str = "") -> dict[str, Any]:
        """Returns the value of each component that shows a view, by name; runs models where the page would.

        Args:
            view: of this tab.
            drawing: of strokes, as the pad sends them; "" where the view has none.

        Raises:
            BlendscopeError: the view cannot be shown here.
        """
        shown: Any = self._linked(SimpleNamespace(query=view.to_query(), drawing=drawing))
        if drawing:
            shown = replace(shown, pad=drawing)  # on the page it stands on the pad already
        values = {
            each.name: sent(each.component, each.shows(shown))
            for each in self.mounted
            if each.shows is not None
        }
        instrument = self.instruments.get(view.instrument)
        if instrument is not None:
            answer = self._asked(instrument.event, shown, view) if instrument.event else shown
            component = instrument.component
            values[str(component.elem_id)] = sent(component, getattr(answer, instrument.field))
        return values

    def _asked(self, event: str, shown: Fields, view: PageView) -> Any:
        """Returns what an event of the tab answers, its parameters taken from the fields that are shown."""
        method = getattr(self.tab, event)
        given: dict[str, Any] = {}
        for name, parameter in signature(method).parameters.items():
            if name in self._groups:
                given[name] = self._groups[name](shown)
            elif name == "event":
                given[name] = SimpleNamespace(orders=0, strokes=_strokes(view))
            elif getattr(shown, name, KEPT) is not KEPT:
                given[name] = getattr(shown, name)
            elif parameter.default is Parameter.empty:
                given[name] = None
        return method(**given)


def sent(component: gr.HTML, value: Any) -> Any:
    """Returns a value as the component sends it to its script."""
    return None if value is KEPT else component.postprocess(value)


def plain(place: str, name: str, shows: Reads) -> Mounted:
    """Returns HTML of ours on a stage, without a script."""
    return Mounted(place, shown_html(elem_id=name), shows)


def _strokes(view: PageView) -> list[dict[str, Any]] | None:
    """Returns the strokes of a view as the pad sends them; None where there are none, or some were rubbed out."""
    lines = strokes_of_text(view.strokes)
    if not lines or any(line.erases for line in lines):
        return None
    return [
        {"points": [[x / GRID, y / GRID] for x, y in line.points], "width": line.width / GRID}
        for line in lines
    ]

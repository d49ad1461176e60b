"""The panel that says which models a profile from the Hub needs, and fetches them when a person asks for it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from core.errors import BlendscopeError, NotReadyError
from core.hub import Pin, is_cached, missing, pins_of
from core.residency import KEEPER
from core.task_table import TASKS, Task
from demo import copy
from demo.html import notice
from demo.pieces import shown_html
from demo.services import Services
from demo.widgets.models import ModelLine, download_bar, gigabytes, models_table
from demo.wiring import FOLLOW

if TYPE_CHECKING:
    from core.hub.jobs import BackgroundFetch

EVERY = 1.0


def build(services: Services) -> None:
    """Adds the panel to the page that is being built; nothing for a profile that downloads nothing.

    Args:
        services: what loads the models once their files are here.
    """
    if services.profile == "pocket":
        return
    panel = Panel(services)
    with gr.Accordion(panel.title(), open=False, elem_classes="model-panel", elem_id="models") as fold:
        table = shown_html(panel.table(), elem_id="models-table")
        with gr.Row(elem_classes="tools"):
            buttons = {task.name: gr.Button(**_button(task)) for task in TASKS}
            stop = gr.Button("Stop", size="sm", visible=False, elem_id="models-stop")
        with gr.Row(elem_classes="tools"):
            others = gr.Dropdown(**_others(), label=copy.MODELS_OTHERS, elem_id="models-others", scale=3)
            get_other = gr.Button(copy.MODELS_GET_OTHER, size="sm", scale=1, visible=not _on_space())
        progress = shown_html(elem_id="models-progress")
    timer = gr.Timer(EVERY)
    shown = [fold, timer, table, progress, stop, others, *buttons.values()]
    for task, button in buttons.items():
        button.click(partial(panel.start, task), None, shown, **FOLLOW)
    get_other.click(panel.start_other, others, shown, **FOLLOW)
    stop.click(panel.stop, None, shown, **FOLLOW)
    timer.tick(panel.shown, None, shown, **FOLLOW)
    fold.expand(panel.shown, None, shown, **FOLLOW)


class Panel:
    """What the panel shows, and what its buttons do.

    Args:
        services: what loads the models once their files are here.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._loaded_for: str | None = None

    def title(self) -> str:
        """Returns what stands on the fold: how many of the models are here."""
        needed = pins_of()
        return copy.MODELS_TITLE.format(here=sum(map(is_cached, needed)), count=len(needed))

    def table(self) -> str:
        """Returns the table of models, and what the keeper of models has to say."""
        runs = {held.id.partition("@")[0]: f"{held.device}, {held.dtype}" for held in KEEPER.state()}
        lines = [
            ModelLine(
                ", ".join(task.title for task in TASKS if pin in pins_of(task.name)) or _offered_for(pin),
                pin.repository,
                pin.bytes,
                pin.licence,
                missing(pin) or "here",
                runs.get(pin.repository, ""),
            )
            for pin in pins_of(optional=True)
        ]
        text = "".join(notice(sentence) for sentence in KEEPER.notices())
        return text + models_table(lines)

    def start(self, task: str, names: Sequence[str] | None = None) -> tuple[Any, ...]:
        """Starts to fetch the models of a task; on a Space its owner does that, with `preload_from_hub`.

        Args:
            task: whose models.
            names: only these of its pins; None for all that it cannot do without.
        """
        try:
            if _on_space():
                raise NotReadyError(copy.MODELS_ON_SPACE)
            _fetches().start(task, names=names)
            self._loaded_for = None
        except BlendscopeError as error:
            return self._shown(notice(str(error)))
        return self.shown()

    def start_other(self, name: Any) -> tuple[Any, ...]:
        """Starts to fetch one of the models that offer a choice."""
        task = next((task for task in TASKS if name in {pin.name for pin in _optional(task)}), None)
        if task is None:
            return self._shown(notice(copy.MODELS_CHOOSE))
        return self.start(task.name, [str(name)])

    def stop(self) -> tuple[Any, ...]:
        """Stops; what has come is kept."""
        _fetches().cancel()
        return self.shown()

    def shown(self) -> tuple[Any, ...]:
        """Returns what all parts of the panel show now; loads the models once when their files have come."""
        state = _fetches().state
        if state.running:
            return self._shown(download_bar(state.done, state.total, state.file), running=True)
        if state.finished and self._loaded_for != state.task:
            self._loaded_for = state.task
            self._services.start_warming()
        text = copy.MODELS_STOPPED if state.cancelled else state.failed
        return self._shown(notice(text) if text else "")

    def _shown(self, progress: str, running: bool = False) -> tuple[Any, ...]:
        buttons = (gr.update(**_button(task, running)) for task in TASKS)
        fold, timer = gr.update(label=self.title()), gr.Timer(active=running)
        others = gr.update(**_others(), interactive=not running)
        return fold, timer, self.table(), progress, gr.update(visible=running), others, *buttons


def _button(task: Task, running: bool = False) -> dict[str, Any]:
    """Returns how the button of a task looks."""
    lacking = [pin for pin in pins_of(task.name) if not is_cached(pin)]
    return {
        "value": copy.MODELS_GET.format(task=task.title, size=_size(lacking)),
        "size": "sm",
        "visible": bool(lacking) and not running and not _on_space(),
    }


def _others() -> dict[str, Any]:
    """Returns what the list of models that offer a choice holds: those that are not here."""
    lacking = [pin for task in TASKS for pin in _optional(task) if not is_cached(pin)]
    choices = [(f"{pin.repository} ({_offered_for(pin)}, {_size([pin])})", pin.name) for pin in lacking]
    return {"choices": choices, "value": None, "visible": bool(choices) and not _on_space()}


def _optional(task: Task) -> list[Pin]:
    """Returns the pins that a task can do without."""
    return [pin for pin in pins_of(task.name, optional=True) if pin not in pins_of(task.name)]


def _offered_for(pin: Pin) -> str:
    tasks = ", ".join(task.title for task in TASKS if pin in _optional(task))
    return copy.MODELS_OPTIONAL.format(task=tasks)


def _size(lacking: Sequence[Pin]) -> str:
    """Returns what is to be downloaded; a model that a person chose by name tells its size later."""
    size = gigabytes(sum(pin.bytes for pin in lacking))
    if all(pin.bytes for pin in lacking):
        return size
    return copy.MODELS_UNKNOWN_SIZE if not any(pin.bytes for pin in lacking) else f"{size} and more"


def _on_space() -> bool:
    return "SPACE_ID" in os.environ


def _fetches() -> BackgroundFetch:
    from core.hub.jobs import FETCHES  # this imports huggingface_hub

    return FETCHES

"""Saves what the page shows as a figure: what the browser has of it, with what only the server knows."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

import gradio as gr

from core.errors import BlendscopeError, InputError
from core.figures.file import MARK, figure_of
from core.joining import SUM
from core.state import PageView, from_query, tab_name
from core.task_table import TASKS, Task
from demo import copy
from demo.failures import sentence_for
from demo.links import models_digest
from demo.services import Services
from demo.widgets.figure_saver import GROUNDS, SIZES, FigureSaver

MOST_MEASURED = 2
SHIPPED = "Pictures: those that come with Blendscope, Apache-2.0."
SHIPPED_GALLERY = "Pictures of the results: the sample gallery that comes with Blendscope, Apache-2.0."
OWN_GALLERY = (
    "Pictures of the results: the gallery \u201c{title}\u201d, under the terms of those who made them."
)
OWN_PICTURE = "Picture that was asked with: a visitor\u2019s own."
BAD_CHOICE = "A figure is saved for one column, two columns or a slide, on a light or a dark ground."
UNREADABLE = "This figure has a form that cannot be read; load the page again."


def build(services: Services) -> None:
    """Lays out the dialog, which is unseen until a button asks for it, and connects it.

    Args:
        services: what answers.
    """
    saver = FigureSaver()

    def save_figure(event: gr.EventData) -> dict[str, Any]:
        return saved(services, event)

    saver.save(
        save_figure, None, saver, concurrency_id="figures", concurrency_limit=1, show_progress="hidden",
        api_visibility="private",
    )  # fmt: skip


def saved(services: Services, event: Any) -> dict[str, Any]:
    """Returns the archive of a figure, or why there is none, one sentence.

    Args:
        services: what answers.
        event: with what `demo/widgets/figure_saver.js` sends.
    """
    number = getattr(event, "number", None)
    try:
        name, archive, remark = _archive(services, event)
    except BlendscopeError as error:
        return {"number": number, "reason": str(error)}
    except Exception as error:  # the dialog must learn that it is over, whatever happened
        return {"number": number, "reason": sentence_for(error)}
    letters = base64.b64encode(archive).decode("ascii")
    return {"number": number, "name": f"{name}.zip", "archive": letters, "remark": remark}


def _archive(services: Services, event: Any) -> tuple[str, bytes, str]:
    """Returns the name of a figure, the archive with its files, and what is to be said of them.

    Raises:
        InputError: something in the event cannot be used.
    """
    size, dark = getattr(event, "size", None), getattr(event, "dark", None)
    if size not in dict(SIZES) or not isinstance(dark, bool):
        raise InputError(BAD_CHOICE)
    tab, called, query = (_text(event, key) for key in ("tab", "name", "query"))
    view = from_query(query) if query else None
    value = told(services, view, tab) | {
        MARK: 1,
        "kind": _text(event, "kind"),
        "view": query,
        "evidence": _evidence(event, view),
    }
    if searched := _text(event, "searched"):
        value["searched"] = searched
    figure = figure_of(value)
    from core.figures.saving import archive_of, files_of, remark  # this imports matplotlib

    name = re.sub(r"[^a-z0-9]+", "-", f"{tab} {called}".lower()).strip("-")[:60] or "figure"
    name += f"-{size}{f'-{GROUNDS[1][0]}' if dark else ''}"
    files = files_of(figure, name, size, dark=dark)
    return name, archive_of(files | {f"{name}.json": figure.data}), remark(figure)


def _text(event: Any, key: str) -> str:
    text = getattr(event, key, None)
    if not isinstance(text, str):
        raise InputError(UNREADABLE)
    return text


def _evidence(event: Any, view: PageView | None) -> dict[str, Any]:
    evidence = getattr(event, "evidence", None)
    if not isinstance(evidence, dict):
        raise InputError(UNREADABLE)
    if _text(event, "kind") == "ranking" and view is not None and view.rule not in ("", SUM):
        return {**evidence, "rule": view.rule}
    return evidence


def told(services: Services, view: PageView | None, tab: str) -> dict[str, Any]:
    """Returns what a figure file says that the browser does not know: models, what was measured, whose pictures.

    Args:
        services: what answers.
        view: of the tab, None where it has none.
        tab: what addresses call it.
    """
    task = next((task for task in TASKS if tab_name(task) == tab), None)
    if task is None:
        return {}
    models = _models(services, task, view)
    profile = view.profile if view is not None and view.profile else services.profile
    value: dict[str, Any] = {"profile": profile, "licence": _licence(services, task, view)}
    if models:
        value["models"] = models
        if profile == services.profile:
            value["measured"] = _measured(services, task)
    return value


def _models(services: Services, task: Task, view: PageView | None) -> dict[str, str]:
    """Returns the models that answered: those of the task or of its worked examples, whichever the view names."""
    known: list[Mapping[str, str]] = [
        example.evidence.get("models", {}) for example in services.examples(task.key)
    ]
    if services.loading().states.get(task.key) == "ready":
        known.insert(0, dict(services.task(task.key).models))
    wanted = view.models if view is not None else ""
    for models in known:
        if not wanted or models_digest(models) == wanted:
            return dict(models)
    return {}


def _measured(services: Services, task: Task) -> list[dict[str, Any]]:
    """Returns figures of the report's table that were measured with these models, those of more than one thing."""
    manifest = services.manifest(task.head)
    metrics = manifest.metrics if manifest else {}
    rows = [
        (row.name, metrics[row.metric], row.metric)
        for row in copy.TABS[task.key].rows
        if row.metric in metrics
    ]
    return [
        {
            "name": name,
            "share": not metric.endswith("ece"),
            **{key: figure[key] for key in ("value", "low", "high") if key in figure},
            "n": int(figure["n"]),
        }
        for name, figure, metric in rows
        if "n" in figure and "low" in figure and not metric.startswith("train_")
    ][:MOST_MEASURED]


def _licence(services: Services, task: Task, view: PageView | None) -> str:
    """Returns whose pictures these are."""
    own = view is not None and bool(view.upload or view.strokes)
    if not task.searches:
        return OWN_PICTURE if own else SHIPPED
    if services.settings.gallery is None:
        return f"{SHIPPED_GALLERY} {OWN_PICTURE}" if own else SHIPPED
    whose = OWN_GALLERY.format(title=services.gallery().title)
    return f"{whose} {OWN_PICTURE}" if own else whose

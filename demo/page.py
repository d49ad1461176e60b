"""The page: a heading, a tab of one look for each task, and the public endpoints behind them."""

from __future__ import annotations

import logging
import os
from functools import partial
from html import escape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi.exceptions import RequestValidationError
from gradio_client.utils import traverse
from starlette.middleware import Middleware

from core.errors import BlendscopeError, CapacityError, InputError, NotReadyError
from core.state import tab_name
from core.task_table import TASKS, find_task
from core.text import is_whole
from demo import copy, endpoints
from demo.failures import sentence_for, unwritable
from demo.html import isolated
from demo.middleware import BodyLimit, HonestStatus, NoGuessing, NoSilence, malformed
from demo.originals import Originals
from demo.panels import about, figures, models, qr, talk
from demo.routes import Anywhere, OnlyNeeded
from demo.services import Services
from demo.start import alone, be_patient
from demo.theme import theme
from demo.tools import Tools
from demo.upload_form import guard_uploads
from demo.uploads import KEPT_FOR, LOOKED_AFTER
from demo.visitors import Visitors
from demo.widgets.figure_saver import SAVE
from demo.widgets.picture import names_file, refuse_foreign
from demo.widgets.sources import script

if TYPE_CHECKING:
    from core.scores import ScoreSet
    from core.talk import Talk
    from demo.panels.steps import Report

log = logging.getLogger(__name__)
HERE = Path(__file__).resolve().parent
TITLES: tuple[tuple[type[BlendscopeError], str], ...] = (
    (InputError, "Please check"),
    (NotReadyError, "Not ready"),
    (CapacityError, "Busy"),
    (BlendscopeError, "Not possible"),
)


class Page(Visitors):
    """gradio's blocks, in which every failure reaches people and programs as one sentence.

    Errors of `core.errors` are shown as they are. Anything else is logged under a short id, and only the id
    is shown.

    Attributes:
        services: what answers; None for a page of nothing.
    """

    services: Services | None = None

    async def process_api(self, *arguments: Any, **options: Any) -> dict[str, Any]:
        """Runs one event.

        Raises:
            gr.Error: it failed; the message is the sentence to show.
        """
        # Files are named relative to the page, which knows best under which address it is seen.
        options["root_path"] = "."
        try:
            _check_brought(options.get("event_data"))
            answer: dict[str, Any] = await super().process_api(*arguments, **options)
            return answer
        except gr.Error:
            raise
        except Exception as error:
            refusal = error if isinstance(error, BlendscopeError) else unwritable(error)
            if refusal is None:
                sentence, title = sentence_for(error), "Something went wrong"
            else:
                sentence = escape(str(refusal), quote=False)
                title = next(title for kind, title in TITLES if isinstance(refusal, kind))
            raise gr.Error(sentence, title=title, print_exception=False) from None

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        """Checks that an event got as many inputs as it takes.

        Raises:
            InputError: it got fewer, or, for a public endpoint, more.
        """
        wanted, given = len(block_fn.inputs), len(inputs)
        if given < wanted or (given > wanted and block_fn.api_visibility == "public"):
            raise InputError(copy.MISSING_INPUTS.format(wanted=wanted, given=given))

    async def preprocess_data(self, block_fn: Any, inputs: list[Any], *others: Any, **options: Any) -> Any:
        """Turns what was sent into the arguments of an event.

        Raises:
            InputError: an input does not have the form that its component reads, names an address to fetch, or a
                picture that was put away.
            CapacityError: the disk cannot be written.
        """
        # Programs that were written before an endpoint took a further input leave it out.
        missing = block_fn.inputs[len(inputs) :]
        if all(getattr(field, "may_be_left_out", False) for field in missing):
            inputs = [*inputs, *(field.value for field in missing)]
        # In any input, also one for numbers: gradio fetches whatever looks like a file, before our components see it,
        # and asks where a file lies of those objects alone that say in so many words that they are one.
        traverse(inputs, lambda sent: refuse_foreign(sent["path"]), names_file)
        try:
            return await super().preprocess_data(block_fn, inputs, *others, **options)
        except BlendscopeError:
            raise
        except FileNotFoundError as error:
            raise InputError(copy.PUT_AWAY) from error
        except Exception as error:
            refusal = unwritable(error)
            if refusal is not None:
                raise refusal from error
            log.info("An input was refused: %s", type(error).__name__)
            raise InputError(copy.BAD_INPUT) from error

    def launch(self, *arguments: Any, **options: Any) -> Any:
        """Serves the page from this machine alone, however busy it is: no proxy, no tunnel, no folder of a variable."""
        be_patient()
        with alone():
            # Gradio asks itself at its own address, for which it would read the certificates of all authorities.
            own = {"share": False, "enable_monitoring": False, "ssl_verify": False}
            return super().launch(*arguments, **options | own)


def _check_brought(event: Any) -> None:
    """Lets pass what an event brings besides its inputs: parts by name, where a page says nothing else.

    Raises:
        InputError: it has another form, names a file that is not an upload, or holds what no answer could repeat.
    """
    if event is None:
        return
    if event._data is None:
        event._data = {}
    if not isinstance(event._data, dict):
        raise InputError(copy.BAD_INPUT)
    traverse(event._data, _refuse, _cannot_be_repeated)
    traverse(event._data, lambda sent: refuse_foreign(sent["path"]), names_file)


def _cannot_be_repeated(value: Any) -> bool:
    """Tells whether answers cannot say a value: text with half a character, or a whole number of more than 64 bits."""
    if isinstance(value, str):
        return not is_whole(value)
    return isinstance(value, int) and not -(2**63) <= value < 2**64


def _refuse(_value: Any) -> None:
    raise InputError(copy.BAD_INPUT)


MOST_WAITING = 32


def build(services: Services, scores: ScoreSet | None = None, opened: Talk | None = None) -> Page:
    """Builds the page; needs no model.

    Args:
        services: what answers.
        scores: of another retrieval model, for a tab of their own before the others; None without.
        opened: a talk that stands in its panel; None without.
    """
    guard_uploads()
    page = Page(
        title=copy.NAME, analytics_enabled=False, delete_cache=(LOOKED_AFTER, KEPT_FOR), fill_width=True
    )
    page.services = services
    with page:
        with gr.Row(elem_classes="masthead"):
            gr.HTML(_masthead(), js_on_load=script("page.js"), apply_default_css=False)
            loading = _add_loading(services)
        models.build(services)
        with gr.Tabs(elem_classes="tabs"):
            if scores is not None:
                with gr.Tab("Your scores", id="scores", elem_id="tab-scores"):
                    import_module("demo.tabs.scores").build(services, scores)
            for task in TASKS:
                name = tab_name(task)
                with gr.Tab(task.title, id=name, elem_id=f"tab-{name}"):
                    import_module(f"demo.tabs.{task.key}").build(services)
        about.build(services)
        qr.build()
        talk.build(services, _given, opened)
        figures.build(services)
        endpoints.build(services)
        page.load(
            partial(_seen, services),
            None,
            loading,
            queue=False,
            show_progress="hidden",
            api_visibility="private",
        )
    page.queue(max_size=MOST_WAITING)
    return page


def _masthead() -> str:
    # In the frame of a Space the browser's bar is the Space's; the page alone is at its own host.
    host = os.environ.get("SPACE_HOST", "")
    return (
        f'<header class="mast"><h1>{escape(copy.NAME)}</h1><p>{escape(copy.QUESTION)}</p>'
        f'<div class="mast-tools"><button type="button" class="tool mast-link" data-host="{escape(host)}">Copy link'
        '</button><button type="button" class="tool mast-code" aria-label="QR code">QR</button>'
        f'<button type="button" class="tool save-figure">{SAVE}</button>'
        '<button type="button" class="tool mast-add">Add to talk</button>'
        '<button type="button" class="tool mast-talk" aria-haspopup="dialog">Talk</button>'
        '<button type="button" class="tool mast-ground" aria-label="Dark or light ground">◐</button></div>'
        '<span class="visually-hidden" role="status"></span></header>'
    )


def _given(services: Services, opened: Talk, report: Report) -> str:
    """Returns the page of a talk."""
    from demo.deck import deck_page

    return deck_page(services, opened, report)


def _add_loading(services: Services) -> list[Any]:
    """Shows how far the models are; asks the server only until they are ready.

    Returns:
        The place that shows it and the timer that asks.
    """
    shown = gr.HTML(_loading(services), apply_default_css=False)
    timer = gr.Timer(0.8)
    tick = partial(_tick, services)
    timer.tick(tick, None, [shown, timer], queue=False, show_progress="hidden", api_visibility="private")
    return [shown, timer]


def _tick(services: Services) -> tuple[str, gr.Timer]:
    return _loading(services), gr.Timer(active=not services.loading().over)


def _seen(services: Services) -> tuple[str, gr.Timer]:
    """Tells a page that has just been opened how far the models are, and them that it stands."""
    services.page_seen()
    return _tick(services)


def _loading(services: Services) -> str:
    now = services.loading()
    if not now.over:
        doing = ", ".join(filter(None, (services.progress, f"{now.seconds:.0f} s")))
        return f'<p class="loading" role="status">{escape(copy.LOADING)} … {escape(doing)}</p>'
    if not now.reasons:
        return (
            f'<p class="loading is-ready" role="status">{escape(copy.READY.format(seconds=now.seconds))}</p>'
        )
    reasons = "".join(
        f"<li>{escape(find_task(key).name)}: {isolated(reason)}</li>" for key, reason in now.reasons.items()
    )
    summary = f"<summary>{escape(copy.SOME_FAILED)}</summary>"
    return f'<details class="loading" role="status">{summary}<ul>{reasons}</ul></details>'


def launch_options() -> dict[str, Any]:
    """Returns how the page is to be launched."""
    return {
        "theme": theme(),
        "css_paths": [HERE / "style.css", HERE / "widgets" / "widgets.css"],
        "head": f"<script>{script('one_stream.js')}</script>",
        "max_file_size": "10mb",
        "show_error": False,
        "allowed_paths": [],
        "footer_links": ["api", "settings"],
        "run_history": False,
        "mcp_server": False,
        "pwa": False,
        "quiet": True,
        "app_kwargs": {
            "middleware": [
                Middleware(NoGuessing),
                Middleware(NoSilence),
                Middleware(OnlyNeeded),
                Middleware(Originals),
                Middleware(BodyLimit),
                Middleware(Tools),
                Middleware(HonestStatus),
                Middleware(Anywhere),
            ],
            "exception_handlers": {RequestValidationError: malformed},
        },
    }

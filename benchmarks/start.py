"""What somebody waits for after the start, and what the app then takes of the memory; the models' graphs are kept."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.load import questions
from benchmarks.served import App, started_app, starting_app
from benchmarks.timing import Row

QUESTIONS = 1000
SHEET, PAGE, ANSWER = 0.3, 2.5, 3.5
"""Seconds."""
AT_REST, AFTERWARDS = 500.0, 700.0
"""Megabytes."""
SETTLED = 3.0
"""Seconds after which nothing more is loaded."""
BROWSER = {"accept": "text/html"}
ROUNDS = 3
"""Starts of which the quickest counts: what else the machine does makes a start longer, never shorter."""
EMPTY_PAGE = """
import gradio
with gradio.Blocks(analytics_enabled=False) as page:
    gradio.HTML("Nothing.")
page.launch(quiet=True)
"""
"""The least that a page of gradio takes."""


@dataclass(frozen=True, slots=True)
class Start:
    """What was measured.

    Attributes:
        sheet: seconds until a browser sees the opening sheet.
        page: seconds until it gets the page.
        work: seconds that the process has computed by then.
        answer: seconds until a picture sent then is answered.
        rest: megabytes when all models are loaded.
    """

    sheet: float
    page: float
    work: float
    answer: float
    rest: float


def rows(asked: int = QUESTIONS) -> list[Row]:
    """Measures second starts beside those of an empty page; the first leaves the graphs of the models in the cache.

    Args:
        asked: questions after which the memory is read once more.
    """
    starts, empty = [], []
    with tempfile.TemporaryDirectory(prefix="blendscope-start-") as folder:
        with started_app(Path(folder)) as app:
            _answered(app)
        for number in range(ROUNDS):
            with starting_app(Path(folder), ["-c", EMPTY_PAGE]) as page:
                empty.append(_until_page(page))
            with starting_app(Path(folder)) as app:
                starts.append(_measured(app))
                if number == ROUNDS - 1:
                    after = _memory_after(app, asked)
    (bare, bare_work), beside = map(min, zip(*empty, strict=True)), "an empty page"
    sheet, page, work, answer = (
        min(getattr(start, name) for start in starts) for name in ("sheet", "page", "work", "answer")
    )
    return [
        Row("start, opening sheet", sheet, None, SHEET, unit="s"),
        Row("start, page", page, bare, PAGE, beside=beside, unit="s"),
        Row("processor time until the page", work, bare_work, beside=beside, unit="s"),
        Row("start, answer to a first picture", answer, None, ANSWER, unit="s"),
        Row("memory at rest", starts[-1].rest, None, AT_REST, unit="MB"),
        Row(f"memory after {asked:,} questions", after, None, AFTERWARDS, unit="MB"),
    ]


def _measured(app: App) -> Start:
    while not _page(app):
        time.sleep(0.005)
    sheet = time.monotonic() - app.began
    app.http.get(f"{app.url}/opening").raise_for_status()
    page, work = _until_page(app)
    _answered(app)
    answer = time.monotonic() - app.began
    time.sleep(SETTLED)
    return Start(sheet, page, work, answer, app.memory())


def _until_page(app: App) -> tuple[float, float]:
    """Returns the seconds until a browser gets the page, and those for which the process has computed by then."""
    while "gradio_config" not in _page(app):
        time.sleep(0.005)
    return time.monotonic() - app.began, app.processor_seconds()


def _memory_after(app: App, asked: int) -> float:
    calls = questions(app)
    for number in range(asked):
        app.ask(*calls[number % len(calls)])
    return app.memory()


def _page(app: App) -> str:
    """Returns what a browser gets, "" while nobody answers."""
    try:
        return app.http.get(f"{app.url}/", headers=BROWSER).text
    except httpx.TransportError:
        return ""


def _answered(app: App) -> None:
    answer, refusal = app.ask("compare_field_road", [app.upload(0), "a field", "a road", 0.4, 0.6, None])
    if answer is None:
        raise RuntimeError(f"the app did not answer: {refusal}")

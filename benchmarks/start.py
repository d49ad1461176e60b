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


@dataclass(frozen=True, slots=True)
class Start:
    """What was measured.

    Attributes:
        sheet: seconds until a browser sees the opening sheet.
        page: seconds until it gets the page.
        answer: seconds until a picture sent then is answered.
        rest: megabytes when all models are loaded.
        after: megabytes after many questions.
    """

    sheet: float
    page: float
    answer: float
    rest: float
    after: float


def rows(asked: int = QUESTIONS) -> list[Row]:
    """Measures a second start; the first leaves the graphs of the models in the cache.

    Args:
        asked: questions after which the memory is read once more.
    """
    with tempfile.TemporaryDirectory(prefix="blendscope-start-") as folder:
        with started_app(Path(folder)) as app:
            _answered(app)
        with starting_app(Path(folder)) as app:
            start = _measured(app, asked)
    return [
        Row("start, opening sheet", start.sheet, None, SHEET, unit="s"),
        Row("start, page", start.page, None, PAGE, unit="s"),
        Row("start, answer to a first picture", start.answer, None, ANSWER, unit="s"),
        Row("memory at rest", start.rest, None, AT_REST, unit="MB"),
        Row(f"memory after {asked:,} questions", start.after, None, AFTERWARDS, unit="MB"),
    ]


def _measured(app: App, asked: int) -> Start:
    while not _page(app):
        time.sleep(0.005)
    sheet = time.monotonic() - app.began
    app.http.get(f"{app.url}/opening").raise_for_status()
    while "gradio_config" not in _page(app):
        time.sleep(0.005)
    page = time.monotonic() - app.began
    _answered(app)
    answer = time.monotonic() - app.began
    time.sleep(SETTLED)
    rest, calls = app.memory(), questions(app)
    for number in range(asked):
        app.ask(*calls[number % len(calls)])
    return Start(sheet, page, answer, rest, app.memory())


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

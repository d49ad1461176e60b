"""What a slider move costs the browser: script time in Chromium, from the hand to tiles, sentence and ticks."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from benchmarks.timing import Row

LIMIT = {1000: 4.0, 20_000: 16.0}
MOVES = 100
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7#"
MOVE = """async ([kind, value]) => {
  const slider = document.querySelectorAll("#moved-weights .dial")[kind];
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


def _question(count: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns the evidence and the names of a gallery of so many pictures."""
    rows = np.random.default_rng(0).normal(0.3, 0.1, (3, count)).astype("<f4")
    none = {"text": "", "parts": [], "weighted": True}
    question = {
        "parts": base64.b64encode(rows.tobytes()).decode("ascii"), "counted": 3, "hidden": [1],
        "voices": ["the picture", "the words", "the two together"], "right": [7], "fits": {}, "gram": None,
        "doubt": "", "look": {}, "positive": False,
        "nothing": "", "before": none, "after": none,
    }  # fmt: skip
    names = {
        "titles": [f"Picture {row}" for row in range(count)], "files": [f"{row}.png" for row in range(count)],
        "folder": "", "pictures": [f"{PIXEL}{row}" for row in range(count)], "quiet": [], "copies": {},
    }  # fmt: skip
    return question, names


@contextmanager
def _served(count: int) -> Iterator[str]:
    """Serves a page of the retrieval tabs' own widgets."""
    import gradio as gr

    from demo.html import sentence
    from demo.pieces import hits_of, live_of
    from demo.widgets.gallery import Tile, gallery_html
    from demo.widgets.live_ranking import Look
    from demo.widgets.weights import WeightRow, Weights, WeightsView

    question, names = _question(count)
    kinds = (("picture", "q"), ("words", "t"), ("both", "f"))
    tiles = gallery_html(
        [Tile(row, f"Picture {row}", f"{PIXEL}{row}", row + 1, 0.0) for row in range(12)], does="enlarge"
    )
    with gr.Blocks(analytics_enabled=False) as page:
        Weights(
            [WeightRow(name, name, kind) for kind, name in kinds],
            WeightsView((0.2, 0.3, 0.5), (None,) * 3),
            elem_id="moved-weights",
        )
        with gr.Column(elem_classes="answer"):
            hits_of("moved", sentence("…"), tiles, "")
            live_of("moved", question, Look(kinds, 3, "", 12), names)
    _, url, _ = page.launch(server_name="127.0.0.1", prevent_thread_lock=True, quiet=True)
    try:
        yield url
    finally:
        page.close()


def script_times(count: int, moves: int = MOVES) -> list[float]:
    """Returns the milliseconds of script that each of some moves takes, over a gallery of so many pictures."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    with _served(count) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(url)
        page.locator("#moved-weights .tick").first.wait_for()
        watch = page.context.new_cdp_session(page)
        # Of the thread's own clock: what else the machine does is no cost of a move.
        watch.send("Performance.enable", {"timeDomain": "threadTicks"})

        def spent() -> float:
            metrics = watch.send("Performance.getMetrics")["metrics"]
            return float(next(metric["value"] for metric in metrics if metric["name"] == "ScriptDuration"))

        chance, times = np.random.default_rng(1), []
        for _ in range(moves):
            before = spent()
            page.evaluate(MOVE, [int(chance.integers(3)), float(chance.uniform())])
            times.append(1000 * (spent() - before))
        browser.close()
    return times


def rows(sizes: Sequence[int] = (1000, 20_000), moves: int = MOVES) -> list[Row]:
    """Measures how long a move keeps the browser, in 95 of 100 cases."""
    return [
        Row(
            f"slider in the browser, {n:,} pictures, 95 %",
            float(np.percentile(script_times(n, moves), 95)),
            None,
            LIMIT.get(n),
        )
        for n in sizes
    ]

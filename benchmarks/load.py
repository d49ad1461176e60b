"""Many visitors at once: the four endpoints asked by 32 at a time, what they wait for, and what stays in memory.

    python -m benchmarks.load [--users 32] [--requests 50] [--minutes 10] [--browsers 1]

Every second visitor asks through gradio's queue, the others directly, while browsers move sliders. Starts an app of its
own on loopback, and ends it. `make bench` does not run it, since it takes minutes; `--users 4 --requests 8` is short.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.served import START_WITHIN, App, started_app
from demo.copy import BUSY
from demo.page import MOST_WAITING

PICTURES = 4
BATCH = 256
"""Answers after each of which the memory is read."""
REFUSALS = 100
"""Visitors who come to each door of a full page."""
REFUSED_WITHIN, MOST_GROWTH = 0.1, 5.0
"""Seconds until a visitor knows that the page is full, and megabytes that the second half of all requests may add."""
FILLED_AFTER, PAUSE = 5.0, 0.2
"""Seconds until both doors are full, and between two visitors who come then."""
Question = tuple[str, list[Any]]
"""An endpoint and its inputs."""


@dataclass
class Figures:
    """What was measured.

    Attributes:
        seconds: of each answer of a direct call.
        queued: seconds of each answer through the queue.
        memory: megabytes of the app after each batch of answers.
        wrong: answers that are not, to the bit, what one visitor alone gets.
        busy: seconds of each refusal because the queue was full.
        failed: what else was answered, shortened.
    """

    seconds: list[float] = field(default_factory=list)
    queued: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    wrong: int = 0
    busy: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def questions(app: App) -> list[Question]:
    """Returns questions of all four endpoints: several pictures, several weights, with and without words."""
    calls: list[Question] = []
    for number in range(PICTURES):
        picture, share = app.upload(number), round(0.2 + 0.15 * number, 2)
        calls += [
            ("classify_sketch", [picture, "" if number % 2 else "a sketch of a house", share, 20]),
            ("compare_field_road", [picture, "a field", "a road", 0.4, 0.6, None]),
            ("find_in_shop", [picture, [20, 20, 200, 200], "a red shirt", share, 0.3, 0.3, 20]),
            ("compose", [picture, "the same in red", share, 0.2, 0.5, "mean", 20]),
        ]
    return calls


def visited(app: App, calls: list[Question], alone: list[Any], users: int, each: int, end: float) -> Figures:
    """Lets visitors ask one question after another, all at once, until they are through or time is."""
    figures, lock = Figures(), threading.Lock()

    def visitor(number: int) -> None:
        ask = app.ask_in_queue if number % 2 else app.ask
        took_by = figures.queued if number % 2 else figures.seconds
        for step in range(each):
            if time.monotonic() > end:
                return
            place = (number * 7 + step) % len(calls)
            began = time.monotonic()
            answer, refusal = ask(*calls[place])
            took = time.monotonic() - began
            with lock:
                if refusal == BUSY:
                    figures.busy.append(took)
                elif refusal:
                    figures.failed.append(refusal)
                else:
                    took_by.append(took)
                    figures.wrong += bool(alone) and answer != alone[place]
                    if (len(figures.seconds) + len(figures.queued)) % BATCH == 0:
                        figures.memory.append(round(app.memory(), 1))

    with ThreadPoolExecutor(users) as visitors:
        list(visitors.map(visitor, range(users)))
    return figures


@contextmanager
def browsing(url: str, count: int) -> Iterator[list[int]]:
    """Lets browsers move the first slider of the page meanwhile, and counts how often they did.

    Args:
        url: of the page.
        count: of windows.
    """
    moves, over = [0], threading.Event()

    def move() -> None:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            program = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
            chromium = playwright.chromium.launch(
                executable_path=program, args=["--no-sandbox", "--disable-gpu"]
            )
            windows = [chromium.new_context().new_page() for _ in range(count)]
            for window in windows:
                window.goto(url)
            while not over.wait(0.05):
                for window in windows:
                    slider = window.locator("input[type=range]:not([data-width]):visible").first
                    slider.press(
                        "ArrowRight" if moves[0] // 40 % 2 else "ArrowLeft", timeout=START_WITHIN * 1000
                    )
                    moves[0] += 1
            chromium.close()

    driver = threading.Thread(target=move)
    driver.start()
    try:
        yield moves
    finally:
        over.set()
        driver.join()


def refusals(app: App, calls: list[Question]) -> Figures:
    """Keeps both doors full, and measures how soon visitors who come at even intervals are told so.

    Who is let in by chance waits as the others do, and holds up nobody: each visitor has a thread.
    """
    figures, over = Figures(), threading.Event()

    def hold(number: int) -> None:
        ask = app.ask_in_queue if number % 2 else app.ask
        while not over.is_set():
            refusal = ask(*calls[number % len(calls)])[1]
            if refusal == BUSY:
                over.wait(1.0)
            elif refusal:
                figures.failed.append(refusal)

    def come(number: int) -> None:
        ask, began = (app.ask_in_queue, app.ask)[number % 2], time.monotonic()
        if ask(*calls[number % len(calls)])[1] == BUSY:
            figures.busy.append(time.monotonic() - began)

    with ThreadPoolExecutor(2 * (MOST_WAITING + 2) + 2 * REFUSALS) as visitors:
        for number in range(2 * (MOST_WAITING + 2)):
            visitors.submit(hold, number)
        time.sleep(FILLED_AFTER)
        for number in range(2 * REFUSALS):
            visitors.submit(come, number)
            time.sleep(PAUSE)
        over.set()
    return figures


def spread(name: str, seconds: list[float]) -> dict[str, Any]:
    """Returns count, median and 95th percentile of times."""
    if not seconds:
        return {name: 0}
    middle, late = np.percentile(seconds, [50, 95])
    return {
        name: len(seconds),
        f"{name}_median_s": round(float(middle), 3),
        f"{name}_p95_s": round(float(late), 3),
    }


def measured(chosen: argparse.Namespace) -> tuple[dict[str, Any], bool]:
    """Returns the figures of an app with the same questions twice and a full queue, and whether all went well."""
    with started_app() as app:
        calls = questions(app)
        alone = [app.ask(*call)[0] for call in calls]
        rest, began = app.memory(), time.monotonic()
        halves, after = [], []
        with browsing(app.url, chosen.browsers) if chosen.browsers else nullcontext([0]) as moves:
            for _ in range(2):
                end = time.monotonic() + 60 * chosen.minutes / 2
                halves.append(visited(app, calls, alone, chosen.users, max(chosen.requests // 2, 1), end))
                after.append(app.memory())
        took = time.monotonic() - began
        full = refusals(app, calls)
        last = app.memory()
    direct = [took for half in halves for took in half.seconds]
    queued = [took for half in halves for took in half.queued]
    seconds = direct + queued
    wrong = sum(half.wrong for half in halves)
    failed = [sentence for half in (*halves, full) for sentence in half.failed]
    return {
        "users": chosen.users,
        **spread("answers", seconds),
        **spread("answers_of_direct_calls", direct),
        **spread("answers_through_the_queue", queued),
        "answers_per_second": round(len(seconds) / took, 2),
        "answers_that_differ": wrong,
        "refused_in_between": sum(len(half.busy) for half in halves),
        "slider_moves_in_browsers": moves[0],
        **spread("refusals_of_a_full_queue", full.busy),
        "failed": failed[:5],
        "memory_at_rest_mb": round(rest, 1),
        f"memory_after_each_{BATCH}_mb": [half.memory for half in halves],
        "memory_after_each_half_mb": [round(memory, 1) for memory in after],
        "memory_after_a_full_queue_mb": round(last, 1),
        "promises_broken": broken(full.busy, after),
    }, bool(seconds) and None not in alone and not wrong and not failed


def broken(refusals: list[float], memory: list[float]) -> list[str]:
    """Returns which promises do not hold, for a person to judge: other programs on the machine break them, too.

    Args:
        refusals: seconds until a full queue had said so.
        memory: megabytes after each half of the same requests.
    """
    slow = bool(refusals) and float(np.percentile(refusals, 95)) > REFUSED_WITHIN
    grown = memory[-1] - memory[0] > MOST_GROWTH
    said = {
        f"95 % of refusals within {REFUSED_WITHIN} s": slow,
        f"at most {MOST_GROWTH:g} MB more after as many requests again": grown,
    }
    return [promise for promise, is_broken in said.items() if is_broken]


def main() -> int:
    """Measures, and prints a table; ends with status 1 when an answer differs, or failed other than by a full queue."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load")
    parser.add_argument("--users", type=int, default=32)
    parser.add_argument("--requests", type=int, default=50, help="of each visitor")
    parser.add_argument("--minutes", type=float, default=10.0, help="after which no visitor asks again")
    parser.add_argument("--browsers", type=int, default=0, help="windows in which a slider moves meanwhile")
    chosen = parser.parse_args()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the app ends, too
    figures, well = measured(chosen)
    for name, value in figures.items():
        sys.stdout.write(f"{name:40} {value}\n")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())

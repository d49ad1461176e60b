"""Many visitors at once: the four endpoints asked by 32 at a time, what they wait for, and what stays in memory.

    python -m benchmarks.load [--users 32] [--requests 50] [--minutes 10]

Starts an app of its own on loopback, and ends it. `make bench` does not run it, since it takes minutes.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from PIL import Image, ImageDraw

from demo.copy import BUSY
from demo.page import MOST_WAITING

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 2**20
START_WITHIN = 300.0
PICTURES = 4
Question = tuple[str, list[Any]]
"""An endpoint and its inputs."""


@dataclass
class Figures:
    """What was measured.

    Attributes:
        seconds: of each answer.
        wrong: answers that are not, to the bit, what one visitor alone gets.
        busy: seconds of each refusal because the queue was full.
        failed: what else was answered, shortened.
    """

    seconds: list[float] = field(default_factory=list)
    wrong: int = 0
    busy: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


class App:
    """A running app, asked over HTTP.

    Args:
        port: on loopback.
        process: its number, for its memory.
    """

    def __init__(self, port: int, process: int) -> None:
        self.process = process
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{port}/gradio_api",
            timeout=START_WITHIN,
            trust_env=False,
            limits=httpx.Limits(max_connections=200),
        )

    def memory(self) -> float:
        """Returns the megabytes that it holds now."""
        lines = Path(f"/proc/{self.process}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    def upload(self, seed: int) -> dict[str, Any]:
        """Sends a picture of chance and returns how to name it."""
        stream = io.BytesIO()
        image = Image.new("RGB", (320, 320), "white")
        pen, chance = ImageDraw.Draw(image), np.random.default_rng(seed)
        for _ in range(8):
            x, y, width, height = chance.integers(10, 150, 4).tolist()
            colour = tuple(chance.integers(0, 200, 3).tolist())
            pen.ellipse((x, y, x + width, y + height), outline=colour, width=6)
        image.save(stream, "PNG")
        sent = self.http.post(
            "/upload", files={"files": ("picture.png", stream.getvalue())}
        ).raise_for_status()
        return {"path": sent.json()[0], "meta": {"_type": "gradio.FileData"}}

    def ask(self, endpoint: str, data: list[Any]) -> httpx.Response:
        """Calls an endpoint directly."""
        return self.http.post(f"/run/{endpoint}", json={"data": data})


@contextmanager
def started_app() -> Iterator[App]:
    """Starts the app with the pocket models in an empty home of its own."""
    from tests.running import free_port

    port = free_port()
    with tempfile.TemporaryDirectory(prefix="blendscope-load-") as folder:
        own = {
            "BLENDSCOPE_CACHE": folder,
            "GRADIO_TEMP_DIR": f"{folder}/uploads",
            "GRADIO_SERVER_NAME": "127.0.0.1",
            "GRADIO_SERVER_PORT": str(port),
        }
        with Path(folder, "log.txt").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=ROOT, env=os.environ | own, stdout=log, stderr=log
            )
        try:
            app = App(port, process.pid)
            end = time.monotonic() + START_WITHIN
            while time.monotonic() < end:
                try:
                    app.http.get("/info", timeout=5).raise_for_status()
                    break
                except httpx.HTTPError:
                    time.sleep(0.2)
            yield app
        finally:
            process.terminate()
            process.wait(30)


def questions(app: App) -> list[Question]:
    """Returns questions of all four endpoints: several pictures, several weights, with and without words."""
    asked: list[Question] = []
    for number in range(PICTURES):
        picture, share = app.upload(number), round(0.2 + 0.15 * number, 2)
        asked += [
            ("classify_sketch", [picture, "" if number % 2 else "a sketch of a house", share, 20]),
            ("compare_field_road", [picture, "a field", "a road", 0.4, 0.6, None]),
            ("find_in_shop", [picture, [20, 20, 200, 200], "a red shirt", share, 0.3, 0.3, 20]),
            ("compose", [picture, "the same in red", share, 0.2, 0.5, "mean", 20]),
        ]
    return asked


def visited(app: App, asked: list[Question], alone: list[Any], users: int, each: int, end: float) -> Figures:
    """Lets visitors ask one question after another, all at once, until they are through or time is."""
    found, lock = Figures(), threading.Lock()

    def visitor(number: int) -> None:
        for step in range(each):
            if time.monotonic() > end:
                return
            place = (number * 7 + step) % len(asked)
            began = time.monotonic()
            answer = app.ask(*asked[place])
            took = time.monotonic() - began
            with lock:
                if answer.status_code == 200:
                    found.seconds.append(took)
                    found.wrong += answer.json()["data"] != alone[place]
                elif answer.status_code == 503 and answer.json().get("error") == BUSY:
                    found.busy.append(took)
                else:
                    found.failed.append(f"{answer.status_code} {answer.text[:200]}")

    with ThreadPoolExecutor(users) as visitors:
        list(visitors.map(visitor, range(users)))
    return found


def refusals(app: App, asked: list[Question]) -> Figures:
    """Fills the queue, and measures how soon those beyond it are told."""
    return visited(app, asked, [None] * len(asked), 3 * MOST_WAITING, 2, time.monotonic() + 300)


def told(name: str, seconds: list[float]) -> dict[str, Any]:
    """Returns count, median and 95th percentile of times."""
    if not seconds:
        return {f"{name}": 0}
    middle, late = np.percentile(seconds, [50, 95])
    return {
        name: len(seconds),
        f"{name}_median_s": round(float(middle), 3),
        f"{name}_p95_s": round(float(late), 3),
    }


def main() -> int:
    """Measures, and prints one JSON object; ends with status 1 when an answer was wrong or failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load")
    parser.add_argument("--users", type=int, default=32)
    parser.add_argument("--requests", type=int, default=50, help="of each visitor")
    parser.add_argument("--minutes", type=float, default=10.0, help="after which no visitor asks again")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the app ends, too
    with started_app() as app:
        asked = questions(app)
        alone = [app.ask(*one).json()["data"] for one in asked]
        rest, began = app.memory(), time.monotonic()
        batches, memory = [], [rest]
        for _ in range(2):
            end = time.monotonic() + 60 * chosen.minutes / 2
            batches.append(visited(app, asked, alone, chosen.users, max(chosen.requests // 2, 1), end))
            memory.append(app.memory())
        took = time.monotonic() - began
        full = refusals(app, asked)
        after = app.memory()
    both = Figures(batches[0].seconds + batches[1].seconds, sum(one.wrong for one in batches))
    failed = [one for batch in (*batches, full) for one in batch.failed]
    figures = {
        "users": chosen.users,
        **told("answers", both.seconds),
        "per_second": round(len(both.seconds) / took, 2),
        "wrong": both.wrong,
        "refused_in_between": sum(len(one.busy) for one in batches),
        **told("refusals_of_a_full_queue", full.busy),
        "failed": failed[:5],
        "memory_mb": [round(one, 1) for one in (*memory, after)],
    }
    print(json.dumps(figures, indent=1))
    return 1 if both.wrong or failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Many visitors at once at the real pocket models: each gets, to the bit, what one visitor alone gets."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.faults import pictures
from tests.faults.asking import ALL, NAMES, USUAL
from tests.running import RunningApp

pytestmark = [pytest.mark.weights, pytest.mark.fault_rows(68)]
VISITORS, EACH = 12, 5
OTHERS: dict[str, dict[str, Any]] = {
    ALL[0]: {"caption": "a cat", "alpha": 0.2},
    ALL[1]: {
        "field_caption": "wheat in the wind, seen from the side of a long country lane",
        "coverage": 0.9,
    },
    ALL[2]: {"caption": "", "box": [20, 20, 120, 120], "w_box": 0.4},
    ALL[3]: {"text": "with longer sleeves and fewer buttons than before", "pooling": "max"},
}
"""What the second question of each endpoint has besides the usual: shorter and longer words, none, a box."""


def in_queue(app: RunningApp, endpoint: str, inputs: list[Any]) -> Any:
    """Asks as programs do, through gradio's queue."""
    path = f"/gradio_api/call{endpoint}"
    joined = app.post(path, json.dumps({"data": inputs}).encode())
    assert joined.status == 200, joined.text
    heard = app.http.get(f"{path}/{joined.body['event_id']}").text
    assert "event: complete" in heard, heard
    return json.loads(heard.rpartition("data: ")[2])[0]


def test_twelve_visitors_get_what_one_alone_gets(running_app: RunningApp) -> None:
    sent = [
        running_app.upload(pictures.saved(picture))
        for picture in (pictures.sketch(), pictures.photograph(seed=3))
    ]
    questions = [
        (endpoint, [sent[number], *((USUAL[endpoint] | more)[name] for name in NAMES[endpoint])])
        for number, others in enumerate(({}, OTHERS))
        for endpoint in ALL
        for more in (others.get(endpoint, {}),)
    ]
    alone = [running_app.ask(endpoint, *inputs).answer for endpoint, inputs in questions]
    printed = len(running_app.output())

    def visit(number: int) -> list[str]:
        wrong = []
        for place in ((number * 3 + step) % len(questions) for step in range(EACH)):
            endpoint, inputs = questions[place]
            answer = (
                in_queue(running_app, endpoint, inputs)
                if number % 2
                else running_app.ask(endpoint, *inputs).answer
            )
            if answer != alone[place]:
                wrong.append(f"{endpoint} {inputs[1:]}")
        return wrong

    with ThreadPoolExecutor(VISITORS) as visitors:
        assert [*visitors.map(visit, range(VISITORS))] == [[]] * VISITORS
    assert "Traceback" not in running_app.output()[printed:]

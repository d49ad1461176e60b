"""The classes that the browser draws for any alpha are the server's: the same order, words and bars."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from core.tasks import sketch
from core.types import Caption
from demo.answers import sketch as view
from demo.widgets.sources import script
from tests.e2e.conftest import go_to

pytestmark = [pytest.mark.browser]
LABELS = tuple(f"class <{number}> & co" for number in range(40))
ANSWERS = """(given) => {{
  const element = document.createElement("div");
  document.body.innerHTML =
    '<div class="answer" id="t-answer"></div><div id="t-slider"><div class="slider"></div></div>';
  document.querySelector(".answer").innerHTML = given.pages[0];
  element.innerHTML = '<div class="live-classes" data-slider="t-slider" data-answer="t-answer"></div>';
  document.body.append(element);
  const [props, watch] = [{{ value: given.question }}, () => {{}}];
  {scripts}
  const plain = (node) => node.nodeType === 3 ? node.textContent : [node.nodeName,
    [...node.attributes].map((at) => [at.name, at.value]).sort(), [...node.childNodes].map(plain)];
  const server = document.createElement("div");
  const cells = [...document.querySelectorAll("#t-answer td")];
  return given.alphas.map((alpha, at) => {{
    const drawn = draw(alpha);
    server.innerHTML = given.pages[at];
    const here = document.getElementById("t-answer");
    const kept = cells.length > 0 && cells.every((cell) => cell.isConnected);
    return {{ drawn, kept, html: here.innerHTML, classes: answerOf(question, alpha),
      same: JSON.stringify([...here.childNodes].map(plain)) === JSON.stringify([...server.childNodes].map(plain)) }};
  }});
}}"""
SCRIPTS = "".join(
    map(script, ("figure_giver.js", "blend.js", "fixed.js", "written_numbers.js", "live_classes.js"))
)


def evidence(spread: float, none: float) -> sketch.SketchEvidence:
    """Returns evidence of forty classes, some of which are level."""
    rng = np.random.default_rng(int(10 * spread))
    logits = rng.normal(0, spread, (2, len(LABELS))).astype(np.float32)
    logits[:, 20:24] = logits[:, 10:14]
    return sketch.SketchEvidence(
        profile="pocket", models={"head": "x"}, labels=LABELS, caption=Caption("a cat", "person"),
        picture_logits=logits[0], words_logits=logits[1], concat=None, learned_alpha=1.0, learned_beta=0.1,
        none_threshold=none,
    )  # fmt: skip


@pytest.mark.parametrize(("spread", "none"), [(3.0, 0.0), (0.6, 0.065)])
def test_the_classes_are_the_servers_word_for_word(browser: Browser, spread: float, none: float) -> None:
    found, alphas = (
        evidence(spread, none),
        [0.0, 1.0, 0.5, *np.random.default_rng(4).uniform(0, 1, 40).tolist()],
    )
    answers = [sketch.answer(found, alpha) for alpha in alphas]
    given: dict[str, Any] = {
        "question": view.question_value(found), "alphas": alphas,
        "pages": [view.answer(found, alpha) for alpha in alphas],
    }  # fmt: skip
    page = browser.new_page()
    drawn = page.evaluate(ANSWERS.format(scripts=SCRIPTS), given)
    page.close()
    assert len({answer.none_of_these for answer in answers}) == (2 if none else 1)
    for answer, here, html in zip(answers, drawn, given["pages"], strict=True):
        assert here["drawn"] and here["kept"] and here["same"], f"{here['html']}\n{html}"
        for row, mine in zip(answer.classes, here["classes"], strict=True):
            assert (mine["label"], mine["logit"]) == (row.label, row.logit)
            assert mine["parts"] == [row.picture_part, row.words_part]
            assert mine["probability"] == pytest.approx(row.probability, abs=1e-12)


@pytest.mark.weights
def test_alpha_asks_nobody_and_reaches_the_next_question(page: Page) -> None:
    panel = go_to(page, "Sketch")
    sent: list[Any] = []
    page.wait_for_timeout(300)
    page.on("request", lambda asked: sent.append(asked.post_data_json) if asked.method == "POST" else None)
    verdict, dial = panel.locator("#sketch-answer .verdict"), panel.locator("#sketch-alpha .dial")
    before = verdict.inner_text()
    dial.fill("0.05")
    expect(verdict).not_to_have_text(before)
    assert not [body for body in sent if body["data"]]
    panel.locator("#sketch-caption textarea, #sketch-caption input").first.fill("a drawing of an umbrella")
    page.keyboard.press("Enter")
    expect(verdict).to_contain_text("umbrella")
    expect(dial).to_have_value("0.05")
    assert [
        part["value"] for body in sent for part in body["data"] if isinstance(part, dict) and "value" in part
    ][-1] == 0.05

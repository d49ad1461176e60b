"""The arithmetic, the sentences and the tiles of the browser are the server's: the same bits, words and pictures."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from core import blend
from core.instruments import Blended
from core.instruments.flips import flips_of
from core.tasks.compose import ComposeEvidence
from core.tasks.compose import answer as compose_answer
from core.tasks.ranking import RankedAnswer
from core.tasks.street_to_shop import StreetEvidence
from core.tasks.street_to_shop import answer as shop_answer
from demo.answers.live import question_value
from demo.events.compose import ComposeEvents
from demo.events.retrieval import RetrievalEvents
from demo.events.street_to_shop import StreetToShopEvents
from demo.widgets.sources import script
from tests.demo.retrieval_fakes import FakeServices
from tests.e2e.conftest import go_to

pytestmark = [pytest.mark.browser]
MIXES = 60
ARITHMETIC = """({{rows, weights, hidden, gram}}) => {{
  {blend}
  const hides = new Uint8Array(rows[0].length);
  hidden.forEach((index) => (hides[index] = 1));
  const parts = rows.map((row) => Float32Array.from(row));
  return weights.map((raw) => {{
    const used = simplexWeights(raw);
    const scores = used && blended(used, parts);
    return used && {{
      used, scores: [...scores], best: bestOf(scores, 12, hides), rank: rankOf(7, scores, hides),
      length: mixedLength(used, gram), softmax: [...softmax(scores)],
      flips: flipsAlong(used, parts, hides).map((list) => list.map((flip) => [flip.weight, flip.lower, flip.upper])),
    }};
  }});
}}"""
ANSWERS = """(given) => {{
  const names = given.names;
  document.body.innerHTML =
    `<div id="t-catalogue"></div><div class="answer"><div id="t-sentence"><p class="verdict"><bdi></bdi></p></div>
     <div id="t-gallery"><div class="gallery-frame"><ol class="gallery gallery-grid"
     aria-label="Results, best first"></ol></div></div><div id="live"></div></div>
     <div id="t-weights"><div class="weights"></div></div>`;
  document.getElementById("t-catalogue").names = namesOf(names);
  const element = document.getElementById("live");
  element.innerHTML = `<div class="live-ranking" data-sentence="t-sentence" data-gallery="t-gallery"
    data-weights="t-weights" data-catalogue="t-catalogue"></div>`;
  element.firstElementChild.dataset.look = given.look;
  const [props, watch] = [{{ value: given.question }}, () => {{}}];
  {scripts}
  const plain = (node) => node.nodeType === 3 ? node.textContent : [node.nodeName,
    [...node.attributes].filter((at) => at.name !== HELD)
      .map((at) => [at.name, at.name === "style" ? node.style.cssText : at.value]).sort(),
    [...node.childNodes].map(plain)];
  // As Gradio writes new HTML into elements that stand.
  const written = (old, next) => {{
    if (old.nodeName !== next.nodeName) return void old.replaceWith(next.cloneNode(true));
    if (old.nodeType === 3) return void (old.data = next.data);
    for (const {{ name }} of [...old.attributes]) if (!next.hasAttribute(name)) old.removeAttribute(name);
    for (const {{ name, value }} of [...next.attributes]) old.setAttribute(name, value);
    const [stand, come] = [[...old.childNodes], [...next.childNodes]];
    stand.slice(come.length).forEach((node) => node.remove());
    come.forEach((node, at) => stand[at] ? written(stand[at], node) : old.append(node.cloneNode(true)));
  }};
  const server = document.createElement("div");
  return given.mixes.map((weights, at) => {{
    if (at % 3 === 2) {{ // meanwhile the server answered for other weights
      server.innerHTML = given.pages[(at + 5) % given.pages.length];
      written(document.querySelector("#t-gallery .gallery-frame"), server.firstElementChild);
    }}
    // Every other move is a hand's, which says what tiles are called once it rests.
    const drawn = draw(weights, at % 2 === 1);
    const late = at % 2 === 1 && unsaid.size > 0;
    if (late) mark();
    server.innerHTML = given.pages[at];
    const here = document.querySelector("#t-gallery .gallery-frame");
    for (const item of here.querySelectorAll("li")) for (const name of ["class", "style"]) item.removeAttribute(name);
    return {{ drawn, late, sentence: document.querySelector(".verdict bdi").textContent, html: here.outerHTML,
      same: JSON.stringify(plain(here)) === JSON.stringify(plain(server.firstElementChild)) }};
  }});
}}"""
GLIDING = """async ([name, other]) => {
  const dial = document.querySelectorAll(`#${name}-weights .dial`)[1];
  dial.value = other ? 0 : 1;
  dial.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return document.getAnimations().filter((each) => each.effect.target.closest(`#${name}-gallery li`)).length;
}"""
LIVE_SCRIPTS = (
    "figure_giver.js", "blend.js", "fixed.js", "written_numbers.js", "ranking_words.js", "names.js", "tiles.js",
    "live_ranking.js",
)  # fmt: skip
LIVE = "".join(map(script, LIVE_SCRIPTS))


def mixes(rng: np.random.Generator, count: int) -> list[list[float]]:
    """Returns weights inside the triangle, on its edges, in its corners and outside."""
    inside = rng.dirichlet((1, 1, 1), count)
    edges = [[0.0, 1.0, 0.0], [0.5, 0.0, 0.5], [0.2, 0.3, 0.5], [1.2, -0.5, 0.3], [2.0, 1.0, 4.0], [0, 0, 1]]
    return [*inside.tolist(), *edges]


def test_the_order_is_the_servers_bit_for_bit(blank: Page) -> None:
    rng = np.random.default_rng(5)
    rows = rng.standard_normal((3, 400)).astype(np.float32)
    rows[:, 200:260] = rows[:, 100:160]  # equal candidates
    rows[1, ::7], rows[0, ::5] = 0.25, -0.5
    hidden, vectors = [3, 17, 250], rng.standard_normal((3, 5))
    gram = vectors @ vectors.T
    weights = mixes(rng, MIXES)
    here = blank.evaluate(
        ARITHMETIC.format(blend=script("blend.js")),
        {"rows": rows.tolist(), "weights": weights, "hidden": hidden, "gram": gram.tolist()},
    )
    for raw, browser in zip(weights, here, strict=True):
        used = blend.simplex_weights(raw)
        scores = blend.blend(used, rows)
        assert browser["used"] == used.tolist() and browser["scores"] == scores.tolist()
        assert browser["best"] == blend.order(scores, 12, hidden).tolist()
        assert browser["rank"] == blend.ranks(scores, hidden)[7]
        assert browser["length"] == blend.mixed_length(used, gram)
        np.testing.assert_allclose(browser["softmax"], blend.softmax(scores), rtol=0, atol=1e-12)
        if used.min() >= 0:
            flips = flips_of(Blended(rows, used.tolist(), "abc", [""] * 400, left_out=hidden))
            mine = [[kind, *flip] for kind, path in enumerate(browser["flips"]) for flip in path]
            wanted = [[flip.kind, flip.weight, flip.lower, flip.upper] for flip in flips]
            assert [[*flip[:1], *flip[2:]] for flip in mine] == [[*flip[:1], *flip[2:]] for flip in wanted]
            np.testing.assert_allclose([flip[1] for flip in mine], [flip[1] for flip in wanted], atol=1e-12)
    assert blank.evaluate(
        f"() => {{ {script('blend.js')} return [[0, 0, 0], [1, -1, 0], [NaN, 1, 1]].map(simplexWeights); }}"
    ) == [None, None, None]


def answered(question: Any, weights: list[float], renormalise: bool, rule: str) -> RankedAnswer:
    """Returns what the server answers at these weights."""
    if isinstance(question.evidence, ComposeEvidence):
        return compose_answer(question.evidence, *weights, "mean", 12, renormalise, question.right, rule)
    assert isinstance(question.evidence, StreetEvidence)
    if not question.evidence.has_box:
        weights = [weights[0], weights[1], 0.0]
    return shop_answer(question.evidence, *weights, 12, question.right, rule)


@pytest.mark.parametrize(
    ("events", "renormalise", "rule"),
    [
        (ComposeEvents, False, "sum"),
        (ComposeEvents, True, "sum"),
        (ComposeEvents, False, "product"),
        (StreetToShopEvents, False, "sum"),
        (StreetToShopEvents, False, "normal"),
    ],
)
def test_the_page_is_the_servers_word_for_word(
    blank: Page, events: type[RetrievalEvents], renormalise: bool, rule: str
) -> None:
    tab = events(FakeServices())  # type: ignore[arg-type]
    for question in tab.questions:
        weights = [list(mix) for mix in mixes(np.random.default_rng(7), MIXES // 3)]
        if not getattr(question.evidence, "has_box", True):
            weights = [[first, 1 - first, 0.0] for first, _, _ in weights]
        if rule == "product":
            weights = [mix for mix in weights if min(mix) >= 0]
        answers = [answered(question, mix, renormalise, rule) for mix in weights]
        shown = [tab.ranked(answer) for answer in answers]
        value = question_value(answers[0].ranking, tab.unit_by(rule))
        given = {
            "question": value, "names": tab.named().catalogue, "look": tab.look.to_json(),
            "mixes": weights, "pages": [page["gallery"] for page in shown],
        }  # fmt: skip
        drawn = blank.evaluate(ANSWERS.format(scripts=LIVE), given)
        assert any(here["late"] for here in drawn)
        for answer, page, here in zip(answers, shown, drawn, strict=True):
            assert here["drawn"] and here["sentence"] == answer.sentence
            assert here["same"], f"{here['html']}\n{page['gallery']}"


def test_a_gallery_that_is_too_large_is_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    tab = ComposeEvents(FakeServices())  # type: ignore[arg-type]
    assert tab.opened().live is not None and tab.named().catalogue is not None
    monkeypatch.setattr("demo.answers.live.MOST_CANDIDATES", 5)
    monkeypatch.setattr("demo.events.retrieval.MOST_CANDIDATES", 5)
    assert tab.opened().live is None and tab.named().catalogue is None


@pytest.mark.weights
@pytest.mark.parametrize("tab", ["Street to shop", "Compose"])
def test_a_weight_that_moves_asks_nobody_and_reaches_the_next_question(used_page: Page, tab: str) -> None:
    panel = go_to(used_page, tab)
    sent: list[Any] = []
    used_page.on(
        "request", lambda asked: sent.append(asked.post_data_json) if asked.method == "POST" else None
    )
    name = "street" if tab == "Street to shop" else "compose"
    sentence = panel.locator(f"#{name}-sentence .verdict")
    for motion in ("reduce", "no-preference"):
        used_page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
        assert (used_page.evaluate(GLIDING, [name, motion == "reduce"]) > 0) is (motion != "reduce")
    panel.locator(f"#{name}-weights .dial").nth(1).fill("0.3")
    used_page.wait_for_timeout(300)
    before = sentence.inner_text()
    sent.clear()
    panel.locator(f"#{name}-weights .dial").nth(1).fill("1")
    expect(sentence).not_to_have_text(before)
    assert not [body for body in sent if body["data"]]
    start_is_a_click_away(used_page, panel, name)
    assert not [body for body in sent if body["data"]]
    panel.get_by_role("button", name="Use" if name == "street" else "Ask", exact=True).click()
    expect(panel.locator(f"#{name}-weights .dial").nth(1)).to_have_value("1")
    used_page.wait_for_timeout(500)
    weights = [
        part["weights"]
        for body in sent
        for part in body["data"]
        if isinstance(part, dict) and "weights" in part
    ]
    assert weights[-1] == [0, 1, 0]


def start_is_a_click_away(page: Page, panel: Locator, name: str) -> None:
    """Goes back to where the question began, by keyboard, and then to where the weights stood."""
    back, rows = panel.locator(f"#{name}-weights .weight-back"), panel.locator(f"#{name}-weights .typed")
    began = [".30", ".10", ".60"] if name == "street" else [".20", ".20", ".60"]
    expect(back).to_have_text(f"Back to start: {' '.join(began)}")
    rows.last.focus()
    page.keyboard.press("Tab")
    expect(back).to_be_focused()
    page.keyboard.press("Enter")
    expect(back).to_be_hidden()
    assert rows.evaluate_all("all => all.map(one => one.value)") == [f"0{weight}" for weight in began]
    expect(panel.locator(f"#{name}-weights .dial").first).to_be_focused()
    panel.locator(f"#{name}-weights .dial").nth(1).fill("1")
    expect(back).to_be_visible()


@pytest.mark.weights
def test_a_weight_that_moves_while_an_answer_is_on_its_way_counts(used_page: Page) -> None:
    panel = go_to(used_page, "Compose")
    dial = panel.locator("#compose-weights .dial").nth(1)
    used_page.evaluate(
        "() => { window.came = new Promise((done) => document.addEventListener('question-shown', done)); }"
    )
    panel.locator("#compose-text textarea, #compose-text input").first.fill("the same with dots")
    panel.get_by_role("button", name="Ask", exact=True).click()
    dial.fill("0.9")
    used_page.evaluate("async () => { await window.came; }")
    used_page.wait_for_timeout(500)
    tiles = panel.locator("#compose-gallery")
    answer = tiles.inner_text()
    dial.fill("0.1")
    expect(tiles).not_to_have_text(answer, use_inner_text=True)
    dial.fill("0.9")
    expect(tiles).to_have_text(answer, use_inner_text=True)


@pytest.mark.weights
def test_a_tick_leads_to_the_picture_that_it_names(page: Page) -> None:
    panel = go_to(page, "Compose")
    for place in range(2):
        tick = panel.locator("#compose-weights .tick").nth(place)
        match = re.match(
            r"(Above|Below) [\d.]+, (.*) comes first instead of (.*)", tick.get_attribute("aria-label") or ""
        )
        assert match
        first = panel.locator("#compose-gallery .tile-title").first
        tick.click(force=True)
        expect(first).to_have_text(match[2])
    expect(panel.locator('#compose-weights .tick[tabindex="0"]')).to_have_count(1)
    expect(panel.locator('#compose-gallery .tile[tabindex="0"]')).to_have_count(1)

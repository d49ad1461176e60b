"""An answer arrives in a real browser, also when the stream of the one before ends, or the next is refused."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PROJECTOR, go_to, watched_page
from tests.faults.pictures import saved
from tests.running import RunningApp

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.weights]
END = 'data: {"msg":"close_stream","event_id":null}\n\n'
LATE_END = """
const fetched = window.fetch; // of the browser
window.ends = 0;
const END = 'data: {"msg":"close_stream"';
window.fetch = async (...asked) => {
  const response = await fetched(...asked);
  if (!new URL(asked[0].url ?? asked[0], location.href).pathname.endsWith("/queue/data")) return response;
  const held = new TransformStream({
    async transform(text, out) {
      const at = text.indexOf(END);
      out.enqueue(at < 0 ? text : text.slice(0, at));
      if (at < 0) return;
      await new Promise((done) => setTimeout(done, 1000));
      window.ends += 1;
      out.enqueue(text.slice(at));
    },
  });
  const body = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(held);
  return new Response(body.pipeThrough(new TextEncoderStream()), { headers: response.headers });
};
"""
"""Lets the browser hear a second late that the server has ended a stream, as a busy one does by chance."""

REFUSED_SECOND = """async () => {
  const end = 'data: {"msg":"close_stream","event_id":null}\\n\\n';
  const answered = `data: {"msg":"process_completed","event_id":"one"}\\n\\n${end}`;
  const streams = [new Response(end), new Response("full", { status: 503 }), new Response(answered)];
  const taken = Response.json({ event_id: "one" });
  window.fetch = async (asked) => (/join$/.test(asked.url ?? asked) ? taken : streams.shift());
  SCRIPT
  const heard = [];
  for (let time = 0; time < 2; time += 1) {
    await fetch("http://page.test/queue/join"); // and never answered
    const stream = await fetch("http://page.test/queue/data");
    heard.push(await stream.text().catch(() => "refused"));
  }
  return [...heard, streams.length];
}"""
"""A stream ends while an answer is owed, the server refuses the next one, and takes the one after."""

LATE_TAKEN = """(() => {
  const asked = window.fetch; // with the page's own stream of answers
  let joins = 0;
  window.fetch = async (...request) => {
    const response = await asked(...request);
    const late = new URL(request[0].url ?? request[0], location.href).pathname.endsWith("/queue/join") && joins++;
    if (late) await new Promise((done) => setTimeout(done, 4000));
    return response;
  };
})()"""
"""Lets gradio's client read seconds late that a question after the first was taken, as a busy one does by chance."""

ASKED_OF_NOBODY = """async () => {
  const lost = 'data: {"msg":"unexpected_error","event_id":null,"message":"404: Not Found"}\\n\\n';
  const streams = [new Response(lost), new Response("")];
  const taken = Response.json({ event_id: "one" });
  window.fetch = async (asked) => (/join$/.test(asked.url ?? asked) ? taken : streams.shift());
  SCRIPT
  const stream = async () => (await fetch("http://page.test/queue/data")).text();
  const early = [await stream(), streams.length];
  await fetch("http://page.test/queue/join"); // and never answered
  return [...early, await stream(), streams.length, await stream(), streams.length];
}"""
"""A stream is asked for when nothing is owed; then one on which the server gives up what it owes; then another."""

BACK_AFTER_A_CHOICE = """async () => {
  const told = 'data: {"msg":"process_completed","event_id":"one","output":{"data":[],"overtaken":true}}\\n\\n';
  const end = 'data: {"msg":"close_stream","event_id":null}\\n\\n';
  const sent = [];
  window.fetch = async (asked, options) => {
    if (!/join$/.test(asked.url ?? asked)) return new Response(told + end);
    sent.push(JSON.parse(options.body).event_data?.kept_back ?? false);
    return Response.json({ event_id: "one" });
  };
  SCRIPT
  const join = () => fetch("/queue/join", { method: "POST", body: JSON.stringify({ fn_index: 5, event_data: null }) });
  const overtaken = async () => (await join(), (await fetch("/queue/data")).text());
  await overtaken();
  await join(); // by gradio, in that blink
  await overtaken();
  history.pushState(null, "", "?next");
  const back = new Promise((done) => window.addEventListener("popstate", done, { once: true }));
  history.back();
  await back;
  await join(); // by the person
  return sent;
}"""
"""What a choice ended is followed by a question of the same function: at once, then after the browser's Back."""


def test_back_after_a_choice_is_a_question_of_its_own(blank: Page) -> None:
    script = (ROOT / "demo" / "widgets" / "one_stream.js").read_text()
    blank.route("http://page.test/**", lambda route: route.fulfill(body="<p>", content_type="text/html"))
    blank.goto("http://page.test/")
    assert blank.evaluate(BACK_AFTER_A_CHOICE.replace("SCRIPT", script)) == [False, True, False, False]


def test_a_stream_with_nothing_owed_or_given_up_by_the_server_ends_for_the_page(blank: Page) -> None:
    script = (ROOT / "demo" / "widgets" / "one_stream.js").read_text()
    lost = 'data: {"msg":"unexpected_error","event_id":null,"message":"404: Not Found"}\n\n'
    assert blank.evaluate(ASKED_OF_NOBODY.replace("SCRIPT", script)) == [END, 2, lost + END, 1, END, 1]


def test_an_answer_that_comes_before_its_question_is_known_to_be_taken_ends_no_stream(
    browser: Browser, warm_app: RunningApp
) -> None:
    page, watched = watched_page(browser, PROJECTOR)
    page.add_init_script(LATE_END)
    streams: list[str] = []
    page.on("request", lambda request: streams.append(request.url) if "/queue/data" in request.url else None)
    page.goto(warm_app.url)
    field = go_to(page, "Compose").locator("#compose-text textarea, #compose-text input").first
    page.evaluate(LATE_TAKEN)
    for colour in ("red", "green"):
        field.fill(f"the same in {colour}")
        field.press("Enter")
        page.wait_for_timeout(300)
    expect(page).to_have_url(re.compile(r"&words=the\+same\+in\+green&"), timeout=10_000)
    page.wait_for_timeout(500)
    assert len(streams) == 2, "a third one would wait for nothing until the server gives it up"
    page.context.close()
    assert not watched.troubles, "\n".join(watched.troubles)


def test_a_second_stream_that_is_refused_is_told_and_the_next_question_is_heard(blank: Page) -> None:
    script = (ROOT / "demo" / "widgets" / "one_stream.js").read_text()
    heard = blank.evaluate(REFUSED_SECOND.replace("SCRIPT", script))
    assert heard[0] == "refused" and heard[1].endswith('"one"}\n\n' + END) and not heard[2]


def test_a_question_asked_while_the_stream_ends_is_answered(browser: Browser, warm_app: RunningApp) -> None:
    page, watched = watched_page(browser, PROJECTOR)
    page.add_init_script(LATE_END)
    page.goto(warm_app.url)
    compose = go_to(page, "Compose")
    field = compose.locator("#compose-text textarea, #compose-text input").first
    for colour in ("red", "blue"):  # the second one as soon as the first is answered, while its stream ends
        field.fill(f"the same in {colour}")
        field.press("Enter")
        expect(page).to_have_url(re.compile(rf"&words=the\+same\+in\+{colour}&"), timeout=10_000)
    page.wait_for_timeout(2500)
    assert page.evaluate("window.ends") >= 1, "nothing is under way, and the stream is over"
    page.context.close()
    assert not watched.troubles, "\n".join(watched.troubles)


def many_pieces() -> Image.Image:
    """Returns a drawing of 25 strokes apart, for which models are asked for seconds."""
    drawing = Image.new("RGB", (320, 320), "white")
    for place in range(25):
        x, y = 20 + 60 * (place % 5), 20 + 60 * (place // 5)
        ImageDraw.Draw(drawing).line((x, y, x + 30, y + 17), fill="black", width=4)
    return drawing


def test_words_that_were_kept_back_behind_a_question_are_over_with_it_once_an_example_is_chosen(
    browser: Browser, warm_app: RunningApp
) -> None:
    """gradio sends them as soon as the question before is over, with the fields of before the example came."""
    page, watched = watched_page(browser, PROJECTOR)
    drawing = warm_app.upload(saved(many_pieces()))
    joined: list[dict[str, Any]] = []
    page.on("request", lambda one: joined.append(one.post_data_json) if "/queue/join" in one.url else None)
    page.goto(warm_app.url)
    compose = go_to(page, "Compose")
    field = compose.locator("#compose-text textarea, #compose-text input").first
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(
            warm_app.ask, "/vary_sketch_strokes", drawing, "a house", 0.5, None, 5
        )  # holds the lane
        page.wait_for_timeout(100)
        for colour in ("red", "green"):
            field.fill(f"the same in {colour}")
            field.press("Enter")
        compose.locator("button.example").nth(1).click()
        expect(field).not_to_have_value("the same in green")
        words, under_way = field.input_value(), not slow.done()
        assert slow.result(60).status == 200 and under_way, "no question was under way when the example came"
    expect(page).to_have_url(re.compile("example=2"))
    page.wait_for_timeout(1500)
    asked = [one["fn_index"] for one in joined]
    assert len(asked) == 2 and asked[0] == asked[1], "the second words were not kept back"
    assert [bool((one.get("event_data") or {}).get("kept_back")) for one in joined] == [False, True]
    assert field.input_value() == words and "example=2" in page.url
    field.fill("the same in blue")  # what is asked afterwards is answered
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"&words=the\+same\+in\+blue&"))
    page.context.close()
    assert not watched.troubles, "\n".join(watched.troubles)

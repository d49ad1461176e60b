"""An answer arrives in a real browser, also when the stream of the one before ends, or the next is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PROJECTOR, go_to, watched_page
from tests.running import RunningApp

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.weights]
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
  const streams = [new Response(end), new Response("full", { status: 503 }), new Response(end)];
  const taken = Response.json({ event_id: "one" });
  window.fetch = async (asked) => (/join$/.test(asked.url ?? asked) ? taken : streams.shift());
  SCRIPT
  await fetch("http://page.test/queue/join"); // and never answered
  const heard = [];
  for (let time = 0; time < 2; time += 1) {
    const stream = await fetch("http://page.test/queue/data");
    heard.push(await stream.text().catch(() => "refused"));
  }
  return [...heard, streams.length];
}"""
"""A stream ends while an answer is owed, the server refuses the next one, and takes the one after."""


def test_a_second_stream_that_is_refused_is_told_and_the_next_question_is_heard(blank: Page) -> None:
    script = (ROOT / "demo" / "widgets" / "one_stream.js").read_text()
    heard = blank.evaluate(REFUSED_SECOND.replace("SCRIPT", script))
    assert heard == ["refused", 'data: {"msg":"close_stream","event_id":null}\n\n', 0]


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

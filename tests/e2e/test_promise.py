"""The sentence of the promise in the browser is the server's, at every alpha that the slider takes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from core.tasks.promise import SMALLEST_SHOWN, Finding
from demo.widgets.promise import HIGH, LOW, STEP
from demo.widgets.sources import script

pytestmark = [pytest.mark.browser]
SAID = """({{findings, alphas, smallest}}) => {{
  {function}
  return findings.map((finding) => alphas.map((level) => promised(finding, "here", level, smallest)));
}}"""


def test_the_sentence_is_the_servers_at_every_alpha(browser: Browser) -> None:
    source = script("promise.js")
    helper = script("fixed.js")
    function = source[source.index("/* What is promised") : source.index("function show()")]
    findings = [
        Finding(p, 259, 0.1, hint) for p in (0.003, 0.07, 0.1, 0.4, 0.995) for hint in ("", "elsewhere")
    ]
    alphas = [round(LOW + STEP * step, 2) for step in range(round((HIGH - LOW) / STEP) + 1)]
    context = browser.new_context()
    here = context.new_page().evaluate(
        SAID.format(function=helper + function),
        {"findings": [one.to_json() for one in findings], "alphas": alphas, "smallest": SMALLEST_SHOWN},
    )
    context.close()
    for finding, sentences in zip(findings, here, strict=True):
        for alpha, sentence in zip(alphas, sentences, strict=True):
            moved = Finding(finding.p_value, finding.n, alpha, finding.hint)
            assert sentence == moved.sentence()

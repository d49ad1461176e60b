"""The bars and strips as HTML: what they draw adds up, and nothing of anybody's words is markup."""

from __future__ import annotations

import re

import pytest

from demo.html import headline, isolated, models_line, notice, sentence, signed, stale
from demo.widgets.bars import ClassBar, Needle, ScaleMark, contribution_bars, probability_strip, slider_scale

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


def segments(html: str, kind: str) -> list[tuple[float, float]]:
    """Returns (left, width) in percent of every segment of a kind."""
    matches = re.findall(rf'part-{kind}" style="left:([\d.]+)%;width:([\d.]+)%', html)
    return [(float(left), float(width)) for left, width in matches]


def test_segments_lie_on_their_side_of_zero_and_end_at_the_sum() -> None:
    html = contribution_bars([ClassBar("a", 0.6, 3.0, 4.0, -1.0), ClassBar("b", 0.2, 1.0, 0.5, 0.5)])
    zero = float(re.findall(r'bar-zero" style="left:([\d.]+)%', html)[0])
    sums = [float(percent) for percent in re.findall(r'bar-sum" style="left:([\d.]+)%', html)]
    assert zero == pytest.approx(20)
    assert segments(html, "picture") == [(20, 80), (20, 10)]
    assert segments(html, "words") == [(0, 20), (30, 10)]
    assert sums == [pytest.approx(80), pytest.approx(40)]


@pytest.mark.parametrize("parts", [(0.0, 0.0), (-2.0, -1.0), (1e-12, -1e-12)])
def test_extreme_parts_draw_inside_the_bar(parts: tuple[float, float]) -> None:
    html = contribution_bars([ClassBar("a", 1.0, sum(parts), *parts)])
    for kind in ("picture", "words"):
        for left, width in segments(html, kind):
            assert 0 <= left <= 100 and left + width <= 100.01


def test_numbers_have_a_true_minus_and_no_minus_zero() -> None:
    assert [signed(value) for value in (-1.234, -0.001, 0.0, 2.0)] == ["−1.23", "0.00", "0.00", "2.00"]


def test_ticks_take_the_slider_where_they_stand_and_near_ones_have_a_line_each() -> None:
    html = slider_scale(
        [ScaleMark(0.94, "learned"), ScaleMark(0.71, "tie"), ScaleMark(0.2, "other", to=0.25)],
        "0",
        "1",
        "alpha",
        (0.94, "Back"),
    )
    assert re.findall(r'data-to="([\d.]+)"', html) == ["0.25", "0.71", "0.94", "0.94"]
    assert re.findall(r"--line:(\d)", html) == ["0", "0", "1"] and "--lines:1" in html
    apart = slider_scale(
        [ScaleMark(0.94, "learned"), ScaleMark(0.5, "tie")], "0", "1", "alpha", (0.94, "Back")
    )
    assert re.findall(r"--line:(\d)", apart) == ["0", "0"] and "--lines:0" in apart


def test_words_of_others_are_never_markup() -> None:
    pieces = [
        contribution_bars([ClassBar(HOSTILE, 0.5, 1.0, 1.0, 0.0)]),
        slider_scale([ScaleMark(0.5, HOSTILE, title=HOSTILE)], HOSTILE, HOSTILE, HOSTILE, (0.5, HOSTILE)),
        probability_strip([Needle(HOSTILE, "head", 0.5, HOSTILE)], (0.4, 0.6)),
        sentence(HOSTILE), headline(HOSTILE), notice(HOSTILE), stale(HOSTILE), isolated(HOSTILE),
        models_line({HOSTILE: HOSTILE}, HOSTILE),
    ]  # fmt: skip
    for piece in pieces:
        assert "<script" not in piece and "<img" not in piece and "&lt;script" in piece


def test_the_band_is_drawn_across_every_classifier() -> None:
    needles = [Needle("head", "head", 0.54, "road"), Needle("captions", "captions", -0.1, "field")]
    html = probability_strip(needles, (0.4, 0.65))
    assert html.count('class="band" style="left:40.00%;width:25.00%"') == 2
    assert "left:54.00%" in html and "left:0.00%" in html

"""Contrast of the page's colours, computed from the style sheets and the theme, on light and on dark ground."""

from __future__ import annotations

import re

import pytest

from demo.page import HERE
from demo.theme import GREY, LOOK

STYLES = (HERE / "style.css").read_text(encoding="utf-8")
SHEETS = STYLES + (HERE / "widgets" / "widgets.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6})")
READABLE, VISIBLE = 4.5, 3.0
EVIDENCE = ("picture", "words", "both")


def variables(dark: bool) -> dict[str, str]:
    """Returns the colours of style.css by name, as they are on one ground."""
    light, own = STYLES.split("\n.dark {", 1)
    return dict(COLOUR.findall(light)) | (dict(COLOUR.findall(own.split("}")[0])) if dark else {})


def luminance(colour: str) -> float:
    """Returns the relative luminance of "#rrggbb", as WCAG defines it."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first: str, second: str) -> float:
    """Returns the contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def themed(name: str, dark: bool) -> str:
    """Returns a colour of gradio's theme as "#rrggbb"."""
    value = LOOK.get(f"{name}_dark", LOOK[name]) if dark else LOOK[name]
    shade = re.fullmatch(r"\*neutral_(\d+)", value)
    return str(getattr(GREY, f"c{shade[1]}")) if shade else value


def test_the_measure_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#e69f00", "#ffffff") == pytest.approx(2.25, abs=0.01)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_and_controls_stand_out_from_their_ground(dark: bool) -> None:
    colours = variables(dark)
    for ground in ("paper", "faint"):
        for text in ("ink", "muted"):
            assert contrast(colours[text], colours[ground]) >= READABLE, f"{text} on {ground}"
        for edge in ("edge", *(f"{kind}-edge" for kind in EVIDENCE)):
            assert contrast(colours[edge], colours[ground]) >= VISIBLE, f"{edge} on {ground}"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_gradios_own_parts_stand_out_from_their_ground(dark: bool) -> None:
    paper = themed("body_background_fill", dark)
    assert contrast(paper, variables(dark)["paper"]) < 1.02, "one ground for gradio's parts and for ours"
    for text in ("body_text_color", "body_text_color_subdued", "block_title_text_color", "link_text_color"):
        assert contrast(themed(text, dark), paper) >= READABLE, text
    field = themed("input_background_fill", dark)
    assert contrast(themed("input_placeholder_color", dark), field) >= READABLE
    for border in ("input_border_color", "button_secondary_border_color", "checkbox_border_color"):
        assert contrast(themed(border, dark), paper) >= VISIBLE, border
        assert contrast(themed(border, dark), field) >= VISIBLE, border
    for state in ("", "_hover"):
        fill = themed(f"button_primary_background_fill{state}", dark)
        assert contrast(themed("button_primary_text_color", dark), fill) >= READABLE


def test_no_text_has_the_colour_of_evidence() -> None:
    assert not re.findall(rf"(?:^|[;{{\s])color: var\(--(?:{'|'.join(EVIDENCE)})\)", SHEETS)


@pytest.mark.parametrize("kind", EVIDENCE)
def test_every_patch_of_evidence_has_an_edge_that_can_be_seen(kind: str) -> None:
    rule = re.search(rf"^\.part-{kind} {{([^}}]*)}}", SHEETS, re.MULTILINE)
    assert rule and f"--around: var(--{kind}-edge)" in rule[1]

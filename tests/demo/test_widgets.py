"""The widgets' Python side: what they send to the page, what they take back, and nobody's text as markup."""

from __future__ import annotations

import base64
import math
from pathlib import Path

import gradio as gr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.types import Box, Caption, Slot
from demo.widgets.addresses import static_address
from demo.widgets.box_tool import BoxTool, BoxView
from demo.widgets.enlarged import Enlarged, EnlargedView
from demo.widgets.gallery import ResultGallery, ScorePart, Tile, gallery_html
from demo.widgets.pad import LARGEST_DRAWING, PREFIX, DrawingPad, drawing_bytes
from demo.widgets.reference import ReferenceView, reference_html
from demo.widgets.slots import slots_html
from demo.widgets.weights import WeightRow, Weights, WeightsView

NASTY = '<script>alert(1)</script>"><img src=x onerror=alert(2)>${alert(3)}`{{alert}}'
ROWS = (
    WeightRow("Picture", "w", "picture"),
    WeightRow("Words", "w", "words"),
    WeightRow("Both", "w", "both"),
)


def test_a_drawing_is_the_bytes_of_its_data_url() -> None:
    assert drawing_bytes(PREFIX + base64.b64encode(b"\x89PNG").decode()) == b"\x89PNG"
    assert drawing_bytes(None) is None
    assert drawing_bytes("") is None


@pytest.mark.parametrize(
    "value",
    [
        3,
        ["x"],
        {"a": 1},
        "data:image/svg+xml;base64,AAAA",
        "/etc/passwd",
        PREFIX + "###",
        PREFIX + "A" * LARGEST_DRAWING,
    ],
    ids=["number", "list", "object", "svg", "path", "no base64", "too long"],
)
def test_what_is_no_drawing_is_refused_in_one_sentence(value: object) -> None:
    with pytest.raises(InputError, match="draw") as refusal:
        drawing_bytes(value)
    assert "/etc" not in str(refusal.value)


def test_a_box_is_read_in_pixels_of_the_original() -> None:
    tool = BoxTool(BoxView("data:,", 4000, 3000, Box(1, 2, 30, 40)))
    sent = tool.postprocess(BoxView("data:,", 4000, 3000, Box(1, 2, 30, 40)))
    assert sent["box"] == [1, 2, 30, 40]
    assert (sent["width"], sent["height"]) == (4000, 3000)
    assert tool.preprocess(sent) == Box(1, 2, 30, 40)
    assert tool.preprocess({"box": None}) is None
    assert tool.preprocess(None) is None
    assert tool.postprocess(None) is None


@pytest.mark.parametrize(
    "box", [[1, 2, 3], [5, 5, 5, 9], "all", [0, 0, math.inf, 1], [0, 0, None, 1], {"x0": 1}]
)
def test_what_is_no_box_is_refused(box: object) -> None:
    with pytest.raises(InputError):
        BoxTool().preprocess({"box": box})


def test_weights_are_read_as_numbers_or_as_not_a_number() -> None:
    sliders = Weights(ROWS, WeightsView((0.2, 0.3, 0.5), (None, None, "fixed")))
    assert sliders.preprocess({"weights": [0.2, 0, 1.5]}) == (0.2, 0.0, 1.5)
    sent = sliders.postprocess(WeightsView((0.2, 0.3, 0.5), (None, None, "fixed")))
    assert sent == {"weights": [0.2, 0.3, 0.5], "reasons": [None, None, "fixed"]}


@given(st.one_of(st.none(), st.text(), st.lists(st.one_of(st.none(), st.booleans(), st.text()), max_size=4)))
def test_weights_of_any_other_form_count_as_not_a_number(sent: object) -> None:
    assert all(math.isnan(weight) for weight in Weights(ROWS).preprocess({"weights": sent}))
    assert all(math.isnan(weight) for weight in Weights(ROWS).preprocess(sent))


@pytest.mark.parametrize("make", [DrawingPad, BoxTool, ResultGallery, ReferenceView, lambda: Weights(ROWS)])
def test_a_widget_can_be_left_as_it_is_by_an_event(make: type[gr.HTML]) -> None:
    # gradio builds the component anew from the arguments of its constructor, less the value.
    widget = make()
    arguments = {name: value for name, value in widget.constructor_args.items() if name != "value"}
    assert type(type(widget)(**arguments)) is type(widget)


def test_everything_in_a_gallery_is_escaped(tmp_path: Path) -> None:
    tile = Tile(0, NASTY, "", 1, 0.5, (ScorePart("words", NASTY, 0.5),), note=NASTY)
    for html in (
        gallery_html([tile], label=NASTY),
        gallery_html([], empty=NASTY),
        reference_html("data:,", NASTY),
        slots_html(Caption(NASTY, "captioner", (Slot(NASTY, NASTY, 0.5, NASTY, 0.2),))),
    ):
        assert "<script" not in html
        assert "<img src=x" not in html
        assert '"><' not in html.replace('"><bdi', "").replace('"></span>', "").replace('"><b>', "").replace(
            '"><span', ""
        ).replace('"><figcaption', "").replace('"><li', "").replace('"><ol', "").replace('"><i>', "")


def test_a_tile_shows_rank_score_and_parts(tmp_path: Path) -> None:
    file = tmp_path / "a picture #1.webp"
    file.write_bytes(b"RIFF")
    parts = (
        ScorePart("picture", "picture", 0.75),
        ScorePart("words", "words", -0.25),
        ScorePart("both", "box", 0.1),
    )
    tile = Tile(7, "coat", static_address(file), 1, 0.6, parts, mark="truth", note="coats/1.png")
    html = gallery_html([tile], does="choose")
    assert f'src="{static_address(file)}"' in html
    assert "%20picture%20%231.webp" in html
    assert 'loading="lazy"' in html
    assert '<button type="button" data-do="choose" class="tile is-truth" data-index="7"' in html
    assert (
        "1. coat: score 0.6000 = picture 0.7500 + words −0.2500 + box 0.1000. the right one. coats/1.png"
        in html
    )
    assert "part-picture" in html and "part-words" in html and "part-both" in html


def test_bars_of_all_tiles_share_one_scale_and_one_zero() -> None:
    tiles = [
        Tile(0, "a", "", 1, 0.5, (ScorePart("picture", "picture", 0.75), ScorePart("words", "words", -0.25))),
        Tile(1, "b", "", 2, 0.25, (ScorePart("picture", "picture", 0.25), ScorePart("words", "words", 0.0))),
    ]
    html = gallery_html(tiles)
    assert html.count('class="tile-zero" style="left:25.00%"') == 2
    assert 'part-picture" style="left:25.00%;width:75.00%"' in html
    assert 'part-words" style="left:0.00%;width:25.00%"' in html
    assert 'part-picture" style="left:25.00%;width:25.00%"' in html


def test_a_missing_picture_gets_a_placeholder() -> None:
    html = gallery_html([Tile(0, "coat", "", 1)])
    assert "picture missing" in html
    assert "<img" not in html


def test_a_number_that_rounds_to_zero_has_no_sign() -> None:
    html = gallery_html([Tile(0, "coat", "", 1, -0.001, (ScorePart("words", "words", -0.001),))])
    assert "−0.00<" not in html
    assert ">0.00<" in html


def test_copies_and_the_right_one_are_shown_on_their_tiles() -> None:
    tile, right = Tile(0, "coat", "", 1, copies=2), Tile(9, "hat", "", 37, mark="truth")
    html = gallery_html([tile], does="enlarge", apart=right)
    grid, _, apart = html.partition("gallery-apart")
    assert "and 2 copies" in grid and "hat" not in grid
    assert ">37<" in apart and "the right one" in apart


def test_the_same_result_can_be_enlarged_twice() -> None:
    view = EnlargedView(3, NASTY, "data:,", NASTY)
    sent = [Enlarged(asks="Ask with this picture").postprocess(view) for _ in range(2)]
    assert sent[0]["number"] != sent[1]["number"] and sent[0]["title"] == NASTY
    assert Enlarged().postprocess(None) is None
    assert (
        "choose" in Enlarged(asks=NASTY).html_template and "<script" not in Enlarged(asks=NASTY).html_template
    )

"""Lists of pictures: nothing of anybody's words is markup, and what is sorted has its whole number."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from core.own_head.held_out import HeldOut
from core.own_head.trainer import Progress
from demo.answers.field_road_own import MOST_NAMED, MOST_THUMBNAILS, judged, progress
from demo.panels.own_head import small_copy
from demo.widgets.picture_table import Heading, Line, picture_table_html
from tests.core.gallery_fakes import draw

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


def test_every_word_of_a_list_is_escaped() -> None:
    lines = [
        Line(HOSTILE, cells=(HOSTILE, (HOSTILE, 0.123456789)), kind="parted"),
        Line("b", refusal=HOSTILE),
    ]
    html = picture_table_html(HOSTILE, [Heading(HOSTILE), Heading("b", "head")], lines)
    assert "<script" not in html and "<img src=x" not in html and html.count("&lt;script") == 6
    assert 'data-value="0.123457"' in html and '<td colspan="2">' in html


def own_head(tmp_path: Path, classes: list[int], probabilities: list[float]) -> Any:
    paths = tuple(draw(tmp_path / f"{i}.png", seed=i) for i in range(len(classes)))
    held_out = HeldOut(paths, np.array(classes), np.array(probabilities), len(classes), True)
    return SimpleNamespace(names=("cat", "dog"), held_out=held_out)


def order_in(html: str) -> list[str]:
    return [part.split("</bdi>")[0] for part in html.split('<th scope="row"><bdi>')[1:]]


def test_what_an_own_head_gets_wrong_stands_first(tmp_path: Path) -> None:
    own = own_head(tmp_path, [0, 0, 1, 1, 1], [0.05, 0.9, 0.6, 0.45, 0.9])
    html = judged(own, small_copy)
    assert order_in(html) == ["1.png", "3.png", "2.png", "4.png", "0.png"], (
        "and the surest mistake before all"
    )
    assert html.count("data:image/webp") == 5 and html.count(">wrong") == 2
    assert '<td data-value="0.45">0.45 cat</td>' in html
    own.held_out.paths[1].unlink()
    assert (
        order_in(judged(own, small_copy))[0] == "1.png"
        and judged(own, small_copy).count("data:image/webp") == 4
    ), "put away"


def test_labels_to_look_at_again_are_named_and_stand_first(tmp_path: Path) -> None:
    own = own_head(tmp_path, [0, 0, 0, 0, 1, 1, 1, 1], [0.05, 0.1, 0.99, 0.6, 0.9, 0.97, 0.95, 0.45])
    html = judged(own, small_copy)
    assert "Look at these again: 2.png, in cat, is taken for dog (0.99)." in html, "0.6 is no sure mistake"
    assert order_in(html)[:3] == ["2.png", "3.png", "7.png"]
    assert html.count(">wrong: look again<") == 1 and html.count(">wrong<") == 2
    calm = judged(own_head(tmp_path, [0, 0, 1, 1], [0.05, 0.1, 0.9, 0.8]), small_copy)
    assert "Look at these again" not in calm and "look again" not in calm
    many = judged(own_head(tmp_path, [0] * 9 + [1] * 9, [0.0] * 4 + [1.0] * 5 + [1.0] * 9), small_copy)
    assert many.count("is taken for") == MOST_NAMED and "; and 2 more, listed first." in many


def test_of_very_many_pictures_the_first_are_shown_small_and_all_are_listed(tmp_path: Path) -> None:
    count = MOST_THUMBNAILS + 3
    html = judged(own_head(tmp_path, [0] * count, [0.2] * count), small_copy)
    assert html.count("data:image/webp") == MOST_THUMBNAILS and len(order_in(html)) == count


def test_without_a_measurement_there_is_no_list(tmp_path: Path) -> None:
    assert judged(SimpleNamespace(names=("cat", "dog"), held_out=None), small_copy) == ""  # type: ignore[arg-type]


def test_a_head_that_misses_most_of_a_class_tells_nothing_and_says_of_which_class_it_knows(
    tmp_path: Path,
) -> None:
    def said(classes: list[int], probabilities: list[float]) -> str:
        own = own_head(tmp_path, classes, probabilities)
        own.pictures = (classes.count(0), classes.count(1))
        return progress(
            Progress(
                read=len(classes),
                total=len(classes),
                epochs=(SimpleNamespace(number=1, loss=0.1, accuracy=1.0, validation_loss=None),),
                own=own,
            )
        )

    rare = said([0] * 3 + [1] * 62, [0.9] * 65)
    assert "Your head does not tell cat from dog." in rare
    assert "it names 0 of 3 “cat” and 62 of 62 “dog” rightly (in all 95%;" in rare
    assert "does not tell" in said([0, 0, 1, 1], [0.1, 0.9, 0.9, 0.1]), "a half is a coin's"
    assert "Your head tells cat from dog." in said([0] * 3 + [1] * 3, [0.1, 0.1, 0.9, 0.9, 0.9, 0.1])

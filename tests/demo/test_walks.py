"""The walks of docs/architecture.md go where the page says and cost what it says; what is known is not read again."""

from __future__ import annotations

import re

import pytest

from tests.architecture.floors import PAGE
from tests.architecture.walks import QUESTION, SLIDER, Walk, question, slider

TEXT = PAGE.read_text(encoding="utf-8")
ALLOWED = 1.2
"""How far a walk may be from the counts on the page before these have to be counted again."""


def steps(name: str) -> list[str]:
    """Returns the numbered lines of a walk."""
    section = next(part for part in TEXT.split("\n## ") if part.lower().startswith(name))
    return re.findall(r"^\d+\. (.+)$", section, re.MULTILINE)


def stated(name: str) -> list[int]:
    """Returns the counts that the page states of a walk: files, hops, files opened, stat calls."""
    row = re.search(rf"^\| {name} \|(.+)\|$", TEXT, re.MULTILINE)
    assert row, f"the page has no counts of {name}"
    return [int(count) for count in row[1].split("|")]


def check(name: str, walk: Walk) -> None:
    named = {file for step in steps(name) for file in re.findall(r"`((?:core|demo)/[\w/]+\.py)`", step)}
    assert named and named <= set(walk.files), f"the walk does not pass {sorted(named - set(walk.files))}"
    files, hops, *_ = stated(name)
    again = f"count again with python -m tests.architecture.walks:\n{walk.row(name)}"
    assert files / ALLOWED <= len(walk.files) <= files * ALLOWED, again
    assert hops / ALLOWED <= len(walk.hops) <= hops * ALLOWED, again


def test_a_slider_goes_the_way_that_the_page_tells_and_reads_nothing() -> None:
    walk = slider()
    check(SLIDER, walk)
    assert walk.opened == [] and stated(SLIDER)[2] == 0
    assert [path.rsplit("/")[-1] for path in walk.stats] == ["thumbnails"], "only whether the folder changed"
    assert stated(SLIDER)[3] == 1


@pytest.mark.weights
def test_an_uploaded_picture_goes_the_way_that_the_page_tells_and_opens_nothing_else() -> None:
    walk = question()
    check(QUESTION, walk)
    assert len(walk.opened) == stated(QUESTION)[2] == 1, walk.opened
    assert len(walk.stats) <= stated(QUESTION)[3], walk.stats

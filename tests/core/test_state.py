"""A view survives its address; whatever else an address says is one sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.checks import finite_number
from core.errors import InputError
from core.images.stroke_text import FARTHEST, PenLine, stroke_text, strokes_of_text
from core.images.strokes import WIDEST
from core.state import LONGEST, NAME, PageView, from_query, only_used, unused_parts
from core.task_table import TASKS
from core.text import clean
from core.types import Box

numbers = st.floats(-1e6, 1e6).map(lambda number: finite_number(number, name="it"))
units = st.floats(0, 1).map(lambda number: finite_number(number, name="it"))
names = st.from_regex(NAME, fullmatch=True)
texts = st.text(max_size=60).map(lambda text: clean(text, allow_empty=True))
steps = st.integers(-FARTHEST, FARTHEST)
lines = st.builds(
    PenLine,
    st.lists(st.tuples(steps, steps), min_size=1, max_size=12).map(tuple),
    st.integers(1, int(WIDEST * 2048)),
    st.booleans(),
)
boxes = st.builds(
    lambda x, y, wide, high: Box(x, y, x + wide, y + high),
    st.integers(-50, 5000), st.integers(-50, 5000), st.integers(1, 900), st.integers(1, 900),
)  # fmt: skip
views = st.builds(
    PageView,
    task=st.sampled_from([task.key for task in TASKS]),
    example=st.none() | st.integers(0, 999),
    upload=st.just("") | names,
    file=texts,
    item=texts,
    strokes=st.lists(lines, max_size=3).map(stroke_text),
    words=st.none() | st.lists(texts, min_size=1, max_size=2).map(tuple),
    weights=st.none() | st.lists(numbers, min_size=1, max_size=3).map(tuple),
    box=st.none() | boxes,
    band=st.none() | st.tuples(units, units),
    coverage=st.none() | units,
    rule=st.just("") | names,
    pooling=st.just("") | names,
    cosine=st.booleans(),
    paper=st.booleans(),
    k=st.none() | st.integers(1, 100),
    instrument=st.just("") | names,
    theme=st.sampled_from(["", "dark", "light"]),
    profile=st.just("") | names,
    models=st.just("") | names,
    gallery=st.just("") | names,
)


@given(views)
def test_an_address_gives_the_same_view_back(view: PageView) -> None:
    query = view.to_query()
    assert from_query(query) == view
    assert from_query(query).to_query() == query
    assert query.isascii() and " " not in query


@given(st.lists(lines, max_size=6))
def test_strokes_survive_their_text(drawn: list[PenLine]) -> None:
    assert strokes_of_text(stroke_text(drawn)) == drawn


@given(st.text(max_size=80) | st.from_regex(r"[\w-]{0,60}", fullmatch=True))
def test_any_text_is_strokes_or_one_sentence(text: str) -> None:
    try:
        drawn = strokes_of_text(text)
    except InputError as error:
        assert str(error).endswith(".")
    else:
        assert strokes_of_text(stroke_text(drawn)) == drawn


@given(st.text(max_size=200))
def test_any_address_is_a_view_or_one_sentence(query: str) -> None:
    for asked in (query, f"tab=compose&{query}"):
        try:
            from_query(asked)
        except InputError as error:
            assert str(error).endswith(".") and "\n" not in str(error)


@pytest.mark.parametrize(
    ("query", "unused"),
    [
        ("tab=compose&example=1&words=x&w=0,0,1&pooling=max&rule=sum&cosine=1&open=a&theme=dark&profile=p", ()),
        ("tab=compose&box=0,0,9,9&band=0.1,0.2&coverage=0.9", ("box", "band", "coverage")),
        (f"tab=sketch&strokes={stroke_text([PenLine(((0, 0),), 9)])}&example=2&item=a", ("example", "item")),
        ("tab=street-to-shop&upload=abc&file=a.png&item=b&example=1", ("example", "item")),
        ("tab=field-or-road&file=a.png&w=0.5", ("file", "w")),
    ],
)  # fmt: skip
def test_what_a_tab_does_not_use_is_named_and_can_be_left_out(query: str, unused: tuple[str, ...]) -> None:
    view = from_query(query)
    assert unused_parts(view) == unused
    used = only_used(view)
    assert not unused_parts(used) and (used == view) == (not unused)


def test_by_hand() -> None:
    assert from_query("tab=compose") == PageView(task="compose")
    assert from_query("tab=compose&__theme=dark&utm_source=x&fbclid=y") == PageView(task="compose")
    assert from_query("tab=street-to-shop&example=2").example == 1
    assert from_query("example=2") == PageView(task="sketch", example=1), "of the first tab"
    assert from_query("v=1&tab=sketch&w=0.25").weights == (0.25,)
    assert not from_query("tab=sketch&theme=dark&open=atlas").asks and from_query("tab=sketch&words=cat").asks


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "names no tab"),
        ("tab=nowhere", "sketch, field-or-road, street-to-shop, compose"),
        ("tab=compose&tab=sketch", "names no tab"),
        ("v=2&tab=compose", "form 2"),
        ("tab=compose&w=nan,1,0", "weights"),
        ("tab=compose&w=1e999", "weights"),
        ("tab=compose&w=1,2,3,4", "3 numbers"),
        ("tab=compose&w=", "weights"),
        ("tab=compose&example=0", "example"),
        ("tab=compose&example=-1", "example"),
        ("tab=compose&example=1&example=2", "2 times"),
        ("tab=compose&words=a&words=b&words=c", "more than two"),
        ("tab=compose&item=%00&example=1", "nothing can be seen"),
        ("tab=compose&rule=<b>", "form that no name"),
        ("tab=street-to-shop&box=4,4,1,1", "box is empty"),
        ("tab=street-to-shop&box=1,2,3", "4 numbers"),
        ("tab=field-or-road&band=0.2,1.5", "band"),
        ("tab=sketch&strokes=%3Cscript%3E", "damaged"),
        ("tab=sketch&strokes=gIA", "damaged"),
        ("tab=sketch&theme=pink", "dark or light"),
        ("tab=compose&k=0", "number of results"),
        ("tab=compose&k=1e9", "number of results"),
        ("tab=field-road", "names no tab"),
        ("tab=sketch&strokes=CoCAgIAB", "damaged|more than"),
        ("tab=sketch" + "&a=1" * 100, "more than 64 parts"),
        ("tab=sketch&colour=red", "\u201ccolour\u201d"),
        ("tab=sketch&words=" + "a" * LONGEST, "longer than"),
        ("tab=sketch&words=" + "a" * 9_000, "longer than"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(query: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        from_query(query)
    assert str(refused.value).endswith(".") and "<b>" not in str(refused.value)


def test_markup_in_words_is_text() -> None:
    words = ('"><script>alert(1)</script>',)
    assert from_query(replace(PageView(task="compose"), words=words).to_query()).words == words

"""Lists of pictures: small pictures in them, sorted, filtered and saved in the browser, for whoever sent them alone."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import go_to
from tests.faults import pictures

pytestmark = [pytest.mark.browser, pytest.mark.weights]
FORMULA = "-1 c.png"
"""A spreadsheet would work it out."""


def photographs(*names: str) -> list[dict[str, object]]:
    """Returns files as a browser sends them, each another photograph."""
    return [
        {"name": name, "mimeType": "image/png", "buffer": pictures.saved(pictures.photograph(seed=seed))}
        for seed, name in enumerate(names)
    ]


def column(rows: Locator, number: int) -> list[str]:
    """Returns what stands in a column of the rows that are to be seen."""
    return [row.locator("th, td").nth(number).inner_text() for row in rows.all() if row.is_visible()]


def test_several_pictures_are_sorted_filtered_and_saved(page: Page, tmp_path: Path) -> None:
    panel = go_to(page, "Field or road")
    panel.get_by_text("Several pictures at once").click()
    files = photographs("b 2.png", "b 10.png", FORMULA, "c.png")
    files.append({"name": "a letter.png", "mimeType": "image/png", "buffer": b"a letter"})
    panel.locator(".several input[type=file]").first.set_input_files(files)
    rows = panel.locator("table.many tbody tr")
    expect(rows).to_have_count(5, timeout=60_000)
    assert rows.locator("img[src^='data:image/webp']").count() == 4, "small pictures, but for the letter"
    first = column(rows, 1)
    for order, arrow in ((1, "ascending"), (-1, "descending")):
        panel.get_by_role("button", name="picture", exact=True).click()
        assert column(rows, 1) == [*[FORMULA, "b 2.png", "b 10.png", "c.png"][::order], "a letter.png"]
        expect(panel.locator(f"[aria-sort={arrow}]")).to_have_count(1)
    panel.get_by_role("button", name="head: road").click()
    rising = [float(words.split()[0]) for words in column(rows, 2)[:-1]]
    assert rising == sorted(rising) and len(set(rising)) > 1
    named = column(rows, 1)
    panel.get_by_role("slider").first.press("ArrowRight")
    page.wait_for_timeout(300)
    assert column(rows, 1) == named, "another band leaves the order"
    panel.get_by_label("Filter").fill("C.png")
    expect(panel.get_by_text("2 of 5")).to_be_visible()
    with page.expect_download() as saved:
        panel.get_by_role("button", name="Save as CSV").click()
    saved.value.save_as(tmp_path / "saved.csv")
    with (tmp_path / "saved.csv").open(encoding="utf-8-sig", newline="") as stream:
        heads, *lines = csv.reader(stream)
    assert heads == ["picture", "head: road", "captions: road", "they", "verdict"]
    seen = [name for name in named if "c.png" in name]
    assert [line[0] for line in lines] == [f"'{name}" if name == FORMULA else name for name in seen]
    assert all(0 <= float(number) <= 1 for line in lines for number in line[1:3])
    panel.get_by_label("Filter").fill("")
    for _ in range(2):
        panel.get_by_role("button", name="head: road").click()
    assert column(rows, 1) == first, "and back to the order in which they came"


def test_pictures_of_an_own_head_are_listed_with_what_heads_say_that_did_not_see_them(page: Page) -> None:
    panel = go_to(page, "Field or road")
    panel.get_by_text("Train your own").click()
    given = panel.locator(".several:has-text('Train your own') input[type=file]")
    # The second first: a place that holds files has no input for more.
    given.nth(1).set_input_files(photographs(*(f"{name}.png" for name in "abcdef"))[3:])
    given.nth(0).set_input_files(photographs("one.png", "two.png", "three.png"))
    panel.get_by_role("button", name="Train", exact=True).click()
    rows = panel.locator("#field-road-judged tbody tr")
    expect(rows).to_have_count(6, timeout=60_000)
    assert rows.locator("img[src^='data:image/webp']").count() == 6
    column_texts = column(rows, 4)
    assert column_texts == sorted(column_texts, reverse=True) and set(column_texts) <= {
        "wrong: look again",
        "wrong",
        "right",
    }, "the wrong ones first"
    assert {name: own for name, own in zip(column(rows, 1), column(rows, 2), strict=True)} == {
        "one.png": "field", "two.png": "field", "three.png": "field",
        "d.png": "road", "e.png": "road", "f.png": "road",
    }  # fmt: skip

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
    rising = [
        float(words.split()[0]) for words in column(panel.locator("table.many tbody tr:not(.refused)"), 3)
    ]
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
    assert heads == ["picture", "label", "head: road", "captions: road", "they", "verdict"]
    seen = [name for name in named if "c.png" in name]
    assert [line[0] for line in lines] == [f"'{name}" if name == FORMULA else name for name in seen]
    assert all(0 <= float(number) <= 1 for line in lines for number in line[2:4])
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
    expect(panel.locator(".stem:visible")).to_have_count(6)
    cut = (
        "names => names.filter((name) => name.scrollWidth > name.clientWidth).map((name) => name.textContent)"
    )
    assert panel.locator(".stem:visible").evaluate_all(cut) == [], "there is room for these names"
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


def test_a_folder_is_judged_and_filtered_by_clicks(page: Page, tmp_path: Path) -> None:
    for number, folder in enumerate(("fields", "fields", "roads", "roads")):
        (tmp_path / "mine" / folder).mkdir(parents=True, exist_ok=True)
        content = pictures.saved(pictures.photograph(seed=number))
        (tmp_path / "mine" / folder / f"{number}.png").write_bytes(content)
    (tmp_path / "mine" / "notes.txt").write_text("no picture")
    panel = go_to(page, "Field or road")
    panel.get_by_text("Several pictures at once").click()
    panel.locator(".folder-upload input").set_input_files(tmp_path / "mine")
    rows = panel.locator("#field-road-table tbody tr")
    expect(rows).to_have_count(4, timeout=60_000)
    expect(panel.locator(".folder-upload [role=status]")).to_have_text("4 pictures of this folder.")
    trust = panel.locator("#field-road-trust")
    expect(trust).to_contain_text("4 of 4 pictures have a label")
    expect(panel.locator("#field-road-reliability .js-plotly-plot")).to_be_visible()

    counts = panel.locator("#field-road-table .facet").first.locator(".facet-count")
    numbers = [int(count.locator("b").inner_text()) for count in counts.all()]
    assert sum(numbers) == 4 and len(numbers) > 1, "these photographs divide them"
    for count, number in zip(counts.all(), numbers, strict=True):
        count.click()
        expect(count).to_have_attribute("aria-pressed", "true")
        assert len(column(rows, 1)) == number, "a count shows these alone"
        count.click()
    assert len(column(rows, 1)) == 4, "and all again"

    choice = panel.locator("select.judges").first
    name = choice.get_attribute("aria-label")
    same = trust.locator("td", has_text="the same")
    expect(same).to_have_count(2)
    choice.select_option("also right")
    expect(same).not_to_have_count(2)
    label = panel.locator("select.tells").first
    label.focus()
    label.select_option("")
    expect(trust).to_contain_text("3 of 4 pictures have a label")
    expect(panel.locator("select.tells").first).to_be_focused()
    if (kept := panel.get_by_label(name or "", exact=True)).count():
        assert kept.input_value() == "also right", "a judgement outlives another label"
    with page.expect_download() as saved:
        trust.get_by_role("link", name="Save all").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8-sig")
    assert text.startswith("picture,label,head says") and len(text.splitlines()) == 5

"""The widgets under a real mouse, finger and keyboard; coordinates proven on the pixels that they select."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from core.state import from_query
from tests.demo.retrieval_fakes import draw_garment
from tests.e2e.widget_driver import BLUE, RED, drag, draw_pictures, edges_of, opened, says, serving

pytestmark = pytest.mark.browser

THE_TILES_ARE_THE_SENTENCES = """() => {
    const number = (node) => Number(node.textContent.replace(/\\s*\u03c3/, '').replace('\u2212', '-'));
    const tiles = [...document.querySelectorAll('#street-gallery ol .tile')];
    const title = tiles[0].querySelector('.tile-title').textContent;
    const sentence = document.querySelector('#street-sentence').innerText;
    return sentence.includes(`\u201c${title}\u201d`) && tiles.every((tile) => {
        const parts = [...tile.querySelectorAll('.tile-parts > span')].map(number);
        return Math.abs(number(tile.querySelector('.tile-score')) - parts.reduce((sum, part) => sum + part)) < 0.025;
    });
}"""
"""Whether the sentence is about the first tile, and the parts of each tile add up to its score."""


def uploaded(address: str) -> str:
    return from_query(urlsplit(address).query).upload if "tab=" in address else ""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page of widgets is."""
    folder = tmp_path_factory.mktemp("boxed")
    draw_pictures(folder)
    with serving(folder) as url:
        yield url


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    yield from opened(browser, address, viewport={"width": 1280, "height": 900})


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    options = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "device_scale_factor": 3}
    yield from opened(browser, address, **options)


def test_strokes_arrive_as_a_picture_and_can_be_taken_back(page: Page) -> None:
    edge = edges_of(page, "#pad canvas")
    drag(page, edge, [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75)])
    size, dark, *places = says(page, "pad-says", r"(\(512, 512\)) (\d+) (\d+) (\d+) (\d+) (\d+)").groups()
    assert all(
        abs(int(place) - wanted) < 12 for place, wanted in zip(places, (128, 128, 384, 384), strict=True)
    )
    drag(page, edge, [(0.1, 0.9), (0.9, 0.9)])
    says(page, "pad-says", r" 46\d$")
    page.locator("#pad [data-do=undo]").click()
    says(page, "pad-says", rf"\) {dark} ")
    page.locator("#pad canvas").press("Control+y")
    says(page, "pad-says", r" 46\d$")
    page.locator("#pad [data-do=eraser]").click()
    for height in (0.88, 0.9, 0.92):
        drag(page, edge, [(0.05, height), (0.95, height)])
    says(page, "pad-says", r" 38\d$")
    page.locator("#pad [data-do=clear]").click()
    says(page, "pad-says", "^empty$")
    page.locator("#pad [data-do=undo]").click()
    says(page, "pad-says", r"512")


def test_the_pad_is_emptied_by_python_and_white_in_the_dark(page: Page, address: str) -> None:
    page.goto(f"{address}/?__theme=dark")
    edge = edges_of(page, "#pad canvas")
    drag(page, edge, [(0.3, 0.3), (0.6, 0.6)])
    says(page, "pad-says", "512")
    corner = "[...document.querySelector('#pad canvas').getContext('2d').getImageData(2, 2, 1, 1).data]"
    assert page.evaluate(corner) == [255, 255, 255, 255]
    page.get_by_role("button", name="empty it").click()
    expect(page.locator("#pad .pad-hint")).to_be_visible()
    drag(page, edge, [(0.5, 0.2), (0.5, 0.4)])
    assert int(says(page, "pad-says", r"\) \d+ \d+ \d+ \d+ (2\d\d)$")[1]) < 212, "the old stroke is gone"


def test_the_pad_works_with_the_keyboard_alone(page: Page) -> None:
    page.locator("#pad canvas").focus()
    for key in ("Space", *["Shift+ArrowRight"] * 4, "ArrowDown", "Space"):
        page.keyboard.press(key)
    left, right = says(page, "pad-says", r"\) \d+ (\d+) \d+ (\d+) \d+").groups()
    assert 250 <= int(left) <= 256 and 380 <= int(right) <= 390


def test_a_finger_draws_and_does_not_scroll(phone: Page) -> None:
    edge = edges_of(phone, "#pad canvas")
    before = phone.evaluate("window.scrollY")
    touch = phone.context.new_cdp_session(phone)

    def send(kind: str, x: float, y: float) -> None:
        points = [{"x": edge["x"] + x * edge["width"], "y": edge["y"] + y * edge["height"]}]
        event = {"type": kind, "touchPoints": points if kind != "touchEnd" else []}
        touch.send("Input.dispatchTouchEvent", event)

    send("touchStart", 0.5, 0.9)
    for step in range(12):
        send("touchMove", 0.5, 0.9 - step * 0.06)
    send("touchEnd", 0, 0)
    top, bottom = says(phone, "pad-says", r"\) \d+ \d+ (\d+) \d+ (\d+)").groups()
    assert int(top) < 150 and int(bottom) > 440
    assert phone.evaluate("window.scrollY") == before
    assert phone.evaluate("document.querySelector('#pad canvas').width") == pytest.approx(
        3 * edge["width"], abs=6
    )


@pytest.mark.parametrize(
    ("name", "size", "target", "colour"),
    [
        ("turned.jpg", (600, 800), (300, 400, 450, 500), RED),
        ("large.jpg", (4000, 3000), (1000, 600, 3000, 2400), BLUE),
    ],
)
def test_a_box_is_in_pixels_of_the_upright_original(
    page: Page, name: str, size: tuple[int, int], target: tuple[int, ...], colour: tuple[int, ...]
) -> None:
    page.get_by_role("button", name=name).click()
    expect(page.locator("#box .box-size")).to_have_text(f"{size[0]} × {size[1]}")
    edge = edges_of(page, "#box .box-stage")
    x0, y0, x1, y1 = (edge_ / size[place % 2] for place, edge_ in enumerate(target))
    drag(page, edge, [(x0, y0), (x1, y1)])
    numbers = says(page, "box-says", r"^(\d+) (\d+) (\d+) (\d+) colour (\d+) (\d+) (\d+)$").groups()
    pixel = size[0] / edge["width"]
    assert [int(edge_) for edge_ in numbers[:4]] == pytest.approx(target, abs=max(1.0, pixel))
    assert [int(part) for part in numbers[4:]] == pytest.approx(colour, abs=12)
    fields = [page.locator(f"#box [data-side={side}]").input_value() for side in ("x0", "y0", "x1", "y1")]
    assert fields == list(numbers[:4])


def test_a_box_is_moved_resized_typed_and_removed(page: Page) -> None:
    page.get_by_role("button", name="large.jpg").click()
    expect(page.locator("#box .box-size")).to_have_text("4000 × 3000")
    edge = edges_of(page, "#box .box-stage")
    drag(page, edge, [(0.25, 0.2), (0.75, 0.8)])
    says(page, "box-says", r"^10\d\d 6\d\d (29|30)\d\d (23|24)\d\d")
    drag(page, edge, [(0.5, 0.5), (0.4, 0.6)])
    says(page, "box-says", r"^(59|60)\d (89|90)\d (25|26)\d\d 2[67]\d\d")
    grip = page.locator("#box [data-grip=se]").bounding_box()
    middle = (grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(edge["x"] + 2 * edge["width"], edge["y"] + 2 * edge["height"], steps=5)
    page.mouse.up()
    says(page, "box-says", r" 4000 3000 colour")
    page.locator("#box summary").click()
    page.locator("#box [data-side=x0]").fill("1200")
    page.locator("#box [data-side=x0]").press("Enter")
    says(page, "box-says", r"^1200 ")
    page.locator("#box [data-side=x1]").fill("99999")
    page.locator("#box [data-side=x1]").press("Tab")
    assert page.locator("#box [data-side=x1]").input_value() == "4000"
    expect(page.locator("#box .box-told")).to_contain_text("cut at its edge")
    page.locator("#box .box-frame").press("ArrowLeft")
    says(page, "box-says", r"^1160 \d+ 3960 ")
    page.locator("#box .box-frame").press("Delete")
    says(page, "box-says", "^no box$")


def test_sliders_keep_their_sum_and_remember_their_ratio(page: Page) -> None:
    slider = page.locator("#free input[type=range]").first
    edge = edges_of(page, "#free input[type=range]")

    def to(share: float) -> None:
        thumb = 22
        where = edge["x"] + thumb / 2 + share * (edge["width"] - thumb)
        page.mouse.move(where, edge["y"] + edge["height"] / 2, steps=8)

    to(0.2)
    page.mouse.down()
    to(0.6)
    says(page, "free-says", r"^0\.(59|60|61)\d 0\.1[456]\d 0\.2[456]\d$")
    to(1.0)
    says(page, "free-says", r"^1\.000 0\.000 0\.000$")
    to(0.2)
    page.mouse.up()
    says(page, "free-says", r"^0\.(19|20|21)\d 0\.(29|30)\d 0\.(49|50)\d$")
    assert slider.get_attribute("aria-valuetext")


def test_typed_weights_are_rescaled_negative_ones_too(page: Page) -> None:
    fields = page.locator("#free .typed")
    for place, number in enumerate(("-1", "1", "2")):
        fields.nth(place).fill(number)
        fields.nth(place).press("Tab")
    page.locator("#pad canvas").focus()
    says(page, "free-says", r"^-0\.500 0\.500 1\.000$")
    for numbers, sentence in ((("0", "0", "0"), "Choose at least one weight"), (("1", "-1", "0"), "cancel")):
        for place, number in enumerate(numbers):
            fields.nth(place).fill(number)
        fields.nth(2).press("Enter")
        expect(page.locator("#free .weight-message")).to_contain_text(sentence)
    says(page, "free-says", r"^-0\.500 0\.500 1\.000$")


def test_a_fixed_weight_stays_at_nothing_and_says_why(page: Page) -> None:
    sliders = page.locator("#fixed input[type=range]")
    sliders.first.focus()
    page.keyboard.press("ArrowRight")
    says(page, "fixed-says", r"^0\.710 0\.290 0\.000$")
    assert sliders.nth(2).is_disabled()
    expect(page.locator("#fixed .weight-reason").nth(2)).to_have_text("There is no box.")


def test_a_gallery_loads_static_files_and_tells_which_was_chosen(page: Page) -> None:
    tiles = page.locator("#gallery .tile")
    tiles.nth(3).scroll_into_view_if_needed()
    image = tiles.nth(3).locator("img")
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=image.element_handle())
    assert tiles.nth(1).locator(".tile-missing").count() == 1
    assert tiles.nth(3).locator("b").count() == 0, "a title is text, not markup"
    tiles.nth(3).focus()
    page.keyboard.press("Enter")
    says(page, "gallery-says", "^3$")


def test_street_to_shop_by_hand(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="Street to shop").click()
    sentence = page.locator("#street-sentence")
    expect(sentence).to_contain_text("find \u201cpink dress\u201d, the right one")
    page.locator("#street-box [data-do=remove]").click()
    expect(sentence).to_contain_text("No box is looked at, so its weight is 0.")
    draw_garment("green", "dress").save(tmp_path / "green.png")
    with page.expect_file_chooser() as chooser:
        page.locator("#street-picture").click()
    chooser.value.set_files(tmp_path / "green.png")
    expect(sentence).to_contain_text("\u201cgreen dress\u201d")
    page.locator("#street-weights input[type=range]").first.focus()
    page.keyboard.press("Home")
    expect(sentence).to_contain_text("The words find \u201cgreen dress\u201d")
    (tmp_path / "bad.png").write_text("no picture")
    with page.expect_file_chooser() as chooser:
        page.locator("#street-picture").click()
    chooser.value.set_files(tmp_path / "bad.png")
    expect(page.locator(".notice:visible")).to_contain_text("not a picture")
    expect(sentence).to_contain_text("The words find \u201cgreen dress\u201d")


def test_a_picture_can_be_dropped_and_pasted(page: Page) -> None:
    page.get_by_role("tab", name="Street to shop").click()
    page.wait_for_selector("#street-gallery img")
    carry = """async (which) => {
        const answer = await fetch(document.querySelectorAll('#street-gallery img')[which].src);
        const carried = new DataTransfer();
        carried.items.add(new File([await answer.blob()], 'carried.webp', {type: 'image/webp'}));
        const options = {bubbles: true, cancelable: true};
        if (which) document.dispatchEvent(new ClipboardEvent('paste', {clipboardData: carried, ...options}));
        else document.querySelector('#street-box .box-tool')
            .dispatchEvent(new DragEvent('drop', {dataTransfer: carried, ...options}));
    }"""
    taken = page.evaluate("""() => {
        const carried = new DataTransfer();
        carried.items.add(new File(['a cell as a picture'], 'cell.png', {type: 'image/png'}));
        carried.setData('text/plain', 'green dress');
        const paste = new ClipboardEvent('paste', {clipboardData: carried, bubbles: true, cancelable: true});
        return !document.querySelector('#street-words textarea, #street-words input').dispatchEvent(paste);
    }""")
    assert not taken, "what is pasted into a field of words is text, as a cell of a table is"
    sentence = page.locator("#street-sentence")
    for which in (0, 1):
        last = uploaded(page.url)
        page.evaluate(carry, which)
        page.wait_for_url(lambda address, last=last: uploaded(address) not in ("", last))
        expect(page.locator("#street-box .box-size")).to_have_text("240 \u00d7 300")
        # The second answer comes while the sliders stand elsewhere than where the page asked it.
        page.wait_for_function(THE_TILES_ARE_THE_SENTENCES, timeout=5_000)
        page.locator("#street-weights input[type=range]").first.focus()
        page.keyboard.press("End")
    expect(sentence).to_contain_text("The picture finds")


def test_compose_by_hand(page: Page) -> None:
    page.get_by_role("tab", name="Compose").click()
    sentence = page.locator("#compose-sentence")
    expect(sentence).to_contain_text("The reference itself is left out.")
    page.locator("#compose-strip .tile").nth(3).click()
    expect(page.locator("#compose-reference")).to_contain_text("yellow shirt")
    page.locator("#compose-text textarea, #compose-text input").first.fill("the same skirt in green")
    page.keyboard.press("Enter")
    expect(sentence).to_contain_text("find \u201cyellow skirt\u201d")
    before = sentence.inner_text()
    page.get_by_label("max", exact=True).click()
    expect(sentence).not_to_have_text(before)
    page.locator("#compose-gallery .tile").first.click()
    page.get_by_role("button", name="Ask with this picture").click()
    expect(page.locator("#compose-reference")).to_contain_text("left out of the ranking")

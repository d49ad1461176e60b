"""The door for pictures: what it refuses, what it mends, and what it costs."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from core.errors import CapacityError, InputError
from core.images import decoding, door, encode_png, is_blank, on_sheet, open_picture, thumbnail
from core.images.pixels import GAP, fitted, square
from core.types import Box
from tests.faults import canvas
from tests.faults import pictures as made
from tests.faults.canvas import likeness

ROOT = Path(__file__).resolve().parents[2]
SKETCH = np.asarray(canvas.sketch())


def refusal(source: bytes | str | Path | None, box: Box | None = None) -> str:
    """Returns the sentence with which the door refuses, after checking that it is one."""
    with pytest.raises(InputError) as caught:
        open_picture(source, box=box)
    sentence = str(caught.value)
    assert sentence[0].isupper() and sentence.endswith(".") and "\n" not in sentence
    assert "/" not in sentence and "Error" not in sentence
    return sentence


@pytest.mark.parametrize("name", made.NO_PICTURE)
def test_what_is_no_picture_is_refused_with_the_formats_that_work(name: str) -> None:
    expected = "This file is not a picture that can be read here; use JPEG, PNG, WebP, GIF or BMP."
    assert refusal(made.NO_PICTURE[name]()) == expected


@pytest.mark.parametrize("name", made.DAMAGED)
def test_damaged_files_are_refused_quickly(name: str) -> None:
    file = made.DAMAGED[name]()
    start = time.thread_time()
    assert "incomplete or damaged" in refusal(file)
    # It takes hundredths of a second; a full collection of a large process, which may come just then, most of one.
    assert time.thread_time() - start < 3


@pytest.mark.parametrize("name", made.TOO_LARGE)
def test_too_large_or_too_thin_is_refused_before_a_pixel_is_decoded(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(self: Image.Image) -> None:
        raise AssertionError("a pixel was decoded")

    file = made.TOO_LARGE[name]()
    monkeypatch.setattr(Image.Image, "load", load)
    sentence = refusal(file)
    assert "megapixels" in sentence or "20 to 1" in sentence


@pytest.mark.filterwarnings("ignore:(Corrupt|Possibly corrupt) EXIF")
@pytest.mark.parametrize("name", [*made.ACCEPTED, *made.BLANK])
def test_odd_but_good_pictures_are_read(name: str) -> None:
    picture = open_picture({**made.ACCEPTED, **made.BLANK}[name]())
    height, width = picture.pixels.shape[:2]
    assert 1 <= max(width, height) <= 1024
    assert len(picture.digest) == 64


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_only_the_first_of_many_frames_is_decoded_within_a_tenth_of_a_second(kind: str) -> None:
    file = made.animation(kind)
    start = time.thread_time()
    picture = open_picture(file)
    assert time.thread_time() - start < 0.1
    assert picture.frames == 500
    assert picture.notes == ("Only the first of 500 frames is used.",)
    assert likeness(picture.pixels, SKETCH) > 0.99


def test_an_animation_whose_end_is_cut_off_still_shows_its_first_frame() -> None:
    file = made.animation("GIF", 20)
    picture = open_picture(file[: len(file) // 2])
    assert 1 < picture.frames < 20
    assert likeness(picture.pixels, SKETCH) > 0.99


def test_the_two_halves_of_a_stereo_photograph_are_no_animation() -> None:
    file = canvas.saved(canvas.photograph(), "MPO", save_all=True, append_images=[canvas.sketch()])
    picture = open_picture(file)
    assert picture.frames == 1 and picture.notes == ()
    assert likeness(picture.pixels, np.asarray(canvas.photograph())) > 0.98


def test_a_long_comment_in_a_gif_costs_nothing() -> None:
    file = made.commented_gif()
    start = time.thread_time()
    open_picture(file)
    assert time.thread_time() - start < 0.3


def test_nothing_of_the_file_but_its_pixels_comes_out_again() -> None:
    picture = open_picture(made.located_jpeg())
    for file in (thumbnail(picture), encode_png(picture.pixels)):
        again = Image.open(io.BytesIO(file))
        assert b"SECRET" not in file and not again.getexif() and "exif" not in again.info
    assert b"<script>" not in encode_png(open_picture(made.polyglot()).pixels)


def test_png_gives_the_pixels_back() -> None:
    assert np.array_equal(open_picture(encode_png(SKETCH)).pixels, SKETCH)


def test_a_thumbnail_keeps_the_shape() -> None:
    large = open_picture(canvas.saved(canvas.photograph(900, 300)))
    assert Image.open(io.BytesIO(thumbnail(large, 300))).size == (300, 100)
    small = open_picture(canvas.saved(canvas.sketch(40, 30)))
    assert Image.open(io.BytesIO(thumbnail(small))).size == (40, 30)


@pytest.mark.parametrize(("side", "most"), [(600, 10.0), (900, 7.8)])
def test_a_thumbnail_of_a_drawing_is_nearly_as_sharp_as_can_be(side: int, most: float) -> None:
    drawing = Image.new("RGB", (side, side), "white")
    pen = ImageDraw.Draw(drawing)
    for number in range(0, side, side // 12):
        pen.line(
            (number, 0, side - number, side), fill="black" if number % 2 else "crimson", width=side // 150
        )
    picture = open_picture(encode_png(np.asarray(drawing)))
    best = np.asarray(drawing.resize((320, 320), Image.Resampling.LANCZOS)).astype(float)
    shown = np.asarray(Image.open(io.BytesIO(thumbnail(picture))).convert("RGB"))
    assert np.sqrt(np.square(shown - best).mean()) < most, "of 255 levels; a box window errs by 11.0 and 8.6"


@given(st.integers(1, 900), st.integers(1, 900), st.sampled_from([64, 224, 256, 384]))
def test_a_square_has_the_bits_of_a_whole_sheet_that_is_resized(width: int, height: int, size: int) -> None:
    pixels = np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)
    for made_square, half in ((square, 1), (fitted, 2)):
        wide, high = max(width, -(-height // half)), max(height, -(-width // half))
        sheet = Image.new("RGB", (wide, high), "white")
        sheet.paste(Image.fromarray(pixels), ((wide - width) // 2, (high - height) // 2))
        resized = sheet.resize((size, size), Image.Resampling.BICUBIC, reducing_gap=GAP)
        assert np.array_equal(made_square(pixels, size), sheet if sheet.size == (size, size) else resized)


@pytest.mark.parametrize("name", made.BLANK)
def test_one_colour_is_blank(name: str) -> None:
    assert is_blank(open_picture(made.BLANK[name]()).pixels)


def test_a_faint_dot_is_not_blank_and_a_single_pixel_says_nothing() -> None:
    dotted = np.full((100, 100, 3), 255, np.uint8)
    dotted[50, 50] = 230
    assert not is_blank(dotted)
    assert not is_blank(np.zeros((1, 1, 3), np.uint8))
    assert "very small" in open_picture(made.strip(1, 1)).notes[0]


def test_a_path_is_as_good_as_bytes(tmp_path: Path) -> None:
    path = tmp_path / "house.png"
    path.write_bytes(canvas.saved(canvas.sketch()))
    link = tmp_path / "link"
    link.symlink_to(path)
    for source in (path, str(path), link):
        assert np.array_equal(open_picture(source).pixels, SKETCH)
    assert open_picture(path).digest == open_picture(path.read_bytes()).digest


def test_what_is_no_regular_file_gives_one_sentence_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    sources = [
        tmp_path,
        tmp_path / "none.png",
        tmp_path / "loop",
        tmp_path / "pipe",
        "/dev/zero",
        "a\0b",
        "x" * 5000,
    ]
    assert {refusal(source) for source in sources} == {
        "The picture could not be opened; choose the file again."
    }
    secret = tmp_path / "passwd.png"
    secret.write_text("root:x:0:0:root:/root:/bin/bash\n")
    (tmp_path / "innocent.png").symlink_to(secret)
    assert "not a picture" in refusal(tmp_path / "innocent.png")


def test_no_picture_at_all_asks_for_one() -> None:
    assert refusal(None) == "Add a picture first."


def test_files_above_64_megabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "heavy.png"
    with path.open("wb") as file:
        file.write(canvas.saved(canvas.sketch()))
        file.truncate(70 * 2**20)
    assert "64 MB" in refusal(path)
    assert "64 MB" in refusal(made.heavy_file(65 * 2**20))
    open_picture(made.heavy_file(2**20))


def test_lack_of_memory_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(image: Image.Image) -> Image.Image:
        raise MemoryError

    monkeypatch.setattr(door, "on_white", exhausted)
    with pytest.raises(CapacityError, match="memory"):
        open_picture(canvas.saved(canvas.sketch()))


def test_heif_is_tried_only_where_its_library_is() -> None:
    decoding._formats.cache_clear()
    try:
        import pillow_heif  # noqa: F401
    except ImportError:
        assert "HEIF" not in decoding._formats()
    else:
        assert "HEIF" in decoding._formats()


def test_refusing_costs_little_memory_and_starts_no_other_plugin() -> None:
    program = """
import resource, sys
from core.errors import InputError
from core.images import open_picture
from core.images import door
from tests.faults import canvas
from tests.faults import pictures as made
from tests.faults.canvas import likeness
open_picture(made.blank())
files = [make() for make in made.TOO_LARGE.values()] + [made.eps(), made.bomb_webp(), made.many_scans()]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for file in files:
    try:
        open_picture(file)
    except InputError:
        continue
    raise AssertionError("accepted")
assert "PIL.EpsImagePlugin" not in sys.modules
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert int(answer.stdout) < 50 * 1024


@pytest.mark.parametrize("size", [(320, 320), (128, 300), (700, 90)])
def test_a_sketch_as_a_file_is_what_the_pad_hands_back(size: tuple[int, int]) -> None:
    file = encode_png(np.asarray(canvas.sketch().resize(size)))
    shown = on_sheet(open_picture(file))
    handed = on_sheet(open_picture(encode_png(shown.pixels)))
    assert np.array_equal(shown.pixels, handed.pixels) and shown.pixels.shape[:2] == (512, 512)

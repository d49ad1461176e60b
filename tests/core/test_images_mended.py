"""The door for pictures: what comes out upright, on white, in 8 bits and at a bearable size."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from core.errors import InputError
from core.images import fitted, open_picture, square
from core.images.pixels import on_white
from core.types import Box
from tests.faults import canvas
from tests.faults import pictures as made
from tests.faults.canvas import likeness

SKETCH = np.asarray(canvas.sketch())


@pytest.mark.parametrize(
    "name", ["12 transparent sketch", "15 one bit", "15 palette with alpha", "15 GIF with alpha"]
)
def test_transparency_becomes_white_and_ink_stays_ink(name: str) -> None:
    assert likeness(open_picture(made.ACCEPTED[name]()).pixels, SKETCH) > 0.97


def test_a_transparent_sketch_is_the_same_picture_as_one_on_white() -> None:
    on_white = open_picture(canvas.saved(canvas.sketch().convert("L"))).pixels
    assert np.abs(open_picture(made.transparent_sketch()).pixels.astype(int) - on_white).max() <= 1
    assert np.abs(open_picture(made.grey_alpha()).pixels.astype(int) - on_white).max() <= 1


def test_transparent_colours_of_opaque_modes_become_white() -> None:
    for mode, key in (("L", 200), ("RGB", (200, 200, 200))):
        picture = Image.new(mode, (20, 20), key)
        picture.paste(0, (0, 0, 10, 20))
        opened = open_picture(canvas.saved(picture, transparency=key)).pixels
        assert opened[5, 15].tolist() == [255, 255, 255] and opened[5, 5].tolist() == [0, 0, 0]


def test_sixteen_bit_grey_equals_its_eight_bit_original() -> None:
    grey = np.asarray(canvas.sketch().convert("L"))
    assert np.array_equal(open_picture(made.grey16()).pixels[..., 0], grey)


@pytest.mark.parametrize(("levels", "bits"), [(255, 8), (4095, 12)])
def test_sixteen_bit_grey_that_uses_fewer_bits_is_not_left_black(levels: int, bits: int) -> None:
    picture = open_picture(made.grey16(levels))
    assert likeness(picture.pixels, np.asarray(canvas.sketch().convert("L").convert("RGB"))) > 0.999
    assert picture.notes == (f"This picture uses {bits} of its 16 bits; they fill the full range here.",)


def test_sixteen_bit_transparency_becomes_white() -> None:
    assert (open_picture(canvas.png(30, 20, 16, 0, canvas.chunk(b"tRNS", b"\0\0"))).pixels == 255).all()


def test_kinds_of_pixels_without_a_range_are_refused() -> None:
    with pytest.raises(InputError, match="8-bit PNG or JPEG"):
        on_white(Image.new("F", (4, 4)))


def test_printing_colours_look_as_in_rgb() -> None:
    assert likeness(open_picture(made.cmyk_jpeg()).pixels, np.asarray(canvas.photograph())) > 0.98


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright_and_identical(orientation: int, kind: str) -> None:
    picture = open_picture(made.turned(orientation, kind))
    assert np.array_equal(picture.pixels, SKETCH)
    assert picture.original_size == (240, 160)


def test_a_large_turned_picture_equals_the_one_turned_beforehand() -> None:
    large = canvas.photograph(1500, 1111)
    exif = Image.Exif()
    exif[0x0112] = 8
    turned = canvas.saved(large.transpose(Image.Transpose.ROTATE_270), exif=exif, compress_level=1)
    assert np.array_equal(open_picture(turned).pixels, open_picture(canvas.saved(large, "BMP")).pixels)


def test_a_turned_jpeg_is_upright() -> None:
    picture = open_picture(made.turned(6, "JPEG"))
    assert likeness(picture.pixels, SKETCH) > 0.98


@pytest.mark.filterwarnings("ignore:(Corrupt|Possibly corrupt) EXIF")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_unreadable_exif_is_ignored(kind: str) -> None:
    assert likeness(open_picture(made.wrong_exif(kind)).pixels, SKETCH) > 0.97


def test_forty_eight_megapixel_photographs_are_reduced_while_decoding() -> None:
    large = canvas.photograph(1000, 750).resize((8000, 6000), Image.Resampling.BILINEAR)
    picture = open_picture(canvas.saved(large, "JPEG", quality=60))
    assert picture.original_size == (8000, 6000) and picture.pixels.shape == (750, 1000, 3)
    small = np.asarray(large.resize((1000, 750), Image.Resampling.BOX))
    assert likeness(picture.pixels, small) > 0.99
    box = Box(4000, 3000, 8000, 6000)
    part = open_picture(canvas.saved(large, "JPEG", quality=60), box=box)
    assert likeness(part.pixels, np.asarray(large.crop((4000, 3000, 8000, 6000)).resize((1000, 750)))) > 0.98


def resized_header(file: bytes, width: int, height: int) -> bytes:
    """Returns the JPEG with other dimensions written into its frame header."""
    at = max(file.rfind(b"\xff\xc0\x00"), file.rfind(b"\xff\xc2\x00"))
    return file[: at + 5] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + file[at + 9 :]


def test_jpegs_have_their_own_limits() -> None:
    plain = canvas.saved(canvas.sketch(), "JPEG")
    with pytest.raises(InputError, match="200 megapixels"):
        open_picture(resized_header(plain, 20_000, 10_001))
    several = canvas.saved(canvas.sketch(), "JPEG", progressive=True)
    with pytest.raises(InputError, match="80 megapixels"):
        open_picture(resized_header(several, 10_001, 8000))


def test_an_aspect_of_20_to_1_is_the_last_that_is_read() -> None:
    assert open_picture(made.strip(2000, 100)).pixels.shape == (51, 1024, 3)
    assert open_picture(made.strip(1, 20)).pixels.shape == (20, 1, 3)
    with pytest.raises(InputError, match="20 to 1"):
        open_picture(made.strip(2001, 100))


@pytest.mark.parametrize("size", [1, 64, 260])
@pytest.mark.parametrize("shape", [(1, 1), (1, 20), (300, 15), (97, 200)])
def test_square_pads_with_white_and_loses_no_edge(shape: tuple[int, int], size: int) -> None:
    result = square(np.zeros((*shape, 3), np.uint8), size)
    assert result.shape == (size, size, 3)
    dark = (255.0 - result).sum() / 255 / result.size
    assert size == 1 or dark == pytest.approx(min(shape) / max(shape), rel=0.25, abs=0.02)


def test_square_leaves_a_square_of_the_right_size_alone() -> None:
    assert np.array_equal(square(SKETCH[:100, :100], 100), SKETCH[:100, :100])


def test_fitted_uses_the_whole_square_up_to_two_to_one() -> None:
    assert (fitted(np.zeros((100, 200, 3), np.uint8), 64) == 0).all()
    strip = fitted(np.zeros((1024, 51, 3), np.uint8), 64)
    assert (255.0 - strip).mean() / 255 == pytest.approx(51 / 512, abs=0.02)
    assert (strip[:, 32] == 0).all() and (strip[:, 0] == 255).all()
    assert fitted(np.zeros((1, 1, 3), np.uint8), 64).shape == (64, 64, 3)

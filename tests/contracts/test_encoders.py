"""What every joint encoder promises, tried on each one in the registry."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from core.encoders import ENCODERS
from core.encoders.base import JointEncoder, checked
from core.errors import ArtifactError
from core.profiles import PROFILES
from tests.pocket import painted, picture_of, pocket

pytestmark = pytest.mark.weights
MADE: dict[str, Any] = {"pocket": lambda: pocket().joint}
TEXTS = ("a dog runs across a field", "two red shoes", "a dog runs across a field", "x", "naïve 东京 🙂 !?")
SHAPES = ((40, 40), (9, 180), (180, 9), (1, 1), (300, 200))


@pytest.fixture(params=list(ENCODERS))
def encoder(request: pytest.FixtureRequest) -> JointEncoder:
    made = MADE[request.param]()
    assert isinstance(made, JointEncoder)
    return made


@pytest.fixture(scope="module")
def pictures() -> list[Any]:
    return [painted(seed, shape) for seed, shape in enumerate(SHAPES)]


def lengths(rows: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(rows.astype(np.float64), axis=1))


def test_every_encoder_has_a_way_to_be_made_here_and_a_profile_that_names_it() -> None:
    assert set(MADE) == set(ENCODERS) >= {PROFILES["pocket"].encoder}


def test_rows_are_finite_unit_and_as_wide_as_promised(encoder: JointEncoder, pictures: list[Any]) -> None:
    assert encoder.id and encoder.scale > 1
    for rows, count in ((encoder.encode_pictures(pictures), 5), (encoder.encode_texts(TEXTS), 5)):
        assert rows.shape == (count, encoder.width) and rows.dtype == np.float32
        assert np.isfinite(rows).all()
        np.testing.assert_allclose(lengths(rows), 1.0, atol=1e-5)


def test_nothing_in_gives_nothing_out(encoder: JointEncoder) -> None:
    assert encoder.encode_pictures([]).shape == (0, encoder.width)
    assert encoder.encode_texts([]).shape == (0, encoder.width)


def test_the_same_input_gives_the_same_row(encoder: JointEncoder, pictures: list[Any]) -> None:
    texts = encoder.encode_texts(TEXTS)
    np.testing.assert_array_equal(texts[0], texts[2])
    np.testing.assert_array_equal(texts, encoder.encode_texts(TEXTS))
    rows = encoder.encode_pictures(pictures[:2])
    np.testing.assert_array_equal(rows, encoder.encode_pictures(pictures[:2]))


def test_company_in_a_batch_changes_nothing(encoder: JointEncoder, pictures: list[Any]) -> None:
    together = encoder.encode_pictures(pictures)
    alone = np.concatenate([encoder.encode_pictures([one]) for one in pictures])
    np.testing.assert_allclose(together, alone, atol=1e-4)
    long = " ".join(["a much longer sentence than the others"] * 6)
    together = encoder.encode_texts([*TEXTS, long])
    alone = np.concatenate([encoder.encode_texts([one]) for one in (*TEXTS, long)])
    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_tokens_are_unit_rows_about_the_same_thing(encoder: JointEncoder, pictures: list[Any]) -> None:
    for pooled, tokens in (
        (encoder.encode_pictures(pictures[:1]), encoder.picture_tokens(pictures[0])),
        (encoder.encode_texts(TEXTS[:1]), encoder.text_tokens(TEXTS[0])),
    ):
        assert len(tokens) > 1 and tokens.shape[1] == encoder.width
        assert np.isfinite(tokens).all()
        np.testing.assert_allclose(lengths(tokens), 1.0, atol=1e-5)
        mean = tokens.astype(np.float64).mean(axis=0)
        assert float(pooled[0] @ mean / np.linalg.norm(mean)) > 0.9


def test_only_a_long_text_is_shortened(encoder: JointEncoder) -> None:
    assert encoder.shortened_after("a dog") is None
    long = " ".join(f"word{i}" for i in range(300))
    last = encoder.shortened_after(long)
    assert last and last in long


def test_words_and_pictures_of_one_colour_lie_together(encoder: JointEncoder) -> None:
    """The two sides are one space: colours on plain ground are matched with their names."""
    colours = {"red": (220, 20, 20), "green": (20, 160, 30), "blue": (20, 40, 220)}
    pixels = [np.full((64, 64, 3), 255, dtype=np.uint8) for _ in colours]
    for canvas, colour in zip(pixels, colours.values(), strict=True):
        canvas[12:52, 12:52] = colour
    rows = encoder.encode_pictures([picture_of(canvas) for canvas in pixels])
    words = encoder.encode_texts([f"a photo of something {name}" for name in colours])
    found = (rows @ words.T).argmax(axis=1).tolist()
    assert sum(a == b for a, b in zip(found, range(3), strict=True)) >= 2


def test_vectors_that_cannot_be_trusted_never_leave_an_encoder() -> None:
    good = np.eye(3, dtype=np.float64)
    assert checked(good, unit=True, by="toy").dtype == np.float32
    assert checked(np.zeros((0, 3)), unit=True, by="toy").shape == (0, 3)
    for bad in (np.full((1, 3), np.nan), np.array([[np.inf, 0, 0]])):
        with pytest.raises(ArtifactError, match="toy gave numbers that are not finite"):
            checked(bad, unit=False, by="toy")
    with pytest.raises(ArtifactError, match="length is not 1"):
        checked(2 * good, unit=True, by="toy")
    with pytest.raises((ArtifactError, TypeCheckError)):
        checked(np.ones(3), unit=False, by="toy")

"""What every joint encoder promises, tried on each one in the registry."""

from __future__ import annotations

import functools
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from core.contracts import JointEncoder, PictureEncoder, SentenceEncoder
from core.encoders import ENCODERS
from core.encoders.base import checked
from core.encoders.bert import Bert
from core.encoders.blip_itm import BlipItm
from core.encoders.dinov2 import Dinov2
from core.encoders.open_clip_joint import OpenClipJoint
from core.errors import ArtifactError
from core.settings import PROFILES
from core.types import Unread
from tests import checkpoints
from tests.pocket import painted, picture_of, pocket
from tests.rounding import assert_same_rows

pytestmark = [pytest.mark.weights, pytest.mark.numeric]
TEXTS = ("a dog runs across a field", "two red shoes", "a dog runs across a field", "x", "naïve 东京 🙂 !?")
LONG = " ".join(["a much longer sentence than the others"] * 6)
SHAPES = ((40, 40), (9, 180), (180, 9), (1, 1), (300, 200))

# The pocket model as shipped; of the paper profile's families a tiny checkpoint in the format of the real one.
TRAINED: dict[str, Any] = {"pocket": lambda: pocket().joint}
JOINT = TRAINED | {
    "open_clip": lambda: OpenClipJoint(tiny("open_clip"), id="tiny-clip"),
    "open_clip (SigLIP)": lambda: OpenClipJoint(tiny("siglip"), id="tiny-siglip"),
    "blip_itm": lambda: BlipItm(tiny("blip_itm"), id="tiny-blip"),
}
PICTURES: dict[str, Any] = {
    "dinov2": lambda: Dinov2(tiny("dinov2"), id="tiny-dinov2"),
    "dinov2 (patches)": lambda: Dinov2(tiny("dinov2"), id="tiny-dinov2", tokens="patches"),
}
SENTENCES: dict[str, Any] = {"bert": lambda: Bert(tiny("bert"), id="tiny-bert")}
SCRATCH = tempfile.TemporaryDirectory(prefix="blendscope-contracts-")


@functools.cache
def tiny(family: str) -> Path:
    """Returns the folder of a tiny checkpoint, written when it is first needed."""
    folder: Path = getattr(checkpoints, f"tiny_{family}")(Path(SCRATCH.name) / family)
    return folder


@pytest.fixture(params=list(JOINT))
def encoder(request: pytest.FixtureRequest) -> JointEncoder:
    joint = JOINT[request.param]()
    assert isinstance(joint, JointEncoder)
    return joint


@pytest.fixture(params=list(TRAINED))
def trained(request: pytest.FixtureRequest) -> JointEncoder:
    joint: JointEncoder = TRAINED[request.param]()
    return joint


@pytest.fixture(scope="module")
def pictures() -> list[Any]:
    return [painted(seed, shape) for seed, shape in enumerate(SHAPES)]


SIDES = [
    *((name, "sees") for name in [*JOINT, *PICTURES]),
    *((name, "reads") for name in [*JOINT, *SENTENCES]),
]


@pytest.fixture(params=SIDES, ids=" ".join)
def side(request: pytest.FixtureRequest, pictures: list[Any]) -> tuple[Any, Any, list[Any]]:
    """An encoder, one thing that it encodes pictures or texts with, and some of these."""
    name, does = request.param
    encoder = (JOINT | PICTURES | SENTENCES)[name]()
    assert isinstance(encoder, JointEncoder | PictureEncoder | SentenceEncoder)
    joint = isinstance(encoder, JointEncoder)
    if does == "sees":
        return encoder, encoder.encode_pictures if joint else encoder.pooled, pictures
    return encoder, encoder.encode_texts if joint else encoder.sentences, list(TEXTS)


def lengths(rows: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(rows.astype(np.float64), axis=1))


def test_every_encoder_has_a_way_to_be_made_here_and_every_profile_names_one() -> None:
    families = {name.partition(" ")[0] for name in JOINT | PICTURES | SENTENCES}
    assert families == set(ENCODERS) >= {chosen.encoder for chosen in PROFILES.values() if chosen.encoder}


def test_rows_are_finite_and_as_wide_as_promised(side: Any) -> None:
    encoder, encode, given = side
    rows = encode(given)
    assert encoder.id and rows.shape == (5, encoder.width) and rows.dtype == np.float32
    assert np.isfinite(rows).all()
    assert np.abs(rows[0] - rows[1]).max() > 1e-3, "different inputs differ"


@pytest.mark.fault_rows(68)
def test_eight_threads_find_what_one_finds(side: Any) -> None:
    encoder, encode, given = side
    jobs: list[Any] = [[each] for each in given]
    reads = isinstance(given[0], str)
    if reads:
        jobs += [given[:3], [LONG, "x"], [LONG]]
    alone = [encode(job) for job in jobs]
    cut = encoder.shortened_after(LONG) if reads else None

    def ask(number: int) -> bool:
        if reads and number % 3 == 0:  # the tokenizer, asked with other arguments in between
            return bool(encoder.shortened_after(LONG) == cut)
        return bool(np.array_equal(encode(jobs[number % len(jobs)]), alone[number % len(jobs)]))

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(24)))


def test_rows_of_a_joint_space_are_unit(encoder: JointEncoder, pictures: list[Any]) -> None:
    assert encoder.scale > 1
    for rows in (encoder.encode_pictures(pictures), encoder.encode_texts(TEXTS)):
        np.testing.assert_allclose(lengths(rows), 1.0, atol=1e-5)


def test_nothing_in_gives_nothing_out(side: Any) -> None:
    encoder, encode, _ = side
    assert encode([]).shape == (0, encoder.width)


def test_the_same_input_gives_the_same_row(side: Any) -> None:
    _, encode, given = side
    rows = encode([*given[:2], given[0]])
    assert_same_rows(rows, encode([*given[:2], given[0]]), "another time")
    assert_same_rows(rows[0], rows[2], "at another place of the batch")


def test_company_in_a_batch_changes_nothing(side: Any) -> None:
    _, encode, given = side
    longer = [*given, LONG] if isinstance(given[0], str) else given
    alone = np.concatenate([encode([text]) for text in longer])
    np.testing.assert_allclose(encode(longer), alone, atol=1e-4)


def test_tokens_are_unit_rows(encoder: JointEncoder, pictures: list[Any]) -> None:
    for tokens in (encoder.picture_tokens(pictures[0]), encoder.text_tokens(TEXTS[0])):
        assert len(tokens) > 1 and tokens.shape[1] == encoder.width
        assert np.isfinite(tokens).all()
        np.testing.assert_allclose(lengths(tokens), 1.0, atol=1e-5)


def test_tokens_are_about_the_same_thing(trained: JointEncoder, pictures: list[Any]) -> None:
    for pooled, tokens in (
        (trained.encode_pictures(pictures[:1]), trained.picture_tokens(pictures[0])),
        (trained.encode_texts(TEXTS[:1]), trained.text_tokens(TEXTS[0])),
    ):
        mean = tokens.astype(np.float64).mean(axis=0)
        assert float(pooled[0] @ mean / np.linalg.norm(mean)) > 0.9


@pytest.mark.parametrize("name", [*JOINT, *SENTENCES])
def test_only_a_long_text_is_shortened(name: str) -> None:
    encoder = (JOINT | SENTENCES)[name]()
    assert encoder.shortened_after("a dog") is None
    long = " ".join(f"word{i}" for i in range(300))
    last = encoder.shortened_after(long)
    assert last and last in long


def test_words_and_pictures_of_one_colour_lie_together(trained: JointEncoder) -> None:
    """The two sides are one space: colours on plain ground are matched with their names."""
    colours = {"red": (220, 20, 20), "green": (20, 160, 30), "blue": (20, 40, 220)}
    pixels = [np.full((64, 64, 3), 255, dtype=np.uint8) for _ in colours]
    for canvas, colour in zip(pixels, colours.values(), strict=True):
        canvas[12:52, 12:52] = colour
    rows = trained.encode_pictures([picture_of(canvas) for canvas in pixels])
    words = trained.encode_texts([f"a photo of something {name}" for name in colours])
    nearest = (rows @ words.T).argmax(axis=1).tolist()
    assert sum(a == b for a, b in zip(nearest, range(3), strict=True)) >= 2


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


@pytest.mark.fault_rows(34)
@pytest.mark.parametrize("name", [*JOINT, *SENTENCES])
def test_words_that_the_tokenizer_cannot_read_are_named(name: str) -> None:
    encoder = (JOINT | SENTENCES)[name]()
    assert encoder.unread("a dog") == encoder.unread("!?") == Unread()
    some, none = encoder.unread("a dog \u7ea2\u8272 7"), encoder.unread("\u84dd\u8272 \u725b\u4ed4\u88e4")
    assert some.words == ("\u7ea2\u8272",) and not some.nothing_else
    assert "".join(none.words) == "\u84dd\u8272\u725b\u4ed4\u88e4" and none.nothing_else
    # Bytes stand for everything, so there two such texts differ, as they do not where both are unknown.
    rows = (encoder.encode_texts if isinstance(encoder, JointEncoder) else encoder.sentences)(
        ["\u84dd\u8272", "\u7ea2\u725b"]
    )
    assert none.as_bytes == some.as_bytes == bool(np.abs(rows[0] - rows[1]).max() > 1e-4)

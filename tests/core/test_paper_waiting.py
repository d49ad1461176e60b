"""Who waits for the paper profile's models hears how far they are, and what was said of a picture is remembered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from core.captioners.blip import BlipCaptioner
from core.captioners.free import LONGEST
from core.captioners.interview import Interview
from core.captioners.recent import Recent
from core.listening import listened_to, overheard, say
from core.profiles.paper_parts import AT_A_TIME, PaperGallery
from core.types import Picture
from tests import checkpoints
from tests.pocket import painted

PICTURE, OTHER = painted(0, (40, 60)), painted(1, (90, 64))
Heard = list[tuple[float, str]]


@contextmanager
def hearing() -> Iterator[Heard]:
    """Waits, and writes down what is said meanwhile."""
    heard: Heard = []
    with listened_to(lambda: False, lambda count, what: heard.append((count, what))):
        yield heard


@pytest.fixture(scope="module")
def captioner(tmp_path_factory: pytest.TempPathFactory) -> BlipCaptioner:
    return BlipCaptioner(checkpoints.tiny_blip_caption(tmp_path_factory.mktemp("blip")), id="owner/blip@1")


@pytest.fixture(scope="module")
def interview(tmp_path_factory: pytest.TempPathFactory) -> Interview:
    vqa = checkpoints.tiny_blip_vqa(tmp_path_factory.mktemp("vqa"))
    return Interview(vqa, checkpoints.tiny_smollm(tmp_path_factory.mktemp("lm")), id="vqa, lm", rounds=3)


def test_nobody_has_to_listen_and_two_may() -> None:
    say(1, "of 2")
    over: Heard = []
    with hearing() as heard:
        with overheard(lambda count, what: over.append((count, what))):
            say(1, "of 2")
        say(2, "of 2")
    say(3, "of 2")
    assert over == [(1, "of 2")] and heard == [(1, "of 2"), (2, "of 2")]
    with overheard(lambda count, what: over.append((count, what))):
        say(4, "of 2")
    assert over[-1] == (4, "of 2")


def test_a_caption_is_told_word_by_word_and_remembered(captioner: BlipCaptioner) -> None:
    with hearing() as heard:
        first = captioner.caption(PICTURE)
    assert heard[0][1] == "GB are being read: owner/blip"
    counts = [count for count, what in heard if "words of the caption" in what]
    assert counts == list(range(1, len(counts) + 1)) and 1 < len(counts) <= LONGEST
    with hearing() as heard:
        assert captioner.caption(PICTURE) == first
    assert not heard, "nothing is computed for what is remembered"
    with hearing() as heard:
        captioner.caption(OTHER)
    assert heard and all("GB" not in what for _, what in heard)


def test_a_caption_that_time_cut_short_is_written_anew(
    captioner: BlipCaptioner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captioner, "_recent", Recent[str](2))
    whole = captioner.captions([PICTURE])[0]
    monkeypatch.setattr(captioner, "deadline", 0.0)
    captioner.captions = lambda pictures, within=None: ["cut"]  # type: ignore[method-assign]
    assert captioner.caption(PICTURE).sentence == "cut"
    del captioner.captions  # type: ignore[attr-defined]
    monkeypatch.setattr(captioner, "deadline", 100.0)
    assert captioner.caption(PICTURE).sentence == whole


def test_a_talk_looks_at_its_picture_once_says_how_far_it_is_and_is_remembered(interview: Interview) -> None:
    looks: list[int] = []

    def watch(network: Any) -> None:
        network.model.vision_model.register_forward_hook(lambda *_: looks.append(1))

    interview._sees.run(watch)
    with hearing() as heard:
        talk = interview.about(PICTURE)
    assert len(talk.exchanges) == 3 and len(looks) == 1
    assert [count for count, what in heard if what == "of 3 questions about the picture"] == [1, 2, 3]
    for part in ("words of an answer", "words of the next question", "words of the summary"):
        assert any(part in what for _, what in heard), part
    with hearing() as heard:
        assert interview.about(PICTURE) == talk
    assert not heard and len(looks) == 1
    assert interview.about(OTHER) != talk and len(looks) == 2


def test_only_the_last_few_pictures_are_remembered() -> None:
    recent = Recent[int](2)
    for seed in range(3):
        recent.keep(painted(seed), seed)
    assert [recent.get(painted(seed)) for seed in range(3)] == [None, 1, 2]


class Encoder:
    """Describes a picture by its mean colour."""

    def encode_pictures(self, pictures: Sequence[Picture]) -> np.ndarray:
        return np.array([picture.pixels.mean((0, 1)) for picture in pictures], np.float32).reshape(-1, 3)


@pytest.mark.parametrize("count", [0, 1, AT_A_TIME, 2 * AT_A_TIME + 1])
def test_a_gallery_says_every_few_pictures_how_far_it_is(count: int) -> None:
    pictures = [painted(seed, (8, 8)) for seed in range(count)]
    with hearing() as heard:
        encoded = PaperGallery(Encoder(), None, {}).encode(pictures)
    np.testing.assert_array_equal(encoded.vectors["joint"], Encoder().encode_pictures(pictures))
    assert list(encoded.captions) == [""] * count
    assert [told for told, _ in heard] == list(range(0, max(count, 1), AT_A_TIME))

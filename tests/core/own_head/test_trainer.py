"""A visitor's own head: it learns, stops when told to, refuses with one sentence, and can be taken away."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load

from core.errors import InputError
from core.heads.field_road import FieldRoadHead
from core.images import open_picture
from core.own_head.trainer import OwnTrainer, Progress
from core.small_heads.samples import SCHEDULES
from core.types import Picture


class Eye:
    """An encoder that sees mean colours."""

    id, width, scale = "eye", 4, 10.0

    def __init__(self) -> None:
        self.seen = 0

    def encode_pictures(self, pictures: Sequence[Picture]) -> np.ndarray:
        """Returns a unit row for each picture."""
        self.seen += len(pictures)
        rows = np.stack([np.append(picture.pixels.mean(axis=(0, 1)) - 127, 20.0) for picture in pictures])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def colours(folder: Path, colour: tuple[int, int, int], count: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(sum(colour))
    paths = [folder / f"{i}.png" for i in range(count)]
    for path in paths:
        pixels = np.clip(np.array(colour) + draw.integers(-30, 30, (24, 32, 3)), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(path)
    return paths


def trainer() -> OwnTrainer:
    eye: object = Eye()
    return OwnTrainer(eye)  # type: ignore[arg-type]


def never() -> bool:
    return False


def trained(
    first: list[Path],
    second: list[Path],
    names: tuple[str, str] = ("red", "blue"),
    schedule: str = "text",
    stopped: Callable[[], bool] = never,
) -> list[Progress]:
    return list(trainer().train(first, second, names, schedule, stopped))


@pytest.fixture
def red(tmp_path: Path) -> list[Path]:
    return colours(tmp_path / "red", (210, 40, 40), 9)


@pytest.fixture
def blue(tmp_path: Path) -> list[Path]:
    return colours(tmp_path / "blue", (40, 40, 210), 12)


@pytest.mark.parametrize("schedule", ["text", "code"])
def test_it_learns_two_classes_and_is_answered_with_their_names(
    schedule: str, red: list[Path], blue: list[Path], tmp_path: Path
) -> None:
    steps = trained(red, blue, schedule=schedule)
    assert [step.read for step in steps[:3]] == [8, 16, 21]
    own = steps[-1].own
    assert own is not None and own.names == ("red", "blue") and own.pictures == (9, 12)
    assert own.schedule == schedule
    assert all(step.own is None for step in steps[:-1])
    epochs = SCHEDULES[schedule].epochs
    training = [step for step in steps[3:-1] if not step.judged]
    assert [len(step.epochs) for step in training] == list(range(1, len(training) + 1))
    assert [step.judged for step in steps[3 + len(training) : -1]] == list(
        range(1, len(steps) - len(training) - 3)
    )
    assert len(training) <= epochs and steps[-1].judged <= epochs
    new = [open_picture(colours(tmp_path / name, colour, 1)[0]) for name, colour in
           (("a", (200, 60, 30)), ("b", (30, 60, 200)))]  # fmt: skip
    rows = Eye().encode_pictures(new)
    assert own.probability(rows[0]) < 0.5 < own.probability(rows[1])


def test_the_archive_is_the_head_itself(red: list[Path], blue: list[Path], tmp_path: Path) -> None:
    own = trained(red, blue)[-1].own
    assert own is not None
    with zipfile.ZipFile(own.archive) as packed:
        packed.extractall(tmp_path / "taken")
        manifest = json.loads(packed.read("manifest.json"))
        weights = f"weights-{manifest['tensors_sha256']}.safetensors"
        assert sorted(packed.namelist()) == ["manifest.json", f"seen-{manifest['seen_sha256']}.txt", weights]
        assert load(packed.read(weights))["0.weight"].shape == (256, 4)
    assert manifest["details"]["labels"] == ["red", "blue"]
    assert manifest["metrics"]["held_out_accuracy"]["n"] == 21 and "without a fifth" in manifest["split"]
    again = FieldRoadHead(tmp_path / "taken", {"joint": "eye"})
    row = Eye().encode_pictures([open_picture(red[0])])
    assert float(again.road_probability(row)[0]) == own.probability(row[0])


def test_its_files_lie_where_the_trainer_was_told(red: list[Path], blue: list[Path], tmp_path: Path) -> None:
    eye: object = Eye()
    place = tmp_path / "heads"
    place.mkdir()
    last = list(OwnTrainer(eye, place).train(red, blue, ("a", "b"), "text", never))[-1]  # type: ignore[arg-type]
    assert last.own is not None and last.own.archive.parent.parent == place
    del last
    assert not list(place.iterdir()), "they go with the head"


def test_a_second_try_encodes_nothing(red: list[Path], blue: list[Path]) -> None:
    eye = Eye()
    own = OwnTrainer(eye)  # type: ignore[arg-type]
    list(own.train(red, blue, ("a", "b"), "text", never))
    assert eye.seen == 21
    list(own.train(red, blue, ("c", "d"), "code", never))
    assert eye.seen == 21


@pytest.mark.parametrize("after", [0, 3, 8])
def test_it_stops_within_a_step_when_told_to(after: int, red: list[Path], blue: list[Path]) -> None:
    calls = iter(range(1000))
    steps = trained(red, blue, schedule="code", stopped=lambda: next(calls) >= after)
    assert steps[-1].stopped and steps[-1].own is None
    assert len(steps) == after + 1


def test_what_cannot_be_read_is_left_out_with_the_reason(red: list[Path], blue: list[Path]) -> None:
    red[2].write_bytes(b"no picture")
    Image.new("RGB", (20, 20), "white").save(blue[0])
    last = trained(red, blue)[-1]
    assert last.own is not None and last.own.pictures == (8, 11)
    assert [name for name, _ in last.refused] == ["2.png", "0.png"]
    assert "not a picture" in last.refused[0][1] and "blank" in last.refused[1][1]


def test_what_cannot_work_is_one_sentence(red: list[Path], blue: list[Path], tmp_path: Path) -> None:
    copies = [tmp_path / f"copy.{ending}" for ending in ("webp", "bmp")]
    for path in copies:
        Image.open(red[0]).save(path, lossless=True)
    for first, second, names, words in (
        (red[:2], blue, ("red", "blue"), "class 'red' has 2 pictures; add between 3 and 300"),
        (red, [], ("red", "blue"), "class 'blue' has no pictures"),
        (red, blue[:1], ("red", "blue"), "class 'blue' has 1 picture; add"),
        (red, [*blue, red[0]], ("red", "blue"), "One picture stands in both classes, red and blue"),
        (red, [*blue, copies[0]], ("red", "blue"), "One picture stands in both classes, red and blue"),
        ([red[0], *copies], blue, ("red", "blue"), "'red' 1 picture can be used; 3 are needed; 2 copies"),
        (
            [red[0]] * 4,
            blue,
            ("red", "blue"),
            "Of the class 'red' 1 picture can be used; 3 are needed; 3 copies of others counted for nothing",
        ),
        (red, blue, ("same", " same "), "Both classes are called 'same'"),
        (red, blue, ("", "blue"), "name of the class"),
        (red, blue, ("x" * 41, "blue"), "longer than 40"),
    ):
        with pytest.raises(InputError, match=words):
            trained(first, second, names)
    with pytest.raises(InputError, match="no schedule 'other'; choose one of text, code"):
        trained(red, blue, schedule="other")
    for path in red:
        path.write_bytes(b"no picture")
    with pytest.raises(
        InputError,
        match=r"class 'red' no pictures can be used; 3 are needed; 0\.png was left out: This file is not a picture",
    ):
        trained(red, blue)

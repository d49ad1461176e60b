"""The paper profile's encoders in use: long texts, typed special tokens, threads, half precision, templates."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torchvision.transforms.functional import to_pil_image
from transformers import AutoImageProcessor

from core import residency
from core.captioners.dialogue import Dialogue
from core.captioners.slots import SlotCaptioner
from core.captioners.templates import GARMENT, prompts_of
from core.devices import Place
from core.encoders.bert import Bert
from core.encoders.blip_itm import BlipItm
from core.encoders.dinov2 import Dinov2
from core.encoders.open_clip_joint import OpenClipJoint
from tests import checkpoints
from tests.pocket import painted
from tests.rounding import assert_same_rows

PICTURES = [painted(seed, shape) for seed, shape in enumerate(((60, 80), (90, 64), (48, 48)))]
TEXTS = ("a dog runs across a field", "two red shoes", "a photo of a long blue dress with sleeves")
LONG = " ".join(f"dog{i} and" for i in range(200)) + " the very end"


def joints(folders: Callable[..., Path]) -> dict[str, Any]:
    clip = OpenClipJoint(folders("open_clip"), id="clip")
    siglip = OpenClipJoint(folders("siglip"), id="siglip")
    return {"clip": clip, "siglip": siglip, "blip": BlipItm(folders("blip_itm"), id="blip")}


@pytest.mark.numeric
@pytest.mark.parametrize("name", ["clip", "siglip"])
def test_captioners_and_heads_can_use_a_joint_space_without_towers(
    folders: Callable[..., Path], name: str
) -> None:
    encoder = joints(folders)[name]
    rows = encoder.encode_pictures(PICTURES)
    assert_same_rows(encoder.project_pictures(encoder.pooled(PICTURES)), rows)
    assert_same_rows(encoder.garment_features(PICTURES), rows)
    assert_same_rows(encoder.project_sentences(encoder.sentences(TEXTS)), encoder.encode_texts(TEXTS))


@pytest.mark.numeric
@pytest.mark.parametrize("name", ["bert", "clip", "siglip", "blip"])
def test_a_text_that_is_too_long_is_read_up_to_where_it_says(folders: Callable[..., Path], name: str) -> None:
    encoder = Bert(folders("bert"), id="tiny") if name == "bert" else joints(folders)[name]
    encode = encoder.sentences if name == "bert" else encoder.encode_texts
    last = encoder.shortened_after(LONG)
    assert last is not None and last in LONG
    read = LONG[: LONG.index(last) + len(last)]
    assert encoder.shortened_after(read) is None
    beyond = f"{read} {LONG[len(read) :]}"
    assert encoder.shortened_after(beyond) is not None
    assert_same_rows(encode([LONG]), encode([LONG[:-9]]))
    assert np.abs(encode([LONG]) - encode([LONG.replace("dog0", "cat")])).max() > 1e-4


@pytest.mark.parametrize("name", ["bert", "clip", "blip"])
@pytest.mark.parametrize("token", ["[SEP]", "[ENC]", "<end_of_text>", "&lt;end_of_text&gt;"])
def test_a_typed_special_token_is_plain_text(folders: Callable[..., Path], name: str, token: str) -> None:
    encoder = Bert(folders("bert"), id="tiny") if name == "bert" else joints(folders)[name]
    ids = encoder._reader.tokens([f"a dog {token} cat"])
    row = (ids if name == "clip" else ids[0])[0].tolist()
    special = {49406, 49407} if name == "clip" else {100, 101, 102, 103}
    last = row.index(49407) if name == "clip" else len(row) - 1
    assert [place for place, number in enumerate(row[: last + 1]) if number in special] == [0, last]
    assert row[last + 1 :] == [0] * (len(row) - last - 1)


@pytest.mark.parametrize("name", ["clip", "siglip", "blip", "dinov2", "bert"])
def test_two_threads_find_what_one_finds_and_nothing_learns(folders: Callable[..., Path], name: str) -> None:
    if name in ("dinov2", "bert"):
        encoder: Any = (
            Dinov2(folders(name), id="tiny") if name == "dinov2" else Bert(folders(name), id="tiny")
        )
        encode = encoder.pooled if name == "dinov2" else encoder.sentences
    else:
        encoder = joints(folders)[name]
        encode = encoder.encode_pictures
    inputs: Sequence[Any] = TEXTS if name == "bert" else PICTURES
    with ThreadPoolExecutor(2) as threads:
        rows = list(threads.map(lambda item: encode([item]), [*inputs, *inputs]))
    alone = [encode([item]) for item in inputs]
    for row, expected in zip(rows, [*alone, *alone], strict=True):
        np.testing.assert_allclose(row, expected, atol=1e-6)
    model = encoder._resident.run(lambda network: network.model)
    assert not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())


@pytest.mark.parametrize("name", ["clip", "siglip", "blip", "dinov2", "bert"])
def test_half_precision_as_on_a_gpu_keeps_the_direction(
    folders: Callable[..., Path], name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    exact = used(name, folders)
    monkeypatch.setattr(residency, "CPU", Place("cpu", "bfloat16"))
    copies = {family: Path(shutil.copytree(folders(family), tmp_path / family)) for family in FAMILY[name]}
    rounded = used(name, copies.__getitem__)
    for exact_row, rounded_row in zip(exact, rounded, strict=True):
        assert rounded_row.dtype == np.float32 and not np.array_equal(exact_row, rounded_row)
        cosines = (
            (exact_row * rounded_row).sum(-1)
            / np.linalg.norm(exact_row, axis=-1)
            / np.linalg.norm(rounded_row, axis=-1)
        )
        assert cosines.min() > 0.99


FAMILY = {
    "clip": ["open_clip"],
    "siglip": ["siglip"],
    "blip": ["blip_itm"],
    "dinov2": ["dinov2"],
    "bert": ["bert"],
}


def used(name: str, folders: Callable[..., Path]) -> list[np.ndarray]:
    """Returns what an encoder gives in each way that it can be asked."""
    (family,) = FAMILY[name]
    if name == "dinov2":
        return [Dinov2(folders(family), id="tiny").pooled(PICTURES)]
    if name == "bert":
        return [Bert(folders(family), id="tiny").sentences(TEXTS)]
    encoder: Any = (BlipItm if name == "blip" else OpenClipJoint)(folders(family), id="tiny")
    rows = [encoder.encode_pictures(PICTURES), encoder.encode_texts(TEXTS)]
    rows += [encoder.picture_tokens(PICTURES[0]), encoder.text_tokens(TEXTS[0])]
    return [*rows, encoder.compose(PICTURES, TEXTS)] if name == "blip" else rows


def test_templates_and_dialogues_work_on_any_joint_space(folders: Callable[..., Path]) -> None:
    eyes = OpenClipJoint(folders("open_clip"), id="tiny")
    rows = {gap: eyes.sentences(prompts_of(GARMENT, gap)) for gap in GARMENT.candidates}
    slots = SlotCaptioner(eyes, GARMENT, rows).caption(PICTURES[0]).slots
    best = (eyes.encode_pictures(PICTURES[:1]) @ rows["colour"].T).argmax()
    assert slots[0].choice == GARMENT.candidates["colour"][int(best)]
    assert len(Dialogue(eyes).about(PICTURES[0]).exchanges) == 11


def test_blip_remembers_pictures_by_what_they_show(folders: Callable[..., Path]) -> None:
    encoder = BlipItm(folders("blip_itm"), id="tiny")
    same_shape = [painted(seed, (40, 60)) for seed in range(6)]
    rows = np.concatenate([encoder.encode_pictures([picture]) for picture in same_shape])
    assert np.abs(rows[:, None] - rows[None]).max(-1)[~np.eye(6, dtype=bool)].min() > 1e-3
    encoder.compose(same_shape, ["a dog"] * 6)
    np.testing.assert_allclose(encoder.encode_pictures(same_shape), rows, atol=1e-6)
    assert len(encoder._recent) == 4, "bounded"


@pytest.mark.parametrize(("name", "room"), [("clip", 75), ("blip", 62), ("bert", 62), ("siglip", 15)])
def test_a_text_that_just_fits_is_not_shortened(folders: Callable[..., Path], name: str, room: int) -> None:
    encoder = Bert(folders("bert"), id="tiny") if name == "bert" else joints(folders)[name]
    assert encoder.shortened_after(" ".join(["dog"] * room)) is None
    assert encoder.shortened_after(" ".join(["dog"] * (room + 1))) == "dog dog dog dog"


@pytest.mark.parametrize("shape", [(3, 40), (1, 3), (3, 3), (1, 1)])
def test_a_picture_as_high_as_it_has_colours_is_read_the_right_way_round(
    folders: Callable[..., Path], shape: tuple[int, int]
) -> None:
    picture = painted(5, shape)
    image = to_pil_image(picture.pixels)
    for encoder, family in (
        (Dinov2(folders("dinov2"), id="tiny"), "dinov2"),
        (joints(folders)["blip"], "blip_itm"),
    ):
        processor = AutoImageProcessor.from_pretrained(folders(family), backend="pil")
        expected = processor(images=image, return_tensors="pt")["pixel_values"]
        pixels = encoder._resident.run(lambda network: network.pixels([picture]))
        # Cutting the ends off a strip first moves its pixels by a fraction of one.
        np.testing.assert_allclose(pixels, expected, atol=0.05)


def test_weights_of_openai_get_their_quick_gelu_whatever_the_configuration_says(tmp_path: Path) -> None:
    with_gelu = checkpoints.tiny_open_clip(tmp_path / "clip")
    silent = shutil.copytree(with_gelu, tmp_path / "silent")
    config = json.loads((silent / "open_clip_config.json").read_text())
    del config["model_cfg"]["quick_gelu"]
    (silent / "open_clip_config.json").write_text(json.dumps(config))
    expected = OpenClipJoint(with_gelu, id="whole").encode_texts(["a dog"])
    plain = OpenClipJoint(silent, id="plain").encode_texts(["a dog"])
    quick = OpenClipJoint(silent, id="quick", quick_gelu=True).encode_texts(["a dog"])
    np.testing.assert_allclose(quick, expected, atol=1e-6)
    assert np.abs(plain - expected).max() > 1e-4

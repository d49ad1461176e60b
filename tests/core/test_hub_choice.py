"""Which model plays which role: the usual ones, others by name, and what is refused."""

from __future__ import annotations

import re

import open_clip
import pytest

from core.errors import SettingsError
from core.hub import PINS, Pin, command_for, missing, pins_of
from core.hub.choice import ROLES, chosen


def test_the_usual_models_play_when_nobody_chose() -> None:
    playing = chosen({})
    assert {role: choice.pin.name for role, choice in playing.items()} == {
        role: each.pins[0] for role, each in ROLES.items()
    }
    assert playing["sketch_picture"].way == "all" and playing["joint"].way == ""


def test_others_are_chosen_by_name_and_by_the_way_they_are_read() -> None:
    playing = chosen({"BLENDSCOPE_MODELS": "sketch_picture=dinov2-giant:cls, composing=blip-itm-base,"})
    assert playing["sketch_picture"].pin == PINS["dinov2-giant"] and playing["sketch_picture"].way == "cls"
    assert (
        playing["composing"].pin == PINS["blip-itm-base"]
        and playing["captioner"].pin.name == "blip-caption-base"
    )


def joint(name: str) -> Pin:
    return chosen({"BLENDSCOPE_MODELS": f"joint={name}"})["joint"].pin


def test_any_model_that_open_clip_lists_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    pin = joint("ViT-L-14/laion2b_s32b_b82k")
    assert pin.repository == "laion/CLIP-ViT-L-14-laion2B-s32B-b82K" and pin.revision is None
    assert pin.either[0] == ("open_clip_model.safetensors",)
    monkeypatch.setenv("BLENDSCOPE_MODELS", "joint=ViT-L-14/laion2b_s32b_b82k")
    assert pin in pins_of("field-road") and PINS["clip-vit-b-32"] not in pins_of()
    assert command_for(pin).endswith("--task field-road") and "is missing" in missing(pin)


def test_a_chosen_model_whose_commit_is_known_stays_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert joint("ViT-B-32/openai") == joint("ViT-B-32-quickgelu/openai") == PINS["clip-vit-b-32"]
    pin = joint("ViT-B-32/laion2b_s34b_b79k")
    assert pin.repository == "laion/CLIP-ViT-B-32-laion2B-s34B-b79K"
    assert pin.revision == "1a25a446712ba5ee05982a381eed697ef9b435cf"
    assert pin.sha256["open_clip_model.safetensors"].startswith("ac4f8c4b88af") and not pin.quick_gelu
    monkeypatch.setenv("BLENDSCOPE_MODELS", "joint=ViT-B-32/laion2b_s34b_b79k")
    assert command_for(pin).endswith("--task field-road") and pin in pins_of("field-road")


@pytest.mark.parametrize(
    ("name", "quick"),
    [
        ("ViT-B-32/openai", True),
        ("ViT-B-32/metaclip_400m", True),
        ("ViT-B-32/laion400m_e32", True),
        ("ViT-H-14/dfn5b", True),
        ("ViT-B-16-quickgelu/dfn2b", True),
        ("ViT-B-32/laion2b_s34b_b79k", False),
        ("ViT-B-16-SigLIP/webli", False),
    ],
)
def test_the_activation_is_the_one_that_the_weights_were_trained_with(name: str, quick: bool) -> None:
    assert joint(name).quick_gelu is quick


def test_every_name_of_open_clip_is_a_repository_or_refused_in_a_sentence() -> None:
    refused = set()
    for model, tag in open_clip.list_pretrained():
        try:
            pin = joint(f"{model}/{tag}")
        except SettingsError as error:
            assert "as a single file of jienengchen/ViTamin" in str(error)
            refused.add(model)
        else:
            assert re.fullmatch(r"[\w.-]+/[\w.-]+", pin.repository), pin.repository
            cfg = open_clip.get_pretrained_cfg(model, tag)
            assert pin.quick_gelu or not cfg.get("quick_gelu"), f"{model}/{tag}"
    assert "ViTamin-S" in refused and all(model.startswith("ViTamin") for model in refused)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            "eyes=dinov2-base",
            "BLENDSCOPE_MODELS: There is no role called 'eyes'; choose one of sketch_picture",
        ),
        ("joint", "the model ''; choose clip-vit-b-32, or a MODEL/TAG of open_clip"),
        ("composing=dinov2-base", "choose blip-itm-large, blip-itm-base"),
        ("sketch_words=bert-base:upside-down", "'upside-down' after the colon .* one of masked, counted"),
        ("captioner=blip2-opt:cls", "it may be nothing"),
        ("joint=ViT-B-32/nowhere", "open_clip lists no model 'ViT-B-32/nowhere' on the Hub"),
        ("composing=ViT-B-32/openai", "choose blip-itm-large"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(words: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        chosen({"BLENDSCOPE_MODELS": words})

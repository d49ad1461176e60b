"""Which model plays which role: the usual ones, others by name, and what is refused."""

from __future__ import annotations

import pytest

from core.errors import SettingsError
from core.hub import PINS, command_for, missing, pins_of
from core.hub.choice import ROLES, chosen


def test_the_usual_models_play_when_nobody_chose() -> None:
    playing = chosen({})
    assert {role: one.pin.name for role, one in playing.items()} == {
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


def test_any_model_that_open_clip_lists_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    pin = chosen({"BLENDSCOPE_MODELS": "joint=ViT-B-32/laion2b_s34b_b79k"})["joint"].pin
    assert pin.repository == "laion/CLIP-ViT-B-32-laion2B-s34B-b79K" and pin.revision is None
    assert pin.either[0] == ("open_clip_model.safetensors",)
    monkeypatch.setenv("BLENDSCOPE_MODELS", "joint=ViT-B-32/laion2b_s34b_b79k")
    assert pin in pins_of("field-road") and PINS["clip-vit-b-32"] not in pins_of()
    assert command_for(pin).endswith("--task field-road") and "is missing" in missing(pin)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("eyes=dinov2-base", "the role 'eyes'; write ROLE=MODEL with one of sketch_picture"),
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

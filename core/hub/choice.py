"""Which model plays which role of the paper profile: the usual one, or another that a person chose.

BLENDSCOPE_MODELS="joint=ViT-L-14/laion2b_s32b_b82k,sketch_picture=dinov2-giant:cls" names others: a pin of the role, or
for the roles of open_clip any "MODEL/TAG" that open_clip lists; after a colon a way of reading it.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import SettingsError, unknown_name
from core.hub.pins import LAION, PINS, Pin
from core.registry import Registry
from core.task_table import TASKS, find_task

VARIABLE = "BLENDSCOPE_MODELS"
OPEN_CLIP = ("open_clip_model.safetensors",), ("open_clip_pytorch_model.bin",)
NAMES = Registry("list of names", {"open_clip": "core.encoders.open_clip_names:listed"})
"""Who knows what a name of open_clip stands for."""


@dataclass(frozen=True, slots=True)
class Role:
    """What may play a role.

    Attributes:
        pins: names of pins, the usual one first.
        any_open_clip: whether every model that open_clip lists may, too.
        ways: ways of reading the model, the usual one first; () when there is only one.
    """

    pins: tuple[str, ...]
    any_open_clip: bool = False
    ways: tuple[str, ...] = ()


ROLES: Mapping[str, Role] = {
    "sketch_picture": Role(("dinov2-base", "dinov2-giant"), ways=("all", "patches", "cls", "squared")),
    "sketch_words": Role(("bert-base",), ways=("masked", "counted")),
    "captioner": Role(("blip-caption-base", "blip2-flan-t5", "blip2-opt")),
    "joint": Role(("clip-vit-b-32",), any_open_clip=True),
    "garment": Role(("fashion-siglip", "blip-itm-large", "blip-itm-base"), any_open_clip=True),
    "composing": Role(("blip-itm-large", "blip-itm-base")),
    "answers": Role(("blip-vqa",)),
    "asks": Role(("smollm2",)),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The model that plays a role.

    Attributes:
        pin: where it lies on the Hub.
        way: how it is read, one of the role's ways; "" when there is only one.
    """

    pin: Pin
    way: str = ""


def chosen(environment: Mapping[str, str] = os.environ) -> dict[str, Choice]:
    """Returns role -> the model that plays it.

    Args:
        environment: may hold BLENDSCOPE_MODELS.

    Raises:
        SettingsError: it names a role, a model or a way that there is not.
    """
    choices = {name: Choice(PINS[role.pins[0]], (role.ways or ("",))[0]) for name, role in ROLES.items()}
    for entry in filter(None, map(str.strip, environment.get(VARIABLE, "").split(","))):
        name, _, wanted = entry.partition("=")
        if name not in ROLES:
            raise SettingsError(f"{VARIABLE}: {unknown_name('role', name, ROLES)}")
        choices[name] = _choice(name, ROLES[name], wanted)
    return choices


def pins_of(task: str | None = None, *, optional: bool = False) -> tuple[Pin, ...]:
    """Returns the pins of the models that a task needs, each once; those of all tasks for None.

    Args:
        task: a name of `core.task_table.TASKS`, or None.
        optional: with those that offer a choice.

    Raises:
        SettingsError: there is no such task, or BLENDSCOPE_MODELS names what there is not.
    """
    playing, needed = chosen(), dict[str, Pin]()
    for row in TASKS if task is None else [find_task(task)]:
        pins = [playing[role].pin for role in row.roles]
        pins += [PINS[name] for name in row.optional if optional]
        needed |= {pin.name: pin for pin in pins}
    return tuple(needed.values())


def command_for(pin: Pin) -> str:
    """Returns the command that fetches a model."""
    command, playing = "python -m core models --fetch paper", chosen()
    needing = [row for row in TASKS if pin.name in {playing[role].pin.name for role in row.roles}]
    if needing:
        return f"{command} --task {min(needing, key=lambda row: len(row.roles)).name}"
    offering = [row for row in TASKS if pin.name in row.optional]
    return f"{command} --task {offering[0].name} --optional" if offering else command


def _choice(name: str, role: Role, wanted: str) -> Choice:
    model, colon, way = wanted.partition(":")
    if colon and way not in role.ways:
        ways = f"one of {', '.join(role.ways)}" if role.ways else "nothing"
        raise SettingsError(f"{VARIABLE} has {way!r} after the colon of {name!r}; it may be {ways}.")
    usual = (role.ways or ("",))[0]
    if model in role.pins:
        return Choice(PINS[model], way or usual)
    if role.any_open_clip and "/" in model:
        return Choice(_open_clip(model), usual)
    others = ", or a MODEL/TAG of open_clip" if role.any_open_clip else ""
    raise SettingsError(
        f"{VARIABLE} gives the role {name!r} the model {model!r}; choose {', '.join(role.pins)}{others}."
    )


def _open_clip(name: str) -> Pin:
    """Returns the pin for a name of open_clip; where no commit is known, the first fetch writes it down."""
    entry = _listed(name)
    if entry is None:
        raise SettingsError(
            f"open_clip lists no model {name!r} on the Hub; see `open_clip.list_pretrained()` for its names."
        )
    place, quick_gelu = entry
    repository = "/".join(place.split("/")[:2])
    if repository != place:
        raise SettingsError(
            f"open_clip lists {name!r} as a single file of {repository}, which Blendscope does not read; choose "
            "another of `open_clip.list_pretrained()`."
        )
    for pin in (*PINS.values(), LAION):
        if pin.repository == repository:
            return pin
    return Pin(
        name,
        repository,
        None,
        ("open_clip_config.json",),
        0,
        "see its page",
        note="Chosen by name; the commit is written down by the first fetch.",
        either=OPEN_CLIP,
        also=(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "spiece.model",
            "vocab.txt",
        ),
        quick_gelu=quick_gelu,
    )


@functools.cache
def _listed(name: str) -> tuple[str, bool] | None:
    entry: tuple[str, bool] | None = NAMES.load("open_clip")(*name.split("/", 1))
    return entry

"""The questions of the tasks as their endpoints read them, and the fields that bring them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from core.images import parse_box
from core.text import clean
from core.types import Box, Picture
from demo.doors import asked_picture, asked_with_box, unit, weight
from demo.endpoints.fields import number_field, picture_field, words_field

SHOP_WEIGHTS = ("w_picture", "w_words", "w_box")
COMPOSE_WEIGHTS = ("w0", "w1", "w2")
Weights = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class SketchQuestion:
    """A drawing that is to be told.

    Attributes:
        photo: the drawing as it came.
        words: about it; "" leaves them to the captioner.
        alpha: weight of the picture in [0, 1]; None for the learned pair.
    """

    photo: Picture
    words: str
    alpha: float | None


@dataclass(frozen=True, slots=True)
class RoadQuestion:
    """A photo of a field or a road.

    Attributes:
        photo: the photo.
        captions: the sentences that stand for a field and for a road.
    """

    photo: Picture
    captions: tuple[str, str]


@dataclass(frozen=True, slots=True)
class ShopQuestion:
    """A garment that was seen in the street.

    Attributes:
        photo: the whole picture.
        box: around the garment, None without one.
        crop: what is in the box.
        words: about the garment; "" leaves them to the captioner.
        weights: of picture, words and box.
    """

    photo: Picture
    box: Box | None
    crop: Picture | None
    words: str
    weights: Weights


@dataclass(frozen=True, slots=True)
class ComposeQuestion:
    """A reference picture, and how the picture that is looked for differs from it.

    Attributes:
        reference: the picture q.
        modification: the words t.
    """

    reference: Picture
    modification: str


def sketch_question(picture: Any, caption: Any, alpha: Any) -> SketchQuestion:
    """Returns a question of Sketch, through the doors.

    Raises:
        InputError: a part of it cannot be used.
    """
    chosen = None if alpha is None else unit(alpha, "alpha")
    words = clean(caption, allow_empty=True)
    return SketchQuestion(asked_picture(picture), words, chosen)


def road_question(picture: Any, field_caption: Any, road_caption: Any) -> RoadQuestion:
    """Returns a question of Field or road, through the doors.

    Raises:
        InputError: a part of it cannot be used.
    """
    field = clean(field_caption, what="caption for a field")
    road = clean(road_caption, what="caption for a road")
    return RoadQuestion(asked_picture(picture), (field, road))


def shop_question(picture: Any, box: Any, caption: Any, weights: tuple[Any, Any, Any]) -> ShopQuestion:
    """Returns a question of Street to shop, through the doors.

    Raises:
        InputError: a part of it cannot be used.
    """
    used = checked_weights(weights, SHOP_WEIGHTS)
    corners, words = parse_box(box), clean(caption, allow_empty=True)
    photo, crop = asked_with_box(picture, corners)
    return ShopQuestion(photo, corners, crop, words, used)


def compose_question(picture: Any, text: Any) -> ComposeQuestion:
    """Returns a question of Compose, through the doors.

    Raises:
        InputError: a part of it cannot be used.
    """
    modification = clean(text, what="modification")
    return ComposeQuestion(asked_picture(picture), modification)


def checked_weights(weights: tuple[Any, Any, Any], names: Sequence[str]) -> Weights:
    """Returns three weights that are finite, of any sign.

    Raises:
        InputError: one is something else; it is called by its name.
    """
    first, second, third = (weight(value, name) for value, name in zip(weights, names, strict=True))
    return first, second, third


def shop_fields(weights: Weights) -> list[gr.components.Component]:
    """Returns the fields of a question of Street to shop, with the weights at first."""
    box = gr.JSON(None, label="box")
    return [picture_field(), box, words_field("caption"), *_weight_fields(SHOP_WEIGHTS, weights)]


def compose_fields() -> list[gr.components.Component]:
    """Returns the fields of a question of Compose, with its weights and its pooling."""
    weights = _weight_fields(COMPOSE_WEIGHTS, (0.0, 0.0, 1.0))
    return [picture_field(), words_field("text"), *weights, words_field("pooling", "mean")]


def _weight_fields(names: Sequence[str], weights: Weights) -> list[gr.components.Component]:
    return [number_field(name, value) for name, value in zip(names, weights, strict=True)]

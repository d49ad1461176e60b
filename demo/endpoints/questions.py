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
from demo.events.compose import ComposeEvents
from demo.events.street_to_shop import StreetToShopEvents
from demo.services import Services

SHOP_WEIGHTS = ("w_picture", "w_words", "w_box")
COMPOSE_WEIGHTS = ("w0", "w1", "w2")
BOX_UNUSED = "The box was not looked at, for w_box is 0; give it a weight, such as 0.5."
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

    @property
    def counted_crop(self) -> Picture | None:
        """What is in the box, where that has a weight; nobody needs to look at it else."""
        return self.crop if self.weights[2] else None

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of the question."""
        unused = self.box is not None and not self.weights[2]
        return (*self.photo.notes, *((BOX_UNUSED,) if unused else ()))


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


def compose_fields(weights: Weights) -> list[gr.components.Component]:
    """Returns the fields of a question of Compose, with the weights at first and its pooling."""
    mix = _weight_fields(COMPOSE_WEIGHTS, weights)
    return [picture_field(), words_field("text"), *mix, words_field("pooling", "mean")]


def shop_start(services: Services) -> Weights:
    """Returns the weights of Street to shop where a program names none: those where the page starts without a box."""
    picture, words, box = StreetToShopEvents(services).start
    return picture, words, box


def compose_start(services: Services) -> Weights:
    """Returns the weights of Compose where a program names none: those where the page starts."""
    q, t, both = ComposeEvents(services).start
    return q, t, both


def _weight_fields(names: Sequence[str], weights: Weights) -> list[gr.components.Component]:
    return [number_field(name, value) for name, value in zip(names, weights, strict=True)]

"""The four public endpoints: the same tasks as the tabs, typed and documented, for programs.

They are component events on hidden components, so that uploads go through gradio's checked upload folder.
Numbers come through unbounded number fields and the box through JSON, as whatever the client sent; each is
checked here or in the tasks, and a refusal is one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from core import checks
from core.errors import InputError
from core.images import parse_box
from core.tasks import composed, field_road, sketch, street_to_shop
from core.tasks.field_road import FIELD_CAPTION, ROAD_CAPTION
from core.text import clean
from demo.doors import asked_coverage, asked_picture, band, unit, weight
from demo.services import Services
from demo.widgets.picture import picture_input

MODEL_LANE = {"concurrency_id": "model", "concurrency_limit": 1}
POOLINGS = ("mean", "median", "max")
BOX_UNUSED = "The box was not looked at, for w_box is 0; give it a weight, such as 0.5."
Parameter = str | bytes | float | list[Any] | None


def build(services: Services) -> None:
    """Adds the endpoints to the page that is being built.

    Args:
        services: what answers.
    """
    with gr.Column(visible=False):
        _add_sketch(services)
        _add_field_road(services)
        _add_street_to_shop(services)
        _add_compose(services)


def _add_sketch(services: Services) -> None:
    def classify_sketch(picture: Any, caption: str = "", alpha: Any = None, top_k: Any = 5) -> dict[str, Any]:
        """Classifies a sketch by its picture and a caption, and says what each of them added.

        Args:
            picture: the sketch, dark lines on white or on a transparent ground.
            caption: words about it; "" lets the captioner write them.
            alpha: weight of the picture in [0, 1], the words get 1 - alpha; null for the learned pair.
            top_k: how many classes to return, clamped to 1 to 100.

        Returns:
            profile, models, caption, alpha, beta and classes, best first, each with label, probability,
            logit, picture_part and words_part; the two parts add up to the logit.
        """
        chosen = None if alpha is None else unit(alpha, "alpha")
        words = clean(caption, allow_empty=True)
        checks.clamp_k(top_k, checks.MOST_RESULTS, name="top_k")
        sheet = asked_picture(picture)
        task = services.sketch()
        count = checks.clamp_k(top_k, len(task.labels), name="top_k")
        evidence = task.evidence(sheet, words)
        return sketch.answer(evidence, chosen, count).to_json() | _notes(sheet.notes, evidence.notes)

    _publish(classify_sketch, [_picture(), _words("caption"), _number("alpha", 0.5), _number("top_k", 5)])


def _add_field_road(services: Services) -> None:
    def compare_field_road(
        picture: Any,
        field_caption: str = FIELD_CAPTION,
        road_caption: str = ROAD_CAPTION,
        band_low: Any = 0.4,
        band_high: Any = 0.6,
        coverage: Any = None,
    ) -> dict[str, Any]:
        """Tells a field from a road in two ways: by a trained head, and by two captions without training.

        Args:
            picture: a photo.
            field_caption: the sentence that stands for a field.
            road_caption: the sentence that stands for a road.
            band_low: the head is unsure from this probability of a road on, in [0, 1].
            band_high: the head is unsure up to this probability of a road, in [band_low, 1].
            coverage: share of cases in (0, 1) whose true label the conformal set must hold; null for no set.

        Returns:
            profile, models, head and zero_shot with label and road_probability, agree, verdict (field, road
            or unsure) and conformal_set (a list of field and road, null without coverage). While these models
            have no trained head, head, agree and conformal_set are null and the verdict is the captions'.
        """
        low, high = band(band_low, band_high)
        share = asked_coverage(coverage)
        captions = (
            clean(field_caption, what="caption for a field"),
            clean(road_caption, what="caption for a road"),
        )
        photo = asked_picture(picture)
        evidence = services.field_road().evidence(photo, *captions)
        return field_road.answer(evidence, low, high, share).to_json() | _notes(photo.notes, evidence.notes)

    inputs = [_picture(), _words("field_caption", FIELD_CAPTION)]
    inputs += [_words("road_caption", ROAD_CAPTION), _number("band_low", 0.4)]
    inputs += [_number("band_high", 0.6), _number("coverage", None)]
    _publish(compare_field_road, inputs)


def _add_street_to_shop(services: Services) -> None:
    def find_in_shop(
        picture: Any,
        box: Any = None,
        caption: str = "",
        w_picture: Any = 1.0,
        w_words: Any = 0.0,
        w_box: Any = 0.0,
        k: Any = 10,
    ) -> dict[str, Any]:
        """Finds the shop pictures of a garment seen in the street, by picture, words and a box around it.

        Args:
            picture: the street photo.
            box: [x0, y0, x1, y1] around the garment in pixels of the upright original, or null.
            caption: words about the garment; "" lets the captioner write them.
            w_picture: weight of the whole picture, finite.
            w_words: weight of the words, finite.
            w_box: weight of what is in the box, finite; counts as 0 without a box.
            k: how many pictures to return, clamped to 1 to 100.

        Returns:
            profile, models, caption and hits, best first, each with item, file, score and parts (picture,
            words, box), which add up to the score, and with copies where the gallery holds the same picture in
            further files; and notes, sentences such as that a box of weight 0 was not looked at.
        """
        weights = weight(w_picture, "w_picture"), weight(w_words, "w_words"), weight(w_box, "w_box")
        count = checks.clamp_k(k, checks.MOST_RESULTS, name="k")
        words, photo, corners = clean(caption, allow_empty=True), asked_picture(picture), parse_box(box)
        crop = None if corners is None else asked_picture(picture, box=corners)
        unused = [BOX_UNUSED] if crop is not None and not weights[2] else []
        crop, task = None if unused else crop, services.street_to_shop()
        evidence = task.evidence(photo, crop, words)
        notes = _notes(photo.notes, task.notes(evidence.caption.sentence), unused)
        return street_to_shop.answer(evidence, *weights, count).to_json() | notes

    inputs = [_picture(), gr.JSON(None, label="box"), _words("caption"), _number("w_picture", 1.0)]
    inputs += [_number("w_words", 0.0), _number("w_box", 0.0), _number("k", 10)]
    _publish(find_in_shop, inputs)


def _add_compose(services: Services) -> None:
    def compose(
        picture: Any,
        text: str,
        w0: Any = 0.0,
        w1: Any = 0.0,
        w2: Any = 1.0,
        pooling: str = "mean",
        k: Any = 10,
    ) -> dict[str, Any]:
        """Finds pictures that are like a reference picture but changed as a text says.

        Args:
            picture: the reference picture q.
            text: the change t, such as "the same dress in red".
            w0: weight of q, finite, of any sign; the three are rescaled to sum to 1.
            w1: weight of t.
            w2: weight of both together, f(q, t).
            pooling: how tokens become one vector: mean, median or max.
            k: how many pictures to return, clamped to 1 to 100.

        Returns:
            profile, models, weights and hits, best first, each with item, file, score and parts (q, t, f),
            which add up to the score, and with copies where the gallery holds the same picture in further files.
        """
        weights = weight(w0, "w0"), weight(w1, "w1"), weight(w2, "w2")
        if pooling not in POOLINGS:
            raise InputError("There is no such pooling; choose mean, median or max.")
        count = checks.clamp_k(k, checks.MOST_RESULTS, name="k")
        change = clean(text, what="modification")
        task, reference = services.composed(), asked_picture(picture)
        evidence = task.evidence(reference, change)
        notes = _notes(reference.notes, task.notes(change))
        return composed.answer(evidence, *weights, pooling, count).to_json() | notes

    inputs = [_picture(), _words("text"), _number("w0", 0.0), _number("w1", 0.0), _number("w2", 1.0)]
    _publish(compose, [*inputs, _words("pooling", "mean"), _number("k", 10)])


def _notes(*notes: Sequence[str]) -> dict[str, list[str]]:
    """Returns what the page would say under the answer: of the picture, of the words, of the models."""
    return {"notes": [note for some in notes for note in some]}


def _publish(function: Callable[..., dict[str, Any]], inputs: list[gr.components.Component]) -> None:
    name = function.__name__
    gr.Button(name).click(
        function,
        inputs,
        gr.JSON(label="answer"),
        api_name=name,
        api_visibility="public",
        **MODEL_LANE,
    )


def _picture() -> gr.components.Component:
    return picture_input("picture")


class Words(gr.Textbox):
    """A text field that hands over what was sent as it is: a number or a list is refused, not spelled out."""

    is_template = True

    def preprocess(self, payload: Any) -> Any:
        """Returns what was sent."""
        return payload


def _words(label: str, value: str = "") -> gr.components.Component:
    return Words(value, label=label)


def _number(label: str, value: float | None) -> gr.components.Component:
    return gr.Number(value, label=label)

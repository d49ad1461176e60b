"""The endpoint `/vary_sketch_strokes`: what each stroke of a drawing does."""

from __future__ import annotations

from typing import Any

import gradio as gr

from core.checks import whole_number
from core.images.strokes import parse_strokes
from core.tasks import sketch
from core.tasks.sketch import SketchTask
from core.tasks.sketch.ink import MOST_ORDERS
from demo.endpoints.fields import notes_of, number_field, picture_field, publish, words_field
from demo.endpoints.questions import sketch_question
from demo.services import Services


def build(services: Services) -> None:
    """Publishes the endpoint.

    Args:
        services: what answers.
    """

    def vary_sketch_strokes(
        picture: Any, caption: str = "", alpha: Any = None, strokes: Any = None, orders: Any = 0
    ) -> dict[str, Any]:
        """Classifies a sketch without each of its strokes, the caption as it is, and says what each stroke adds.

        Args:
            picture: the sketch, dark lines on white or on a transparent ground.
            caption: words about it; "" lets the captioner write them.
            alpha: weight of the picture in [0, 1], the words get 1 - alpha; null for the learned pair.
            strokes: [{"points": [[x, y], ...], "width": w}, ...] in shares of the side of the square sheet, in whose
                middle the picture lies; null takes the pieces of ink that hang together.
            orders: in how many orders strokes are added for sampled Shapley values, 0 for none, at most 32.

        Returns:
            profile, models, caption, sentence, first, kind (strokes or pieces) and strokes, each with number, effect on
            the logit of the first class, who is first without it, rank of the first then, and shapley with its standard
            error, null where they were not sampled.
        """
        drawn = parse_strokes(strokes)
        count = whole_number(orders, name="orders", low=0, high=MOST_ORDERS)
        asked = sketch_question(picture, caption, alpha)
        task: SketchTask = services.task("sketch")
        evidence, sheet = task.evidence(asked.photo, asked.words), task.read(asked.photo)
        pair = sketch.pair_of(evidence, asked.alpha)
        reading = sketch.ink(task, sheet, evidence, pair, sketch.strokes_on(sheet, drawn), count)
        head = {"profile": task.profile, "models": dict(task.models), "caption": evidence.caption.sentence}
        return head | reading.to_json() | notes_of(asked.photo.notes, evidence.notes)

    inputs = [picture_field(), words_field("caption"), number_field("alpha", 0.5)]
    publish(vary_sketch_strokes, [*inputs, gr.JSON(None, label="strokes"), number_field("orders", 0)])

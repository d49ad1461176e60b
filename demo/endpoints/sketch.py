"""The endpoint `/classify_sketch`."""

from __future__ import annotations

from typing import Any

from core import checks
from core.tasks.sketch import SketchTask, answer
from core.text import clean
from demo.doors import asked_picture, unit
from demo.endpoints.fields import notes_of, number_field, picture_field, publish, words_field
from demo.services import Services


def build(services: Services) -> None:
    """Publishes the endpoint.

    Args:
        services: what answers.
    """

    def classify_sketch(picture: Any, caption: str = "", alpha: Any = None, top_k: Any = 5) -> dict[str, Any]:
        """Classifies a sketch by its picture and a caption, and says what each of them added.

        Args:
            picture: the sketch, dark lines on white or on a transparent ground.
            caption: words about it; "" lets the captioner write them.
            alpha: weight of the picture in [0, 1], the words get 1 - alpha; null for the learned pair.
            top_k: how many classes to return, clamped to 1 to 100.

        Returns:
            profile, models, caption, alpha, beta and classes, best first, each with label, probability,
            logit, picture_part and words_part; the two parts add up to the logit; and instruments, name to
            reading: a sentence and its figures.
        """
        chosen = None if alpha is None else unit(alpha, "alpha")
        words = clean(caption, allow_empty=True)
        checks.clamp_k(top_k, checks.MOST_RESULTS, name="top_k")
        sheet = asked_picture(picture)
        task: SketchTask = services.task("sketch")
        count = checks.clamp_k(top_k, len(task.labels), name="top_k")
        evidence = task.evidence(sheet, words)
        return answer(evidence, chosen, count).to_json() | notes_of(sheet.notes, evidence.notes)

    publish(
        classify_sketch,
        [picture_field(), words_field("caption"), number_field("alpha", 0.5), number_field("top_k", 5)],
    )
